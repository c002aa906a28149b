"""Which reports were due and which came, and how far the year's tasks are."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, select_area
from gsyf_lib.documents.blocks import Block, Box, Fold, Paragraph, Span, Table, Text, table
from gsyf_lib.tables.cells import is_given
from gsyf_lib.vocabulary import NONE


def receipts_table(judged: JudgedPlan, area: str, year: int) -> Block:
    """Return what an area owed up to ``year``: received, late or missing.

    Parameters
    ----------
    year : the last data year shown

    Examples
    --------
    >>> gs.receipts_table(judged, "忻州市", 2023)
    忻州市报送情况（截至2025年12月26日）
    ...
    """
    rows = select_area(judged.receipts, area)
    rows = rows[rows["data_year"] <= year].sort_values(["data_year", "due"], kind="stable")
    # What came in time in earlier years needs no attention any more: it is folded away.
    settled = (rows["data_year"] < year) & (rows["state"] == "on_time")
    caption = f"{rows['area'].iloc[0]}报送情况（截至{wording.day(judged.submissions.as_of)}）"
    shown = _receipt_lines(rows[~settled], caption)
    if not settled.any():
        return shown
    earlier = f"以前年度按期报齐的报表{settled.sum()}张"
    return Box((shown, Fold(earlier, (_receipt_lines(rows[settled], earlier),))))


def _receipt_lines(rows: pd.DataFrame, caption: str) -> Table:
    lines = [
        _report(row)
        | {
            "收到": f"{row['received']}/{row['expected']}个行业",
            "收齐日期": wording.day(row["received_on"]) if is_given(row["received_on"]) else NONE,
            "情况": _receipt_mark(row),
        }
        for _, row in rows.iterrows()
    ]
    return table(lines, caption, row_header="数据年度", role="cards")


def _report(row: pd.Series) -> dict[str, str]:
    """Return which report is owed, by whom and until when."""
    return {
        "数据年度": f"{row['data_year']}年",
        "报表": wording.TABLES[row["table"]],
        "报送部门": row["department"],
        "报送期限": wording.day(row["due"]),
    }


def completeness_table(judged: JudgedPlan, year: int) -> Table:
    """Return received / expected for ``year``, areas down and departments across.

    Parameters
    ----------
    year : the data year

    Examples
    --------
    >>> gs.completeness_table(judged, 2023)
    2023年数据报齐情况（已收到/应报的行业数，各报表相加）
    ...
    """
    rows = judged.receipts[judged.receipts["data_year"] == year]
    cells = {key: _share_mark(group) for key, group in rows.groupby(["area", "department"])}
    departments = list(rows["department"].unique())
    lines = [
        {"地区": area} | {name: cells[area, name] for name in departments}
        for area in rows["area"].unique()
    ]
    caption = f"{year}年数据报齐情况（已收到/应报的行业数，各报表相加）"
    return table(lines, caption, row_header="地区", role="overview")


def _share_mark(rows: pd.DataFrame) -> Text:
    """Return received / expected, with a sign, and what is lacking in words."""
    received, expected = int(rows["received"].sum()), int(rows["expected"].sum())
    if received == expected:
        return f"✓ {received}/{expected}"
    due = (rows["state"] != "not_due").any()
    # ``faulty`` holds the industries whose figures are to be corrected, parted by "|".
    faulty = sum(len(names.split("|")) for names in rows["faulty"] if names)
    lacking = expected - received - faulty
    state = ("missing" if not (received or faulty) else "partial") if due else "not_due"
    # A list times False is empty, so only what is above zero is said.
    counts = [f"缺{lacking}项"] * bool(lacking) + [f"有误{faulty}项"] * bool(faulty)
    lacks = "，".join(counts) if due else wording.RECEIPT_STATES["not_due"]
    return Span((f"… {received}/{expected}（{lacks}）",), role=f"receipt {state}")


def late_table(judged: JudgedPlan, year: int) -> Block:
    """Return what came late, with errors, in part or not at all, of all data years to ``year``.

    Examples
    --------
    >>> gs.late_table(judged, 2023)
    逾期、缺报和有误的报表
    ...
    """
    rows = judged.receipts[judged.receipts["data_year"] <= year]
    rows = rows[rows["state"].isin(["late", "faulty", "partial", "missing"])]
    lines = [
        {"地区": row["area"], **_report(row), "情况": _receipt_mark(row)}
        for _, row in rows.iterrows()
    ]
    if not lines:
        return Paragraph("各地区均已按期报齐。")
    return table(lines, "逾期、缺报和有误的报表", row_header="地区", role="cards")


def _receipt_mark(row: pd.Series) -> Span:
    return Span((wording.receipt_words(row),), role=f"receipt {row['state']}")


def tasks_table(judged: JudgedPlan, area: str, year: int) -> Table:
    """Return the year's tasks that an area has to do, and how far they are.

    Examples
    --------
    >>> gs.tasks_table(judged, "太原市", 2023)
    太原市2023年工作任务
    ...
    """
    plan, progress = judged.plan, judged.submissions.progress
    row = plan.area_row(area)
    tasks = plan.tasks[
        (plan.tasks["year"] == year) & plan.tasks["actors"].isin([row["level"], "both"])
    ]
    reported = progress[(progress["area_code"] == row["code"]) & (progress["year"] == year)]
    by_number = {report["number"]: report for _, report in reported.iterrows()}
    lines = [
        {"序号": task["number"], "工作任务": task["text"]}
        | _task_line(by_number.get(task["number"]))
        for _, task in tasks.iterrows()
    ]
    caption = f"{row['name']}{year}年工作任务"
    return table(lines, caption, row_header="序号", role="cards")


def _task_line(row: pd.Series | None) -> dict[str, str]:
    # An area that is silent about a task may have done it: it is "未报送", never "未开展".
    if row is None:
        return {"完成情况": wording.STATUSES["not_reported"], "完成日期": NONE}
    done_on = wording.day(row["completed_on"]) if is_given(row["completed_on"]) else NONE
    return {"完成情况": wording.TASK_STATES[row["state"]], "完成日期": done_on}
