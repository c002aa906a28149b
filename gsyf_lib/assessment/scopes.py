"""Values in; out come the cities, and the province by its own figures or the sum of its cities.

Both with 重点行业合计, which is added up here.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd
from numpy.typing import NDArray

from gsyf_lib.assessment.indicators import (
    COUNTS,
    TOTAL,
    own_goals,
    own_or_sum,
    sum_of_cities,
    total_values,
)
from gsyf_lib.plan import Plan


class Scope(NamedTuple):
    """Areas judged by the same values in these years.

    codes : of the areas
    values : frames.VALUES of all years, 重点行业合计 among them
    years : the years judged
    """

    codes: NDArray
    values: pd.DataFrame
    years: list[int]


def scopes(plan: Plan, values: pd.DataFrame, years: Sequence[int]) -> Iterator[Scope]:
    """Yield the cities and the province, each for all years judged by the same values at once.

    Whether the province is judged by its own figures depends on the year (reading 18).

    Parameters
    ----------
    plan : Plan
    values : frames.VALUES of all areas and years, as submitted
    years : years with targets
    """
    level = plan.areas["level"]
    cities, province = (
        plan.areas.loc[level == name, "code"].to_numpy() for name in ("city", "province")
    )
    # As a rule all years are alike, and are judged in one pass.
    of_cities = values[values["area_code"].isin(cities)]
    own = values[values["area_code"].isin(province)]
    by_sum = plan.readings.province == "sum_of_cities"
    industries = {year: _counted_industries(plan.targets, year) for year in years}
    for alike in _alike(years, industries.__getitem__):
        yield Scope(cities, _with_totals(of_cities, industries[alike[0]]), alike)
    goals = {
        year: frozenset() if by_sum else own_goals(own, baseline_year=plan.baseline_year, year=year)
        for year in years
    }
    summed = sum_of_cities(of_cities, province[0], cities)
    for alike in _alike(years, lambda year: (industries[year], goals[year])):
        chosen = own_or_sum(own, summed, goals[alike[0]])
        yield Scope(province, _with_totals(chosen, industries[alike[0]]), alike)


def _alike(years: Sequence[int], trait: Callable[[int], Hashable]) -> list[list[int]]:
    """Group the years that have the same trait."""
    groups: dict[Hashable, list[int]] = {}
    for year in years:
        groups.setdefault(trait(year), []).append(year)
    return list(groups.values())


def _counted_industries(targets: pd.DataFrame, year: int) -> tuple[str, ...]:
    """Return the industries that have goals on accidents or casualties in a year."""
    counted = (targets["year"] == year) & targets["indicator"].isin(COUNTS)
    return tuple(targets.loc[counted, "industry"].unique())


def _with_totals(values: pd.DataFrame, industries: Sequence[str]) -> pd.DataFrame:
    return pd.concat([values, total_values(values, industries)], ignore_index=True)


def total_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of 重点行业合计: those that are the same in every industry (reading 4).

    Parameters and the frame returned are those of ``frames.TARGETS``.
    """
    counts = targets[targets["indicator"].isin(COUNTS)]
    key = ["year", "indicator"]
    # A goal that differs between industries says nothing of their total.
    goals = counts.groupby(key)[["rule", "threshold"]].nunique(dropna=False).max(axis=1)
    same = pd.MultiIndex.from_frame(counts[key]).isin(goals.index[goals == 1])
    first = counts[same].drop_duplicates(key)
    return first.assign(industry=TOTAL, department="", source="")


def values_judged(plan: Plan, values: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the values of all years by which a year is judged (see ``scopes``).

    Parameters
    ----------
    plan : Plan
    values : frames.VALUES of all areas and years, as submitted
    year : a year with targets

    Returns
    -------
    frames.VALUES
        Of the cities and the province, of all years, with 重点行业合计.
    """
    judged = (
        scope.values[scope.values["area_code"].isin(scope.codes)]
        for scope in scopes(plan, values, [year])
    )
    return pd.concat(judged, ignore_index=True)
