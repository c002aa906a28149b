"""Is this file safe to open? Looked at by its bytes, before any parser sees it.

Found by measurement: one cell at the far corner of an empty sheet makes a parser abort the whole
process, half a megabyte can inflate to half a gigabyte, a FIFO hangs the reader for ever.
"""

import re
import stat
import zipfile
import zlib
from pathlib import Path

from gsyf_lib.submissions.findings import Refused

__all__ = ["file_kind"]

LARGEST_FILE = 50 * 2**20
LARGEST_INFLATED = 200 * 2**20
LARGEST_RATIO = 200
LAST_ROW, LAST_COLUMN, MOST_CELLS = 1_000_000, 500, 5_000_000
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MACROS = "_VBA_PROJECT".encode("utf-16-le")
MACRO_MESSAGE = "工作簿含有宏，不予打开。请另存为不含宏的xlsx后报送"
MARKUP = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]{0,200}?\br\s*=\s*["']([0-9]{1,9})["']""")
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


def file_kind(path: Path) -> str:
    """Return what the file is by its bytes: ``xlsx``, ``xls`` or ``csv``.

    Raises
    ------
    Refused
        Not a regular file, empty, too large, encrypted, not a table, or built to harm.
    """
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Refused("file-symlink", "这是符号链接，不予打开。请放入文件本身")
    if not stat.S_ISREG(mode):
        raise Refused("file-not-regular", "这不是普通文件，不予打开。请放入表格文件")
    size = path.stat().st_size
    if size == 0:
        raise Refused("file-empty", "文件为空（0字节），按未报送处理。请重新报送")
    if size > LARGEST_FILE:
        raise Refused(
            "file-too-large", f"文件超过{LARGEST_FILE // 2**20}MB，不予打开。请只报送表格"
        )
    return _kind_by_magic(path)


def _kind_by_magic(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Refused("file-encrypted", "工作簿设有打开密码，无法读取。请取消密码后重新报送")
        if MACROS in content:
            raise Refused("file-macro", MACRO_MESSAGE)
        return "xls"
    if content.startswith(ZIP):
        _check_archive(path)
        return "xlsx"
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("file-type", "文件不是Excel工作簿，也不是CSV文本。请用xlsx或csv格式重新报送")
    return "csv"


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise Refused("file-type", "压缩文件中没有Excel工作簿。请用xlsx格式重新报送")
            if any(name.startswith(("/", "\\")) or ".." in Path(name).parts for name in names):
                raise Refused("file-members", "工作簿内含指向外部的成员，不予打开。请重新制表报送")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refused("file-macro", MACRO_MESSAGE)
            left = min(LARGEST_INFLATED, max(path.stat().st_size * LARGEST_RATIO, 8 * 2**20))
            for name in names:
                left -= _check_member(archive, name, left)
    except BROKEN as error:
        raise Refused("file-broken", "工作簿已损坏，无法解压。请重新导出后报送") from error


def _check_member(archive: zipfile.ZipFile, name: str, limit: int) -> int:
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
            tail = window[-OVERLAP:]
    return size


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
