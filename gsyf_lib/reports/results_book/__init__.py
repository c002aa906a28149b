"""``results.xlsx``: the answer first, then a sheet per indicator, then what the figures stand on.

A JudgedPlan and a year in, the bytes of a workbook out; ``columns`` are those of the indicators.
"""

from collections.abc import Iterator
from operator import itemgetter

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, JudgedPlan, shown_statuses
from gsyf_lib.documents.workbooks import Book, add_table
from gsyf_lib.plan import Plan
from gsyf_lib.reports.results_book.columns import columns_of, with_parts
from gsyf_lib.reports.sheets import Column, add_sheet
from gsyf_lib.submissions import Submissions
from gsyf_lib.tables.readings import reading_rows

__all__ = ["results_book"]

YELLOW, GREY = ("#7A4F00", "#FFF0CC"), ("#5F6368", "#ECEEF0")
# Ink and paper of each status.
COLOURS = {
    "met": ("#1B6E3C", "#E3F1E7"),
    "missed": ("#B3261E", "#FBE3E1"),
    "not_reported": YELLOW,
    "not_due": YELLOW,
    "withheld": YELLOW,
    "undefined": GREY,
    "not_applicable": ("#5F6368", "#FFFFFF"),
}
FIRST_ROW = 2  # below the title and the headings, counted from 0
# Heading and width of the columns of each sheet.
OVERVIEW = [
    ("地区", 9),
    *((word, 9) for word in wording.STATUSES.values()),
    ("目标数", 8),
    ("未达标目标、差距及责任部门", 78),
    ("无法判定的目标及原因", 24),
]
FINDINGS = (
    Column("程度", 8, lambda row: wording.SEVERITIES[row["severity"]]),
    Column("地区", 9, lambda row: row["area"] or wording.NONE),
    Column("年度", 9, lambda row: wording.NONE if pd.isna(row["year"]) else f"{row['year']}年"),
    Column("行业", 13, lambda row: row["industry"] or wording.NONE),
    Column("数据", 14, lambda row: wording.MEASURES.get(row["measure"], wording.NONE)),
    Column("问题和办法", 60, itemgetter("message")),
    Column("文件", 34, lambda row: row["file"] or wording.NONE),
    Column("工作表", 11, lambda row: row["sheet"] or wording.NONE),
    Column("单元格", 10, lambda row: row["cell"] or wording.NONE),
)
SOURCES = (
    Column("文件", 54, itemgetter("file")),
    Column("收到日期", 12, lambda row: row["received_on"].date()),
    Column("数据项", 8, itemgetter("figures")),
    Column("涉及地区", 20, lambda row: row["names"] or wording.NONE),
    Column("SHA-256", 68, itemgetter("sha256")),
)
READINGS = [("类别", 9), ("条款或栏目", 32), ("本报告采用的口径", 84)]
HOW_TO_READ = {
    "对比值、对比年度": "年度目标与之比较的数；“持续降低”的对比年度为上一有数据的年度",
    "控制目标、与目标之差": "达到年度目标的起数、人数、例数上限，或应培训的人数；实际值与它之差",
    "重点行业合计、均下降": "由各行业相加，由两项结论得出，另行判定；不计入目标数",
    "95%区间：下限、上限": "数量少时偶然波动大，真实变化可能落在此区间内；不影响结论",
    "偶然达标的可能性": "假设风险水平与对比年度相同，仅凭偶然也能达标的概率；不影响结论",
    "未报送、数据有误、无法判定": "没有收到、收到但有误而未采用、因此不能合计或计算；"
    "都不是0，均无法判定，不作估算",
}


def results_book(judged: JudgedPlan, year: int) -> bytes:
    """Return the results of a year as a workbook: its numbers are those of ``results.csv``."""
    plan, submissions, results = judged.plan, judged.submissions, judged.results(year)
    tail = f"\n数据收取截至{wording.day(submissions.as_of)}"
    tail += f"　{wording.SYNTHETIC}" if submissions.synthetic else ""
    book = Book(f"{year}年判定结果", plan.title, submissions.as_of.date())
    _add_overview(book, results[results["counted"]], tail)
    complete = with_parts(results)
    for indicator in wording.INDICATORS:
        rows = complete[complete["indicator"] == indicator]
        if len(rows):
            _add_indicator(book, rows, tail)
    found = submissions.findings.to_dict("records")
    add_sheet(book, "数据质量问题", f"数据质量问题：{len(found)}处{tail}", FINDINGS, found)
    notes = [("栏目", *note) for note in HOW_TO_READ.items()]
    notes += [("条款", *reading) for reading in reading_rows(plan)]
    add_table(book, "口径", f"栏目和条款的含义{tail}", READINGS, notes)
    files = _files(plan, submissions).to_dict("records")
    add_sheet(book, "数据来源", f"数据所用文件{tail}", SOURCES, files)
    return book.content()


def _add_overview(book: Book, goals: pd.DataFrame, tail: str) -> None:
    """Add the first sheet: area by area how many goals are met, and what is not."""
    rows = list(overview_rows(goals))
    sheet = add_table(book, "总览", _answer(goals) + tail, OVERVIEW, rows)
    sheet.freeze_panes(2, 1)
    sheet.fit_to_pages(1, 1)
    for column, code in enumerate(wording.STATUSES, 1):
        _colour(book, sheet, column, len(rows), code, ("greater than", "0"))


def _add_indicator(book: Book, rows: pd.DataFrame, tail: str) -> None:
    """Add the sheet of an indicator: a row for each area and industry."""
    indicator = rows["indicator"].iloc[0]
    name = wording.INDICATORS[indicator]
    counted = "（由两项结论得出，不计入目标数）" if indicator == "joint" else ""
    title = f"{name}{counted}　{_answer(rows[rows['industry'] != TOTAL])}{tail}"
    totals = [number for number, name in enumerate(rows["industry"]) if name == TOTAL]
    records = rows.to_dict("records")
    sheet = add_sheet(book, name, title, columns_of(indicator), records, totals)
    sheet.freeze_panes(2, 3)
    for code, word in wording.STATUSES.items():
        _colour(book, sheet, 2, len(rows), code, ("equal to", f'"{word}"'))


def _colour(
    book: Book, sheet: Worksheet, column: int, rows: int, code: str, condition: tuple[str, str]
) -> None:
    """Colour the cells of a column by a rule, which still holds when somebody edits the sheet."""
    ink, paper = COLOURS[code]
    look = book.look(bold=code == "missed", font_color=ink, bg_color=paper)
    criteria, value = condition
    rule = {"type": "cell", "criteria": criteria, "value": value, "format": look}
    sheet.conditional_format(FIRST_ROW, column, FIRST_ROW + rows - 1, column, rule)


def _answer(goals: pd.DataFrame) -> str:
    """Return how many goals are met, missed or not judged: the province's, then the cities'."""
    tallies = []
    for is_city, group in goals.groupby(goals["level"] == "city", sort=True):
        name = f"{group['area_code'].nunique()}个市" if is_city else "全省"
        tallies.append(f"{name}{len(group)}项目标：{'，'.join(wording.verdict_tally(group))}")
    return f"{goals['year'].iloc[0]}年{'；'.join(tallies)}"


def overview_rows(goals: pd.DataFrame) -> Iterator[list[object]]:
    """Yield for each area its goals met and missed, by how much, and whose they are."""
    for area, group in goals.groupby("area", sort=False):
        counts = shown_statuses(group).value_counts()
        missed = group[group["status"] == "missed"].groupby("department", sort=False)
        unknown = group[group["status"].isin(["not_reported", "undefined"])]
        yield [
            area,
            *(int(counts.get(code, 0)) for code in wording.STATUSES),
            len(group),
            "\n".join(f"{department}：{_listed(goals)}" for department, goals in missed) or "无",
            _listed(unknown) or "无",
        ]


def _listed(goals: pd.DataFrame) -> str:
    return "、".join(wording.goal_with_why(row) for _, row in goals.iterrows())


def _files(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return the files read, with the names of the areas that they are about."""
    names = dict(zip(plan.areas["code"], plan.areas["name"], strict=True))
    areas = submissions.sources["areas"].str.split("|")
    told = areas.map(lambda codes: "、".join(names[code] for code in codes if code))
    return submissions.sources.assign(names=told)
