"""One department: the verdicts on its goals in every area, and the reports it owes."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, select_department, shown_status
from gsyf_lib.documents.blocks import (
    Block,
    Box,
    Paragraph,
    Span,
    Table,
    Text,
    in_a_row,
    named,
    note,
    rich,
    status_mark,
    table,
    with_note,
)
from gsyf_lib.tables.cells import GOAL, both_figures, by_area, goal_place
from gsyf_lib.vocabulary import NONE


def department_table(results: pd.DataFrame) -> Box:
    """Return the verdicts of all areas: areas down, industries across, one table per indicator.

    Parameters
    ----------
    results : frames.RESULTS of a year, such as ``department_results`` returns

    Examples
    --------
    >>> own = gs.department_results(results, "交通运输部门")
    >>> print(repr(department_table(own)).splitlines()[0])
    2023年事故起数（目标：下降10%）
    """
    shown = results[results["indicator"] != "joint"]
    present = set(shown["indicator"])
    codes = [code for code in wording.INDICATORS if code in present]
    return Box(tuple(_matrix(shown[shown["indicator"] == code]) for code in codes))


def _matrix(rows: pd.DataFrame) -> Table:
    first = rows.iloc[0]
    target = wording.targets_words(rows)
    caption = f"{first['year']}年{wording.INDICATORS[first['indicator']]}（目标：{target}）"
    return table(by_area(rows, _cell, named), caption, row_header="地区", role="matrix")


def _cell(row: pd.Series) -> Text:
    """Return a verdict, and under it the figures it stands on, as links to their origin."""
    mark = status_mark(shown_status(row), place=goal_place(row))
    if row["status"] not in ("met", "missed"):
        return with_note(
            mark, "" if row["status"] == "not_applicable" else wording.reason_beside(row)
        )
    why = wording.why_words(row) if row["status"] == "missed" else _met_by(row)
    return rich(mark, note(why), both_figures(row))


def _met_by(row: pd.Series) -> str:
    """Return by how much a goal is met, or in words where that is no number."""
    margin = wording.margin_words(row)
    if margin != NONE:
        return margin
    return wording.reason_words(row["reason"]) or wording.change_words(row)


def department_outlook_table(results: pd.DataFrame, outlook: pd.DataFrame) -> Block:
    """Return how many goals of each area are ahead, on pace or behind, and which are behind.

    Parameters
    ----------
    results : frames.RESULTS of a year, such as ``department_results`` returns
    outlook : frames.OUTLOOK of the same year

    Examples
    --------
    >>> own = gs.department_results(results, "交通运输部门")
    >>> gs.department_outlook_table(own, judged.outlook(2023))
    对照2025年目标的进度（预警，不是达标结论）
    ...
    """
    year, last = int(outlook["year"].iloc[0]), int(outlook["last_year"].iloc[0])
    if year == last:
        return Paragraph(wording.last_year_words(year))
    # The outlook holds all goals; the merge keeps those that the department answers for.
    rows = outlook.merge(results[GOAL], on=GOAL)
    lines = [
        {"地区": named(area)}
        | {word: f"{(group['outlook'] == c).sum()}项" for c, word in wording.OUTLOOKS.items()}
        | {"滞后的目标": _lagging(group)}
        for area, group in rows.groupby("area", sort=False)
    ]
    return table(
        lines,
        f"对照{last}年目标的进度（预警，不是达标结论）",
        numeric=list(wording.OUTLOOKS.values()),
        row_header="地区",
        role="outlook",
    )


def _lagging(group: pd.DataFrame) -> str:
    late = group[group["outlook"] == "behind"].to_dict("records")
    names = [f"{row['industry']}{wording.SHORT_INDICATORS[row['indicator']]}" for row in late]
    return "、".join(names) or NONE


def duties_table(judged: JudgedPlan, department: str) -> Table:
    """Return the reports a department owes over the years of the plan, until when, and what came.

    Parameters
    ----------
    judged : JudgedPlan
    department : its name

    Raises
    ------
    UsageError
        The department owes nothing; lists those that do.

    Examples
    --------
    >>> gs.duties_table(judged, "交通运输部门")
    交通运输部门应报的报表（截至2025年12月26日）
    报送期限  数据年度  报表  应报地区  按期  逾期报送  已报有误  部分报送  逾期未报  未到期
    2021年7月31日  2019年  安全生产事故  12个  12个  —  —  —  —  —
    ...
    """
    rows = select_department(judged.receipts, department)
    # One line per report and day: areas differ in how they stand, hardly ever in what they owe.
    key = ["due", "data_year", "table"]
    lines: list[dict[str, Text]] = [
        {
            "报送期限": wording.day(due),
            "数据年度": f"{year}年",
            "报表": wording.TABLES[name],
            "应报地区": f"{len(group)}个",
            **{word: _areas(group, code) for code, word in wording.RECEIPT_STATES.items()},
        }
        for (due, year, name), group in rows.groupby(key, sort=True)
    ]
    caption = (
        f"{rows['department'].iloc[0]}应报的报表（截至{wording.day(judged.submissions.as_of)}）"
    )
    return table(lines, caption, row_header="报送期限", role="duties")


def _areas(group: pd.DataFrame, state: str) -> Text:
    """Return how many areas are in a state; by name where something is still to be done."""
    rows = group[group["state"] == state]
    if rows.empty:
        return NONE
    if state in ("on_time", "not_due"):
        return f"{len(rows)}个"
    number = Span((f"{len(rows)}个",), role=f"receipt {state}")
    return rich(number, note(in_a_row(map(_area, rows.to_dict("records")))))


def _area(row: Mapping[str, Any]) -> Span:
    """Return the name of an area, and what is to be corrected there."""
    fault = f"（{wording.fault_words(row)}）" if row["faulty"] else ""
    return rich(named(row["area"]), fault)
