"""Workbooks with the same bytes on every machine and every run."""

import io
import re
from datetime import date
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook

__all__ = ["workbook_bytes"]

EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook_bytes(book: Workbook, day: date = date(2000, 1, 1)) -> bytes:
    """Return a workbook packed without clock and without zlib's version: members are stored.

    Parameters
    ----------
    book : the workbook
    day : the day it says it was made on
    """
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with ZipFile(raw) as old, ZipFile(fixed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = STAMP.sub(rb"\g<1>%sT00:00:00Z" % day.isoformat().encode(), content)
            member = ZipInfo(name, EPOCH)
            member.create_system, member.compress_type = 3, ZIP_STORED
            member.external_attr = 0o644 << 16
            new.writestr(member, content)
    return fixed.getvalue()
