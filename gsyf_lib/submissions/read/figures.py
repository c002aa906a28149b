"""Read the figures of an accidents, pneumoconiosis or training table, each in its unit."""

import re
from functools import partial
from typing import Any

import numpy as np

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import listed
from gsyf_lib.submissions.measures import RATIO, SHARE_COUNTS
from gsyf_lib.submissions.read import words
from gsyf_lib.submissions.read.cells import cell_address, parse_count, parse_ratio
from gsyf_lib.submissions.read.sheet import Meaning, Sheet, SheetReading
from gsyf_lib.submissions.read.table import (
    ABSENT,
    FIGURE,
    MISSING,
    NOTHING,
    STATES,
    TRAINING,
    WITHHELD,
    FigureTable,
)

# The units in which a column is, each with the cell that says so.
Units = list[tuple[words.Unit, str]]

# A blank in these columns is no fault.
OPTIONAL = ("deaths", "injuries")
# 计量单位： with the unit in the next cell
ANNOUNCED = re.compile("[(]?(?:计量|统计)?单位[:是为]*")


def read_figures(reading: SheetReading, table: FigureTable) -> None:
    """Fill in the figures of the rows of a table."""
    lines = _unit_lines(reading.sheet)
    units = {
        measure: [
            *_units_of_column(reading, column),
            *((unit, at) for unit, at in lines if unit.fits(reading.fields[column])),
        ]
        for measure, column in table.columns.items()
    }
    for measure in table.columns:
        is_percent = any("".join(unit) == words.PERCENT for unit, _ in units[measure])
        _read_measure(reading, table, measure, is_percent)
    _agree(reading, table)
    _withhold_unfit(reading, table, units)


def _read_measure(
    reading: SheetReading, table: FigureTable, measure: str, is_percent: bool
) -> None:
    field = reading.fields[table.columns[measure]]
    chosen = np.arange(len(table))
    if field != measure:  # the training table has one column for both kinds
        chosen = np.flatnonzero(table.trainings == TRAINING.index(measure.partition("_")[0]))
    said = reading.read(
        table.rows[chosen],
        [field],
        partial(_figure, reading, field, is_percent),
        lambda index: table.about(chosen[index], measure),
    )
    index = table.index_of[measure]
    table.states[chosen, index], table.values[chosen, index] = said.T


def _figure(reading: SheetReading, field: str, is_percent: bool, raw: object) -> Meaning:
    """Return the state of a figure, as its index in ``STATES``, and its value."""
    if field == RATIO:
        cell = parse_ratio(raw, is_percent=is_percent)
    else:
        is_text_file = reading.source.sheet == ""
        cell = parse_count(raw, is_text_file=is_text_file, units=words.units_of(field))
    if cell.state == "bad":
        return Meaning(WITHHELD, 0, field, cell, "。该数据未采用")
    is_counted = all(name in reading.column_of for name in SHARE_COUNTS)
    is_optional = field in OPTIONAL or (field == RATIO and is_counted)
    is_nothing = cell.state == "missing" and is_optional
    state = NOTHING if is_nothing else STATES.index(cell.state)
    return Meaning(state, cell.value or 0, field, cell)


def _agree(reading: SheetReading, table: FigureTable) -> None:
    """Settle 无此行业 and blanks: 无此行业 holds for its whole row, any other blank is an error."""
    states = table.states
    if RATIO in table.columns:
        # Blank counts pass in rows that give a ratio instead.
        has_ratio = states[:, table.index_of[RATIO]] != NOTHING
        for index in (table.index_of[name] for name in SHARE_COUNTS if name in table.columns):
            states[has_ratio & (states[:, index] == MISSING), index] = NOTHING
    is_absent = (states == ABSENT).any(axis=1)
    fits = ~((states == FIGURE) | (states == WITHHELD)).any(axis=1)
    # 无此行业 holds for blanks beside it, but contradicts a figure beside it. ([:, None] turns what
    # is true of rows into a column, so that & pairs it with every cell of the row.)
    states[(is_absent & fits)[:, None] & (states == MISSING)] = ABSENT
    contradicted = (is_absent & ~fits)[:, None] & table.is_there
    _flag(reading, table, contradicted & (states == ABSENT), "row-contradiction")
    states[contradicted] = WITHHELD
    _flag(reading, table, states == MISSING, "cell-missing")


def _flag(reading: SheetReading, table: FigureTable, where: np.ndarray, name: str) -> None:
    measures = list(table.columns)
    for row, index in np.argwhere(where):
        reading.flag(name, table.cell(row, measures[index]), table.about(row, measures[index]))


def _withhold_unfit(reading: SheetReading, table: FigureTable, units: dict[str, Units]) -> None:
    """Withhold figures given in a unit that the table does not want, such as 百人."""
    unfit: dict[tuple[str, str], list[str]] = {}
    for measure, found in units.items():
        for unit, address in found:
            if not unit.is_wanted:
                unfit.setdefault(("".join(unit), address), []).append(measure)
    for (unit_said, address), measures in unfit.items():
        fields = dict.fromkeys(reading.fields[table.columns[measure]] for measure in measures)
        said: dict[str, Any] = {
            "unit": unit_said,
            "labels": listed(reading.names.label(reading.table, field) for field in fields),
            "wanted": listed(dict.fromkeys(words.units_of(field)[0] for field in fields)),
        }
        figures = table.figures(range(len(table)), measures)
        touches = [table.key(*figure) for figure in figures]
        reading.flag("unit-unfit", address, touches=touches, **said)
        table.withhold(figures)


def _units_of_column(reading: SheetReading, column: int) -> Units:
    """Return the units in a column's head and in the cell right below it."""
    row = reading.header_row
    head, below = (_text(reading.sheet, number, column) for number in (row, row + 1))
    said = [(words.without_unit(words.without_star(head))[1], row), (words.unit_of(below), row + 1)]
    return [(unit, cell_address(number, column)) for unit, number in said if unit]


def _text(sheet: Sheet, row: int, column: int) -> str:
    return normalise(str(sheet.columns[column].at(row))) if row < sheet.height else ""


def _unit_lines(sheet: Sheet) -> Units:
    """Return the units named anywhere in the sheet, such as 单位：百人 above or below the table."""
    spoken = [
        column.apply(lambda raw: isinstance(raw, str) and "单位" in normalise(raw))
        for column in sheet.columns
    ]
    return [
        (unit, cell_address(row, column))
        for column, row in np.argwhere(np.array(spoken, bool)).tolist()
        for unit in _units_in_line(sheet, row, column)
    ]


def _units_in_line(sheet: Sheet, row: int, column: int) -> list[words.Unit]:
    """Return the units that a cell names; if it only says 单位：, those in the next filled cell."""
    text = _text(sheet, row, column)
    if ANNOUNCED.fullmatch(text):
        rest = [_text(sheet, row, number) for number in range(column + 1, len(sheet.columns))]
        text = f"单位:{next(filter(None, rest), '')}"
    return words.units_said(text)
