"""Workbooks with the same bytes on every machine and every run."""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

__all__ = [
    "HEAD",
    "GRID",
    "add_table",
    "dress",
    "fit_rows",
    "fit_to_paper",
    "plain_text",
    "put",
    "workbook_bytes",
]

HEAD = PatternFill("solid", fgColor="E8EEF4")
GRID = Border(*(Side(style="thin", color="B9C1CA") for _ in range(4)))
A4, LINE_HEIGHT = 9, 15
ACROSS = {
    side: Alignment(horizontal=side, vertical="center", wrap_text=True)
    for side in ("left", "center")
}
BOLD, LARGE = Font(bold=True), Font(bold=True, size=14)

EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")

# Of every workbook: what became of which look by which change.
_known: WeakKeyDictionary[Workbook, dict[tuple[Any, ...], tuple[Any, Any]]] = WeakKeyDictionary()


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


def plain_text(text: str) -> str:
    """Return text without the control characters that a workbook cannot hold.

    Examples
    --------
    >>> plain_text("煤\\x01矿")
    '煤矿'
    """
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def put(cell: Cell, value: object) -> Cell:
    """Put a value into a cell; text stays text, whatever it begins with: never a live formula."""
    cell.value = plain_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type, cell.quotePrefix = "s", value.startswith(("=", "+", "-", "@", "\t", "\r"))
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    dress(cell, alignment=ACROSS["left" if isinstance(value, str) else "center"])
    return cell


def dress(cell: Cell, **look: Any) -> None:
    """Give a cell a font, a fill, a border, an alignment or a number format.

    openpyxl compares each of them with all that its workbook has, part by part: of a large workbook
    that is most of the time. Here the second cell of a look takes over what came out for the first.

    Parameters
    ----------
    cell : the cell
    look : objects that are kept: they are told apart by their identity

    Examples
    --------
    >>> cell = Workbook().active["A1"]
    >>> dress(cell, font=BOLD, number_format="0%")
    >>> cell.font.bold, cell.number_format
    (True, '0%')
    """
    known = _known.setdefault(cell.parent.parent, {})
    wanted = (value if isinstance(value, str) else id(value) for value in look.values())
    change = (bytes(cell._style or b""), *look, *wanted)  # None: it never had a look
    if change not in known:
        for name, value in look.items():
            setattr(cell, name, value)
        known[change] = look, copy(cell._style)  # what is kept keeps its identity
    cell._style = copy(known[change][1])


def add_table(
    sheet: Worksheet,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[object]],
) -> None:
    """Write a title, a head that stays in sight and can be filtered by, and the rows below.

    Parameters
    ----------
    sheet : an empty sheet
    title : stands in A1, over the whole width
    columns : heading and width of each column
    rows : values in the order of the columns
    """
    dress(put(sheet.cell(1, 1), title), font=LARGE)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet.row_dimensions[1].height = 30
    for number, (heading, width) in enumerate(columns, 1):
        cell = put(sheet.cell(2, number), heading)
        dress(cell, font=BOLD, fill=HEAD, border=GRID)
        sheet.column_dimensions[cell.column_letter].width = width
    for row_number, row in enumerate(rows, 3):
        for number, value in enumerate(row, 1):
            dress(put(sheet.cell(row_number, number), value), border=GRID)
    last = sheet.cell(max(sheet.max_row, 2), len(columns)).coordinate
    sheet.auto_filter.ref, sheet.freeze_panes = f"A2:{last}", "A3"
    sheet.print_title_rows = "1:2"
    fit_to_paper(sheet)


def fit_to_paper(sheet: Worksheet) -> None:
    """Set a sheet up to be printed: A4 across, as wide as the page, as long as it gets."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddFooter.center.text = "第&P页，共&N页"


def fit_rows(sheet: Worksheet, first: int) -> None:
    """Make the rows from ``first`` on as high as their wrapped text; not every program does so."""
    widths = [sheet.column_dimensions[c.column_letter].width for c in sheet[first]]
    for row in sheet.iter_rows(first):
        lines = max(_lines(cell.value, width) for cell, width in zip(row, widths, strict=True))
        sheet.row_dimensions[row[0].row].height = LINE_HEIGHT * lines + 2


def _lines(value: object, width: float) -> int:
    """Return how many lines a text takes: a Chinese character is two wide, two are for margins.

    Examples
    --------
    >>> _lines("煤矿", 6), _lines("煤矿事故", 6), _lines("一\\n二", 6), _lines(3, 6)
    (1, 2, 2, 1)
    """
    if not isinstance(value, str):
        return 1
    wide = [
        sum(1 + (unicodedata.east_asian_width(c) in "WFA") for c in s) for s in value.split("\n")
    ]
    return sum(max(1, -int(-w // (width - 2))) for w in wide)
