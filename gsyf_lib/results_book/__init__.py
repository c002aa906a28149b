"""``results.xlsx``: the answer first, then a sheet per indicator, then what the figures stand on.

``columns`` says what an indicator's sheet holds, ``gaps`` why a cell has no number; ``overview``
and ``notes`` fill the other sheets; ``looks`` makes them readable.
"""

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib import words
from gsyf_lib.indicators import TOTAL
from gsyf_lib.judged import JudgedPlan
from gsyf_lib.results_book import looks, notes, overview
from gsyf_lib.results_book.columns import Number, columns_of, with_parts
from gsyf_lib.workbooks import add_table, dress, workbook_bytes

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
    tail = f"\n数据截至{words.day(submissions.as_of)}"
    tail += f"　{words.SYNTHETIC}" if submissions.synthetic else ""
    book = Workbook()
    book.properties.creator, book.properties.title = plan.title, f"{year}年判定结果"
    _add_overview(book.active, results, tail)
    complete = with_parts(results)
    for indicator in words.INDICATORS:
        rows = complete[complete["indicator"] == indicator]
        if len(rows):
            _add_indicator(book.create_sheet(words.INDICATORS[indicator]), rows, tail)
    found = list(notes.finding_rows(submissions))
    for name, title, columns, lines in (
        ("数据质量问题", f"数据质量问题：{len(found)}处", notes.FINDINGS, found),
        ("口径", "栏目和条款的含义", notes.READINGS, notes.note_rows(plan)),
        ("数据来源", "数据所用文件", notes.SOURCES, notes.source_rows(plan, submissions)),
    ):
        sheet = book.create_sheet(name)
        add_table(sheet, title + tail, columns, lines)
        looks.finish(sheet)
    return workbook_bytes(book, submissions.as_of.date())


def _add_overview(sheet: Worksheet, results: pd.DataFrame, tail: str) -> None:
    """Write the first sheet: area by area how many goals are met, and what is not."""
    sheet.title = "总览"
    goals = results[results["counted"]]
    add_table(sheet, overview.answer(goals) + tail, overview.COLUMNS, overview.rows(goals))
    sheet.freeze_panes = "B3"
    sheet.page_setup.fitToHeight = 1
    looks.finish(sheet)
    looks.colour_tallies(sheet, first_column=2)


def _add_indicator(sheet: Worksheet, rows: pd.DataFrame, tail: str) -> None:
    """Write the sheet of an indicator: a row for each area and industry."""
    columns, records = columns_of(rows["indicator"].iloc[0]), rows.to_dict("records")
    counted = "（由两项结论得出，不计入目标数）" if (rows["indicator"] == "joint").all() else ""
    title = f"{sheet.title}{counted}　{overview.answer(rows[rows['industry'] != TOTAL])}{tail}"
    widths = [(column.heading, column.width) for column in columns]
    add_table(sheet, title, widths, [[column.value(row) for column in columns] for row in records])
    sheet.freeze_panes = "D3"
    looks.finish(sheet, [isinstance(column, Number) for column in columns])
    for cells, row in zip(sheet.iter_rows(3, max_col=len(columns)), records, strict=True):
        for cell, column in zip(cells, columns, strict=True):
            dress(cell, number_format=column.number_format(row))
        if row["industry"] == TOTAL:
            looks.stress(cells)
    looks.colour_verdicts(sheet, f"C3:C{sheet.max_row}")
