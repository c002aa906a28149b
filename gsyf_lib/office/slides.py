"""Slides for the joint meeting: native tables, the same figures, the sources in the notes."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Mm, Pt

from gsyf_lib.office.blocks import Block, Item, Paragraph, Picture, Table
from gsyf_lib.office.package import fixed_bytes
from gsyf_lib.office.word_table import column_shares, text_width

__all__ = ["Slide", "slides_file"]

WIDTH, HEIGHT, EDGE = Mm(338.67), Mm(190.5), Mm(16)
TITLE_TOP, TITLE_HEIGHT, BODY_TOP, FOOT = Mm(9), Mm(16), Mm(30), Mm(12)
LINE = Mm(9.5)
CHARACTERS = 42
# A table's type of 13 points: one character is 4.6 mm wide, one line 5.4 mm high.
CHARACTER, ROW_LINE, ROW_EDGE = Mm(4.6), Mm(5.4), Mm(2.6)
ROOM = 66
FACE = "微软雅黑"
INK, ACCENT, GREY = (RGBColor.from_string(code) for code in ("222222", "0B3D6B", "5F6368"))


@dataclass(frozen=True)
class Slide:
    """One slide: its title, a few sentences, at most one table or picture, and what to say.

    A table of many rows goes on on further slides.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    notes: str = ""


def slides_file(
    title: str, facts: Sequence[str], slides: Sequence[Slide], *, running: str, day: datetime
) -> bytes:
    """Return the slides as the bytes of a ``.pptx``, the same bytes every time.

    Parameters
    ----------
    title, facts : what the first slide says
    slides : the others, in order
    running : stands at the foot of every slide
    day : the day of the data, for the file's properties

    Examples
    --------
    >>> slides_file("中期评估", [], [], running="", day=datetime(2023, 12, 31))[:2]
    b'PK'
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "", ""
    about.created = about.modified = day
    pages = [page for slide in slides for page in _pages(slide)]
    _first(deck, title, facts, running)
    for number, page in enumerate(pages, 2):
        _add(deck, page, f"{running}　{number}/{len(pages) + 1}".strip())
    out = io.BytesIO()
    deck.save(out)
    return fixed_bytes(out.getvalue())


def _pages(slide: Slide) -> Iterator[Slide]:
    """Spread a long table over several slides; the sentences stand on the first."""
    table = next((block for block in slide.blocks if isinstance(block, Table)), None)
    if table is None:
        yield _that_fit(slide)
        return
    others = tuple(block for block in slide.blocks if block is not table)
    table = replace(table, widths=column_shares(table, ROOM))
    room = HEIGHT - FOOT - _top(others)
    rows = list(table.rows)
    title = slide.title
    while True:
        taken = max(1, _rows_that_fit(replace(table, rows=tuple(rows)), room))
        part = replace(table, rows=tuple(rows[:taken]))
        yield Slide(title, (*others, part), slide.notes)
        rows, others, title = rows[taken:], (), f"{slide.title}（续）"
        room = HEIGHT - FOOT - BODY_TOP
        if not rows:
            return


def _that_fit(slide: Slide) -> Slide:
    """Keep the sentences that fit, and say how many more there are; a picture keeps its own."""
    kept = list(slide.blocks)
    while len(kept) > 1 and all(map(_is_text, kept)) and _top(kept) > HEIGHT - FOOT:
        kept.pop()
        left = len(slide.blocks) - len(kept)
        kept[-1:] = [Paragraph(f"其余{left + 1}条见报告。")]
    return replace(slide, blocks=tuple(kept))


def _is_text(block: Block) -> bool:
    return isinstance(block, Paragraph | Item)


def _rows_that_fit(table: Table, room: int) -> int:
    """Return how many of the rows left fit below their heads."""
    shares = column_shares(table, ROOM)
    height = _row_height(table.columns, shares)
    for number, row in enumerate(table.rows):
        height += _row_height(row, shares)
        if height > room:
            return number
    return len(table.rows)


def _row_height(row: Sequence[str], shares: Sequence[float]) -> int:
    """Return the height of a row whose texts wrap."""
    room = [share * (WIDTH - 2 * EDGE) / CHARACTER - 1 for share in shares]
    lines = max(ceil(text_width(_inline(t)) / r) for t, r in zip(row, room, strict=True))
    return max(1, lines) * ROW_LINE + ROW_EDGE


def _inline(text: str) -> str:
    return text.replace("\n", "，")


def _top(blocks: Sequence[Block]) -> int:
    """Return where a table or picture begins: below the sentences."""
    said = [block.text for block in blocks if isinstance(block, Paragraph | Item)]
    lines = sum(ceil(text_width(text) / CHARACTERS) for text in said)
    return BODY_TOP + LINE * lines + (Mm(3) if said else 0)


def _blank(deck: Any, running: str) -> Any:
    page = deck.slides.add_slide(deck.slide_layouts[6])
    if running:
        _text(page, [running], (EDGE, HEIGHT - FOOT, WIDTH - 2 * EDGE, FOOT), 11, GREY)
    return page


def _first(deck: Any, title: str, facts: Sequence[str], running: str) -> None:
    page = _blank(deck, running)
    lines = title.split("\n")
    _text(page, lines, (EDGE, Mm(55), WIDTH - 2 * EDGE, Mm(40)), 34, ACCENT, bold=True)
    _text(page, facts, (EDGE, Mm(100), WIDTH - 2 * EDGE, Mm(60)), 18, INK)


def _add(deck: Any, slide: Slide, running: str) -> None:
    page = _blank(deck, running)
    frame = (EDGE, TITLE_TOP, WIDTH - 2 * EDGE, TITLE_HEIGHT)
    _text(page, [slide.title], frame, 26, ACCENT, bold=True)
    said = [_inline(b.text) for b in slide.blocks if isinstance(b, Paragraph | Item)]
    top = Emu(_top(slide.blocks))
    if said:
        _text(page, said, (EDGE, BODY_TOP, WIDTH - 2 * EDGE, top - BODY_TOP), 17, INK)
    for block in slide.blocks:
        if isinstance(block, Table):
            _table(page, block, top)
        elif isinstance(block, Picture):
            _picture(page, block, top)
    page.notes_slide.notes_text_frame.text = slide.notes


def _text(
    page: Any,
    texts: Sequence[str],
    frame: tuple[Any, ...],
    size: float,
    color: RGBColor,
    bold: bool = False,
) -> None:
    box = page.shapes.add_textbox(*map(Emu, frame)).text_frame
    box.word_wrap = True
    for number, text in enumerate(texts):
        paragraph = box.paragraphs[0] if number == 0 else box.add_paragraph()
        _run(paragraph, text, size, color, bold)
        paragraph.space_after = Pt(4)


def _run(paragraph: Any, text: str, size: float, color: RGBColor, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, color
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    for script in ("latin", "ea", "cs"):
        face = properties.makeelement(qn(f"a:{script}"), {"typeface": FACE})
        properties.append(face)


def _table(page: Any, table: Table, top: Emu) -> None:
    size = (1 + len(table.rows), len(table.columns))
    shape = page.shapes.add_table(*size, EDGE, top, WIDTH - 2 * EDGE, Mm(8))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
    shares = column_shares(table, ROOM)
    for column, share in zip(shape.table.columns, shares, strict=True):
        column.width = Emu(int((WIDTH - 2 * EDGE) * share))
    for line, row in zip(shape.table.rows, (table.columns, *table.rows), strict=True):
        line.height = Emu(_row_height(row, shares))
        for number, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            _fill(cell, text, is_head=row is table.columns, is_number=number in table.numeric)


def _fill(cell: Any, text: str, is_head: bool, is_number: bool) -> None:
    cell.margin_top = cell.margin_bottom = Mm(0.8)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number and not is_head else PP_ALIGN.LEFT
    color = RGBColor.from_string("FFFFFF") if is_head else INK
    _run(paragraph, _inline(text), 13, color, is_head)


def _picture(page: Any, picture: Picture, top: Emu) -> None:
    """Put a picture into what is left of the slide, as large as it goes, centred."""
    shape = page.shapes.add_picture(io.BytesIO(picture.png), EDGE, top)
    wide, high = WIDTH - 2 * EDGE, HEIGHT - FOOT - top
    scale = min(wide / shape.width, high / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    shape.left = Emu((WIDTH - shape.width) // 2)
    shape._element.nvPicPr.cNvPr.set("descr", picture.alt)
