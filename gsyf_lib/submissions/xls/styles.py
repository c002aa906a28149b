"""Cells of an .xls that show something else than their value, as ``xlsx.styles`` finds them."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gsyf_lib.submissions.xlsx.styles import BUILT_IN, GENERAL, PLAIN, STRUCK, Style, style_of

# row, column, how it looks, by which number format
Odd = tuple[int, int, str, str]
FONT, FORMAT, XF = 0x31, 0x41E, 0xE0
NUMBER, RK, FORMULA, MULRK = 0x203, 0x27E, 0x6, 0xBD
LABEL, SHARED_LABEL, RICH_LABEL = 0x204, 0xFD, 0xD6
NUMBERS, TEXTS = (NUMBER, RK, FORMULA, MULRK), (LABEL, SHARED_LABEL, RICH_LABEL)
STRUCK_OUT, WIDE = 0x8, 0x1
# There is no font of this number: those from it on are one place further up in the list.
NO_FONT = 4


class Font(NamedTuple):
    """What of a font matters: is it struck out, does it stand high or low?"""

    is_struck: bool = False
    is_small: bool = False


def fonts_of(records: Iterable[tuple[int, bytes]]) -> list[Font]:
    """Return the fonts of a workbook."""
    # Byte 8 says whether the letters stand high (1), low (2) or on the line (0).
    return [
        Font(bool(data[2] & STRUCK_OUT), data[8] != 0) for kind, data in records if kind == FONT
    ]


def font_at(fonts: Sequence[Font], number: int) -> Font:
    """Return the font that a style or text calls by this number."""
    place = number - (number > NO_FONT)
    return fonts[place] if place < len(fonts) else Font()


def odd_styles(
    records: Iterable[tuple[int, bytes]], fonts: Sequence[Font], is_new: bool
) -> dict[int, Style]:
    """Return the styles of a workbook that change what is seen, by their number.

    Parameters
    ----------
    records : kind and data of each record of the workbook's first part
    fonts : its fonts
    is_new : it is of Excel 97 or later
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

    Parameters
    ----------
    kind, data : the record
    styles, texts : those of the workbook that are not plain
    """
    if not (styles or texts) or kind not in (*NUMBERS, *TEXTS):
        return []
    row, column = struct.unpack_from("<HH", data)
    is_shared = kind == SHARED_LABEL and len(data) >= 10
    look = texts.get(struct.unpack_from("<I", data, 6)[0], PLAIN) if is_shared else PLAIN
    # A record MULRK holds a row of cells, six bytes each; any other holds one cell.
    step = 6 if kind == MULRK else len(data)
    found = []
    for place, start in enumerate(range(4, len(data) - 2, step)):
        style = styles.get(struct.unpack_from("<H", data, start)[0], Style())
        code = style.number if kind in NUMBERS else style.text
        how = look or (STRUCK if style.is_struck else PLAIN)
        if how or code:
            found.append((row, column + place, how, code))
    return found
