"""Rows between and below the data that hold none: notes, column numbers, units, signatures."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from gsyf_lib.submissions import cells
from gsyf_lib.submissions.context import Context

__all__ = ["are_notes"]

NOTE = re.compile(
    "[(（]?(?:附?注|备注|说明|填表|填报|制表|报送|审核|审批|审定|复核|校对|经办|统计|单位|负责人|联系|电话|日期)"
)
COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?[0-9]{1,2}\)?")
SURE = 2
UNIT = re.compile(r"\(?(?:年|起|人|例|名|人次|%)\)?")


def are_notes(context: Context, rows: np.ndarray) -> np.ndarray:
    """Tell rows without data; one of which names or a figure are understood is never a note.

    The text of a note goes nowhere: it may name people.
    """
    known = _names_known(context)[rows]
    found = known < SURE
    found[found] = [
        _is_note(context, row, number)
        for row, number in zip(rows[found].tolist(), known[found].tolist(), strict=True)
    ]
    return found


def _names_known(context: Context) -> np.ndarray:
    """Return how many of the names in each row are understood: year, area, industry."""
    names = context.names
    questions: dict[str, Callable[[Any], bool]] = {
        "year": lambda raw: cells.parse_year(raw).state == "figure",
        "area": lambda raw: cells.text_of(raw) in names.areas,
        "industry": lambda raw: cells.text_of(raw) in names.industries,
    }
    known = np.zeros(context.sheet.height, np.int64)
    for field, is_known in questions.items():
        for column in context.columns(field):
            known += column.asked(is_known)
    return known


def _is_note(context: Context, row: int, known: int) -> bool:
    values = context.sheet.row(row)
    if any(isinstance(value, cells.Cell) for value in values):
        return False
    texts = [text for text in map(cells.text_of, values) if text]
    if known == 0 and (_has_column_numbers(context, row) or all(map(UNIT.fullmatch, texts))):
        return True
    if any(_is_figure(context.at(row, name)) for name in context.names.measures):
        return False
    return (known == 0 and len(texts) == 1) or bool(NOTE.match(texts[0]))


def _has_column_numbers(context: Context, row: int) -> bool:
    """Tell 甲 乙 丙 1 2: every column has its number; figures without names are none."""
    texts = [context.text(row, name) for name in context.header.columns]
    return all(map(COLUMN_NUMBER.fullmatch, texts))


def _is_figure(raw: object) -> bool:
    return cells.parse_count(raw).state in ("figure", "absent")
