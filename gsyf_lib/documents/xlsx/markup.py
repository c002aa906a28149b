"""Parse the XML of a workbook's parts; refuse what could do harm."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

# The elements of a workbook as Excel saves it by default, and as "Strict Open XML".
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class NotRead(Exception):  # noqa: N818 - it becomes a finding
    """A workbook is not read; code and message are those of the finding."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code and the message."""
        super().__init__(code, message)
        self.code, self.message = code, message


def parser() -> expat.XMLParserType:
    """Return a parser that names elements "namespace}name" and refuses a DTD."""
    made = expat.ParserCreate(namespace_separator="}")
    made.buffer_text = True
    # A DTD may define entities that grow to gigabytes ("billion laughs"); Excel never writes one.
    made.StartDoctypeDeclHandler = _refuse_dtd
    return made


def _refuse_dtd(*_: object) -> None:
    raise NotRead("file-dtd", "工作簿内含DTD或实体声明，不予打开。请重新制表报送")


def tree(xml: bytes) -> Element:
    """Parse a small part and return its root."""
    parser().Parse(xml, True)  # ElementTree would accept a DTD
    return ElementTree.fromstring(xml)


def is_on(element: Element | None) -> bool:
    """Tell whether an element such as ``<strike/>`` is there and not switched off."""
    return element is not None and element.get("val", "1") not in ("0", "false")
