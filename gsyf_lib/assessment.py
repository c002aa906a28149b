"""The assessment: a plan's targets against the figures in force, city by city and in all."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib import frames
from gsyf_lib.early_warning import outlook_places
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
from gsyf_lib.panel import Panel
from gsyf_lib.plan import Plan
from gsyf_lib.verdicts import judge_places, named, place_targets

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
    return max(reported, default=plan.first_year)


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
    areas, targets = _judged_areas(plan), _all_targets(plan)
    rows = _judged(plan, values, years)
    joint = joint_verdicts(rows, targets)
    rows = pd.concat([rows.assign(_joint=False), joint.assign(_joint=True)], ignore_index=True)
    return frames.conform(_in_order(rows, areas, targets, plan), frames.RESULTS)


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
        One row per area and target, the totals among them; the rule is that of ``outlook_places``.

    Raises
    ------
    UsageError
        The year has no targets.
    """
    values = indicator_values(observations, plan.indicators)
    rows = _judged(plan, values, [year]).assign(_joint=False)
    rows = _in_order(rows, _judged_areas(plan), _all_targets(plan), plan)
    return frames.conform(rows, frames.OUTLOOK)


def _judged_areas(plan: Plan) -> pd.DataFrame:
    """Return the province and the cities in the order of their codes."""
    areas = plan.areas[plan.areas["level"] != "county"]
    return areas.sort_values("code", ignore_index=True)


def _all_targets(plan: Plan) -> pd.DataFrame:
    """Return the targets of all years and those of 重点行业合计, numbered (``place_targets``)."""
    targets = plan.targets
    placed, _ = place_targets(pd.concat([targets, _total_targets(targets)], ignore_index=True))
    return placed


def _judged(plan: Plan, values: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Return verdicts and outlook by places (``judge_places``), scope by scope."""
    years = [plan.check_year(year) for year in years]
    areas, targets = _judged_areas(plan)["code"], _all_targets(plan)
    goals = targets.drop_duplicates("_goal")[["industry", "indicator"]]
    parts = []
    for codes, known, judged in _scopes(plan, values, years):
        panel = Panel.of(known, codes, goals, plan.baseline_year)
        rows = judge_places(
            panel,
            targets[targets["year"].isin(judged)],
            baseline_year=plan.baseline_year,
            last_year=plan.last_year,
            readings=plan.readings,
        )
        ahead = outlook_places(rows, panel, targets, baseline_year=plan.baseline_year)
        place = pd.Index(areas).get_indexer(codes)
        parts.append(rows.assign(_area=place[rows["_area"]], **ahead))
    return pd.concat(parts, ignore_index=True)


class _Scope(NamedTuple):
    """Areas judged together: by the same values, in these years."""

    codes: NDArray
    values: pd.DataFrame
    years: list[int]


def _scopes(plan: Plan, values: pd.DataFrame, years: Sequence[int]) -> Iterator[_Scope]:
    """Yield the cities and the province, each for all years judged by the same values at once.

    Which of the province's figures count hangs on the year judged (reading 18).
    """
    level = plan.areas["level"]
    cities, province = (
        plan.areas.loc[level == name, "code"].to_numpy() for name in ("city", "province")
    )
    of_cities = values[values["area_code"].isin(cities)]
    own = values[values["area_code"].isin(province)]
    by_sum = plan.readings.province == "sum_of_cities"
    industries = {year: _counted_industries(plan.targets, year) for year in years}
    for alike in _alike(years, industries.__getitem__):
        yield _Scope(cities, _with_totals(of_cities, industries[alike[0]]), alike)
    goals = {
        year: frozenset() if by_sum else own_goals(own, baseline_year=plan.baseline_year, year=year)
        for year in years
    }
    summed = sum_of_cities(of_cities, province[0], cities)
    for alike in _alike(years, lambda year: (industries[year], goals[year])):
        chosen = own_or_sum(own, summed, goals[alike[0]])
        yield _Scope(province, _with_totals(chosen, industries[alike[0]]), alike)


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


def joint_verdicts(rows: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return one row per area and industry: met only if accidents and casualties both are.

    Parameters
    ----------
    rows : of ``judge_places``
    targets : of ``place_targets``; the joint rows are those of the accidents

    Notes
    -----
    Reading 3 ("均下降"): not_applicable if both are, else missed if either is, else not_reported,
    else undefined, else met.
    """
    counts = [targets[targets["indicator"] == name] for name in COUNTS]
    both = counts[0].reset_index().merge(counts[1].reset_index(), on=["industry", "year"])
    accidents_of = pd.Series(both["index_x"].to_numpy(), both["index_y"])
    upper = rows[rows["_target"].isin(both["index_x"])]
    lower = rows.loc[
        rows["_target"].isin(both["index_y"]), ["_area", "_target", "status", "provisional"]
    ]
    lower = lower.assign(_target=lower["_target"].map(accidents_of))
    pair = upper.merge(lower, on=["_area", "_target"], suffixes=("", "_other"))
    one, other = pair["status"], pair["status_other"]
    either = [(one == s) | (other == s) for s in ("missed", "not_reported", "undefined")]
    status = np.select(
        [(one == "not_applicable") & (other == "not_applicable"), *either],
        ["not_applicable", "missed", "not_reported", "undefined"],
        "met",
    )
    return pair[["_area", "_target", "year", "baseline_year"]].assign(
        status=pd.Categorical(status, one.cat.categories),
        provisional=pair["provisional"] | pair["provisional_other"],
        reason="",
        outlook="",
    )


def _in_order(
    rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Sort by year, area code, industries as in the annex with the total last, and indicators.

    Names are put beside the places.
    """
    indicators = [*dict.fromkeys([*COUNTS, "joint", *plan.indicators["code"]])]
    industries = [*plan.industries["name"], TOTAL]
    target, is_joint = rows["_target"], rows["_joint"]
    indicator = pd.Index(indicators).get_indexer(targets["indicator"])[target]
    indicator = np.where(is_joint, indicators.index("joint"), indicator)
    industry = pd.Index(industries).get_indexer(targets["industry"])[target]
    order = np.lexsort((indicator, industry, rows["_area"], rows["year"]))
    sorted_rows = named(rows.take(order), areas, targets)
    named_joint = sorted_rows["indicator"].mask(sorted_rows["_joint"], "joint")
    return sorted_rows.assign(indicator=named_joint)
