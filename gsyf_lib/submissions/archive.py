"""Is this workbook safe to parse? Every member of the zip is inflated piece by piece and searched.

Found by measurement: one cell at the far corner of an empty sheet makes a parser abort the whole
process, half a megabyte can inflate to half a gigabyte.
"""

import io
import re
import zipfile
import zlib
from pathlib import Path

from gsyf_lib.submissions.findings import Refused

__all__ = ["inspect_archive", "member_names"]

LARGEST_INFLATED = 200 * 2**20
LARGEST_RATIO = 200
LAST_ROW, LAST_COLUMN, MOST_CELLS = 1_000_000, 500, 5_000_000
MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam")
MACRO_MEMBERS = ("vbaproject.bin", *MACRO_ENDINGS)
MACRO_MESSAGE = "工作簿含有宏，不予打开。请另存为不含宏的xlsx后报送"
MARKUP = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]{0,200}?\br\s*=\s*["']([0-9]{1,9})["']""")
CLOSELY = (b"hidden", b"<f", b":f>", b":f ", b'"e"', b"'e'")
EXCEL_PACKS_WITH = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CHUNK, OVERLAP = 2**20, 256
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
    if any(name.lower().endswith(MACRO_MEMBERS) for name in names):
        raise Refused("file-macro", MACRO_MESSAGE)


def _check_member(archive: zipfile.ZipFile, name: str, limit: int, traits: set[str]) -> int:
    """Inflate one member piece by piece, at most ``limit`` bytes; return its size."""
    size, tail = 0, b""
    row = column = 0
    with archive.open(name) as member:
        while chunk := member.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise Refused("file-bomb", "工作簿解压后异常庞大，不予打开。请重新制表报送")
            window = tail + chunk
            if MARKUP.search(window):
                raise Refused("file-dtd", "工作簿内含DTD或实体声明，不予打开。请重新制表报送")
            row, column = _extent(window, row, column)
            if row > LAST_ROW or column > LAST_COLUMN or row * column > MOST_CELLS:
                raise Refused(
                    "file-extent", "工作表中有位置过远的单元格，不予打开。请删除表外内容后报送"
                )
            traits |= _traits(name, window)
            tail = window[-OVERLAP:]
    return size


def _traits(name: str, xml: bytes) -> set[str]:
    """Return what a piece of a member gives away: links to other files, cells to look at closely.

    Plain searches: a sheet of 100 000 rows must not wait for what few sheets have.
    """
    if name.endswith(".rels"):
        return {"links"} if b"/externalLink" in xml else set()
    is_sheet = "/worksheets/" in name
    return {"closely"} if is_sheet and any(mark in xml for mark in CLOSELY) else set()


def _extent(xml: bytes, row: int, column: int) -> tuple[int, int]:
    """Return the last row and column that a piece of a sheet names, or those known before."""
    cells = CELL.findall(xml)
    rows = [int(number) for number in ROW.findall(xml)]
    return (
        max([row, *rows, *(int(number) for _, number in cells)]),
        max([column, *(_column_number(letters) for letters in {pair[0] for pair in cells})]),
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
