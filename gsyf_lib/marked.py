"""The sender's own workbook back: the cells of findings coloured and commented, all else kept."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib.errors import OutputError
from gsyf_lib.files import write_atomically
from gsyf_lib.submissions.findings import Refused, Source
from gsyf_lib.submissions.guard import check_regular, inspect, read_content
from gsyf_lib.words import SEVERITIES
from gsyf_lib.workbooks import add_table, plain_text, workbook_bytes
from gsyf_lib.xlsx.parts import has_dtd

__all__ = ["write_marked"]

COLOURS = {"error": "F4B6B0", "warning": "FFE08A", "info": "CFE2F3"}
LIST = "问题清单"
COLUMNS = [("程度", 8), ("工作表", 20), ("单元格", 10), ("问题和办法", 90)]
AUTHOR = "gsyf"
LARGEST_MARKED = 5 * 2**20
# What the reading child does not open is not opened here either.
UNOPENED = (
    "file-kills-reader",
    "file-too-slow",
    "file-bomb",
    "file-broken",
    "file-dtd",
    "file-extent",
    "file-macro",
    "file-members",
    "file-type",
)
COMMENT_WIDTH, LINE_HEIGHT, CHARACTERS_A_LINE = 320, 18, 22
# What openpyxl and zipfile are known to raise on workbooks that other programs open.
UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def write_marked(findings: pd.DataFrame, files: Mapping[str, Path], out: Path) -> list[Path]:
    """Write a marked copy of every file that has findings; return the paths written.

    A workbook is given back as it came, with a list of its findings as first sheet. A file that
    is no readable workbook (csv, xls, broken) gives a workbook with that list alone.

    Parameters
    ----------
    findings : frames.FINDINGS
    files : where each file of the findings is; one that is not among them gets its list alone
    out : folder, made if it is not there

    Raises
    ------
    OutputError
        The folder or a file could not be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"无法建立文件夹“{out}”：{error.strerror}。请用 --out 另选") from error
    written: list[Path] = []
    for name, rows in findings.groupby("file", sort=True):
        path = _free(out, PurePosixPath(str(name)).stem, written)
        write_atomically(path, _marked(str(name), rows, files.get(str(name))))
        written.append(path)
    return written


def _free(out: Path, stem: str, taken: list[Path]) -> Path:
    """Return a name of this run's own: two senders may have called their files the same."""
    path, number = out / f"{stem}（标注）.xlsx", 2
    while path in taken:
        path, number = out / f"{stem}（标注{number}）.xlsx", number + 1
    return path


def _marked(name: str, findings: pd.DataFrame, path: Path | None) -> bytes:
    """Return the marked workbook, or the list alone if the file is no workbook to write into."""
    said = [_said(row) for row in findings.to_dict("records")]
    findings = findings.assign(message=said)
    content = _content(path, findings)
    if content:
        with suppress(*UNREADABLE):
            book = load_workbook(io.BytesIO(content), rich_text=True)
            return _with_findings(book, findings, name)
    alone = Workbook()
    alone.remove(alone.active)
    return _with_findings(alone, findings, name)


def _content(path: Path | None, findings: pd.DataFrame) -> bytes:
    """Return the bytes of a workbook that is safe to open here, or none."""
    if path is None or findings["code"].isin(UNOPENED).any():
        return b""
    with suppress(Refused, *UNREADABLE):
        check_regular(path)
        content = read_content(path)
        is_small = len(content) <= LARGEST_MARKED
        if is_small and inspect(content).kind == "xlsx" and not has_dtd(content):
            return content
    return b""


def _said(finding: dict) -> str:
    """Return a finding without its address: the reader has the file before them."""
    place = Source(finding["file"], pd.NaT, finding["sheet"]).place(finding["cell"])
    return plain_text(finding["message"].removeprefix(f"{place}："))


def _with_findings(book: Workbook, findings: pd.DataFrame, name: str) -> bytes:
    places = {sheet.title: sheet for sheet in book.worksheets}
    for (sheet, cell), rows in findings.groupby(["sheet", "cell"], sort=False):
        if sheet in places and cell:
            _mark(places[str(sheet)], str(cell), rows)
    _add_list(book, findings, name)
    return workbook_bytes(book)


def _mark(sheet: Worksheet, address: str, findings: pd.DataFrame) -> None:
    """Colour a cell by its worst finding and say in a comment what is wrong."""
    cell = sheet[address]
    for merged in sheet.merged_cells.ranges:
        if address in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
    worst = min(findings["severity"], key=list(COLOURS).index)
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    said = [
        f"【{SEVERITIES[severity]}】{message}"
        for severity, message in zip(findings["severity"], findings["message"], strict=True)
    ]
    if cell.comment is not None:
        said.insert(0, cell.comment.text)
    text = "\n".join(said)
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, LINE_HEIGHT * (lines + 1), COMMENT_WIDTH)


def _add_list(book: Workbook, findings: pd.DataFrame, name: str) -> None:
    """Put the list of all findings first, and in front when the workbook is opened."""
    sheet = book.create_sheet(LIST, 0)
    rows = [
        (SEVERITIES[row["severity"]], row["sheet"], row["cell"], row["message"])
        for row in findings.to_dict("records")
    ]
    add_table(sheet, f"{PurePosixPath(name).name}：问题清单", COLUMNS, rows)
    colours = [COLOURS[severity] for severity in findings["severity"]]
    for (cell,), colour in zip(sheet.iter_rows(3, max_col=1), colours, strict=True):
        cell.fill = PatternFill("solid", fgColor=colour)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
