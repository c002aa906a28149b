"""How sound the figures are: findings on them, revisions, and the files they came in."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, JudgedPlan, select_area
from gsyf_lib.documents.blocks import Block, Box, Column, Paragraph, Span
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.tables.parts import Columns, Record, listing


def findings_table(judged: JudgedPlan, area: str | None = None, year: int | None = None) -> Block:
    """一个地区报送数据的质量问题；不写地区的列出全部问题。

    整份文件的问题不属于任何地区；地区的表中注明另有几个。没有发现问题的，说明到 ``year`` 为止还有几
    份报表未报。

    Examples
    --------
    >>> gs.page.findings_table(judged, "太原市")
    未发现数据质量问题。
    """
    found = judged.submissions.findings
    unplaced: tuple[Block, ...] = ()
    if area is not None:
        number = ((found["area"] == "") & (found["severity"] == "error")).sum()
        found = _of_area(found, judged, area)
        text = f"另有{number}个错误不能确定属于哪个地区（如文件不能读取），见全省报告。"
        unplaced = (Paragraph(text),) if number else ()
    if found.empty:
        owed = _still_owed(judged, area, year)
        return Box((Paragraph(f"未发现数据质量问题{owed}。"), *unplaced))
    shown = listing(found, "数据质量问题", _with_area(area, FINDINGS), role="faults cards")
    return Box((shown, *unplaced))


def _of_area(rows: pd.DataFrame, judged: JudgedPlan, area: str) -> pd.DataFrame:
    # An area without rows is no mistake here, as it is to ``select_area``.
    return rows[rows["area"] == judged.plan.area_row(area)["name"]]


def _with_area(area: str | None, columns: Columns) -> Columns:
    """Put the area in front where a table is about all of them."""
    shown = {Column("地区"): lambda row: row["area"] or wording.NONE}
    return columns if area is not None else {**shown, **columns}


# A class of its own lets the stylesheet give the column of sentences more room.
FINDINGS: Columns = {
    Column("程度", is_head=True): lambda row: wording.SEVERITIES[row["severity"]],
    Column("年度"): lambda row: wording.NONE if pd.isna(row["year"]) else f"{row['year']}年",
    Column("行业"): lambda row: row["industry"] or wording.NONE,
    Column("数据"): lambda row: wording.MEASURES.get(row["measure"], wording.NONE),
    Column("问题", name="fault"): "message",
}


def _still_owed(judged: JudgedPlan, area: str | None, year: int | None) -> str:
    """Return how many tables are overdue in whole or in part, or came with errors."""
    rows = judged.receipts
    rows = rows if area is None else select_area(rows, area)
    rows = rows if year is None else rows[rows["data_year"] <= year]
    number = rows["state"].isin(["missing", "partial", "faulty"]).sum()
    return f"；缺报、未报齐或有误的报表{number}份，见报送情况" if number else ""


def revisions_table(judged: JudgedPlan, area: str | None = None) -> Block:
    """经报送单位更正的数据，以及因此改变的结论。

    Examples
    --------
    >>> gs.page.revisions_table(judged, "临汾市")
    数据修订
    年度  行业  数据  原值  新值  ...
    """
    rows = judged.submissions.revisions
    rows = rows if area is None else _of_area(rows, judged, area)
    if rows.empty:
        return Paragraph("无修订数据。")
    changes = judged.revised_verdicts
    columns: Columns = {
        Column("年度"): lambda row: f"{row['year']}年",
        Column("行业"): "industry",
        Column("数据"): lambda row: wording.MEASURES[row["measure"]],
        Column("原值", is_number=True): lambda row: revised_figure(row, "old_value"),
        Column("新值", is_number=True): lambda row: revised_figure(row, "new_value"),
        Column("结论变化"): lambda row: _changed_verdicts(row, changes),
        Column("收到日期"): lambda row: wording.day(row["received_on"]),
        Column("出处"): "{file} {cell}（原为{old_file} {old_cell}）".format_map,
    }
    return listing(rows, "数据修订", _with_area(area, columns))


def _changed_verdicts(row: Record, changes: pd.DataFrame) -> str:
    """Return the verdicts that a revised figure may have changed: of its year and later ones."""
    # A figure counts for its industry and for the total; a baseline also for every later year.
    same = (changes["area"] == row["area"]) & (changes["received_on"] == row["received_on"])
    same &= changes["industry"].isin([row["industry"], TOTAL]) & (changes["year"] >= row["year"])
    sentences = [
        f"{change.year}年{wording.INDICATORS[change.indicator]}"
        f"{'（合计）' if change.industry == TOTAL else ''}："
        f"{wording.STATUSES[change.old_status]}→{wording.STATUSES[change.new_status]}"
        for change in changes[same].itertuples()
    ]
    return "；".join(sentences) or "无变化"


def revised_figure(row: Record, name: str, unit: str = "") -> str:
    """Return a figure before or after its revision, as ``name`` says: old_value or new_value."""
    if pd.isna(row[name]):
        return wording.NO_FIGURE["absent"]
    # Ratios reported without counts are kept as whole millionths, so that no binary fraction
    # decides a verdict.
    if row["measure"].endswith("_per_million"):
        return wording.percent(Fraction(int(row[name]), RATIO_SCALE))
    return f"{row[name]}{unit}"


def files_of(judged: JudgedPlan, area: str) -> pd.DataFrame:
    """Return the files with figures of an area, as frames.SOURCES."""
    sources, code = judged.submissions.sources, judged.plan.area_row(area)["code"]
    # One file may hold several areas; their codes stand in one cell, parted by "|".
    return sources[sources["areas"].str.split("|").map(lambda codes: code in codes)]


def sources_table(judged: JudgedPlan, area: str | None = None) -> Block:
    """一个地区或全部收到的文件，各有几个数据项，校验值是什么。

    Examples
    --------
    >>> gs.page.sources_table(judged, "太原市")
    太原市历年报送的文件（文件夹名为收到日期）
    文件  数据项  SHA-256
    ...
    """
    rows = judged.submissions.sources if area is None else files_of(judged, area)
    if rows.empty:
        return Paragraph("尚未收到文件。")
    name = "各地区" if area is None else judged.plan.area_row(area)["name"]
    return listing(rows, f"{name}历年报送的文件（文件夹名为收到日期）", SOURCES, role="files")


SOURCES: Columns = {
    Column("文件"): "file",
    Column("数据项", is_number=True): "figures",
    Column("SHA-256"): lambda row: Span((row["sha256"],), role="code"),
}
