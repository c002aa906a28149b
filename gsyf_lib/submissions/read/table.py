"""What reading gives: the figures of a sheet, each with its address, and all that a file holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gsyf_lib.submissions.findings import NOBODY, Findings, Found, Source
from gsyf_lib.submissions.measures import KEY, TABLES, Key
from gsyf_lib.submissions.read.cells import cell_address
from gsyf_lib.submissions.read.names import Area, Names, name_of

# absent is 无此行业, missing a blank; nothing is a figure that this row need not have.
STATES = ("nothing", "figure", "absent", "missing", "withheld")
# The same as numbers, as in ``FigureTable.states``.
NOTHING, FIGURE, ABSENT, MISSING, WITHHELD = range(len(STATES))
# Stands for a year, area or industry that is not understood.
NONE = -1
# The kinds of training, as ``FigureTable.trainings`` numbers them.
TRAINING = ("safety", "health")
# where a figure stands: the row of the table, and the measure
Figure = tuple[int, str]


@dataclass(eq=False)
class FigureTable:
    """The rows whose year, area and industry are understood, and their figures.

    kind : accidents, pneumoconiosis, training or progress
    rows : where they stand in the sheet, counted from 0
    areas, industries : numbers in ``names.areas_by_code`` and ``names.all_industries``
    trainings : the kind of training, a number in ``TRAINING``
    unnamed : year, area and industry of the rows that are left out, ``NONE`` where not understood
    columns : the measures, and the column of the sheet where each stands
    values, states : by row and measure; ``states`` says whether there is a value, or why not
    """

    kind: str
    source: Source
    names: Names
    rows: np.ndarray
    years: np.ndarray
    areas: np.ndarray
    industries: np.ndarray
    trainings: np.ndarray
    unnamed: np.ndarray
    columns: dict[str, int]

    def __post_init__(self) -> None:
        """Begin without figures."""
        shape = len(self.rows), len(self.columns)
        self.values, self.states = np.zeros(shape, np.int64), np.full(shape, NOTHING, np.int8)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def has(self, row: int, measure: str) -> bool:
        """Tell whether a row has a figure of a measure, or should have one."""
        index = self.index_of.get(measure)
        return index is not None and self.states[row, index] != NOTHING

    def may_hold(self, year: int, area: Area, industry: str) -> bool:
        """Tell whether a row with a name that is not understood may be about these."""
        industries = self.names.all_industries
        asked = np.array([year, self.names.numbers[area], industries.index(industry)])
        return bool(((self.unnamed == asked) | (self.unnamed == NONE)).all(axis=1).any())

    @property
    def is_there(self) -> np.ndarray:
        """Where there is a figure, or should be one, by row and measure."""
        return self.states != NOTHING

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The column of each measure in ``values`` and ``states``."""
        return {measure: index for index, measure in enumerate(self.columns)}

    def known(self, measure: str) -> np.ndarray:
        """Return the figures of a measure by row, NaN where there is none."""
        # Floats are exact up to 2 ** 53, far above ``cells.LARGEST``.
        if measure not in self.columns:
            return np.full(len(self), np.nan)
        index = self.index_of[measure]
        return np.where(self.states[:, index] == FIGURE, self.values[:, index], np.nan)

    def value(self, row: int, measure: str) -> int | None:
        """Return one figure, None if there is none."""
        index = self.index_of[measure]
        return int(self.values[row, index]) if self.states[row, index] == FIGURE else None

    def figures(self, rows: Iterable[int], measures: Iterable[str]) -> list[Figure]:
        """Return where in these rows there is a figure of these measures, or should be one."""
        wanted = [*measures]
        return [(row, name) for row in rows for name in wanted if self.has(row, name)]

    def withhold(self, figures: Iterable[Figure]) -> None:
        """Withhold figures: they count as handed in, but are not used."""
        for row, measure in figures:
            self.states[row, self.index_of[measure]] = WITHHELD

    def found(
        self, name: str, rows: Iterable[int], measures: Iterable[str], **fields: Any
    ) -> Found:
        """Return a finding about figures, which an error withholds; it points at the first."""
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

    def key(self, row: int, measure: str) -> Key:
        """Return which figure this is, wherever it was handed in."""
        industry = self.names.all_industries[self.industries[row]]
        return self.area(row).code, industry, int(self.years[row]), measure

    def about(self, row: int, measure: str = "") -> dict[str, Any]:
        """Return what a finding about a row says it is about."""
        key = dict(zip(KEY, self.key(row, measure), strict=True))
        return {"area": self.area(row).name, **key}

    def scope(self) -> set[tuple[str, int, str]]:
        """Return the codes of the areas, the years and the kind of table that the rows are of."""
        pairs = np.unique(np.stack([self.areas, self.years]), axis=1).T.tolist()
        return {(self.names.areas_by_code[area].code, year, self.kind) for area, year in pairs}

    def keys_owed(self) -> list[Key]:
        """Return which figures the rows are about, submitted or not."""
        owed = TABLES[self.kind][:2]
        keys: dict[Key, None] = {}
        for row in range(len(self)):
            if self.kind == "training":
                kind = TRAINING[self.trainings[row]]
                owed = (f"{kind}_personnel", f"{kind}_trained")
            there = [measure for _, measure in self.figures([row], self.columns)]
            keys |= dict.fromkeys(self.key(row, measure) for measure in (*owed, *there))
        return [*keys]


@dataclass
class FileReading:
    """What one file holds: figures, task progress, findings, and the hash of its bytes.

    seen_swapped : shared by all files: since when figures that look swapped were handed in
    """

    source: Source
    names: Names
    sha256: str = ""
    tables: list[FigureTable] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    seen_swapped: dict[frozenset, pd.Timestamp] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file without folder and ending, normalised."""
        return name_of(self.source.file)

    @property
    def is_sound(self) -> bool:
        """Whether no error was found in the file."""
        return not any(row["severity"] == "error" for row in self.findings.rows)

    def found(
        self,
        name: str,
        rows: Iterable[tuple[FigureTable, Iterable[int]]],
        about: Mapping[str, Any] = NOBODY,
        **fields: Any,
    ) -> Found:
        """Return a finding about all figures of these rows, which an error withholds."""
        figures = [
            (table, figure)
            for table, numbers in rows
            for figure in table.figures(numbers, table.columns)
        ]
        touches = [table.key(*figure) for table, figure in figures]
        source, cell = self.source, ""
        for table, first in figures[:1]:
            source, cell = table.source, table.cell(*first)
        return Found(name, source, cell, about, touches=touches, withholds=figures, **fields)

    def withhold(self, figures: Iterable[tuple[FigureTable, Figure]]) -> None:
        """Withhold figures of its tables."""
        for table, figure in figures:
            table.withhold([figure])
