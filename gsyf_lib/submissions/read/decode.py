"""The bytes of a file in; its sheets of plain values out, each value where the sender put it."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from gsyf_lib.documents.xlsx.limits import LAST_COLUMN, MOST_CELLS
from gsyf_lib.documents.xlsx.sheets import Looks
from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.open.worker import Values, by_column
from gsyf_lib.submissions.read.sheet import Sheet, SheetColumn
from gsyf_lib.submissions.xls.workbook import OldBook, text_in

# Excel lets a cell have 32,767 characters, a text file any number.
LONGEST_TEXT = 1000
# UTF-8 is tried first: hardly any text in gb18030, which Chinese Excel writes, is valid UTF-8.
ENCODINGS = ("utf-8-sig", "gb18030")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",;\t，"
# Where the separator is looked for: so many lines, of each so many characters.
TOP_LINES, LONGEST_HEADER = 20, 10_000
# Ctrl-Z, which old programs write at the end
END_OF_FILE = "\x1a"
# How a program keeps Excel from turning a value into another: ="2023", or a tab beside it.
AS_TEXT = re.compile('="(.*)"')


def read_sheets(
    content: bytes, kind: str, old: OldBook | None, reader: Reader, words: Collection[str] = ()
) -> list[Sheet]:
    """Return the sheets of a file that the guard let through; Refused if it cannot be read.

    The reading child parses workbooks. Text is safe to read here: it does not inflate, the guard
    has counted its lines and separators, and Python decodes and splits it in linear time.

    kind, old : what the guard's ``inspect`` returns
    words : the names that columns may have; they tell by which character a text is separated
    """
    if kind == "csv":
        return [_read_text(content, words)]
    sheets = [
        Sheet(name, [*map(unpacked, columns)], hidden, Looks(*looks), traits)
        for name, hidden, columns, *looks, traits in reader.sheets(old.clean if old else content)
    ]
    return _as_looked_at(sheets, old) if old else sheets


def unpacked(packed: Values) -> SheetColumn:
    """Return the column that ``worker.by_column`` packed; very long texts are cut off.

    No name or figure is as long, and the mark at the end keeps the rest from passing for one.
    """
    values, which = packed
    return SheetColumn([*map(_cut_off, values)], np.frombuffer(which, np.intc))


def _cut_off(value: object) -> object:
    is_endless = isinstance(value, str) and len(value) > LONGEST_TEXT
    return f"{str(value)[:LONGEST_TEXT]}…" if is_endless else value


def _as_looked_at(sheets: list[Sheet], old: OldBook) -> list[Sheet]:
    """Add to the worksheets of an .xls what the guard saw in each and calamine leaves out."""
    if len(sheets) != len(old.looks):
        raise Refused("file-broken.sheets_lost")
    links = ["links"] * old.links
    return [
        replace(
            _decoded(sheet, old.encoding) if old.encoding else sheet,
            looks=looks._replace(merged=sheet.looks.merged),
            traits=links,
        )
        for sheet, looks in zip(sheets, old.looks, strict=True)
    ]


def _decoded(sheet: Sheet, encoding: str) -> Sheet:
    def decoded(value: Any) -> Any:
        return text_in(encoding, value) if isinstance(value, str) else value

    try:
        columns = [SheetColumn([*map(decoded, c.values)], c.which) for c in sheet.columns]
        return replace(sheet, name=decoded(sheet.name), columns=columns)
    except UnicodeError as error:
        raise Refused("file-encoding.old_workbook") from error


def _read_text(content: bytes, words: Collection[str]) -> Sheet:
    """Return the one sheet of a text file, found by the names that columns may have."""
    text = _text(content).rstrip(END_OF_FILE)
    rows = _rows(text, _separator(text, words))
    # An unclosed quote swallows lines up to the next quote.
    for number, row in enumerate(rows, 1):
        if any("\n" in cell or "\r" in cell for cell in row):
            raise Refused("csv-quote.line_break", line=number)
    columns = columns_of(_within_reach(rows))
    return Sheet("", [SheetColumn([*map(_unwrapped, c.values)], c.which) for c in columns])


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(UTF16_MARKS) else ENCODINGS
    failures = []
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(content.count(b"\n", 0, error.start) + 1)
    raise Refused("file-encoding.text", line=max(failures))


def _separator(text: str, words: Collection[str]) -> str:
    """Return the separator: the one that splits a header into the most known column names.

    Counting separators would not do: a title or note may have more commas than the table has tabs.
    """
    top = [line[:LONGEST_HEADER] for line in islice(io.StringIO(text), TOP_LINES)]

    def fit(separator: str) -> tuple[int, int, int]:
        rows = [[normalise(cell).strip('="') for cell in line.split(separator)] for line in top]
        counts = [(sum(cell in words for cell in row), -len(row)) for row in rows]
        # Of as many known names, the fewer others beside them the better.
        known, others = max(((known, known + size) for known, size in counts), default=(0, 0))
        return known, others if known else 0, sum(map(len, rows))

    return max(SEPARATORS, key=fit)


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    line = 1  # in which the next row begins
    try:
        for row in reader:
            rows.append(row)
            line = reader.line_num + 1
    except csv.Error:
        raise Refused("csv-quote.unpaired", line=line) from None
    return rows


def _within_reach(rows: list[list[str]]) -> list[list[str]]:
    """Cut off blank columns at the right: Excel writes them if they have only a format."""
    if max(map(len, rows), default=0) <= LAST_COLUMN:
        return rows
    widest = max(n for row in rows for n, cell in enumerate(["x", *row]) if cell.strip())
    if widest > LAST_COLUMN:
        raise Refused("file-extent.columns")
    return [row[:widest] for row in rows]


def columns_of(rows: Sequence[Sequence[object]]) -> list[SheetColumn]:
    """Return the columns of rows that may end at different places.

    Refused if a row is so long that as many cells in every row would be more than any table needs.
    """
    if len(rows) * max(map(len, rows), default=0) > 2 * MOST_CELLS:
        raise Refused("file-extent.text")
    return [*map(unpacked, by_column(rows))]


def _unwrapped(value: Any) -> Any:
    """Return a cell without the wrapping that keeps Excel from taking text for a number."""
    if value is None:  # the row ends before the column
        return None
    text = str(value).strip("\t")
    match = AS_TEXT.fullmatch(text)
    return match[1] if match else text
