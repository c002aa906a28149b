"""The form of official papers, GB/T 9704-2012: sheet, type area, type and page numbers."""

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import (
    WD_ALIGN_PARAGRAPH,
    WD_LINE_SPACING,
    WD_TAB_ALIGNMENT,
    WD_TAB_LEADER,
)
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.run import Run

from gsyf_lib.office import fields

__all__ = ["BODY_WIDTH", "apply_form", "set_font"]

# A4 with the type area of 156 mm × 225 mm, 37 mm from the top and 28 mm from the left.
BODY_WIDTH = Mm(156)
LINE_PITCH = Pt(29)
# Each face with what a machine without it may take instead (w:altName in the font table).
FALLBACKS = {
    "方正小标宋简体": "宋体",
    "仿宋": "仿宋_GB2312",
    "楷体": "楷体_GB2312",
    "黑体": "SimHei",
}
# style: face, points, bold, first-line indent in characters
STYLES: dict[str, tuple[str, float, bool, int]] = {
    "Normal": ("仿宋", 16, False, 2),
    "Title": ("方正小标宋简体", 22, False, 0),
    "Subtitle": ("楷体", 16, False, 0),
    "Heading 1": ("黑体", 16, False, 2),
    "Heading 2": ("楷体", 16, False, 2),
    "Heading 3": ("仿宋", 16, True, 2),
    "Caption": ("黑体", 12, False, 0),
    "Figure": ("仿宋", 12, False, 0),
    "Table Text": ("仿宋", 10.5, False, 0),
    "Table Head": ("黑体", 10.5, False, 0),
    "Contents Head": ("黑体", 16, False, 0),
    "toc 1": ("仿宋", 14, False, 0),
    "toc 2": ("仿宋", 14, False, 2),
    "Notice": ("楷体", 14, True, 2),
    "Header": ("楷体", 10.5, False, 0),
    "Footer": ("宋体", 14, False, 0),
}
CENTRED = ("Title", "Subtitle", "Contents Head", "Caption", "Figure")
SINGLE_SPACED = ("Caption", "Figure", "Table Text", "Table Head", "Header", "Footer")


def apply_form(document: WordDocument, running: str) -> None:
    """Set sheet, styles, running head and page numbers of a new document."""
    _sheet(document)
    for name in STYLES:
        _style(document, name)
    _default_fonts(document)
    _font_table(document)
    _running_head(document, running)
    fields.add_page_numbers(document)


def set_font(run: Run, hint: str = "eastAsia") -> None:
    """Have quotation marks and dashes of a run in the Chinese face, not in the Latin one."""
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), hint)


def _sheet(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)


def _style(document: WordDocument, name: str) -> None:
    face, size, bold, indent = STYLES[name]
    styles = document.styles
    style: Any = styles[name] if name in styles else _new(styles, name)
    if name != "Normal":
        style.base_style = styles["Normal"]
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _faces(style.element.get_or_add_rPr(), face)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if name in CENTRED else WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent(style.element.get_or_add_pPr(), indent)
    _spacing(form, name)
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)


def _new(styles: Any, name: str) -> Any:
    """Add a style; those of a table of contents are Word's own, which it takes when it updates."""
    return styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))


def _spacing(form: Any, name: str) -> None:
    if name in SINGLE_SPACED:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        form.space_before = Pt(6) if name in ("Caption", "Figure") else Pt(0)
        form.space_after = Pt(6) if name == "Caption" else Pt(0)
    else:
        form.line_spacing = LINE_PITCH
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    if name == "Title":
        form.line_spacing = Pt(36)
    if name == "Contents Head":
        form.space_before = Pt(12)
    if name.startswith("toc"):
        form.line_spacing = Pt(24)
        form.tab_stops.add_tab_stop(BODY_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    form.keep_with_next = name.startswith("Heading") or name == "Figure"
    form.widow_control = True


def _faces(properties: Any, face: str) -> None:
    """Name the face for every script, and drop the theme's, which would win over it."""
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _indent(properties: Any, characters: int) -> None:
    """Indent the first line by whole characters, whatever their size."""
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(100 * characters))
    indent.set(qn("w:firstLine"), str(320 * characters))


def _default_fonts(document: WordDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _faces(properties, "仿宋")
    language = properties.find(qn("w:lang"))
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _font_table(document: WordDocument) -> None:
    """Name what stands in for a face that a machine lacks."""
    part = next(p for p in document.part.package.iter_parts() if "fontTable" in str(p.partname))
    entries = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for face, other in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _running_head(document: WordDocument, running: str) -> None:
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.style = document.styles["Header"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if running:
            set_font(paragraph.add_run(running))
