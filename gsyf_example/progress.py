"""The cast in; a file a year on how far the tasks are out, for the province and for its cities."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from gsyf_example.cast import Cast, Cell
from gsyf_example.offices import Package, new_package, received, workday_before

DONE, UNDER_WAY, NOT_DONE = "已完成", "进行中", "未开展"


def make_progress(cast: Cast, seed: int) -> Iterator[Package]:
    """Return the files of a year's tasks, handed in the January after or with the last figures.

    Reporting tasks are done on the day their figures came in; the others are drawn by ``seed``.
    """
    # Random numbers of its own, so that drawing more here would not change the figures.
    rng = np.random.default_rng([seed, 1])
    plan, last_due = cast.plan, max(cast.due.values())
    for year in plan.years:
        day = workday_before(min(date(year + 1, 1, 20), last_due), 8)
        for office, areas in ((plan.area, [plan.area]), ("各市", plan.cities)):
            header = ("number", "state", "completed_on")
            package = new_package(cast, "progress", (areas[0], year), day, office, header)
            for area in areas:
                package.rows.extend(_tasks(cast, area, year, day, rng))
            yield package


def _tasks(
    cast: Cast, area: str, year: int, day: date, rng: np.random.Generator
) -> Iterator[tuple[Cell, ...]]:
    level = "province" if area == cast.plan.area else "city"
    tasks = cast.plan.tasks[cast.plan.tasks["year"] == year]
    for number in tasks.loc[tasks["actors"].isin([level, "both"]), "number"]:
        days = _duty_days(cast, area, year, number)
        state = _reported(days, day) if days else _drawn(year, day, rng)
        yield (year, area, int(number), *state)


def _duty_days(cast: Cast, area: str, year: int, number: int) -> list[date | None]:
    """Return the days on which the figures of a reporting task came in; empty for other tasks."""
    table_of = cast.plan.indicators.set_index("code")["table"]
    duties = cast.plan.duties
    mine = duties[(duties["task_year"] == year) & (duties["task_number"] == number)]
    return [
        received(cast, area, table_of[items.split("|")[0]], data_year)
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
