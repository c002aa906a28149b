"""Files as sheets of plain values, each at the row and column where the sender put it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gsyf_lib.submissions.findings import Refused

__all__ = ["Sheet", "cell_address", "read_sheets"]

ENCODINGS = ("utf-8-sig", "gb18030")
TOP_LINES = 20
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name (empty for CSV), its rows from A1 on, and what was merged."""

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


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


def read_sheets(path: Path, kind: str) -> list[Sheet]:
    """Read a file that the guard let through.

    Parameters
    ----------
    path : the file
    kind : what ``guard.file_kind`` said: xlsx, xls or csv

    Raises
    ------
    Refused
        The file cannot be read as what it is.
    """
    return [_read_csv(path)] if kind == "csv" else _read_workbook(path)


def _read_workbook(path: Path) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [
                _read_sheet(book, meta.name, meta.visible != SheetVisibleEnum.Visible)
                for meta in book.sheets_metadata
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except CalamineError as error:
        raise Refused("file-broken", "工作簿已损坏，无法读取。请重新导出后报送") from error


def _read_sheet(book: CalamineWorkbook, name: str, hidden: bool) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    merged = tuple(sheet.merged_cell_ranges or ())
    return Sheet(name, sheet.to_python(skip_empty_area=False), hidden, merged)


def _read_csv(path: Path) -> Sheet:
    text = _decode(path.read_bytes())
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
