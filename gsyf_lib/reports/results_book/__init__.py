"""``results.xlsx``: the answer first, then a sheet per indicator, then what the figures stand on.

A JudgedPlan and a year in, the bytes of a workbook out. ``columns`` holds the columns of an
indicator's sheet; ``overview`` and ``notes`` fill the other sheets.
"""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, JudgedPlan
from gsyf_lib.documents.workbooks import Book, add_table
from gsyf_lib.plan import Plan
from gsyf_lib.reports.results_book import notes, overview
from gsyf_lib.reports.results_book.columns import columns_of, with_parts
from gsyf_lib.submissions import Submissions

__all__ = ["results_book"]

YELLOW, GREY = ("#7A4F00", "#FFF0CC"), ("#5F6368", "#ECEEF0")
# Ink and paper of each status.
COLOURS = {
    "met": ("#1B6E3C", "#E3F1E7"),
    "missed": ("#B3261E", "#FBE3E1"),
    "not_reported": YELLOW,
    "not_due": YELLOW,
    "withheld": YELLOW,
    "unjudged": GREY,
    "undefined": GREY,
    "not_applicable": ("#5F6368", "#FFFFFF"),
}
FIRST_ROW = 2  # below the title and the headings, counted from 0


def results_book(judged: JudgedPlan, year: int) -> bytes:
    """Return the results of a year as a workbook: its numbers are those of ``results.csv``.

    Parameters
    ----------
    judged : JudgedPlan
    year : a year with targets

    Returns
    -------
    bytes of an .xlsx file, the same for the same inputs

    Examples
    --------
    >>> results_book(judged, 2023)[:2]
    b'PK'
    """
    plan, submissions, results = judged.plan, judged.submissions, judged.results(year)
    tail = f"\n数据截至{wording.day(submissions.as_of)}"
    tail += f"　{wording.SYNTHETIC}" if submissions.synthetic else ""
    book = Book(f"{year}年判定结果", plan.title, submissions.as_of.date())
    _add_overview(book, results, tail)
    complete = with_parts(results)
    for indicator in wording.INDICATORS:
        rows = complete[complete["indicator"] == indicator]
        if len(rows):
            _add_indicator(book, rows, tail)
    _add_notes(book, plan, submissions, tail)
    return book.content()


def _add_overview(book: Book, results: pd.DataFrame, tail: str) -> None:
    """Add the first sheet: area by area how many goals are met, and what is not."""
    goals = results[results["counted"]]
    rows = list(overview.rows(goals))
    sheet = add_table(book, "总览", overview.answer(goals) + tail, overview.COLUMNS, rows)
    sheet.freeze_panes(2, 1)
    sheet.fit_to_pages(1, 1)
    _colour_tallies(book, sheet, 1, len(rows))


def _add_indicator(book: Book, rows: pd.DataFrame, tail: str) -> None:
    """Add the sheet of an indicator: a row for each area and industry."""
    indicator = rows["indicator"].iloc[0]
    name = wording.INDICATORS[indicator]
    counted = "（由两项结论得出，不计入目标数）" if indicator == "joint" else ""
    title = f"{name}{counted}　{overview.answer(rows[rows['industry'] != TOTAL])}{tail}"
    columns, records = columns_of(indicator), rows.to_dict("records")
    widths = [(column.heading, column.width) for column in columns]
    cells = [[column.cell(row) for column in columns] for row in records]
    totals = [number for number, row in enumerate(records) if row["industry"] == TOTAL]
    sheet = add_table(book, name, title, widths, cells, totals)
    sheet.freeze_panes(2, 3)
    _colour_verdicts(book, sheet, 2, len(cells))


def _add_notes(book: Book, plan: Plan, submissions: Submissions, tail: str) -> None:
    """Add the sheets on what the figures rest: findings, readings of clauses, files."""
    found = list(notes.finding_rows(submissions))
    title = f"数据质量问题：{len(found)}处{tail}"
    add_table(book, "数据质量问题", title, notes.FINDINGS, found)
    add_table(book, "口径", f"栏目和条款的含义{tail}", notes.READINGS, notes.note_rows(plan))
    sources = notes.source_rows(plan, submissions)
    add_table(book, "数据来源", f"数据所用文件{tail}", notes.SOURCES, sources)


def _colour_verdicts(book: Book, sheet: Worksheet, column: int, rows: int) -> None:
    """Colour the verdicts in a column, by rules that still hold when somebody edits the sheet."""
    for code, word in wording.STATUSES.items():
        rule = _rule(book, code, "equal to", f'"{word}"')
        sheet.conditional_format(FIRST_ROW, column, FIRST_ROW + rows - 1, column, rule)


def _colour_tallies(book: Book, sheet: Worksheet, first_column: int, rows: int) -> None:
    """Colour the counts that are above 0; each status has a column."""
    for column, code in enumerate(wording.STATUSES, first_column):
        rule = _rule(book, code, "greater than", "0")
        sheet.conditional_format(FIRST_ROW, column, FIRST_ROW + rows - 1, column, rule)


def _rule(book: Book, code: str, criteria: str, value: str) -> dict[str, object]:
    ink, paper = COLOURS[code]
    look = book.look(bold=code == "missed", font_color=ink, bg_color=paper)
    return {"type": "cell", "criteria": criteria, "value": value, "format": look}
