"""The assessment: a plan's targets against the figures in force, city by city and in all."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.early_warning import outlook_rows
from gsyf_lib.indicators import (
    COUNTS,
    TOTAL,
    indicator_values,
    own_goals,
    own_or_sum,
    province_values,
    sum_of_cities,
    total_values,
)
from gsyf_lib.plan import Plan
from gsyf_lib.verdicts import judge

__all__ = [
    "assess",
    "assess_values",
    "joint_verdicts",
    "latest_year",
    "outlook",
    "values_judged",
]


def assess(plan: Plan, observations: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Judge the cities and the province against the plan's targets.

    Parameters
    ----------
    plan : Plan
    observations : frames.OBSERVATIONS
    year : a year with targets; None judges all of them, one after the other

    Returns
    -------
    frames.RESULTS
        One row per area and target; besides them 重点行业合计 and the joint rows.

    Raises
    ------
    UsageError
        The year has no targets.
    """
    values = indicator_values(observations, plan.indicators)
    return assess_values(plan, values, plan.years if year is None else [year])


def latest_year(plan: Plan, observations: pd.DataFrame) -> int:
    """Return the latest year with targets that a city has handed in figures for.

    The first year with targets while there is none.
    """
    cities = observations[observations["level"] == "city"]
    reported = set(cities["year"]) & set(plan.years)
    return int(max(reported, default=plan.first_year))


def assess_values(plan: Plan, values: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Judge every city and the province against the targets of ``years``.

    Parameters
    ----------
    plan : Plan
    values : frames.VALUES of all areas and years (as submitted)
    years : years with targets

    Returns
    -------
    frames.RESULTS

    Raises
    ------
    UsageError
        A year has no targets.
    """
    years = [plan.check_year(year) for year in years]
    judged = [
        _with_outlook(plan, scope, _judged(plan, scope)) for scope in _scopes(plan, values, years)
    ]
    rows = pd.concat(judged, ignore_index=True)[frames.RESULTS.names]
    rows = pd.concat([rows, joint_verdicts(rows)], ignore_index=True)
    return _in_order(rows, plan)


def outlook(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the early warning (进度预警) for a year: never part of a verdict.

    Parameters
    ----------
    plan : Plan
    observations : frames.OBSERVATIONS
    year : a year with targets

    Returns
    -------
    frames.OUTLOOK
        One row per area and target, the totals among them; the rule is that of ``outlook_rows``.

    Raises
    ------
    UsageError
        The year has no targets.
    """
    values = indicator_values(observations, plan.indicators)
    scopes = _scopes(plan, values, [plan.check_year(year)])
    parts = [_with_outlook(plan, scope, _judged(plan, scope)) for scope in scopes]
    rows = _in_order(pd.concat(parts, ignore_index=True), plan)
    return frames.conform(rows, frames.OUTLOOK)


def _judged(plan: Plan, scope: "_Scope") -> pd.DataFrame:
    """Return the verdicts of a scope, without the joint ones."""
    return judge(
        scope.values,
        scope.targets,
        scope.areas,
        baseline_year=plan.baseline_year,
        last_year=plan.last_year,
        readings=plan.readings,
    )


def _with_outlook(plan: Plan, scope: "_Scope", rows: pd.DataFrame) -> pd.DataFrame:
    """Put the outlook beside the verdicts of a scope."""
    targets = pd.concat([plan.targets, _total_targets(plan.targets)], ignore_index=True)
    return outlook_rows(rows, scope.values, targets, baseline_year=plan.baseline_year)


class _Scope(NamedTuple):
    """Areas judged together: by the same values, against the targets of the same years."""

    areas: pd.DataFrame
    values: pd.DataFrame
    targets: pd.DataFrame


def _scopes(plan: Plan, values: pd.DataFrame, years: Sequence[int]) -> Iterator[_Scope]:
    """Yield the cities and the province, each for all years judged by the same values at once.

    Which of the province's figures count hangs on the year judged (reading 18).
    """
    level = plan.areas["level"]
    cities, province = plan.areas[level == "city"], plan.areas[level == "province"]
    of_cities = values[values["area_code"].isin(cities["code"])]
    own = values[values["area_code"].isin(province["code"])]
    by_sum = plan.readings.province == "sum_of_cities"
    industries = {year: _counted_industries(plan.targets, year) for year in years}
    for alike in _alike(years, industries.__getitem__):
        yield _with_totals(cities, of_cities, plan.targets, alike)
    goals = {
        year: frozenset() if by_sum else own_goals(own, baseline_year=plan.baseline_year, year=year)
        for year in years
    }
    summed = sum_of_cities(of_cities, province["code"].iloc[0], cities["code"])
    for alike in _alike(years, lambda year: (industries[year], goals[year])):
        chosen = own_or_sum(own, summed, goals[alike[0]])
        yield _with_totals(province, chosen, plan.targets, alike)


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


def _with_totals(
    areas: pd.DataFrame, values: pd.DataFrame, targets: pd.DataFrame, years: Sequence[int]
) -> _Scope:
    """Put 重点行业合计 among the values and the targets of these years."""
    totals = total_values(values, _counted_industries(targets, years[0]))
    goals = targets[targets["year"].isin(years)]
    return _Scope(
        areas,
        pd.concat([values, totals], ignore_index=True),
        pd.concat([goals, _total_targets(goals)], ignore_index=True),
    )


def values_judged(plan: Plan, values: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the values with the province's as it is judged in ``year``: its own or the sum.

    Parameters and the frame returned are those of ``assess_values`` and ``frames.VALUES``.
    """
    levels = plan.areas.set_index("code")["level"]
    upper = province_values(
        values,
        levels.index[levels == "province"][0],
        levels.index[levels == "city"],
        baseline_year=plan.baseline_year,
        year=year,
        always_sum=plan.readings.province == "sum_of_cities",
    )
    lower = values[values["area_code"].map(levels) != "province"]
    return pd.concat([upper, lower], ignore_index=True)


def _total_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of 重点行业合计: those that are the same in every industry (reading 4)."""
    counts = targets[targets["indicator"].isin(COUNTS)]
    key = ["year", "indicator"]
    goals = counts.groupby(key)[["rule", "threshold"]].nunique(dropna=False).max(axis=1)
    same = pd.MultiIndex.from_frame(counts[key]).isin(goals.index[goals == 1])
    first = counts[same].drop_duplicates(key)
    return first.assign(industry=TOTAL, department="", source="")


def joint_verdicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per area and industry: met only if accidents and casualties both are.

    Notes
    -----
    Reading 3 ("均下降"): not_applicable if both are, else missed if either is, else not_reported,
    else undefined, else met.
    """
    counts = rows[rows["indicator"].isin(COUNTS)]
    key = ["area_code", "industry", "year"]
    pair = counts[counts["indicator"] == COUNTS[0]].merge(
        counts.loc[counts["indicator"] == COUNTS[1], [*key, "status", "provisional"]],
        on=key,
        suffixes=("", "_other"),
    )
    one, other = pair["status"], pair["status_other"]
    either = [(one == s) | (other == s) for s in ("missed", "not_reported", "undefined")]
    joint = pair.assign(
        indicator="joint",
        status=np.select(
            [(one == "not_applicable") & (other == "not_applicable"), *either],
            ["not_applicable", "missed", "not_reported", "undefined"],
            "met",
        ),
        provisional=pair["provisional"] | pair["provisional_other"],
        reason="",
        outlook="",
    )
    figures = ["baseline", "value", "decline", "interval_low", "interval_high", "luck", "projected"]
    whole = ["numerator", "denominator", "allowed", "margin"]
    joint[[*figures, *whole]] = joint[[*figures, *whole]].iloc[:0].reindex(joint.index)
    return joint[frames.RESULTS.names]


def _in_order(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Sort by year, area code, industries as in the annex with the total last, and indicators."""
    ranks = (
        [*dict.fromkeys([*COUNTS, "joint", *plan.indicators["code"]])],
        [*plan.industries["name"], TOTAL],
        sorted(plan.areas["code"]),
        plan.years,
    )
    columns = ("indicator", "industry", "area_code", "year")
    keys = [pd.Index(r).get_indexer(rows[c]) for r, c in zip(ranks, columns, strict=True)]
    return rows.take(np.lexsort(keys)).reset_index(drop=True)
