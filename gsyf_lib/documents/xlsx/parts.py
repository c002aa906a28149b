"""Find the parts of a workbook in its zip, as Excel does: by the relations between them.

Where two programs could find different parts, the file is refused.
"""

import io
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from posixpath import basename, dirname, join, normpath
from typing import IO, NamedTuple
from urllib.parse import unquote

from gsyf_lib.documents.xlsx.limits import MOST_MEMBERS, most_inflated
from gsyf_lib.documents.xlsx.markup import NotRead, tree

MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam")
MACRO_MEMBERS = ("vbaproject.bin", *MACRO_ENDINGS)
MACRO_MESSAGE = "工作簿含有宏，不予打开。请另存为不含宏的xlsx后报送"
MACRO_KINDS = ("vbaproject", "xlmacrosheet", "xlintlmacrosheet")
MACRO_TYPES = ("macroenabled", "ms-office.vbaproject")
OLE, MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "_VBA_PROJECT".encode("utf-16-le")
# What a workbook may carry besides its sheets, by the kinds of the relations that lead to it.
TRAITS = {
    "links": ("externallink", "externallinkpath"),
    "connections": ("connections", "querytable"),
    "embedded": ("oleobject", "package", "control", "activexcontrolbinary"),
}
# How addresses of files on a computer or in a network begin; others are on the web.
FILE_ADDRESSES = ("\\\\", "//", "file:")
AMBIGUOUS = "不同程序打开会看到不同内容，不予采用。请用Excel另存后报送"
MEMBER = b"PK\x01\x02"  # begins an entry of the zip's directory
# The end record with the longest comment, and the zip64 locator before it; the largest directory
# that ``member_names`` reads.
LONGEST_END, LARGEST = 2**16 + 42, 2**20
END, LOCATOR, END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"


class Relation(NamedTuple):
    """How one part refers to another, or to an address outside of the workbook.

    ``kind`` is the last word of its type, in lower case, such as ``worksheet``.
    """

    kind: str
    target: str
    is_external: bool


class Parts:
    """The parts of a workbook by name, whatever their case; ``\\`` is as good as ``/``."""

    def __init__(self, content: bytes) -> None:
        """Open the zip; refuse one that could be read in two ways, is too large or has macros."""
        # Counted before zipfile makes an object of each member.
        if content.count(MEMBER) > MOST_MEMBERS:
            message = f"工作簿内的成员超过{MOST_MEMBERS}个，不予打开。请重新制表报送"
            raise NotRead("file-bomb", message)
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        members = [member for member in self.archive.filelist if not member.is_dir()]
        _check_bounds(content, members)
        _check_names([member.orig_filename for member in members])
        self.members = {_folded(member.orig_filename): member for member in members}
        self._check_macros()

    def open(self, name: str) -> IO[bytes]:
        """Open a part for reading; LookupError if it is not there."""
        return self.archive.open(self.members[_folded(name)])

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, empty if it is not there."""
        if _folded(name) not in self.members:
            return b""
        with self.open(name) as part:
            return part.read()

    def relations(self, part: str = "") -> dict[str, Relation]:
        """Return the relations of a part, or of the whole zip, by their ids."""
        name = join(dirname(part), "_rels", f"{basename(part)}.rels")
        found = [*self._relations(name, dirname(part))]
        if len(dict(found)) < len(found):
            raise NotRead("file-members", f"工作簿内有同名的关联，{AMBIGUOUS}")
        return dict(found)

    def _relations(self, name: str, folder: str) -> Iterator[tuple[str, Relation]]:
        xml = self.read(name)
        for item in tree(xml) if xml else ():
            kind = item.get("Type", "").rpartition("/")[2].lower()
            target = item.get("Target", "")
            is_external = item.get("TargetMode", "").lower() == "external"
            if not is_external:  # targets are relative to the folder of the part
                target = normpath(join("/", folder, target.replace("\\", "/"))).lstrip("/")
            yield item.get("Id", ""), Relation(kind, target, is_external)

    def only(self, kind: str, part: str = "") -> str:
        """Return the one part of a kind to which another refers, or ""; refuse several."""
        found = {_folded(to.target) for to in self.relations(part).values() if to.kind == kind}
        if len(found) > 1:
            raise NotRead("file-members", f"工作簿内有多个同类的组成部分，{AMBIGUOUS}")
        return found.pop() if found else ""

    def traits(self) -> list[str]:
        """Return what the workbook carries besides its sheets (keys of ``TRAITS``)."""
        relations = [
            to
            for name in self.members
            if name.endswith(".rels")
            for _, to in self._relations(name, dirname(dirname(name)))
        ]
        found = {to.kind for to in relations}
        traits = [trait for trait, kinds in TRAITS.items() if found.intersection(kinds)]
        if "links" not in traits and any(map(_leads_away, relations)):
            traits.insert(0, "links")
        if found.intersection(MACRO_KINDS):
            raise NotRead("file-macro", MACRO_MESSAGE)
        return traits

    def _check_macros(self) -> None:
        """Refuse macros, by the declared types of parts and by their content."""
        types = self.read("[Content_Types].xml")
        for item in tree(types) if types else ():
            declared = item.get("ContentType", "").lower()
            # A default for an extension is no proof: there may be no such part.
            is_default = item.get("Extension") is not None
            if not is_default and any(mark in declared for mark in MACRO_TYPES):
                raise NotRead("file-macro", MACRO_MESSAGE)
        for name in self.members:
            with self.open(name) as part:
                if part.read(len(OLE)) == OLE and MACROS in part.read():
                    raise NotRead("file-macro", MACRO_MESSAGE)


def member_names(path: Path) -> list[str]:
    """Return the names of a zip's members; none if it is no zip, or its directory is too large."""
    try:
        with path.open("rb") as file:
            file.seek(-min(file.seek(0, io.SEEK_END), LONGEST_END), io.SEEK_END)
            before, _, end = file.read().rpartition(END)
            # Zip64, or a directory of more than LARGEST bytes: zipfile would read all of it.
            if before[-20:].startswith(LOCATOR) or int.from_bytes(end[8:12], "little") > LARGEST:
                return []
            return zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return []


def _folded(name: str) -> str:
    return unquote(name.replace("\\", "/")).lower()


def _check_bounds(content: bytes, members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that programs unpack differently, or that is too large unpacked."""
    # A zip may begin anywhere in a file, so that two joined ones are two workbooks in one file.
    if min(member.header_offset for member in members) != 0 or _has_two_ends(content):
        raise NotRead("file-members", f"工作簿是拼接而成的，{AMBIGUOUS}")
    if {member.compress_type for member in members} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotRead("file-broken", "工作簿的压缩方式不是Excel的。请用Excel另存后报送")
    if sum(member.file_size for member in members) > most_inflated(len(content)):
        raise NotRead("file-bomb", "工作簿解压后异常庞大，不予打开。请重新制表报送")


def _has_two_ends(content: bytes) -> bool:
    """Tell whether the end record and its zip64 twin speak of different directories."""
    end = content.rfind(END)
    if content[end - 20 : end - 16] != LOCATOR:
        return False
    (place,) = struct.unpack_from("<Q", content, end - 12)
    if content[place : place + 4] != END_64:
        return True
    # Members, size and start of the directory. A number too large for the old record is written
    # there as all ones; any other must be the same in both.
    short = struct.unpack_from("<HII", content, end + 10)
    long = struct.unpack_from("<QQQ", content, place + 32)
    return any(
        a not in (b, limit)
        for a, b, limit in zip(short, long, (2**16 - 1, 2**32 - 1, 2**32 - 1), strict=True)
    )


def _check_names(names: list[str]) -> None:
    folded = [_folded(name) for name in names]
    if any(name.startswith("/") or ".." in name.split("/") for name in folded):
        raise NotRead("file-members", "工作簿内含指向外部的成员，不予打开。请重新制表报送")
    if any(name.endswith(MACRO_MEMBERS) or "/macrosheets/" in name for name in folded):
        raise NotRead("file-macro", MACRO_MESSAGE)
    if max(Counter(folded).values()) > 1:
        raise NotRead("file-members", f"工作簿内有同名的成员，{AMBIGUOUS}")


def _leads_away(to: Relation) -> bool:
    """Tell a link to another file; an address on the web, which nobody has to click, is none."""
    return to.is_external and (to.kind != "hyperlink" or to.target.startswith(FILE_ADDRESSES))
