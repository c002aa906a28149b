"""Plan and figures in; the verdicts of cities and province out, and the early warning."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.early_warning import outlook_places
from gsyf_lib.assessment.indicators import COUNTS, TOTAL, indicator_values
from gsyf_lib.assessment.panel import Panel
from gsyf_lib.assessment.scopes import scopes, total_targets
from gsyf_lib.assessment.verdicts import judge_places, named, place_targets
from gsyf_lib.frames import check_observations
from gsyf_lib.plan import Plan, is_due

# Where one of these is the reason, the figure may still come in time; a joint verdict has none.
LACKING = ("", "not_reported", "incomplete", "cities_incomplete")


def assess(
    plan: Plan,
    observations: pd.DataFrame,
    year: int | None = None,
    as_of: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Judge the cities and the province against the plan's targets.

    Parameters
    ----------
    plan : Plan
    observations : frames.OBSERVATIONS
    year : a year with targets; None judges all of them, one after the other
    as_of : what is due after this day is 未到报送期限, not 未报送; None: nothing is

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
    years = plan.years if year is None else [plan.check_year(year)]
    results = assess_values(plan, indicator_values(observations, plan.indicators), years)
    return _with_dues(plan, results, as_of)


def _with_dues(plan: Plan, results: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    """Set the reason ``not_due`` where a figure is missing that may still come in time."""
    # The first code is about the year judged; those after it are about the baseline.
    first = results["reason"].str.partition("|")[0]
    lacking = (results["status"] == "not_reported") & first.isin(LACKING)
    rows = results[lacking]
    # Joint verdicts rest on two counts of one table: both are due on the same day.
    indicators = rows["indicator"].where(rows["indicator"] != "joint", COUNTS[0])
    early = rows.index[~is_due(plan, indicators, rows["year"], as_of)]
    results.loc[early, "reason"] = "not_due"
    return results


def latest_year(plan: Plan, observations: pd.DataFrame) -> int:
    """Return the latest year with targets that a city has handed in figures for.

    The first year with targets while there is none.

    Examples
    --------
    >>> latest_year(plan, submissions.observations)
    2025
    """
    check_observations(observations)
    cities = observations[observations["level"] == "city"]
    reported = set(cities["year"].tolist()) & set(plan.years)
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
    rows = _judge(plan, values, years, areas, targets)
    return _results(rows, areas, targets, plan)


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

    Examples
    --------
    >>> warned = outlook(plan, submissions.observations, 2023)
    >>> warned.loc[warned["area"] == "太原市", "outlook"].value_counts().to_dict()
    {'on_pace': 9, 'achieved': 8, 'ahead': 4, 'behind': 1}
    """
    values = indicator_values(observations, plan.indicators)
    areas, targets = _judged_areas(plan), _all_targets(plan)
    rows = _judge(plan, values, [year], areas, targets)
    return _outlook(rows, areas, targets, plan)


def _results(
    rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Add the joint verdicts, and return all with the names of areas and goals."""
    joint = joint_verdicts(rows, targets)
    rows = pd.concat([rows.assign(_joint=False), joint.assign(_joint=True)], ignore_index=True)
    return _in_order(rows, areas, targets, plan, frames.RESULTS)


def _outlook(
    rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    return _in_order(rows.assign(_joint=False), areas, targets, plan, frames.OUTLOOK)


def _judged_areas(plan: Plan) -> pd.DataFrame:
    """Return the province and the cities in the order of their codes."""
    areas = plan.areas[plan.areas["level"] != "county"]
    return areas.sort_values("code", ignore_index=True)


def _all_targets(plan: Plan) -> pd.DataFrame:
    """Return the targets of all years and those of 重点行业合计, numbered (``place_targets``)."""
    targets = plan.targets
    placed, _ = place_targets(pd.concat([targets, total_targets(targets)], ignore_index=True))
    return placed


def _judge(
    plan: Plan,
    values: pd.DataFrame,
    years: Sequence[int],
    areas: pd.DataFrame,
    targets: pd.DataFrame,
) -> pd.DataFrame:
    """Return verdicts and outlook; ``_area`` and ``_target`` are row numbers of the two frames."""
    years = [plan.check_year(year) for year in years]
    goals = targets.drop_duplicates("_goal")
    parts = []
    for scope in scopes(plan, values, years):
        panel = Panel.of(scope.values, scope.codes, goals, plan.baseline_year)
        rows = judge_places(
            panel,
            targets[targets["year"].isin(scope.years)],
            baseline_year=plan.baseline_year,
            last_year=plan.last_year,
            readings=plan.readings,
        )
        outlooks = outlook_places(rows, panel, targets, baseline_year=plan.baseline_year)
        # Within a scope areas are counted from 0; from here on by their row of ``areas``.
        place = pd.Index(areas["code"]).get_indexer(scope.codes)
        parts.append(rows.assign(_area=place[rows["_area"]], **outlooks))
    return pd.concat(parts, ignore_index=True)


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
    # One row per industry and year: the target on accidents (x) beside that on casualties (y).
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
        compared="",
        outlook="",
    )


def _in_order(
    rows: pd.DataFrame,
    areas: pd.DataFrame,
    targets: pd.DataFrame,
    plan: Plan,
    contract: frames.Contract,
) -> pd.DataFrame:
    """Return the named rows by year, area code, and industry and indicator as in the annex."""
    # Sorting whole numbers before the names come is many times faster than sorting names.
    indicators = [*dict.fromkeys([*COUNTS, "joint", *plan.indicators["code"]])]
    industries = [*plan.industries["name"], TOTAL]
    target, joint = rows["_target"], rows["_joint"]
    indicator = pd.Index(indicators).get_indexer(targets["indicator"])[target]
    indicator = np.where(joint, indicators.index("joint"), indicator)
    industry = pd.Index(industries).get_indexer(targets["industry"])[target]
    order = np.lexsort((indicator, industry, rows["_area"], rows["year"]))
    needed = [name for name in rows if name in contract.names or name.startswith("_")]
    rows = named(rows[needed].take(order), areas, targets)
    rows = rows.assign(
        area=pd.Categorical.from_codes(rows["_area"], areas["name"], ordered=True),
        industry=pd.Categorical.from_codes(industry[order], industries, ordered=True),
        indicator=pd.Categorical.from_codes(indicator[order], indicators),
        counted=~(rows["_joint"] | (rows["industry"] == TOTAL)),
    )
    return frames.conform(rows, contract)
