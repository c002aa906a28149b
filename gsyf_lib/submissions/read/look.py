"""Cells that are not to be believed by their value: merged, struck out, formulas, formats."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gsyf_lib.documents.xlsx.limits import LAST_ROW
from gsyf_lib.documents.xlsx.styles import NOTE, PARTLY, STRUCK
from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Refused, shortened
from gsyf_lib.submissions.measures import RATIO
from gsyf_lib.submissions.read.cells import Cell, bad, parse_ratio
from gsyf_lib.submissions.read.keys import KEYS
from gsyf_lib.submissions.read.names import is_total
from gsyf_lib.submissions.read.notes import begins_note
from gsyf_lib.submissions.read.reading import SheetReading
from gsyf_lib.submissions.read.sheet import Sheet, cell_address
from gsyf_lib.submissions.read.uneven import Marks, uneven_rows

Range = tuple[tuple[int, int], tuple[int, int]]
# number formats that show a percentage as the percentage it is
PERCENT = re.compile(r"[0#?.]+%(_.)*(;[^\"\\!]*)?")
# At most so many struck-out cells are named one by one.
MOST_NAMED = 20


def judged(reading: SheetReading) -> SheetReading:
    """Replace data cells whose value is not to be believed by a ``cells.Cell`` that says why.

    The later steps take a ``Cell`` for what it says. One without a sentence was told already.
    """
    marks = _seen_otherwise(reading) | _without_value(reading)
    marks |= _merged(reading) | uneven_rows(reading)
    return replace(reading, sheet=reading.sheet.changed(marks)) if marks else reading


def _without_value(reading: SheetReading) -> Marks:
    return {
        (row, column): bad("cell-excel-error", shown=shortened(error))
        if error
        else bad("cell-formula-no-value")
        for row, column, error in reading.sheet.without_value
        if reading.header_row < row < LAST_ROW and column in reading.fields
    }


def _seen_otherwise(reading: SheetReading) -> Marks:
    """Judge the cells that show something else than their value."""
    sheet, fields = reading.sheet, reading.fields
    judged_cells = {
        (row, column): _odd(fields[column], how, code, sheet.columns[column].at(row))
        for row, column, how, code in sheet.odd
        if reading.header_row < row and column in fields
    }
    return {place: cell for place, cell in judged_cells.items() if cell is not None}


def _odd(field: str, how: str, code: str, raw: object) -> Cell | None:
    """Return what to put in the place of a cell that looks odd; None if its value may stay.

    A footnote mark at a name was left out on reading, so the name may stay. A ratio shown as 13.3%
    is 0.133, even where the head of its column says %.
    """
    if how == PARTLY:
        return bad("cell-rich-text.struck_in_part")
    if how == NOTE and field not in KEYS:
        return bad("cell-rich-text.footnote")
    if field == RATIO and PERCENT.fullmatch(code):
        return parse_ratio(raw)
    return bad("cell-format", format=shortened(code)) if code else None


def _merged(reading: SheetReading) -> Marks:
    """Judge the cells of merged ranges: nobody can tell for which of them the value holds."""
    ranges = [_clipped(reading, merged) for merged in reading.sheet.merged]
    # Excel saves no ranges that overlap. Thousands of them, one in another, would take us hours.
    if sum(_area(found) for found in ranges) > reading.sheet.filled.size:
        raise Refused("file-broken.merged_overlap")
    marks: Marks = {}
    for merged, clipped in zip(reading.sheet.merged, ranges, strict=True):
        marks |= _merged_range(reading, merged, clipped)
    return marks


def _clipped(reading: SheetReading, merged: Range) -> Range:
    """Return the part of a range that lies below the header and inside of the sheet."""
    (top, left), (bottom, right) = merged
    last_row, last_column = reading.sheet.height - 1, len(reading.sheet.columns) - 1
    start = max(top, reading.header_row + 1)
    return (start, left), (min(bottom, last_row), min(right, last_column))


def _area(cells: Range) -> int:
    (top, left), (bottom, right) = cells
    return max(0, bottom - top + 1) * max(0, right - left + 1)


def _merged_range(reading: SheetReading, merged: Range, clipped: Range) -> Marks:
    fields = reading.fields
    (top, left), (bottom, right) = clipped
    places = [
        (row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if column in fields
    ]
    if len(places) < 2 or not _is_data(reading.sheet, merged, clipped, fields):
        return {}
    merged_cell = bad("cell-merged", range=":".join(cell_address(*corner) for corner in merged))
    # Names are told once for the range, figures for each cell.
    return {
        place: bad("") if fields[place[1]] in KEYS and place != places[0] else merged_cell
        for place in places
    }


def _is_data(sheet: Sheet, merged: Range, clipped: Range, fields: dict[int, str]) -> bool:
    """Tell merged data from a merged note or total, which ``notes`` deals with."""
    (row, column), _ = merged
    (top, left), (bottom, right) = clipped
    first = next((text for cell in sheet.row(row) if (text := normalise(str(cell)))), "")
    if is_total(normalise(str(sheet.columns[column].at(row)))) or begins_note(first):
        return False
    others = [place for place in fields if not left <= place <= right]
    return bool(sheet.filled[others, top : bottom + 1].any())


def tell_hidden(reading: SheetReading) -> None:
    """Warn of hidden rows, hidden columns and struck-out cells; their data count all the same."""
    sheet, start = reading.sheet, reading.header_row + 1
    rows = [n for n in sorted(set(sheet.hidden_rows)) if start <= n < sheet.height]
    rows = [n for n in rows if sheet.filled[:, n].any()]
    if rows:
        stretches = _stretches([n + 1 for n in rows])
        reading.tell("rows-hidden", cell_address(rows[0], 0), rows=stretches)
    columns = [n for n in sorted(reading.fields) if _is_within(n, sheet.hidden_columns)]
    columns = [n for n in columns if sheet.filled[n, start:].any()]
    if columns:
        letters = "、".join(cell_address(0, n)[:-1] for n in columns)
        reading.tell("columns-hidden", cell_address(0, columns[0]), columns=letters)
    struck = [
        cell_address(row, column)
        for row, column, how, _ in sheet.odd
        if how == STRUCK and row >= start and column in reading.fields
    ]
    if struck:
        more = f"等{len(struck)}格" if len(struck) > MOST_NAMED else ""
        reading.tell("cell-struck-out", struck[0], cells="、".join(struck[:MOST_NAMED]) + more)


def _is_within(number: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in stretches)


def _stretches(numbers: list[int]) -> str:
    """Return numbers as text, with "a至b" for numbers in a row.

    Examples
    --------
    >>> _stretches([3, 5, 6, 7])
    '3、5至7'
    """
    return "、".join(f"{a}至{b}" if b > a else f"{a}" for a, b in _runs(numbers))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
