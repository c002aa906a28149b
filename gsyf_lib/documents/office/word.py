"""Blocks in; a Word document in the form of official papers, GB/T 9704-2012, out.

It is a report or an attachment, so it never has the red head (红头) of an official paper: only the
office that issues a paper may put it there.
"""

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from docx.document import Document as WordDocument
from docx.shared import Emu

from gsyf_lib.documents.blocks import Heading, Paragraph, Table
from gsyf_lib.documents.office import xml
from gsyf_lib.documents.office.blocks import Part, Picture
from gsyf_lib.documents.office.form import BODY_WIDTH, add_running_head, opened_form
from gsyf_lib.documents.office.word_table import add_table
from gsyf_lib.documents.office.xml import add_paragraph, add_text
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
    day: datetime = datetime(2000, 1, 1)


def word_file(cover: Cover, blocks: Sequence[Part], form: bytes | None = None) -> bytes:
    """Return the document as the bytes of a ``.docx``, the same bytes every time.

    Headings are numbered 一、 and （一）, tables and pictures captioned and counted; the table of
    contents lists the headings. PlanError is raised if ``form``, an office's own template, cannot
    be used.
    """
    document = opened_form(form)
    if cover.running:
        add_running_head(document, cover.running)
    _add_cover(document, cover)
    numbered = list(_numbered(blocks))
    xml.add_contents(document, [block for block in numbered if isinstance(block, Heading)])
    counts: Counter[type] = Counter()
    for block in numbered:
        _add(document, block, counts[type(block)])
        counts[type(block)] += 1
    out = io.BytesIO()
    document.save(out)
    return zipped_anew(out.getvalue())


def _add_cover(document: WordDocument, cover: Cover) -> None:
    """Add the cover; the file's properties say the same, with its day and never the clock's."""
    about = document.core_properties
    about.title = cover.title.replace("\n", "")
    about.author = about.last_modified_by = ""
    about.comments, about.language = cover.running, "zh-CN"
    about.created = about.modified = cover.day
    for line in cover.title.split("\n"):
        add_text(add_paragraph(document, "Title"), line)
    for fact in filter(None, (cover.subtitle, *cover.facts)):
        add_paragraph(document, "Subtitle").add_run(fact)


def _numbered(blocks: Iterable[Part]) -> Iterable[Part]:
    """Number the headings as official papers do: 一、（一）1."""
    counts = [0, 0, 0]
    for block in blocks:
        if isinstance(block, Heading):
            # A heading starts the count of those below it anew.
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            yield Heading(block.level, _mark(block.level, counts[block.level - 1]) + block.text)
        else:
            yield block


def _mark(level: int, number: int) -> str:
    if level == 3:
        return f"{number}. "
    numeral = chinese_numeral(number)
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


def _add(document: WordDocument, block: Part, count: int) -> None:
    """Add a block at the end; ``count`` is how many of its kind stand before it."""
    match block:
        case Heading():
            paragraph = add_paragraph(document, f"Heading {block.level}")
            xml.add_bookmark(paragraph, count)
            add_text(paragraph, block.text)
        case Paragraph():
            style = "Notice" if "notice" in block.role else "Normal"
            for line in str(block.text).split("\n"):
                add_text(add_paragraph(document, style), line)
        case Table():
            _add_caption(document, "表", count + 1, block.caption, keep_with_next=True)
            add_table(document, block)
        case Picture():
            run = add_paragraph(document, "Figure").add_run()
            shape = run.add_picture(io.BytesIO(block.png), width=Emu(BODY_WIDTH))
            # What a screen reader reads aloud; python-docx has no call for it.
            shape._inline.docPr.set("descr", block.alt)
            shape._inline.docPr.set("name", f"图{count + 1}")
            _add_caption(document, "图", count + 1, block.caption or block.alt)


def _add_caption(
    document: WordDocument, kind: str, number: int, text: str, keep_with_next: bool = False
) -> None:
    paragraph = add_paragraph(document, "Caption")
    paragraph.paragraph_format.keep_with_next = keep_with_next
    add_text(paragraph, kind)
    xml.add_sequence(paragraph, kind, number)
    add_text(paragraph, f"　{text}")
