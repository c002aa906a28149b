"""The assessment: a plan's targets against the figures in force, city by city and in all."""

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.indicators import (
    COUNTS,
    TOTAL,
    indicator_values,
    province_values,
    total_values,
)
from gsyf_lib.plan import Plan
from gsyf_lib.verdicts import judge

__all__ = ["assess", "joint_verdicts", "latest_year"]


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

    Examples
    --------
    >>> judged = gs.assess(plan, submissions.observations, year=2023)
    >>> missed = judged[(judged["area"] == "太原市") & (judged["status"] == "missed")]
    >>> missed["industry"].unique().tolist()
    ['建筑施工']
    >>> gs.assess(plan, submissions.observations)["year"].unique().tolist()
    [2021, 2022, 2023, 2024, 2025]
    """
    values = indicator_values(observations, plan.indicators)
    years = plan.years if year is None else [plan.check_year(year)]
    return pd.concat([_assess_year(plan, values, y) for y in years], ignore_index=True)


def latest_year(plan: Plan, observations: pd.DataFrame) -> int:
    """Return the latest year with targets that a city has handed in figures for.

    The first year with targets while there is none.

    Examples
    --------
    >>> gs.latest_year(plan, submissions.observations)
    2025
    """
    cities = observations[observations["level"] == "city"]
    reported = set(cities["year"]) & set(plan.years)
    return max(reported, default=plan.first_year)


def _assess_year(plan: Plan, values: pd.DataFrame, year: int) -> pd.DataFrame:
    """Judge every city and the province against the targets of ``year``.

    Parameters
    ----------
    plan : Plan
    values : frames.VALUES of all areas and years (as submitted)
    year : a year with targets

    Returns
    -------
    frames.RESULTS
    """
    plan.check_year(year)
    levels = plan.areas.set_index("code")["level"]
    province = levels.index[levels == "province"][0]
    cities = levels.index[levels == "city"]
    reported = values["area_code"].map(levels)
    upper = province_values(
        values,
        province,
        cities,
        baseline_year=plan.baseline_year,
        year=year,
        always_sum=plan.readings.province == "sum_of_cities",
    )
    everything = pd.concat([upper, values[reported != "province"]], ignore_index=True)
    targets = plan.targets[plan.targets["year"] == year]
    totals = _total_targets(targets)
    industries = targets.loc[targets["indicator"].isin(COUNTS), "industry"].unique()
    everything = pd.concat([everything, total_values(everything, industries)], ignore_index=True)
    judged = plan.areas[plan.areas["level"] != "county"]
    rows = judge(
        everything,
        pd.concat([targets, totals], ignore_index=True),
        judged,
        baseline_year=plan.baseline_year,
        last_year=plan.last_year,
        readings=plan.readings,
    )
    rows = pd.concat([rows, joint_verdicts(rows)], ignore_index=True)
    return _in_order(rows, plan)


def _total_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of 重点行业合计: those that are the same in every industry (reading 4)."""
    counts = targets[targets["indicator"].isin(COUNTS)]
    same = counts.groupby("indicator")[["rule", "threshold"]].nunique(dropna=False).max(axis=1) == 1
    first = counts.drop_duplicates("indicator")
    return first[first["indicator"].map(same)].assign(industry=TOTAL, department="", source="")


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
    joint[figures] = np.nan
    joint[["numerator", "denominator", "allowed", "margin"]] = pd.NA
    return frames.conform(joint, frames.RESULTS)


def _in_order(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Sort by area code, then industries as in the annex with the total last, then indicators."""
    industries = {name: i for i, name in enumerate([*plan.industries["name"], TOTAL])}
    indicators = {
        name: i
        for i, name in enumerate(dict.fromkeys([*COUNTS, "joint", *plan.indicators["code"]]))
    }
    order = rows.assign(
        _industry=rows["industry"].map(industries), _indicator=rows["indicator"].map(indicators)
    ).sort_values(["area_code", "_industry", "_indicator"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)
