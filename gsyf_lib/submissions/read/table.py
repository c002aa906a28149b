"""The figures of one sheet, by row and measure, each with its address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gsyf_lib.submissions.findings import Found, Source
from gsyf_lib.submissions.measures import TABLES, Key
from gsyf_lib.submissions.read.names import Area, Names
from gsyf_lib.submissions.read.sheet import cell_address

# absent is 无此行业, missing a blank; nothing is a figure that this row need not have.
STATES = ("nothing", "figure", "absent", "missing", "withheld")
# Stands for a year, area or industry that is not understood.
NONE = -1
# The same as numbers, as in ``Table.states``.
NOTHING, FIGURE, ABSENT, MISSING, WITHHELD = range(len(STATES))
# where a figure stands: the row of the table, and the measure
Figure = tuple[int, str]


@dataclass(eq=False)
class Table:
    """The rows whose year, area and industry are understood, and their figures.

    kind : accidents, pneumoconiosis or training
    rows : where they stand in the sheet, counted from 0
    areas, industries : numbers in ``names.areas_by_code`` and ``names.all_industries``
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
        """Tell whether a row with a name that is not understood may be about these."""
        asked = np.array(
            [year, self.names.numbers[area], self.names.all_industries.index(industry)]
        )
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
        """Return the figures of a measure by row, NaN where there is none."""
        # Floats are exact up to 2 ** 53, far above ``cells.LARGEST``.
        if measure not in self.columns:
            return np.full(len(self), np.nan)
        place = self.places[measure]
        return np.where(self.states[:, place] == FIGURE, self.values[:, place], np.nan)

    def value(self, row: int, measure: str) -> int | None:
        """Return one figure, None if there is none."""
        place = self.places[measure]
        return int(self.values[row, place]) if self.states[row, place] == FIGURE else None

    def figures(self, rows: Iterable[int], measures: Iterable[str]) -> list[Figure]:
        """Return where in these rows there is a figure of these measures, or should be one."""
        wanted = [*measures]
        return [(row, name) for row in rows for name in wanted if self.has(row, name)]

    def withhold(self, figures: Iterable[Figure]) -> None:
        """Withhold figures: they count as handed in, but are not used."""
        for row, measure in figures:
            self.states[row, self.places[measure]] = WITHHELD

    def found(
        self, name: str, rows: Iterable[int], measures: Iterable[str], **fields: Any
    ) -> Found:
        """Return a finding that withholds figures; its address is that of the first."""
        figures = self.figures(rows, measures)
        cell, about = self.cell(*figures[0]), self.about(*figures[0])
        return Found(name, self.source, cell, about, withholds=figures, **fields)

    def areas_in_order(self) -> list[Area]:
        """Return the areas, in the order in which they come first."""
        return [self.names.areas_by_code[number] for number in dict.fromkeys(self.areas.tolist())]

    def area(self, row: int) -> Area:
        """Return the area of a row."""
        return self.names.areas_by_code[self.areas[row]]

    def cell(self, row: int, measure: str) -> str:
        """Return the address of a figure."""
        return cell_address(int(self.rows[row]), self.columns[measure])

    def about(self, row: int, measure: str = "") -> dict[str, Any]:
        """Return what a finding about a row says it is about."""
        return {
            "area_code": self.area(row).code,
            "area": self.area(row).name,
            "industry": self.names.all_industries[self.industries[row]],
            "year": int(self.years[row]),
            "measure": measure,
        }

    def key(self, row: int, measure: str) -> Key:
        """Return which figure this is, wherever it was handed in."""
        trade = self.names.all_industries[self.industries[row]]
        return self.area(row).code, trade, int(self.years[row]), measure

    def scope(self) -> set[tuple[str, int, str]]:
        """Return the codes of the areas, the years and the kind of table that the rows are of."""
        pairs = np.unique(np.stack([self.areas, self.years]), axis=1).T.tolist()
        return {(self.names.areas_by_code[area].code, year, self.kind) for area, year in pairs}

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
