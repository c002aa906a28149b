"""The four groups of goals, year by year: counts, the share, and the two kinds of training."""

import re

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, paragraphs, table
from gsyf_lib.indicators import COUNTS, TOTAL
from gsyf_lib.notes.goals import coverage_sentence, share_sentence, total_sentence
from gsyf_lib.tables import share_table
from gsyf_lib.tables.cells import NONE, change_text, figure_text

__all__ = ["goal_note", "goal_table", "joint_note"]

SHARE = "short_exposure_share"
WHY = {
    "withheld": "有误，未采用",
    "no_key_personnel": "无人员",
    "incomplete": "数据不全",
    "cities_incomplete": "各市数据不全",
    "not_reported": "未报送",
}


def goal_note(review: Review, indicator: str) -> Html:
    """Return what to say of a group of goals before its table.

    Parameters
    ----------
    review : Review
    indicator : code of the indicator
    """
    rows = words.select_area(review.results, review.area)
    rows = rows[rows["indicator"] == indicator]
    goals = rows[rows["industry"] != TOTAL]
    if indicator in COUNTS:
        totals = [
            total_sentence(row, rows) for _, row in rows[rows["industry"] == TOTAL].iterrows()
        ]
        return paragraphs([*totals, _by_industry(goals, indicator)])
    if indicator == SHARE:
        return paragraphs([share_sentence(row) for _, row in goals.iterrows()])
    return paragraphs([coverage_sentence(goals)])


def joint_note(review: Review) -> Html:
    """Return which industries meet both goals on counts, and which do not (reading 3)."""
    rows = words.select_area(review.results, review.area)
    goals = rows[(rows["indicator"] == "joint") & (rows["industry"] != TOTAL)]
    return paragraphs([_by_industry(goals, "joint")])


def _by_industry(goals: pd.DataFrame, indicator: str) -> str:
    """Return how many industries have which verdict; those that do not meet the goal by name."""
    shown, parts = words.shown_statuses(goals), []
    for code, word in words.STATUSES.items():
        names = list(goals.loc[shown == code, "industry"])
        if names:
            is_all = code == "met" or len(names) == len(goals)
            named = "" if is_all else f"（{'、'.join(names)}）"
            parts.append(f"{word}{len(names)}个{named}")
    what = "按“均下降”的要求，" if indicator == "joint" else words.INDICATORS[indicator]
    return f"{len(goals)}个重点行业中，{what}{'，'.join(parts)}。"


def goal_table(review: Review, indicator: str) -> Html:
    """Return the figures of all years, this year's target and verdict, industry by industry."""
    if indicator == SHARE:
        shown = share_table(
            review.plan, review.submissions, review.history, review.area, review.last
        )
        # The links lead to where figures came from, which an area's report tells, not this one.
        return Html(re.sub(r"</?a\b[^>]*>", "", shown))
    rows = words.select_area(review.history, review.area)
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] <= review.last)]
    lines = [_line(group, review) for _, group in rows.groupby("industry", sort=False)]
    frame = pd.DataFrame(lines)
    caption = f"{review.area}{words.INDICATORS[indicator]}"
    if rows["provisional"].any():
        caption += "（*为初步数据）"
    numeric = [name for name in frame.columns if name.endswith("年")]
    return table(frame, caption=caption, numeric=numeric, row_header="行业")


def _line(group: pd.DataFrame, review: Review) -> dict[str, str]:
    """Return one industry's row; what was not handed in says so."""
    last = group.iloc[-1]
    line = {"行业": last["industry"]}
    is_count = last["indicator"] in COUNTS
    if is_count:
        known = group["baseline"].dropna()
        unit = words.UNITS[last["indicator"]]
        then = f"{int(known.iloc[-1])}{unit}" if len(known) else _why(last, "baseline_")
        line[f"{review.plan.baseline_year}年"] = then
    for _, row in group.iterrows():
        line[f"{row['year']}年"] = _figure(row)
    if is_count:
        line[f"较{review.plan.baseline_year}年"] = _change(last)
    return line | {
        "年度目标": words.target_words(last),
        "结论": words.verdict_words(last, "，{}"),
    }


def _figure(row: pd.Series) -> str:
    """Return the year's figure, or why there is none."""
    shown = figure_text(row, "value")
    if shown == NONE:
        return "无此行业" if row["status"] == "not_applicable" else _why(row)
    return shown + ("*" if row["provisional"] else "")


def _why(row: pd.Series, which: str = "") -> str:
    """Return why there is no figure; ``which`` is ``baseline_`` for that of the baseline year."""
    codes = [code.removeprefix(which) for code in row["reason"].split("|")]
    said = [WHY[code] for code in codes if code in WHY]
    whole = "各市数据不全" if row["level"] == "province" else "未报送"
    return said[0] if said else whole


def _change(row: pd.Series) -> str:
    """Return the change since the baseline; from zero it is told in cases."""
    shown = change_text(row)
    if shown != NONE or pd.isna(row["value"]) or pd.isna(row["baseline"]):
        return shown if shown != NONE else "不能计算"
    unit = words.UNITS[row["indicator"]]
    return f"由0增至{int(row['value'])}{unit}" if row["value"] else "保持为0"
