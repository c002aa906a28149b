"""Which rows of a sheet hold data, and about which year, area and industry?

Totals, notes, column numbers, units and signatures hold none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gsyf_lib.submissions.findings import listed, shortened
from gsyf_lib.submissions.measures import RATIO, TABLES
from gsyf_lib.submissions.read import cells
from gsyf_lib.submissions.read.names import (
    CATEGORIES,
    KEYS,
    MARKS,
    TASK_STATES,
    Area,
    Names,
    did_you_mean,
    quoted,
)
from gsyf_lib.submissions.read.sheet import Meaning, SheetReading
from gsyf_lib.submissions.read.table import NONE, TRAINING, FigureTable
from gsyf_lib.submissions.read.words import NOTE_START, TOTAL, unit_of

# Measures whose column has another name: the training table has a row for each kind of training
# (safety, health), with the same two columns for both.
FIELDS = {
    f"{category}_{measure}": field
    for category in TRAINING
    for measure, field in (("personnel", "key_personnel"), ("trained", "trained"))
}
# Printed forms number their columns below the header: 甲 乙 丙 for names, 1 2 (3) for figures.
COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?[0-9]{1,2}\)?")
# A date below a signature, split over cells: with 年 and 月, or three numbers and nothing else.
DATE = re.compile(r"(?:\D{0,8}:)?20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日?")
DATE_NUMBERS = re.compile(r"20[0-9]{2} (?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12][0-9]|3[01])")
# A row is data for sure if so many of its year, area and industry are understood.
ENOUGH_KNOWN = 2
NAME_FIELDS = ("year", "area", "county", "industry")


def read_rows(reading: SheetReading) -> FigureTable:
    """Return the rows below the header that hold data, still without figures.

    Totals, notes and names that are not understood become findings.
    """
    rows, nameless = _data_rows(reading)
    areas = reading.read(rows, ["area", "county"], partial(_area, reading.names))[:, 0]
    about = partial(_about, reading.names, areas)
    years = reading.read(rows, ["year"], partial(_year, reading), about)[:, 0]
    industries, trainings = _industries(reading, rows, partial(about, years=years)).T
    understood = np.stack([years, areas, industries], axis=1)
    is_good = (understood != NONE).all(axis=1)
    columns = {
        measure: reading.column_of[field]
        for measure in TABLES.get(reading.table, ())
        if (field := FIELDS.get(measure, measure)) in reading.column_of
    }
    return FigureTable(
        reading.table,
        reading.source,
        reading.names,
        rows[is_good],
        years[is_good],
        areas[is_good],
        industries[is_good],
        trainings[is_good],
        np.vstack([understood[~is_good], np.full((nameless, 3), NONE)]),
        columns,
    )


def _data_rows(reading: SheetReading) -> tuple[np.ndarray, int]:
    """Return the rows that hold data, and how many more have names that cannot be read."""
    rows = np.flatnonzero(reading.sheet.filled.any(axis=0))
    rows = rows[rows > reading.header_row]
    known = _names_known(reading)
    rows = rows[~_are_totals(reading, rows, known)]
    rows = rows[~_are_notes(reading, rows, known)]
    # Last: a merged total or note is none of the rows whose names cannot be read.
    is_nameless = _are_nameless(reading, rows)
    return rows[~is_nameless], int(is_nameless.sum())


def _names_known(reading: SheetReading) -> np.ndarray:
    """Return for each row how many of year, area and industry are understood."""
    questions: dict[str, Callable[[Any], bool]] = {
        "year": lambda raw: cells.parse_year(raw).state == "figure",
        "area": lambda raw: cells.text_of(raw) in reading.names.areas,
        "industry": lambda raw: cells.text_of(raw) in reading.names.industries,
    }
    known = np.zeros(reading.sheet.height, np.int64)
    for field, is_known in questions.items():
        for column in reading.columns(field):
            known += column.apply(is_known)
    return known


def _are_totals(reading: SheetReading, rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which rows are totals, with a finding for each; a note that mentions one is none."""
    found: dict[int, str] = {}
    for field in (name for name in NAME_FIELDS if name in reading.column_of):
        (column,) = reading.columns(field)
        is_named = column.apply(lambda raw: bool(TOTAL.search(cells.text_of(raw))))[rows]
        for row in rows[is_named].tolist():
            found.setdefault(row, field)
    totals = [
        row
        for row in found
        if not NOTE_START.match(reading.filled_texts(row)[0])
        and (known[row] or _figures(reading, row))
    ]
    for row in totals:
        reading.flag("row-total", reading.address(row, found[row]))
    return np.isin(rows, totals)


def _are_notes(reading: SheetReading, rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which rows are notes, with a finding for each; no note is quoted, it may name people.

    A note is a row of which at most one of year, area and industry is understood. But a whole row
    of figures, or figures and nothing else, are data whose names somebody forgot.
    """
    perhaps = rows[known[rows] < ENOUGH_KNOWN].tolist()
    required = reading.names.measures.intersection(reading.names.required[reading.table])
    whole = 1 if RATIO in reading.column_of else len(required & reading.column_of.keys())
    notes = [row for row in perhaps if _is_note(reading, row, known[row], whole)]
    for row in notes:
        first = int(reading.sheet.filled[:, row].argmax())
        reading.flag("row-note.note", cells.cell_address(row, first))
    return np.isin(rows, notes)


def _is_note(reading: SheetReading, row: int, known: int, whole: int) -> bool:
    """Tell a note; ``known``: how many of its names are; ``whole``: the figures of a whole row."""
    keys = reading.column_of.keys() - reading.names.measures
    if any(cells.is_doubted(reading.at(row, name)) for name in keys):
        return False
    texts = reading.filled_texts(row)
    if DATE.fullmatch("".join(texts)):
        return True
    figures = _figures(reading, row)
    is_whole = figures >= whole
    if known:
        return not is_whole and NOTE_START.match(texts[0]) is not None
    # A line that belongs to the form itself: column numbers (no gaps), units or a date.
    named = [reading.text(row, name) for name in reading.column_of]
    is_of_form = all(map(COLUMN_NUMBER.fullmatch, named)) or all(map(unit_of, texts))
    if NOTE_START.match(texts[0]) or is_of_form or DATE_NUMBERS.fullmatch(" ".join(texts)):
        return True
    return not (is_whole or figures == len(texts))


def _figures(reading: SheetReading, row: int) -> int:
    """Return how many figures, or states of tasks, stand in the columns for them."""
    fields = reading.names.measures & reading.column_of.keys()
    return sum(_is_figure(field, reading.at(row, field)) for field in fields)


def _is_figure(field: str, raw: object) -> bool:
    """Tell a figure or the state of a task; a doubted cell was meant as one."""
    if cells.is_doubted(raw):
        return True
    if field == "state":
        return cells.text_of(raw) in TASK_STATES
    said = [cells.parse_count(raw)]
    if field == RATIO:
        said = [cells.parse_ratio(raw), cells.parse_ratio(raw, is_percent=True)]
    return any(cell.state in ("figure", "absent") for cell in said)


def _are_nameless(reading: SheetReading, rows: np.ndarray) -> np.ndarray:
    """Tell which rows have a doubted name, with a finding for each.

    A merged range has its sentence in its first cell only, so it is told once.
    """
    found = np.zeros(len(rows), bool)
    for column in reading.columns(*KEYS):
        found |= column.apply(cells.is_doubted)[rows]
    fields = [field for field in reading.column_of if field in KEYS]
    for row, field in ((row, field) for row in rows[found] for field in fields):
        cell = reading.at(row, field)
        if cells.is_doubted(cell) and cell.sentence:
            address = reading.address(row, field)
            reading.flag(cell.sentence, address, more="。该行未采用", **dict(cell.fields))
    return found


def _about(
    names: Names, areas: np.ndarray, row: int, years: np.ndarray | None = None
) -> Mapping[str, Any]:
    """Return what a finding on a name that is not understood can say about its row."""
    if areas[row] == NONE:
        return {}
    area = names.areas_by_code[areas[row]]
    year = None if years is None or years[row] == NONE else int(years[row])
    return {"area_code": area.code, "area": area.name, "year": year}


def _year(reading: SheetReading, raw: object) -> Meaning:
    """Return the year; one outside the plan or in the future is an error."""
    cell, years = cells.parse_year(raw), reading.names.years
    allowed = f"本计划使用的年度：{'、'.join(map(str, years))}"
    if cell.state == "missing":
        return _unknown("year", cells.bad("cell-year.blank"), f"。{allowed}")
    if cell.value is None:
        return _unknown("year", cell, f"。{allowed}")
    if cell.value not in years:
        return _unknown("year", cells.bad("year-outside-plan", year=cell.value, allowed=allowed))
    if cell.value > reading.source.received_on.year:
        return _unknown("year", cells.bad("year-in-future", year=cell.value))
    return Meaning(cell.value, 0, "year", cell)


def _unknown(field: str, cell: cells.Cell, more: str = "") -> Meaning:
    return Meaning(NONE, 0, field, cell, more)


def _area(names: Names, raw: object, raw_county: object = "") -> Meaning:
    """Return the number of the area in ``names.areas_by_code``; no name is guessed."""
    text, county = cells.text_of(raw), cells.text_of(raw_county)
    area = names.areas.get(text)
    if area is None:
        return _unknown("area", _unknown_area(text, names))
    found = names.county(area, county) if county else area
    if found is None:
        return _unknown("county", _unknown_county(county, area, names))
    return Meaning(names.numbers[found])


def _unknown_area(text: str, names: Names) -> cells.Cell:
    if not text:
        return cells.bad("area-unknown.blank")
    fronts = [word for word, area in names.areas.items() if area.level == "province"]
    rests = [text.removeprefix(word).lstrip(MARKS) for word in fronts]
    # the text without the name of the province in front
    below = min((rest for rest in rests if len(rest) > 1), key=len, default=text)
    if cities := names.cities_of(below):
        home = listed(f"“{city}”" for city in cities)
        return cells.bad("area-unknown.county_as_city", text=shortened(text), cities=home)
    official = dict.fromkeys(area.name for area in names.areas.values())
    said = quoted(text, official, resembling=below)
    return cells.bad("area-unknown.other", said=said, hint=did_you_mean(below, official))


def _unknown_county(text: str, area: Area, names: Names) -> cells.Cell:
    inside = dict.fromkeys(
        county.name for (parent, _), county in names.counties.items() if parent == area.code
    )
    if not inside:
        return cells.bad("area-unknown.no_counties", area=area.name)
    said, hint = quoted(text, inside), did_you_mean(text, inside)
    return cells.bad("area-unknown.county", said=said, area=area.name, hint=hint)


def _industries(
    reading: SheetReading, rows: np.ndarray, about: Callable[[int], Mapping[str, Any]]
) -> np.ndarray:
    """Return for each row the numbers of its industry and of its kind of training."""
    names = reading.names
    if reading.table == "training":
        return reading.read(rows, ["industry", "category"], partial(_trained, names), about)
    if reading.table == "accidents":
        judge = partial(_industry, names, ("accidents", "casualties"), "本表")
        return reading.read(rows, ["industry"], judge, about)
    # Tasks have no industry; of pneumoconiosis there is only one, 涉尘行业.
    found = np.zeros((len(rows), 2), np.int64)
    if reading.table == "pneumoconiosis":
        dusty, *_ = names.goal_industries("short_exposure_share")
        found[:, 0] = names.all_industries.index(dusty)
    return found


def _trained(names: Names, raw: object, raw_category: object) -> Meaning:
    text = cells.text_of(raw_category)
    if text not in CATEGORIES:
        said, hint = quoted(text, CATEGORIES), did_you_mean(text, ("安全生产", "职业卫生"))
        name = "category-unknown.other" if text else "category-unknown.blank"
        return _unknown("category", cells.bad(name, said=said, hint=hint))
    category = CATEGORIES[text]
    meaning = _industry(names, (f"{category}_training_coverage",), f"{text}培训", raw)
    return meaning._replace(other=TRAINING.index(category))


def _industry(names: Names, indicators: Sequence[str], table: str, raw: object) -> Meaning:
    text = cells.text_of(raw)
    allowed = names.goal_industries(*indicators)
    industry = names.industries.get(text, "")
    if not industry:
        name = "industry-unknown.other" if text else "industry-unknown.blank"
        said, hint = quoted(text, allowed), did_you_mean(text, allowed)
        return _unknown("industry", cells.bad(name, said=said, hint=hint))
    if industry not in allowed:
        fields = {"table": table, "industry": industry, "allowed": "、".join(allowed)}
        return _unknown("industry", cells.bad("industry-mismatch", **fields))
    return Meaning(names.all_industries.index(industry))
