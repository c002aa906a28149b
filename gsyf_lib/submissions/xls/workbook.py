"""Is this .xls safe to parse, and what does calamine leave out of it?

The stream ``Workbook`` is a list of records (MS-XLS). We go through it once and look at the few
kinds that matter here. Calamine then gets a new file with that one stream and nothing else, so
that it reads what we inspected.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from gsyf_lib.documents.xlsx.parts import MACRO_MESSAGE
from gsyf_lib.documents.xlsx.sheets import Looks
from gsyf_lib.documents.xlsx.styles import Style
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.xls.compound import BROKEN, OLE, contents, opened, packed, streams
from gsyf_lib.submissions.xls.looks import fonts_of, looks_of_texts, odd_cells, odd_styles

# The kinds of records, named as in MS-XLS.
END, BOUNDSHEET, FILEPASS, SUPBOOK = 0x0A, 0x85, 0x2F, 0x1AE
CODEPAGE, RECALCID, UNCALCED = 0x42, 0x1C1, 0x5E
ROW, COLINFO, FORMULA, BOOLERR = 0x208, 0x7D, 0x6, 0x205
# How files of Excel 2, 3 and 4 begin.
ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
BIFF8 = b"\x00\x06"  # the version that Excel 97 to 2003 write
# Code pages: numbers as in the record CODEPAGE; those of East Asia with Python's name for them.
UTF16, ONE_BYTE = 1200, 1252
TWO_BYTES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 54936: "gb18030"}
WORKSHEET, MACROSHEET = 0, 1
OWN_BOOK, ADD_IN = 0x0401, 0x3A01
FLAT_ROW, FLAT_COLUMN = 20, 256  # a point, and a character: less cannot be seen
CALCULATE_ON_LOAD = 0x2
ZERO, NO_TEXT = bytes(8), b"\x03\x00\x00\x00\x00\x00\xff\xff"
# JExcelAPI calculates nothing: it writes 4 as the result of every formula, and then this mark.
FOUR_BY_JXL = struct.pack("<d", 4), b"\x00\x00\xe0\xfc"
# The letters of code page 1252 that are not those of Latin-1, each with its byte: by these a text
# turns back into the bytes it was read from. Five bytes are no letter there.
BYTES = {
    ord(bytes([n]).decode("cp1252")): n
    for n in range(0x80, 0xA0)
    if n not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?"}
ERRORS |= {0x24: "#NUM!", 0x2A: "#N/A"}


class OldBook(NamedTuple):
    """An inspected .xls.

    clean : the copy to be parsed
    encoding : how its texts, which calamine reads byte for byte, are to be decoded, if they are
    links : it points to other workbooks
    looks : what calamine leaves out of each worksheet, in order; not its merged ranges
    """

    clean: bytes
    encoding: str
    links: bool
    looks: list[Looks]


class Record(NamedTuple):
    """A record: where in the stream its data start, its kind, its data."""

    start: int
    kind: int
    data: bytes


def inspect_xls(content: bytes) -> OldBook:
    """Return a clean copy of a workbook, and what calamine leaves out of it.

    Refused if it is broken, encrypted, no workbook, or has a sheet of macros.
    """
    try:
        stream = _workbook(content)
        book = list(_records(stream, 0, len(stream)))
        sheets = [struct.unpack_from("<I1xB", r.data) for r in book if r.kind == BOUNDSHEET]
        looks = _looks(stream, book, sheets)
        supbooks = [struct.unpack_from("<2xH", r.data)[0] for r in book if r.kind == SUPBOOK]
        page, encoding = _code_page(stream, book)
    except BROKEN as error:
        raise Refused("file-broken", "工作簿已损坏，无法读取。请重新导出后报送") from error
    if MACROSHEET in [kind for _, kind in sheets]:
        raise Refused("file-macro", MACRO_MESSAGE)
    clean = bytearray(stream)
    for record in book:
        if record.kind == CODEPAGE:
            struct.pack_into("<H", clean, record.start, page)
    links = not {*supbooks} <= {OWN_BOOK, ADD_IN}
    return OldBook(packed("Workbook", bytes(clean)), encoding, links, looks)


def _looks(stream: bytes, book: Sequence[Record], sheets: Sequence[tuple[int, ...]]) -> list[Looks]:
    """Return what calamine leaves out of each worksheet.

    sheets : the start and kind of each sheet; it ends where another begins, or with the stream
    """
    doubted = _doubted(book)
    pairs = [(record.kind, record.data) for record in book]
    fonts = fonts_of(pairs)
    styles = odd_styles(pairs, fonts, stream[4:6] == BIFF8)
    texts = looks_of_texts(pairs, fonts)
    # Two sheets that claim one part would make a small file take hours: "pop" lets the second fail.
    ends = dict(pairwise([*sorted({start for start, _ in sheets}), len(stream)]))
    return [
        _look(_records(stream, start, ends.pop(start)), doubted, styles, texts)
        for start, kind in sheets
        if kind == WORKSHEET
    ]


def is_xls(content: bytes) -> bool:
    """Tell a workbook from a Word document or another OLE file."""
    if not content.startswith(OLE):
        return False
    try:
        names = {stream.name.upper() for stream in streams(opened(content))}
    except BROKEN:
        return False
    return not names.isdisjoint(("WORKBOOK", "BOOK"))


def is_ancient(content: bytes) -> bool:
    """Tell a workbook of Excel 2 to 4, which is a bare list of records, no OLE file."""
    return content[:4] in ANCIENT


def _workbook(content: bytes) -> bytes:
    """Return the bytes of the workbook's stream; Excel ignores the case of its name.

    A file saved for Excel 97 and 95 at once has two, and Excel reads ``Workbook``.
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
    """Return the code page to write for calamine, and how to decode the texts afterwards.

    Since Excel 97 texts are UTF-16, whatever the record says: JExcelAPI writes 1252 or 936, and
    calamine believes it. Before, texts were bytes. Calamine splits two-byte characters, so we let
    it read each byte as one letter, and decode later (``text_in``).
    """
    if stream[4:6] == BIFF8:
        return UTF16, ""
    (page,) = next((struct.unpack("<H", r.data) for r in book if r.kind == CODEPAGE), (ONE_BYTE,))
    return (ONE_BYTE, TWO_BYTES[page]) if page in TWO_BYTES else (page, "")


def text_in(encoding: str, letters: str) -> str:
    """Decode a text whose bytes calamine has read as letters of code page 1252, one by one."""
    return letters.translate(BYTES).encode("latin-1").decode(encoding)


def _records(stream: bytes, start: int, end: int) -> Iterator[Record]:
    """Yield the records of one part of the stream, up to its END; LookupError if it has none."""
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


def _doubted(book: Iterable[Record]) -> tuple[bytes, ...]:
    """Return the results of formulas that in this workbook mean "not calculated".

    Libraries write formulas without calculating them. RECALCID names the version of Excel that
    calculated last; with version 0 a result of 0 is not to be believed. xlwt writes no RECALCID,
    and an empty text as the result of every formula.
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
) -> Looks:
    looks = Looks([], [], [], [], [])
    for _, kind, data in records:
        if kind == ROW:
            number, height, flags = struct.unpack_from("<H4xH4xH", data)
            # Hidden, or so flat that nobody sees it.
            if flags & 0x20 or height & 0x7FFF < FLAT_ROW:
                looks.hidden_rows.append(number)
        elif kind == COLINFO:
            first, last, width, flags = struct.unpack_from("<3H2xH", data)
            if flags & 1 or width < FLAT_COLUMN:
                looks.hidden_columns.append((first, last))
        elif kind == UNCALCED:
            doubted = (ZERO,)
        elif kind in (BOOLERR, FORMULA):
            looks.without_value.extend(_without_value(kind, data, doubted))
        looks.odd.extend(odd_cells(kind, data, styles, texts))
    return looks


def _without_value(
    kind: int, data: bytes, doubted: tuple[bytes, ...]
) -> list[tuple[int, int, str]]:
    """Return the cell of a record with its error, "" for uncalculated; none if it has a value."""
    row, column = struct.unpack_from("<HH", data)
    # A result has 8 bytes; if the last two are FF, the first says what it is (2: an error).
    if kind == BOOLERR:
        code, is_error = data[6], data[7] == 1
    else:
        code, is_error = data[8], data[6] == 2 and data[12:14] == b"\xff\xff"
        if not is_error and _is_uncalculated(data, doubted):
            return [(row, column, "")]
    return [(row, column, ERRORS.get(code, "#ERROR!"))] if is_error else []


def _is_uncalculated(data: bytes, doubted: tuple[bytes, ...]) -> bool:
    """Tell a formula whose result was never calculated.

    A result of 0, or JExcelAPI's 4, is doubted where the formula asks to be calculated when the
    file is opened. TODAY() has another flag (calculate every time): no reason to doubt its 0.
    """
    result, (flags,), mark = data[6:14], struct.unpack_from("<H", data, 14), data[16:20]
    if flags & CALCULATE_ON_LOAD:
        return result == ZERO or (result, mark) == FOUR_BY_JXL
    return result in doubted
