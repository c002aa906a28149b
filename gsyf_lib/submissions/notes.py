"""Rows between and below the data that hold none: notes, column numbers, units, signatures."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from gsyf_lib.submissions import cells
from gsyf_lib.submissions.context import Context
from gsyf_lib.submissions.header import RATIO
from gsyf_lib.submissions.names import TASK_STATES, is_total
from gsyf_lib.submissions.units import unit_of

__all__ = ["are_notes", "are_totals", "begins_note"]

NOTE = re.compile(
    r"\(?(?:附?注|备注|说明|填表|填报|制表|制单|报送|报出|上报|审核|审批|审定|复核|校[对核]|经[办手]|报告人|统计|单位|"
    r"[主分]?[要管]?负责人|主管|领导|局长|主任|签[字名章]|盖章|公章|印章|联系|电话|手机|日期|时间|(?:数据|资料)?来源)"
    r"|\(?[0-9一二三四五六七八九十]{1,2}[.、)](?![0-9])"
)
COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?[0-9]{1,2}\)?")
# a date split over cells: its parts with 年 and 月, or three numbers and nothing else
DATE = re.compile(r"(?:\D{0,8}:)?20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日?")
DATE_NUMBERS = re.compile(r"20[0-9]{2} (?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12][0-9]|3[01])")
SURE = 2
NAMES = ("year", "area", "county", "industry")


def begins_note(text: str) -> bool:
    """Tell whether a normalised text begins as notes and signatures below a table do.

    Examples
    --------
    >>> begins_note("填报人:"), begins_note("1.本表含中央企业"), begins_note("2023")
    (True, True, False)
    """
    return NOTE.match(text) is not None


def are_totals(context: Context, rows: np.ndarray) -> dict[int, str]:
    """Return the rows that hold sums, each with the field that says so; a note may speak of one."""
    found: dict[int, str] = {}
    for field in (name for name in NAMES if name in context.header.columns):
        (column,) = context.columns(field)
        is_named = column.asked(lambda raw: is_total(cells.text_of(raw)))[rows]
        for row in rows[is_named].tolist():
            found.setdefault(row, field)
    known = _names_known(context)
    return {
        row: field
        for row, field in found.items()
        if not begins_note(_texts(context, row)[0]) and (known[row] or _figures(context, row))
    }


def are_notes(context: Context, rows: np.ndarray) -> np.ndarray:
    """Tell rows without data: those of which neither year, area nor industry is understood.

    The text of a note goes nowhere: it may name people. A row is data all the same if it is a
    whole row of figures, or figures and nothing else: the names of somebody's figures are missing.
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


def _texts(context: Context, row: int) -> list[str]:
    """Return what the filled cells of a row say; one without a value of its own says nothing."""
    values = context.sheet.row(row)
    return [text for raw in values if (text := cells.text_of(raw)) or isinstance(raw, cells.Cell)]


def _is_note(context: Context, row: int, known: int) -> bool:
    keys = context.header.columns.keys() - context.names.measures
    if any(isinstance(context.at(row, name), cells.Cell) for name in keys):
        return False
    texts = _texts(context, row)
    figures = _figures(context, row)
    is_whole = figures >= _figures_wanted(context)
    if DATE.fullmatch("".join(texts)):
        return True
    if known:
        return begins_note(texts[0]) and not is_whole
    if begins_note(texts[0]) or _is_line_of_the_form(context, row, texts):
        return True
    return not (is_whole or figures == len(texts))


def _is_line_of_the_form(context: Context, row: int, texts: list[str]) -> bool:
    """Tell the lines of a form that say nothing of their own: numbers, units, a date."""
    if _has_column_numbers(context, row) or all(map(unit_of, texts)):
        return True
    return DATE_NUMBERS.fullmatch(" ".join(texts)) is not None


def _has_column_numbers(context: Context, row: int) -> bool:
    """Tell 甲 乙 丙 1 2: every column has its number; figures without names are none."""
    texts = [context.text(row, name) for name in context.header.columns]
    return all(map(COLUMN_NUMBER.fullmatch, texts))


def _figures(context: Context, row: int) -> int:
    """Return how many figures, or states of tasks, a row holds where they belong."""
    fields = context.names.measures & context.header.columns.keys()
    return sum(_is_figure(field, context.at(row, field)) for field in fields)


def _is_figure(field: str, raw: object) -> bool:
    """Tell a figure, or a state of a task; a cell without a value of its own should hold one."""
    if isinstance(raw, cells.Cell):
        return True
    if field == "state":
        return cells.text_of(raw) in TASK_STATES
    is_ratio = field == RATIO
    said = [cells.parse_ratio(raw), cells.parse_ratio(raw, is_percent=True)] if is_ratio else []
    return any(cell.state in ("figure", "absent") for cell in said or [cells.parse_count(raw)])


def _figures_wanted(context: Context) -> int:
    """Return how many figures make a whole row: those that its table asks for, or one ratio."""
    fields = context.header.columns
    required = context.names.required[context.header.table]
    wanted = [name for name in required if name in context.names.measures and name in fields]
    return 1 if RATIO in fields else len(wanted)
