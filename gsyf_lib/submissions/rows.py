"""The figures of an accidents, pneumoconiosis or training table; what cannot be is a finding."""

from functools import partial

import numpy as np

from gsyf_lib.submissions.cells import parse_count, parse_ratio
from gsyf_lib.submissions.context import Context, Note, Said
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.header import COUNTS, RATIO, Header
from gsyf_lib.submissions.keys import (
    TRAINING,
    data_rows,
    read_areas,
    read_industries,
    read_years,
)
from gsyf_lib.submissions.names import Names, units_of
from gsyf_lib.submissions.sheet import Sheet
from gsyf_lib.submissions.table import (
    ABSENT,
    FIGURE,
    MISSING,
    NONE,
    NOTHING,
    STATES,
    TABLES,
    WITHHELD,
    Table,
)
from gsyf_lib.submissions.units import Unit, column_units

__all__ = ["read_rows"]

Units = dict[str, list[tuple[Unit, str]]]

OPTIONAL = ("deaths", "injuries")
# the training table has a row for each category, and the same columns for both
FIELDS = {
    f"{category}_{measure}": field
    for category in TRAINING
    for measure, field in (("personnel", "key_personnel"), ("trained", "trained"))
}


def read_rows(
    sheet: Sheet, header: Header, names: Names, source: Source, findings: Findings
) -> Table:
    """Read the data rows below the header."""
    context = Context(sheet, header, names, source, findings)
    rows, nameless = data_rows(context)
    areas = read_areas(context, rows)
    years = read_years(context, rows, areas)
    industries, categories = read_industries(context, rows, areas, years)
    names_read = np.stack([years, areas, industries], axis=1)
    good = (names_read != NONE).all(axis=1)
    table = _blank(context, rows[good], years[good], areas[good], industries[good])
    table.unnamed = np.vstack([names_read[~good], np.full((nameless, 3), NONE)])
    figures = {f: n for f, n in header.columns.items() if f in names.measures}
    units = column_units(sheet, header.row, figures)
    for measure in table.columns:
        _read_measure(context, table, measure, categories[good], units)
    _agree(context, table)
    _withhold_unfit(context, table, units)
    return table


def _blank(
    context: Context,
    rows: np.ndarray,
    years: np.ndarray,
    areas: np.ndarray,
    industries: np.ndarray,
) -> Table:
    header = context.header
    columns = {
        measure: header.columns[field]
        for measure in TABLES[header.table]
        if (field := FIELDS.get(measure, measure)) in header.columns
    }
    shape = len(rows), len(columns)
    values, states = np.zeros(shape, np.int64), np.full(shape, NOTHING, np.int8)
    return Table(
        header.table,
        context.source,
        context.names,
        rows,
        years,
        areas,
        industries,
        columns,
        values,
        states,
    )


def _read_measure(
    context: Context, table: Table, measure: str, categories: np.ndarray, units: Units
) -> None:
    field = FIELDS.get(measure, measure)
    chosen = np.arange(len(table))
    if field != measure:
        chosen = np.flatnonzero(categories == TRAINING.index(measure.partition("_")[0]))
    said = context.meaning(
        table.rows[chosen],
        [field],
        partial(_figure, context, field, any(unit.is_percent for unit, _ in units[field])),
        lambda place: table.about(chosen[place], measure),
    )
    place = table.places[measure]
    table.states[chosen, place], table.values[chosen, place] = said


def _figure(context: Context, field: str, is_percent: bool, raw: object) -> Said:
    """Return state and value of a figure."""
    is_text_file = context.source.sheet == ""
    cell = (
        parse_ratio(raw, is_percent=is_percent)
        if field == RATIO
        else parse_count(raw, is_text_file=is_text_file, units=units_of(field))
    )
    if cell.state == "bad":
        return Said(WITHHELD, notes=[Note(field, cell.code, f"{cell.note}。该数据未采用")])
    notes = [Note(field, cell.code, cell.note, "warning")] if cell.code else []
    is_counted = all(name in context.header.columns for name in COUNTS)
    if cell.state == "missing" and (field in OPTIONAL or (field == RATIO and is_counted)):
        return Said(NOTHING, notes=notes)
    return Said(STATES.index(cell.state), cell.value or 0, notes)


def _agree(context: Context, table: Table) -> None:
    """Settle 无此行业 and blanks: 无此行业 holds for the whole row, a blank is an error."""
    states = table.states
    _drop_blank_counts(table)
    is_absent = (states == ABSENT).any(axis=1)
    fits = ~((states == FIGURE) | (states == WITHHELD)).any(axis=1)
    states[(is_absent & fits)[:, None] & (states == MISSING)] = ABSENT
    contradicted = (is_absent & ~fits)[:, None] & table.is_there
    message = "同一行既填“无此行业”又填了数字，该行未采用。没有该行业的整行不填数字，没有发生的填0"
    _tell(context, table, contradicted & (states == ABSENT), "row-contradiction", message)
    states[contradicted] = WITHHELD
    message = "空白，按未报送处理。没有发生请填0，没有该行业请填“无此行业”"
    _tell(context, table, states == MISSING, "cell-missing", message)


def _drop_blank_counts(table: Table) -> None:
    """Ask for no counts where a ratio is given in their place."""
    if RATIO in table.columns:
        has_ratio = table.states[:, table.places[RATIO]] != NOTHING
        for place in (table.places[name] for name in COUNTS if name in table.columns):
            table.states[has_ratio & (table.states[:, place] == MISSING), place] = NOTHING


def _withhold_unfit(context: Context, table: Table, units: Units) -> None:
    """Withhold the figures of columns that a unit is said for in which they are not asked for."""
    unfit: dict[tuple[str, str], list[str]] = {}
    for measure in table.columns:
        for unit, address in units[FIELDS.get(measure, measure)]:
            if not unit.is_wanted:
                unfit.setdefault(("".join(unit), address), []).append(measure)
    for (word, address), measures in unfit.items():
        fields = dict.fromkeys(FIELDS.get(measure, measure) for measure in measures)
        labels = listed(context.names.label(context.header.table, field) for field in fields)
        wanted = listed(dict.fromkeys(units_of(field)[0] for field in fields))
        message = (
            f"计量单位写明是“{word}”，{labels}应以“{wanted}”为单位，未采用。"
            f"请按“{wanted}”填写，更正计量单位后重新报送"
        )
        places = [table.places[measure] for measure in measures]
        rows = [(row, name) for row in range(len(table)) for name in measures]
        keys = tuple(table.key(row, name) for row, name in rows if table.has(row, name))
        context.error("unit-unfit", message, address, touches=keys)
        table.withhold(np.arange(len(table))[:, None], places)


def _tell(context: Context, table: Table, where: np.ndarray, code: str, message: str) -> None:
    measures = list(table.columns)
    for row, place in np.argwhere(where):
        about = table.about(row, measures[place])
        context.error(code, message, table.cell(row, measures[place]), **about)
