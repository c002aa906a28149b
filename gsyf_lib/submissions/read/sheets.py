"""Read a file as sheets of plain values, each at the row and column where the sender put it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.guard import Inspection
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.sheet import Column, Sheet, unpacked
from gsyf_lib.submissions.read.text import read_text
from gsyf_lib.submissions.xls.workbook import OldBook, text_in


def read_sheets(
    content: bytes, seen: Inspection, reader: Reader, words: Collection[str] = ()
) -> list[Sheet]:
    """Read a file that the guard let through.

    The reading child parses workbooks. Text is safe to read here: it does not inflate, the guard
    has counted its lines and separators, and Python decodes and splits it in linear time.

    words : the names that columns may have; they tell by which character a text is separated

    Raises
    ------
    Refused
        The file cannot be read as what it is.
    """
    if seen.kind == "csv":
        return [read_text(content, words)]
    old = seen.old
    sheets = [
        Sheet(name, [*map(unpacked, columns)], hidden, *marks)
        for name, hidden, columns, *marks in reader.sheets(old.clean if old else content)
    ]
    return _as_looked_at(sheets, old) if old else sheets


def _as_looked_at(sheets: list[Sheet], old: OldBook) -> list[Sheet]:
    """Add to the worksheets of an .xls what the guard saw in each and calamine leaves out."""
    if len(sheets) != len(old.looks):
        raise Refused("file-broken.sheets_lost")
    return [
        replace(
            _decoded(sheet, old.encoding) if old.encoding else sheet,
            hidden_rows=rows,
            hidden_columns=columns,
            without_value=errors,
            odd=odd,
            traits=["links"] * old.links,
        )
        for sheet, (rows, columns, errors, odd) in zip(sheets, old.looks, strict=True)
    ]


def _decoded(sheet: Sheet, encoding: str) -> Sheet:
    def decoded(value: Any) -> Any:
        return text_in(encoding, value) if isinstance(value, str) else value

    try:
        columns = [Column([*map(decoded, c.values)], c.which) for c in sheet.columns]
        return replace(sheet, name=decoded(sheet.name), columns=columns)
    except UnicodeError as error:
        raise Refused("file-encoding.old_workbook") from error
