"""Slides in; a PowerPoint file out, with tables that can be edited there."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Mm, Pt

from gsyf_lib.documents.blocks import Table
from gsyf_lib.documents.office import fit
from gsyf_lib.documents.office.blocks import Picture
from gsyf_lib.documents.office.fit import CELL_EDGE, EDGE, FOOT, GAP, HEIGHT, WIDTH, Slide, inline
from gsyf_lib.documents.zipped import zipped_anew

FACE = "微软雅黑"
ACROSS = WIDTH - 2 * EDGE
INK, ACCENT, GREY = (RGBColor.from_string(code) for code in ("222222", "0B3D6B", "5F6368"))


def slides_file(
    title: str, facts: Sequence[str], slides: Sequence[Slide], *, running: str, day: datetime
) -> bytes:
    """Return the slides as the bytes of a ``.pptx``, the same bytes every time.

    ``title`` and ``facts`` stand on the first, ``running`` at the foot of each; ``day`` is that of
    the data, for the file's properties.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "", ""
    about.created = about.modified = day
    parts = [page for slide in slides for page in fit.pages(slide)]
    _add_title_slide(deck, title, facts, running)
    for number, page in enumerate(parts, 2):
        _add_slide(deck, page, f"{running}　{number}/{len(parts) + 1}".strip())
    out = io.BytesIO()
    deck.save(out)
    return zipped_anew(out.getvalue())


def _blank_slide(deck: Any, running: str) -> Any:
    page = deck.slides.add_slide(deck.slide_layouts[6])  # the blank one of python-pptx's template
    if running:
        _add_text(page, [running], (EDGE, HEIGHT - FOOT, ACROSS, FOOT), 11, GREY)
    return page


def _add_title_slide(deck: Any, title: str, facts: Sequence[str], running: str) -> None:
    page = _blank_slide(deck, running)
    lines = title.split("\n")
    top, high = Mm(45), Mm(17) * len(lines)
    _add_text(page, lines, (EDGE, top, ACROSS, high), 34, ACCENT, bold=True)
    _add_text(page, facts, (EDGE, top + high + Mm(8), ACROSS, Mm(40)), 18, INK)


def _add_slide(deck: Any, slide: Slide, running: str) -> None:
    page = _blank_slide(deck, running)
    frame = (EDGE, fit.TITLE_TOP, ACROSS, fit.TITLE_HEIGHT)
    _add_text(page, [slide.title], frame, fit.title_size(slide.title), ACCENT, bold=True)
    top = Emu(fit.block_top(slide.blocks))
    if texts := fit.sentences(slide.blocks):
        place = (EDGE, fit.BODY_TOP, ACROSS, top - fit.BODY_TOP)
        _add_text(page, texts, place, fit.text_size(slide.blocks), INK)
    for block in slide.blocks:
        if isinstance(block, Table):
            _add_table(page, block, slide.widths, top)
        elif isinstance(block, Picture):
            _add_picture(page, block, top)
    page.notes_slide.notes_text_frame.text = slide.notes


def _add_text(
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
        _add_run(paragraph, text, size, color, bold)
        paragraph.space_after = Pt(4)


def _add_run(paragraph: Any, text: str, size: float, color: RGBColor, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, color
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    # A run has a font for each script: the Latin one does not apply to Chinese.
    for script in ("latin", "ea", "cs"):
        face = properties.makeelement(qn(f"a:{script}"), {"typeface": FACE})
        properties.append(face)


def _add_table(page: Any, table: Table, widths: Sequence[float], top: Emu) -> None:
    size = (1 + len(table.texts), len(table.columns))
    shape = page.shapes.add_table(*size, EDGE, top, ACROSS, Mm(8))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
    points = fit.table_size(table, widths, HEIGHT - FOOT - top)
    for column, share in zip(shape.table.columns, widths, strict=True):
        column.width = Emu(int(ACROSS * share))
    for number, row in enumerate((table.heads, *table.texts)):
        line = shape.table.rows[number]
        line.height = Emu(fit.row_height(row, widths, points))
        for cell, text, column in zip(line.cells, row, table.columns, strict=True):
            _fill_cell(cell, text, points, is_head=number == 0, is_number=column.is_number)


def _fill_cell(cell: Any, text: str, points: float, *, is_head: bool, is_number: bool) -> None:
    # The margins that ``fit`` counts on: PowerPoint's own are larger.
    cell.margin_top = cell.margin_bottom = Mm(0.8)
    cell.margin_left = cell.margin_right = CELL_EDGE
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number and not is_head else PP_ALIGN.LEFT
    color = RGBColor.from_string("FFFFFF") if is_head else INK
    _add_run(paragraph, inline(text), points, color, is_head)


def _add_picture(page: Any, picture: Picture, top: Emu) -> None:
    """Add a picture in the middle below the text, as large as there is room."""
    shape = page.shapes.add_picture(io.BytesIO(picture.png), EDGE, top)
    wide, high = ACROSS, HEIGHT - FOOT - GAP - top
    scale = min(wide / shape.width, high / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    shape.left = Emu((WIDTH - shape.width) // 2)
    shape._element.nvPicPr.cNvPr.set("descr", picture.alt)
