"""Pack a workbook anew, from the parts that Excel would show and nothing else."""

import io
import zipfile
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from gsyf_lib.documents.xlsx.limits import LONGEST_NAME, MOST_SHEETS
from gsyf_lib.documents.xlsx.markup import NAMESPACES, NotRead, tree
from gsyf_lib.documents.xlsx.parts import MACRO_MESSAGE, Parts
from gsyf_lib.documents.xlsx.sheets import Looks, read_sheet
from gsyf_lib.documents.xlsx.styles import Text, styles_of, texts_of

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = NAMESPACES[0]
ON = ("1", "true")


class Worksheet(NamedTuple):
    """A worksheet: its name, whether it is hidden, and what its values do not tell."""

    name: str
    is_hidden: bool
    looks: Looks


class Book(NamedTuple):
    """An inspected workbook: what else it carries (``parts.TRAITS``), its worksheets, the new zip.

    In the zip the worksheets are named by their number from 0.
    """

    traits: list[str]
    sheets: list[Worksheet]
    content: bytes


def repacked(content: bytes) -> Book:
    """Inspect a workbook and pack it anew.

    Refused are what is no workbook or has macros, and what could be read in two ways.
    """
    parts = Parts(content)
    path = parts.only("officedocument")
    root = _workbook(parts, path)
    traits = parts.traits()
    texts = texts_of(parts.read(parts.only("sharedstrings", path)))
    odd, styles = styles_of(parts.read(parts.only("styles", path)))
    new: dict[str, bytes] = {}
    sheets: list[Worksheet] = []
    for sheet, target in _worksheets(root, parts, path):
        with parts.open(target) as part:
            looks, xml = read_sheet(part, odd, texts, _is_calculated(root))
        new[f"xl/worksheets/sheet{len(sheets)}.xml"] = xml
        name = sheet.get("name", "")[:LONGEST_NAME]
        sheets.append(Worksheet(name, sheet.get("state", "visible") != "visible", looks))
    new |= _frame(root, len(sheets), texts, styles)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # not compressed: it is read at once
        for member, xml in new.items():
            archive.writestr(member, xml)
    return Book(traits, sheets, packed.getvalue())


def _workbook(parts: Parts, path: str) -> Element:
    xml = parts.read(path)
    root = tree(xml) if xml and not path.endswith(".bin") else Element("")
    if root.tag not in [f"{{{space}}}workbook" for space in NAMESPACES]:
        raise NotRead("file-type", "压缩文件中没有Excel工作簿。请用xlsx格式重新报送")
    return root


def _worksheets(root: Element, parts: Parts, path: str) -> list[tuple[Element, str]]:
    """Return the worksheets, each with the name of its part; sheets of charts are left out."""
    sheets = root.findall("{*}sheets/{*}sheet")
    if len(sheets) > MOST_SHEETS:
        message = f"工作簿有{len(sheets)}张工作表，不予打开。请只保留报表"
        raise NotRead("file-extent", message)
    relations = parts.relations(path)
    # r:id, in the namespace of ordinary or of strict Open XML
    keys = [next((v for k, v in sheet.items() if k.endswith("}id")), "") for sheet in sheets]
    named = [(sheet, relations[key]) for sheet, key in zip(sheets, keys, strict=True)]
    if any("macrosheet" in to.kind for _, to in named):
        raise NotRead("file-macro", MACRO_MESSAGE)
    return [(sheet, to.target) for sheet, to in named if to.kind == "worksheet"]


def _is_calculated(root: Element) -> bool:
    """Tell whether the formulas are calculated: some libraries write 0 for each, and leave it."""
    calculation = root.find("{*}calcPr")
    if calculation is None:
        return True
    is_asked_for = calculation.get("fullCalcOnLoad") in ON
    return not is_asked_for and calculation.get("calcCompleted", "1") in ON


def _frame(root: Element, count: int, texts: Sequence[Text], styles: str) -> dict[str, bytes]:
    """Return the parts around the worksheets."""
    # Days are counted from 1900, or from 1904 in workbooks of old Macs.
    properties = root.find("{*}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ON
    sheets = "".join(f'<sheet name="{n}" sheetId="{n + 1}" r:id="s{n}"/>' for n in range(count))
    book = f'<workbookPr date1904="{int(is_1904)}"/><sheets>{sheets}</sheets>'
    strings = "".join(f'<si><t xml:space="preserve">{escape(t.says)}</t></si>' for t in texts)
    parts = {
        "_rels/.rels": _relations({"b": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            {f"s{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(count)}
            | {"t": ("sharedStrings", "sharedStrings.xml"), "f": ("styles", "styles.xml")}
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": styles,
    }
    return {name: xml.encode() for name, xml in parts.items()}


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'
