"""Refuse files that are unsafe to open, by their bytes, before any parser sees them.

We measured what can happen: a FIFO hangs the reader for ever, and 50 MB of line ends fill the
memory. An .xls is inspected here (``xls``), an .xlsx in the reading child (``xlsx``), which has
limits, because inspecting it means unpacking it.
"""

import stat
from pathlib import Path

from gsyf_lib.documents.xlsx.limits import LAST_ROW, MOST_CELLS
from gsyf_lib.documents.xlsx.parts import MACRO_MESSAGE, MACROS
from gsyf_lib.processes.files import LARGEST_FILE
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.xls.compound import OLE
from gsyf_lib.submissions.xls.workbook import OldBook, inspect_xls, is_ancient

TABLE_FILES = (".xlsx", ".xls", ".csv")
ZIP = b"PK\x03\x04"
# Names of streams, as the directory of an OLE file spells them. A password-protected .xlsx is an
# OLE file with the stream EncryptedPackage.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SEPARATORS = (b",", b";", b"\t", "，".encode(), "，".encode("gb18030"))


def check_regular(path: Path) -> None:
    """Refuse anything but a regular file: a link may lead anywhere, a pipe never ends."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Refused("file-symlink")
    if not stat.S_ISREG(mode):
        raise Refused("file-not-regular")


def read_content(path: Path) -> bytes:
    """Return the bytes of a file; Refused if there are none or too many.

    It is read only once, so what is inspected is what is parsed.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("file-empty.no_bytes")
    if size > LARGEST_FILE:
        raise Refused("file-too-large", most=LARGEST_FILE // 2**20)
    return path.read_bytes()


def inspect(content: bytes) -> tuple[str, OldBook | None]:
    """Return what a file is by its bytes: xlsx, xls or csv; of an .xls also what to parse.

    Refused if it is encrypted, broken, no table, has macros, or more inside than any table.
    """
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Refused("file-encrypted.package")
        if MACROS in content:
            raise Refused("file-macro", MACRO_MESSAGE)
        return "xls", inspect_xls(content)
    if content.startswith(ZIP):
        return "xlsx", None
    if is_ancient(content):
        raise Refused("file-type.ancient")
    # Text has no null bytes, except UTF-16, which begins with one of these two marks.
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("file-type.null_bytes")
    # Counting is quick, and parsing 50 MB of line ends would fill the memory. Twice the limit,
    # because \r\n counts as two, and separators may also stand inside quoted cells.
    lines = content.count(b"\n") + content.count(b"\r")
    if lines > 2 * LAST_ROW or sum(map(content.count, SEPARATORS)) > 2 * MOST_CELLS:
        raise Refused("file-extent.text")
    return "csv", None
