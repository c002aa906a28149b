"""Old workbooks (.xls) made record by record, as programs long gone made them."""

import struct
from collections.abc import Sequence

from gsyf_lib.submissions.xls.compound import packed

__all__ = ["BIFF5", "BIFF8", "ROWS", "Formula", "book", "record", "stream"]

BIFF5, BIFF8 = 0x500, 0x600
ACCIDENTS = ("年度", "市", "行业", "事故起数", "伤亡人数")
ROWS = (ACCIDENTS, (2022, "太原市", "建筑施工", 12, 30))


class Formula(bytes):
    """A formula, by what follows the address in its record: result, flags, mark."""

    def __new__(cls, result: bytes, flags: int = 0, mark: bytes = bytes(4)) -> "Formula":
        """Keep the bytes."""
        return super().__new__(cls, result + struct.pack("<H", flags) + mark + bytes(2))


def record(kind: int, *data: bytes) -> bytes:
    body = b"".join(data)
    return struct.pack("<HH", kind, len(body)) + body


def text(value: str, version: int, encoding: str) -> bytes:
    """Return a text without its length: UTF-16 after a byte of flags, or a code page's bytes."""
    return b"\1" + value.encode("utf-16-le") if version == BIFF8 else value.encode(encoding)


def size(value: str, version: int, encoding: str) -> int:
    return len(value) if version == BIFF8 else len(value.encode(encoding))


def cell(row: int, column: int, value: object, version: int, encoding: str) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, Formula):
        return record(0x6, place, value)
    if isinstance(value, str):
        length = struct.pack("<H", size(value, version, encoding))
        return record(0x204, place, length, text(value, version, encoding))
    return record(0x203, place, struct.pack("<d", value))


def stream(
    rows: Sequence[Sequence[object]] = ROWS,
    version: int = BIFF8,
    codepage: int = 1200,
    encoding: str = "gbk",
    globals_: bytes = b"",
    local: bytes = b"",
) -> bytes:
    """Return the stream of a workbook with one sheet; other records may stand in its parts."""
    begin = struct.pack("<4H", version, 5, 0x10D3, 1996) + bytes(8 if version == BIFF8 else 0)
    head = record(0x809, begin) + record(0x42, struct.pack("<H", codepage)) + globals_
    name = bytes([size("事故", version, encoding)]) + text("事故", version, encoding)
    start = len(head) + 4 + 6 + len(name) + 4
    head += record(0x85, struct.pack("<IBB", start, 0, 0), name) + record(0x0A)
    sheet = record(0x809, begin[:2], b"\x10\0", begin[4:]) + local
    cells = [
        cell(row, column, value, version, encoding)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value != ""
    ]
    return head + sheet + b"".join(cells) + record(0x0A)


def book(name: str = "Workbook", **made: object) -> bytes:
    """Return a file with the stream of a workbook under this name."""
    return packed(name, stream(**made))
