"""Which reports were due and which came, and how far the year's tasks are."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, select_area
from gsyf_lib.documents.blocks import Block, Box, Column, Fold, Paragraph, Span, Table, Text
from gsyf_lib.tables.parts import AREA, Columns, Record, grid, listing


def receipts_table(judged: JudgedPlan, area: str, year: int) -> Block:
    """Return what an area owed up to the data year ``year``: received, late or missing.

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
    shown = listing(rows[~settled], caption, RECEIPTS)
    if not settled.any():
        return shown
    earlier = f"以前年度按期报齐的报表{settled.sum()}张"
    return Box((shown, Fold(earlier, (listing(rows[settled], earlier, RECEIPTS),))))


def _day(value: pd.Timestamp) -> str:
    return wording.NONE if pd.isna(value) else wording.day(value)


def _receipt_mark(row: Record) -> Span:
    return Span((wording.receipt_words(row),), role=f"receipt {row['state']}")


# Which report is owed, by whom and until when.
REPORT: Columns = {
    Column("报表"): lambda row: wording.TABLES[row["table"]],
    Column("报送部门"): "department",
    Column("报送期限"): lambda row: wording.day(row["due"]),
}
RECEIPTS: Columns = {
    Column("数据年度", is_head=True): lambda row: f"{row['data_year']}年",
    **REPORT,
    Column("收到"): "{received}/{expected}个行业".format_map,
    Column("收齐日期"): lambda row: _day(row["received_on"]),
    Column("情况"): _receipt_mark,
}
LATE: Columns = {
    AREA: "area",
    Column("数据年度"): lambda row: f"{row['data_year']}年",
    **REPORT,
    Column("情况"): _receipt_mark,
}


def completeness_table(judged: JudgedPlan, year: int) -> Table:
    """Return received / expected for the data year ``year``, areas down and departments across.

    Examples
    --------
    >>> gs.completeness_table(judged, 2023)
    2023年数据报齐情况（已收到/应报的行业数，各报表相加）
    ...
    """
    rows = judged.receipts[judged.receipts["data_year"] == year]
    groups = rows.groupby(["area", "department"], sort=False)
    cells = {key: _share_mark(group) for key, group in groups}
    caption = f"{year}年数据报齐情况（已收到/应报的行业数，各报表相加）"
    return grid(cells, caption, role="overview")


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
    if rows.empty:
        return Paragraph("各地区均已按期报齐。")
    return listing(rows, "逾期、缺报和有误的报表", LATE)


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
    is_own = plan.tasks["actors"].isin([row["level"], "both"]) & (plan.tasks["year"] == year)
    reported = progress[progress["area_code"] == row["code"]]
    tasks = plan.tasks[is_own].merge(reported, how="left", on=["year", "number"])
    return listing(tasks, f"{row['name']}{year}年工作任务", TASKS)


# An area that is silent about a task may have done it: it is "未报送", never "未开展".
TASKS: Columns = {
    Column("序号", is_head=True): "number",
    Column("工作任务"): "text",
    Column("完成情况"): lambda row: wording.TASK_STATES.get(
        row["state"], wording.STATUSES["not_reported"]
    ),
    Column("完成日期"): lambda row: _day(row["completed_on"]),
}
