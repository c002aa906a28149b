"""Tables in Word: heads that repeat on every sheet, rows that stay whole, widths that fit."""

from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu
from docx.table import Table as WordTable
from docx.table import _Cell

from gsyf_lib.office.blocks import Table
from gsyf_lib.office.form import BODY_WIDTH, set_font
from gsyf_lib.office.xml import element

__all__ = ["add_table", "column_shares", "text_width"]

PADDING = 1
# Type of 10.5 points: so many characters in the width of the type area.
ROOM = 42
SIDE = 50  # twentieths of a point left and right in a cell: half of Word's own, for narrow columns


def add_table(document: WordDocument, table: Table) -> None:
    """Add a table with all its borders; an empty one says that there is nothing."""
    rows = table.rows or (("无", *[""] * (len(table.columns) - 1)),)
    made = document.add_table(rows=1 + len(rows), cols=len(table.columns), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _set_margins(made)
    widths = [Emu(int(BODY_WIDTH * share)) for share in column_shares(table, ROOM)]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    made.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
    # By its name, python-docx would look a style up among all styles for every paragraph.
    head, body = (document.styles[name].style_id for name in ("Table Head", "Table Text"))
    for line, row in zip(made.rows, (table.columns, *rows), strict=True):
        line._tr.get_or_add_trPr().append(element("cantSplit"))
        is_head = row is table.columns
        for number, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            cell.width = widths[number]
            _fill(cell, text, head if is_head else body, _aligned(table, number, is_head))
    document.add_paragraph(style="Table Text")


def _aligned(table: Table, number: int, is_head: bool) -> WD_ALIGN_PARAGRAPH:
    if is_head:
        return WD_ALIGN_PARAGRAPH.CENTER
    return WD_ALIGN_PARAGRAPH.RIGHT if number in table.numeric else WD_ALIGN_PARAGRAPH.LEFT


def _fill(cell: _Cell, text: str, style_id: str, alignment: WD_ALIGN_PARAGRAPH) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph._p.style = style_id
        paragraph.alignment = alignment
        set_font(paragraph.add_run(line))


def column_shares(table: Table, room: float) -> tuple[float, ...]:
    """Return what share of the width each column gets.

    Columns of short texts get what they need; what is left goes to the long ones, which wrap.

    Parameters
    ----------
    table : Table
    room : how many Chinese characters fit side by side in all

    Examples
    --------
    >>> column_shares(Table("", ("年度", "工作任务"), (("2021年", "出台管理办法" * 9),)), 40)
    (0.1, 0.9)
    """
    if table.widths:
        return table.widths
    needed = [_longest(table, number) + PADDING for number in range(len(table.columns))]
    most = _most(sorted(needed), room)
    given = [min(need, most) for need in needed]
    return tuple(width / sum(given) for width in given)


def _longest(table: Table, number: int) -> float:
    lines = [line for row in table.rows for line in row[number].split("\n")]
    return max(map(text_width, [table.columns[number], *lines]))


def _most(needed: list[float], room: float) -> float:
    """Return the width at which the widest columns are cut, so that all fit."""
    for number, need in enumerate(needed):
        share = room / (len(needed) - number)
        if need > share:
            return share
        room -= need
    return needed[-1]


def text_width(text: str) -> float:
    """Return the width of a text in Chinese characters.

    Examples
    --------
    >>> text_width("2019年")
    3.0
    """
    return sum(0.5 if character.isascii() else 1 for character in text)


def _set_margins(made: WordTable) -> None:
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(SIDE), type="dxa"))
    made._tbl.tblPr.append(margins)
