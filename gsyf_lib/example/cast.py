"""Who plays which part in the example: chosen by position in the plan's own lists.

Nothing here names an area, an industry or a year, so that the example fits any plan folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import pandas as pd

from gsyf_lib.plan import Plan

__all__ = [
    "RISING_SHARE",
    "RISING_ZERO",
    "TIED_SHARE",
    "Cast",
    "Pair",
    "due_days",
    "make_cast",
    "milestone_path",
    "owed",
    "workday_before",
]

Item = TypeVar("Item")
Pair = tuple[str, str]

RISING_ZERO = (0, 0, 1, 1, 2, 1)
RISING_SHARE = ((62, 13), (58, 11), (64, 10), (59, 11), (61, 9), (57, 8))
TIED_SHARE = ((45, 9), (43, 7), (40, 5), (48, 6), (45, 5), (44, 4))


@dataclass(frozen=True)
class Cast:
    """The parts: a city, or a city and an industry, each with its own story.

    ``early`` and ``middle`` are the third and fourth year that figures are owed for.
    """

    early: int
    middle: int
    absent: frozenset[Pair]
    on_milestones: dict[Pair, int]
    one_too_many: Pair
    stays_zero: Pair
    rises_from_zero: Pair
    late: str
    never_sends: str
    bare_ratio: str
    rising_share: str
    tied_share: str
    by_department: frozenset[str]
    revised: Pair
    wrong_cell: Pair
    province_differs: str


def owed(plan: Plan, indicator: str) -> list[str]:
    """Return the industries with a goal for ``indicator``, in the plan's order."""
    goals = plan.targets
    return goals.loc[goals["indicator"] == indicator, "industry"].drop_duplicates().tolist()


def due_days(plan: Plan) -> dict[tuple[str, int], date]:
    """Return the due day of each table and year of data, in the order of the duties.

    Training is due with the same year's accident data (reading 12).
    """
    table_of = dict(zip(plan.indicators["code"], plan.indicators["table"], strict=True))
    days: dict[tuple[str, int], date] = {}
    for items, year, due in plan.duties[["items", "data_year", "due"]].itertuples(index=False):
        for table in dict.fromkeys(table_of[item] for item in items.split("|")):
            days[table, int(year)] = due.date()
            if table == "accidents" and year in plan.years:
                days["training", int(year)] = due.date()
    return days


def make_cast(plan: Plan) -> Cast:
    """Return who plays which part under this plan."""
    cities, industries = plan.cities, owed(plan, "accidents")
    years = sorted({year for _, year in due_days(plan)})

    def pair(city: int, industry: int) -> Pair:
        return _pick(cities, city), _pick(industries, industry)

    return Cast(
        early=_pick(years, 2),
        middle=_pick(years, 3),
        absent=frozenset({pair(7, 1), pair(4, 2)}),
        on_milestones={pair(1, 3): 40, pair(3, 5): 20},
        one_too_many=pair(0, 3),
        stays_zero=pair(5, 0),
        rises_from_zero=pair(2, 2),
        late=_pick(cities, 6),
        never_sends=_pick(cities, 8),
        bare_ratio=_pick(cities, 5),
        rising_share=_pick(cities, 4),
        tied_share=_pick(cities, 2),
        by_department=frozenset({_pick(cities, 1), _pick(cities, 3)}),
        revised=pair(9, 4),
        wrong_cell=pair(10, 1),
        province_differs=_pick(industries, 5),
    )


def _pick(items: Sequence[Item], position: int) -> Item:
    return items[position % len(items)]


def milestone_path(plan: Plan, industry: str, baseline: int, years: Sequence[int]) -> list[int]:
    """Return the largest counts that still meet each year's goal, starting from ``baseline``."""
    goals = plan.targets.loc[
        (plan.targets["indicator"] == "accidents") & (plan.targets["industry"] == industry)
    ]
    thresholds = dict(zip(goals["year"], goals["threshold"], strict=True))
    return [_allowed(baseline, year in thresholds, thresholds.get(year)) for year in years]


def _allowed(baseline: int, has_goal: bool, threshold: Decimal | None) -> int:
    if not has_goal:
        return baseline
    if threshold is None or pd.isna(threshold):
        return baseline - 1
    return int(baseline * (1 - threshold))


def workday_before(day: date, days: int) -> date:
    """Return the working day at least ``days`` before ``day``.

    Examples
    --------
    >>> workday_before(date(2023, 2, 28), 3)
    datetime.date(2023, 2, 24)
    """
    earlier = day - timedelta(days=days)
    return earlier - timedelta(days=max(0, earlier.weekday() - 4))
