"""A file system in one file (MS-CFB), as .xls, .doc and .wps are: its streams, and a new one.

olefile reads it. What a file claims of itself never makes this longer than the file is: the
limits that olefile does not set are set here.
"""

import io
import struct

from olefile import STGTY_STREAM, OleFileIO
from olefile.olefile import OleDirectoryEntry

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a broken file makes olefile raise; its own error is an OSError.
BROKEN = (ArithmeticError, LookupError, OSError, RecursionError, ValueError, struct.error)
END_OF_CHAIN, TABLE_SECTOR, NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STREAM, ROOT = 2, 5
SMALL_STREAM, SECTOR = 4096, 4096
MOST_ENTRIES = 10_000
IN_HEADER = 109  # sectors of the table that the header itself names


class _Reader(OleFileIO):
    def _load_direntry(self, sid: int) -> OleDirectoryEntry:
        """Refuse a folder longer than any workbook's: olefile takes 12 s for 40,000."""
        if sid >= MOST_ENTRIES:
            raise LookupError("too many entries")
        return super()._load_direntry(sid)


def opened(content: bytes) -> OleFileIO:
    """Return the file, opened.

    Raises
    ------
    One of ``BROKEN``
        The file is broken.
    """
    _check_header(content)
    # Never the bytes themselves: olefile takes short ones for the name of a file.
    reader = _Reader(io.BytesIO(content))
    if reader.root.size > len(content):
        raise LookupError("small streams larger than the file")
    # olefile stops at a ring of entries, and only makes a note of it.
    if any("double reference" in said for _, said in reader.parsing_issues):
        raise LookupError("ring of entries")
    return reader


def _check_header(content: bytes) -> None:
    """Refuse counts that do not fit the file: olefile would follow them into a ring for hours."""
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise LookupError("size of a sector")
    (tables,) = struct.unpack_from("<I", content, 44)
    (small_tables,) = struct.unpack_from("<I", content, 64)
    # A sector of a table holds a word for each sector of the file.
    most = (len(content) >> shift) * 4 >> shift
    if tables > most + IN_HEADER or small_tables << shift > len(content):
        raise LookupError("size of a table")


def streams(reader: OleFileIO) -> list[OleDirectoryEntry]:
    """Return the streams that lie in the root; those of objects embedded in it are not its own."""
    return [entry for entry in reader.root.kids if entry.entry_type == STGTY_STREAM]


def contents(reader: OleFileIO, stream: OleDirectoryEntry) -> bytes:
    """Return the bytes of a stream.

    Raises
    ------
    One of ``BROKEN``
        The file is broken.
    """
    # Not by the name, which a folder may bear as well.
    size = stream.size
    data = reader._open(stream.isectStart, size).read() if size <= reader._filesize else b""
    if len(data) != size:
        raise LookupError("stream breaks off")
    return bytes(data)


def packed(name: str, data: bytes) -> bytes:
    """Return a file that holds one stream in its root and nothing else, whatever its size.

    olefile writes no new files. Sectors: the folder; room for small streams, which calamine asks
    for; the data; the table that says which sector follows which.

    Examples
    --------
    >>> file = opened(packed("Workbook", b"records"))
    >>> [stream.name for stream in streams(file)], contents(file, streams(file)[0])[:8]
    (['Workbook'], b'records\\x00')
    """
    data = data.ljust(SMALL_STREAM, b"\0")
    folder_at, small_at, data_at = 0, 1, 2
    used = data_at + -(-len(data) // SECTOR)
    tables = -(-used // (SECTOR // 4 - 1))
    table = [END_OF_CHAIN, END_OF_CHAIN, *range(data_at + 1, used), END_OF_CHAIN]
    table += [TABLE_SECTOR] * tables
    header = struct.pack(
        "<8s16x5H6x9I",
        *(OLE, 0x3E, 4, 0xFFFE, 12, 6),
        *(1, tables, folder_at, 0, SMALL_STREAM, END_OF_CHAIN, 0, END_OF_CHAIN, 0),
    ) + _numbers(range(used, used + tables), IN_HEADER)
    folder = _entry("Root Entry", ROOT, 1, small_at, SECTOR)
    folder += _entry(name, STREAM, NOTHING, data_at, len(data))
    parts = (header, folder, bytes(SECTOR), data, _numbers(table, tables * SECTOR // 4))
    return b"".join(part.ljust(-(-len(part) // SECTOR) * SECTOR, b"\0") for part in parts)


def _entry(name: str, kind: int, child: int, first: int, length: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    links = (NOTHING, NOTHING, child)
    return struct.pack("<64sHBB3I36xIQ", letters, len(letters), kind, 1, *links, first, length)


def _numbers(known: "list[int] | range", count: int) -> bytes:
    """Return numbers as words, and then as many free ones as make ``count``."""
    return struct.pack(f"<{count}I", *known, *[NOTHING] * (count - len(known)))
