"""A row of results in; the cells of an indicator's sheet out, numbers exact and with a format.

A cell without a number says in words why there is none (``gap``): it is never blank and never 0.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, shown_statuses
from gsyf_lib.documents.workbooks import Figure
from gsyf_lib.reports.sheets import Column, Row

VALUES = ("value", "numerator", "denominator")
FROM_ZERO = {"held_at_zero", "rise_from_zero", "zero_baseline"}


def number(heading: str, width: int, name: str, shown: Callable[[Row], str]) -> Column:
    """Return a column of numbers: exactly those of ``results.csv``, with a format for the unit."""

    def cell(row: Row) -> Figure:
        if pd.isna(row[name]):
            return Figure(gap(row, name))
        is_count = row["indicator"] in COUNTS and name in ("baseline", "value")
        return Figure(int(row[name]) if is_count else row[name], shown(row))

    return Column(heading, width, cell, name)


# Number formats. In Excel one may have three parts: for numbers above zero, below zero, and zero.


def _unit(row: Row) -> str:
    return f'#,##0"{wording.UNITS[row["indicator"]]}"'


def _allowed(row: Row) -> str:
    if row["rule"] == "coverage_at_least":
        return f'"不少于"{_unit(row)}'
    return f'{_unit(row)}"以内"'


def _margin(row: Row) -> str:
    if row["rule"] == "coverage_at_least":
        return f'"超额"{_unit(row)};"差"{_unit(row)};"达到目标人数"'
    return f'"低于控制目标"{_unit(row)};"超控制目标"{_unit(row)};"等于控制目标"'


def _goal(row: Row) -> str:
    size = _like(wording.goal(row["threshold"]))
    if row["rule"] == "coverage_at_least":
        return size if row["threshold"] == 1 else f'{size}"以上"'
    return f'"下降"{size}'


def _like(text: str) -> str:
    """Return the percent format with as many decimals as ``text``.

    So rounding never carries a number across its goal (reading 2), as little as in the words.
    """
    decimals = len(text.rstrip("%").partition(".")[2])
    return f"0.{'0' * decimals}%" if decimals else "0%"


def _ratio(name: str) -> Callable[[Row], str]:
    return lambda row: _like(wording.figure_words(row, name))


def _decline(text: str, zero: str = "") -> str:
    """Return the format like ``text`` with the word for its direction before it."""
    decimals = _like(text)
    return f'"下降"{decimals};"上升"{decimals};{zero or decimals}'


def _interval(name: str) -> Callable[[Row], str]:
    return lambda row: _decline(wording.percent(row[name]))


# Words


def _change(row: Row) -> str:
    if pd.isna(row["value"]) or pd.isna(row["baseline"]):
        return gap(row, "decline")
    return wording.change_words_by_year(row)


def _compared(row: Row) -> str:
    """Return each year compared with, its share and its counts."""
    shares = (
        f"{year}年{share}（{n or wording.NO_COUNTS}）"
        for year, share, n in wording.compared_words(row)
    )
    return "、".join(shares) or gap(row, "baseline")


def _points(name: str) -> Callable[[Row], str]:
    """Return the end of the interval of a share, in percentage points (百分点)."""
    # As text: a number format has % but no percentage points.
    return lambda row: gap(row, name) if pd.isna(row[name]) else wording.points(row[name])


def _verdict_on(code: str) -> Callable[[Row], str]:
    return lambda row: wording.STATUSES[row[f"{code}_status"]]


def _state(row: Row) -> str:
    """Return whether a figure is preliminary or final; a dash if there is no figure."""
    is_there = (
        row["status"] in wording.JUDGED if row["indicator"] == "joint" else pd.notna(row["value"])
    )
    if not is_there:
        return wording.NONE
    return "初步数据" if row["provisional"] else "最终数据"


# The columns of the sheets

FIRST = (
    Column("地区", 9, itemgetter("area")),
    Column("行业", 14, itemgetter("industry")),
    Column("结论", 10, wording.status_word),
)
GOAL = number("年度目标", 11, "threshold", _goal)
ALLOWED = number("控制目标", 12, "allowed", _allowed)
MARGIN = number("与目标之差", 18, "margin", _margin)
LUCK = number("偶然达标的可能性", 11, "luck", lambda row: _like(wording.percent(row["luck"])))
BASELINE_YEAR = number("对比年度", 10, "baseline_year", lambda row: '0"年"')
LAST = (
    Column("说明", 19, lambda row: wording.reason_words(row["reason"]) or wording.NONE),
    Column("责任部门", 20, lambda row: row["department"] or wording.NONE),
    Column("数据状态", 10, _state),
)
COUNT_COLUMNS = (
    BASELINE_YEAR,
    number("对比值", 10, "baseline", _unit),
    number("实际值", 10, "value", _unit),
    number("变化", 11, "decline", lambda row: _decline(wording.change_words(row), '"持平"')),
    GOAL,
    ALLOWED,
    MARGIN,
    number("95%区间：上限", 14, "interval_high", _interval("interval_high")),
    number("95%区间：下限", 14, "interval_low", _interval("interval_low")),
    LUCK,
)
SHARE_COLUMNS = (
    BASELINE_YEAR,
    number("对比比例", 10, "baseline", _ratio("baseline")),
    number("本年比例", 10, "value", _ratio("value")),
    number("接尘工龄不足5年例数", 12, "numerator", _unit),
    number("报告总例数", 10, "denominator", _unit),
    Column("变化", 18, _change),
    Column("比较的年度和例数", 26, _compared),
    Column("年度目标", 12, wording.target_words),
    ALLOWED,
    MARGIN,
    # Of a share the low end is the best; of a decline, above, it is the high end.
    Column("95%区间：上限", 18, _points("interval_low")),
    Column("95%区间：下限", 18, _points("interval_high")),
    LUCK,
)
COVERAGE_COLUMNS = (
    number("重点岗位人员", 13, "denominator", _unit),
    number("已培训", 13, "numerator", _unit),
    number("覆盖率", 10, "value", _ratio("value")),
    GOAL,
    ALLOWED,
    MARGIN,
)
JOINT_COLUMNS = tuple(Column(wording.INDICATORS[code], 12, _verdict_on(code)) for code in COUNTS)


def columns_of(indicator: str) -> tuple[Column, ...]:
    """Return the columns of an indicator's sheet."""
    if indicator == "joint":
        return (*FIRST, *JOINT_COLUMNS, *LAST[1:])
    if indicator in COUNTS:
        return (*FIRST, *COUNT_COLUMNS, *LAST)
    return (*FIRST, *(SHARE_COLUMNS if indicator == SHARE else COVERAGE_COLUMNS), *LAST)


def with_parts(results: pd.DataFrame) -> pd.DataFrame:
    """Return results with the statuses of both counts beside each row: a joint row shows them."""
    key = ["area_code", "industry", "year"]
    shown = results.assign(status=shown_statuses(results))
    for code in COUNTS:
        part = shown.loc[shown["indicator"] == code, [*key, "status"]]
        results = results.merge(part.rename(columns={"status": f"{code}_status"}), "left", key)
    return results


# Gaps


def gap(row: Row, name: str) -> str:
    """Return why the column ``name`` of a row of results is empty."""
    reasons = row["reason"].split("|")
    if row["status"] == "not_applicable":
        return wording.NO_FIGURE["no_such_industry"]
    if name == "threshold":
        return wording.target_words(row)
    if pd.isna(row["value"]) and name != "baseline":
        return _first_word(reasons)
    if name in VALUES:  # a share without its two counts: only the ratio itself was reported
        return wording.NO_COUNTS
    if name == "baseline" or (pd.isna(row["baseline"]) and row["rule"] != "coverage_at_least"):
        # A reason is like ``baseline_withheld``: the words are those of ``withheld``.
        then = (code for code in reasons if "baseline" in code)
        return _first_word(c.removeprefix("baseline_").removesuffix("_at_baseline") for c in then)
    if FROM_ZERO.intersection(reasons):
        return "对比值为0"
    return wording.NO_COUNTS if pd.isna(row["numerator"]) else wording.NONE


def _first_word(codes: Iterable[str]) -> str:
    """Return the words for the first reason that has some; else that nothing was reported."""
    named = (wording.NO_FIGURE[code] for code in codes if code in wording.NO_FIGURE)
    return next(named, wording.NO_FIGURE["not_reported"])
