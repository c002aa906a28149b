"""A file whose ending is not .xlsx, .xls or .csv: an attachment, or a report under another name?

Its content decides first; then the ending, if it belongs to a format for tables.
"""

import re
from pathlib import Path

from gsyf_lib.documents.xlsx import parts
from gsyf_lib.plan import normalise
from gsyf_lib.processes.files import LARGEST_FILE
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.guard import TABLE_FILES
from gsyf_lib.submissions.read.cells import parse_year
from gsyf_lib.submissions.read.header import FEWEST_COLUMNS
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.xls.workbook import is_ancient, is_xls

# Endings of other formats for tables; .et is WPS's own. None of them is read.
OTHER_TABLES = (
    *(".et", ".ett", ".ods", ".ots", ".fods", ".numbers", ".xlsb", ".xlt", ".xltx", ".xlw"),
    *(".tsv", ".tab", ".prn", ".dif", ".slk", ".htm", ".html", ".mht", ".mhtml", ".xml"),
    *(".dbf", ".mdb", ".accdb", ".wk1", ".wk3", ".wk4", ".wks", ".wq1"),
)
PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
# the first bytes of RAR, 7z, gzip, bzip2, xz
PACKED_MARKS = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
# The first bytes of SYLK, and of three versions of Lotus 1-2-3.
TABLE_MARKS = (b"ID;P", b"\0\0\2\0\4\4", b"\0\0\2\0\6\4", b"\0\0\x1a\0")
OPEN_TABLE = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "workbook.xml")
# Every Office file has this member; Word files may embed an .xlsx and are still no archive.
OFFICE = "[content_types].xml"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
# Only the first 256 KB are searched for a table: reading more of a scan would only cost time.
SEARCHED_BYTES = 2**18
BETWEEN_CELLS = re.compile(r"<[^<>]*>|[\s,;，；|\"'=:：<>{}()（）\[\]]")


def not_read(path: Path, names: Names) -> Refused:
    """Return the finding on a file whose ending we do not read.

    A scan or a covering letter is a warning. Macros, an archive, or a report in another format is
    an error: the report counts as not handed in.
    """
    content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else b""
    members = [name.replace("\\", "/").lower() for name in parts.member_names(path)]
    ending = path.suffix.lower()
    if ending in parts.MACRO_ENDINGS or any(name.endswith(parts.MACRO_MEMBERS) for name in members):
        return Refused("file-macro", parts.MACRO_MESSAGE)
    if inside := _table_inside(content, members, names):
        described = f"扩展名是“{ending}”" if ending else "没有扩展名"
        return Refused("file-ending.attached", ending=described, inside=inside)
    if ending in OTHER_TABLES:
        return Refused("file-type.other_table", ending=ending)
    # An archive by its first bytes, or a zip by the reports in it.
    holds_files = OFFICE not in members and any(name.endswith(TABLE_FILES) for name in members)
    is_packed = ending in PACKED or holds_files or content.startswith(PACKED_MARKS)
    return Refused("file-type.packed" if is_packed else "file-type.attachment")


def _table_inside(content: bytes, members: list[str], names: Names) -> str:
    """Return what kind of table the file holds, in Chinese; empty if it holds none."""
    if is_xls(content) or is_ancient(content) or not {*WORKBOOKS}.isdisjoint(members):
        return "Excel工作簿"
    if content.startswith(TABLE_MARKS) or OPEN_TABLE in content[:200]:
        return "其他表格软件的文件"
    head = content[:SEARCHED_BYTES]
    years = {word for known in names.headers.values() for word in known if known[word] == "year"}
    # Searching bytes for the word 年度 is cheap; only where it occurs is the text decoded.
    for encoding in ENCODINGS:
        if any(word.encode(encoding) in head for word in years) and _holds_table(
            head.decode(encoding, "ignore"), names
        ):
            return "报表"
    return ""


def _holds_table(text: str, names: Names) -> bool:
    """Tell whether a text (HTML, XML, …) has cells with column names, a year and an area."""
    cells = {normalise(cell) for cell in BETWEEN_CELLS.split(text)}
    if not cells.intersection(names.areas):
        return False
    if not any(parse_year(cell).value in names.years for cell in cells):
        return False
    tables = names.headers.values()
    return any(
        len({known[cell] for cell in cells.intersection(known)}) >= FEWEST_COLUMNS
        for known in tables
    )
