"""The funnel, which compares each city with the others together: its figures and how it reads."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import LEVEL, TOTAL, decline_of, funnel, select_area
from gsyf_lib.documents.blocks import Block, Box, Column, Fold, Text, note, paragraphs, rich
from gsyf_lib.tables.parts import AREA, Columns, Record, by_area, grid, listing

LIMITS = f"{100 * LEVEL:g}%界限"
PLACES = {"above": "高于界限", "below": "低于界限"}
UNDRAWN = {"no_cases": "两年均为0起", "no_others": "其他市没有可比的事故"} | wording.STATUSES
HOW = (
    "横向为两年事故起数之和，越靠右起数越多，偶然波动越小；纵向为变化，越靠下降得越多。"
    f"虚线为{LIMITS}，以其他各市合计的变化为中心。落在两条虚线之内的差别属偶然波动范围，"
    "不宜据此评价优劣；落在虚线之外的，值得查明原因。阴影是达到年度目标的部分，与虚线无关。"
)


def funnel_table(results: pd.DataFrame, year: int | None = None) -> Block:
    """列出在界限之外的市，下面折叠列出各市的数字。

    ``results`` 为判定结果（frames.RESULTS）；不写 ``year`` 的比较其中的最后一年。

    Examples
    --------
    >>> gs.funnel_table(results)
    2023年与2019年相比在99.8%界限之外的市（按行政区划代码排列）
    ...
    """
    rows = funnel(results, year)
    beyond, first = outside(rows), rows.iloc[0]
    now, then = f"{first['year']}年", f"{first['baseline_year']}年"
    caption = f"{then}→{now}事故起数（小字为{now}的{LIMITS}）"
    matrix = grid(by_area(rows, _cell), caption, role="", is_number=True)
    everything = Fold("漏斗图的数据（各市各行业）", (matrix,))
    if beyond.empty:
        return everything
    columns: Columns = {
        AREA: "area",
        Column("行业"): "industry",
        Column("位置"): lambda row: PLACES[row["position"]],
        Column(then, is_number=True): lambda row: f"{row['baseline']}起",
        Column(now, is_number=True): lambda row: f"{row['value']}起",
        Column("界限", is_number=True): lambda row: f"{_limits(row)}起",
        Column("其他市合计的变化", is_number=True): _change,
    }
    caption = f"{wording.years_compared(first)}在{LIMITS}之外的市（按行政区划代码排列）"
    return Box((listing(beyond, caption, columns, role=""), everything))


def _limits(row: Record) -> str:
    return f"{row['low']}～{row['high']}"


def _change(row: Record) -> str:
    """Return in words how the accidents of the other cities have changed together."""
    # ``others`` is the later year's share of both years: 1 means none in the baseline year.
    if row["others"] == 1:
        return "对比年度为0"
    return wording.change(decline_of(row["others"]), decline_of(row["goal"]))


def _cell(row: Record) -> Text:
    if pd.isna(row["cases"]):
        return wording.STATUSES[row["position"]]
    limits = wording.NONE if pd.isna(row["low"]) else _limits(row)
    place = f" {PLACES[row['position']]}" if row["position"] in PLACES else ""
    return rich(f"{row['baseline']}→{row['value']}", note(f"{limits}{place}"))


def funnel_note(results: pd.DataFrame, area: str | None = None, year: int | None = None) -> Box:
    """说明漏斗图怎么看、说明什么；写明地区的只说这个市。

    Examples
    --------
    >>> gs.page.funnel_note(results, "太原市")
    与其他市相比，太原市重点行业合计事故起数的变化在99.8%界限之内，属偶然波动范围。
    """
    return paragraphs(funnel_sentences(results, area, year))


def funnel_sentences(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> list[str]:
    """Return what the funnel says of all cities and how it is read, or one sentence on a city."""
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
        return f"{first['year']}年因数据不全，不作比较。"
    start = f"{wording.years_compared(first)}，{drawn}项比较"
    if beyond.empty:
        return f"{start}都在界限之内：各市之间的差别属偶然波动范围，不宜据此评价优劣。"
    # With many comparisons a few lie outside by chance alone: readers are told how many.
    expected = drawn * (1 - LEVEL)
    average = f"约{wording.rounded(expected, 1)}" if expected >= 0.1 else "不到0.1"
    by_chance = f"（即使各市毫无差别，平均也会有{average}项偶然落在界限外）"
    cities = "；".join(row["area"] + _with_limits(row) for row in beyond.to_dict("records"))
    return f"{start}中，{len(beyond)}项在界限之外{by_chance}：{cities}。其余都在界限之内。"


def _with_limits(row: Record) -> str:
    figures = f"{row['baseline']}起→{row['value']}起，界限为{_limits(row)}起"
    return f"{row['industry']}{PLACES[row['position']]}（{figures}）"


def _left_out(rows: pd.DataFrame) -> str:
    names = [
        f"{row['area']}{row['industry']}（{UNDRAWN[row['position']]}）"
        for row in undrawn(rows).to_dict("records")
    ]
    return f"图中没有：{'、'.join(names)}。" if names else "各市各行业都在图中。"


def _of_one(rows: pd.DataFrame) -> str:
    total = rows[rows["industry"] == TOTAL].iloc[0]
    if total["position"] == "inside":
        finding = f"在{LIMITS}之内，属偶然波动范围"
    elif total["position"] in PLACES:
        finding = f"{PLACES[total['position']]}（{LIMITS}），超出偶然性能解释的范围，值得查明原因"
    else:
        finding = f"不作比较（{UNDRAWN[total['position']]}）"
    industries = outside(rows[rows["industry"] != TOTAL]).to_dict("records")
    more = f"；分行业，{'；'.join(map(_with_limits, industries))}" if industries else ""
    return f"与其他市相比，{total['area']}{TOTAL}事故起数的变化{finding}{more}。"
