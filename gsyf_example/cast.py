"""A plan in; out which city or industry has which peculiarity that the example is to show.

They are chosen by their position in the plan's lists. No area, industry or year is named here, so
that the example fits any plan folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gsyf_lib.plan.plan import Plan

Item = TypeVar("Item")
Pair = tuple[str, str]  # a city and an industry
Cell = int | str


@dataclass(frozen=True)
class Cast:
    """The plan, and which city, or city and industry, has which peculiarity.

    ``due`` has the due day of each table and year of data, in the order of the duties; ``early``
    and ``middle`` are the third and fourth year that figures are owed for.
    """

    plan: Plan
    due: Mapping[tuple[str, int], date]
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

    @property
    def areas(self) -> list[str]:
        """Who owes figures: the province and its cities."""
        return [self.plan.area, *self.plan.cities]

    def years(self, table: str) -> list[int]:
        """Return the years for which the figures of a table are owed."""
        return sorted(year for name, year in self.due if name == table)


def make_cast(plan: Plan) -> Cast:
    """Return the peculiarities of the example under this plan."""
    due = _due_days(plan)
    cities, industries = plan.cities, owed(plan, "accidents")
    years = sorted({year for _, year in due})
    return Cast(
        plan=plan,
        due=due,
        early=_pick(years, 2),
        middle=_pick(years, 3),
        absent=frozenset({_pair(plan, 7, 1), _pair(plan, 4, 2)}),
        on_milestones={_pair(plan, 1, 3): 40, _pair(plan, 3, 5): 20},
        one_too_many=_pair(plan, 0, 3),
        stays_zero=_pair(plan, 5, 0),
        rises_from_zero=_pair(plan, 2, 2),
        late=_pick(cities, 6),
        never_sends=_pick(cities, 8),
        bare_ratio=_pick(cities, 5),
        rising_share=_pick(cities, 4),
        tied_share=_pick(cities, 2),
        by_department=frozenset({_pick(cities, 1), _pick(cities, 3)}),
        revised=_pair(plan, 9, 4),
        wrong_cell=_pair(plan, 10, 1),
        province_differs=_pick(industries, 5),
    )


def owed(plan: Plan, indicator: str) -> list[str]:
    """Return the industries with a goal for ``indicator``, in the plan's order."""
    goals = plan.targets
    return goals.loc[goals["indicator"] == indicator, "industry"].drop_duplicates().tolist()


def _due_days(plan: Plan) -> dict[tuple[str, int], date]:
    table_of = dict(zip(plan.indicators["code"], plan.indicators["table"], strict=True))
    days: dict[tuple[str, int], date] = {}
    for items, year, due in plan.duties[["items", "data_year", "due"]].itertuples(index=False):
        for table in dict.fromkeys(table_of[item] for item in items.split("|")):
            days[table, int(year)] = due.date()
            if table == "accidents" and year in plan.years:
                # Training is due with the same year's accident data (reading 12).
                days["training", int(year)] = due.date()
    return days


def _pair(plan: Plan, city: int, industry: int) -> Pair:
    return _pick(plan.cities, city), _pick(owed(plan, "accidents"), industry)


def _pick(items: Sequence[Item], position: int) -> Item:
    # With fewer cities or industries counting begins again: one of them has several peculiarities.
    return items[position % len(items)]
