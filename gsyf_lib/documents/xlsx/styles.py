"""Does a cell show something else than its value? Number formats, struck-out and small letters."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from gsyf_lib.documents.xlsx.markup import NAMESPACES, is_on, tree

# A piece of a number format: text, a colour or condition, a place to pad, or one letter.
PIECE = re.compile(r'"[^"]*"?|\[(?![hms]+\])[^\]]*\]?|[\\!].|[_*].|.', re.DOTALL | re.IGNORECASE)
# A piece that is shown as it stands, and so may pass for a part of the number.
TEXT = re.compile(r'"|[\\!*].|[1-9]|[^\x00-\x7f]')
NUMERALS = re.compile(
    r"[0-9０-９①-⑳〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟%％‰.．]"
)
SHOWS_A_VALUE = re.compile(r"[0#?@ymdhsge]", re.IGNORECASE)
# A comma behind the last digit divides by a thousand.
SCALED = re.compile(r"[0#?],+(?![0#?,])")
GENERAL, PERCENT = "General", "0%"
# Excel knows these formats by number, and does not write them into the file.
BUILT_IN = {"9": PERCENT, "10": "0.00%"}
# How a text looks: it has a footnote mark, is struck out in part, or struck out.
PLAIN, NOTE, PARTLY, STRUCK = "", "note", "partly", "struck"


class Style(NamedTuple):
    """What is odd about a cell: struck out, or the format, if it misleads of numbers or of text."""

    is_struck: bool = False
    number: str = ""
    text: str = ""


class Text(NamedTuple):
    """What a string says, without footnote marks and the part of it that is struck out.

    ``how`` is ``NOTE`` if there was such a mark, ``PARTLY`` or ``STRUCK`` if it is struck out.
    """

    says: str
    how: str = PLAIN


def styles_of(xml: bytes) -> tuple[dict[str, Style], str]:
    """Return the odd styles by number, and the XML by which calamine tells days from numbers."""
    root = tree(xml) if xml else Element("styleSheet")
    formats = {
        item.get("numFmtId", ""): item.get("formatCode", "")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    fonts = [is_on(font.find("{*}strike")) for font in root.iterfind("{*}fonts/{*}font")]
    styles, used = {}, ""
    for number, cell in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        used += f"<xf numFmtId={quoteattr(cell.get('numFmtId', '0'))}/>"
        if any(style := _style(cell, formats, fonts)):
            styles[str(number)] = style
    declared = "".join(
        f"<numFmt numFmtId={quoteattr(key)} formatCode={quoteattr(code)}/>"
        for key, code in formats.items()
    )
    written = f"<numFmts>{declared}</numFmts><cellXfs>{used}</cellXfs>"
    return styles, f'<styleSheet xmlns="{NAMESPACES[0]}">{written}</styleSheet>'


def _style(cell: Element, formats: dict[str, str], fonts: Sequence[bool]) -> Style:
    number = cell.get("numFmtId", "")
    code = formats.get(number) or BUILT_IN.get(number, GENERAL)
    font = int(cell.get("fontId", 0))
    return style_of(code, font < len(fonts) and fonts[font])


def style_of(code: str, is_struck: bool) -> Style:
    """Return what is odd about a cell with this number format.

    Examples
    --------
    >>> tuple(style_of('0"0"', False)), tuple(style_of("0.00", True))
    ((False, '0"0"', ''), (True, '', ''))
    """
    sections = _sections(code)
    # @ stands for text. A format with it alone shows numbers as General does; the fourth section,
    # if there is one, is for text.
    numbers = sections if "@" not in code or len(sections) > 1 else [[*GENERAL]]
    texts = sections if len(sections) == 1 and "@" in code else sections[3:4]
    return Style(
        is_struck,
        code if _misleads(numbers[:3]) else "",
        code if _misleads(texts) else "",
    )


def _sections(code: str) -> list[list[str]]:
    """Split a number format into sections (positive; negative; zero; text), each into pieces."""
    sections: list[list[str]] = [[]]
    for piece in PIECE.findall(code):
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _misleads(sections: Sequence[Sequence[str]]) -> bool:
    """Tell whether sections show another value than the cell holds, or hide it."""
    # Only the first may not hide: accountants show 0 (the third section) as a blank or a dash.
    hides = any(_hides(pieces) or _negates(pieces) for pieces in sections[:1])
    return hides or any(map(_shows_another, sections))


def _shows_another(pieces: Sequence[str]) -> bool:
    text = "".join(piece for piece in pieces if TEXT.match(piece))
    rest = "".join(piece for piece in pieces if len(piece) == 1)
    return bool(NUMERALS.search(text) or SCALED.search(rest) or "%" in rest)


def _negates(pieces: Sequence[str]) -> bool:
    """Tell whether a minus is shown before a positive number; colours and padding don't count."""
    seen = "".join(piece.strip('"\\!*') for piece in pieces if piece[0] not in "[_")
    return seen.lstrip().startswith(("-", "−"))


def _hides(pieces: Sequence[str]) -> bool:
    return not any(len(piece) == 1 and SHOWS_A_VALUE.match(piece) for piece in pieces)


def texts_of(xml: bytes) -> list[Text]:
    """Return the shared strings of a workbook."""
    return [text_of(item) for item in tree(xml).iterfind("{*}si")] if xml else []


def text_of(item: Element) -> Text:
    """Return what a string says; its phonetic guide (``rPh``) is no part of it."""
    runs = item.findall("{*}r")
    if not runs:
        return Text(_written(item))
    pieces = [(_written(run), *_looks(run)) for run in runs]
    # Leave out footnote marks, then what is struck out, but never all there is.
    normal = [piece for piece in pieces if not piece[1]] or pieces
    kept = [piece for piece in normal if not piece[2]] or normal
    how = NOTE if len(normal) < len(pieces) else PLAIN
    if any(is_struck and text.strip() for text, _, is_struck in normal):
        how = PARTLY if any(text.strip() and not struck for text, _, struck in normal) else STRUCK
    return Text("".join(text for text, *_ in kept), how)


def _written(item: Element) -> str:
    return "".join(part.text or "" for part in item.iterfind("{*}t"))


def _looks(run: Element) -> tuple[bool, bool]:
    """Return whether a run is super- or subscript, and whether it is struck out."""
    script = run.find("{*}rPr/{*}vertAlign")
    is_script = script is not None and script.get("val") in ("superscript", "subscript")
    return is_script, is_on(run.find("{*}rPr/{*}strike"))
