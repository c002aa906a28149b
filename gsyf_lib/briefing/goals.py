"""Each indicator's goals in sentences, and its figures by industry and year."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, TOTAL, USABLE, select_area, shown_statuses
from gsyf_lib.briefing.review import Review
from gsyf_lib.documents.blocks import Block, Box, paragraphs, table
from gsyf_lib.tables.share import share_table
from gsyf_lib.tables.summary import coverage_sentences, share_sentences, total_sentences
from gsyf_lib.vocabulary import NONE

# What stands in the place of a figure; results give finer reasons than values do.
WHY = wording.NO_FIGURE | {"withheld": "有误，未采用", "no_key_personnel": "无人员"}


def goal_note(review: Review, indicator: str) -> Box:
    """Return what to say of a group of goals before its table.

    Parameters
    ----------
    review : Review
    indicator : code of the indicator
    """
    rows = select_area(review.results, review.area)
    rows = rows[rows["indicator"] == indicator]
    goals = rows[rows["industry"] != TOTAL]
    if indicator in COUNTS:
        return paragraphs([*total_sentences(rows), _by_industry(goals, indicator)])
    return paragraphs([*share_sentences(goals), *coverage_sentences(goals)])


def also_below(review: Review) -> list[int]:
    """Return the year that a share has to be below besides the one compared with (reading 8)."""
    return [review.plan.baseline_year] if review.is_last_year else []


def share_words(row: pd.Series, year: int, review: Review) -> str:
    """Return the share of a year with its counts, from the values that the row was judged by."""
    key = (row["area_code"], row["industry"], row["indicator"], year)
    value = review.values.get(key, {"state": "not_reported", "denominator": 0})
    if value["state"] not in USABLE or not value["denominator"]:
        return WHY.get(value["state"], WHY["no_reported_cases"])
    share = wording.percent(Fraction(int(value["numerator"]), int(value["denominator"])))
    counts = wording.NO_COUNTS if value["state"] == "bare" else wording.share_counts(value)
    return f"{share}（{counts}）"


def joint_note(review: Review) -> Box:
    """Return which industries meet both goals on counts, and which do not (reading 3)."""
    rows = select_area(review.results, review.area)
    goals = rows[(rows["indicator"] == "joint") & (rows["industry"] != TOTAL)]
    return paragraphs([_by_industry(goals, "joint")])


def _by_industry(goals: pd.DataFrame, indicator: str) -> str:
    """Return how many industries have which verdict, with the names of those that miss the goal."""
    shown, parts = shown_statuses(goals), []
    for code, word in wording.STATUSES.items():
        names = list(goals.loc[shown == code, "industry"])
        if names:
            is_plain = code == "met" or len(names) == len(goals)
            listed = "" if is_plain else f"（{'、'.join(names)}）"
            parts.append(f"{word}{len(names)}个{listed}")
    what = "按“均下降”的要求，" if indicator == "joint" else wording.INDICATORS[indicator]
    return f"{len(goals)}个重点行业中，{what}{'，'.join(parts)}。"


def goal_table(review: Review, indicator: str) -> Block:
    """Return the figures of all years, this year's target and verdict, industry by industry."""
    if indicator == SHARE:
        return share_table(review.judged, review.area, review.last)
    rows = select_area(review.judged.history, review.area)
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] <= review.last)]
    lines = [_line(group, review) for _, group in rows.groupby("industry", sort=False)]
    caption = f"{review.area}{wording.INDICATORS[indicator]}"
    if rows["provisional"].any():
        caption += "（*为初步数据）"
    numeric = [name for name in lines[0] if name.endswith("年")]
    return table(lines, caption, numeric=numeric, row_header="行业")


def _line(group: pd.DataFrame, review: Review) -> dict[str, str]:
    """Return the line of an industry, with words where a year has no figure."""
    last = group.iloc[-1]
    line = {"行业": last["industry"]}
    # Only counts are compared with the baseline year; coverage has none.
    is_count = last["indicator"] in COUNTS
    if is_count:
        line[f"{review.plan.baseline_year}年"] = _baseline(group, review)
    for _, row in group.iterrows():
        line[f"{row['year']}年"] = _figure(row)
    if is_count:
        line[f"较{review.plan.baseline_year}年"] = _change(last)
    return line | {
        "年度目标": wording.target_words(last),
        "结论": wording.verdict_words(last, "，{}"),
    }


def _baseline(group: pd.DataFrame, review: Review) -> str:
    """Return the count of the baseline year that verdicts were based on, or why there is none."""
    known, last = group[group["baseline"].notna()], group.iloc[-1]
    if len(known):
        return wording.figure_words(known.iloc[-1], "baseline")
    key = (last["area_code"], last["industry"], last["indicator"], review.plan.baseline_year)
    value = review.values.get(key, {"state": "not_reported", "basis": ""})
    # Not the province's own report is lacking, but a city's, whose figures it would be added from.
    is_sum = (value["state"], value["basis"]) == ("incomplete", "sum")
    return WHY["cities_incomplete" if is_sum else value["state"]]


def _figure(row: pd.Series) -> str:
    """Return the year's figure, or why there is none."""
    shown = wording.figure_words(row, "value")
    if shown == NONE:
        return next(WHY[code] for code in row["reason"].split("|") if code in WHY)
    return shown + ("*" if row["provisional"] else "")


def _change(row: pd.Series) -> str:
    """Return the change since the baseline."""
    if row["status"] == "not_applicable":
        return WHY["absent"]
    shown = wording.change_words(row)
    return shown if shown != NONE else "不能计算"
