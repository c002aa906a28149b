"""Findings and files in; the senders' workbooks out, faulty cells coloured and commented.

A hostile or broken workbook can keep openpyxl busy for minutes, take all memory or crash it. So
each one is opened in a child process with limits: this module, run as a program.
"""

import faulthandler
import io
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from gsyf_lib.documents.workbooks import FORMULA_STARTS, plain_text
from gsyf_lib.documents.zipped import zipped_anew
from gsyf_lib.processes.files import check_new, make_folder, write_new
from gsyf_lib.submissions.findings import Refused, Source
from gsyf_lib.submissions.open.guard import check_regular
from gsyf_lib.submissions.open.worker import limit_memory
from gsyf_lib.submissions.register import REGISTER
from gsyf_lib.vocabulary import SEVERITIES

# RRGGBB of each severity, the worst first.
COLOURS = dict(zip(SEVERITIES.values(), ("F4B6B0", "FFE08A", "CFE2F3"), strict=True))
# A workbook is a zip archive, and every zip archive begins with these bytes.
WORKBOOK = b"PK\x03\x04"
LARGEST_MARKED = 5 * 2**20
CLOSED = [code for code, kind in REGISTER.items() if kind.closed]
SKIPPED = "file-skipped"
# Bytes. File systems allow 255 for a name, and “（标注2）.xlsx” is still added.
LONGEST_NAME = 200
MEMORY, SECONDS = 2 * 2**30, 60.0
# The child ends itself so many seconds after the parent should have killed it.
GRACE = 5
LIST = "问题清单"
COLUMNS = [("程度", 8), ("工作表", 20), ("单元格", 10), ("问题和办法", 90)]
AUTHOR = "gsyf"
# Pixels, pixels, and how many Chinese characters fit in a line of a comment.
COMMENT_WIDTH, LINE_HEIGHT, CHARACTERS_A_LINE = 320, 18, 22
HEAD = PatternFill("solid", fgColor="E8EEF4")
GRID = Border(*(Side(style="thin", color="B9C1CA") for _ in range(4)))
WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)
A4 = 9  # Excel's number for the paper


class Remark(NamedTuple):
    """A finding as the sender reads it, without file, sheet and cell in its message.

    It has no cell or no sheet if it is about the whole.
    """

    severity: str
    sheet: str
    cell: str
    message: str


def write_marked(findings: pd.DataFrame, files: Mapping[str, Path], out: Path) -> list[Path]:
    """Write a marked copy of every file that has findings; return the paths written.

    A workbook is given back as it came, with a list of its findings as first sheet. A file that
    is no readable workbook (csv, xls, broken) or is not in ``files`` gives that list alone.
    """
    found = {
        str(name): rows
        for name, rows in findings.groupby("file", sort=True)
        # Excel's locks and .DS_Store: no sender knows of them.
        if not (rows["code"] == SKIPPED).all()
    }
    paths = _names(out, found)
    check_new(*paths.values())
    make_folder(out)
    for name, path in paths.items():
        write_new(path, _marked(name, found[name], files.get(name)))
    return list(paths.values())


def _names(out: Path, found: Iterable[str]) -> dict[str, Path]:
    """Return a path for each marked workbook; files of the same name get a number."""
    paths: dict[str, Path] = {}
    for name in found:
        # Cut in bytes, dropping half a character at the end: Chinese ones have three bytes each.
        stem = PurePosixPath(name).stem.encode()[:LONGEST_NAME].decode(errors="ignore")
        path, number = out / f"{stem}（标注）.xlsx", 2
        while path in paths.values():
            path, number = out / f"{stem}（标注{number}）.xlsx", number + 1
        paths[name] = path
    return paths


def _marked(name: str, findings: pd.DataFrame, path: Path | None) -> bytes:
    """Return the marked workbook, or the list alone if the file is no workbook to write into."""
    # Errors first: a cell gets the colour of its first remark.
    rank = findings["severity"].map(list(SEVERITIES).index)
    remarks = [
        Remark(SEVERITIES[row["severity"]], row["sheet"], row["cell"], _without_address(row))
        for row in findings.assign(rank=rank).sort_values("rank", kind="stable").to_dict("records")
    ]
    title = plain_text(f"{PurePosixPath(name).name}：问题清单")
    content = _content(path, findings)
    # The child may fail at a strange workbook: then the list alone goes back.
    return content and marked_apart(content, title, remarks) or list_alone(title, remarks)


def _content(path: Path | None, findings: pd.DataFrame) -> bytes:
    """Return the bytes of a workbook that is safe to open, or none."""
    if path is None or findings["code"].isin(CLOSED).any():
        return b""
    with suppress(Refused, OSError):
        check_regular(path)
        if path.stat().st_size <= LARGEST_MARKED:
            content = path.read_bytes()
            return content if content.startswith(WORKBOOK) else b""
    return b""


def _without_address(finding: dict) -> str:
    """Return a message without file, sheet and cell, which the list has in columns."""
    address = Source(finding["file"], pd.NaT, finding["sheet"]).address(finding["cell"])
    return plain_text(finding["message"].removeprefix(f"{address}："))


def marked_apart(
    content: bytes,
    title: str,
    remarks: Sequence[Remark],
    memory: int = MEMORY,
    seconds: float = SECONDS,
) -> bytes:
    """Run ``marked_bytes`` in a child process; return nothing if it crashes or takes too long."""
    # ``-P`` keeps the working directory off the path; ``-W ignore`` keeps PYTHONWARNINGS=error from
    # turning openpyxl's warnings about a sender's workbook into failures.
    command = [sys.executable, "-P", "-W", "ignore", "-m", "gsyf_lib.submissions.collect.marked"]
    try:
        child = subprocess.run(
            [*command, str(memory), str(seconds + GRACE)],
            input=pickle.dumps((content, title, [*map(tuple, remarks)])),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return b""
    return child.stdout if child.returncode == 0 else b""


def marked_bytes(content: bytes, title: str, remarks: Sequence[Remark]) -> bytes:
    """Return the workbook with its faulty cells marked and the list of remarks as first sheet."""
    return _with_remarks(load_workbook(io.BytesIO(content), rich_text=True), title, remarks)


def list_alone(title: str, remarks: Sequence[Remark]) -> bytes:
    """Return a workbook with the list of remarks and nothing else."""
    book = Workbook()
    book.remove(book.active)
    return _with_remarks(book, title, remarks)


def _with_remarks(book: Workbook, title: str, remarks: Sequence[Remark]) -> bytes:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    by_cell: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        if remark.sheet in sheets and remark.cell:
            by_cell.setdefault((remark.sheet, remark.cell), []).append(remark)
    for (sheet, cell), found in by_cell.items():
        _mark(sheets[sheet], cell, found)
    _add_list(book, title, remarks)
    return saved(book)


def _mark(sheet: Worksheet, address: str, remarks: Sequence[Remark]) -> None:
    """Colour a cell by its worst remark, which comes first, and write all remarks in a comment."""
    cell = sheet[address]
    # Of merged cells only the upper left one can have a colour and a comment.
    for merged in sheet.merged_cells.ranges:
        if address in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
    cell.fill = PatternFill("solid", fgColor=COLOURS[remarks[0].severity])
    texts = [f"【{remark.severity}】{remark.message}" for remark in remarks]
    if cell.comment is not None:
        texts.insert(0, cell.comment.text)
    text = "\n".join(texts)
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, LINE_HEIGHT * (lines + 1), COMMENT_WIDTH)


def _add_list(book: Workbook, title: str, remarks: Sequence[Remark]) -> None:
    """Add the list of all remarks as first sheet, shown when the workbook is opened."""
    sheet = book.create_sheet(LIST, 0)
    for number, texts in enumerate([(title,), [head for head, _ in COLUMNS], *remarks], 1):
        for column, text in enumerate(texts, 1):
            _write(sheet, number, column, text)
    sheet["A1"].font, sheet.row_dimensions[1].height = Font(bold=True, size=14), 30
    sheet["A1"].border = Border()
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    for cell, (_, width) in zip(sheet[2], COLUMNS, strict=True):
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[cell.column_letter].width = width
    for number, remark in enumerate(remarks, 3):
        sheet.cell(number, 1).fill = PatternFill("solid", fgColor=COLOURS[remark.severity])
    _set_up(sheet)
    # Sheets selected together would all be changed by what the sender types into one.
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write a text that stays a text even if it begins with ``=``: never a formula that runs."""
    cell = sheet.cell(row, column, text)
    cell.data_type, cell.quotePrefix = "s", text.startswith(FORMULA_STARTS)
    cell.alignment, cell.border = WRAPPED, GRID


def _set_up(sheet: Worksheet) -> None:
    """Freeze the header; print on A4 landscape, one page wide and as many as needed high."""
    sheet.auto_filter.ref, sheet.freeze_panes = f"A2:D{sheet.max_row}", "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def saved(book: Workbook, day: date = date(2000, 1, 1), method: int = ZIP_DEFLATED) -> bytes:
    """Return an openpyxl workbook as bytes, without the time of day that ``save`` writes."""
    book.properties.created = book.properties.modified = datetime.combine(day, time())
    raw = io.BytesIO()
    ExcelWriter(book, ZipFile(raw, "w")).save()
    return zipped_anew(raw.getvalue(), method)


def _serve(memory: int, seconds: float) -> None:
    """Read a workbook and remarks from stdin, write the marked workbook to stdout.

    An error ends the process with another exit code than 0; the parent then sends the list alone.
    """
    # If the parent is gone and cannot kill this process, it ends itself after ``seconds``.
    faulthandler.dump_traceback_later(seconds, exit=True)
    limit_memory(memory)
    content, title, remarks = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(marked_bytes(content, title, [Remark(*one) for one in remarks]))


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))
