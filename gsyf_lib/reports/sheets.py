"""Rows in; a sheet of a workbook out, by columns that each know their heading and their cells."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from gsyf_lib.documents.workbooks import Book, add_table

Row = Mapping[str, Any]


class Column(NamedTuple):
    """A column: what ``cell`` returns of a row; ``number`` names the number that is in it."""

    heading: str
    width: int
    cell: Callable[[Row], object]
    number: str = ""


def add_sheet(
    book: Book,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    stressed: Collection[int] = (),
) -> Worksheet:
    """Add a sheet of these columns; see ``add_table``."""
    widths = [(column.heading, column.width) for column in columns]
    cells = [[column.cell(row) for column in columns] for row in rows]
    return add_table(book, name, title, widths, cells, stressed)
