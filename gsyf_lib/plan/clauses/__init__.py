"""Cells of the annexes in; targets (rules, thresholds), tasks and duties (due dates) out.

Only ``wordings`` knows how clauses are worded. A clause in any other words is an error, because a
goal or a duty that was not understood would be overlooked.
"""

from pathlib import Path

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan.annexes import Annexes, read_annexes
from gsyf_lib.plan.clauses.duties import check_reports, read_tasks_and_duties
from gsyf_lib.plan.clauses.goals import (
    Codes,
    check_annexes_agree,
    check_never_looser,
    check_notes,
    read_obligations,
    read_yearly_goals,
    rows_by_year,
    target_rows,
)
from gsyf_lib.plan.plan import Settings, read_codes, read_settings
from gsyf_lib.processes.files import check_rebuilt, write_atomically

__all__ = ["interpret", "write_targets"]


def write_targets(folder: Path) -> dict[str, int]:
    """Turn the annexes of the plan ``folder`` into its ``targets``, ``tasks`` and ``duties`` CSV.

    Everything is read before anything is written: a damaged annex leaves the old files as they
    were, and so does a file that somebody edited. Returns the number of rows by file name.
    """
    annexes = read_annexes(folder / "raw" / "annexes.txt")
    tables = interpret(annexes, read_settings(folder), read_codes(folder))
    contents = {f"{name}.csv": _csv(table) for name, table in tables.items()}
    check_rebuilt({folder / name: content for name, content in contents.items()})
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return {f"{name}.csv": len(table) for name, table in tables.items()}


def _csv(table: pd.DataFrame) -> bytes:
    # Excel takes a CSV file for UTF-8 only if it begins with a mark (BOM): utf-8-sig writes one.
    text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return text.encode("utf-8-sig")


def interpret(annexes: Annexes, settings: Settings, codes: Codes) -> dict[str, pd.DataFrame]:
    """Return the frames ``targets``, ``tasks`` and ``duties`` that the annexes ask for.

    Whatever is unknown, missing or there twice is a PlanError, and so are a year that loosens the
    one before it, annexes that do not agree, and a figure that nobody or two are told to report.
    The industries of a yearly goal are those with a goal for its indicator in Annex 1 (readings
    3, 4 and 13); due is the last day of the month named (reading 15).
    """
    obligations = read_obligations(annexes.goals_table, codes)
    check_notes(annexes.goals_table, settings)
    rows = rows_by_year(annexes.yearly_table, settings)
    names = dict(zip(codes["indicators"]["code"], codes["indicators"]["name"], strict=True))
    # Only the indicators that Annex 1 has goals for, in its order: each needs a goal in every year.
    names = {one.indicator: names[one.indicator] for one in obligations}
    yearly = {year: read_yearly_goals(row, names, settings) for year, row in rows.items()}
    check_never_looser(yearly, names)
    check_annexes_agree(obligations, yearly[settings.last_year])
    tasks, duties = read_tasks_and_duties(rows, settings, codes["departments"]["name"])
    # Coverage is compared with no year: Annex 2 gives training no report of its own.
    compared = [one.indicator for one in obligations if one.goal.rule != "coverage_at_least"]
    check_reports(dict.fromkeys(compared), duties, names, settings)
    return {
        "targets": target_rows(obligations, yearly, settings),
        "tasks": frames.conform(pd.DataFrame(tasks, columns=frames.TASKS.names), frames.TASKS),
        "duties": frames.conform(pd.DataFrame(duties, columns=frames.DUTIES.names), frames.DUTIES),
    }
