"""Which shared texts of an .xls have superscript or struck-out letters?

A small 1 after a 5 marks a footnote; calamine, which does not look at fonts, reads 51.
"""

import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise, takewhile

from gsyf_lib.documents.xlsx.styles import NOTE, PARTLY, PLAIN, STRUCK
from gsyf_lib.submissions.xls.styles import Font, font_at

# The list of shared texts (SST in MS-XLS), and the records that continue a long one.
TEXTS, CONTINUE = 0xFC, 0x3C
WIDE, PHONETIC, RICH = 0x1, 0x4, 0x8


def looks_of_texts(records: Sequence[tuple[int, bytes]], fonts: Sequence[Font]) -> dict[int, str]:
    """Return how texts look that do not look plain, by their number.

    If the list breaks off, the rest is passed over: whether the file is broken, calamine decides.
    """
    start = next((n for n, (kind, _) in enumerate(records) if kind == TEXTS), len(records))
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
