"""Rows of a text file that have other cells than the header: which figure is which?

1,234 without quotes is two cells, and in a row that breaks off it moves the figures unseen.
"""

import re
from itertools import pairwise
from typing import Any

import numpy as np

from gsyf_lib.submissions.cells import Cell, parse_count, parse_year
from gsyf_lib.submissions.header import COUNTS, RATIO, Header
from gsyf_lib.submissions.keys import KEYS
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.sheet import Sheet

__all__ = ["uneven_rows"]

Marks = dict[tuple[int, int], Cell]
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
FULL_WIDTH_COMMA = "，"


def uneven_rows(sheet: Sheet, header: Header, names: Names) -> Marks:
    """Return a judgement for the figures of the rows in which it is not sure where each stands.

    A row that only lacks columns which may be left out is sure, and one that ends in blanks. A row
    without a year is a note, or told for that.
    """
    if sheet.name:
        return {}
    figures = [column for field, column in header.columns.items() if field not in KEYS]
    places = figures or [header.columns["year"]]
    lengths = np.sum([column.reached for column in sheet.columns], axis=0)
    is_row = sheet.columns[header.columns["year"]].asked(_is_year)
    is_row[: header.row + 1] = False
    width, needed = _named(sheet, header), _needed(header, names)
    marks: Marks = {}
    for row in np.flatnonzero(is_row & (lengths != lengths[header.row])).tolist():
        if told := _judged(sheet.row(row), width, figures, needed):
            marks |= {(row, place): told for place in places}
    return marks | _with_other_commas(sheet, figures, is_row)


def _is_year(raw: object) -> bool:
    return parse_year(raw).state == "figure"


def _named(sheet: Sheet, header: Header) -> int:
    """Return how many columns there are up to the last that has a name."""
    return 1 + max(n for n, text in enumerate(sheet.row(header.row)) if str(text).strip())


def _judged(row: list[Any], width: int, figures: list[int], needed: int) -> Cell | None:
    """Return what is wrong with a row that is longer or shorter than the header."""
    split = _split_figure(row, figures)
    if any(str(cell).strip() for cell in row[width:]):
        why, what = "各格属于哪一列", "去掉千分位和多余的分隔符"
    elif split:
        why, what = f"“{split}”是一格还是两格", "去掉千分位，补齐各列"
    elif _breaks_off(row, figures, needed):
        why, what = "缺的是哪一格", "补齐各列：没有发生填0，没有该行业填“无此行业”"
    else:
        return None
    code = "row-too-long" if len(row) > width else "row-too-short"
    return Cell("bad", None, code, f"该行有{len(row)}格，表头有{width}列，{why}无法确定。请{what}")


def _split_figure(row: list[Any], figures: list[int]) -> str:
    """Return the first two neighbouring figures that may be one, as 1,234 is."""
    pairs = (f"{row[a]},{row[b]}" for a, b in pairwise(sorted(figures)) if b == a + 1 < len(row))
    return next((pair for pair in pairs if THOUSANDS.fullmatch(pair)), "")


def _breaks_off(row: list[Any], figures: list[int], needed: int) -> bool:
    """Tell whether a row with figures ends before all that are asked for."""
    given = [str(row[place]).strip() for place in figures if place < len(row)]
    if len(row) >= needed or not any(given):
        return False
    return not any(parse_count(text).state == "absent" for text in given)


def _needed(header: Header, names: Names) -> int:
    """Return how many columns there are up to the last figure that may not be left out."""
    wanted = names.measures.intersection(names.required[header.table], header.columns)
    if RATIO in header.columns:
        wanted = wanted.difference(COUNTS)
    return 1 + max((header.columns[field] for field in wanted), default=-1)


def _with_other_commas(sheet: Sheet, figures: list[int], is_row: np.ndarray) -> Marks:
    """Judge figures with a full-width comma: it may have been meant to separate two cells."""
    note = "含全角逗号，是一个数还是两格无法确定。请用半角逗号分隔各列，数字不加千分位"
    told = Cell("bad", None, "cell-type", note)
    return {
        (row, place): told
        for place in figures
        for row in np.flatnonzero(
            is_row & sheet.columns[place].asked(lambda raw: FULL_WIDTH_COMMA in str(raw))
        ).tolist()
    }
