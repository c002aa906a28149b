"""Is this .xls workbook safe to parse, and what does calamine not tell of it?

Its stream ``Workbook`` is a list of records (MS-XLS), of which only the few kinds that matter here
are looked at, each once. What calamine is given is a new file with that one stream: what was
looked at is what is read, whatever else the file holds.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.xls.compound import BROKEN, OLE, contents, opened, packed, streams
from gsyf_lib.submissions.xls.styles import Odd, fonts_of, odd_cells, odd_styles
from gsyf_lib.submissions.xls.texts import looks_of_texts
from gsyf_lib.submissions.xlsx.parts import MACRO_MESSAGE
from gsyf_lib.submissions.xlsx.styles import Style

# hidden rows, stretches of hidden columns, cells with their error, cells that look otherwise
Look = tuple[list[int], list[tuple[int, int]], list[tuple[int, int, str]], list[Odd]]

END, BOUNDSHEET, FILEPASS, SUPBOOK = 0x0A, 0x85, 0x2F, 0x1AE
CODEPAGE, RECALCID, UNCALCED = 0x42, 0x1C1, 0x5E
ROW, COLINFO, FORMULA, BOOLERR = 0x208, 0x7D, 0x6, 0x205
ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
BIFF8 = b"\x00\x06"
UTF16, ONE_BYTE = 1200, 1252
TWO_BYTES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 54936: "gb18030"}
WORKSHEET, MACROSHEET = 0, 1
OWN_BOOK, ADD_IN = 0x0401, 0x3A01
FLAT_ROW, FLAT_COLUMN = 20, 256
CALCULATE_ON_LOAD = 0x2
ZERO, NO_TEXT = bytes(8), b"\x03\x00\x00\x00\x00\x00\xff\xff"
# JExcelAPI calculates nothing: it writes 4 as the result of every formula, and then this mark.
FOUR_BY_JXL = struct.pack("<d", 4), b"\x00\x00\xe0\xfc"
# The letters of code page 1252 that are not those of Latin-1, each with its byte.
BYTES = {
    ord(bytes([n]).decode("cp1252")): n
    for n in range(0x80, 0xA0)
    if n not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class OldBook(NamedTuple):
    """What the guard says of an .xls.

    parsed : what is to be given to calamine
    encoding : what its texts, read byte for byte, are to be decoded with; empty if nothing is
    links : it points to other workbooks
    looks : a look at each worksheet in order
    """

    parsed: bytes
    encoding: str
    links: bool
    looks: list[Look]


class Record(NamedTuple):
    """A record: where its data stand in the stream, its kind, its data."""

    place: int
    kind: int
    data: bytes


def inspect_xls(content: bytes) -> OldBook:
    """Return what calamine is to be given of a workbook, and what it would not tell.

    Raises
    ------
    Refused
        It is broken, encrypted, no workbook, or holds a sheet of macros.
    """
    try:
        stream = _workbook(content)
        book = list(_records(stream, 0, len(stream)))
        sheets = [struct.unpack_from("<IBB", r.data) for r in book if r.kind == BOUNDSHEET]
        starts = [start for start, _, kind in sheets if kind == WORKSHEET]
        looks = _looks(stream, book, starts, ends=sorted({start for start, *_ in sheets}))
    except BROKEN as error:
        raise Refused("file-broken", "工作簿已损坏，无法读取。请重新导出后报送") from error
    if MACROSHEET in [kind for *_, kind in sheets]:
        raise Refused("file-macro", MACRO_MESSAGE)
    links = any(_points_away(r.data) for r in book if r.kind == SUPBOOK)
    page, encoding = _code_page(stream, book)
    return OldBook(packed("Workbook", _with_code_page(stream, book, page)), encoding, links, looks)


def _looks(
    stream: bytes, book: Sequence[Record], starts: Iterable[int], ends: Sequence[int]
) -> list[Look]:
    """Return a look at each worksheet: it ends where another sheet begins, or with the stream."""
    doubted = _doubted(book)
    pairs = [(record.kind, record.data) for record in book]
    fonts = fonts_of(pairs)
    styles = odd_styles(pairs, fonts, stream[4:6] == BIFF8)
    texts = looks_of_texts(pairs, fonts)
    # A part that two sheets claim is looked at once: "pop" makes the second a LookupError.
    following = dict(pairwise([*ends, len(stream)]))
    return [
        _look(_records(stream, start, following.pop(start)), doubted, styles, texts)
        for start in starts
    ]


def is_xls(content: bytes) -> bool:
    """Tell a workbook from a Word document and whatever else is a file system in a file."""
    if not content.startswith(OLE):
        return False
    try:
        names = {stream.name.upper() for stream in streams(opened(content))}
    except BROKEN:
        return False
    return not names.isdisjoint(("WORKBOOK", "BOOK"))


def is_ancient(content: bytes) -> bool:
    """Tell a workbook of Excel 2 to 4: its records, in no file system yet, begin the file."""
    return content[:4] in ANCIENT


def _workbook(content: bytes) -> bytes:
    """Return the stream of the workbook, which Excel finds whatever the case of its name.

    A file for Excel 97 and 95 at once has both, and Excel reads ``Workbook``.
    """
    reader = opened(content)
    named = defaultdict(list)
    for stream in streams(reader):
        named[stream.name.upper()].append(stream)
    found = named["WORKBOOK"] or named["BOOK"]
    if not found:
        message = "文件不是Excel工作簿，按未报送处理。请用Excel或WPS另存为.xlsx后重新报送"
        raise Refused("file-type", message)
    if len(found) > 1:
        message = "文件内有两份工作簿，无法确定以哪份为准。请用Excel另存为.xlsx后重新报送"
        raise Refused("file-broken", message)
    return contents(reader, found[0])


def _code_page(stream: bytes, book: Iterable[Record]) -> tuple[int, str]:
    """Return the code page that makes calamine read the texts, and how to decode them afterwards.

    From Excel 97 on they are UTF-16, whatever the record says (JExcelAPI writes 1252 or 936, and
    calamine believes it). Before, they are bytes; those of a Chinese code page calamine tears
    apart, so it is told that each byte is a letter.
    """
    if stream[4:6] == BIFF8:
        return UTF16, ""
    (page,) = next((struct.unpack("<H", r.data) for r in book if r.kind == CODEPAGE), (ONE_BYTE,))
    return (ONE_BYTE, TWO_BYTES[page]) if page in TWO_BYTES else (page, "")


def _with_code_page(stream: bytes, book: Iterable[Record], page: int) -> bytes:
    result = bytearray(stream)
    for record in book:
        if record.kind == CODEPAGE:
            struct.pack_into("<H", result, record.place, page)
    return bytes(result)


def text_in(encoding: str, letters: str) -> str:
    """Return the text whose bytes were read as letters of code page 1252, one by one.

    Examples
    --------
    >>> text_in("gb18030", "\xc3\xba\xbf\xf3")
    '煤矿'

    Raises
    ------
    UnicodeDecodeError
        The bytes are no such text.
    """
    return letters.translate(BYTES).encode("latin-1").decode(encoding)


def _records(stream: bytes, start: int, end: int) -> Iterator[Record]:
    """Yield the records of one part of the stream; one without an end is an error."""
    while start + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == FILEPASS:
            message = (
                "工作簿已加密，无法读取。请取消打开密码（打开时不问密码的，取消“保护工作簿”）后报送"
            )
            raise Refused("file-encrypted", message)
        if kind == END:
            return
        start += 4
        yield Record(start, kind, stream[start : start + length])
        start += length
    raise LookupError("no end")


def _points_away(data: bytes) -> bool:
    """Tell a link to another workbook from the workbook's own sheets and its add-ins."""
    return struct.unpack_from("<H", data, 2)[0] not in (OWN_BOOK, ADD_IN)


def _doubted(book: Iterable[Record]) -> tuple[bytes, ...]:
    """Return the results that a program writes in this workbook for want of a better one.

    RECALCID names the version of Excel that calculated last: version 0 asks for everything anew.
    xlwt, which writes no such record, gives a formula no text.
    """
    versions = [r.data[4:8] for r in book if r.kind == RECALCID]
    if not versions:
        return (NO_TEXT,)
    return (ZERO,) if bytes(4) in versions else ()


def _look(
    records: Iterable[Record],
    doubted: tuple[bytes, ...],
    styles: Mapping[int, Style],
    texts: Mapping[int, str],
) -> Look:
    rows: list[int] = []
    columns: list[tuple[int, int]] = []
    without: list[tuple[int, int, str]] = []
    odd: list[Odd] = []
    for _, kind, data in records:
        if kind == ROW:
            number, height, flags = struct.unpack_from("<H4xH4xH", data)
            # Hidden, or so flat that nobody sees it.
            if flags & 0x20 or height & 0x7FFF < FLAT_ROW:
                rows.append(number)
        elif kind == COLINFO:
            first, last, width, flags = struct.unpack_from("<3H2xH", data)
            if flags & 1 or width < FLAT_COLUMN:
                columns.append((first, last))
        elif kind == UNCALCED:
            doubted = (ZERO,)
        elif kind in (BOOLERR, FORMULA):
            without += _without_value(kind, data, doubted)
        odd += odd_cells(kind, data, styles, texts)
    return rows, columns, without, odd


def _without_value(
    kind: int, data: bytes, doubted: tuple[bytes, ...]
) -> list[tuple[int, int, str]]:
    """Return the cell of a record if its value is an error, or was never calculated (no text)."""
    row, column = struct.unpack_from("<HH", data)
    if kind == BOOLERR:
        code, is_error = data[6], data[7] == 1
    else:
        code, is_error = data[8], data[6] == 2 and data[12:14] == b"\xff\xff"
        if not is_error and _is_uncalculated(data, doubted):
            return [(row, column, "")]
    return [(row, column, ERRORS.get(code, "#ERROR!"))] if is_error else []


def _is_uncalculated(data: bytes, doubted: tuple[bytes, ...]) -> bool:
    """Tell a formula whose result the file itself does not vouch for.

    One that Excel calculates every time (it has TODAY in it) is no reason to doubt its 0.
    """
    result, (flags,), mark = data[6:14], struct.unpack_from("<H", data, 14), data[16:20]
    if flags & CALCULATE_ON_LOAD:
        return result == ZERO or (result, mark) == FOUR_BY_JXL
    return result in doubted
