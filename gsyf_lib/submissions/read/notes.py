"""Find the rows that hold no data: notes, totals, column numbers, units, signatures."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from gsyf_lib.submissions.measures import RATIO
from gsyf_lib.submissions.read import cells
from gsyf_lib.submissions.read.names import TASK_STATES, is_total
from gsyf_lib.submissions.read.reading import SheetReading
from gsyf_lib.submissions.read.sheet import cell_address
from gsyf_lib.submissions.read.units import unit_of

# How notes and signatures begin, and numbered remarks: 1. or 二、
NOTE = re.compile(
    r"\(?(?:附?注|备注|说明|填表|填报|制表|制单|报送|报出|上报|审核|审批|审定|复核|校[对核]|经[办手]|报告人|统计|单位|"
    r"[主分]?[要管]?负责人|主管|领导|局长|主任|签[字名章]|盖章|公章|印章|联系|电话|手机|日期|时间|(?:数据|资料)?来源)"
    r"|\(?[0-9一二三四五六七八九十]{1,2}[.、)](?![0-9])"
)
# Printed forms number their columns below the header: 甲 乙 丙 for names, 1 2 (3) for figures.
COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?[0-9]{1,2}\)?")
# A date below a signature, split over cells: with 年 and 月, or three numbers and nothing else.
DATE = re.compile(r"(?:\D{0,8}:)?20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日?")
DATE_NUMBERS = re.compile(r"20[0-9]{2} (?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12][0-9]|3[01])")
# A row is data if so many of its year, area and industry are understood.
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


def are_totals(reading: SheetReading, rows: np.ndarray) -> np.ndarray:
    """Tell which rows are totals, with a finding for each; a note that mentions one is none."""
    found: dict[int, str] = {}
    for field in (name for name in NAMES if name in reading.places):
        (column,) = reading.columns(field)
        is_named = column.apply(lambda raw: is_total(cells.text_of(raw)))[rows]
        for row in rows[is_named].tolist():
            found.setdefault(row, field)
    known = _names_known(reading)
    totals = {
        row: field
        for row, field in found.items()
        if not begins_note(_texts(reading, row)[0]) and (known[row] or _figures(reading, row))
    }
    for row, field in totals.items():
        reading.tell("row-total", reading.address(row, field))
    return np.isin(rows, [*totals])


def are_notes(reading: SheetReading, rows: np.ndarray) -> np.ndarray:
    """Tell which rows are notes, with a finding for each; no note is quoted, it may name people.

    A note is a row of which at most one of year, area and industry is understood. But a whole row
    of figures, or figures and nothing else, are data whose names somebody forgot.
    """
    known = _names_known(reading)[rows]
    found = known < SURE
    found[found] = [
        _is_note(reading, row, number)
        for row, number in zip(rows[found].tolist(), known[found].tolist(), strict=True)
    ]
    for row in rows[found].tolist():
        first = int(reading.sheet.filled[:, row].argmax())
        reading.tell("row-note.note", cell_address(row, first))
    return found


def _names_known(reading: SheetReading) -> np.ndarray:
    """Return for each row how many of year, area and industry are understood."""
    names = reading.names
    questions: dict[str, Callable[[Any], bool]] = {
        "year": lambda raw: cells.parse_year(raw).state == "figure",
        "area": lambda raw: cells.text_of(raw) in names.areas,
        "industry": lambda raw: cells.text_of(raw) in names.industries,
    }
    known = np.zeros(reading.sheet.height, np.int64)
    for field, is_known in questions.items():
        for column in reading.columns(field):
            known += column.apply(is_known)
    return known


def _texts(reading: SheetReading, row: int) -> list[str]:
    """Return the texts of the filled cells; empty for one that is not to be believed."""
    values = reading.sheet.row(row)
    return [text for raw in values if (text := cells.text_of(raw)) or isinstance(raw, cells.Cell)]


def _is_note(reading: SheetReading, row: int, known: int) -> bool:
    keys = reading.places.keys() - reading.names.measures
    if any(isinstance(reading.at(row, name), cells.Cell) for name in keys):
        return False
    texts = _texts(reading, row)
    figures = _figures(reading, row)
    is_whole = figures >= _figures_wanted(reading)
    if DATE.fullmatch("".join(texts)):
        return True
    if known:
        return begins_note(texts[0]) and not is_whole
    if begins_note(texts[0]) or _is_line_of_the_form(reading, row, texts):
        return True
    return not (is_whole or figures == len(texts))


def _is_line_of_the_form(reading: SheetReading, row: int, texts: list[str]) -> bool:
    """Tell a line that belongs to the form itself: column numbers, units or a date."""
    if _has_column_numbers(reading, row) or all(map(unit_of, texts)):
        return True
    return DATE_NUMBERS.fullmatch(" ".join(texts)) is not None


def _has_column_numbers(reading: SheetReading, row: int) -> bool:
    """Tell whether every column has its number (甲 乙 丙 1 2); with gaps they may be figures."""
    texts = [reading.text(row, name) for name in reading.places]
    return all(map(COLUMN_NUMBER.fullmatch, texts))


def _figures(reading: SheetReading, row: int) -> int:
    """Return how many figures, or states of tasks, stand in the columns for them."""
    fields = reading.names.measures & reading.places.keys()
    return sum(_is_figure(field, reading.at(row, field)) for field in fields)


def _is_figure(field: str, raw: object) -> bool:
    """Tell a figure or the state of a task; a cell not to be believed was meant as one."""
    if isinstance(raw, cells.Cell):
        return True
    if field == "state":
        return cells.text_of(raw) in TASK_STATES
    is_ratio = field == RATIO
    said = [cells.parse_ratio(raw), cells.parse_ratio(raw, is_percent=True)] if is_ratio else []
    return any(cell.state in ("figure", "absent") for cell in said or [cells.parse_count(raw)])


def _figures_wanted(reading: SheetReading) -> int:
    """Return how many figures a whole row has: those that its table requires, or one ratio."""
    fields = reading.places
    required = reading.names.required[reading.table]
    wanted = [name for name in required if name in reading.names.measures and name in fields]
    return 1 if RATIO in fields else len(wanted)
