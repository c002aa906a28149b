"""Read task progress: which of the year's tasks an area has done, and when."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.submissions.findings import Findings, shortened, source_of
from gsyf_lib.submissions.measures import Key
from gsyf_lib.submissions.read.cells import parse_count, parse_day, plain
from gsyf_lib.submissions.read.names import TASK_STATES, Area, did_you_mean, quoted
from gsyf_lib.submissions.read.sheet import SheetReading
from gsyf_lib.submissions.read.table import FigureTable


def task_key(area_code: str, year: int, task: int | None) -> Key:
    """Return the key of a task in an area, with the number of the task in place of an industry."""
    return area_code, str(task), year, "progress"


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``Found`` that say which task a finding is about, and name it."""
    year, number = row["year"], row["number"]
    about = {"area": row["area"], "year": year, "measure": "progress"}
    touches = [task_key(row["area_code"], year, number)]
    return {"about": about, "touches": touches, "year": year, "number": number}


def read_progress(reading: SheetReading, table: FigureTable) -> list[dict[str, Any]]:
    """Return the rows of a task progress table as rows of frames.PROGRESS."""
    found = [
        _read_row(reading, row, int(table.years[number]), table.area(number))
        for number, row in enumerate(table.rows)
    ]
    return _without_duplicates([row for row in found if row], reading)


def _read_row(reading: SheetReading, row: int, year: int, area: Area) -> dict[str, Any] | None:
    task = parse_count(reading.at(row, "number"), is_text_file=True)
    found = {"area_code": area.code, "area": area.name, "year": year, "number": task.value}
    if (year, task.value) not in reading.names.tasks:
        _flag_unknown_task(reading, row, {**found, "number": None})
        return None
    about = _about(found)
    text, address = reading.text(row, "state"), reading.address(row, "state")
    if text not in TASK_STATES:
        name = "task-state-unknown.other" if text else "task-state-unknown.blank"
        said, hint = quoted(text, TASK_STATES), did_you_mean(text, TASK_STATES)
        reading.flag(name, address, said=said, hint=hint, **about)
        return None
    day = _day(reading, row, text, about)
    return {
        **found,
        "state": TASK_STATES[text],
        "completed_on": pd.Timestamp(day) if day else pd.NaT,
        "received_on": reading.source.received_on,
        "file": reading.source.file,
        "sheet": reading.source.sheet,
        "cell": address,
    }


def _flag_unknown_task(reading: SheetReading, row: int, found: dict[str, Any]) -> None:
    text, year = reading.text(row, "number"), found["year"]
    numbers = sorted(number for of_year, number in reading.names.tasks if of_year == year)
    known = f"{year}年的任务序号为{numbers[0]}至{numbers[-1]}" if numbers else f"{year}年没有任务"
    name = "task-unknown.other" if text else "task-unknown.blank"
    address = reading.address(row, "number")
    reading.flag(name, address, text=shortened(text), known=known, **_about(found))


def _day(reading: SheetReading, row: int, state: str, about: dict[str, Any]) -> dt.date | None:
    """Return the day of completion, None if it cannot be right; faults become findings."""
    raw = reading.at(row, "completed_on")
    day, sentence = parse_day(raw)
    received, first = reading.source.received_on.date(), reading.names.years[1]
    said: dict[str, Any] = {"shown": shortened(plain(raw)), "state": state, "day": day}
    if day is not None and (wrong := _wrong_day(day, state, received, first)):
        day, sentence = None, wrong
    if sentence:
        address = reading.address(row, "completed_on")
        reading.flag(sentence, address, received=received, first=first, **said, **about)
    return day


def _wrong_day(day: dt.date, state: str, received: dt.date, first: int) -> str:
    """Return the sentence that says why a task cannot have been done on a day; empty if it can."""
    if TASK_STATES[state] != "done":
        return "task-day.not_done"
    if day > received:
        return "task-day.too_late"
    return "task-day.too_early" if day.year < first else ""


def _without_duplicates(rows: list[dict[str, Any]], reading: SheetReading) -> list[dict[str, Any]]:
    """Leave out all rows of a task that stands in one file twice."""
    keys = [(row["area_code"], row["year"], row["number"]) for row in rows]
    times = Counter(keys)
    for key, row in zip(keys, rows, strict=True):
        if times[key] > 1:
            reading.flag("key-duplicate.task", row["cell"], **_about(row))
    return [row for key, row in zip(keys, rows, strict=True) if times[key] == 1]


def latest_progress(rows: list[dict[str, Any]], findings: Findings) -> pd.DataFrame:
    """Return the latest state of each area's tasks; where files of one day differ, none."""
    progress = pd.DataFrame(rows, columns=frames.PROGRESS.names)
    key = [*frames.PROGRESS.key]
    ordered = progress.sort_values(["received_on", "file"], kind="stable")
    newest = ordered["received_on"] == ordered.groupby(key)["received_on"].transform("max")
    latest = ordered[newest]
    differing = latest.groupby(key)["state"].transform("nunique") > 1
    for row in latest[differing].drop_duplicates(key).to_dict("records"):
        findings.flag("key-conflict.task", source_of(row), row["cell"], **_about(row))
    settled = latest[~differing].drop_duplicates(key).sort_values(key)
    return frames.conform(settled, frames.PROGRESS)
