"""Blocks in; a Word document in the form of official papers, GB/T 9704-2012, out.

It is a report or an attachment, so it never has the red head (红头) of an official paper: only the
office that issues a paper may put it there.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from docx.document import Document as WordDocument
from docx.shared import Emu
from docx.text.paragraph import Paragraph as WordParagraph

from gsyf_lib.documents.blocks import Heading, Paragraph, Table
from gsyf_lib.documents.office.blocks import Part, Picture
from gsyf_lib.documents.office.form import BODY_WIDTH, add_running_head, opened_form, set_font
from gsyf_lib.documents.office.word_table import add_table
from gsyf_lib.documents.office.xml import (
    add_bookmark,
    add_contents,
    add_paragraph,
    add_sequence,
    bookmark_name,
)
from gsyf_lib.documents.zipped import zipped_anew

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Cover:
    """What stands above the text, in the running head and in the file's properties.

    ``facts`` are lines below the title; ``running`` is printed at the top of every sheet.
    """

    title: str
    subtitle: str = ""
    facts: tuple[str, ...] = ()
    running: str = ""
    author: str = ""
    day: datetime = datetime(2000, 1, 1)


def word_file(cover: Cover, blocks: Sequence[Part], form: bytes | None = None) -> bytes:
    """Return the document as the bytes of a ``.docx``, the same bytes every time.

    Parameters
    ----------
    cover : Cover
    blocks : sequence of Part
        Headings of level 1 are numbered 一、, of level 2 （一）; tables and pictures are captioned
        and numbered; the table of contents lists the headings.
    form : the template of an office that has its own

    Raises
    ------
    PlanError
        That template cannot be used.

    Examples
    --------
    >>> word_file(Cover("中期评估报告"), [Heading(1, "总体情况"), Paragraph("达标18项。")])[:2]
    b'PK'
    """
    document = opened_form(form)
    if cover.running:
        add_running_head(document, cover.running)
    _describe(document, cover)
    _add_cover(document, cover)
    numbered = list(_numbered(blocks))
    add_contents(document, [block for block in numbered if isinstance(block, Heading)])
    writer = _Writer(document)
    for block in numbered:
        writer.add(block)
    out = io.BytesIO()
    document.save(out)
    return zipped_anew(out.getvalue())


def _describe(document: WordDocument, cover: Cover) -> None:
    """Fill in the file's properties; its dates are the cover's day, never the clock's."""
    about = document.core_properties
    about.title = cover.title.replace("\n", "")
    about.author = about.last_modified_by = cover.author
    about.comments, about.language = cover.running, "zh-CN"
    about.created = about.modified = cover.day


def _add_cover(document: WordDocument, cover: Cover) -> None:
    for line in cover.title.split("\n"):
        set_font(add_paragraph(document, "Title").add_run(line))
    if cover.subtitle:
        add_paragraph(document, "Subtitle").add_run(cover.subtitle)
    for fact in cover.facts:
        add_paragraph(document, "Subtitle").add_run(fact)


def _numbered(blocks: Iterable[Part]) -> Iterable[Part]:
    """Number the headings as official papers do: 一、（一）1."""
    counts = [0, 0, 0]
    for block in blocks:
        if isinstance(block, Heading):
            # A heading starts the count of those below it anew.
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            yield Heading(block.level, _number(block.level, counts) + block.text)
        else:
            yield block


def _number(level: int, counts: Sequence[int]) -> str:
    if level == 3:
        return f"{counts[2]}. "
    numeral = chinese_numeral(counts[level - 1])
    return f"{numeral}、" if level == 1 else f"（{numeral}）"


def chinese_numeral(number: int) -> str:
    """Return a number up to 99 in Chinese numerals.

    Examples
    --------
    >>> chinese_numeral(8), chinese_numeral(10), chinese_numeral(12), chinese_numeral(20)
    ('八', '十', '十二', '二十')
    """
    tens, ones = divmod(number, 10)
    # 12 is 十二, but 22 is 二十二.
    before = "" if tens < 2 else NUMERALS[tens - 1]
    return (before + "十" if tens else "") + (NUMERALS[ones - 1] if ones else "")


class _Writer:
    """Adds blocks at the end of a document, and counts headings, tables and pictures."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.headings = self.tables = self.pictures = 0

    def add(self, block: Part) -> None:
        """Add one block."""
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                for line in str(block.text).split("\n"):
                    self._text(line, "Notice" if "notice" in block.role else "Normal")
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)

    def _text(self, text: str, style: str) -> WordParagraph:
        paragraph = add_paragraph(self.document, style)
        set_font(paragraph.add_run(text))
        return paragraph

    def _heading(self, block: Heading) -> None:
        paragraph = add_paragraph(self.document, f"Heading {block.level}")
        add_bookmark(paragraph, bookmark_name(self.headings), self.headings)
        set_font(paragraph.add_run(block.text))
        self.headings += 1

    def _table(self, block: Table) -> None:
        self.tables += 1
        self._caption("表", self.tables, block.caption, keep_with_next=True)
        add_table(self.document, block)

    def _picture(self, block: Picture) -> None:
        self.pictures += 1
        paragraph = add_paragraph(self.document, "Figure")
        shape = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Emu(BODY_WIDTH))
        # What a screen reader reads aloud; python-docx has no call for it.
        shape._inline.docPr.set("descr", block.alt)
        shape._inline.docPr.set("name", f"图{self.pictures}")
        self._caption("图", self.pictures, block.caption or block.alt)

    def _caption(self, kind: str, number: int, text: str, keep_with_next: bool = False) -> None:
        paragraph = add_paragraph(self.document, "Caption")
        paragraph.paragraph_format.keep_with_next = keep_with_next
        set_font(paragraph.add_run(kind))
        add_sequence(paragraph, kind, number)
        set_font(paragraph.add_run(f"　{text}"))
