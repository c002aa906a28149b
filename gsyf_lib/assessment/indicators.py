"""Figures in; indicators out (counts, shares, coverage), with totals and sums of cities.

Whole numbers only. A share is kept as its two counts: so it can be compared exactly, and shares
are added by adding their counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan

TOTAL = "重点行业合计"
COUNTS = ("accidents", "casualties")
SHARE = "short_exposure_share"
COVERAGES = ("safety_training_coverage", "health_training_coverage")
BARE_RATIOS = {SHARE: "short_exposure_per_million"}


class ValueState(IntEnum):
    """The states of values, from best to worst: a share has the worse state of its two counts.

    Up to ``BARE`` there is a number to judge by; ``MISSING``: there is no value at all.
    """

    FIGURE = 0
    BARE = 1
    ABSENT = 2
    WITHHELD = 3
    INCOMPLETE = 4
    MISSING = 5


# By number, as frames.VALUES names them; a value that is missing has no row there.
VALUE_STATES = ["figure", "bare", "absent", "withheld", "incomplete"]


def indicator_values(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """由采用的报送数据得出各项指标的数值。

    Parameters
    ----------
    observations : frames.OBSERVATIONS，采用的报送数据（``submissions.observations``）
    indicators : frames.INDICATORS，各项指标（``plan.indicators``）

    Returns
    -------
    frames.VALUES
        有数据、无此行业或数据有误未采用的，每个地区、行业、指标、年度一行；只有已知的才有数字。起
        数、人数的分母为1；只报比例的分母为 ``frames.RATIO_SCALE``，状态为 ``bare``。
        ``provisional``：次年1月31日以前收到（条款口径第16条）。

    Examples
    --------
    >>> values = gs.indicator_values(submissions.observations, plan.indicators)
    >>> values["indicator"].unique().tolist()[:2]
    ['accidents', 'casualties']
    """
    frames.check_observations(observations)
    figures, parts = _figures(observations), []
    for indicator in indicators.itertuples():
        counts = _of(figures, indicator.numerator)
        if indicator.denominator:
            counts = _share(counts, _of(figures, indicator.denominator))
            bare = _of(figures, BARE_RATIOS.get(indicator.code, ""))
            counts = pd.concat([counts, _bare(bare, counts)], ignore_index=True)
        else:
            counts = counts.assign(denominator=1)
        parts.append(counts.assign(indicator=indicator.code, basis="submitted"))
    values = pd.concat(parts, ignore_index=True)
    known = values["state"].isin(["figure", "bare"])
    numbers = ["numerator", "denominator"]
    values[numbers] = values[numbers].where(known)
    return frames.conform(values, frames.VALUES)


def _figures(observations: pd.DataFrame) -> pd.DataFrame:
    """Return what is needed of the observations, with names as categories."""
    year = observations["year"].to_numpy("int64")
    # Final from 31 January of the next year on; numpy counts its years from 1970.
    final = (year - 1969).astype("datetime64[Y]").astype("datetime64[D]") + 30
    (area, areas), (industry, industries) = (
        pd.factorize(observations[name]) for name in ("area_code", "industry")
    )
    return observations[["year", "state", "measure"]].assign(
        area_code=pd.Categorical.from_codes(area, areas),
        industry=pd.Categorical.from_codes(industry, industries),
        numerator=observations["value"],
        provisional=observations["received_on"].to_numpy() < final,
        # Area, industry and year (four digits) as one number: quicker to join than three columns.
        _key=(area * len(industries) + industry) * 10_000 + year,
    )


def _of(figures: pd.DataFrame, measure: str) -> pd.DataFrame:
    return figures[figures["measure"] == measure]


def _share(upper: pd.DataFrame, lower: pd.DataFrame) -> pd.DataFrame:
    """Put the two counts of a share side by side; without either there is no share."""
    below = lower[["_key", "numerator", "state", "provisional"]]
    both = upper.merge(below, on="_key", suffixes=("", "_lower"))
    # Few rows differ: only of those are the states compared one by one.
    differ = both.loc[both["state"] != both["state_lower"], ["state", "state_lower"]]
    worse = differ.map(VALUE_STATES.index).max(axis=1).map(lambda rank: VALUE_STATES[rank])
    return both.assign(
        state=worse.reindex(both.index).fillna(both["state"]),
        denominator=both["numerator_lower"],
        provisional=both["provisional"] | both["provisional_lower"],
    )


def _bare(ratios: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Keep the bare ratios of the years for which no counts were submitted (reading 11)."""
    rows = ratios[~ratios["_key"].isin(shares["_key"])]
    state = rows["state"].replace("figure", "bare")
    return rows.assign(denominator=frames.RATIO_SCALE, state=state)


def values_judged(
    plan: Plan, values: pd.DataFrame, years: Sequence[int]
) -> Iterator[tuple[list[int], pd.DataFrame]]:
    """Yield years with targets, and frames.VALUES of all years by which they are judged.

    These are the values of the cities; of the province its own or the sum of its cities, which
    depends on the year (reading 18); and 重点行业合计 of all of them.

    ``values`` are frames.VALUES of all areas and years, as submitted. Years that are judged by the
    same values come together.
    """
    level = plan.areas["level"]
    cities, province = (
        plan.areas.loc[level == name, "code"].tolist() for name in ("city", "province")
    )
    of_cities = values[values["area_code"].isin(cities)]
    own = values[values["area_code"].isin(province)]
    summed = sum_of_cities(of_cities, province[0], cities)
    alike: dict[tuple, list[int]] = {}
    for year in years:
        goals = own_goals(own, baseline_year=plan.baseline_year, year=year)
        by_sum = plan.readings.province == "sum_of_cities"
        traits = counted_industries(plan, year), frozenset() if by_sum else goals
        alike.setdefault(traits, []).append(year)
    for (industries, goals), together in alike.items():
        chosen = [of_cities, own[_is_about(own, goals)], summed[~_is_about(summed, goals)]]
        parts = pd.concat(chosen, ignore_index=True)
        totals = total_values(parts, industries)
        yield together, pd.concat([parts, totals], ignore_index=True)


def counted_industries(plan: Plan, year: int) -> tuple[str, ...]:
    """Return the industries that have goals on counts in a year, in the order of the annex."""
    goals = plan.targets[(plan.targets["year"] == year) & plan.targets["indicator"].isin(COUNTS)]
    return tuple(name for name in plan.industries["name"] if name in set(goals["industry"]))


def own_goals(own: pd.DataFrame, *, baseline_year: int, year: int) -> frozenset[tuple[str, str]]:
    """Return the goals (industry, indicator) on which the province is judged by its own figures.

    These are the goals for which it handed in the year and the baseline year itself, so that like
    is compared with like; coverage needs the year only. ``own``: its frames.VALUES as submitted.
    """
    usable = own[own["state"].isin(["figure", "bare", "absent"])]
    now, then = (
        set(zip(rows["industry"], rows["indicator"], strict=True))
        for rows in (usable[usable["year"] == year], usable[usable["year"] == baseline_year])
    )
    return frozenset(pair for pair in now if pair in then or pair[1].endswith("_coverage"))


def _is_about(values: pd.DataFrame, goals: frozenset[tuple[str, str]]) -> np.ndarray:
    pairs = zip(values["industry"], values["indicator"], strict=True)
    return np.array([pair in goals for pair in pairs], bool)


def total_values(values: pd.DataFrame, industries: Iterable[str]) -> pd.DataFrame:
    """Return 重点行业合计 of the counts, over exactly these industries (reading 4).

    frames.VALUES in and out, one row per area, count indicator and year. ``incomplete`` while an
    industry that exists there is missing; 无此行业 adds nothing; ``absent`` if none exists.
    """
    names = list(industries)
    counts = values[values["industry"].isin(names) & values["indicator"].isin(COUNTS)]
    return _sum(counts, ["area_code", "indicator", "year"], len(names), industry=TOTAL)


def sum_of_cities(values: pd.DataFrame, province: str, cities: Iterable[str]) -> pd.DataFrame:
    """Return what the cities' figures add up to, as values of the province with basis ``sum``.

    frames.VALUES in and out, areas by code. One city missing means ``incomplete``: no sum.
    """
    codes = list(cities)
    of_cities = values[values["area_code"].isin(codes)]
    key = ["industry", "indicator", "year"]
    return _sum(of_cities, key, len(codes), area_code=province, basis="sum")


def _sum(rows: pd.DataFrame, key: list[str], parts_expected: int, **more: str) -> pd.DataFrame:
    """Add values by ``key``: incomplete unless all parts are there; 无此行业 counts as there."""
    figure, numbers = rows["state"] == "figure", ["numerator", "denominator"]
    flags = rows[key].assign(
        present=(figure | (rows["state"] == "absent")).astype(int),
        figures=figure.astype(int),
        provisional=rows["provisional"].astype(int),
        summed=(rows["basis"] == "sum").astype(int),
        **{name: rows[name].where(figure, 0).astype("int64") for name in numbers},
    )
    added = flags.groupby(key, as_index=False, sort=False).sum()
    complete, any_figure = added["present"] == parts_expected, added["figures"] > 0
    added["denominator"] = added["denominator"].mask(added["indicator"].isin(COUNTS), 1)
    added[numbers] = added[numbers].astype("Int64").where(complete & any_figure)
    added = added.assign(
        state=np.select([complete & any_figure, complete], ["figure", "absent"], "incomplete"),
        basis=np.where(added["summed"] > 0, "sum", "submitted"),
        provisional=added["provisional"] > 0,
    )
    return frames.conform(added.assign(**more), frames.VALUES)


def total_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of 重点行业合计: those that are the same in every industry (reading 4).

    frames.TARGETS in and out.
    """
    counts = targets[targets["indicator"].isin(COUNTS)]
    key = ["year", "indicator"]
    # A goal that differs between industries says nothing of their total.
    goals = counts.groupby(key)[["rule", "threshold"]].nunique(dropna=False).max(axis=1)
    same = pd.MultiIndex.from_frame(counts[key]).isin(goals.index[goals == 1])
    first = counts[same].drop_duplicates(key)
    return first.assign(industry=TOTAL, department="", source="")
