"""The child process that parses workbooks: contents in by stdin, plain columns out by stdout.

``isolation`` runs this file as a program. It imports only ``xlsx`` from the package, so that it
starts in some 30 ms, and limits its own memory before it opens a file.
"""

import faulthandler
import gc
import io
import pickle
import struct
import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

import python_calamine as calamine

from gsyf_lib.documents.xlsx.markup import NotRead
from gsyf_lib.documents.xlsx.repack import Book, repacked
from gsyf_lib.documents.xlsx.sheets import Looks

SIZE = struct.Struct(">Q")
# The different values of a column, and for each row the index of its value, as bytes of C ints:
# an array of numbers crosses the pipe far faster than a list of cells.
Values = tuple[list[object], bytes]
ZIP = b"PK\x03\x04"
NO_MEMORY = 1  # expat's error code
WORKSHEET, VISIBLE = calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible
# What the standard library and calamine raise for broken files. Not MemoryError: that must end
# the child, so that ``isolation`` can find out whether the file or the machine is to blame.
BROKEN = (
    *(EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError),
    *(BadZipFile, calamine.CalamineError, struct.error, zlib.error),
)


def serve(parse: Callable[[bytes], object], memory: int, seconds: float) -> None:
    """Answer requests until stdin ends, as it does when the parent dies.

    seconds : exit after so long on one file; the parent kills earlier, but it may have died
    """
    limit_memory(memory)
    gc.disable()  # it would go through millions of new cells again and again, and free nothing
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(SIZE.size)) == SIZE.size:
        (size,) = SIZE.unpack(head)
        content = requests.read(size)
        faulthandler.dump_traceback_later(seconds, exit=True)
        answer = pickle.dumps(parse(content))
        faulthandler.cancel_dump_traceback_later()
        answers.write(SIZE.pack(len(answer)) + answer)
        answers.flush()


def limit_memory(memory: int) -> None:
    """Limit the address space of this process, where the system lets it."""
    # Windows has no such limit (there the guard alone protects); macOS refuses; or a lower one is
    # in force already.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def parsed(content: bytes) -> object:
    """Return the worksheets as a list of tuples, or (code, sentence) why they are not read.

    Each tuple: name, is it hidden, columns (``by_column``), then the fields of
    ``xlsx.sheets.Looks`` (of an .xls only the merged ranges are known here) and what the workbook
    carries besides (``xlsx.parts.TRAITS``). None is a broken workbook.
    """
    try:
        if content.startswith(ZIP):
            return _of_xlsx(repacked(content))
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_of_xls(book, meta) for meta in book.sheets_metadata if meta.typ == WORKSHEET]
    except NotRead as error:
        return error.code, error.message
    except (ExpatError, ParseError) as error:
        if error.code == NO_MEMORY:  # says nothing about the XML
            raise MemoryError from error
        return None
    except BROKEN:
        return None


def _of_xlsx(book: Book) -> list[tuple[Any, ...]]:
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.content)) as parsed:
        return [
            (name, is_hidden, _columns(parsed, str(number)), *looks, book.traits)
            for number, (name, is_hidden, looks) in enumerate(book.sheets)
        ]


def _of_xls(book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata) -> tuple[Any, ...]:
    merged = book.get_sheet_by_name(meta.name).merged_cell_ranges
    looks = Looks(list(merged or ()), [], [], [], [])
    return meta.name, meta.visible != VISIBLE, _columns(book, meta.name), *looks, []


def _columns(book: calamine.CalamineWorkbook, name: str) -> list[Values]:
    return by_column(book.get_sheet_by_name(name).to_python(skip_empty_area=False))


def by_column(rows: Sequence[Sequence[object]]) -> list[Values]:
    """Return the columns of a sheet, each as its different values and which of them is where.

    The same few values fill many rows. Where a row ends before a column, the value is None.
    """
    return [_values(cells) for cells in zip_longest(*rows)]


def _values(cells: Sequence[object]) -> Values:
    has_twins = _has_twins(cells)
    keys = [(str(cell), cell) for cell in cells] if has_twins else cells
    # A value that is looked up for the first time gets the next number.
    numbers: defaultdict[Any, int] = defaultdict(lambda: len(numbers))
    which = array("i", map(numbers.__getitem__, keys))
    return [key[1] for key in numbers] if has_twins else list(numbers), which.tobytes()


def _has_twins(cells: Sequence[object]) -> bool:
    """Tell whether some equal cells are not the same: 1, 1.0 and TRUE, or 0.0 and -0.0."""
    if len({bool, int, float}.intersection(map(type, cells))) > 1:
        return True
    return 0.0 in cells and any(str(cell) == "-0.0" for cell in cells if cell == 0)


if __name__ == "__main__":
    serve(parsed, memory=int(sys.argv[1]), seconds=float(sys.argv[2]))
