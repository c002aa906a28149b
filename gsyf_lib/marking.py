"""A sender's workbook with the findings written into it, made in a process of its own.

openpyxl opens whatever a sender hands in: that can take minutes, all memory, or end the process.
So it works in a child with limits (``python -m gsyf_lib.marking``), which answers ``Marker``.
"""

import faulthandler
import io
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import IO, NamedTuple, Self

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib.workbooks import add_table, workbook_bytes

__all__ = ["Marker", "Remark", "list_alone", "marked_bytes"]

MEMORY, SECONDS = 2 * 2**30, 60.0
GRACE = 5
SIZE = struct.Struct(">Q")
LIST = "问题清单"
COLUMNS = [("程度", 8), ("工作表", 20), ("单元格", 10), ("问题和办法", 90)]
AUTHOR = "gsyf"
COMMENT_WIDTH, LINE_HEIGHT, CHARACTERS_A_LINE = 320, 18, 22


class Remark(NamedTuple):
    """A finding as the sender reads it.

    severity : in Chinese; colour : of the cell; sheet, cell : where it is; message : without the
    address
    """

    severity: str
    colour: str
    sheet: str
    cell: str
    message: str


class Marker:
    """Marks workbooks in a child process; a context manager that ends it.

    Parameters
    ----------
    memory : the child's address space, in bytes, where the platform has such a limit
    seconds : what it may take for one workbook
    """

    def __init__(self, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        """Keep the limits; no process is started yet."""
        self.memory, self.seconds = memory, seconds
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the marker."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self._end()

    def marked(self, content: bytes, title: str, remarks: Sequence[Remark]) -> bytes:
        """Return a workbook with its remarks; empty if it cannot be opened within the limits."""
        child = self._running()
        timer = threading.Timer(self.seconds, child.kill)
        timer.start()
        try:
            answer = _asked(child, pickle.dumps((content, title, [*map(tuple, remarks)])))
        finally:
            timer.cancel()
            timer.join()
        if not answer:
            self._end()
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.child is None:
            # Not to stop at a warning, whatever PYTHONWARNINGS says: the workbook is not ours.
            command = [sys.executable, "-P", "-W", "ignore", "-m", "gsyf_lib.marking"]
            self.child = subprocess.Popen(
                [*command, str(self.memory), str(self.seconds + GRACE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.child

    def _end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            child.communicate()


def _asked(child: "subprocess.Popen[bytes]", question: bytes) -> bytes:
    """Return the child's answer; empty if it ended before it gave one."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(SIZE.pack(len(question)) + question)
        child.stdin.flush()
    except OSError:
        return b""
    return _message(child.stdout)


def _message(stream: IO[bytes]) -> bytes:
    """Return the next message of a stream; empty at its end, or if it breaks off."""
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        return b""
    (size,) = SIZE.unpack(head)
    message = stream.read(size)
    return message if len(message) == size else b""


def marked_bytes(content: bytes, title: str, remarks: Sequence[Remark]) -> bytes:
    """Return a workbook as it came, the cells in question marked, and the list as first sheet."""
    return _with_remarks(load_workbook(io.BytesIO(content), rich_text=True), title, remarks)


def list_alone(title: str, remarks: Sequence[Remark]) -> bytes:
    """Return a workbook that holds the list and nothing of the sender's."""
    book = Workbook()
    book.remove(book.active)
    return _with_remarks(book, title, remarks)


def _with_remarks(book: Workbook, title: str, remarks: Sequence[Remark]) -> bytes:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    places: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        if remark.sheet in sheets and remark.cell:
            places.setdefault((remark.sheet, remark.cell), []).append(remark)
    for (sheet, cell), found in places.items():
        _mark(sheets[sheet], cell, found)
    _add_list(book, title, remarks)
    return workbook_bytes(book)


def _mark(sheet: Worksheet, address: str, remarks: Sequence[Remark]) -> None:
    """Colour a cell by its worst remark, which comes first, and say in a comment what is wrong."""
    cell = sheet[address]
    for merged in sheet.merged_cells.ranges:
        if address in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
    cell.fill = PatternFill("solid", fgColor=remarks[0].colour)
    said = [f"【{remark.severity}】{remark.message}" for remark in remarks]
    if cell.comment is not None:
        said.insert(0, cell.comment.text)
    text = "\n".join(said)
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, LINE_HEIGHT * (lines + 1), COMMENT_WIDTH)


def _add_list(book: Workbook, title: str, remarks: Iterable[Remark]) -> None:
    """Put the list of all findings first, and in front when the workbook is opened."""
    sheet = book.create_sheet(LIST, 0)
    remarks = list(remarks)
    rows = [(one.severity, one.sheet, one.cell, one.message) for one in remarks]
    add_table(sheet, title, COLUMNS, rows)
    for (cell,), remark in zip(sheet.iter_rows(3, max_col=1), remarks, strict=True):
        cell.fill = PatternFill("solid", fgColor=remark.colour)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _serve(memory: int, seconds: float) -> None:
    """Answer until stdin ends, as it does when the parent dies; an error ends it as well.

    A workbook that hangs it while nobody is left to kill it is ended by ``seconds``.
    """
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass  # Windows has no such limit, macOS refuses it: the time alone is limited
    while question := _message(sys.stdin.buffer):
        content, title, remarks = pickle.loads(question)
        faulthandler.dump_traceback_later(seconds, exit=True)
        answer = marked_bytes(content, title, [Remark(*remark) for remark in remarks])
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.buffer.write(SIZE.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))
