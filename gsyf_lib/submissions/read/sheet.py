"""A sheet as columns of few different values, so that each is judged once, not in each row."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from gsyf_lib.documents.xlsx.limits import MOST_CELLS
from gsyf_lib.plan import UNSEEN
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.worker import Values, by_column

# Excel lets a cell have 32,767 characters, a text file any number.
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Column:
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

    def changed(self, cells: Mapping[int, Any], height: int) -> "Column":
        """Return the column with new values in some rows, made longer up to ``height``."""
        if not cells and height == len(self.which):
            return self
        new = dict.fromkeys([None, *cells.values()])
        numbers = {value: number for number, value in enumerate(new, len(self.values))}
        # Rows that are added are blank, unless they are among the cells.
        which = np.full(height, numbers[None], np.intc)
        which[: len(self.which)] = self.which
        which[[*cells]] = [numbers[value] for value in cells.values()]
        return Column([*self.values, *new], which)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name (empty for CSV), its columns from A1 on, and what its cells do not tell.

    hidden : is the whole sheet hidden
    merged : ranges of merged cells, each by its first and last cell
    hidden_rows, hidden_columns : which rows, and which stretches of columns, are hidden
    without_value : cells with Excel's error, or (no text) with a formula that was never calculated
    odd : cells that look different from their values, see ``xlsx.sheets.Looks``
    traits : what the whole workbook carries besides its sheets, see ``xlsx.parts.TRAITS``
    """

    name: str
    columns: Sequence[Column]
    hidden: bool = False
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()
    without_value: Sequence[tuple[int, int, str]] = ()
    odd: Sequence[tuple[int, int, str, str]] = ()
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
        by_column: defaultdict[int, dict[int, Any]] = defaultdict(dict)
        for (row, column), value in cells.items():
            by_column[column][row] = value
        height = max([self.height, *(row + 1 for row, _ in cells)])
        columns = [column.changed(by_column[n], height) for n, column in enumerate(self.columns)]
        return replace(self, columns=columns)

    def above(self, row: int) -> "Sheet":
        """Return the part of the sheet above a row."""
        columns = [Column(column.values, column.which[:row]) for column in self.columns]
        marks = [mark for mark in self.without_value if mark[0] < row]
        odd = [mark for mark in self.odd if mark[0] < row]
        return replace(self, columns=columns, without_value=marks, odd=odd)


def _is_filled(value: object) -> bool:
    return str(value).translate(UNSEEN).strip() != ""


def alike(columns: Sequence[Column], rows: np.ndarray) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    """Return the different tuples of values in these columns, and for each row the index of its.

    There are far fewer tuples than rows.
    """
    which = np.zeros(len(rows), np.int64)
    tuples: list[tuple[Any, ...]] = [()]
    for column in columns:
        # Number the pairs (tuple so far, value) like the cells of a grid; np.unique finds those
        # that occur, divmod takes them apart again.
        pairs = which * len(column.values) + column.which[rows]
        different, which = np.unique(pairs, return_inverse=True)
        before, now = np.divmod(different, len(column.values))
        tuples = [(*tuples[n], column.shown[m]) for n, m in zip(before, now, strict=True)]
    return tuples, which


def columns_of(rows: Sequence[Sequence[object]]) -> list[Column]:
    """Return the columns of rows that may end at different places.

    Raises
    ------
    Refused
        A row is so long that as many cells in every row would be more than any table needs.
    """
    if len(rows) * max(map(len, rows), default=0) > 2 * MOST_CELLS:
        raise Refused("file-extent.text")
    return [*map(unpacked, by_column(rows))]


def unpacked(packed: Values) -> Column:
    """Return the column that ``worker.by_column`` packed; very long texts are cut off.

    No name or figure is as long, and the mark at the end keeps the rest from passing for one.
    """
    values, which = packed
    return Column([*map(_cut_off, values)], np.frombuffer(which, np.intc))


def _cut_off(value: object) -> object:
    is_endless = isinstance(value, str) and len(value) > LONGEST_TEXT
    return f"{str(value)[:LONGEST_TEXT]}…" if is_endless else value


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, counted from 0.

    Examples
    --------
    >>> cell_address(10, 3), cell_address(0, 27)
    ('D11', 'AB1')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
