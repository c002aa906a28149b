"""Is this workbook safe to parse? Every member of the zip is inflated piece by piece and searched.

Found by measurement: one cell at the far corner of an empty sheet makes a parser abort the whole
process, half a megabyte can inflate to half a gigabyte.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from gsyf_lib.submissions import extent
from gsyf_lib.submissions.findings import Refused

__all__ = ["inspect_archive", "member_names"]

LARGEST_INFLATED = 200 * 2**20
LARGEST_RATIO = 200
MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam")
MACRO_MEMBERS = ("vbaproject.bin", *MACRO_ENDINGS)
MACRO_MESSAGE = "工作簿含有宏，不予打开。请另存为不含宏的xlsx后报送"
MARKUP = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Rows without height and columns without width; a margin (right="0.75") is none of them.
FLAT = tuple(
    blank + name + mark + b"0"
    for blank in (b" ", b"\t", b"\n", b"\r")
    for name in (b"ht=", b"width=")
    for mark in (b'"', b"'")
)
# What gives away that calamine does not tell all, each by a byte that most sheets have none of:
# one byte is found ten times as fast.
CLOSELY = {
    b"h": (b"hidden", *FLAT),
    b"f": (b"<f", b":f>", b":f "),
    b'"': (b'"e"',),
    b"'": (b"'e'",),
}
MISLEADING = (b"<!--", b"<![CDATA[")
EXCEL_PACKS_WITH = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PIECE, OVERLAP = 2**18, 256
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def member_names(path: Path) -> list[str]:
    """Return the members of a zip file, none if it is not one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except BROKEN:
        return []


def inspect_archive(content: bytes) -> set[str]:
    """Inflate a workbook once, to the end, and return its traits.

    ``links``: it points to other workbooks. ``closely``: its sheets hold what calamine does not
    tell (hidden rows, formulas, Excel's errors).

    Raises
    ------
    Refused
        Broken, not a workbook, with macros, or built to harm.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            _check_names(names)
            if any(member.compress_type not in EXCEL_PACKS_WITH for member in archive.filelist):
                raise Refused("file-broken", "工作簿的压缩方式不是Excel的。请用Excel另存后报送")
            left = min(LARGEST_INFLATED, max(len(content) * LARGEST_RATIO, 8 * 2**20))
            traits: set[str] = set()
            for name in names:
                left -= _check_member(archive, name, left, traits)
    except BROKEN as error:
        raise Refused("file-broken", "工作簿已损坏，无法解压。请重新导出后报送") from error
    return traits


def _check_names(names: list[str]) -> None:
    if "xl/workbook.xml" not in names:
        raise Refused("file-type", "压缩文件中没有Excel工作簿。请用xlsx格式重新报送")
    if any(name.startswith(("/", "\\")) or ".." in Path(name).parts for name in names):
        raise Refused("file-members", "工作簿内含指向外部的成员，不予打开。请重新制表报送")
    if any(n.lower().endswith(MACRO_MEMBERS) or "/macrosheets/" in n.lower() for n in names):
        raise Refused("file-macro", MACRO_MESSAGE)


def _check_member(archive: zipfile.ZipFile, name: str, limit: int, traits: set[str]) -> int:
    """Inflate one member piece by piece, at most ``limit`` bytes; return its size."""
    size, corner = 0, (0, 0)
    for window, new in _pieces(archive, name):
        size += new
        if size > limit:
            raise Refused("file-bomb", "工作簿解压后异常庞大，不予打开。请重新制表报送")
        if b"!" in window and MARKUP.search(window):
            raise Refused("file-dtd", "工作簿内含DTD或实体声明，不予打开。请重新制表报送")
        corner = extent.farthest([corner, extent.at_most(window)])
        traits |= _traits(name, window)
    if extent.is_too_far(corner):
        corner = extent.farthest(extent.exactly(window) for window, _ in _pieces(archive, name))
    if extent.is_too_far(corner):
        raise Refused("file-extent", "工作表中有位置过远的单元格，不予打开。请删除表外内容后报送")
    return size


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[bytes, int]]:
    """Yield a member piece by piece, each after the end of the one before; and how much is new."""
    tail = b""
    with archive.open(name) as member:
        while piece := member.read(PIECE):
            yield tail + piece, len(piece)
            tail = (tail + piece)[-OVERLAP:]


def _traits(name: str, xml: bytes) -> set[str]:
    """Return what a piece of a member gives away: links to files, cells to look at closely."""
    if name.endswith(".rels"):
        return {"links"} if b"/externalLink" in xml else set()
    if "/worksheets/" not in name:
        return set()
    if b"!" in xml and any(mark in xml for mark in MISLEADING):
        message = "工作表内含注释或CDATA，不是Excel所存，所见与所读可能不同。请用Excel另存后报送"
        raise Refused("file-members", message)
    marks = [mark for byte, marks in CLOSELY.items() if byte in xml for mark in marks]
    return {"closely"} if any(mark in xml for mark in marks) else set()
