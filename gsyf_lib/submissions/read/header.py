"""Find the header of a sheet: it tells which of the four tables it holds; file names may lie."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Findings, Source, listed, shortened
from gsyf_lib.submissions.measures import RATIO, SHARE_COUNTS
from gsyf_lib.submissions.read.cells import cell_address
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.read.sheet import Sheet, SheetReading
from gsyf_lib.submissions.read.words import without_star, without_unit
from gsyf_lib.vocabulary import TABLES as TABLE_WORDS

# A header stands below titles, not below data; less than three names of columns are no header.
SEARCHED_ROWS, FEWEST_COLUMNS = 20, 3
# How alike (0 to 1) a name must be before we ask whether a known one was meant.
NEAR = 0.65


def read_header(
    sheet: Sheet, names: Names, source: Source, findings: Findings
) -> SheetReading | None:
    """Find the header below title rows; its faults become findings.

    Returns None, without a finding, if there is no header: another sheet may have it.
    """
    row, table = _best_row(sheet, names)
    if table == "":
        return None
    # The numbers of the columns are filled in as they are found.
    reading = SheetReading(sheet, names, source, findings, table, row, {})
    others: dict[int, str] = {}
    for column, text in enumerate(reading.texts(row)):
        field = _field(text, names.headers[table])
        if field is None:
            others[column] = text
        elif field in reading.column_of:
            first, address = reading.address(row, field), cell_address(row, column)
            reading.flag("column-duplicate", address, text=shortened(text), first=first)
            reading = replace(reading, is_usable=False)
        else:
            reading.column_of[field] = column
    # A bare ratio stands for its two counts.
    spared = SHARE_COUNTS if RATIO in reading.column_of else ()
    missing = [f for f in names.required[table] if f not in (*reading.column_of, *spared)]
    for column, text in others.items():
        _flag_other_column(reading, column, text, missing)
    if missing:
        _flag_missing(reading, missing)
    return replace(reading, is_usable=reading.is_usable and not missing)


def _field(text: str, known: dict[str, str]) -> str | None:
    """Return the field of which this is the column's name; a unit that fits may follow the name."""
    text = without_star(text)
    if text in known:
        return known[text]
    name, unit = without_unit(text)
    field = known.get(name)
    return field if field and unit and unit.fits(field) else None


def _best_row(sheet: Sheet, names: Names) -> tuple[int, str]:
    """Return the row and the table for which most names of columns are known, at least three."""
    best, found = FEWEST_COLUMNS - 1, (0, "")
    for number in range(min(sheet.height, SEARCHED_ROWS)):
        texts = {normalise(cell) for cell in sheet.row(number) if isinstance(cell, str)}
        for table, known in names.headers.items():
            fields = {_field(text, known) for text in texts} - {None}
            if len(fields) > best:
                best, found = len(fields), (number, table)
    return found


def _flag_other_column(
    reading: SheetReading, column: int, text: str, missing: Collection[str]
) -> None:
    """Tell of a column that is not read; an unknown name is not quoted, it may be personal."""
    sheet, names, address = reading.sheet, reading.names, cell_address(reading.header_row, column)
    # the other tables whose figures this column may hold
    others = [
        table
        for table, known in names.headers.items()
        if table != reading.table and _field(text, known) in names.measures
    ]
    if not text:
        if sheet.name and sheet.filled[column, reading.header_row + 1 :].any():
            reading.flag("column-unknown.nameless", address)
    elif others:
        theirs, own = TABLE_WORDS[others[0]], TABLE_WORDS[reading.table]
        reading.flag("column-misplaced", address, text=shortened(text), other=theirs, own=own)
    elif close := _meant(text, reading, missing):
        reading.flag("column-near-miss", address, text=shortened(text), close=close)
    else:
        reading.flag("column-unknown.other", address)


def _meant(text: str, reading: SheetReading, missing: Collection[str]) -> str | None:
    """Return the column that a name may have meant: one that is missing, or left out."""
    known = reading.names.headers[reading.table]
    left_out = [f for f in dict.fromkeys(known.values()) if f not in (*missing, *reading.column_of)]
    for fields in (missing, left_out):
        words = [word for word, field in known.items() if field in fields]
        if close := get_close_matches(text, words, 1, NEAR):
            return reading.names.label(reading.table, known[close[0]])
    return None


def _flag_missing(reading: SheetReading, missing: Collection[str]) -> None:
    names, row = reading.names, reading.header_row
    labels = listed(names.label(reading.table, field) for field in missing)
    found = listed(names.label(reading.table, field) for field in reading.column_of)
    below = reading.texts(row + 1) if row + 1 < reading.sheet.height else []
    is_split = {_field(text, names.headers[reading.table]) for text in below} & set(missing)
    hint = "下一行还有列名：表头请合成一行。" if is_split else ""
    first = next(n for n, text in enumerate(reading.texts(row)) if text)
    reading.flag("column-missing", cell_address(row, first), labels=labels, found=found, hint=hint)


def first_table(reading: SheetReading) -> SheetReading:
    """Cut a sheet off above a second table, whose columns may be others.

    A header that is only repeated, as on every printed page, is blanked.
    """
    sheet, top = reading.sheet, reading.texts(reading.header_row)
    blanks: dict[tuple[int, int], None] = {}
    for row in _header_rows(reading):
        if reading.texts(row) != top:
            reading.flag("sheet-two-tables", reading.address(row, "year"))
            sheet = sheet.above(row)
            break
        blanks |= {(row, column): None for column in range(len(sheet.columns))}
        reading.flag("row-note.header", reading.address(row, "year"))
    return replace(reading, sheet=sheet.changed(blanks))


def _header_rows(reading: SheetReading) -> Iterable[int]:
    """Return the rows below the header that have a column's name where a year belongs."""
    names = reading.names.column_names

    def is_name(raw: object) -> bool:
        is_word = isinstance(raw, str) and not raw[:1].isdigit()
        return is_word and normalise(str(raw)) in names

    start = reading.header_row + 1
    (years,) = reading.columns("year")
    return (np.flatnonzero(years.apply(is_name)[start:]) + start).tolist()
