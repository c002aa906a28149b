"""Is this .xls workbook safe to parse, and what does calamine not tell of it?

An .xls file is a file system in a file (MS-CFB); its stream ``Workbook`` is a list of records
(MS-XLS). Only the few kinds that matter here are looked at, each once: what a file claims of
itself never makes this longer than the file is.
"""

import struct
from collections.abc import Iterator
from itertools import islice, pairwise

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.xlsx.parts import MACRO_MESSAGE

__all__ = ["Look", "inspect_xls"]

# hidden rows, stretches of hidden columns, cells with their error
Look = tuple[list[int], list[tuple[int, int]], list[tuple[int, int, str]]]

FREE = 0xFFFFFFFA
HEADER, ENTRY, SECTORS = 512, 128, (512, 4096)
SMALL_STREAM, SMALL_SECTOR = 4096, 64
STREAMS = ("Workbook", "Book")
END, BOUNDSHEET, FILEPASS, SUPBOOK = 0x0A, 0x85, 0x2F, 0x1AE
ROW, COLINFO, FORMULA, BOOLERR = 0x208, 0x7D, 0x6, 0x205
WORKSHEET, MACROSHEET = 0, 1
OWN_BOOK, ADD_IN = 0x0401, 0x3A01
FLAT_ROW, FLAT_COLUMN = 20, 256
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def inspect_xls(content: bytes) -> tuple[bool, list[Look]]:
    """Return whether a workbook points to others, and a look at each worksheet in order.

    Raises
    ------
    Refused
        It is broken, has a password, or holds a sheet of macros.
    """
    try:
        stream = _stream(content)
        book = list(_records(stream, 0, len(stream)))
        sheets = [struct.unpack_from("<IBB", data) for kind, data in book if kind == BOUNDSHEET]
        starts = sorted({start for start, _, _ in sheets})
        ends = dict(pairwise([*starts, len(stream)]))
        looks = [_look(stream, n, ends.pop(n)) for n, _, kind in sheets if kind == WORKSHEET]
    except (struct.error, LookupError) as error:
        raise Refused("file-broken", "工作簿已损坏，无法读取。请重新导出后报送") from error
    if MACROSHEET in [kind for *_, kind in sheets]:
        raise Refused("file-macro", MACRO_MESSAGE)
    return any(_points_away(data) for kind, data in book if kind == SUPBOOK), looks


def _stream(content: bytes) -> bytes:
    """Return the stream of the workbook."""
    size = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
    if size not in SECTORS:
        raise LookupError("size of a sector")
    table = _sector_table(content, size)
    folder = _chain(content, table, struct.unpack_from("<I", content, 48)[0], size)
    entries = [folder[n : n + ENTRY] for n in range(0, len(folder) - ENTRY + 1, ENTRY)]
    entry = next((entry for entry in entries if _name(entry) in STREAMS), b"")
    first, length = struct.unpack_from("<II", entry, 116)
    if length >= SMALL_STREAM:
        return _chain(content, table, first, size)[:length]
    # A small stream lies in small pieces inside of the first entry's.
    small_table = _chain(content, table, struct.unpack_from("<I", content, 60)[0], size)
    numbers = _words(small_table[: len(content) // SMALL_SECTOR * 4])
    small = _chain(content, table, struct.unpack_from("<I", entries[0], 116)[0], size)
    pieces = (small[n * SMALL_SECTOR :][:SMALL_SECTOR] for n in _follow(numbers, first))
    return b"".join(pieces)[:length]


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, length - 2)].decode("utf-16-le", "replace")


def _sector_table(content: bytes, size: int) -> list[int]:
    """Return the table that says which sector follows which: no longer than the file."""
    most = len(content) // size
    places = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    while more < FREE and len(places) < most:
        *block, more = _words(_sector(content, more, size))
        places += block
    used = islice((place for place in places if place < FREE), most * 4 // size + 1)
    return _words(b"".join(_sector(content, place, size) for place in used))


def _words(data: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", data[: len(data) // 4 * 4])]


def _sector(content: bytes, number: int, size: int) -> bytes:
    start = max(HEADER, size) + number * size
    return content[start : start + size]


def _follow(table: list[int], first: int) -> Iterator[int]:
    """Yield a chain of sectors; one that runs in a ring is an error."""
    for _ in range(len(table) + 1):
        if first >= FREE:
            return
        yield first
        first = table[first]
    raise LookupError("ring of sectors")


def _chain(content: bytes, table: list[int], first: int, size: int) -> bytes:
    return b"".join(_sector(content, number, size) for number in _follow(table, first))


def _records(stream: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the stream."""
    while start + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == FILEPASS:
            raise Refused("file-encrypted", "工作簿设有打开密码，无法读取。请取消密码后重新报送")
        if kind == END:
            return
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _points_away(data: bytes) -> bool:
    """Tell a link to another workbook from the workbook's own sheets and its add-ins."""
    return struct.unpack_from("<H", data, 2)[0] not in (OWN_BOOK, ADD_IN)


def _look(stream: bytes, start: int, end: int) -> Look:
    rows: list[int] = []
    columns: list[tuple[int, int]] = []
    errors: list[tuple[int, int, str]] = []
    for kind, data in _records(stream, start, end):
        if kind == ROW:
            number, height, flags = struct.unpack_from("<H4xH4xH", data)
            if flags & 0x20 or height & 0x7FFF < FLAT_ROW:
                rows.append(number)
        elif kind == COLINFO:
            first, last, width, flags = struct.unpack_from("<3H2xH", data)
            if flags & 1 or width < FLAT_COLUMN:
                columns.append((first, last))
        elif kind in (BOOLERR, FORMULA):
            errors += _error(kind, data)
    return rows, columns, errors


def _error(kind: int, data: bytes) -> list[tuple[int, int, str]]:
    """Return the cell of a record if its value is an error."""
    row, column = struct.unpack_from("<HH", data)
    if kind == BOOLERR:
        code, is_error = data[6], data[7] == 1
    else:
        code, is_error = data[8], data[6] == 2 and data[12:14] == b"\xff\xff"
    return [(row, column, ERRORS.get(code, "#ERROR!"))] if is_error else []
