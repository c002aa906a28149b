"""Short cuts for rows whose names were met before and whose counts are plain whole numbers.

A submission of all counties has 100 000 rows and a few thousand names. Whatever is not plain is
left to the careful reading in ``rows``, which alone decides what is right and what a finding is.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from gsyf_lib.submissions.cells import LARGEST
from gsyf_lib.submissions.context import Context, Figure, Keys
from gsyf_lib.submissions.names import Area
from gsyf_lib.submissions.read import cell_address

__all__ = ["Measure", "PlainRows"]

SAFE_DIGITS = len(str(LARGEST)) - 1


class Measure(NamedTuple):
    """A column of counts: its field, what it is stored as, whether it may be blank."""

    field: str
    stored: str
    is_optional: bool


class PlainRows:
    """What was learnt from the rows of one sheet that gave no finding."""

    def __init__(self, context: Context, measures: Sequence[Measure]) -> None:
        """Note the columns; ``measures`` is empty where no column may be read in passing."""
        columns = context.header.columns
        self._is_text_file = context.source.sheet == ""
        self._counts = [
            (columns[m.field], cell_address(0, columns[m.field])[:-1], m.stored, m.is_optional)
            for m in measures
        ]
        self._last = max(columns.values())
        self._year = columns["year"]
        self._place = _getter([columns[n] for n in ("area", "county") if n in columns])
        self._kind = _getter([columns[n] for n in ("industry", "category") if n in columns])
        self._years: dict[object, int] = {}
        self._places: dict[object, Area] = {}
        self._kinds: dict[object, tuple[str, str]] = {}

    def remember(self, raw: Sequence[object], keys: Keys) -> None:
        """Keep what the names of a row stand for; text only, since 1 equals 1.0 and TRUE."""
        if len(raw) <= self._last:
            return
        place, kind = self._place(raw), self._kind(raw)
        if _is_text(place) and _is_text(kind):
            self._years[raw[self._year]] = keys.year
            self._places[place] = keys.area
            self._kinds[kind] = (keys.industry, keys.prefix)

    def keys(self, raw: Sequence[object]) -> Keys | None:
        """Return the keys of a row if every name in it was met before."""
        try:
            return Keys(
                self._years[raw[self._year]],
                self._places[self._place(raw)],
                *self._kinds[self._kind(raw)],
            )
        except (KeyError, IndexError):
            return None

    def figures(self, number: int, raw: Sequence[object], prefix: str) -> dict[str, Figure] | None:
        """Return the figures of row ``number`` (counted from 0) if all of them are plain.

        Without columns to read in passing there are none.
        """
        found = {}
        line = str(number + 1)
        for position, letters, stored, is_optional in self._counts:
            value = raw[position] if position < len(raw) else ""
            count = _plain_count(value, self._is_text_file)
            if count >= 0:
                found[prefix + stored] = Figure(count, "figure", letters + line)
            elif value != "" or not is_optional:
                return None
        return found


def _getter(positions: list[int]) -> Callable[[Sequence[object]], object]:
    return itemgetter(*positions) if positions else lambda raw: ""


def _is_text(names: object) -> bool:
    return all(type(name) is str for name in (names if type(names) is tuple else (names,)))


def _plain_count(value: Any, is_text_file: bool) -> int:
    """Return a count that needs neither a finding nor a second look, or -1."""
    kind = type(value)
    if kind is int or (kind is float and value.is_integer()):
        return int(value) if 0 <= value <= LARGEST else -1
    if kind is str and is_text_file and value.isascii() and value.isdecimal():
        return int(value) if len(value) <= SAFE_DIGITS else -1
    return -1
