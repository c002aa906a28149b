"""Which cells of an .xls show something else than their value? As ``xlsx.styles`` for .xlsx.

By their style, or because a shared text has superscript or struck-out letters: a small 1 after a 5
marks a footnote; calamine, which does not look at fonts, reads 51.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise, takewhile
from typing import NamedTuple

from gsyf_lib.documents.xlsx.styles import (
    BUILT_IN,
    GENERAL,
    NOTE,
    PARTLY,
    PLAIN,
    STRUCK,
    Style,
    style_of,
)

# A cell that looks different from its value: row, column, how it looks (``xlsx.styles``), number
# format.
Odd = tuple[int, int, str, str]
# The kinds of records, named as in MS-XLS.
FONT, FORMAT, XF = 0x31, 0x41E, 0xE0
NUMBER, RK, FORMULA, MULRK = 0x203, 0x27E, 0x6, 0xBD
LABEL, SHARED_LABEL, RICH_LABEL = 0x204, 0xFD, 0xD6
NUMBERS, TEXTS = (NUMBER, RK, FORMULA, MULRK), (LABEL, SHARED_LABEL, RICH_LABEL)
# The list of shared texts (SST in MS-XLS), and the records that continue a long one.
TEXT_LIST, CONTINUE = 0xFC, 0x3C
# flags of a font and of a text
STRUCK_OUT = 0x8
WIDE, PHONETIC, RICH = 0x1, 0x4, 0x8
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
    """Return the styles that change what is seen, by number; ``is_new``: of Excel 97 or later."""
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


def looks_of_texts(records: Sequence[tuple[int, bytes]], fonts: Sequence[Font]) -> dict[int, str]:
    """Return how texts look that do not look plain, by their number.

    If the list breaks off, the rest is passed over: whether the file is broken, calamine decides.
    """
    start = next((n for n, (kind, _) in enumerate(records) if kind == TEXT_LIST), len(records))
    more = takewhile(lambda record: record[0] == CONTINUE, records[start + 1 :])
    pieces = _Pieces([data for _, data in (*records[start : start + 1], *more)])
    looks: dict[int, str] = {}
    with suppress(LookupError, struct.error):
        _, count = pieces.numbers("<II")
        for number in range(count):
            text, runs = _text(pieces)
            if runs and (how := _look(text, runs, fonts)):
                looks[number] = how
    return looks


class _Pieces:
    """The bytes of a record and of its continuations, read one after the other."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces, self.number, self.offset = pieces, 0, 0

    def take(self, size: int) -> bytes:
        """Return the next bytes, across pieces if need be."""
        found = b""
        while len(found) < size:
            if self.offset >= len(self.pieces[self.number]):
                self.number, self.offset = self.number + 1, 0
            part = self.pieces[self.number][self.offset :][: size - len(found)]
            self.offset += len(part)
            found += part
        return found

    def numbers(self, form: str) -> tuple[int, ...]:
        """Return the next numbers, in a format of ``struct``."""
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def letters(self, count: int, flags: int) -> str:
        """Return the next letters, of one or two bytes each as ``flags`` says."""
        text = ""
        while len(text) < count:
            if self.offset >= len(self.pieces[self.number]):
                # A text that goes on in the next piece says there anew how wide its letters are.
                (flags,) = self.numbers("<B")
            width = 1 + (flags & WIDE)
            size = min(count - len(text), (len(self.pieces[self.number]) - self.offset) // width)
            if size == 0:
                raise LookupError("half a letter")
            text += self.take(size * width).decode(
                "utf-16-le" if width > 1 else "latin-1", "replace"
            )
        return text


def _text(pieces: _Pieces) -> tuple[str, list[tuple[int, ...]]]:
    """Return the next text, and (letter, font) for each letter from which another font is used."""
    # Before the letters it says how many changes of font, and bytes on pronunciation, follow them.
    length, flags = pieces.numbers("<HB")
    (changes,) = pieces.numbers("<H") if flags & RICH else (0,)
    (phonetic,) = pieces.numbers("<I") if flags & PHONETIC else (0,)
    text = pieces.letters(length, flags)
    runs = [pieces.numbers("<HH") for _ in range(changes)]
    pieces.take(phonetic)
    return text, runs


def _look(text: str, runs: Sequence[tuple[int, ...]], fonts: Sequence[Font]) -> str:
    """Return how a text with several fonts looks; up to the first change it is plain."""
    ends = [*runs, (len(text), 0)]
    parts = [(text[: ends[0][0]], Font())]
    parts += [(text[a:b], font_at(fonts, font)) for (a, font), (b, _) in pairwise(ends)]
    visible = [font for part, font in parts if part.strip()]
    # Footnote marks aside: beside one, a number that is struck out is struck out all the same.
    normal = [font for font in visible if not font.is_small] or visible
    if any(font.is_struck for font in normal):
        return STRUCK if all(font.is_struck for font in normal) else PARTLY
    return NOTE if len(normal) < len(visible) else PLAIN
