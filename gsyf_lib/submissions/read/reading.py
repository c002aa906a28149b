"""A file and its sheets while they are read: the cells, the names of the plan, the findings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import NOBODY, Findings, Found, Source
from gsyf_lib.submissions.read.cells import Cell, text_of
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.read.sheet import Column, Sheet, alike, cell_address
from gsyf_lib.submissions.read.table import Figure, Table


class Meaning(NamedTuple):
    """What one or two cells of a row mean, as one or two numbers, and the finding on them, if any.

    Numbers (a year; the place of an area or industry in ``names``), because those of a million rows
    fit in one array.

    field : the field on whose cell the finding is
    sentence, fields, more : its sentence in the register, what that names, what is added to it
    """

    number: int
    other: int = 0
    field: str = ""
    sentence: str = ""
    fields: Mapping[str, Any] = NOBODY
    more: str = ""


def finding_on_cell(field: str, cell: Cell, more: str = "") -> dict[str, Any]:
    """Return the arguments of ``Meaning`` for the finding on a cell, if there is one."""
    return {"field": field, "sentence": cell.sentence, "fields": dict(cell.fields), "more": more}


def _nothing(place: int) -> Mapping[str, Any]:
    return NOBODY


@dataclass
class FileReading:
    """What one file holds: figures, task progress, findings, and the hash of its bytes.

    seen_swapped : shared by all files: since when figures that look swapped were handed in
    """

    source: Source
    names: Names
    sha256: str = ""
    tables: list[Table] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    seen_swapped: dict[frozenset, pd.Timestamp] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file without folder and ending, normalised."""
        return normalise(PurePosixPath(self.source.file).stem)

    @property
    def is_sound(self) -> bool:
        """Whether no error was found in the file."""
        return not any(row["severity"] == "error" for row in self.findings.rows)

    def found(
        self,
        name: str,
        rows: Iterable[tuple[Table, Iterable[int]]],
        about: Mapping[str, Any] = NOBODY,
        **fields: Any,
    ) -> Found:
        """Return a finding that withholds all figures of these rows."""
        figures = [
            (table, figure)
            for table, numbers in rows
            for figure in table.figures(numbers, table.columns)
        ]
        touches = [table.key(*figure) for table, figure in figures]
        source, cell = self.source, ""
        if figures:
            (table, first), *_ = figures
            source, cell = table.source, table.cell(*first)
        return Found(name, source, cell, about, touches=touches, withholds=figures, **fields)

    def withhold(self, figures: Iterable[tuple[Table, Figure]]) -> None:
        """Withhold figures: they count as handed in, but are not used."""
        for table, figure in figures:
            table.withhold([figure])


@dataclass(frozen=True)
class SheetReading:
    """A sheet with a header, the names of the plan, and where to tell what is found.

    table : which of the four tables it holds
    header_row : the row with the names of the columns, counted from 0
    places : the number of each field's column
    is_usable : False if a column is missing or stands there twice
    """

    sheet: Sheet
    names: Names
    source: Source
    findings: Findings
    table: str
    header_row: int
    places: dict[str, int]
    is_usable: bool = True

    @cached_property
    def fields(self) -> dict[int, str]:
        """The field of each column that has one."""
        return {column: field for field, column in self.places.items()}

    def columns(self, *fields: str) -> list[Column]:
        """Return the columns of these fields, as far as the sheet has them."""
        return [self.sheet.columns[self.places[field]] for field in fields if field in self.places]

    def at(self, row: int, field: str) -> Any:
        """Return the value of a field in a row (counted from 0); "" without such a column."""
        place = self.places.get(field)
        return "" if place is None else self.sheet.columns[place].at(row)

    def text(self, row: int, field: str) -> str:
        """Return the value of a field in a row as normalised text."""
        return text_of(self.at(row, field))

    def texts(self, row: int) -> list[str]:
        """Return a row as normalised texts."""
        return [normalise(str(cell)) for cell in self.sheet.row(row)]

    def address(self, row: int, field: str = "") -> str:
        """Return the address of a field in a row (counted from 0), or of the row's first field."""
        return cell_address(row, self.places[field] if field else min(self.places.values()))

    def tell(
        self, name: str, cell: str = "", about: Mapping[str, Any] = NOBODY, **said: Any
    ) -> None:
        """Add a finding on a cell of the sheet, see ``Found``."""
        self.findings.add(name, self.source, cell, about, **said)

    def meaning(
        self,
        rows: np.ndarray,
        fields: Sequence[str],
        judge: Callable[..., Meaning],
        about: Callable[[int], Mapping[str, Any]] = _nothing,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what the cells of these fields mean, as two numbers for each row.

        A large sheet has few different values: each is judged once. Its finding, if any, is told in
        every row.

        fields : one or two; one without a column is left out
        judge : takes the values of a row, says what they mean
        about : takes a place in ``rows``, says for a finding what the row is about
        """
        values, which = alike(self.columns(*fields), rows)
        meanings = [judge(*some) for some in values]
        numbers = np.array(
            [(meaning.number, meaning.other) for meaning in meanings], np.int64
        ).reshape(-1, 2)
        is_told = np.array([bool(meaning.sentence) for meaning in meanings], bool)[which]
        for place in np.flatnonzero(is_told).tolist():
            meaning = meanings[which[place]]
            address = self.address(rows[place], meaning.field)
            self.tell(meaning.sentence, address, about(place), more=meaning.more, **meaning.fields)
        return numbers[which, 0], numbers[which, 1]
