"""Figures in; indicators out (counts, shares, coverage), with totals and sums of cities.

Whole numbers only. A share is kept as its two counts: so it can be compared exactly, and shares
are added by adding their counts.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib import frames
from gsyf_lib.frames import RATIO_SCALE, check_observations

TOTAL = "重点行业合计"
COUNTS = ("accidents", "casualties")
SHARE = "short_exposure_share"
COVERAGES = ("safety_training_coverage", "health_training_coverage")
BARE_RATIOS = {SHARE: "short_exposure_per_million"}
SIX_DECIMALS = 10**6
# From best to worst: a share has the worse state of its two counts.
STATES = ["figure", "bare", "absent", "withheld", "incomplete"]
NOTHING = frames.OBSERVATIONS.empty()


def indicator_values(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators that the figures in force make up.

    Parameters
    ----------
    observations : frames.OBSERVATIONS
    indicators : frames.INDICATORS

    Returns
    -------
    frames.VALUES
        One row per area, industry, indicator and year with a figure, 无此行业, or a figure
        withheld; only what is known has numbers. A count has denominator 1; a bare ratio has
        denominator ``frames.RATIO_SCALE``, state ``bare``. ``provisional``: received before
        31 January of the next year (reading 16).

    Examples
    --------
    >>> values = gs.indicator_values(submissions.observations, plan.indicators)
    >>> values["indicator"].unique().tolist()[:2]
    ['accidents', 'casualties']
    """
    check_observations(observations)
    measures = dict(iter(_figures(observations).groupby("measure", sort=False)))
    parts = []
    for indicator in indicators.itertuples():
        counts = _measure(measures, indicator.numerator)
        if indicator.denominator:
            counts = _share(counts, _measure(measures, indicator.denominator))
            bare = _measure(measures, BARE_RATIOS.get(indicator.code, ""))
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
        # Area, industry and year as one number, which is quicker to join than three columns.
        _place=(area * len(industries) + industry) * 10_000 + year,
    )


def _measure(measures: dict[str, pd.DataFrame], measure: str) -> pd.DataFrame:
    """Return the figures of a measure; none of them if it was never handed in."""
    none = next(iter(measures.values())).iloc[:0] if measures else _figures(NOTHING)
    return measures.get(measure, none).drop(columns="measure")


def _share(upper: pd.DataFrame, lower: pd.DataFrame) -> pd.DataFrame:
    """Put the two counts of a share side by side; without either there is no share."""
    below = lower[["_place", "numerator", "state", "provisional"]]
    both = upper.merge(below, on="_place", suffixes=("", "_lower"))
    # Few rows differ: only of those are the states compared one by one.
    differ = both.loc[both["state"] != both["state_lower"], ["state", "state_lower"]]
    worse = differ.map(STATES.index).max(axis=1).map(lambda rank: STATES[rank])
    return both.assign(
        state=worse.reindex(both.index).fillna(both["state"]),
        denominator=both["numerator_lower"],
        provisional=both["provisional"] | both["provisional_lower"],
    )


def _bare(ratios: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Keep the bare ratios of the years for which no counts were submitted (reading 11)."""
    rows = ratios[~ratios["_place"].isin(shares["_place"])]
    return rows.assign(denominator=RATIO_SCALE, state=rows["state"].replace("figure", "bare"))


def share_is_lower(
    cases: NDArray[np.int64],
    total: NDArray[np.int64],
    cases_before: NDArray[np.int64],
    total_before: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell whether a share is lower than another, by whole numbers; False where a total is 0.

    Parameters
    ----------
    cases, total : of the one share; a bare ratio has ``frames.RATIO_SCALE`` as its total
    cases_before, total_before : of the other

    Notes
    -----
    Readings 8 and 11. Counts are compared as fractions. A bare ratio is taken as it was written,
    to twelve decimals, and counts beside it are rounded to as many: what a spreadsheet shows of
    3/9, 0.333333333333333, is not lower than 3/9.

    Examples
    --------
    >>> written = np.array([333_333_333_333, 333_333_000_000])
    >>> share_is_lower(written, np.array([frames.RATIO_SCALE] * 2), np.array([3, 3]),
    ...                np.array([9, 9])).tolist()
    [False, True]
    """
    bare = (total == RATIO_SCALE) | (total_before == RATIO_SCALE)
    # The products of bare ratios overflow 64 bits: where one is bare, ``exact`` is not used.
    exact = cases * total_before < cases_before * total
    written = _twelve_decimals(cases, total) < _twelve_decimals(cases_before, total_before)
    return np.where(bare, written, exact) & (total > 0) & (total_before > 0)


def _twelve_decimals(cases: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return shares in parts of RATIO_SCALE, rounded half to even: six decimals, then six more.

    In one step the product would not fit into 64 bits. ``parse_ratio`` rounds in the same way.
    """
    whole = np.where(total > 0, total, 1)
    # Long division, as on paper, and last: is more than half left over?
    first, rest = np.divmod(cases * SIX_DECIMALS, whole)
    second, rest = np.divmod(rest * SIX_DECIMALS, whole)
    return first * SIX_DECIMALS + second + (2 * rest + second % 2 > whole)


def only_more_reported(cases: Any, total: Any, cases_before: Any, total_before: Any) -> Any:
    """Tell whether a share fell although its own cases did not: only more were reported in all.

    Parameters
    ----------
    cases, total : counts of the year (numbers or arrays)
    cases_before, total_before : counts of the year compared with

    Notes
    -----
    Reading 10: finding more old cases lowers the share of new ones. A warning, never a verdict.

    Examples
    --------
    >>> only_more_reported(6, 60, 5, 40), only_more_reported(4, 60, 5, 40)
    (True, False)
    """
    return (cases * total_before < cases_before * total) & (cases >= cases_before)


def _sum(rows: pd.DataFrame, key: list[str], parts_expected: int) -> pd.DataFrame:
    """Add counts by ``key``: incomplete unless all parts are there; 无此行业 counts as there."""
    state = pd.Categorical(rows["state"], STATES)
    figure = state == "figure"
    flags = rows[key].assign(
        present=(figure | (state == "absent")).astype(int),
        figures=figure.astype(int),
        provisional=rows["provisional"],
        summed=rows["basis"] == "sum",
        numerator=rows["numerator"].where(figure, 0).astype("int64"),
        denominator=rows["denominator"].where(figure, 0).astype("int64"),
    )
    added = flags.groupby(key, as_index=False, sort=False).sum()
    added["provisional"] = added["provisional"] > 0
    added["basis"] = np.where(added["summed"] > 0, "sum", "submitted")
    complete = added["present"] == parts_expected
    added["state"] = np.select(
        [complete & (added["figures"] > 0), complete], ["figure", "absent"], "incomplete"
    )
    numbers = ["numerator", "denominator"]
    added[numbers] = added[numbers].astype("Int64").where(added["state"] == "figure")
    return added


def total_values(values: pd.DataFrame, industries: Iterable[str]) -> pd.DataFrame:
    """Return 重点行业合计 of the counts, over exactly these industries (reading 4).

    Parameters
    ----------
    values : frames.VALUES
    industries : names of the industries that have the goal

    Returns
    -------
    frames.VALUES
        One row per area, count indicator and year. ``incomplete`` while an industry that exists
        there is missing; 无此行业 adds nothing; ``absent`` if none exists.
    """
    names = list(industries)
    counts = values[values["industry"].isin(names) & values["indicator"].isin(COUNTS)]
    total = _sum(counts, ["area_code", "indicator", "year"], len(names))
    total["denominator"] = total["denominator"].mask(total["state"] == "figure", 1)
    return frames.conform(total.assign(industry=TOTAL), frames.VALUES)


def sum_of_cities(values: pd.DataFrame, province: str, cities: Iterable[str]) -> pd.DataFrame:
    """Return what the cities' figures add up to, as values of the province with basis ``sum``.

    Parameters
    ----------
    values : frames.VALUES
    province, cities : area codes

    Returns
    -------
    frames.VALUES
        One city missing means ``incomplete``: no sum.
    """
    codes = list(cities)
    of_cities = values[values["area_code"].isin(codes)]
    added = _sum(of_cities, ["industry", "indicator", "year"], len(codes))
    counted = added["indicator"].isin(COUNTS) & (added["state"] == "figure")
    added["denominator"] = added["denominator"].mask(counted, 1)
    return frames.conform(added.assign(area_code=province, basis="sum"), frames.VALUES)


def own_goals(own: pd.DataFrame, *, baseline_year: int, year: int) -> frozenset[tuple[str, str]]:
    """Return the goals (industry, indicator) on which the province is judged by its own figures.

    These are the goals for which it handed in the year and the baseline year itself, so that like
    is compared with like; coverage needs the year only.

    Parameters
    ----------
    own : frames.VALUES of the province, as submitted
    baseline_year, year : the years compared
    """
    usable = own[own["state"].isin(["figure", "bare", "absent"])]
    now, then = (
        set(zip(rows["industry"], rows["indicator"], strict=True))
        for rows in (usable[usable["year"] == year], usable[usable["year"] == baseline_year])
    )
    return frozenset(pair for pair in now if pair in then or pair[1].endswith("_coverage"))


def own_or_sum(
    own: pd.DataFrame, summed: pd.DataFrame, goals: frozenset[tuple[str, str]]
) -> pd.DataFrame:
    """Return the province's own values of these goals, and of all others the sum of its cities."""
    is_own, in_sum = (
        np.array(
            [pair in goals for pair in zip(rows["industry"], rows["indicator"], strict=True)], bool
        )
        for rows in (own, summed)
    )
    return pd.concat([own[is_own], summed[~in_sum]], ignore_index=True)
