"""Is this file safe to open? Looked at by its bytes, before any parser sees it.

Found by measurement: a FIFO hangs the reader for ever, and 50 MB of line ends fill the memory.
Workbooks are looked into by ``archive`` (xlsx) and ``xls``.
"""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gsyf_lib.files import LARGEST_FILE
from gsyf_lib.submissions.archive import (
    MACRO_ENDINGS,
    MACRO_MEMBERS,
    MACRO_MESSAGE,
    inspect_archive,
    member_names,
)
from gsyf_lib.submissions.extent import LAST_ROW, MOST_CELLS
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.xls import Look, inspect_xls

__all__ = ["Inspection", "check_regular", "inspect", "read_content", "unwanted"]

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MACROS = "_VBA_PROJECT".encode("utf-16-le")
OTHER_TABLES = (".et", ".ett", ".ods", ".xlsb", ".xlt", ".tsv", ".dbf", ".mdb", ".accdb")
PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
SEPARATORS = (b",", b";", b"\t", "，".encode(), "，".encode("gb18030"))


@dataclass(frozen=True)
class Inspection:
    """What a file is by its bytes: xlsx, xls or csv.

    links : it points to other workbooks
    closely : its sheets hold what calamine does not tell (hidden rows, formulas, Excel's errors)
    looks : what it does not tell of the worksheets of an .xls, see ``xls``
    """

    kind: str
    links: bool = False
    closely: bool = False
    looks: Sequence[Look] = ()


def check_regular(path: Path) -> None:
    """Refuse what is no file: a link may lead anywhere, a pipe never ends.

    Raises
    ------
    Refused
        A symbolic link, pipe, device or folder.
    """
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Refused("file-symlink", "这是符号链接，不予打开。请放入文件本身")
    if not stat.S_ISREG(mode):
        raise Refused("file-not-regular", "这不是普通文件，不予打开。请放入表格文件")


def read_content(path: Path) -> bytes:
    """Return the bytes of a file, read once: what was looked at is what is parsed.

    Raises
    ------
    Refused
        Empty, or too large.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("file-empty", "文件为空（0字节），按未报送处理。请重新报送")
    if size > LARGEST_FILE:
        raise Refused(
            "file-too-large", f"文件超过{LARGEST_FILE // 2**20}MB，不予打开。请只报送表格"
        )
    return path.read_bytes()


def inspect(content: bytes) -> Inspection:
    """Return what a file is by its bytes.

    Raises
    ------
    Refused
        Encrypted, broken, not a table, or built to harm.
    """
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Refused("file-encrypted", "工作簿设有打开密码，无法读取。请取消密码后重新报送")
        if MACROS in content:
            raise Refused("file-macro", MACRO_MESSAGE)
        links, looks = inspect_xls(content)
        return Inspection("xls", links, looks=looks)
    if content.startswith(ZIP):
        traits = inspect_archive(content)
        return Inspection("xlsx", "links" in traits, "closely" in traits)
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = (
            "文件含有空字符，不是Excel工作簿，也不是CSV文本（或为没有标记的UTF-16）。"
            "请用Excel另存为xlsx后重新报送"
        )
        raise Refused("file-type", message)
    lines = content.count(b"\n") + content.count(b"\r")
    if lines > 2 * LAST_ROW or sum(map(content.count, SEPARATORS)) > 2 * MOST_CELLS:
        raise Refused("file-extent", "文件的行或列过多，不予打开。请只报送报表")
    return Inspection("csv")


def unwanted(path: Path) -> Refused:
    """Return why a file with an ending that is no table's is not read.

    A scan or a covering letter must not pass unnoticed (warning). What holds figures in another
    format, has macros or is a workbook in disguise counts as not handed in: an error.
    """
    names = member_names(path)
    ending = path.suffix.lower()
    if ending in MACRO_ENDINGS or any(name.lower().endswith(MACRO_MEMBERS) for name in names):
        return Refused("file-macro", MACRO_MESSAGE)
    if "xl/workbook.xml" in names:
        message = f"内容是工作簿，扩展名却是“{ending}”，未读取。请另存为xlsx后报送"
        return Refused("file-ending", message)
    if ending in OTHER_TABLES:
        message = f"{ending}格式不能读取，按未报送处理。请另存为.xlsx、.xls或.csv后重新报送"
        return Refused("file-type", message)
    if ending in PACKED:
        message = "压缩文件未读取，其中的报表按未报送处理。请解压后放入"
        return Refused("file-type", message)
    message = "不是报表文件，未读取；附件、扫描件不需处理。报表请用.xlsx、.xls或.csv格式报送"
    return Refused("file-type", message, "warning")
