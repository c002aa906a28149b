"""Where the change since the baseline year comes from: cities and industries, in whole cases."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, paragraphs, table
from gsyf_lib.indicators import TOTAL
from gsyf_lib.notes import contributions_note
from gsyf_lib.tables import contributions_table

__all__ = ["changes_note", "changes_table", "city_changes_table"]

STATES = {"absent": "无此行业", "missing": "缺数，不能比较", "partial": "数据不全，不能比较"}


def changes_note(review: Review, indicator: str) -> Html:
    """Return which industries and cities made the change of a count; for a city, the industries."""
    if review.is_province:
        return contributions_note(review.contributions, indicator)
    rows = _of_city(review)
    return paragraphs([_moves(rows[rows["indicator"] == indicator])])


def changes_table(review: Review, indicator: str) -> Html:
    """Return the change of every city and industry; nothing for a city's briefing."""
    if not review.is_province:
        return Html("")
    return contributions_table(review.contributions, indicator)


def city_changes_table(review: Review) -> Html:
    """Return a city's change by industry, as a table."""
    return _city_table(_of_city(review))


def _of_city(review: Review) -> pd.DataFrame:
    rows = review.contributions
    return rows[(rows["part"] == "city") & (rows["area"] == review.area)]


def _city_table(rows: pd.DataFrame) -> Html:
    lines = [
        {"行业": industry}
        | {
            words.INDICATORS[row["indicator"]]: _cell(row)
            for _, row in group.sort_values("indicator").iterrows()
        }
        for industry, group in rows.groupby("industry", sort=False)
    ]
    first = rows.iloc[0]
    caption = f"{first['area']}{first['year']}年与{first['baseline_year']}年相比的增减"
    return table(pd.DataFrame(lines), caption=caption, row_header="行业")


def _moves(rows: pd.DataFrame) -> str:
    """Return the change of a city's total, and which industries rose and which fell."""
    total = rows[rows["industry"] == TOTAL].iloc[0]
    parts = rows[(rows["industry"] != TOTAL) & rows["change"].notna()]
    name = f"{total['area']}{TOTAL}{words.INDICATORS[total['indicator']]}"
    years = f"{total['year']}年与{total['baseline_year']}年相比，{name}"
    said = [
        f"{word}的有{'、'.join(_part(row) for _, row in group.iterrows())}"
        for word, group in {
            "减少": parts[parts["change"] < 0],
            "增加": parts[parts["change"] > 0],
            "持平": parts[parts["change"] == 0],
        }.items()
        if len(group)
    ]
    by_industry = f"；按行业，{'，'.join(said)}" if said else ""
    return f"{years}{_cell(total)}{by_industry}。"


def _part(row: pd.Series) -> str:
    """Return an industry and by how many it changed."""
    change = abs(row["change"])
    return row["industry"] + (f"（{change}{words.UNITS[row['indicator']]}）" if change else "")


def _cell(row: pd.Series) -> str:
    if row["state"] in STATES:
        return STATES[row["state"]]
    unit, change = words.UNITS[row["indicator"]], int(row["change"])
    moved = f"{'增加' if change > 0 else '减少'}{abs(change)}{unit}" if change else "持平"
    return f"{moved}（{int(row['baseline'])}→{int(row['value'])}）"
