"""What fits on a slide: type sizes, heights, where a long table continues on the next one.

PowerPoint lays text out only when it opens a file, so widths and heights are estimated here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from pptx.util import Mm

from gsyf_lib.documents.blocks import Paragraph, Table
from gsyf_lib.documents.office.blocks import Part
from gsyf_lib.documents.office.word_table import column_shares, largest, line_width, tightest

WIDTH, HEIGHT, EDGE = Mm(338.67), Mm(190.5), Mm(16)
TITLE_TOP, TITLE_HEIGHT, BODY_TOP, FOOT = Mm(9), Mm(16), Mm(30), Mm(12)
# In points; the largest at which all fits is taken.
TITLE_SIZES, TEXT_SIZES, TABLE_SIZES = (26, 22, 18), (22, 20, 17, 15), (18, 16, 14.5, 13, 12)
# Per point of type size: the width of a Chinese character, the height of a line, the margins above
# and below the text of a row.
CHARACTER, LINE, ROW_EDGE = Mm(0.36), Mm(0.47), Mm(0.2)
AFTER, GAP, CELL_EDGE = Mm(1.5), Mm(3), Mm(1.5)


@dataclass(frozen=True)
class Slide:
    """One slide: its title, a few sentences, at most one table or picture, and the speaker's notes.

    ``widths`` are those of the table's columns, as shares of the whole; ``pages`` sets them.
    """

    title: str
    blocks: tuple[Part, ...] = ()
    notes: str = ""
    widths: tuple[float, ...] = ()


def pages(slide: Slide) -> Iterator[Slide]:
    """Spread a long table over several slides; the sentences stand on the first."""
    table = next((block for block in slide.blocks if isinstance(block, Table)), None)
    if table is None:
        yield _that_fit(slide)
        return
    others = tuple(block for block in slide.blocks if block is not table)
    widths = _widths(table, _room_below(slide.blocks))
    title, left = slide.title, table
    while True:
        # At least one row, even if it is higher than a slide: otherwise this would never end.
        taken = max(1, _rows_that_fit(left, widths, _room_below((*others, table))))
        shown = replace(table, rows=left.rows[:taken])
        yield Slide(title, (*others, shown), slide.notes, widths)
        left, others, title = replace(left, rows=left.rows[taken:]), (), f"{slide.title}（续）"
        if not left.rows:
            return


def _that_fit(slide: Slide) -> Slide:
    """Leave out the last sentences if they do not fit, and write how many the report has more.

    Beside a picture all stay: the picture gets smaller.
    """
    kept = list(slide.blocks)
    while len(kept) > 1 and _is_text(kept) and _room_below(kept) < 0:
        kept.pop()
        kept[-1] = Paragraph(f"其余{len(slide.blocks) - len(kept) + 1}条见报告。")
    return replace(slide, blocks=tuple(kept))


def _is_text(blocks: Sequence[Part]) -> bool:
    return all(isinstance(block, Paragraph) for block in blocks)


def sentences(blocks: Sequence[Part]) -> list[str]:
    """Return the sentences of a slide."""
    return [inline(str(block.text)) for block in blocks if isinstance(block, Paragraph)]


def inline(text: str) -> str:
    """Return a text of several lines as one."""
    return text.replace("\n", "，")


def text_size(blocks: Sequence[Part]) -> float:
    """Return the type size of the sentences: small beside a table or picture."""
    if not _is_text(blocks):
        return TEXT_SIZES[-1]
    room = HEIGHT - FOOT - BODY_TOP - GAP
    return largest(TEXT_SIZES, lambda size: _text_height(sentences(blocks), size) <= room)


def _text_height(texts: Sequence[str], size: float) -> float:
    room = (WIDTH - 2 * EDGE) / (CHARACTER * size) - 1
    return sum(ceil(line_width(text) / room) * LINE * size + AFTER for text in texts)


def block_top(blocks: Sequence[Part]) -> int:
    """Return where a table or picture begins: below the sentences."""
    texts = sentences(blocks)
    return BODY_TOP + int(_text_height(texts, text_size(blocks)) + (GAP if texts else 0))


def _room_below(blocks: Sequence[Part]) -> int:
    return HEIGHT - FOOT - block_top(blocks)


def title_size(title: str) -> float:
    """Return the largest type size at which a title stays in one line."""
    needed = (line_width(title) + 1) * CHARACTER
    return largest(TITLE_SIZES, lambda size: needed * size <= WIDTH - 2 * EDGE)


def table_size(table: Table, widths: Sequence[float], room: int) -> float:
    """Return the largest type at which the table fits and no number is cut; or the smallest."""
    return largest(TABLE_SIZES, lambda size: _fits(table, widths, size, room))


def _widths(table: Table, room: int) -> tuple[float, ...]:
    """Return the widths of the columns that let the type be largest."""

    def shares(size: float) -> tuple[float, ...]:
        return column_shares(table, (WIDTH - 2 * EDGE) / (CHARACTER * size))

    return shares(largest(TABLE_SIZES, lambda size: _fits(table, shares(size), size, room)))


def _fits(table: Table, widths: Sequence[float], size: float, room: int) -> bool:
    rows = (table.heads, *table.texts)
    if sum(row_height(row, widths, size) for row in rows) > room:
        return False
    needed = (tightest([inline(text) for text in column]) for column in zip(*rows, strict=True))
    return all(n <= r for n, r in zip(needed, _rooms(widths, size), strict=True))


def _rows_that_fit(table: Table, widths: Sequence[float], room: int) -> int:
    """Return how many of the rows left fit below their heads."""
    size = table_size(table, widths, room)
    height = row_height(table.heads, widths, size)
    for number, row in enumerate(table.texts):
        height += row_height(row, widths, size)
        if height > room:
            return number
    return len(table.texts)


def row_height(row: Sequence[str], shares: Sequence[float], size: float) -> int:
    """Return the height of a row whose texts wrap."""
    rooms = _rooms(shares, size)
    lines = max(ceil(line_width(inline(t)) / r) for t, r in zip(row, rooms, strict=True))
    return int((max(1, lines) * LINE + ROW_EDGE) * size)


def _rooms(shares: Sequence[float], size: float) -> list[float]:
    """Return how many characters go side by side in each column."""
    return [(share * (WIDTH - 2 * EDGE) - 2 * CELL_EDGE) / (CHARACTER * size) for share in shares]
