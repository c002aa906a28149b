"""In which units are the figures? A column's head may say it, or a line such as 单位：百人."""

import re
from typing import NamedTuple

import numpy as np

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.read.names import units_of
from gsyf_lib.submissions.read.reading import SheetReading
from gsyf_lib.submissions.read.sheet import Sheet, cell_address

# 单位：百人
LINE = re.compile("单位[:是为]*([^()]*)")
# 计量单位： with the unit in the next cell
ANNOUNCED = re.compile("[(]?(?:计量|统计)?单位[:是为]*")
SEPARATOR = re.compile("[、,/;。和及]")
UNIT = re.compile("([十百千万亿]*)(人次|[年起人例名个次宗件%‰])")
# 伤亡人数（百人）, 伤亡人数/百人, 报告比例%
HEAD = re.compile("(.+?)(?:[(/](?:单位:)?([^()/:]{1,4})[)]?|([%‰]))")
PERCENT, PER_MILLE = "%", "‰"


class Unit(NamedTuple):
    """A unit with its scale: 百人, hundreds of persons, is ("百", "人")."""

    scale: str
    name: str

    @property
    def is_percent(self) -> bool:
        """Whether figures are percentages."""
        return self == ("", PERCENT)

    @property
    def is_wanted(self) -> bool:
        """Whether the table wants figures in this unit: single persons, accidents, cases, or %."""
        return not self.scale and self.name != PER_MILLE

    def fits(self, field: str) -> bool:
        """Tell whether a column may be counted in this unit, whatever the scale."""
        name = PERCENT if self.name == PER_MILLE else self.name[0]
        return name in units_of(field)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a normalised text names, in brackets or not; None if it names none.

    Examples
    --------
    >>> unit_of("(百人)"), unit_of("人民")
    (Unit(scale='百', name='人'), None)
    """
    found = UNIT.fullmatch(text.removeprefix("(").removesuffix(")"))
    return Unit(found[1], found[2]) if found else None


def units_said(text: str) -> list[Unit]:
    """Return the units named after 单位, which also means "organisation": 单位:太原市 names none.

    Examples
    --------
    >>> units_said("2023年培训情况(单位:百人)"), units_said("填报单位:太原市")
    ([Unit(scale='百', name='人')], [])
    """
    parts = [part for found in LINE.finditer(text) for part in SEPARATOR.split(found[1])]
    return [unit for unit in map(unit_of, parts) if unit]


def undressed(head: str) -> str:
    """Return a head without the star that marks required columns, and without a colon."""
    return head.removeprefix("*").removesuffix(":")


def without_unit(head: str) -> tuple[str, Unit | None]:
    """Split the normalised head of a column into the name and the unit behind it, if any.

    Examples
    --------
    >>> without_unit("伤亡人数(百人)"), without_unit("县(市、区)")
    (('伤亡人数', Unit(scale='百', name='人')), ('县(市、区)', None))
    """
    found = HEAD.fullmatch(head)
    unit = unit_of(found[2] or found[3]) if found else None
    return (found[1], unit) if found and unit else (head, None)


def column_units(reading: SheetReading) -> dict[str, list[tuple[Unit, str]]]:
    """Return for each field with figures the units that the sheet names, each with its cell."""
    lines = _lines(reading.sheet)
    return {
        field: [
            *_own(reading.sheet, reading.header_row, column),
            *((unit, address) for unit, address in lines if unit.fits(field)),
        ]
        for field, column in reading.places.items()
        if field in reading.names.measures
    }


def _own(sheet: Sheet, row: int, column: int) -> list[tuple[Unit, str]]:
    """Return the units in a column's head and in the cell right below it."""
    head, below = (_text(sheet, place, column) for place in (row, row + 1))
    said = [(without_unit(undressed(head))[1], row), (unit_of(below), row + 1)]
    return [(unit, cell_address(place, column)) for unit, place in said if unit]


def _text(sheet: Sheet, row: int, column: int) -> str:
    return normalise(str(sheet.columns[column].at(row))) if row < sheet.height else ""


def _lines(sheet: Sheet) -> list[tuple[Unit, str]]:
    """Return the units named anywhere in the sheet, such as 单位：百人 above or below the table."""
    spoken = [
        column.apply(lambda raw: isinstance(raw, str) and "单位" in normalise(raw))
        for column in sheet.columns
    ]
    return [
        (unit, cell_address(row, column))
        for column, row in np.argwhere(np.array(spoken, bool)).tolist()
        for unit in _line(sheet, row, column)
    ]


def _line(sheet: Sheet, row: int, column: int) -> list[Unit]:
    """Return the units that a cell names; if it only says 单位：, those in the next filled cell."""
    text = _text(sheet, row, column)
    if not ANNOUNCED.fullmatch(text):
        return units_said(text)
    rest = [_text(sheet, row, place) for place in range(column + 1, len(sheet.columns))]
    return units_said(f"单位:{next(filter(None, rest), '')}")
