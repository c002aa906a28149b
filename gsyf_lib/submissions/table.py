"""The figures of one table of one sheet: a row of the sheet by a measure, each with its address."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gsyf_lib.submissions.findings import Key, Source
from gsyf_lib.submissions.names import Area, Names
from gsyf_lib.submissions.sheet import cell_address

__all__ = [
    "ABSENT",
    "FIGURE",
    "MISSING",
    "NONE",
    "NOTHING",
    "STATES",
    "TABLES",
    "WITHHELD",
    "Table",
    "in_order",
]

TABLES = {
    "accidents": ("accidents", "casualties", "deaths", "injuries"),
    "pneumoconiosis": ("reported_cases", "short_exposure_cases", "short_exposure_per_million"),
    "training": ("safety_personnel", "safety_trained", "health_personnel", "health_trained"),
}
# 无此行业 is absent, a blank is missing; nothing: not asked for in this row
STATES = ("nothing", "figure", "absent", "missing", "withheld")
# no year, no number of an area or of an industry: a name that is not understood
NONE = -1
NOTHING, FIGURE, ABSENT, MISSING, WITHHELD = range(len(STATES))


@dataclass(eq=False)
class Table:
    """The rows whose year, area and industry are understood, and their figures.

    kind : accidents, pneumoconiosis or training
    rows : where they stand in the sheet, counted from 0
    areas, industries : numbers in ``names.places`` and ``names.trades``
    columns : the measures, and the column of the sheet where each stands
    values, states : by row and measure; ``states`` says whether there is a value, or why not
    unnamed : year, area and industry of the rows that are left out, ``NONE`` where not understood
    """

    kind: str
    source: Source
    names: Names
    rows: np.ndarray
    years: np.ndarray
    areas: np.ndarray
    industries: np.ndarray
    columns: dict[str, int]
    values: np.ndarray
    states: np.ndarray
    unnamed: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.int64))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def has(self, row: int, measure: str) -> bool:
        """Tell whether a row has a figure of a measure, or should have one."""
        place = self.places.get(measure)
        return place is not None and self.states[row, place] != NOTHING

    def may_hold(self, year: int, area: Area, industry: str) -> bool:
        """Tell whether a row whose names are not all understood may be the one of these."""
        asked = np.array([year, self.names.numbers[area], self.names.trades.index(industry)])
        return bool(((self.unnamed == asked) | (self.unnamed == NONE)).all(axis=1).any())

    @property
    def is_there(self) -> np.ndarray:
        """Where there is a figure, or should be one, by row and measure."""
        return self.states != NOTHING

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each measure in ``values`` and ``states``."""
        return {measure: place for place, measure in enumerate(self.columns)}

    def known(self, measure: str) -> np.ndarray:
        """Return the figures of a measure by row, NaN where there is none (exact up to 2 ** 53)."""
        if measure not in self.columns:
            return np.full(len(self), np.nan)
        place = self.places[measure]
        return np.where(self.states[:, place] == FIGURE, self.values[:, place], np.nan)

    def value(self, row: int, measure: str) -> int | None:
        """Return one figure, None if there is none."""
        place = self.places[measure]
        return int(self.values[row, place]) if self.states[row, place] == FIGURE else None

    def withhold(self, rows: Any, places: Any = slice(None)) -> None:
        """Keep that the figures of these rows and places are there, but use them no more."""
        states = self.states[rows, places]
        self.states[rows, places] = np.where(states == NOTHING, NOTHING, WITHHELD)

    def areas_in_order(self) -> list[Area]:
        """Return the areas, in the order in which they come first."""
        return [self.names.places[number] for number in in_order(self.areas)]

    def area(self, row: int) -> Area:
        """Return the area of a row."""
        return self.names.places[self.areas[row]]

    def cell(self, row: int, measure: str) -> str:
        """Return the address of a figure."""
        return cell_address(int(self.rows[row]), self.columns[measure])

    def about(self, row: int, measure: str = "") -> dict[str, Any]:
        """Return what a finding about a row says it is about."""
        return {
            "area_code": self.area(row).code,
            "area": self.area(row).name,
            "industry": self.names.trades[self.industries[row]],
            "year": int(self.years[row]),
            "measure": measure,
        }

    def key(self, row: int, measure: str) -> Key:
        """Return which figure this is, wherever it was handed in."""
        trade = self.names.trades[self.industries[row]]
        return self.area(row).code, trade, int(self.years[row]), measure

    def scope(self) -> set[tuple[str, int, str]]:
        """Return the codes of the areas, the years and the kind of table that the rows are of."""
        pairs = np.unique(np.stack([self.areas, self.years]), axis=1).T.tolist()
        return {(self.names.places[area].code, year, self.kind) for area, year in pairs}

    def keys_owed(self) -> list[Key]:
        """Return which figures the rows are about, submitted or not."""
        return [
            self.key(row, measure)
            for row in range(len(self))
            for measure in dict.fromkeys([*self._owed(row), *self._there(row)])
        ]

    def _there(self, row: int) -> list[str]:
        return [measure for measure in self.columns if self.has(row, measure)]

    def _owed(self, row: int) -> tuple[str, ...]:
        if self.kind != "training":
            return TABLES[self.kind][:2]
        kind = next(iter(self._there(row)), "safety_").partition("_")[0]
        return f"{kind}_personnel", f"{kind}_trained"


def in_order(numbers: np.ndarray) -> list[int]:
    """Return the different numbers, in the order in which they come first.

    Examples
    --------
    >>> in_order(np.array([7, 3, 7, 5, 3]))
    [7, 3, 5]
    """
    return list(dict.fromkeys(numbers.tolist()))
