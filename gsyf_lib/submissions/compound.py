"""A file system in one file (MS-CFB), as .xls, .doc and .wps are: its streams, and a new one.

What a file claims of itself never makes this longer than the file is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

__all__ = ["OLE", "Stream", "contents", "packed", "streams"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE = 0xFFFFFFFA
END_OF_CHAIN, TABLE_SECTOR, NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
HEADER, ENTRY, SECTORS = 512, 128, (512, 4096)
STREAM, ROOT = 2, 5
SMALL_STREAM, SMALL_SECTOR = 4096, 64


@dataclass(frozen=True)
class Stream:
    """A stream: its name, its first sector, its length."""

    name: str
    first: int
    length: int


def streams(content: bytes) -> list[Stream]:
    """Return the streams that lie in the root; those of objects embedded in it are not its own.

    Raises
    ------
    struct.error, LookupError
        The file is broken.
    """
    size = _sector_size(content)
    folder = _chain(content, _sector_table(content, size), _word(content, 48), size)
    entries = [folder[n : n + ENTRY] for n in range(0, len(folder) - ENTRY + 1, ENTRY)]
    if entries[0][66] != ROOT:
        raise LookupError("no root")
    own = (entries[number] for number in _siblings(entries, _word(entries[0], 76)))
    return [
        Stream(_name(entry), _word(entry, 116), _word(entry, 120))
        for entry in own
        if entry[66] == STREAM
    ]


def contents(content: bytes, stream: Stream) -> bytes:
    """Return the bytes of a stream.

    Raises
    ------
    struct.error, LookupError
        The file is broken.
    """
    size = _sector_size(content)
    table = _sector_table(content, size)
    if stream.length >= SMALL_STREAM:
        return _chain(content, table, stream.first, size)[: stream.length]
    # A small stream lies in small pieces inside of the root's own.
    small_table = _chain(content, table, _word(content, 60), size)
    numbers = _words(small_table[: len(content) // SMALL_SECTOR * 4])
    root = _chain(content, table, _word(content, 48), size)[:ENTRY]
    small = _chain(content, table, _word(root, 116), size)
    pieces = (small[n * SMALL_SECTOR :][:SMALL_SECTOR] for n in _follow(numbers, stream.first))
    return b"".join(pieces)[: stream.length]


def packed(name: str, data: bytes) -> bytes:
    """Return a file that holds one stream in its root and nothing else, whatever its size.

    Sectors: the folder; room for small streams, which calamine asks for; the data; the table that
    says which sector follows which.

    Examples
    --------
    >>> file = packed("Workbook", b"records")
    >>> [stream.name for stream in streams(file)], contents(file, streams(file)[0])[:8]
    (['Workbook'], b'records\\x00')
    """
    size = SECTORS[1]
    data = data.ljust(SMALL_STREAM, b"\0")
    folder_at, small_at, data_at = 0, 1, 2
    used = data_at + -(-len(data) // size)
    tables = -(-used // (size // 4 - 1))
    table = [END_OF_CHAIN, END_OF_CHAIN, *range(data_at + 1, used), END_OF_CHAIN]
    table += [TABLE_SECTOR] * tables
    header = struct.pack(
        "<8s16x5H6x9I",
        *(OLE, 0x3E, 4, 0xFFFE, 12, 6),
        *(1, tables, folder_at, 0, SMALL_STREAM, END_OF_CHAIN, 0, END_OF_CHAIN, 0),
    ) + _numbers(range(used, used + tables), 109)
    folder = _entry("Root Entry", ROOT, 1, small_at, size)
    folder += _entry(name, STREAM, NOTHING, data_at, len(data))
    parts = (header, folder, bytes(size), data, _numbers(table, tables * size // 4))
    return b"".join(part.ljust(-(-len(part) // size) * size, b"\0") for part in parts)


def _entry(name: str, kind: int, child: int, first: int, length: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    links = (NOTHING, NOTHING, child)
    return struct.pack("<64sHBB3I36xIQ", letters, len(letters), kind, 1, *links, first, length)


def _numbers(known: "list[int] | range", count: int) -> bytes:
    """Return numbers as words, and then as many free ones as make ``count``."""
    return struct.pack(f"<{count}I", *known, *[NOTHING] * (count - len(known)))


def _sector_size(content: bytes) -> int:
    size = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
    if size not in SECTORS:
        raise LookupError("size of a sector")
    return size


def _siblings(entries: list[bytes], first: int) -> Iterator[int]:
    """Yield the entries of one folder, which are a tree; one that is met twice is an error."""
    waiting, met = [first], set[int]()
    while waiting:
        number = waiting.pop()
        if number == NOTHING:
            continue
        if number in met:
            raise LookupError("ring of entries")
        met.add(number)
        yield number
        waiting += [_word(entries[number], 68), _word(entries[number], 72)]


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


def _sector_table(content: bytes, size: int) -> list[int]:
    """Return the table that says which sector follows which: no longer than the file."""
    most = len(content) // size
    places = list(struct.unpack_from("<109I", content, 76))
    more = _word(content, 68)
    while more < FREE and len(places) < most:
        *block, more = _words(_sector(content, more, size))
        places += block
    used = islice((place for place in places if place < FREE), most * 4 // size + 1)
    return _words(b"".join(_sector(content, place, size) for place in used))


def _word(data: bytes, place: int) -> int:
    (number,) = struct.unpack_from("<I", data, place)
    return int(number)


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
