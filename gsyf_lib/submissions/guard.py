"""Is this file safe to open? Looked at by its bytes, before any parser sees it.

Found by measurement: a FIFO hangs the reader for ever, and 50 MB of line ends fill the memory.
An .xls is looked into by ``xls`` here, an .xlsx by ``xlsx`` in the reading child.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from gsyf_lib.files import LARGEST_FILE
from gsyf_lib.submissions.compound import OLE
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.xls import OldBook, inspect_xls, is_ancient
from gsyf_lib.xlsx.limits import LAST_ROW, MOST_CELLS
from gsyf_lib.xlsx.parts import MACRO_MESSAGE

__all__ = [
    "TABLE_FILES",
    "Inspection",
    "check_regular",
    "inspect",
    "read_content",
]

TABLE_FILES = (".xlsx", ".xls", ".csv")
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ENCRYPTED_MESSAGE = (
    "工作簿已加密，无法读取。请取消打开密码后重新报送。若打开时并不要求密码，多为“建议只读”"
    "或“标记为最终版本”的保护：请在Excel中另存为新的.xlsx，并取消这些保护"
)
MACROS = "_VBA_PROJECT".encode("utf-16-le")
SEPARATORS = (b",", b";", b"\t", "，".encode(), "，".encode("gb18030"))


@dataclass(frozen=True)
class Inspection:
    """What a file is by its bytes: xlsx, xls or csv.

    old : what is to be parsed in the place of an .xls, and what calamine does not tell of it
    """

    kind: str
    old: OldBook | None = None


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
            raise Refused("file-encrypted", ENCRYPTED_MESSAGE)
        if MACROS in content:
            raise Refused("file-macro", MACRO_MESSAGE)
        return Inspection("xls", inspect_xls(content))
    if content.startswith(ZIP):
        return Inspection("xlsx")
    if is_ancient(content):
        message = "工作簿是Excel 4.0或更早的格式，不能读取。请用Excel或WPS另存为.xlsx后重新报送"
        raise Refused("file-type", message)
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
