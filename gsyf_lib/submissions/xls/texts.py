"""Which shared texts of an .xls have letters that stand high, or are struck out?

A small 1 after a 5 is the mark of a footnote; a reader that knows no fonts sees 51.
"""

import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise, takewhile

from gsyf_lib.submissions.xls.styles import Font, font_at
from gsyf_lib.submissions.xlsx.styles import NOTE, PARTLY, PLAIN, STRUCK

TEXTS, CONTINUE = 0xFC, 0x3C
WIDE, PHONETIC, RICH = 0x1, 0x4, 0x8


def looks_of_texts(records: Sequence[tuple[int, bytes]], fonts: Sequence[Font]) -> dict[int, str]:
    """Return how the texts look that do not look plain, by their number.

    Of a list that breaks off, the texts up to there; the parser has the last word on it.
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
    """The bytes of a record and of those that continue it, read one after the other."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces, self.number, self.place = pieces, 0, 0

    def take(self, size: int) -> bytes:
        """Return so many bytes, from several pieces if need be."""
        found = b""
        while len(found) < size:
            if self.place >= len(self.pieces[self.number]):
                self.number, self.place = self.number + 1, 0
            part = self.pieces[self.number][self.place :][: size - len(found)]
            self.place += len(part)
            found += part
        return found

    def numbers(self, form: str) -> tuple[int, ...]:
        """Return the numbers of a form of ``struct``."""
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def letters(self, count: int, flags: int) -> str:
        """Return a text; where it goes on in the next piece, that says anew how wide it is."""
        text = ""
        while len(text) < count:
            if self.place >= len(self.pieces[self.number]):
                (flags,) = self.numbers("<B")
            width = 1 + (flags & WIDE)
            size = min(count - len(text), (len(self.pieces[self.number]) - self.place) // width)
            if size == 0:
                raise LookupError("half a letter")
            text += self.take(size * width).decode(
                "utf-16-le" if width > 1 else "latin-1", "replace"
            )
        return text


def _text(pieces: _Pieces) -> tuple[str, list[tuple[int, ...]]]:
    """Return a text, and from which letter on which font is used."""
    # The counts stand in front of the letters, what they count behind them.
    length, flags = pieces.numbers("<HB")
    (changes,) = pieces.numbers("<H") if flags & RICH else (0,)
    (phonetic,) = pieces.numbers("<I") if flags & PHONETIC else (0,)
    text = pieces.letters(length, flags)
    runs = [pieces.numbers("<HH") for _ in range(changes)]
    pieces.take(phonetic)
    return text, runs


def _look(text: str, runs: Sequence[tuple[int, ...]], fonts: Sequence[Font]) -> str:
    """Return how a text looks whose fonts change; before the first change it is plain."""
    ends = [*runs, (len(text), 0)]
    parts = [(text[: ends[0][0]], Font())]
    parts += [(text[a:b], font_at(fonts, font)) for (a, font), (b, _) in pairwise(ends)]
    seen = [font for part, font in parts if part.strip()]
    # A footnote mark that is not struck out leaves a struck-out number struck out.
    plain = [font for font in seen if not font.is_small] or seen
    if any(font.is_struck for font in plain):
        return STRUCK if all(font.is_struck for font in plain) else PARTLY
    return NOTE if len(plain) < len(seen) else PLAIN
