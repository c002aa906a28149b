"""The child process that parses workbooks: contents in by stdin, plain columns out by stdout.

``isolation`` starts it as a file of its own. It imports nothing of the package, so that it is
there in some ten milliseconds; what it may use of memory and time is set before it parses.
"""

import faulthandler
import gc
import io
import pickle
import struct
import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from posixpath import join, normpath
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["REQUEST", "SIZE", "by_column", "parsed", "serve"]

REQUEST = struct.Struct(">Q?")
SIZE = struct.Struct(">Q")
# the different values of a column, and which of them stands in each row, as numbers of C's type int
Values = tuple[list[object], bytes]
Look = tuple[list[int], list[tuple[int, int]], list[tuple[int, int, str]]]
NOTHING: Look = ([], [], [])
FLAT = 1


def serve(parse: Callable[[bytes, bool], object], memory: int, seconds: float) -> None:
    """Answer requests until stdin ends, as it does when the parent dies.

    A file that hangs the parser while nobody is left to kill it is ended by ``seconds``.
    """
    _limit_memory(memory)
    gc.disable()  # it would walk millions of new cells, all of them in use
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        size, closely = REQUEST.unpack(head)
        content = requests.read(size)
        faulthandler.dump_traceback_later(seconds, exit=True)
        answer = pickle.dumps(parse(content, closely))
        faulthandler.cancel_dump_traceback_later()
        answers.write(SIZE.pack(len(answer)) + answer)
        answers.flush()


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit: the guard alone protects
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):  # macOS refuses it, or a lower limit is already in force
        return


def parsed(content: bytes, closely: bool) -> list[tuple[Any, ...]] | None:
    """Return the worksheets of a workbook as tuples, or None if it is broken.

    A tuple: name, is it hidden, columns (``by_column``), merged ranges, and what a closer look
    found: hidden rows, hidden columns (first, last), cells without a value of their own (row,
    column, Excel's error).
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            looks = _close_looks(content) if closely else {}
            return [
                (
                    *_sheet(book, meta.name, meta.visible != SheetVisibleEnum.Visible),
                    *looks.get(meta.name, NOTHING),
                )
                for meta in book.sheets_metadata
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, KeyError, SyntaxError, ValueError):
        return None


def _sheet(book: CalamineWorkbook, name: str, hidden: bool) -> tuple[Any, ...]:
    sheet = book.get_sheet_by_name(name)
    columns = by_column(sheet.to_python(skip_empty_area=False))
    return name, hidden, columns, list(sheet.merged_cell_ranges or ())


def by_column(rows: Sequence[Sequence[object]]) -> list[Values]:
    """Return the columns of a sheet, each as its different values: few of them fill many rows.

    Where a row ends before a column, the value is None.

    Examples
    --------
    >>> [(values, list(memoryview(which).cast("i"))) for values, which in by_column(["ab", "a"])]
    [(['a'], [0, 0]), (['b', None], [0, 1])]
    """
    return [_values(cells) for cells in zip_longest(*rows)]


def _values(cells: Sequence[object]) -> Values:
    has_twins = _has_twins(cells)
    keys = [(str(cell), cell) for cell in cells] if has_twins else cells
    numbers: defaultdict[Any, int] = defaultdict(lambda: len(numbers))
    which = array("i", map(numbers.__getitem__, keys))
    return [key[1] for key in numbers] if has_twins else list(numbers), which.tobytes()


def _has_twins(cells: Sequence[object]) -> bool:
    """Tell whether equal cells may differ: 1, 1.0 and TRUE are equal, and so are 0.0 and -0.0."""
    if len({bool, int, float}.intersection(map(type, cells))) > 1:
        return True
    return 0.0 in cells and any(str(cell) == "-0.0" for cell in cells if cell == 0)


def _close_looks(content: bytes) -> dict[str, Look]:
    """Look into the XML for what calamine does not tell, by the names of the sheets."""
    from xml.etree import ElementTree
    from zipfile import ZipFile

    looks = {}
    with ZipFile(io.BytesIO(content)) as archive:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {item.get("Id"): item.get("Target", "") for item in relations}
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            key = next((id for name, id in sheet.items() if name.endswith("}id")), "")
            member = normpath(join("/xl", targets.get(key, ""))).lstrip("/")
            if member in archive.namelist():
                with archive.open(member) as xml:
                    events = (element for _, element in ElementTree.iterparse(xml))
                    looks[sheet.get("name", "")] = _look(events)
    return looks


def _look(elements: "Iterable[Element]") -> Look:
    hidden: list[int] = []
    columns: list[tuple[int, int]] = []
    without: list[tuple[int, int, str]] = []
    number = 0
    for element in elements:
        tag = element.tag.rpartition("}")[2]
        if tag == "col" and _is_hidden(element, "width"):
            columns.append((int(element.get("min", 1)) - 1, int(element.get("max", 1)) - 1))
        elif tag == "row":
            number = int(element.get("r", number + 1))
            if _is_hidden(element, "ht"):
                hidden.append(number - 1)
            without += _without_value(element, number - 1)
            element.clear()
    return hidden, columns, without


def _is_hidden(element: "Element", measure: str) -> bool:
    """Tell a hidden row or column; one without height or width cannot be seen either."""
    size = element.get(measure, "")
    return element.get("hidden") in ("1", "true") or (size[:1] == "0" and float(size) < FLAT)


def _without_value(row: "Element", number: int) -> list[tuple[int, int, str]]:
    """Return the formulas that nothing calculated (no text) and the errors (with their text)."""
    found = []
    column = -1
    for cell in row.iterfind("{*}c"):
        column = _column(cell.get("r", ""), column)
        value, kind = cell.find("{*}v"), cell.get("t")
        text = (value.text or "").strip() if value is not None else ""
        is_blank = value is None or (not text and kind != "str")
        if kind == "e":
            found.append((number, column, text or "#ERROR!"))
        elif is_blank and cell.find("{*}f") is not None:
            found.append((number, column, ""))
    return found


def _column(address: str, before: int) -> int:
    """Return the column of a cell, counted from 0; a cell without address follows the one before.

    Examples
    --------
    >>> _column("AB12", 3), _column("", 3)
    (27, 4)
    """
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1 if number else before + 1


if __name__ == "__main__":
    serve(parsed, memory=int(sys.argv[1]), seconds=float(sys.argv[2]))
