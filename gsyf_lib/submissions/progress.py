"""Task progress: which of the year's tasks an area has done."""

import datetime as dt
from collections import Counter
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.submissions import cells
from gsyf_lib.submissions.context import Context
from gsyf_lib.submissions.findings import Findings, Source, shortened
from gsyf_lib.submissions.header import Header
from gsyf_lib.submissions.keys import data_rows, read_areas, read_years
from gsyf_lib.submissions.names import TASK_STATES, Area, Names, did_you_mean, quoted
from gsyf_lib.submissions.sheet import Sheet
from gsyf_lib.submissions.table import NONE

__all__ = ["latest_progress", "read_progress"]


def read_progress(
    sheet: Sheet, header: Header, names: Names, source: Source, findings: Findings
) -> list[dict[str, Any]]:
    """Read the rows of a task progress table as frames.PROGRESS rows."""
    context = Context(sheet, header, names, source, findings)
    rows, _ = data_rows(context)
    areas = read_areas(context, rows)
    years = read_years(context, rows, areas)
    found = [
        _read_row(context, row, int(year), names.places[area])
        for row, year, area in zip(rows, years, areas, strict=True)
        if NONE not in (year, area)
    ]
    return _without_duplicates([row for row in found if row], context)


def _read_row(context: Context, row: int, year: int, area: Area) -> dict[str, Any] | None:
    task = cells.parse_count(context.at(row, "number"), is_text_file=True)
    text = context.text(row, "state")
    address = context.address(row, "state")
    if (year, task.value) not in context.names.tasks:
        about = _about(area.code, area.name, year, None)
        message = _unknown_task(context, row, year)
        context.error("task-unknown", message, context.address(row, "number"), **about)
        return None
    about = _about(area.code, area.name, year, task.value)
    if text not in TASK_STATES:
        said = f"{quoted(text, TASK_STATES)}不是完成情况" if text else "完成情况空白"
        message = f"{said}。{did_you_mean(text, TASK_STATES)}"
        context.error("task-state-unknown", message, address, **about)
        return None
    day, note = _day(context, row, text)
    if note:
        severity = "error" if day is None else "warning"
        place = context.address(row, "completed_on")
        context.findings.add(severity, "task-day", context.source, note, place, **about)
    return {
        "area_code": area.code,
        "area": area.name,
        "year": year,
        "number": task.value,
        "state": TASK_STATES[text],
        "completed_on": pd.NaT if day is None else pd.Timestamp(day),
        "received_on": context.source.received_on,
        "file": context.source.file,
        "sheet": context.source.sheet,
        "cell": address,
    }


def _about(code: str, area: str, year: int, task: int | None) -> dict[str, Any]:
    """Return what a finding on a task is about; its number stands where the industry does."""
    key = (code, str(task), year, "progress")
    return {"area": area, "year": year, "measure": "progress", "touches": (key,)}


def _unknown_task(context: Context, row: int, year: int) -> str:
    text = context.text(row, "number")
    said = f"{year}年没有序号为“{shortened(text)}”的工作任务" if text else "任务序号空白"
    numbers = sorted(n for of_year, n in context.names.tasks if of_year == year)
    known = f"{year}年的任务序号为{numbers[0]}至{numbers[-1]}" if numbers else f"{year}年没有任务"
    return f"{said}。{known}，请核对附件2"


def _day(context: Context, row: int, state: str) -> tuple[dt.date | None, str]:
    """Return the day of completion, and what is to be told: without a day, what is wrong."""
    day, note = cells.parse_day(context.at(row, "completed_on"))
    if day is None:
        return None, note
    received = context.source.received_on.date()
    if TASK_STATES[state] != "done":
        return None, f"“{state}”的任务填了完成日期，该日期未采用。请核对完成情况；未完成的不填日期"
    if day > received:
        return None, f"完成日期{day}晚于收到日期{received}。请核对"
    if day.year < (first := context.names.years[1]):
        return None, f"完成日期{day}早于计划开始的{first}年。请核对"
    return day, note


def _without_duplicates(rows: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """Drop tasks that stand twice in one file; both rows are left out."""
    keys = [(row["area_code"], row["year"], row["number"]) for row in rows]
    times = Counter(keys)
    kept = []
    for key, row in zip(keys, rows, strict=True):
        if times[key] == 1:
            kept.append(row)
        else:
            message = f"{row['year']}年任务{row['number']}出现多次，均未采用。请只保留一行"
            about = _about(row["area_code"], row["area"], row["year"], row["number"])
            context.error("key-duplicate", message, row["cell"], **about)
    return kept


def latest_progress(rows: list[dict[str, Any]], findings: Findings) -> pd.DataFrame:
    """Return the latest state of each area's task; same-day contradictions are refused."""
    progress = pd.DataFrame(rows, columns=frames.PROGRESS.names)
    key = ["area_code", "year", "number"]
    ordered = progress.sort_values(["received_on", "file"], kind="stable")
    newest = ordered["received_on"] == ordered.groupby(key)["received_on"].transform("max")
    latest = ordered[newest]
    differing = latest.groupby(key)["state"].transform("nunique") > 1
    for row in latest[differing].drop_duplicates(key).to_dict("records"):
        source = Source(row["file"], row["received_on"], row["sheet"])
        task = f"{row['year']}年任务{row['number']}"
        message = f"{task}同一天报送的完成情况不一致，均未采用。请确认后重新报送"
        about = _about(row["area_code"], row["area"], row["year"], row["number"])
        findings.add("error", "key-conflict", source, message, row["cell"], **about)
    settled = latest[~differing].drop_duplicates(key).sort_values(key)
    return frames.conform(settled, frames.PROGRESS)
