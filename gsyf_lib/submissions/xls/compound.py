"""Read and write OLE files (MS-CFB), small file systems in one file, as .xls and .doc are.

olefile reads them. It believes what a file claims about its own size, so this module adds the
limits that keep a small malicious file from taking hours or all memory.
"""

import io
import struct

from olefile import STGTY_STREAM, OleFileIO
from olefile.olefile import OleDirectoryEntry

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What olefile raises for broken files; its own error is an OSError.
BROKEN = (ArithmeticError, LookupError, OSError, RecursionError, ValueError, struct.error)
# Words with a meaning in the table that names, for each sector of the file, the next one.
END_OF_CHAIN, TABLE_SECTOR, NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STREAM, ROOT = 2, 5  # kinds of entries of the directory
# Streams shorter than SMALL_STREAM are kept elsewhere; ours are made longer, so that none is.
SMALL_STREAM, SECTOR = 4096, 4096
MOST_ENTRIES = 10_000
IN_HEADER = 109  # sectors of the table that the header itself names


class _Reader(OleFileIO):
    def _load_direntry(self, sid: int) -> OleDirectoryEntry:
        """Refuse a longer directory than any workbook has: olefile needs 12 s for 40,000."""
        if sid >= MOST_ENTRIES:
            raise LookupError("too many entries")
        return super()._load_direntry(sid)


def opened(content: bytes) -> OleFileIO:
    """Open an OLE file; one of ``BROKEN`` is raised if it is broken."""
    _check_header(content)
    # Not the bytes themselves: olefile takes bytes for the name of a file if they are short.
    reader = _Reader(io.BytesIO(content))
    if reader.root.size > len(content):
        raise LookupError("small streams larger than the file")
    # olefile stops at entries that form a ring, but only adds an issue to its list.
    if any("double reference" in issue for _, issue in reader.parsing_issues):
        raise LookupError("ring of entries")
    return reader


def _check_header(content: bytes) -> None:
    """Refuse counts that do not fit the size of the file: olefile would loop for hours."""
    # A sector has 2 ** shift bytes: 512 or 4096.
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise LookupError("size of a sector")
    (tables,) = struct.unpack_from("<I", content, 44)
    (small_tables,) = struct.unpack_from("<I", content, 64)
    # A table has a word of 4 bytes for each sector of the file.
    most = (len(content) >> shift) * 4 >> shift
    if tables > most + IN_HEADER or small_tables << shift > len(content):
        raise LookupError("size of a table")


def streams(reader: OleFileIO) -> list[OleDirectoryEntry]:
    """Return the streams in the root; deeper ones belong to embedded objects, not to the file."""
    return [entry for entry in reader.root.kids if entry.entry_type == STGTY_STREAM]


def contents(reader: OleFileIO, stream: OleDirectoryEntry) -> bytes:
    """Return the bytes of a stream; one of ``BROKEN`` is raised if the file is broken."""
    # By its first sector, not by its name, which a folder may have as well.
    size = stream.size
    data = reader._open(stream.isectStart, size).read() if size <= reader._filesize else b""
    if len(data) != size:
        raise LookupError("stream breaks off")
    return bytes(data)


def packed(name: str, data: bytes) -> bytes:
    """Return an OLE file with one stream in its root and nothing else (olefile cannot write one).

    Its sectors: the directory; room for small streams, without which calamine fails; the data; the
    table that says which sector follows which.
    """
    data = data.ljust(SMALL_STREAM, b"\0")
    folder_at, small_at, data_at = 0, 1, 2
    used = data_at + -(-len(data) // SECTOR)  # rounded up, as everywhere below
    # The table lists its own sectors, too: one word less per sector is left for the others.
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
    """Return numbers as words, filled up with NOTHING to ``count`` words."""
    return struct.pack(f"<{count}I", *known, *[NOTHING] * (count - len(known)))
