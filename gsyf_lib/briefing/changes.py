"""Which cities and industries made the change since the baseline year; the charts of a briefing."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents.blocks import Block, Box, Table, paragraphs, table
from gsyf_lib.tables.contributions import (
    by_direction,
    came_and_gone,
    contributions_note,
    contributions_table,
)

if TYPE_CHECKING:
    from gsyf_lib.charts import Figure

STATES = {
    "absent": wording.NO_FIGURE["absent"],
    "missing": "缺数，不能比较",
    "partial": "数据不全，不能比较",
}


def changes_note(review: Review, indicator: str) -> Box:
    """Return which industries and cities made the change of a count; for a city, the industries."""
    if review.is_province:
        return contributions_note(review.judged.contributions(review.last), indicator)
    rows = _of_city(review)
    return paragraphs([_moves(rows[rows["indicator"] == indicator])])


def changes_table(review: Review, indicator: str) -> Block:
    """Return the change of every city and industry; an empty box for a city's briefing."""
    if not review.is_province:
        return Box()
    shown = contributions_table(review.judged.contributions(review.last), indicator)
    # The caption ends in a bracket, which takes in one more remark.
    early = early_words(review.results[review.results["indicator"] == indicator])
    caption = f"{shown.caption.removesuffix('）')}；{early}）" if early else shown.caption
    return replace(shown, caption=caption)


def city_changes_table(review: Review) -> Table:
    """Return how each industry of a city has changed since the baseline year."""
    rows = _of_city(review)
    # By the letters of the codes accidents come before casualties, as everywhere else.
    lines = [
        {"行业": industry}
        | {
            wording.INDICATORS[row["indicator"]]: _cell(row)
            for _, row in group.sort_values("indicator").iterrows()
        }
        for industry, group in rows.groupby("industry", sort=False)
    ]
    first, names = rows.iloc[0], "、".join(wording.INDICATORS[code] for code in COUNTS)
    early = early_words(review.goals[review.goals["indicator"].isin(COUNTS)])
    caption = f"{first['area']}{names}的增减：{wording.years_compared(first)}"
    return table(lines, f"{caption}（{early}）" if early else caption, row_header="行业")


def _of_city(review: Review) -> pd.DataFrame:
    rows = review.judged.contributions(review.last)
    return rows[(rows["part"] == "city") & (rows["area"] == review.area)]


def _moves(rows: pd.DataFrame) -> str:
    """Return the change of a city's total, and which industries rose and which fell."""
    total = rows[rows["industry"] == TOTAL].iloc[0]
    parts = rows[(rows["industry"] != TOTAL) & (rows["state"] == "figure")]
    # dtype, because the list may be empty, which does not show that it holds texts.
    names = pd.Series([_part(row) for _, row in parts.iterrows()], parts.index, dtype=object)
    groups = by_direction(names, parts["change"])
    lists = [f"{word}的有{'、'.join(group)}" for word, group in groups.items()]
    by_industry = f"；按行业，{'，'.join(lists)}" if lists else ""
    industries = came_and_gone(total, rows) if total["state"] == "figure" else ""
    start = f"{wording.years_compared(total)}，{total['area']}{wording.goal_name(total)}"
    return f"{start}{_cell(total)}{'，' + industries if industries else ''}{by_industry}。"


def _part(row: pd.Series) -> str:
    """Return an industry and by how many it changed."""
    change = abs(row["change"])
    return row["industry"] + (f"（{change}{wording.UNITS[row['indicator']]}）" if change else "")


def _cell(row: pd.Series) -> str:
    """Return the change with both figures, or why they cannot be compared."""
    if row["state"] in STATES:
        return STATES[row["state"]]
    moved = wording.moved(row["change"], wording.UNITS[row["indicator"]])
    then, now = (
        STATES["absent"] if pd.isna(row[name]) else row[name] for name in ("baseline", "value")
    )
    return f"{moved}（{then}→{now}）"


class Figures(NamedTuple):
    """The charts of a briefing; ``changes`` is a table for a city."""

    declines: "Figure"
    share: "Figure"
    coverage: "Figure"
    changes: "Figure | Table"


def figures(review: Review) -> Figures:
    """Return the figures, for the screen and for paper.

    Any other may stand in their place: ``gs.decline_figure(review.judged.history).printed()``.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023)
    >>> gs.briefing.figures(review).share.svg()[:4]
    '<svg'
    """
    # matplotlib takes a second to load, and making documents from a run notebook needs none of it.
    from gsyf_lib.charts.contributions import contributions_figure
    from gsyf_lib.charts.coverage import coverage_figure
    from gsyf_lib.charts.decline import decline_figure
    from gsyf_lib.charts.share import share_figure

    history, area, last = review.judged.history, review.area, review.last
    if review.is_province:
        changes: Figure | Table = contributions_figure(review.judged.contributions(last)).printed()
    else:
        changes = city_changes_table(review)
    return Figures(
        decline_figure(history, area, last).printed(),
        share_figure(history, area, last).printed(),
        coverage_figure(history, area, last).printed(),
        changes,
    )
