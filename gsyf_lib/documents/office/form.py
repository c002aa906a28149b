"""The template of a Word document, which holds paper, styles, page numbers and letterhead.

Ours, ``briefing.docx`` beside this module, is in the form of official papers, GB/T 9704-2012; it
is changed in Word. An office may have its own (docs/briefing-template.md).
"""

import io
from itertools import chain
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.shared import Mm

from gsyf_lib.documents.office.xml import add_text
from gsyf_lib.errors import PlanError

OUR_FORM = Path(__file__).with_name("briefing.docx")
# Tables and pictures are as wide as the type area of GB/T 9704.
BODY_WIDTH = Mm(156)
STYLES = (
    *("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3"),
    *("Contents Head", "toc 1", "toc 2", "Notice", "Caption", "Figure"),
    *("Table Grid", "Table Head", "Table Text", "Header"),
)
# What python-docx raises for a file that is no Word document.
NO_DOCUMENT = (BadZipFile, OpcError, LookupError, ValueError, SyntaxError)
# Every element that refers to a style by its id.
STYLE_NAMED = [qn(f"w:{tag}") for tag in ("pStyle", "tblStyle", "basedOn", "next", "link")]


def opened_form(own: bytes | None = None) -> WordDocument:
    """Return a new document in our form, or in ``own``, the template (.docx) of an office.

    PlanError is raised if that is no Word document, lacks a style or has too narrow a type area.
    """
    if own is None:
        return Document(str(OUR_FORM))
    try:
        document = Document(io.BytesIO(own))
    except NO_DOCUMENT as error:
        message = "briefing.docx不是Word文档，不能用作评估报告的模板。请用Word或WPS另存为.docx"
        raise PlanError(message) from error
    _check(document)
    for name in STYLES:
        _set_style_id(document, name, name.replace(" ", ""))
    return document


def _check(document: WordDocument) -> None:
    """Raise PlanError if a template lacks a style, or if tables would be wider than its text."""
    missing = "、".join(name for name in STYLES if name not in document.styles)
    if missing:
        raise PlanError(f"评估报告的模板briefing.docx缺少样式：{missing}。请在Word中新建这些样式")
    sheet = document.sections[-1]
    margins = (sheet.left_margin or 0) + (sheet.right_margin or 0)
    # Word keeps margins in twentieths of a point: half a millimetre less is no matter.
    if (sheet.page_width or 0) - margins < BODY_WIDTH - Mm(0.5):
        raise PlanError("评估报告的模板briefing.docx版心不足156毫米宽。请调整左、右页边距")


def _set_style_id(document: WordDocument, name: str, id_: str) -> None:
    """Give a style this id, also where it is referred to.

    An id is whatever the program that made the file has chosen: "Heading 1" has the id "1" in a
    Chinese Word. With ids of our own, paragraphs can name their style without looking it up.
    """
    style = document.styles[name]
    old, style.element.styleId = style.style_id, id_
    elements = [p.element for p in document.part.package.iter_parts() if hasattr(p, "element")]
    for node in chain.from_iterable(element.iter(STYLE_NAMED) for element in elements):
        if node.get(qn("w:val")) == old:
            node.set(qn("w:val"), id_)


def add_running_head(document: WordDocument, running: str) -> None:
    """Write what the document is at the top of every page, below an office's own letterhead."""
    for number, section in enumerate(document.sections):
        heads = [section.header, section.even_page_header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        for head in heads:
            # A later section shows the head of the one before, unless it has its own.
            if number == 0 or not head.is_linked_to_previous:
                last = head.paragraphs[-1]
                add_text(head.add_paragraph(style="Header") if last.text else last, running)
