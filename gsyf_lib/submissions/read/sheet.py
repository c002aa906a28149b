"""A sheet as columns of few different values, so that each is judged once, not in each row."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gsyf_lib.documents.xlsx.sheets import Looks
from gsyf_lib.plan import UNSEEN, normalise
from gsyf_lib.submissions.findings import NOBODY, Findings, Source
from gsyf_lib.submissions.read.cells import Cell, cell_address, is_doubted, text_of
from gsyf_lib.submissions.read.names import Names

NO_LOOKS = Looks([], [], [], [], [])
# What a ``Meaning`` without a finding holds.
NOTHING_SAID = Cell("figure")


@dataclass(frozen=True)
class SheetColumn:
    """A column, as its different values and, for each row, the index of its value.

    The value is None where a row of a text file ends before the column.
    """

    values: Sequence[Any]
    which: np.ndarray

    @cached_property
    def shown(self) -> list[Any]:
        """The values, blank where the row ends before the column."""
        return ["" if value is None else value for value in self.values]

    def at(self, row: int) -> Any:
        """Return the value in a row."""
        return self.shown[self.which[row]]

    def apply(self, function: Callable[[Any], Any]) -> np.ndarray:
        """Return what a function says of the value in each row; it is called once per value."""
        return np.array([function(value) for value in self.shown])[self.which]

    @property
    def reached(self) -> np.ndarray:
        """Whether each row reaches the column."""
        return np.array([value is not None for value in self.values])[self.which]

    def changed(self, cells: Mapping[int, Any], height: int) -> "SheetColumn":
        """Return the column with new values in some rows, made longer up to ``height``."""
        if not cells and height == len(self.which):
            return self
        new = dict.fromkeys([None, *cells.values()])
        numbers = {value: number for number, value in enumerate(new, len(self.values))}
        # Rows that are added are blank, unless they are among the cells.
        which = np.full(height, numbers[None], np.intc)
        which[: len(self.which)] = self.which
        which[[*cells]] = [numbers[value] for value in cells.values()]
        return SheetColumn([*self.values, *new], which)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name (empty for CSV), its columns from A1 on, and what its cells do not tell.

    hidden : is the whole sheet hidden
    traits : what the whole workbook carries besides its sheets, see ``xlsx.parts.TRAITS``
    """

    name: str
    columns: Sequence[SheetColumn]
    hidden: bool = False
    looks: Looks = NO_LOOKS
    traits: Sequence[str] = ()

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.columns[0].which) if self.columns else 0

    def row(self, number: int) -> list[Any]:
        """Return the values of a row (counted from 0), as far as it goes."""
        values = (column.values[column.which[number]] for column in self.columns)
        return [value for value in values if value is not None]

    @cached_property
    def filled(self) -> np.ndarray:
        """Which cells are not blank, by column and row."""
        return np.array([column.apply(_is_filled) for column in self.columns], bool)

    def changed(self, cells: Mapping[tuple[int, int], Any]) -> "Sheet":
        """Return the sheet with other values in some cells, each named by its row and column."""
        by_column: dict[int, dict[int, Any]] = defaultdict(dict)
        for (row, column), value in cells.items():
            by_column[column][row] = value
        height = max([self.height, *(row + 1 for row, _ in cells)])
        columns = [column.changed(by_column[n], height) for n, column in enumerate(self.columns)]
        return replace(self, columns=columns)

    def above(self, row: int) -> "Sheet":
        """Return the part of the sheet above a row."""
        columns = [SheetColumn(column.values, column.which[:row]) for column in self.columns]
        without_value = [mark for mark in self.looks.without_value if mark[0] < row]
        odd = [mark for mark in self.looks.odd if mark[0] < row]
        looks = self.looks._replace(without_value=without_value, odd=odd)
        return replace(self, columns=columns, looks=looks)


def _is_filled(value: object) -> bool:
    return str(value).translate(UNSEEN).strip() != ""


class Meaning(NamedTuple):
    """What one or two cells of a row mean, as one or two numbers, and what is to be told of them.

    Numbers (a year; the index of an area or industry in ``names``), because those of a million rows
    fit in one array.

    field, cell : the field on whose cell the finding is, and the finding, as ``Cell`` keeps it
    more : added to its sentence
    """

    number: int
    other: int = 0
    field: str = ""
    cell: Cell = NOTHING_SAID
    more: str = ""


@dataclass(frozen=True)
class SheetReading:
    """A sheet with a header, the names of the plan, and where to tell what is found.

    table : which of the four tables it holds
    header_row : the row with the names of the columns, counted from 0
    column_of : the number of each field's column
    is_usable : False if a column is missing or stands there twice
    """

    sheet: Sheet
    names: Names
    source: Source
    findings: Findings
    table: str
    header_row: int
    column_of: dict[str, int]
    is_usable: bool = True

    @cached_property
    def fields(self) -> dict[int, str]:
        """The field of each column that has one."""
        return {column: field for field, column in self.column_of.items()}

    def columns(self, *fields: str) -> list[SheetColumn]:
        """Return the columns of these fields, as far as the sheet has them."""
        numbers = [self.column_of[field] for field in fields if field in self.column_of]
        return [self.sheet.columns[number] for number in numbers]

    def at(self, row: int, field: str) -> Any:
        """Return the value of a field in a row (counted from 0); "" without such a column."""
        column = self.column_of.get(field)
        return "" if column is None else self.sheet.columns[column].at(row)

    def text(self, row: int, field: str) -> str:
        """Return the value of a field in a row as normalised text."""
        return text_of(self.at(row, field))

    def texts(self, row: int) -> list[str]:
        """Return all cells of a row as normalised texts."""
        return [normalise(str(cell)) for cell in self.sheet.row(row)]

    def filled_texts(self, row: int) -> list[str]:
        """Return the texts of a row's filled cells; empty for a doubted one."""
        values = self.sheet.row(row)
        return [text for raw in values if (text := text_of(raw)) or is_doubted(raw)]

    def address(self, row: int, field: str = "") -> str:
        """Return the address of a field in a row (counted from 0), or of the row's first field."""
        return cell_address(row, self.column_of[field] if field else min(self.column_of.values()))

    def flag(
        self, name: str, cell: str = "", about: Mapping[str, Any] = NOBODY, **said: Any
    ) -> None:
        """Add a finding on a cell of the sheet, see ``Found``."""
        self.findings.flag(name, self.source, cell, about, **said)

    def read(
        self,
        rows: np.ndarray,
        fields: Sequence[str],
        judge: Callable[..., Meaning],
        about: Callable[[int], Mapping[str, Any]] = lambda _: NOBODY,
    ) -> np.ndarray:
        """Return what the cells of one or two fields mean: two numbers for each row.

        A large sheet has few different values: each is judged once. Its finding, if any, is told in
        every row.

        judge : takes the values of a row (of the fields that have a column), says what they mean
        about : takes an index of ``rows``, says for a finding what that row is about
        """
        columns = self.columns(*fields)
        sizes = [len(column.values) for column in columns]
        # Number the tuples of values like the cells of a grid: there are far fewer than rows.
        tuples = np.ravel_multi_index([column.which[rows] for column in columns], sizes)
        different, which = np.unique(tuples, return_inverse=True)
        numbered = np.stack(np.unravel_index(different, sizes), axis=1).tolist()
        meanings = [
            judge(*(column.shown[n] for column, n in zip(columns, values, strict=True)))
            for values in numbered
        ]
        is_flagged = np.array([meaning.cell.sentence != "" for meaning in meanings], bool)[which]
        for index in np.flatnonzero(is_flagged).tolist():
            _, _, field, cell, more = meanings[which[index]]
            address = self.address(rows[index], field)
            self.flag(cell.sentence, address, about(index), more=more, **dict(cell.fields))
        numbers = np.array([meaning[:2] for meaning in meanings], np.int64)
        return numbers.reshape(-1, 2)[which]
