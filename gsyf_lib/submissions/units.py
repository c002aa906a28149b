"""The units that a sheet says its figures are in: in a column's head, or in a line of its own."""

import re
from typing import NamedTuple

import numpy as np

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.context import Context
from gsyf_lib.submissions.header import RATIO
from gsyf_lib.submissions.names import units_of
from gsyf_lib.submissions.sheet import cell_address

__all__ = ["Unit", "column_units", "unit_of", "units_said"]

LINE = re.compile("单位[:是为]*([^()]*)")
ANNOUNCED = re.compile("[(]?(?:计量|统计)?单位[:是为]*")
SEPARATOR = re.compile("[、,/;。和及]")
UNIT = re.compile("([十百千万亿]*)(人次|[年起人例名个次宗件%‰])")
PER_MILLE = "‰"


class Unit(NamedTuple):
    """A unit, and how many of them one stands for: 百人 is ("百", "人")."""

    scale: str
    name: str

    @property
    def is_percent(self) -> bool:
        """Whether figures are percentages."""
        return self == ("", "%")

    @property
    def is_wanted(self) -> bool:
        """Whether figures are what a report asks for: single persons, accidents, cases."""
        return not self.scale and self.name != PER_MILLE

    def fits(self, field: str) -> bool:
        """Tell whether a column may be counted in this unit, whatever the scale."""
        return self.name[0] in units_of(field) or (field == RATIO and self.name == PER_MILLE)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a normalised text is, in brackets or not; None if it is none.

    Examples
    --------
    >>> unit_of("(百人)"), unit_of("人民")
    (Unit(scale='百', name='人'), None)
    """
    found = UNIT.fullmatch(text.removeprefix("(").removesuffix(")"))
    return Unit(found[1], found[2]) if found else None


def units_said(text: str) -> list[Unit]:
    """Return the units that a normalised text names as such; 单位:太原市应急管理局 names none.

    Examples
    --------
    >>> units_said("2023年培训情况(单位:百人)"), units_said("填报单位:太原市")
    ([Unit(scale='百', name='人')], [])
    """
    parts = [part for found in LINE.finditer(text) for part in SEPARATOR.split(found[1])]
    return [unit for unit in map(unit_of, parts) if unit]


def column_units(context: Context) -> dict[str, list[tuple[Unit, str]]]:
    """Return the units said to be those of each column with figures, each with its cell."""
    lines = _lines(context)
    columns = {
        field: column
        for field, column in context.header.columns.items()
        if field in context.names.measures
    }
    return {
        field: [
            *_own(context, field, column),
            *((unit, address) for unit, address in lines if unit.fits(field)),
        ]
        for field, column in columns.items()
    }


def _own(context: Context, field: str, column: int) -> list[tuple[Unit, str]]:
    """Return what the column's head, and a line of units right below it, say."""
    row = context.header.row
    head = normalise(str(context.at(row, field)))
    own = [(Unit("", "%"), row)] if field == RATIO and "%" in head else []
    below = context.text(row + 1, field) if row + 1 < context.sheet.height else ""
    if unit := unit_of(below):
        own.append((unit, row + 1))
    return [(unit, cell_address(row, column)) for unit, row in own]


def _lines(context: Context) -> list[tuple[Unit, str]]:
    """Return the units that cells of any place speak of: 单位：百人 above the table or below it."""
    spoken = [
        column.asked(lambda raw: isinstance(raw, str) and "单位" in normalise(raw))
        for column in context.sheet.columns
    ]
    return [
        (unit, cell_address(row, column))
        for column, row in np.argwhere(np.array(spoken, bool)).tolist()
        for unit in _line(context, row, column)
    ]


def _line(context: Context, row: int, column: int) -> list[Unit]:
    """Return what a cell says of units; where it only announces them, what the next one says."""
    text = normalise(str(context.sheet.columns[column].at(row)))
    if not ANNOUNCED.fullmatch(text):
        return units_said(text)
    rest = [normalise(str(cell)) for cell in context.sheet.row(row)[column + 1 :]]
    return units_said(f"单位:{next(filter(None, rest), '')}")
