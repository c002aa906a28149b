"""Files as sheets of plain values, each at the row and column where the sender put it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.guard import Inspection
from gsyf_lib.submissions.isolation import Reader

__all__ = ["Sheet", "cell_address", "read_sheets"]

ENCODINGS = ("utf-8-sig", "gb18030")
TOP_LINES = 20
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name (empty for CSV), its rows from A1 on, and what its cells do not tell.

    hidden : is the whole sheet hidden
    merged : ranges of merged cells, each by its first and last cell
    hidden_rows, hidden_columns : which rows, and which stretches of columns, are hidden
    without_value : cells with Excel's error, or (no text) with a formula that was never calculated
    """

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()
    without_value: Sequence[tuple[int, int, str]] = ()


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, counted from 0.

    Examples
    --------
    >>> cell_address(10, 3), cell_address(0, 27)
    ('D11', 'AB1')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


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
    tuples = reader.sheets(content, seen.closely)
    return [Sheet(name, rows, hidden, *marks) for name, hidden, rows, *marks in tuples]


def _read_csv(content: bytes) -> Sheet:
    text = _decode(content)
    top = "".join(text.splitlines()[:TOP_LINES])
    delimiter = max(",;\t，", key=top.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(
            "csv-quote", f"引号不成对或格式有误（{error}），其后的行无法确定。请用Excel另存后报送"
        ) from error
    _check_line_breaks(rows)
    return Sheet("", rows)


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
    raise Refused(
        "file-encoding", f"文字编码混乱（第{failures[0]}行起）。请统一存为UTF-8或GB18030后重新报送"
    )
