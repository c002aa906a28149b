"""A row of results in; the cells of an indicator's sheet out, numbers exact and with a format.

A cell without a number says in words why there is none (``gap``): it is never blank and never 0.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, shown_statuses
from gsyf_lib.documents.workbooks import Figure

Row = Mapping[str, Any]
VALUES = ("value", "numerator", "denominator")
FROM_ZERO = {"held_at_zero", "rise_from_zero", "zero_baseline"}


@dataclass(frozen=True)
class Text:
    """A column of words."""

    heading: str
    width: int
    said: Callable[[Row], str]

    def cell(self, row: Row) -> str:
        """Return what the cell says."""
        return self.said(row)


@dataclass(frozen=True)
class Number:
    """A column of numbers: exactly those of ``results.csv``, with a format that adds the unit."""

    heading: str
    width: int
    name: str
    shown: Callable[[Row], str]

    def cell(self, row: Row) -> Figure:
        """Return the number with its format, or words that say why there is none."""
        number = row[self.name]
        if pd.isna(number):
            return Figure(gap(row, self.name))
        is_count = row["indicator"] in COUNTS and self.name in ("baseline", "value")
        return Figure(int(number) if is_count else number, self.shown(row))


def _unit(row: Row) -> str:
    return f'#,##0"{wording.UNITS[row["indicator"]]}"'


def _allowed(row: Row) -> str:
    bound = "至少" if row["rule"] == "coverage_at_least" else "至多"
    return f'"{bound}"{_unit(row)}'


def _margin(row: Row) -> str:
    # A number format in Excel has three parts: for numbers above zero, below zero, and for zero.
    short = "还差" if row["rule"] == "coverage_at_least" else "超出"
    return f'"富余"{_unit(row)};"{short}"{_unit(row)};"恰好达到"'


def _like(text: str) -> str:
    """Return the percent format with as many decimals as ``text``.

    Examples
    --------
    >>> _like("4.96%"), _like("5%")
    ('0.00%', '0%')
    """
    places = len(text.rstrip("%").partition(".")[2])
    return f"0.{'0' * places}%" if places else "0%"


def _decline(row: Row) -> str:
    """Return a format whose rounding never carries a decline across its goal (reading 2)."""
    places = _like(wording.change_words(row))
    return f'"下降"{places};"上升"{places};"持平"'


def _ratio(name: str) -> Callable[[Row], str]:
    """Return a format whose rounding never carries a share across its goal."""
    return lambda row: _like(wording.figure_words(row, name))


def _percent_of(name: str) -> Callable[[Row], str]:
    return lambda row: _like(wording.percent(row[name]))


def _signed(name: str, above: str, below: str) -> Callable[[Row], str]:
    """Return a format that puts the word for its direction before the end of an interval."""

    def shown(row: Row) -> str:
        places = _like(wording.percent(row[name]))
        return f'"{above}"{places};"{below}"{places};{places}'

    return shown


def _goal(row: Row) -> str:
    word = "达" if row["rule"] == "coverage_at_least" else "下降"
    return f'"{word}"{_like(wording.goal(row["threshold"]))}'


def _change(row: Row) -> str:
    if pd.isna(row["value"]) or pd.isna(row["baseline"]):
        return gap(row, "decline")
    return wording.changes_words(row)


def _compared(row: Row) -> str:
    """Return each year compared with, its share and its counts."""
    shares = (
        f"{year}年{share}（{n or wording.NO_COUNTS}）"
        for year, share, n in wording.compared_words(row)
    )
    return "、".join(shares) or gap(row, "baseline")


def _points(row: Row, name: str) -> str:
    """Return the end of the interval of a share, in percentage points (百分点)."""
    # As text: a number format has % but no percentage points.
    return gap(row, name) if pd.isna(row[name]) else wording.points(row[name])


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


AREA = Text("地区", 9, lambda row: row["area"])
INDUSTRY = Text("行业", 14, lambda row: row["industry"])
STATUS = Text("结论", 10, lambda row: wording.status_word(row))
GOAL = Number("年度目标", 11, "threshold", _goal)
ALLOWED = Number("达标界限", 12, "allowed", _allowed)
MARGIN = Number("余量", 11, "margin", _margin)
LUCK = Number("风险未变时达标的机会", 11, "luck", _percent_of("luck"))
BASELINE_YEAR = Number("对比年度", 10, "baseline_year", lambda row: '0"年"')
REASON = Text("说明", 19, lambda row: wording.reason_words(row["reason"]) or wording.NONE)
DEPARTMENT = Text("责任部门", 20, lambda row: row["department"] or wording.NONE)
STATE = Text("数据状态", 10, _state)
LAST = (REASON, DEPARTMENT, STATE)
COUNT_COLUMNS = (
    BASELINE_YEAR,
    Number("对比值", 10, "baseline", _unit),
    Number("实际值", 10, "value", _unit),
    Number("变化", 11, "decline", _decline),
    GOAL,
    ALLOWED,
    MARGIN,
    Number("95%区间：最好", 14, "interval_high", _signed("interval_high", "下降", "上升")),
    Number("95%区间：最差", 14, "interval_low", _signed("interval_low", "下降", "上升")),
    LUCK,
)
SHARE_COLUMNS = (
    BASELINE_YEAR,
    Number("对比比例", 10, "baseline", _ratio("baseline")),
    Number("本年比例", 10, "value", _ratio("value")),
    Number("接尘工龄不足5年例数", 12, "numerator", _unit),
    Number("报告总例数", 10, "denominator", _unit),
    Text("变化", 18, _change),
    Text("比较的年度和例数", 26, _compared),
    Text("年度目标", 12, lambda row: wording.target_words(row)),
    ALLOWED,
    MARGIN,
    # Of a share the low end is the best; of a decline, above, it is the high end.
    Text("95%区间：最好", 18, lambda row: _points(row, "interval_low")),
    Text("95%区间：最差", 18, lambda row: _points(row, "interval_high")),
    LUCK,
)
COVERAGE_COLUMNS = (
    Number("重点岗位人员", 13, "denominator", _unit),
    Number("已培训", 13, "numerator", _unit),
    Number("覆盖率", 10, "value", _ratio("value")),
    GOAL,
    ALLOWED,
    MARGIN,
)
FIRST = (AREA, INDUSTRY, STATUS)
JOINT_COLUMNS = tuple(Text(wording.INDICATORS[code], 12, _verdict_on(code)) for code in COUNTS)


def columns_of(indicator: str) -> tuple[Text | Number, ...]:
    """Return the columns of an indicator's sheet."""
    if indicator in COUNTS:
        return (*FIRST, *COUNT_COLUMNS, *LAST)
    if indicator == SHARE:
        return (*FIRST, *SHARE_COLUMNS, *LAST)
    if indicator == "joint":
        return (*FIRST, *JOINT_COLUMNS, DEPARTMENT, STATE)
    return (*FIRST, *COVERAGE_COLUMNS, *LAST)


def with_parts(results: pd.DataFrame) -> pd.DataFrame:
    """Return results with the statuses of both counts beside each row: a joint row shows them."""
    key = ["area_code", "industry", "year"]
    shown = results.assign(status=shown_statuses(results))
    for code in COUNTS:
        part = shown.loc[shown["indicator"] == code, [*key, "status"]]
        results = results.merge(part.rename(columns={"status": f"{code}_status"}), "left", key)
    return results


def gap(row: Row, name: str) -> str:
    """Return why the column ``name`` of a row of results is empty.

    Examples
    --------
    >>> gap({"status": "not_reported", "reason": "withheld", "value": None}, "value")
    '数据有误'
    >>> gap({"status": "met", "reason": "held_at_zero", "value": 0, "baseline": 0}, "decline")
    '对比值为0'
    """
    if row["status"] == "not_applicable":
        return wording.NO_FIGURE["no_such_industry"]
    if name == "threshold":
        return wording.target_words(row)
    if name in VALUES:
        return _no_value(row)
    return _no_baseline(row) if name == "baseline" else _not_computed(row)


def _reasons(row: Row) -> list[str]:
    return row["reason"].split("|")


def _no_value(row: Row) -> str:
    """Return why the year has no figure."""
    # A share without its two counts: only the ratio itself was reported.
    if pd.notna(row["value"]):
        return wording.NO_COUNTS
    return _first_word(_reasons(row))


def _first_word(codes: Iterable[str]) -> str:
    """Return the words for the first reason that has some; else that nothing was reported."""
    named = (wording.NO_FIGURE[code] for code in codes if code in wording.NO_FIGURE)
    return next(named, wording.NO_FIGURE["not_reported"])


def _no_baseline(row: Row) -> str:
    """Return why there is nothing to compare with."""
    # A reason is like ``baseline_withheld``: the words are those of ``withheld``.
    codes = (code for code in _reasons(row) if "baseline" in code)
    return _first_word(c.removeprefix("baseline_").removesuffix("_at_baseline") for c in codes)


def _not_computed(row: Row) -> str:
    if pd.isna(row["value"]):
        return _no_value(row)
    if pd.isna(row["baseline"]) and row["rule"] != "coverage_at_least":
        return _no_baseline(row)
    if FROM_ZERO.intersection(_reasons(row)):
        return "对比值为0"
    return wording.NO_COUNTS if pd.isna(row["numerator"]) else wording.NONE
