"""Rows of a text file that have more or fewer cells than the header: which figure is which?

1,234 without quotes becomes two cells and moves all figures behind it by one column.
"""

import re
from itertools import pairwise
from typing import Any

import numpy as np

from gsyf_lib.submissions.measures import COUNTS, RATIO
from gsyf_lib.submissions.read.cells import Cell, bad, parse_count, parse_year
from gsyf_lib.submissions.read.keys import KEYS
from gsyf_lib.submissions.read.reading import SheetReading
from gsyf_lib.submissions.read.sheet import Sheet

Marks = dict[tuple[int, int], Cell]
# two cells that may be one number with its thousands set apart
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
FULL_WIDTH_COMMA = "，"


def uneven_rows(reading: SheetReading) -> Marks:
    """Return a judgement on each figure whose column is uncertain.

    A row is certain that ends in blanks, or lacks only columns that may be left out. A row without
    a year is a note, or gets a finding for that.
    """
    sheet, header_row = reading.sheet, reading.header_row
    if sheet.name:  # a workbook: its cells have addresses
        return {}
    figures = [column for column, field in reading.fields.items() if field not in KEYS]
    places = figures or [reading.places["year"]]
    lengths = np.sum([column.reached for column in sheet.columns], axis=0)
    (years,) = reading.columns("year")
    is_row = years.apply(_is_year)
    is_row[: header_row + 1] = False
    width, needed = _named(sheet.row(header_row)), _needed(reading)
    marks: Marks = {}
    for row in np.flatnonzero(is_row & (lengths != lengths[header_row])).tolist():
        if judgement := _judged(sheet.row(row), width, figures, needed):
            marks |= {(row, place): judgement for place in places}
    return marks | _with_other_commas(sheet, figures, is_row)


def _is_year(raw: object) -> bool:
    return parse_year(raw).state == "figure"


def _named(header: list[Any]) -> int:
    """Return how many columns there are up to the last that has a name."""
    return 1 + max(n for n, text in enumerate(header) if str(text).strip())


def _judged(row: list[Any], width: int, figures: list[int], needed: int) -> Cell | None:
    """Return what is wrong with a row that is longer or shorter than the header."""
    size = {"cells": len(row), "width": width}
    if any(str(cell).strip() for cell in row[width:]):
        return bad("row-too-long.surplus", **size)
    if split := _split_figure(row, figures):
        is_long = len(row) > width
        name = "row-too-long.split" if is_long else "row-too-short.split"
        return bad(name, split=split, **size)
    if _breaks_off(row, figures, needed):
        return bad("row-too-short.gap", **size)
    return None


def _split_figure(row: list[Any], figures: list[int]) -> str:
    """Return the first two neighbouring cells that may be one figure, as 1 and 234 may be 1,234."""
    pairs = (f"{row[a]},{row[b]}" for a, b in pairwise(sorted(figures)) if b == a + 1 < len(row))
    return next((pair for pair in pairs if THOUSANDS.fullmatch(pair)), "")


def _breaks_off(row: list[Any], figures: list[int], needed: int) -> bool:
    """Tell whether a row with figures ends before the last that is required."""
    given = [str(row[place]).strip() for place in figures if place < len(row)]
    if len(row) >= needed or not any(given):
        return False
    return not any(parse_count(text).state == "absent" for text in given)


def _needed(reading: SheetReading) -> int:
    """Return how many columns there are up to the last figure that may not be left out."""
    names, places = reading.names, reading.places
    wanted = names.measures.intersection(names.required[reading.table], places)
    if RATIO in places:
        wanted = wanted.difference(COUNTS)
    return 1 + max((places[field] for field in wanted), default=-1)


def _with_other_commas(sheet: Sheet, figures: list[int], is_row: np.ndarray) -> Marks:
    """Judge figures with a full-width comma: it may have been meant to separate two cells."""
    judgement = bad("cell-type.wide_comma")
    return {
        (row, place): judgement
        for place in figures
        for row in np.flatnonzero(
            is_row & sheet.columns[place].apply(lambda raw: FULL_WIDTH_COMMA in str(raw))
        ).tolist()
    }
