"""Plan and figures in; the verdicts of province and cities out, and the outlook beside them.

Whole numbers alone decide. How open clauses are read comes in as ``Readings``; "reading 8" is
number 8 of docs/readings.md.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.indicators import (
    COUNTS,
    TOTAL,
    indicator_values,
    total_targets,
    values_judged,
)
from gsyf_lib.assessment.verdicts.counts import judge_counts
from gsyf_lib.assessment.verdicts.coverage import judge_coverage
from gsyf_lib.assessment.verdicts.outlook import outlook_of
from gsyf_lib.assessment.verdicts.panel import Panel, number_goals, where_known
from gsyf_lib.assessment.verdicts.shares import judge_shares
from gsyf_lib.assessment.verdicts.statuses import STATUSES
from gsyf_lib.plan import Plan, is_due

# What a verdict of some kind has none of.
NOTHING = {
    **dict.fromkeys(("baseline", "decline", "interval_low", "interval_high", "luck"), np.nan),
    "compared": "",
}
# Where one of these is the reason, the figure may still come in time; a joint verdict has none.
LACKING = ("", "not_reported", "incomplete", "cities_incomplete")


def assess(
    plan: Plan,
    observations: pd.DataFrame,
    year: int | None = None,
    as_of: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """对照行动计划的目标，判定各市和全省的结论。

    Parameters
    ----------
    plan : 行动计划
    observations : frames.OBSERVATIONS，采用的报送数据（``submissions.observations``）
    year : 设有目标的年度；不写的，依次判定各年度
    as_of : 报送期限在这一天之后的为未到报送期限，不作未报送；不写的，都视为已到期

    Returns
    -------
    frames.RESULTS
        每个地区、每项目标一行；另有重点行业合计和均下降的行。

    Raises
    ------
    UsageError
        该年度没有目标。

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
    results = judge_values(plan, values, plan.years if year is None else [year])
    # The first code is about the year judged; those after it are about the baseline.
    first = results["reason"].str.partition("|")[0]
    rows = results[(results["status"] == "not_reported") & first.isin(LACKING)]
    # Joint verdicts rest on two counts of one table: both are due on the same day.
    indicators = rows["indicator"].where(rows["indicator"] != "joint", COUNTS[0])
    early = rows.index[~is_due(plan, indicators, rows["year"], as_of)]
    results.loc[early, "reason"] = "not_due"
    return results


def judge_values(
    plan: Plan,
    values: pd.DataFrame,
    years: Sequence[int],
    contract: frames.Contract = frames.RESULTS,
) -> pd.DataFrame:
    """Judge frames.VALUES of all areas and years, as submitted, against the targets of years."""
    areas = plan.areas[plan.areas["level"] != "county"].sort_values("code", ignore_index=True)
    with_totals = pd.concat([plan.targets, total_targets(plan.targets)], ignore_index=True)
    targets = number_goals(with_totals)
    parts = []
    for alike, chosen in values_judged(plan, values, [plan.check_year(year) for year in years]):
        panel = Panel.of(chosen, areas["code"], targets, plan.baseline_year)
        rows = _verdicts(plan, panel, targets[targets["year"].isin(alike)])
        parts.append(rows.assign(**outlook_of(rows, panel, targets, plan.baseline_year)))
    judged = pd.concat(parts, ignore_index=True).assign(is_joint=False)
    if contract is frames.RESULTS:
        joint = joint_verdicts(judged, targets).assign(is_joint=True)
        judged = pd.concat([judged, joint], ignore_index=True)
    return frames.conform(_named(plan, judged, areas, targets), contract)


def outlook(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return frames.OUTLOOK (进度预警) of a year with targets: never part of a verdict.

    One row per area and target, the totals among them; the rule is that of ``outlook_of``.
    """
    values = indicator_values(observations, plan.indicators)
    return judge_values(plan, values, [year], frames.OUTLOOK)


def latest_year(plan: Plan, observations: pd.DataFrame) -> int:
    """Return the latest year with targets that a city has handed in figures for, or the first."""
    frames.check_observations(observations)
    cities = observations[observations["level"] == "city"]
    reported = set(cities["year"].tolist()) & set(plan.years)
    return max(reported, default=plan.first_year)


def _verdicts(plan: Plan, panel: Panel, targets: pd.DataFrame) -> pd.DataFrame:
    """Judge every area of the panel against the targets (of ``number_goals``)."""
    first, last = plan.baseline_year, plan.last_year
    is_share, is_coverage = targets["rule"] == "falling", targets["rule"] == "coverage_at_least"
    counts, shares, coverage = (
        panel.rows(targets[chosen]) for chosen in (~is_share & ~is_coverage, is_share, is_coverage)
    )
    parts = [
        (counts, judge_counts(counts, panel, plan.readings)),
        (shares, judge_shares(shares, panel, first, last, plan.readings)),
        (coverage, judge_coverage(coverage, panel)),
    ]
    judged = [
        pd.DataFrame(
            {
                "_area": rows.area_goal[0],
                "_target": rows.target,
                "_goal": rows.area_goal[1],
                "year": rows.year,
                "baseline_year": where_known(rows.baseline_year, rows.baseline_year >= 0),
                **NOTHING,
                **found,
            }
        )
        for rows, found in parts
    ]
    return _finished(pd.concat(judged, ignore_index=True))


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the note that a sum was judged; what is not judged has no luck."""
    is_judged = rows["status"].isin(["met", "missed"])
    noted = (rows["reason"] + "|sum_of_cities").str.removeprefix("|")
    return rows.assign(
        status=pd.Categorical(rows["status"], STATUSES),
        reason=rows["reason"].mask(is_judged & rows["is_sum"], noted),
        luck=rows["luck"].where(is_judged),
    )


def joint_verdicts(rows: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return one row per area and industry: met only if accidents and casualties both are.

    Reading 3 ("均下降"): not_applicable if both are, else missed if either is, else not_reported,
    else undefined, else met. The rows stand beside the targets on accidents.
    """
    upper, lower = (targets[targets["indicator"] == name].reset_index() for name in COUNTS)
    # One row per industry and year: the target on accidents (x) beside that on casualties (y).
    both = upper.merge(lower, on=["industry", "year"])
    row_at = np.full((rows["_area"].max() + 1, len(targets)), -1)
    row_at[rows["_area"], rows["_target"]] = np.arange(len(rows))
    pairs = np.stack([row_at[:, both[name]].ravel() for name in ("index_x", "index_y")])
    # Targets of years that are not judged have no row.
    one, other = (rows.take(pair) for pair in pairs[:, (pairs >= 0).all(axis=0)])
    statuses = [frame["status"].to_numpy(object) for frame in (one, other)]
    both_absent = np.logical_and(*(status == "not_applicable" for status in statuses))
    either = {
        name: np.logical_or(*(status == name for status in statuses))
        for name in ("missed", "not_reported", "undefined")
    }
    status = np.select([both_absent, *either.values()], ["not_applicable", *either], "met")
    return one[["_area", "_target", "year", "baseline_year"]].assign(
        status=pd.Categorical(status, STATUSES),
        provisional=one["provisional"].to_numpy() | other["provisional"].to_numpy(),
        reason="",
        compared="",
        outlook="",
    )


def _named(
    plan: Plan, rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows with their names by year, area code, and industry and indicator."""
    # Whole numbers sort many times faster than names; categories are numbers with a name each.
    industries = [*plan.industries["name"], TOTAL]
    indicators = [*dict.fromkeys([*COUNTS, "joint", *plan.indicators["code"]])]
    target = rows["_target"]
    industry = pd.Index(industries).get_indexer(targets["industry"])[target]
    indicator = pd.Index(indicators).get_indexer(targets["indicator"])[target]
    indicator = np.where(rows["is_joint"], indicators.index("joint"), indicator)
    order = np.lexsort((indicator, industry, rows["_area"], rows["year"]))
    rows, industry, indicator = rows.take(order), industry[order], indicator[order]
    area, target = rows["_area"], rows["_target"]
    return rows.assign(
        area_code=pd.Categorical.from_codes(area, areas["code"]),
        area=pd.Categorical.from_codes(area, areas["name"], ordered=True),
        level=pd.Categorical(areas["level"]).take(area),
        industry=pd.Categorical.from_codes(industry, industries, ordered=True),
        indicator=pd.Categorical.from_codes(indicator, indicators),
        rule=pd.Categorical(targets["rule"]).take(target),
        threshold=targets["threshold"].to_numpy()[target],
        department=pd.Categorical(targets["department"]).take(target),
        counted=~rows["is_joint"] & (industry != industries.index(TOTAL)),
    )
