"""Read the figures of an accidents, pneumoconiosis or training table."""

from functools import partial
from typing import Any

import numpy as np

from gsyf_lib.submissions.findings import listed
from gsyf_lib.submissions.measures import COUNTS, RATIO, TABLES
from gsyf_lib.submissions.read.cells import parse_count, parse_ratio
from gsyf_lib.submissions.read.keys import (
    TRAINING,
    data_rows,
    read_areas,
    read_industries,
    read_years,
)
from gsyf_lib.submissions.read.names import units_of
from gsyf_lib.submissions.read.reading import Meaning, SheetReading, finding_on_cell
from gsyf_lib.submissions.read.table import (
    ABSENT,
    FIGURE,
    MISSING,
    NONE,
    NOTHING,
    STATES,
    WITHHELD,
    Table,
)
from gsyf_lib.submissions.read.units import Unit, column_units

Units = dict[str, list[tuple[Unit, str]]]

# A blank in these columns is no fault.
OPTIONAL = ("deaths", "injuries")
# Measures whose column has another name: the training table has a row for each kind of training
# (safety, health), with the same two columns for both.
FIELDS = {
    f"{category}_{measure}": field
    for category in TRAINING
    for measure, field in (("personnel", "key_personnel"), ("trained", "trained"))
}


def read_rows(reading: SheetReading) -> Table:
    """Read the data rows below the header."""
    rows, nameless = data_rows(reading)
    areas = read_areas(reading, rows)
    years = read_years(reading, rows, areas)
    industries, categories = read_industries(reading, rows, areas, years)
    names_read = np.stack([years, areas, industries], axis=1)
    good = (names_read != NONE).all(axis=1)
    table = _blank(reading, rows[good], names_read[good])
    table.unnamed = np.vstack([names_read[~good], np.full((nameless, 3), NONE)])
    units = column_units(reading)
    for measure in table.columns:
        _read_measure(reading, table, measure, categories[good], units)
    _agree(reading, table)
    _withhold_unfit(reading, table, units)
    return table


def _blank(reading: SheetReading, rows: np.ndarray, names_read: np.ndarray) -> Table:
    """Return a table of these rows, still without figures."""
    columns = {
        measure: reading.places[field]
        for measure in TABLES[reading.table]
        if (field := FIELDS.get(measure, measure)) in reading.places
    }
    shape = len(rows), len(columns)
    years, areas, industries = names_read.T
    return Table(
        reading.table,
        reading.source,
        reading.names,
        rows,
        years,
        areas,
        industries,
        columns,
        np.zeros(shape, np.int64),
        np.full(shape, NOTHING, np.int8),
    )


def _read_measure(
    reading: SheetReading, table: Table, measure: str, categories: np.ndarray, units: Units
) -> None:
    field = FIELDS.get(measure, measure)
    chosen = np.arange(len(table))
    if field != measure:
        chosen = np.flatnonzero(categories == TRAINING.index(measure.partition("_")[0]))
    said = reading.meaning(
        table.rows[chosen],
        [field],
        partial(_figure, reading, field, any(unit.is_percent for unit, _ in units[field])),
        lambda place: table.about(chosen[place], measure),
    )
    place = table.places[measure]
    table.states[chosen, place], table.values[chosen, place] = said


def _figure(reading: SheetReading, field: str, is_percent: bool, raw: object) -> Meaning:
    """Return the state of a figure, as its place in ``STATES``, and its value."""
    is_text_file = reading.source.sheet == ""
    cell = (
        parse_ratio(raw, is_percent=is_percent)
        if field == RATIO
        else parse_count(raw, is_text_file=is_text_file, units=units_of(field))
    )
    if cell.state == "bad":
        return Meaning(WITHHELD, **finding_on_cell(field, cell, "。该数据未采用"))
    finding = finding_on_cell(field, cell)
    is_counted = all(name in reading.places for name in COUNTS)
    if cell.state == "missing" and (field in OPTIONAL or (field == RATIO and is_counted)):
        return Meaning(NOTHING, **finding)
    return Meaning(STATES.index(cell.state), cell.value or 0, **finding)


def _agree(reading: SheetReading, table: Table) -> None:
    """Settle 无此行业 and blanks: 无此行业 holds for its whole row, any other blank is an error."""
    states = table.states
    _drop_blank_counts(table)
    is_absent = (states == ABSENT).any(axis=1)
    fits = ~((states == FIGURE) | (states == WITHHELD)).any(axis=1)
    # 无此行业 holds for blanks beside it, but contradicts a figure beside it. ([:, None] turns what
    # is true of rows into a column, so that & pairs it with every cell of the row.)
    states[(is_absent & fits)[:, None] & (states == MISSING)] = ABSENT
    contradicted = (is_absent & ~fits)[:, None] & table.is_there
    _tell(reading, table, contradicted & (states == ABSENT), "row-contradiction")
    states[contradicted] = WITHHELD
    _tell(reading, table, states == MISSING, "cell-missing")


def _drop_blank_counts(table: Table) -> None:
    """Let blank counts pass in rows that give a ratio instead."""
    if RATIO in table.columns:
        has_ratio = table.states[:, table.places[RATIO]] != NOTHING
        for place in (table.places[name] for name in COUNTS if name in table.columns):
            table.states[has_ratio & (table.states[:, place] == MISSING), place] = NOTHING


def _withhold_unfit(reading: SheetReading, table: Table, units: Units) -> None:
    """Withhold figures given in a unit that the table does not want, such as 百人."""
    unfit: dict[tuple[str, str], list[str]] = {}
    for measure in table.columns:
        for unit, address in units[FIELDS.get(measure, measure)]:
            if not unit.is_wanted:
                unfit.setdefault(("".join(unit), address), []).append(measure)
    for (unit_said, address), measures in unfit.items():
        fields = dict.fromkeys(FIELDS.get(measure, measure) for measure in measures)
        labels = listed(reading.names.label(reading.table, field) for field in fields)
        wanted = listed(dict.fromkeys(units_of(field)[0] for field in fields))
        figures = table.figures(range(len(table)), measures)
        touches = [table.key(*figure) for figure in figures]
        said: dict[str, Any] = {"unit": unit_said, "labels": labels, "wanted": wanted}
        reading.tell("unit-unfit", address, touches=touches, **said)
        table.withhold(figures)


def _tell(reading: SheetReading, table: Table, where: np.ndarray, name: str) -> None:
    measures = list(table.columns)
    for row, place in np.argwhere(where):
        reading.tell(name, table.cell(row, measures[place]), table.about(row, measures[place]))
