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


def element(tag: str, text: str = "", /, **attributes: str) -> Any:
    """Return ``<w:tag w:key="value">text</w:tag>``.

    Examples
    --------
    >>> element("t", "表").tag.endswith("}t"), element("fldChar", fldCharType="begin").attrib
    (True, {'{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldCharType': 'begin'})
    """
    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    if text:
        made.text = text
    return made


def bookmark_name(number: int) -> str:
    """Return the name of a heading's bookmark, as Word names its own; headings count from 0."""
    return f"_Toc{number:04d}"


def add_bookmark(paragraph: WordParagraph, name: str, number: int) -> None:
    """Mark the place of a heading."""
    paragraph._p.append(element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def _add_run(paragraph: WordParagraph, *parts: object) -> None:
    """Add a run (a piece of text with one form) of these elements."""
    run = paragraph.add_run()
    for part in parts:
        run._r.append(part)


def _field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """Add a field, and what it shows until Word works it out."""
    # Word wants its parts in runs of their own: begin, instruction, separator, result, end.
    _add_run(paragraph, element("fldChar", fldCharType="begin"))
    _add_run(paragraph, element("instrText", f" {instruction} "))
    _add_run(paragraph, element("fldChar", fldCharType="separate"))
    _add_run(paragraph, element("t", shown))
    _add_run(paragraph, element("fldChar", fldCharType="end"))


def add_sequence(paragraph: WordParagraph, kind: str, number: int) -> None:
    """Add the number of a caption, which Word counts anew when somebody adds a table."""
    _field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))


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
    _add_run(lines[0], element("fldChar", fldCharType="begin", dirty="true"))
    # Headings of levels 1 and 2 (\o), as links (\h), on a screen without page numbers (\z).
    _add_run(lines[0], element("instrText", ' TOC \\o "1-2" \\h \\z \\u '))
    _add_run(lines[0], element("fldChar", fldCharType="separate"))
    for line, (number, heading) in zip(lines, shown, strict=True):
        link = element("hyperlink", anchor=bookmark_name(number), history="1")
        run = element("r")
        run.append(element("t", heading.text))
        link.append(run)
        line._p.append(link)
    _add_run(lines[-1], element("fldChar", fldCharType="end"))
    lines[-1].add_run().add_break(WD_BREAK.PAGE)
