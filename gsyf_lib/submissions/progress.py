"""Task progress: which of the year's tasks an area has done."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import normalise
from gsyf_lib.submissions import cells
from gsyf_lib.submissions.context import Context
from gsyf_lib.submissions.findings import Findings, Source, shortened
from gsyf_lib.submissions.header import Header
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.read import Sheet
from gsyf_lib.submissions.rows import is_data_row, read_area, read_year

__all__ = ["latest_progress", "read_progress"]

STATES = {"已完成": "done", "进行中": "under_way", "未开展": "not_done"}


def read_progress(
    sheet: Sheet, header: Header, names: Names, source: Source, findings: Findings
) -> list[dict[str, Any]]:
    """Read the rows of a task progress table as frames.PROGRESS rows."""
    context = Context(header, names, source, findings)
    numbered = enumerate(sheet.rows[header.row + 1 :], header.row + 1)
    found = [_read_row(context, n, raw) for n, raw in numbered if is_data_row(context, n, raw)]
    return _without_duplicates([row for row in found if row], context)


def _read_row(context: Context, number: int, raw: Sequence[object]) -> dict[str, Any] | None:
    year, area = read_year(context, number, raw), read_area(context, number, raw)
    task = cells.parse_count(context.raw(raw, "number"), is_text_file=True)
    text = normalise(str(context.raw(raw, "state")))
    address = context.address(number, "state")
    if year is None or area is None:
        return None
    about = {"area": area.name, "year": year, "measure": "progress"}
    if (year, task.value) not in context.names.tasks:
        message = f"{year}年没有序号为“{shortened(context.raw(raw, 'number'))}”的工作任务"
        context.error("task-unknown", message, context.address(number, "number"), **about)
        return None
    if text not in STATES:
        message = f"“{shortened(text)}”不是完成情况。可用：{'、'.join(STATES)}"
        context.error("task-state-unknown", message, address, **about)
        return None
    day, fault = cells.parse_day(context.raw(raw, "completed_on"))
    if fault:
        context.error("task-day", fault, context.address(number, "completed_on"), **about)
    return {
        "area_code": area.code,
        "area": area.name,
        "year": year,
        "number": task.value,
        "state": STATES[text],
        "completed_on": pd.Timestamp(day) if day and text == "已完成" else pd.NaT,
        "received_on": context.source.received_on,
        "file": context.source.file,
        "sheet": context.source.sheet,
        "cell": address,
    }


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
            about = {"area": row["area"], "year": row["year"], "measure": "progress"}
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
        message = f"{row['year']}年任务{row['number']}同一天报送的完成情况不一致，均未采用。请确认"
        about = {"area": row["area"], "year": row["year"], "measure": "progress"}
        findings.add("error", "key-conflict", source, message, row["cell"], **about)
    settled = latest[~differing].drop_duplicates(key).sort_values(key)
    return frames.conform(settled, frames.PROGRESS)
