"""``results.xlsx``: the answer first, then a sheet per indicator, then what the figures stand on.

``columns`` says what an indicator's sheet holds, ``gaps`` why a cell has no number; ``overview``
and ``notes`` fill the other sheets; ``colours`` are those of the verdicts.
"""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, JudgedPlan
from gsyf_lib.documents.workbooks import Book, add_table
from gsyf_lib.plan import Plan
from gsyf_lib.reports.results_book import notes, overview
from gsyf_lib.reports.results_book.colours import colour_tallies, colour_verdicts
from gsyf_lib.reports.results_book.columns import columns_of, with_parts
from gsyf_lib.submissions import Submissions

__all__ = ["results_book"]


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
    colour_tallies(book, sheet, 1, len(rows))


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
    colour_verdicts(book, sheet, 2, len(cells))


def _add_notes(book: Book, plan: Plan, submissions: Submissions, tail: str) -> None:
    """Add the sheets behind the figures: findings, readings, files."""
    found = list(notes.finding_rows(submissions))
    title = f"数据质量问题：{len(found)}处{tail}"
    add_table(book, "数据质量问题", title, notes.FINDINGS, found)
    add_table(book, "口径", f"栏目和条款的含义{tail}", notes.READINGS, notes.note_rows(plan))
    sources = notes.source_rows(plan, submissions)
    add_table(book, "数据来源", f"数据所用文件{tail}", notes.SOURCES, sources)
