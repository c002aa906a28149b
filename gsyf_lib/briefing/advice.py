"""Proposals to be edited: each follows from a verdict or a fault, none is invented."""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.gaps import gap_words
from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.work import open_reports, unfinished
from gsyf_lib.html import Html, paragraphs
from gsyf_lib.notes.outlook import over_by_trend

__all__ = ["advice", "proposals"]

INTRODUCTION = "下列各项由判定结果和数据问题逐条得出，括号内为依据；具体措施由编写单位补充、删改。"
MEASURES = {"faster": "宜加大力度", "unsure": "须防止反弹", "reached": "须防止反弹"}


def advice(review: Review) -> Html:
    """Return the proposals as a list, and what they are."""
    items = list(proposals(review))
    if not items:
        return Html("<p>没有未达标、滞后、缺报和待核实的事项，无须列入建议。</p>")
    entries = Html("").join(Html("<li>{}</li>").format(text) for text in items)
    return Html("{}<ul>{}</ul>").format(paragraphs([INTRODUCTION]), entries)


def proposals(review: Review) -> Iterator[str]:
    """Yield one proposal per department that misses goals, then those on trends and on data."""
    goals = review.goals
    missed = goals[goals["status"] == "missed"]
    for department, rows in missed.groupby("department", sort=False):
        named = "、".join(gap_words(row) for _, row in rows.iterrows())
        yield f"{department}分析{named}的原因，提出措施（依据：{review.last}年判定未达标）。"
    yield from _of_trends(review)
    yield from _of_data(review)


def _of_trends(review: Review) -> Iterator[str]:
    """Name what stands well today, while its trend misses the last year's target."""
    for _, row in over_by_trend(words.select_area(review.outlook, review.area)).iterrows():
        unit = words.UNITS[row["indicator"]]
        yield (
            f"{row['industry']}{words.INDICATORS[row['indicator']]}{_needed(row, unit)}，"
            f"{MEASURES[row['case']]}（依据：按历年变化率推算，{row['last_year']}年"
            f"约{words.rounded(row['projected'])}{unit}，目标为至多{row['goal']}{unit}）。"
        )


def _needed(row: pd.Series, unit: str) -> str:
    if row["case"] == "reached":
        return f"已达到{row['last_year']}年目标"
    needed = words.rounded_up(row["pace_needed"], 1)
    return f"今后每年须再减少{needed}{unit}，以往年均{_seen(row['pace_seen'], unit)}"


def _seen(pace: float, unit: str) -> str:
    return f"{'减少' if pace >= 0 else '增加'}{words.rounded(abs(pace), 1)}{unit}"


def _of_data(review: Review) -> Iterator[str]:
    for department, rows in open_reports(review).groupby("department", sort=False):
        named = "、".join(_report(row) for _, row in rows.iterrows())
        yield f"{department}补报{named}（依据：报送情况，逾期未报齐）。"
    found = review.submissions.findings
    wrong = found[found["severity"] == "error"]
    wrong = wrong if review.is_province else wrong[wrong["area"] == review.area]
    if len(wrong):
        yield f"报送单位核实{len(wrong)}处有错误、未采用的数据（依据：数据质量问题）。"
    if left := unfinished(review):
        whom = "督促有关地区尽快" if review.is_province else "尽快"
        yield f"{whom}办结或补报{left}工作任务（依据：工作任务完成情况）。"


def _report(row: pd.Series) -> str:
    return f"{row['area']}{row['data_year']}年{words.TABLES[row['table']]}"
