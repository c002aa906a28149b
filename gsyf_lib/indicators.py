"""From figures to indicators: counts, shares and coverage, their totals and the province's own.

Pure arithmetic on integers: no file, no plan text. A ratio is kept as its two counts, so that it
is compared exactly and summed before it is divided.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.frames import MILLION

__all__ = [
    "BARE_RATIOS",
    "COUNTS",
    "TOTAL",
    "indicator_values",
    "province_values",
    "total_values",
]

TOTAL = "重点行业合计"
COUNTS = ("accidents", "casualties")
BARE_RATIOS = {"short_exposure_share": "short_exposure_per_million"}
KEY = ["area_code", "industry", "year"]
STATES = ["figure", "bare", "absent", "withheld", "incomplete"]


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
        withheld. A count has denominator 1; a bare ratio has denominator 1 000 000, state
        ``bare``. ``provisional``: received before 31 January of the next year (reading 16).

    Examples
    --------
    >>> values = gs.indicator_values(submissions.observations, plan.indicators)
    >>> values["indicator"].unique().tolist()[:2]
    ['accidents', 'casualties']
    """
    parts = []
    for indicator in indicators.itertuples():
        counts = _measure(observations, indicator.numerator)
        if indicator.denominator:
            counts = _share(counts, _measure(observations, indicator.denominator))
            bare = _measure(observations, BARE_RATIOS.get(indicator.code, ""))
            counts = pd.concat([counts, _bare(bare, counts)], ignore_index=True)
        else:
            counts["denominator"] = 1
        parts.append(counts.assign(indicator=indicator.code, basis="submitted"))
    return frames.conform(pd.concat(parts, ignore_index=True), frames.VALUES)


def _measure(observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    rows = observations.loc[observations["measure"] == measure]
    final = pd.to_datetime((rows["year"] + 1).astype(str) + "-01-31", format="%Y-%m-%d")
    return pd.DataFrame(
        {
            **{name: rows[name] for name in KEY},
            "numerator": rows["value"],
            "state": rows["state"],
            "provisional": rows["received_on"] < final,
        }
    )


def _share(upper: pd.DataFrame, lower: pd.DataFrame) -> pd.DataFrame:
    """Join the counts above and below the line; a share needs both."""
    both = upper.merge(lower, on=KEY, suffixes=("", "_lower"))
    order = {state: rank for rank, state in enumerate(STATES)}
    worse = both["state_lower"].map(order) > both["state"].map(order)
    both["state"] = both["state"].mask(worse, both["state_lower"])
    both["denominator"] = both["numerator_lower"]
    both["provisional"] |= both["provisional_lower"]
    return both[[*KEY, "numerator", "denominator", "state", "provisional"]]


def _bare(ratios: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Keep the bare ratios of the years for which no counts were submitted (reading 11)."""
    counted = pd.MultiIndex.from_frame(shares[KEY])
    rows = ratios[~pd.MultiIndex.from_frame(ratios[KEY]).isin(counted)].copy()
    rows["denominator"] = MILLION
    rows["state"] = rows["state"].replace("figure", "bare")
    return rows


def _sum(rows: pd.DataFrame, key: list[str], parts_expected: int) -> pd.DataFrame:
    """Add counts over ``key``; one part missing means no sum, 无此行业 adds nothing."""
    state = rows["state"]
    flags = rows[key].assign(
        present=state.isin(["figure", "absent"]).astype(int),
        figures=(state == "figure").astype(int),
        provisional=rows["provisional"],
        numerator=rows["numerator"].where(state == "figure", 0).astype("int64"),
        denominator=rows["denominator"].where(state == "figure", 0).astype("int64"),
    )
    added = flags.groupby(key, as_index=False, sort=False).sum()
    added["provisional"] = added["provisional"] > 0
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
    from_sum = (
        counts["basis"]
        .eq("sum")
        .groupby([counts["area_code"], counts["indicator"], counts["year"]], sort=False)
        .any()
    )
    total["basis"] = np.where(from_sum.to_numpy(), "sum", "submitted")
    total["denominator"] = total["denominator"].mask(total["state"] == "figure", 1)
    return frames.conform(total.assign(industry=TOTAL), frames.VALUES)


def province_values(
    values: pd.DataFrame,
    province: str,
    cities: Iterable[str],
    *,
    baseline_year: int,
    year: int,
    always_sum: bool = False,
) -> pd.DataFrame:
    """Return the province's indicators for judging ``year`` (reading 18).

    The province's own figures count where it handed in both the year and the year compared with,
    so that like is compared with like; elsewhere the sum of its cities, with basis ``sum``.
    One city missing means ``incomplete``: no sum and no verdict.

    Parameters
    ----------
    values : frames.VALUES
    province, cities : area codes
    baseline_year, year : years that must both be there (coverage needs ``year`` only)
    always_sum : the alternative reading: the province's own figures are never judged
    """
    codes = list(cities)
    own = values[values["area_code"] == province]
    of_cities = values[values["area_code"].isin(codes)]
    added = _sum(of_cities, ["industry", "indicator", "year"], len(codes))
    counted = added["indicator"].isin(COUNTS) & (added["state"] == "figure")
    added["denominator"] = added["denominator"].mask(counted, 1)
    added = added.assign(area_code=province, basis="sum")
    chosen = own.iloc[:0] if always_sum else _covering(own, baseline_year, year)
    pair = ["industry", "indicator"]
    is_own = pd.MultiIndex.from_frame(own[pair]).isin(pd.MultiIndex.from_frame(chosen[pair]))
    is_sum = ~pd.MultiIndex.from_frame(added[pair]).isin(pd.MultiIndex.from_frame(chosen[pair]))
    return frames.conform(
        pd.concat([own[is_own], added.loc[is_sum, own.columns]], ignore_index=True), frames.VALUES
    )


def _covering(own: pd.DataFrame, baseline_year: int, year: int) -> pd.DataFrame:
    """Return the industry-indicator pairs that the province handed in for all years needed."""
    usable = own[own["state"].isin(["figure", "bare", "absent"])]
    now = usable[usable["year"] == year]
    then = usable[usable["year"] == baseline_year]
    pair = ["industry", "indicator"]
    has_then = pd.MultiIndex.from_frame(now[pair]).isin(pd.MultiIndex.from_frame(then[pair]))
    return now[has_then | now["indicator"].str.endswith("_coverage")]
