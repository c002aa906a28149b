"""What python-docx has no call for, or a slow one."""

from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph


def add_paragraph(document: WordDocument, style: str) -> WordParagraph:
    """Add a paragraph at the end; python-docx would look its style up among all by the name."""
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
