"""How sound the figures are: findings on them, revisions, and the files they came in."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, JudgedPlan, select_area
from gsyf_lib.documents.blocks import Block, Box, Paragraph, Span, table
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.tables.cells import is_given
from gsyf_lib.vocabulary import NONE

# A class of its own lets the stylesheet give the column of sentences more room.
NAMES = {"问题": "fault"}


def findings_table(judged: JudgedPlan, area: str | None = None, year: int | None = None) -> Block:
    """Return the findings on an area's submissions (all findings if no area is given).

    A finding on a whole file belongs to no area; an area's table says how many of these there
    are. Where nothing was found, it says how many tables up to ``year`` are still owed.

    Examples
    --------
    >>> gs.findings_table(judged, "太原市")
    没有发现数据质量问题。
    """
    found = judged.submissions.findings
    unplaced: tuple[Block, ...] = ()
    if area is not None:
        number = ((found["area"] == "") & (found["severity"] == "error")).sum()
        found = found[found["area"] == judged.plan.area_row(area)["name"]]
        if number:
            text = f"另有{number}个错误不能确定属于哪个地区（如文件不能读取），见全省报告。"
            unplaced = (Paragraph(text),)
    lines = [
        ({"地区": row["area"] or NONE} if area is None else {})
        | {
            "程度": wording.SEVERITIES[row["severity"]],
            "年度": f"{row['year']}年" if is_given(row["year"]) else NONE,
            "行业": row["industry"] or NONE,
            "数据": wording.MEASURES.get(row["measure"], NONE),
            "问题": row["message"],
        }
        for _, row in found.iterrows()
    ]
    if not lines:
        owed = _still_owed(judged, area, year)
        return Box((Paragraph(f"没有发现数据质量问题{owed}。"), *unplaced))
    shown = table(lines, "数据质量问题", row_header="程度", role="faults cards", names=NAMES)
    return Box((shown, *unplaced))


def _still_owed(judged: JudgedPlan, area: str | None, year: int | None) -> str:
    """Return how many tables are overdue in whole or in part, or came with errors."""
    rows = judged.receipts
    rows = rows if area is None else select_area(rows, area)
    rows = rows if year is None else rows[rows["data_year"] <= year]
    number = rows["state"].isin(["missing", "partial", "faulty"]).sum()
    return f"；缺报、未报齐或有误的报表{number}张，见报送情况" if number else ""


def revisions_table(judged: JudgedPlan, area: str | None = None) -> Block:
    """Return the figures that a later submission changed, and the verdicts that they changed.

    Examples
    --------
    >>> gs.revisions_table(judged, "临汾市")
    数据修订
    年度  行业  数据  原值  新值  ...
    """
    revised = judged.submissions.revisions
    if area is not None:
        revised = revised[revised["area"] == judged.plan.area_row(area)["name"]]
    if revised.empty:
        return Paragraph("没有修订。")
    changes = judged.revised_verdicts
    lines = [
        ({"地区": row["area"]} if area is None else {})
        | {
            "年度": f"{row['year']}年",
            "行业": row["industry"],
            "数据": wording.MEASURES[row["measure"]],
            "原值": revised_figure(row, "old_value"),
            "新值": revised_figure(row, "new_value"),
            "结论变化": _changed_verdicts(row, changes),
            "收到日期": wording.day(row["received_on"]),
            "出处": f"{row['file']} {row['cell']}（原为{row['old_file']} {row['old_cell']}）",
        }
        for _, row in revised.iterrows()
    ]
    return table(lines, "数据修订", numeric=("原值", "新值"), role="cards")


def _changed_verdicts(row: pd.Series, changes: pd.DataFrame) -> str:
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


def revised_figure(row: pd.Series, name: str, unit: str = "") -> str:
    """Return a figure before or after its revision, as ``name`` says: old_value or new_value."""
    if not is_given(row[name]):
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
    """Return the files received, of an area or all, with the day received and the hash.

    Examples
    --------
    >>> gs.sources_table(judged, "太原市")
    太原市历年报送的文件
    文件  收到日期  数据项  SHA-256
    ...
    """
    sources, name = judged.submissions.sources, "各地区"
    if area is not None:
        sources, name = files_of(judged, area), judged.plan.area_row(area)["name"]
    lines = [
        {
            "文件": row["file"],
            "收到日期": wording.day(row["received_on"]),
            "数据项": row["figures"],
            "SHA-256": Span((row["sha256"],), role="code source"),
        }
        for _, row in sources.iterrows()
    ]
    if not lines:
        return Paragraph("尚未收到文件。")
    return table(lines, f"{name}历年报送的文件", numeric=("数据项",), role="cards")
