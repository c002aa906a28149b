"""Tables in Word: heads that repeat on every sheet, rows that stay whole, widths that fit."""

import re
from collections.abc import Iterable, Sequence

from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Pt
from docx.table import Table as WordTable
from docx.table import _Cell

from gsyf_lib.office.blocks import Table
from gsyf_lib.office.form import BODY_WIDTH, set_font
from gsyf_lib.office.xml import element

__all__ = ["add_table", "column_shares", "line_width", "tightest"]

PADDING = 1
# In points: the largest that cuts no number and no short line in two; the first is the style's.
SIZES = (10.5, 9.0, 8.0, 7.5)
# In lines: tables up to this height stay on one sheet.
SHORT_TABLE = 14
# In characters: lines up to this width stay whole; the digits of substitute faces are wide, and
# Word puts a gap between Chinese and Latin type.
SHORT, DIGIT, GAP, EDGES = 9, 0.6, 0.25, 0.5
BORDER = re.compile(r"[!-~](?=[^!-~\s])|[^!-~\s](?=[!-~])")
SIDE = 50  # twentieths of a point left and right in a cell: half of Word's own, for narrow columns


def add_table(document: WordDocument, table: Table) -> None:
    """Add a table with all its borders; an empty one says that there is nothing."""
    rows = table.rows or (("无", *[""] * (len(table.columns) - 1)),)
    made = document.add_table(rows=1 + len(rows), cols=len(table.columns), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _set_margins(made)
    size = _type_size(table)
    shares = column_shares(table, BODY_WIDTH / Pt(size))
    widths = [Emu(int(BODY_WIDTH * share)) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    made.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
    # By its name, python-docx would look a style up among all styles for every paragraph.
    head, body = (document.styles[name].style_id for name in ("Table Head", "Table Text"))
    kept = _kept_together(rows)
    for place, (line, row) in enumerate(zip(made.rows, (table.columns, *rows), strict=True)):
        line._tr.get_or_add_trPr().append(element("cantSplit"))
        is_head = row is table.columns
        for number, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            cell.width = widths[number]
            style = head if is_head else body
            alignment = _aligned(table, number, is_head)
            _fill(cell, text, style, alignment, size, is_kept=place in kept)
    document.add_paragraph(style="Table Text")


def _kept_together(rows: Sequence[Sequence[str]]) -> set[int]:
    """Return which lines, the head being 0, stay on one sheet with the next: a short table whole.

    A long one begins and ends with two of its rows at least.
    """
    lines = sum(max(text.count("\n") for text in row) + 1 for row in rows)
    if lines <= SHORT_TABLE:
        return set(range(len(rows)))
    return {0, 1, len(rows) - 1}


def _aligned(table: Table, number: int, is_head: bool) -> WD_ALIGN_PARAGRAPH:
    if is_head:
        return WD_ALIGN_PARAGRAPH.CENTER
    return WD_ALIGN_PARAGRAPH.RIGHT if number in table.numeric else WD_ALIGN_PARAGRAPH.LEFT


def _type_size(table: Table) -> float:
    """Return the largest size of type at which what belongs together stays in one line."""
    needed = [tightest(row[n] for row in table.rows) for n in range(len(table.columns))]
    for size in SIZES:
        room = BODY_WIDTH / Pt(size)
        given = [share * room for share in column_shares(table, room)]
        if all(need + EDGES <= width for need, width in zip(needed, given, strict=True)):
            return size
    return SIZES[-1]


def tightest(texts: Iterable[str]) -> float:
    """Return the width a column needs at least: of its short lines, and of its longest number."""
    lines = [line for text in texts for line in text.split("\n")]
    whole = [line for line in lines if line_width(line) <= SHORT]
    numbers = [number for line in lines for number in re.findall(r"[0-9.%→−+*]+", line)]
    return max(map(line_width, [*whole, *numbers]), default=0)


def _fill(
    cell: _Cell,
    text: str,
    style_id: str,
    alignment: WD_ALIGN_PARAGRAPH,
    size: float,
    is_kept: bool,
) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph._p.style = style_id
        paragraph.alignment = alignment
        if is_kept:
            paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(line)
        set_font(run)
        if size != SIZES[0]:
            run.font.size = Pt(size)


def column_shares(table: Table, room: float) -> tuple[float, ...]:
    """Return what share of the width each column gets.

    Columns of short texts get what they need; what is left goes to the long ones, which wrap.

    Parameters
    ----------
    table : Table
    room : how many Chinese characters fit side by side in all

    Examples
    --------
    >>> column_shares(Table("", ("序号", "工作任务"), (("一", "出台管理办法" * 9),)), 40)
    (0.075, 0.925)
    """
    if table.widths:
        return table.widths
    needed = [_longest(table, number) + PADDING for number in range(len(table.columns))]
    most = _most(sorted(needed), room)
    given = [min(need, most) for need in needed]
    return tuple(width / sum(given) for width in given)


def _longest(table: Table, number: int) -> float:
    lines = [line for row in table.rows for line in row[number].split("\n")]
    return max(map(line_width, [table.columns[number], *lines]))


def _most(needed: list[float], room: float) -> float:
    """Return the width at which the widest columns are cut, so that all fit."""
    for number, need in enumerate(needed):
        share = room / (len(needed) - number)
        if need > share:
            return share
        room -= need
    return needed[-1]


def line_width(text: str) -> float:
    """Return the width of a line in Chinese characters where digits are widest.

    Examples
    --------
    >>> line_width("下降9.1%"), line_width("达标")
    (4.65, 2.0)
    """
    width = sum(DIGIT if character.isascii() else 1 for character in text)
    return round(width + GAP * len(BORDER.findall(text)), 2)


def _set_margins(made: WordTable) -> None:
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(SIDE), type="dxa"))
    made._tbl.tblPr.append(margins)
