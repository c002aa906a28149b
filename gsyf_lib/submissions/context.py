"""What reading one sheet needs to know, and how it is asked what its cells mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gsyf_lib.submissions.cells import text_of
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.header import Header
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.sheet import Column, Sheet, alike, cell_address

__all__ = ["Context", "Note", "Said"]


class Note(NamedTuple):
    """What is to be told of the cell of a field."""

    field: str
    code: str
    message: str
    severity: str = "error"


class Said(NamedTuple):
    """What one or two cells of a row mean, as two numbers, and what is to be told of them."""

    number: int
    other: int = 0
    notes: Sequence[Note] = ()


def _nothing(place: int) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Context:
    """What reading one sheet needs to know."""

    sheet: Sheet
    header: Header
    names: Names
    source: Source
    findings: Findings

    def columns(self, *fields: str) -> list[Column]:
        """Return the columns of these fields, as far as the sheet has them."""
        positions = self.header.columns
        return [self.sheet.columns[positions[field]] for field in fields if field in positions]

    def at(self, row: int, field: str) -> Any:
        """Return the value of a field in a row (counted from 0), blank without such a column."""
        position = self.header.columns.get(field)
        return "" if position is None else self.sheet.columns[position].at(row)

    def text(self, row: int, field: str) -> str:
        """Return the name that a field holds in a row, normalised."""
        return text_of(self.at(row, field))

    def address(self, row: int, field: str) -> str:
        """Return the cell of a field in a row (counted from 0)."""
        return cell_address(row, self.header.columns[field])

    def error(self, code: str, message: str, cell: str, **about: object) -> None:
        """Add an error-level finding on a cell."""
        self.findings.add("error", code, self.source, message, cell, **about)

    def meaning(
        self,
        rows: np.ndarray,
        fields: Sequence[str],
        judge: Callable[..., Said],
        about: Callable[[int], dict[str, Any]] = _nothing,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what the cells of these fields mean, by row; what is to be told becomes findings.

        Cells that say the same are judged once, and told in every row.

        Parameters
        ----------
        rows : the rows asked about
        fields : one or two fields; one that has no column is left out
        judge : says what their values mean
        about : says what a row is about, by its place in ``rows``
        """
        values, which = alike(self.columns(*fields), rows)
        said = [judge(*one) for one in values]
        numbers = np.array([(one.number, one.other) for one in said], np.int64).reshape(-1, 2)
        if any(one.notes for one in said):
            self._tell(rows, [said[place].notes for place in which], about)
        return numbers[which, 0], numbers[which, 1]

    def _tell(
        self,
        rows: np.ndarray,
        notes: Sequence[Sequence[Note]],
        about: Callable[[int], dict[str, Any]],
    ) -> None:
        for place, (row, told) in enumerate(zip(rows.tolist(), notes, strict=True)):
            for field, code, message, severity in told:
                address = self.address(row, field)
                self.findings.add(severity, code, self.source, message, address, **about(place))
