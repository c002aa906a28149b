"""Sentences on the funnel chart: which cities lie outside its limits, and how to read it."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import LEVEL, TOTAL, funnel, select_area
from gsyf_lib.documents.blocks import Box, paragraphs

LIMITS = f"{100 * LEVEL:g}%界限"
PLACES = {"above": "高于界限", "below": "低于界限"}
UNDRAWN = {"no_cases": "两年均为0起", "no_others": "其他市没有可比的事故"}
HOW = (
    "横向为两年事故起数之和，越靠右起数越多，偶然波动越小；纵向为变化，越靠下降得越多。"
    f"虚线为{LIMITS}，以其他各市合计的变化为中心。落在两条虚线之内的差别，偶然性即可解释，"
    "不宜据此分高下；落在虚线之外的，值得查明原因。阴影是达到年度目标的部分，与虚线无关。"
)


def funnel_note(results: pd.DataFrame, area: str | None = None, year: int | None = None) -> Box:
    """Return how the funnel reads and what it says; parameters as below.

    Examples
    --------
    >>> gs.funnel_note(results, "太原市")
    与其他市相比，太原市重点行业合计事故起数的变化在99.8%界限之内，差别偶然性即可解释。
    """
    return paragraphs(funnel_sentences(results, area, year))


def funnel_sentences(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> list[str]:
    """Return what the funnel says of all cities, or in one sentence of one of them.

    Parameters
    ----------
    results : frames.RESULTS
    area : a city; None: all of them, and how the figure is read
    year : year compared; the last of ``results`` if not given

    Examples
    --------
    >>> gs.funnel_sentences(results, "太原市")
    ['与其他市相比，太原市重点行业合计事故起数的变化在99.8%界限之内，差别偶然性即可解释。']
    """
    rows = funnel(results, year)
    if area is not None:
        return [_of_one(select_area(rows, area))]
    return [_found(rows), HOW, _left_out(rows)]


def outside(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows beyond the limits."""
    return rows[rows["position"].isin(list(PLACES))]


def undrawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have no place in the funnel."""
    return rows[~rows["position"].isin(["inside", *PLACES])]


def _found(rows: pd.DataFrame) -> str:
    first, beyond, drawn = rows.iloc[0], outside(rows), len(rows) - len(undrawn(rows))
    if not drawn:
        return f"{first['year']}年没有可以比较的数据。"
    start = f"{wording.years_compared(first)}，"
    # With many comparisons a few lie outside by chance alone: readers are told how many.
    expected = drawn * (1 - LEVEL)
    average = f"约{wording.rounded(expected, 1)}" if expected >= 0.1 else "不到0.1"
    by_chance = f"（即使各市毫无差别，平均也会有{average}项偶然落在界限外）"
    if beyond.empty:
        return f"{start}{drawn}项比较都在界限之内：各市之间的差别，偶然性即可解释。"
    cities = "；".join(_with_limits(row) for _, row in beyond.iterrows())
    counted = f"{drawn}项比较中，{len(beyond)}项在界限之外{by_chance}"
    return f"{start}{counted}：{cities}。其余都在界限之内。"


def _with_limits(row: pd.Series) -> str:
    return (
        f"{row['area']}{row['industry']}{PLACES[row['position']]}"
        f"（{row['baseline']}起→{row['value']}起，界限为{row['low']}～{row['high']}起）"
    )


def _left_out(rows: pd.DataFrame) -> str:
    why = UNDRAWN | wording.STATUSES
    names = [
        f"{row['area']}{row['industry']}（{why[row['position']]}）"
        for _, row in undrawn(rows).iterrows()
    ]
    return f"图中没有：{'、'.join(names)}。" if names else "各市各行业都在图中。"


def _of_one(rows: pd.DataFrame) -> str:
    total = rows[rows["industry"] == TOTAL].iloc[0]
    name = f"与其他市相比，{total['area']}{TOTAL}事故起数的变化"
    if total["position"] == "inside":
        finding = f"在{LIMITS}之内，差别偶然性即可解释"
    elif total["position"] in PLACES:
        finding = f"{PLACES[total['position']]}（{LIMITS}），超出偶然性能解释的范围，值得查明原因"
    else:
        finding = f"不作比较（{(UNDRAWN | wording.STATUSES)[total['position']]}）"
    industries = outside(rows[rows["industry"] != TOTAL])
    # The sentence is about one city: its name is said once.
    more = "；".join(
        _with_limits(row).removeprefix(row["area"]) for _, row in industries.iterrows()
    )
    return f"{name}{finding}{'；分行业，' + more if more else ''}。"
