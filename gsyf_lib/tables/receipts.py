"""Which reports were due and which came, and how far the year's tasks are."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, select_area
from gsyf_lib.documents.blocks import Block, Box, Column, Fold, Paragraph, Span, Table, Text
from gsyf_lib.tables.parts import AREA, Columns, Record, grid, listing


def receipts_table(judged: JudgedPlan, area: str, year: int) -> Block:
    """一个地区到数据年度 ``year`` 为止应报的报表：已收到、逾期或未报。

    Examples
    --------
    >>> gs.page.receipts_table(judged, "忻州市", 2023)
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
    earlier = f"以前年度按期报齐的报表{settled.sum()}份"
    return Box((shown, Fold(earlier, (listing(rows[settled], earlier, RECEIPTS),))))


def open_reports(judged: JudgedPlan, area: str, year: int) -> Block:
    """一个地区某一数据年度逾期、有误、部分报送或未报的报表。

    没有的，用一句话说明。

    Examples
    --------
    >>> gs.page.open_reports(judged, "太原市", 2023)
    太原市2023年8份报表均已按期报齐。
    """
    rows = select_area(judged.receipts, area)
    rows = rows[rows["data_year"] == year]
    whose = f"{rows['area'].iloc[0]}{year}年"
    found, early = rows[rows["state"].isin(NOT_IN_ORDER)], (rows["state"] == "not_due").sum()
    if len(found):
        caption = f"{whose}未按期报齐的报表（应报{len(rows)}份）"
        return listing(found, caption, RECEIPTS)
    if early:
        came = f"，其余{len(rows) - early}份已按期报齐" if early < len(rows) else ""
        return Paragraph(f"{whose}应报{len(rows)}份报表，{early}份未到报送期限{came}。")
    return Paragraph(f"{whose}{len(rows)}份报表均已按期报齐。")


def _day(value: pd.Timestamp) -> str:
    return wording.NONE if pd.isna(value) else wording.day(value)


def _receipt_mark(row: Record) -> Span:
    return Span((wording.receipt_words(row),), role=f"receipt {row['state']}")


# States of a report that somebody has to look after.
NOT_IN_ORDER = ("late", "faulty", "partial", "missing")
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
    """数据年度 ``year`` 已收到和应报的行业数，每个地区一行，每个部门一列。

    Examples
    --------
    >>> gs.page.completeness_table(judged, 2023)
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
    """到 ``year`` 为止各数据年度逾期、有误、部分报送或未报的报表。

    Examples
    --------
    >>> gs.page.late_table(judged, 2023)
    逾期、缺报和有误的报表
    ...
    """
    rows = judged.receipts[judged.receipts["data_year"] <= year]
    rows = rows[rows["state"].isin(NOT_IN_ORDER)]
    if rows.empty:
        return Paragraph("各地区均已按期报齐。")
    return listing(rows, "逾期、缺报和有误的报表", LATE)


def tasks_table(judged: JudgedPlan, area: str, year: int) -> Table:
    """一个地区当年的工作任务及完成情况。

    Examples
    --------
    >>> gs.page.tasks_table(judged, "太原市", 2023)
    太原市2023年工作任务
    ...
    """
    tasks = _tasks(judged, area, year)
    return listing(tasks, f"{_official(judged, area)}{year}年工作任务", TASKS)


def _official(judged: JudgedPlan, area: str) -> str:
    return str(judged.plan.area_row(area)["name"])


def open_tasks(judged: JudgedPlan, area: str, year: int) -> Block:
    """一个地区当年尚未完成的工作任务；全部完成的用一句话说明。

    Examples
    --------
    >>> gs.page.open_tasks(judged, "太原市", 2023)
    太原市2023年5项工作任务全部完成。
    """
    tasks, whose = _tasks(judged, area, year), f"{_official(judged, area)}{year}年"
    is_open = tasks["state"] != "done"
    if not is_open.any():
        return Paragraph(f"{whose}{len(tasks)}项工作任务全部完成。")
    caption = f"{whose}尚未完成的工作任务（{len(tasks)}项中已完成{(~is_open).sum()}项）"
    return listing(tasks[is_open], caption, TASKS)


def _tasks(judged: JudgedPlan, area: str, year: int) -> pd.DataFrame:
    """Return the year's tasks of an area, with what it has told of them."""
    plan, progress = judged.plan, judged.submissions.progress
    row = plan.area_row(area)
    is_own = plan.tasks["actors"].isin([row["level"], "both"]) & (plan.tasks["year"] == year)
    reported = progress[progress["area_code"] == row["code"]]
    tasks = plan.tasks[is_own].merge(reported, how="left", on=["year", "number"])
    # An area that is silent about a task may have done it: it is "未报送", never "未开展". Until
    # the year of the task is over, nothing has to be told.
    silent = "not_due" if judged.submissions.as_of.year <= year else "not_reported"
    told = tasks["state"].map(wording.TASK_STATES).fillna(wording.STATUSES[silent])
    return tasks.assign(told=told)


TASKS: Columns = {
    Column("序号", is_head=True): "number",
    Column("工作任务"): "text",
    Column("完成情况"): "told",
    Column("完成日期"): lambda row: _day(row["completed_on"]),
}
