"""Elements of WordprocessingML that python-docx has no call for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

__all__ = ["element"]


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
