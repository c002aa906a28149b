"""Read a text file as a sheet: find its encoding and separator, split it, unwrap the cells."""

import csv
import io
import re
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from typing import Any

from gsyf_lib.documents.xlsx.limits import LAST_COLUMN
from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.read.sheet import Column, Sheet, columns_of

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


def read_text(content: bytes, words: Collection[str]) -> Sheet:
    """Return the one sheet of a text file, found by the names that columns may have.

    Raises
    ------
    Refused
        It cannot be decoded, or its quotation marks do not fit together.
    """
    text = _decoded(content).rstrip(END_OF_FILE)
    separator = _separator(text, words)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        line = _faulty_line(text, separator)
        raise Refused("csv-quote.unpaired", line=line) from None
    _check_line_breaks(rows)
    columns = columns_of(_within_reach(rows))
    return Sheet("", [Column([*map(_written, c.values)], c.which) for c in columns])


def _decoded(content: bytes) -> str:
    """Return the bytes of a file as text.

    Raises
    ------
    Refused
        They are in none of the encodings, or in several.
    """
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
        known, others = max((_known(row, words) for row in rows), default=(0, 0))
        return known, others if known else 0, sum(map(len, rows))

    return max(SEPARATORS, key=fit)


def _known(row: list[str], words: Collection[str]) -> tuple[int, int]:
    """Return how many cells are names of columns, and (the fewer the better) how many are not."""
    known = sum(cell in words for cell in row)
    return known, known - len(row)


def _within_reach(rows: list[list[str]]) -> list[list[str]]:
    """Cut off blank columns at the right: Excel writes them if they have only a format."""
    if max(map(len, rows), default=0) <= LAST_COLUMN:
        return rows
    widest = max(n for row in rows for n, cell in enumerate(["x", *row]) if cell.strip())
    if widest > LAST_COLUMN:
        raise Refused("file-extent.columns")
    return [row[:widest] for row in rows]


def _written(value: Any) -> Any:
    """Return a cell without the wrapping that keeps Excel from taking text for a number.

    Examples
    --------
    >>> _written('="2023"'), _written("2023\\t"), _written("=1+1")
    ('2023', '2023', '=1+1')
    """
    if value is None:
        return None
    text = str(value).strip("\t")
    match = AS_TEXT.fullmatch(text)
    return match[1] if match else text


def _faulty_line(text: str, separator: str) -> int:
    """Return the line in which the first unreadable row begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    with suppress(csv.Error):
        for _ in reader:
            line = reader.line_num + 1
    return line


def _check_line_breaks(rows: list[list[str]]) -> None:
    """Refuse line breaks in cells: an unclosed quote swallows lines up to the next quote."""
    for number, row in enumerate(rows, 1):
        if any("\n" in cell or "\r" in cell for cell in row):
            raise Refused("csv-quote.line_break", line=number)
