"""Parts of a Word document that python-docx cannot make, or only slowly: elements, fields, links.

A field is a piece of text that Word works out itself, such as the number of a caption.
"""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph

from gsyf_lib.documents.blocks import Heading


def add_paragraph(document: WordDocument, style: str) -> WordParagraph:
    """Add a paragraph at the end, with its style by id: by name, python-docx searches them all."""
    paragraph = document.add_paragraph()
    # form.opened_form has each style go by its name without spaces; without any it is "Normal".
    paragraph._p.style = None if style == "Normal" else style.replace(" ", "")
    return paragraph


def add_text(paragraph: WordParagraph, text: str) -> None:
    """Add text whose quotation marks and dashes are in the Chinese font.

    “ ” and — are the same characters in both scripts: without the hint Word takes the Latin font.
    """
    fonts = paragraph.add_run(text)._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), "eastAsia")


def element(tag: str, text: str = "", /, **attributes: str) -> Any:
    """Return ``<w:tag w:key="value">text</w:tag>``."""
    made = OxmlElement(f"w:{tag}", {qn(f"w:{key}"): value for key, value in attributes.items()})
    if text:
        made.text = text
    return made


def _add_elements(paragraph: WordParagraph, *elements: Any) -> None:
    """Add elements in runs of their own, as Word wants the parts of a field."""
    for each in elements:
        paragraph.add_run()._r.append(each)


def _begun(instruction: str, **attributes: str) -> tuple[Any, Any, Any]:
    """Return what stands before the result of a field; after it, a fldChar "end"."""
    return (
        element("fldChar", fldCharType="begin", **attributes),
        element("instrText", f" {instruction} "),
        element("fldChar", fldCharType="separate"),
    )


def add_sequence(paragraph: WordParagraph, kind: str, number: int) -> None:
    """Add the number of a caption, which Word counts anew when somebody adds a table."""
    result = element("t", str(number)), element("fldChar", fldCharType="end")
    _add_elements(paragraph, *_begun(f"SEQ {kind} \\* ARABIC"), *result)


def _bookmark_name(number: int) -> str:
    return f"_Toc{number:04d}"  # as Word names its own


def add_bookmark(paragraph: WordParagraph, number: int) -> None:
    """Mark the place of a heading; they are counted from 0."""
    for tag, name in (("bookmarkStart", {"name": _bookmark_name(number)}), ("bookmarkEnd", {})):
        paragraph._p.append(element(tag, id=str(number), **name))


def add_contents(document: WordDocument, headings: Sequence[Heading]) -> None:
    """Add the table of contents: links to the headings now, page numbers once Word updates it.

    Page numbers depend on the fonts of the machine that opens the document, so none are written:
    the field is marked as out of date, and Word offers to update it when it opens the document.
    """
    if not headings:
        return
    add_paragraph(document, "Contents Head").add_run("目　录")
    shown = [(n, heading) for n, heading in enumerate(headings) if heading.level < 3]
    # One field over all lines: it begins in the first of them and ends in the last.
    lines = [add_paragraph(document, f"toc {heading.level}") for _, heading in shown]
    # Headings of levels 1 and 2 (\o), as links (\h), on a screen without page numbers (\z).
    _add_elements(lines[0], *_begun('TOC \\o "1-2" \\h \\z \\u', dirty="true"))
    for line, (number, heading) in zip(lines, shown, strict=True):
        link = element("hyperlink", anchor=_bookmark_name(number), history="1")
        run = element("r")
        run.append(element("t", heading.text))
        link.append(run)
        line._p.append(link)
    _add_elements(lines[-1], element("fldChar", fldCharType="end"))
    lines[-1].add_run().add_break(WD_BREAK.PAGE)
