"""Cells that are not to be believed by their value.

Of a workbook: merged, struck out, never calculated, shown in another form. Of a text file: in a row
with more or fewer cells than the header, because 1,234 without quotes becomes two cells and moves
all figures behind it by one column.
"""

import re
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from gsyf_lib.documents.xlsx.limits import LAST_ROW
from gsyf_lib.documents.xlsx.styles import NOTE, PARTLY, STRUCK
from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Refused, shortened
from gsyf_lib.submissions.measures import RATIO, SHARE_COUNTS
from gsyf_lib.submissions.read import cells
from gsyf_lib.submissions.read.names import KEYS
from gsyf_lib.submissions.read.sheet import SheetReading
from gsyf_lib.submissions.read.words import NOTE_START, TOTAL

# What to put in the place of cells, each named by its row and column.
Doubts = dict[tuple[int, int], cells.Cell]
Range = tuple[tuple[int, int], tuple[int, int]]
# number formats that show a percentage as the percentage it is
PERCENT_FORMAT = re.compile(r"[0#?.]+%(_.)*(;[^\"\\!]*)?")
# At most so many struck-out cells are named one by one.
MOST_NAMED = 20
# two cells that may be one number with its thousands set apart
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
FULL_WIDTH_COMMA = "，"


def flag_hidden(reading: SheetReading) -> None:
    """Warn of hidden rows, hidden columns and struck-out cells; their data count all the same."""
    sheet, start = reading.sheet, reading.header_row + 1
    rows = [n for n in sorted(set(sheet.looks.hidden_rows)) if start <= n < sheet.height]
    rows = [n for n in rows if sheet.filled[:, n].any()]
    if rows:
        reading.flag("rows-hidden", cells.cell_address(rows[0], 0), rows=_stretches(rows))
    columns = [
        n
        for n in sorted(reading.fields)
        if any(first <= n <= last for first, last in sheet.looks.hidden_columns)
        and sheet.filled[n, start:].any()
    ]
    if columns:
        letters = "、".join(cells.cell_address(0, n)[:-1] for n in columns)
        reading.flag("columns-hidden", cells.cell_address(0, columns[0]), columns=letters)
    struck = [
        cells.cell_address(row, column)
        for row, column, how, _ in sheet.looks.odd
        if how == STRUCK and row >= start and column in reading.fields
    ]
    if struck:
        more = f"等{len(struck)}格" if len(struck) > MOST_NAMED else ""
        reading.flag("cell-struck-out", struck[0], cells="、".join(struck[:MOST_NAMED]) + more)


def _stretches(rows: list[int]) -> str:
    """Return rows (counted from 0) as text, with "a至b" for those that follow each other.

    Examples
    --------
    >>> _stretches([2, 4, 5, 6])
    '3、5至7'
    """
    # Within a stretch, row and index in the list grow together: their difference stays the same.
    runs = groupby(enumerate(rows, 1), key=lambda pair: pair[1] - pair[0])
    stretches = [[row + 1 for _, row in run] for _, run in runs]
    return "、".join(f"{a}至{rest[-1]}" if rest else f"{a}" for a, *rest in stretches)


def with_doubts(reading: SheetReading) -> SheetReading:
    """Replace data cells whose value is not to be believed by a ``Cell`` that says why.

    The later steps take a ``Cell`` for what it says. One without a sentence was told already.
    """
    doubts = _seen_otherwise(reading) | _without_value(reading) | _merged(reading)
    if not reading.sheet.name:  # a text file: its cells have no addresses
        doubts |= _uneven_rows(reading)
    return replace(reading, sheet=reading.sheet.changed(doubts)) if doubts else reading


def _without_value(reading: SheetReading) -> Doubts:
    return {
        (row, column): cells.bad("cell-excel-error", shown=shortened(error))
        if error
        else cells.bad("cell-formula-no-value")
        for row, column, error in reading.sheet.looks.without_value
        if reading.header_row < row < LAST_ROW and column in reading.fields
    }


def _seen_otherwise(reading: SheetReading) -> Doubts:
    """Judge the cells that show something else than their value."""
    sheet, fields = reading.sheet, reading.fields
    judged = {
        (row, column): _odd(fields[column], how, code, sheet.columns[column].at(row))
        for row, column, how, code in sheet.looks.odd
        if reading.header_row < row and column in fields
    }
    return {at: cell for at, cell in judged.items() if cell is not None}


def _odd(field: str, how: str, code: str, raw: object) -> cells.Cell | None:
    """Return what to put in the place of a cell that looks odd; None if its value may stay.

    A footnote mark at a name was left out on reading, so the name may stay. A ratio shown as 13.3%
    is 0.133, even where the head of its column says %.
    """
    if how == PARTLY:
        return cells.bad("cell-rich-text.struck_in_part")
    if how == NOTE and field not in KEYS:
        return cells.bad("cell-rich-text.footnote")
    if field == RATIO and PERCENT_FORMAT.fullmatch(code):
        return cells.parse_ratio(raw)
    return cells.bad("cell-format", format=shortened(code)) if code else None


def _merged(reading: SheetReading) -> Doubts:
    """Judge the cells of merged ranges: nobody can tell for which of them the value holds."""
    sheet = reading.sheet
    clipped = [
        # the rows and columns that lie below the header and inside of the sheet
        (
            range(max(top, reading.header_row + 1), min(bottom + 1, sheet.height)),
            range(left, min(right + 1, len(sheet.columns))),
        )
        for (top, left), (bottom, right) in sheet.looks.merged
    ]
    # Excel saves no ranges that overlap. Thousands of them, one in another, would take us hours.
    if sum(len(rows) * len(columns) for rows, columns in clipped) > sheet.filled.size:
        raise Refused("file-broken.merged_overlap")
    doubts: Doubts = {}
    for merged, (rows, columns) in zip(sheet.looks.merged, clipped, strict=True):
        doubts |= _merged_range(reading, merged, rows, columns)
    return doubts


def _merged_range(reading: SheetReading, merged: Range, rows: range, columns: range) -> Doubts:
    fields = reading.fields
    inside = [(row, column) for row in rows for column in columns if column in fields]
    if len(inside) < 2 or not _is_data(reading, merged, rows, columns):
        return {}
    corners = [cells.cell_address(*corner) for corner in merged]
    merged_cell = cells.bad("cell-merged", range=":".join(corners))
    # Names are told once for the range, figures for each cell.
    return {
        at: cells.bad("") if fields[at[1]] in KEYS and at != inside[0] else merged_cell
        for at in inside
    }


def _is_data(reading: SheetReading, merged: Range, rows: range, columns: range) -> bool:
    """Tell merged data from a merged note or total, which ``rows`` deals with."""
    sheet, ((row, column), _) = reading.sheet, merged
    first = next(filter(None, reading.texts(row)), "")
    if TOTAL.search(normalise(str(sheet.columns[column].at(row)))) or NOTE_START.match(first):
        return False
    others = [column for column in reading.fields if column not in columns]
    return bool(sheet.filled[others, rows.start : rows.stop].any())


def _uneven_rows(reading: SheetReading) -> Doubts:
    """Return a judgement on each figure whose column is uncertain.

    A row is certain that ends in blanks, or lacks only columns that may be left out. A row without
    a year is a note, or gets a finding for that.
    """
    sheet, header_row = reading.sheet, reading.header_row
    figures = [column for column, field in reading.fields.items() if field not in KEYS]
    lengths = np.sum([column.reached for column in sheet.columns], axis=0)
    (years,) = reading.columns("year")
    is_row = years.apply(lambda raw: cells.parse_year(raw).state == "figure")
    is_row[: header_row + 1] = False
    # how many columns there are up to the last that has a name
    width = 1 + max(n for n, text in enumerate(sheet.row(header_row)) if str(text).strip())
    needed = _needed(reading)
    doubts: Doubts = {}
    for row in np.flatnonzero(is_row & (lengths != lengths[header_row])).tolist():
        if doubt := _uneven(sheet.row(row), width, figures, needed):
            doubts |= {(row, column): doubt for column in figures or [reading.column_of["year"]]}
    # A full-width comma may have been meant to separate two cells.
    for column in figures:
        has_comma = sheet.columns[column].apply(lambda raw: FULL_WIDTH_COMMA in str(raw))
        for row in np.flatnonzero(is_row & has_comma).tolist():
            doubts[row, column] = cells.bad("cell-type.wide_comma")
    return doubts


def _needed(reading: SheetReading) -> int:
    """Return how many columns there are up to the last figure that may not be left out."""
    names, column_of = reading.names, reading.column_of
    wanted = names.measures.intersection(names.required[reading.table], column_of)
    if RATIO in column_of:
        wanted = wanted.difference(SHARE_COUNTS)
    return 1 + max((column_of[field] for field in wanted), default=-1)


def _uneven(row: list[Any], width: int, figures: list[int], needed: int) -> cells.Cell | None:
    """Return what is wrong with a row that is longer or shorter than the header."""
    size = {"cells": len(row), "width": width}
    if any(str(cell).strip() for cell in row[width:]):
        return cells.bad("row-too-long.surplus", **size)
    # Two neighbouring cells may be one figure, as 1 and 234 may be 1,234.
    pairs = (f"{row[a]},{row[b]}" for a, b in pairwise(sorted(figures)) if b == a + 1 < len(row))
    if split := next(filter(THOUSANDS.fullmatch, pairs), ""):
        name = "row-too-long.split" if len(row) > width else "row-too-short.split"
        return cells.bad(name, split=split, **size)
    # A row with figures, not with 无此行业, that ends before the last that is required.
    given = [str(row[column]).strip() for column in figures if column < len(row)]
    is_absent = any(cells.parse_count(text).state == "absent" for text in given)
    if len(row) < needed and any(given) and not is_absent:
        return cells.bad("row-too-short.gap", **size)
    return None
