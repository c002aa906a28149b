"""Which rows of a sheet hold data, and what each is about: year, area, industry."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from gsyf_lib.submissions.cells import Cell, parse_year, text_of
from gsyf_lib.submissions.context import Context, Note, Said
from gsyf_lib.submissions.findings import shortened
from gsyf_lib.submissions.names import (
    CATEGORIES,
    Names,
    did_you_mean,
    is_total,
    unknown_area,
    unknown_county,
)
from gsyf_lib.submissions.notes import are_notes
from gsyf_lib.submissions.sheet import cell_address

__all__ = ["KEYS", "NONE", "TRAINING", "data_rows", "read_areas", "read_industries", "read_years"]

KEYS = ("year", "area", "county", "industry", "category", "number", "state")
NAMES = ("year", "area", "county", "industry")
NONE = -1
TRAINING = ("safety", "health")


def data_rows(context: Context) -> np.ndarray:
    """Return the rows below the header that hold data; totals and notes among them are told."""
    rows = np.flatnonzero(context.sheet.filled.any(axis=0))
    rows = rows[rows > context.header.row]
    for is_no_data in (_are_totals, _are_notes, _are_nameless):
        rows = rows[~is_no_data(context, rows)]
    return rows


def _are_totals(context: Context, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(len(rows), bool)
    message = "数据中夹有合计行，未读取。合计由系统计算，请删除合计行"
    for name in (name for name in NAMES if name in context.header.columns):
        (column,) = context.columns(name)
        is_new = column.asked(lambda raw: is_total(text_of(raw)))[rows] & ~found
        for row in rows[is_new]:
            context.error("row-total", message, context.address(row, name))
        found |= is_new
    return found


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


def read_years(context: Context, rows: np.ndarray) -> np.ndarray:
    """Return the year of each row; outside the plan or ahead of its day it is an error."""
    return context.meaning(rows, ["year"], partial(_year, context))[0]


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
    found = names.counties.get((area.code, county)) if county else area
    if found is None:
        message = unknown_county(county, area, names)
        return Said(NONE, notes=[Note("county", "area-unknown", message)])
    return Said(names.numbers[found])


def read_industries(context: Context, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the industry of each row, as its number in ``names.trades``, and its ``TRAINING``."""
    table = context.header.table
    if table == "pneumoconiosis":
        industry = context.names.goal_industries("short_exposure_share")[0]
        return np.full(len(rows), context.names.trades.index(industry)), np.zeros(
            len(rows), np.int64
        )
    if table == "training":
        return context.meaning(rows, ["industry", "category"], partial(_trained, context.names))
    judge = partial(_industry, context.names, ("accidents", "casualties"), "本表")
    return context.meaning(rows, ["industry"], judge)


def _trained(names: Names, raw: object, raw_category: object) -> Said:
    text = text_of(raw_category)
    if text not in CATEGORIES:
        fault = f"“{shortened(text)}”不是培训类别" if text else "培训类别空白"
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
            f"“{shortened(text)}”不是本计划的行业" if text else "行业空白（合并单元格请拆开填写）"
        )
        message = f"{said}。{did_you_mean(text, allowed)}"
        return Said(NONE, notes=[Note("industry", "industry-unknown", message)])
    if industry not in allowed:
        message = f"{what}没有“{industry}”的目标。可用：{'、'.join(allowed)}"
        return Said(NONE, notes=[Note("industry", "industry-mismatch", message)])
    return Said(names.trades.index(industry))
