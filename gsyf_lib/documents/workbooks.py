"""Rows in; a new Excel workbook out: one format for all tables, the same bytes every time."""

import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

A4 = 9  # Excel's number for this size of paper
LINE_HEIGHT, TITLE_HEIGHT = 15, 44  # in points
# A sheet's texts come from senders: none of them may become a formula, a link or a number.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# With one of these in front, Excel takes what somebody types into a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# XML cannot hold them: Excel would call the file damaged.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 40  # the widest column that is not typed in by hand, in digits
LONGEST_TEXT = 32_767  # in characters; XlsxWriter leaves a longer text out

TYPE = {"font_name": "微软雅黑", "font_size": 10}
WRAPPED = {"valign": "vcenter", "text_wrap": True}
LEFT, CENTRED = {**WRAPPED, "align": "left"}, {**WRAPPED, "align": "center"}
RIGHT = {**WRAPPED, "align": "right", "indent": 1}
GRID = {"border": 1, "border_color": "#B9C1CA"}
HEAD = {"bold": True, "bg_color": "#E8EEF4", **GRID, **CENTRED}
TITLE = {"bold": True, "font_size": 13, **LEFT}
STRESSED = {"bold": True, "bg_color": "#EEF1F4"}


class Figure(NamedTuple):
    """A number with its number format, or in words why there is none; aligned right."""

    value: object
    number_format: str = "General"


class Book:
    """A workbook in the making; it says that it was made on ``day``, so that no clock gets in.

    Examples
    --------
    >>> book = Book("催报清单", "行动计划")
    >>> sheet = add_table(book, "全部", "报送情况", [("地区", 9), ("项", 9)], [["太原市", 3]])
    >>> book.content()[:2]
    b'PK'
    """

    def __init__(self, title: str, author: str, day: date = date(2000, 1, 1)) -> None:
        """Start a workbook without sheets."""
        self._content = io.BytesIO()
        self._book = Workbook(self._content, OPTIONS)
        made = datetime.combine(day, time())
        self._book.set_properties({"title": title, "author": author, "created": made})
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}

    def look(self, **properties: Any) -> Format:
        """Return a format of XlsxWriter with these properties, the same one for the same ones."""
        # Each format made is stored in the file: one per cell would swell it.
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(properties)
        return self._looks[key]

    def add_sheet(self, name: str) -> Worksheet:
        """Add a sheet set up to be printed: A4 across, as wide as the page, as long as it gets."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.set_footer("&C第&P页，共&N页", {"margin": 0.3})
        return sheet

    def content(self) -> bytes:
        """Return the bytes of the finished workbook."""
        self._book.close()
        return self._content.getvalue()


def plain_text(text: str) -> str:
    """Return text as a workbook can hold it: no control characters, no more than a cell's worth."""
    text = re.sub("\r\n?", "\n", text)
    return CONTROL_CHARACTERS.sub("", text)[:LONGEST_TEXT]


def put(book: Book, sheet: Worksheet, place: tuple[int, int], value: object, **form: Any) -> None:
    """Write a value: a text as text, a day as a day, a number as a number, nothing as a blank.

    ``place`` is row and column, counted from 0; ``form`` the properties of its format, as
    XlsxWriter names them.
    """
    if isinstance(value, str):
        # The prefix (an apostrophe when the cell is edited) keeps it a text in Excel, too.
        if value.startswith(FORMULA_STARTS):
            form["quote_prefix"] = True
        value = plain_text(value)
    if value is None or value == "":
        sheet.write_blank(*place, None, book.look(**form))
    elif isinstance(value, str):
        sheet.write_string(*place, value, book.look(**form))
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, book.look(**form, num_format="yyyy-mm-dd"))
    else:
        sheet.write_number(*place, value, book.look(**form))


def add_table(
    book: Book,
    name: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[object]],
    stressed: Collection[int] = (),
) -> Worksheet:
    """Add a sheet: a title, a head that stays in sight and can be filtered by, and the rows below.

    ``columns`` are headings and widths; ``stressed`` are those rows, counted from 0, that are
    totals.
    """
    sheet = book.add_sheet(name)
    widths = [width for _, width in columns]
    sheet.merge_range(0, 0, 0, len(columns) - 1, plain_text(title), book.look(**TYPE | TITLE))
    sheet.set_row(0, TITLE_HEIGHT)
    for number, (heading, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        put(book, sheet, (1, number), heading, **TYPE | HEAD)
    sheet.set_row(1, _height([heading for heading, _ in columns], widths))
    # Row 0 is the title, row 1 the head. Without any rows, the filter covers the head alone.
    last = 1
    for last, row in enumerate(rows, 2):
        _write_row(book, sheet, last, row, STRESSED if last - 2 in stressed else {})
        sheet.set_row(last, _height(row, widths))
    sheet.autofilter(1, 0, last, len(columns) - 1)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)
    sheet.hide_gridlines(2)  # on the screen and on paper
    return sheet


def save_frame(frame: pd.DataFrame, title: str, path: Path) -> None:
    """Save a frame as a workbook of one sheet; a folder that is not there is an OSError."""
    book = Book(title, "")
    columns = [(str(head), _width([str(head), *frame[head].map(str)])) for head in frame]
    add_table(book, "数据", title, columns, list(frame.itertuples(index=False)))
    path.write_bytes(book.content())


def _width(texts: Iterable[str]) -> int:
    """Return the width of a column, in characters of a digit's width, for its longest line."""
    lines = (line for text in texts for line in text.split("\n"))
    return min(max(sum(1 + (ord(c) > 0xFF) for c in line) for line in lines) + 3, WIDEST)


def _write_row(
    book: Book, sheet: Worksheet, number: int, row: Sequence[object], stress: dict[str, Any]
) -> None:
    for column, value in enumerate(row):
        look = LEFT if isinstance(value, str) else CENTRED
        if isinstance(value, Figure):
            look, value = {"num_format": value.number_format, **RIGHT}, value.value
        put(book, sheet, (number, column), value, **TYPE | GRID | stress | look)


def _height(row: Iterable[object], widths: Iterable[float]) -> float:
    """Return the height that the wrapped texts of a row need; not every program adapts it."""
    lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
    return LINE_HEIGHT * lines + 2


def _lines(value: object, width: float) -> int:
    """Return how many lines a text takes: a Chinese character is two wide, two are for margins.

    Examples
    --------
    >>> _lines("煤矿", 6), _lines("煤矿事故", 6), _lines("一\\n二", 6), _lines(3, 6)
    (1, 2, 2, 1)
    """
    text = value.value if isinstance(value, Figure) else value
    if not isinstance(text, str):
        return 1
    wide = [
        sum(1 + (unicodedata.east_asian_width(c) in "WFA") for c in line)
        for line in text.split("\n")
    ]
    return sum(max(1, -int(-w // (width - 2))) for w in wide)
