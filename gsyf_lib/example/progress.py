"""How far the yearly tasks are: one file of the province and one of all its cities a year."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from gsyf_lib.example.cast import Cast, due_days, workday_before
from gsyf_lib.example.offices import Cell, Package, new_package, received
from gsyf_lib.plan import Plan

__all__ = ["make_progress"]

DONE, UNDER_WAY, NOT_DONE = "已完成", "进行中", "未开展"
CITIES = "各市"


def make_progress(plan: Plan, cast: Cast, seed: int) -> Iterator[Package]:
    """Return the files of a year's tasks, handed in the January after or with the last figures.

    Reporting tasks are done on the day their figures came in; the others are drawn by ``seed``.
    """
    rng = np.random.default_rng([seed, 1])
    last_due = max(due_days(plan).values())
    for year in plan.years:
        day = workday_before(min(date(year + 1, 1, 20), last_due), 8)
        for office, areas in ((plan.area, [plan.area]), (CITIES, plan.cities)):
            header = ("number", "state", "completed_on")
            package = new_package(plan, "progress", (areas[0], year), day, office, header)
            for area in areas:
                package.rows.extend(_tasks(plan, cast, area, year, day, rng))
            yield package


def _tasks(
    plan: Plan, cast: Cast, area: str, year: int, day: date, rng: np.random.Generator
) -> Iterator[tuple[Cell, ...]]:
    level = "province" if area == plan.area else "city"
    tasks = plan.tasks[(plan.tasks["year"] == year) & plan.tasks["actors"].isin([level, "both"])]
    for number in tasks["number"]:
        days = _duty_days(plan, cast, area, year, number)
        state = _reported(days, day) if days else _drawn(year, day, rng)
        yield (year, area, int(number), *state)


def _duty_days(plan: Plan, cast: Cast, area: str, year: int, number: int) -> list[date | None]:
    """Return the days on which the figures of a reporting task came in; empty for other tasks."""
    table_of = dict(zip(plan.indicators["code"], plan.indicators["table"], strict=True))
    duties = plan.duties
    mine = duties[(duties["task_year"] == year) & (duties["task_number"] == number)]
    return [
        received(plan, cast, area, table_of[items.split("|")[0]], data_year)
        for items, data_year in mine[["items", "data_year"]].itertuples(index=False)
    ]


def _reported(days: Sequence[date | None], today: date) -> tuple[str, str]:
    in_time = [day for day in days if day is not None and day <= today]
    if len(in_time) == len(days):
        return DONE, max(in_time).isoformat()
    return (UNDER_WAY, "") if in_time else (NOT_DONE, "")


def _drawn(year: int, today: date, rng: np.random.Generator) -> tuple[str, str]:
    chance = rng.random()
    completed = date(year, 7, 1) + timedelta(days=int(rng.integers(0, 170)))
    if chance < 0.8 and completed <= today:
        return DONE, workday_before(completed, 0).isoformat()
    return (UNDER_WAY, "") if chance < 0.95 else (NOT_DONE, "")
