"""Which rows of a sheet hold data, and what each is about: year, area, industry."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from gsyf_lib.submissions.cells import Cell, parse_year, text_of
from gsyf_lib.submissions.context import Context, Note, Said
from gsyf_lib.submissions.names import (
    CATEGORIES,
    Names,
    did_you_mean,
    quoted,
    unknown_area,
    unknown_county,
)
from gsyf_lib.submissions.notes import are_notes, are_totals
from gsyf_lib.submissions.sheet import cell_address
from gsyf_lib.submissions.table import NONE

__all__ = ["KEYS", "TRAINING", "data_rows", "read_areas", "read_industries", "read_years"]

KEYS = ("year", "area", "county", "industry", "category", "number", "state")
TRAINING = ("safety", "health")


def data_rows(context: Context) -> tuple[np.ndarray, int]:
    """Return the rows below the header that hold data, and how many more have no names to read.

    Totals, notes and rows without names are told.
    """
    rows = np.flatnonzero(context.sheet.filled.any(axis=0))
    rows = rows[rows > context.header.row]
    for is_no_data in (_are_totals, _are_notes):
        rows = rows[~is_no_data(context, rows)]
    is_nameless = _are_nameless(context, rows)
    return rows[~is_nameless], int(is_nameless.sum())


def _are_totals(context: Context, rows: np.ndarray) -> np.ndarray:
    message = "数据中夹有合计行，未读取。合计由系统计算，请删除合计行"
    found = are_totals(context, rows)
    for row, field in found.items():
        context.error("row-total", message, context.address(row, field))
    return np.isin(rows, [*found])


def _are_notes(context: Context, rows: np.ndarray) -> np.ndarray:
    found = are_notes(context, rows)
    message = "该行是说明、栏次或计量单位，不是数据，未读取。不需处理"
    for row in rows[found]:
        address = cell_address(row, int(context.sheet.filled[:, row].argmax()))
        context.findings.add("info", "row-note", context.source, message, address)
    return found


def _are_nameless(context: Context, rows: np.ndarray) -> np.ndarray:
    """Tell of names without a value of their own; a merged range is told at its first cell."""
    found = np.zeros(len(rows), bool)
    for column in context.columns(*KEYS):
        found |= column.asked(lambda value: isinstance(value, Cell))[rows]
    names = [name for name in context.header.columns if name in KEYS]
    for row, name in ((row, name) for row in rows[found] for name in names):
        cell = context.at(row, name)
        if isinstance(cell, Cell) and cell.note:
            context.error(cell.code, f"{cell.note}。该行未采用", context.address(row, name))
    return found


def read_years(context: Context, rows: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Return the year of each row; outside the plan or ahead of its day it is an error."""
    about = partial(_about, context.names, areas, None)
    return context.meaning(rows, ["year"], partial(_year, context), about)[0]


def _about(names: Names, areas: np.ndarray, years: np.ndarray | None, row: int) -> dict[str, Any]:
    """Return what is known of a row of which a name is not understood."""
    if areas[row] == NONE:
        return {}
    area = names.places[areas[row]]
    year = None if years is None or years[row] == NONE else int(years[row])
    return {"area_code": area.code, "area": area.name, "year": year}


def _year(context: Context, raw: object) -> Said:
    cell = parse_year(raw)
    years = context.names.years
    allowed = f"本计划使用的年度：{'、'.join(map(str, years))}"
    if cell.value is None:
        note = cell.note or "年度空白（合并单元格请拆开填写）"
        return Said(NONE, notes=[Note("year", cell.code or "cell-year", f"{note}。{allowed}")])
    if cell.value not in years:
        message = f"{cell.value}年不在计划之内。{allowed}"
        return Said(NONE, notes=[Note("year", "year-outside-plan", message)])
    if cell.value > context.source.received_on.year:
        message = f"{cell.value}年尚未到来。请核对年度"
        return Said(NONE, notes=[Note("year", "year-in-future", message)])
    notes = [Note("year", cell.code, cell.note, "warning")] if cell.code else []
    return Said(cell.value, notes=notes)


def read_areas(context: Context, rows: np.ndarray) -> np.ndarray:
    """Return the area of each row, as its number in ``names.places``; a name is never guessed."""
    return context.meaning(rows, ["area", "county"], partial(_area, context))[0]


def _area(context: Context, raw: object, raw_county: object = "") -> Said:
    names = context.names
    text, county = text_of(raw), text_of(raw_county)
    area = names.areas.get(text)
    if area is None:
        return Said(NONE, notes=[Note("area", "area-unknown", unknown_area(text, names))])
    found = names.county(area, county) if county else area
    if found is None:
        message = unknown_county(county, area, names)
        return Said(NONE, notes=[Note("county", "area-unknown", message)])
    return Said(names.numbers[found])


def read_industries(
    context: Context, rows: np.ndarray, areas: np.ndarray, years: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the industry of each row, as its number in ``names.trades``, and its ``TRAINING``."""
    names, table = context.names, context.header.table
    about = partial(_about, names, areas, years)
    if table == "pneumoconiosis":
        number = names.trades.index(names.goal_industries("short_exposure_share")[0])
        return np.full(len(rows), number), np.zeros(len(rows), np.int64)
    if table == "training":
        return context.meaning(rows, ["industry", "category"], partial(_trained, names), about)
    judge = partial(_industry, names, ("accidents", "casualties"), "本表")
    return context.meaning(rows, ["industry"], judge, about)


def _trained(names: Names, raw: object, raw_category: object) -> Said:
    text = text_of(raw_category)
    if text not in CATEGORIES:
        fault = f"{quoted(text, CATEGORIES)}不是培训类别" if text else "培训类别空白"
        message = f"{fault}。{did_you_mean(text, ('安全生产', '职业卫生'))}"
        return Said(NONE, notes=[Note("category", "category-unknown", message)])
    category = CATEGORIES[text]
    said = _industry(names, (f"{category}_training_coverage",), f"{text}培训", raw)
    return said._replace(other=TRAINING.index(category))


def _industry(names: Names, indicators: Sequence[str], what: str, raw: object) -> Said:
    text = text_of(raw)
    allowed = names.goal_industries(*indicators)
    industry = names.industries.get(text, "")
    if not industry:
        said = (
            f"{quoted(text, allowed)}不是本计划的行业"
            if text
            else "行业空白（合并单元格请拆开填写）"
        )
        message = f"{said}。{did_you_mean(text, allowed)}"
        return Said(NONE, notes=[Note("industry", "industry-unknown", message)])
    if industry not in allowed:
        message = f"{what}没有“{industry}”的目标。可用：{'、'.join(allowed)}"
        return Said(NONE, notes=[Note("industry", "industry-mismatch", message)])
    return Said(names.trades.index(industry))
