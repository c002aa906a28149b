"""The XML of a workbook's parts, without what could harm or be read in two ways."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

# of the elements of a workbook: as Excel saves it, and as "strict" Open XML
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class NotRead(Exception):  # noqa: N818 - it becomes a finding
    """A workbook that is not read, with the code and the sentence of the finding."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(code, message)
        self.code, self.message = code, message


def parser() -> expat.XMLParserType:
    """Return a parser that names elements "namespace}name" and refuses a DTD."""
    made = expat.ParserCreate(namespace_separator="}")
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_dtd
    return made


def _refuse_dtd(*_: object) -> None:
    raise NotRead("file-dtd", "工作簿内含DTD或实体声明，不予打开。请重新制表报送")


def tree(xml: bytes) -> Element:
    """Return the root of a small part.

    Examples
    --------
    >>> tree(b"<sheets><sheet/></sheets>").tag
    'sheets'
    """
    parser().Parse(xml, True)
    return ElementTree.fromstring(xml)


def is_on(element: Element | None) -> bool:
    """Tell whether a mark of writing such as ``<strike/>`` is there and not switched off."""
    return element is not None and element.get("val", "1") not in ("0", "false")
