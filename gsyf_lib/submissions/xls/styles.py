"""Which cells of an .xls show something else than their value? As ``xlsx.styles`` for .xlsx."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gsyf_lib.documents.xlsx.styles import BUILT_IN, GENERAL, PLAIN, STRUCK, Style, style_of

# A cell that looks different from its value: row, column, how it looks (``xlsx.styles``), number
# format.
Odd = tuple[int, int, str, str]
# The kinds of records, named as in MS-XLS.
FONT, FORMAT, XF = 0x31, 0x41E, 0xE0
NUMBER, RK, FORMULA, MULRK = 0x203, 0x27E, 0x6, 0xBD
LABEL, SHARED_LABEL, RICH_LABEL = 0x204, 0xFD, 0xD6
NUMBERS, TEXTS = (NUMBER, RK, FORMULA, MULRK), (LABEL, SHARED_LABEL, RICH_LABEL)
STRUCK_OUT, WIDE = 0x8, 0x1
# No font has the number 4, Excel skips it: font 5 is the fifth in the list, at index 4.
NO_FONT = 4


class Font(NamedTuple):
    """Whether a font is struck out, and whether it is super- or subscript."""

    is_struck: bool = False
    is_small: bool = False


def fonts_of(records: Iterable[tuple[int, bytes]]) -> list[Font]:
    """Return the fonts of a workbook."""
    # Byte 8: 1 is superscript, 2 subscript, 0 neither.
    return [
        Font(bool(data[2] & STRUCK_OUT), data[8] != 0) for kind, data in records if kind == FONT
    ]


def font_at(fonts: Sequence[Font], number: int) -> Font:
    """Return the font to which a style or a text refers by this number."""
    index = number - (number > NO_FONT)
    return fonts[index] if index < len(fonts) else Font()


def odd_styles(
    records: Iterable[tuple[int, bytes]], fonts: Sequence[Font], is_new: bool
) -> dict[int, Style]:
    """Return the styles that change what is seen, by their number.

    records : kind and data of each record in the first part of the stream
    is_new : it is from Excel 97 or later
    """
    formats = {int(number): code for number, code in BUILT_IN.items()}
    styles: list[Style] = []
    for kind, data in records:
        if kind == FORMAT:
            number, code = _format(data, is_new)
            formats[number] = code
        elif kind == XF:
            font, number = struct.unpack_from("<HH", data)
            is_struck = font_at(fonts, font).is_struck
            styles.append(style_of(formats.get(number, GENERAL), is_struck))
    return {number: style for number, style in enumerate(styles) if any(style)}


def _format(data: bytes, is_new: bool) -> tuple[int, str]:
    if not is_new:
        return struct.unpack_from("<H", data)[0], data[3:].decode("latin-1")
    number, length, flags = struct.unpack_from("<HHB", data)
    text = data[5 : 5 + 2 * length] if flags & WIDE else data[5 : 5 + length]
    return number, text.decode("utf-16-le" if flags & WIDE else "latin-1", "replace")


def odd_cells(
    kind: int, data: bytes, styles: Mapping[int, Style], texts: Mapping[int, str]
) -> list[Odd]:
    """Return the cells of a record that look different from their values.

    styles, texts : those of the workbook that are not plain, by their number
    """
    if not (styles or texts) or kind not in (*NUMBERS, *TEXTS):
        return []
    row, first_column = struct.unpack_from("<HH", data)
    is_shared = kind == SHARED_LABEL and len(data) >= 10
    text_look = texts.get(struct.unpack_from("<I", data, 6)[0], PLAIN) if is_shared else PLAIN
    # A record MULRK holds a row of cells, six bytes each; any other holds one cell.
    step = 6 if kind == MULRK else len(data)
    odd = []
    for column, start in enumerate(range(4, len(data) - 2, step), first_column):
        style = styles.get(struct.unpack_from("<H", data, start)[0], Style())
        code = style.number if kind in NUMBERS else style.text
        how = text_look or (STRUCK if style.is_struck else PLAIN)
        if how or code:
            odd.append((row, column, how, code))
    return odd
