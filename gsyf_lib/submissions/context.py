"""What reading a sheet needs to know, and what comes of it: rows of figures with their cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.header import Header
from gsyf_lib.submissions.names import Area, Names
from gsyf_lib.submissions.read import cell_address

__all__ = ["Context", "Figure", "Keys", "Row"]


class Figure(NamedTuple):
    """A figure as submitted: its value, or why it has none, and its cell.

    ``state``: figure, absent (无此行业), missing (blank) or withheld.
    """

    value: int | None
    state: str
    cell: str


class Keys(NamedTuple):
    """What a row is about. ``prefix`` goes before its measures: the two kinds of training."""

    year: int
    area: Area
    industry: str
    prefix: str = ""


@dataclass(slots=True)
class Row:
    """A row whose keys are understood. ``figures`` maps a measure to its figure."""

    source: Source
    table: str
    area: Area
    industry: str
    year: int
    figures: dict[str, Figure] = field(default_factory=dict)

    def about(self, measure: str = "") -> dict[str, Any]:
        """Return what a finding about this row says it is about."""
        return {
            "area": self.area.name,
            "industry": self.industry,
            "year": self.year,
            "measure": measure,
        }


@dataclass(frozen=True)
class Context:
    """What reading one sheet needs to know."""

    header: Header
    names: Names
    source: Source
    findings: Findings

    def raw(self, cells_of_row: Sequence[object], name: str) -> object:
        """Return the raw value of a field, blank if the column or cell is not there."""
        position = self.header.columns.get(name, len(cells_of_row))
        return cells_of_row[position] if position < len(cells_of_row) else ""

    def address(self, number: int, name: str) -> str:
        """Return the cell of a field in row ``number`` (counted from 0)."""
        return cell_address(number, self.header.columns[name])

    def error(self, code: str, message: str, cell: str, **about: object) -> None:
        """Add an error-level finding on a cell."""
        self.findings.add("error", code, self.source, message, cell, **about)
