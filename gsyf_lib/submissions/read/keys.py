"""Which rows of a sheet hold data, and about which year, area and industry?"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from gsyf_lib.submissions.read.cells import Cell, parse_year, text_of
from gsyf_lib.submissions.read.names import (
    CATEGORIES,
    Names,
    did_you_mean,
    quoted,
    unknown_area,
    unknown_county,
)
from gsyf_lib.submissions.read.notes import are_notes, are_totals
from gsyf_lib.submissions.read.reading import Meaning, SheetReading, finding_on_cell
from gsyf_lib.submissions.read.table import NONE

# The fields that say what a row is about; all others hold figures.
KEYS = ("year", "area", "county", "industry", "category", "number", "state")
TRAINING = ("safety", "health")


def data_rows(reading: SheetReading) -> tuple[np.ndarray, int]:
    """Return the rows below the header that hold data, and how many more have unreadable names.

    Totals, notes and rows with unreadable names become findings.
    """
    rows = np.flatnonzero(reading.sheet.filled.any(axis=0))
    rows = rows[rows > reading.header_row]
    rows = rows[~are_totals(reading, rows)]
    rows = rows[~are_notes(reading, rows)]
    # Last: a merged total or note is none of the rows whose names cannot be read.
    is_nameless = _are_nameless(reading, rows)
    return rows[~is_nameless], int(is_nameless.sum())


def _are_nameless(reading: SheetReading, rows: np.ndarray) -> np.ndarray:
    """Tell which rows have a name that is not to be believed, with a finding for each.

    A merged range has its sentence in its first cell only, so it is told once.
    """
    found = np.zeros(len(rows), bool)
    for column in reading.columns(*KEYS):
        found |= column.apply(lambda value: isinstance(value, Cell))[rows]
    fields = [field for field in reading.places if field in KEYS]
    for row, field in ((row, field) for row in rows[found] for field in fields):
        cell = reading.at(row, field)
        if isinstance(cell, Cell) and cell.sentence:
            address = reading.address(row, field)
            reading.tell(cell.sentence, address, more="。该行未采用", **dict(cell.fields))
    return found


def read_years(reading: SheetReading, rows: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Return the year of each row; one outside the plan or in the future is an error."""
    about = partial(_about, reading.names, areas, None)
    return reading.meaning(rows, ["year"], partial(_year, reading), about)[0]


def _about(names: Names, areas: np.ndarray, years: np.ndarray | None, row: int) -> dict[str, Any]:
    """Return what a finding on a name that is not understood can say about its row."""
    if areas[row] == NONE:
        return {}
    area = names.areas_by_code[areas[row]]
    year = None if years is None or years[row] == NONE else int(years[row])
    return {"area_code": area.code, "area": area.name, "year": year}


def _year(reading: SheetReading, raw: object) -> Meaning:
    cell = parse_year(raw)
    years = reading.names.years
    allowed = f"本计划使用的年度：{'、'.join(map(str, years))}"
    if cell.state == "missing":
        return _unknown("year", "cell-year.blank", more=f"。{allowed}")
    if cell.value is None:
        return Meaning(NONE, **finding_on_cell("year", cell, f"。{allowed}"))
    if cell.value not in years:
        return _unknown("year", "year-outside-plan", year=cell.value, allowed=allowed)
    if cell.value > reading.source.received_on.year:
        return _unknown("year", "year-in-future", year=cell.value)
    return Meaning(cell.value, **finding_on_cell("year", cell))


def _unknown(field: str, sentence: str, more: str = "", **fields: Any) -> Meaning:
    """Return that a name is not understood, and the finding on it."""
    return Meaning(NONE, field=field, sentence=sentence, fields=fields, more=more)


def read_areas(reading: SheetReading, rows: np.ndarray) -> np.ndarray:
    """Return the number of each row's area in ``names.areas_by_code``; no name is guessed."""
    return reading.meaning(rows, ["area", "county"], partial(_area, reading.names))[0]


def _area(names: Names, raw: object, raw_county: object = "") -> Meaning:
    text, county = text_of(raw), text_of(raw_county)
    area = names.areas.get(text)
    if area is None:
        sentence, fields = unknown_area(text, names)
        return _unknown("area", sentence, **fields)
    found = names.county(area, county) if county else area
    if found is None:
        sentence, fields = unknown_county(county, area, names)
        return _unknown("county", sentence, **fields)
    return Meaning(names.numbers[found])


def read_industries(
    reading: SheetReading, rows: np.ndarray, areas: np.ndarray, years: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the industry of each row, and its kind of training, both as numbers.

    The numbers are places in ``names.all_industries`` and in ``TRAINING``.
    """
    names, table = reading.names, reading.table
    about = partial(_about, names, areas, years)
    if table == "pneumoconiosis":
        # This table has no column of industries: there is only one, 涉尘行业.
        number = names.all_industries.index(names.goal_industries("short_exposure_share")[0])
        return np.full(len(rows), number), np.zeros(len(rows), np.int64)
    if table == "training":
        return reading.meaning(rows, ["industry", "category"], partial(_trained, names), about)
    judge = partial(_industry, names, ("accidents", "casualties"), "本表")
    return reading.meaning(rows, ["industry"], judge, about)


def _trained(names: Names, raw: object, raw_category: object) -> Meaning:
    text = text_of(raw_category)
    if text not in CATEGORIES:
        hint = did_you_mean(text, ("安全生产", "职业卫生"))
        name = "category-unknown.other" if text else "category-unknown.blank"
        return _unknown("category", name, said=quoted(text, CATEGORIES), hint=hint)
    category = CATEGORIES[text]
    said = _industry(names, (f"{category}_training_coverage",), f"{text}培训", raw)
    return said._replace(other=TRAINING.index(category))


def _industry(names: Names, indicators: Sequence[str], table: str, raw: object) -> Meaning:
    text = text_of(raw)
    allowed = names.goal_industries(*indicators)
    industry = names.industries.get(text, "")
    if not industry:
        hint = did_you_mean(text, allowed)
        name = "industry-unknown.other" if text else "industry-unknown.blank"
        return _unknown("industry", name, said=quoted(text, allowed), hint=hint)
    if industry not in allowed:
        fields = {"table": table, "industry": industry, "allowed": "、".join(allowed)}
        return _unknown("industry", "industry-mismatch", **fields)
    return Meaning(names.all_industries.index(industry))
