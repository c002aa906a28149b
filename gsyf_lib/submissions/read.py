"""Files as sheets of plain values, each at the row and column where the sender put it."""

import csv
import io
from contextlib import suppress
from dataclasses import replace
from typing import Any

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.guard import Inspection
from gsyf_lib.submissions.isolation import Reader
from gsyf_lib.submissions.sheet import Column, Sheet, columns_of, unpacked
from gsyf_lib.submissions.xls import OldBook, text_in

__all__ = ["read_sheets"]

ENCODINGS = ("utf-8-sig", "gb18030")
TOP_LINES = 20
END_OF_FILE = "\x1a"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_sheets(content: bytes, seen: Inspection, reader: Reader) -> list[Sheet]:
    """Read a file that the guard let through.

    Workbooks are parsed by the reading child. Text is read here: it inflates nothing, the guard
    has counted its lines and separators, and Python's own decoders and csv module are linear.

    Parameters
    ----------
    content : the bytes of the file
    seen : what ``guard.inspect`` said of them
    reader : the child process of this batch

    Raises
    ------
    Refused
        The file cannot be read as what it is.
    """
    if seen.kind == "csv":
        return [_read_csv(content)]
    old = seen.old
    sheets = [
        Sheet(name, [*map(unpacked, columns)], hidden, *marks)
        for name, hidden, columns, *marks in reader.sheets(
            old.parsed if old else content, seen.closely
        )
    ]
    return _as_looked_at(sheets, old) if old else sheets


def _as_looked_at(sheets: list[Sheet], old: OldBook) -> list[Sheet]:
    """Return the worksheets of an .xls with what the guard saw in each of them."""
    if len(sheets) != len(old.looks):
        raise Refused("file-broken", "工作簿已损坏，工作表不全。请重新导出后报送")
    return [
        replace(
            _decoded(sheet, old.encoding) if old.encoding else sheet,
            hidden_rows=rows,
            hidden_columns=columns,
            without_value=errors,
        )
        for sheet, (rows, columns, errors) in zip(sheets, old.looks, strict=True)
    ]


def _decoded(sheet: Sheet, encoding: str) -> Sheet:
    def decoded(value: Any) -> Any:
        return text_in(encoding, value) if isinstance(value, str) else value

    try:
        columns = [Column([*map(decoded, c.values)], c.which) for c in sheet.columns]
        return replace(sheet, name=decoded(sheet.name), columns=columns)
    except UnicodeError as error:
        raise Refused("file-encoding", "文字编码混乱。请用Excel另存为.xlsx后重新报送") from error


def _read_csv(content: bytes) -> Sheet:
    text = _decode(content).rstrip(END_OF_FILE)
    top = "".join(text.splitlines()[:TOP_LINES])
    delimiter = max(",;\t，", key=top.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        line = _faulty_line(text, delimiter)
        message = (
            f"第{line}行起引号不成对，或一格过长，其后的行无法确定。请检查后用Excel另存，重新报送"
        )
        raise Refused("csv-quote", message) from None
    _check_line_breaks(rows)
    return Sheet("", columns_of(rows))


def _faulty_line(text: str, delimiter: str) -> int:
    """Return the line in which the row begins that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    with suppress(csv.Error):
        for _ in reader:
            line = reader.line_num + 1
    return line


def _check_line_breaks(rows: list[list[str]]) -> None:
    """Refuse cells that swallowed lines: an unclosed quote that happens to be closed later."""
    for number, row in enumerate(rows, 1):
        if any("\n" in cell or "\r" in cell for cell in row):
            raise Refused(
                "csv-quote", f"第{number}行的一个单元格内含换行，可能是引号未闭合。请检查后重新报送"
            )


def _decode(content: bytes) -> str:
    if content.startswith(UTF16_MARKS):
        return _strictly(content, ("utf-16",))
    return _strictly(content, ENCODINGS)


def _strictly(content: bytes, encodings: tuple[str, ...]) -> str:
    failures = []
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(content.count(b"\n", 0, error.start) + 1)
    message = f"文字编码混乱（第{max(failures)}行起）。请统一存为UTF-8或GB18030后重新报送"
    raise Refused("file-encoding", message)
