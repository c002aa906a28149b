"""Tables in Word: heads are repeated on every page, no row is split, columns fit their texts."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from xml.sax.saxutils import escape

from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt

from gsyf_lib.documents.blocks import Table
from gsyf_lib.documents.office.form import BODY_WIDTH
from gsyf_lib.documents.office.xml import add_paragraph, element

PADDING = 1  # in characters, of every column
# In points: the largest at which no number and no short line breaks; the first is the style's.
SIZES = (10.5, 9.0, 8.0, 7.5)
SHORT_TABLE = 14  # in lines: tables up to this height stay on one page
# In characters. Digits are counted as wide as the widest of the fonts that may stand in for ours.
# Word leaves a gap where Chinese and Latin letters meet.
SHORT, DIGIT, GAP, EDGES = 9, 0.6, 0.25, 0.5  # lines up to SHORT do not break
BORDER = re.compile(r"[!-~](?=[^!-~\s])|[^!-~\s](?=[!-~])")
SIDE = 50  # twentieths of a point left and right in a cell: half of Word's own, for narrow columns


def add_table(document: WordDocument, table: Table) -> None:
    """Add a table with all its borders; an empty one says that there is nothing."""
    made = document.add_table(rows=0, cols=len(table.columns))
    made._tbl.tblStyle_val = "TableGrid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    # The format fixes the order of these elements: margins come before tblLook.
    margins = element("tblCellMar")
    margins.extend([element(side, w=str(SIDE), type="dxa") for side in ("left", "right")])
    made._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    size = _type_size(table)
    shares = column_shares(table, BODY_WIDTH / Pt(size))
    widths = [Emu(int(BODY_WIDTH * share)) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    rows = "".join(_rows(table, [width.twips for width in widths], size))
    # Parsed all at once: cell by cell it takes python-docx ten times as long.
    made._tbl.extend(parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>"))
    add_paragraph(document, "Table Text")


def _rows(table: Table, widths: Sequence[int], size: float) -> Iterator[str]:
    """Yield the XML of every row, the head first; none is split (``cantSplit``)."""
    rows = table.texts or (("无", *[""] * (len(widths) - 1)),)
    kept = _kept_together(rows)
    points = "" if size == SIZES[0] else f'<w:sz w:val="{2 * size:g}"/>'
    for number, texts in enumerate((table.heads, *rows)):
        style, marks = ("TableText", "") if number else ("TableHead", "<w:tblHeader/>")
        keep = "<w:keepNext/>" if number in kept else ""
        cells = ""
        for text, width, column in zip(texts, widths, table.columns, strict=True):
            side = ("right" if column.is_number else "left") if number else "center"
            start = (
                f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}<w:jc w:val="{side}"/></w:pPr>'
                f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>{points}</w:rPr><w:t>'
            )
            lines = "".join(f"{start}{line}</w:t></w:r></w:p>" for line in escape(text).split("\n"))
            cells += f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>{lines}</w:tc>'
        yield f"<w:tr><w:trPr>{marks}<w:cantSplit/></w:trPr>{cells}</w:tr>"


def _kept_together(rows: Sequence[Sequence[str]]) -> set[int]:
    """Return which rows, the head being 0, stay on one page with the next.

    A short table is never split; of a long one, no page has the head or the last row alone.
    """
    lines = sum(max(text.count("\n") for text in row) + 1 for row in rows)
    if lines <= SHORT_TABLE:
        return set(range(len(rows)))
    return {0, 1, len(rows) - 1}


def _type_size(table: Table) -> float:
    """Return the largest type size at which numbers and short lines do not break."""
    needed = [tightest(row[n] for row in table.texts) for n in range(len(table.columns))]

    def fits(size: float) -> bool:
        room = BODY_WIDTH / Pt(size)
        shares = column_shares(table, room)
        return all(n + EDGES <= s * room for n, s in zip(needed, shares, strict=True))

    return largest(SIZES, fits)


def largest(sizes: Sequence[float], fits: Callable[[float], bool]) -> float:
    """Return the first of the type sizes at which all fits, or else the last and smallest."""
    return next(filter(fits, sizes), sizes[-1])


def tightest(texts: Iterable[str]) -> float:
    """Return the width a column needs at least: of its short lines, and of its longest number."""
    lines = [line for text in texts for line in text.split("\n")]
    whole = [line for line in lines if line_width(line) <= SHORT]
    numbers = [number for line in lines for number in re.findall(r"[0-9.%→−+*]+", line)]
    return max(map(line_width, [*whole, *numbers]), default=0)


def column_shares(table: Table, room: float) -> tuple[float, ...]:
    """Return what share of the width each column gets.

    Columns of short texts get what they need; what is left goes to the long ones, which wrap.
    ``room`` is how many Chinese characters fit side by side in all.

    Examples
    --------
    >>> from gsyf_lib.documents.blocks import table
    >>> column_shares(table([{"序号": "一", "工作任务": "出台管理办法" * 9}]), 40)
    (0.075, 0.925)
    """
    columns = zip(table.heads, *table.texts, strict=True)
    lines = ["\n".join(column).split("\n") for column in columns]
    needed = [max(map(line_width, column)) + PADDING for column in lines]
    most = _widest(sorted(needed), room)
    widths = [min(need, most) for need in needed]
    return tuple(width / sum(widths) for width in widths)


def _widest(needed: list[float], room: float) -> float:
    """Return the width that no column may exceed, so that all fit; ``needed`` is sorted."""
    # Columns that need less than an equal share leave the rest of theirs to the wider ones.
    for number, need in enumerate(needed):
        share = room / (len(needed) - number)
        if need > share:
            return share
        room -= need
    return needed[-1]


@cache
def line_width(text: str) -> float:
    """Return the width of a line in Chinese characters where digits are widest.

    Examples
    --------
    >>> line_width("下降9.1%"), line_width("达标")
    (4.65, 2.0)
    """
    width = sum(DIGIT if character.isascii() else 1 for character in text)
    return round(width + GAP * len(BORDER.findall(text)), 2)
