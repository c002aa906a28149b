"""Two assessments in, their differences out: after revisions, on two days, or by other readings."""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.indicators import indicator_values
from gsyf_lib.assessment.verdicts import assess, judge_values
from gsyf_lib.errors import UsageError
from gsyf_lib.plan import SWITCHES, Plan
from gsyf_lib.submissions import (
    AREA_INDUSTRY_YEAR,
    KEY,
    RATIO,
    SHARE_COUNTS,
    Submissions,
    load_submissions,
)

VERDICT = ["area_code", "area", "industry", "indicator", "year"]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What became of a year between two days.

    results : frames.RESULT_CHANGES
    figures : frames.FIGURE_CHANGES
    synthetic : True while only the example (示例数据) is there
    """

    results: pd.DataFrame
    figures: pd.DataFrame
    synthetic: bool

    def __repr__(self) -> str:
        """Return how much has changed."""
        return f"结论变化{len(self.results)}项，数据变化{len(self.figures)}条"


def reading_changes(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return frames.READING_CHANGES: the verdicts of a year that another reading would change.

    Each switch of docs/readings.md is turned by itself to each of its other values. How trainees
    are counted (reading 12) is left out: those who hand in decide it when they count, and nobody
    hands in the other number.
    """
    values = indicator_values(observations, plan.indicators)
    before = judge_values(plan, values, [year])
    parts = [frames.READING_CHANGES.empty()]
    for name, switch in SWITCHES.items():
        in_force = getattr(plan.readings, name)
        for other in switch.meanings if switch.recounted else ():
            if other != in_force:
                readings = replace(plan.readings, **{name: other})
                after = judge_values(replace(plan, readings=readings), values, [year])
                both = _changed_status(before, after, ["status", "reason", "margin"])
                parts.append(both.assign(reading=name, in_force=in_force, alternative=other))
    return frames.conform(pd.concat(parts, ignore_index=True), frames.READING_CHANGES)


def compare(plan: Plan, day: str | dt.date, other_day: str | dt.date, year: int) -> Comparison:
    """比较前后两个日期，列出一个年度的数据和结论有哪些变化。

    Parameters
    ----------
    day, other_day : 所比较的两个日期，较早的在前；各按截至当天收到的文件
    year : 设有目标的年度；比较该年度及以前各年的数据

    Raises
    ------
    UsageError
        不是日期，后一日期早于前一日期，或该年度没有目标。

    Examples
    --------
    >>> compared = gs.compare(plan, "2023-12-31", "2024-03-31", year=2023)
    >>> compared.figures.iloc[0][["area", "industry", "measure", "change"]].tolist()
    ['山西省', '交通运输', 'accidents', 'first']
    """
    plan.check_year(year)
    before, after = load_submissions(plan, day), load_submissions(plan, other_day)
    if after.as_of < before.as_of:
        raise UsageError(f"比较的两个日期应先早后晚：{before.as_of.date()}晚于{after.as_of.date()}")
    old, new = (assess(plan, received.observations, year) for received in (before, after))
    shown = ["status", "value", "margin", "baseline_year", "baseline", "reason"]
    both = _beside(old, new, shown)
    return Comparison(
        frames.conform(both[_differ(both, shown)], frames.RESULT_CHANGES),
        _changed_figures(before.observations, after.observations, year),
        after.synthetic,
    )


def _changed_figures(before: pd.DataFrame, after: pd.DataFrame, year: int) -> pd.DataFrame:
    """Compare figure by figure, from the later day: files are only added, so no figure vanishes."""
    shown = ["value", "state"]
    old = before[[*KEY, *shown]].rename(columns={name: f"old_{name}" for name in shown})
    new = after.rename(columns={name: f"new_{name}" for name in shown})
    both = new[new["year"] <= year].merge(old, on=KEY, how="left")
    # A share may have come as counts on one day and as a bare ratio on the other.
    both["old_state"] = both["old_state"].fillna(_other_form(before, both)).fillna("")
    both = both[_differ(both, shown)]
    was, now = both["old_state"], both["new_state"]
    both["change"] = np.select(
        [now == "withheld", was == "", was == "withheld"],
        ["withheld", "first", "mended"],
        "revised",
    )
    return frames.conform(both, frames.FIGURE_CHANGES)


def _other_form(before: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    """Return the earlier state of a share that had come in the other form: counts, or a ratio."""
    ratios, counts = (before[before["measure"].isin(names)] for names in ([RATIO], SHARE_COUNTS))
    others = [counts.drop_duplicates(AREA_INDUSTRY_YEAR).assign(measure=RATIO)]
    others += [ratios.assign(measure=name) for name in SHARE_COUNTS]
    found = figures[KEY].merge(pd.concat(others)[[*KEY, "state"]], on=KEY, how="left")
    return found["state"].set_axis(figures.index)


def _beside(before: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Put two results frames of the same goals side by side, as old_ and new_ columns."""
    old, new = (
        frame[[*VERDICT, *names]].rename(columns={name: f"{when}_{name}" for name in names})
        for when, frame in (("old", before), ("new", after))
    )
    return old.merge(new, on=VERDICT)


def _changed_status(before: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Put the columns of those goals side by side that have another status."""
    both = _beside(before, after, names)
    return both[both["old_status"] != both["new_status"]]


def _differ(both: pd.DataFrame, names: list[str]) -> pd.Series:
    """Tell which rows differ in one of the columns."""
    # Two missing values are never equal, and yet no difference: "" takes their place.
    old, new = (
        both[[f"{when}_{name}" for name in names]].astype(object).fillna("").set_axis(names, axis=1)
        for when in ("old", "new")
    )
    return (old != new).any(axis=1)


def revised_verdicts(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return frames.CHANGES: the verdicts that revisions changed, from the first day to the last.

    The old values of all figures revised on a day are put back at once, the last day first.
    A figure that was handed in only once keeps its value.
    """
    current, after = submissions.observations, None
    parts = [frames.CHANGES.empty()]
    revisions = submissions.revisions.sort_values("received_on", ascending=False, kind="stable")
    # Backwards, day by day: what is judged before a day is what was judged after the day before.
    for day, revised in revisions.groupby("received_on", sort=False):
        after = assess(plan, current) if after is None else after
        current = _put_back(current, revised)
        before = assess(plan, current)
        parts.append(_changed_status(before, after, ["status"]).assign(received_on=day))
        after = before
    return frames.conform(pd.concat(reversed(parts), ignore_index=True), frames.CHANGES)


def _put_back(observations: pd.DataFrame, revised: pd.DataFrame) -> pd.DataFrame:
    """Return the figures as they were before these revisions; no old value means 无此行业."""
    old = observations[KEY].merge(revised[[*KEY, "old_value"]], on=KEY, how="left")
    now, then = (pd.MultiIndex.from_frame(frame[KEY]) for frame in (observations, revised))
    touched = now.isin(then)
    state = old["old_value"].isna().map({True: "absent", False: "figure"})
    observations = observations.assign(
        value=observations["value"].mask(touched, old["old_value"]),
        state=observations["state"].mask(touched, state),
    )
    # Revisions of figures that are no longer in force: a bare ratio that counts have replaced.
    return _in_old_form(observations, revised[~then.isin(now)])


def _in_old_form(observations: pd.DataFrame, ratios: pd.DataFrame) -> pd.DataFrame:
    """Put bare ratios back where counts have replaced them (reading 11)."""
    is_share = observations["measure"].isin(SHARE_COUNTS)
    counts = observations[is_share].drop_duplicates(AREA_INDUSTRY_YEAR)
    old = counts.merge(ratios[[*AREA_INDUSTRY_YEAR, "old_value"]], on=AREA_INDUSTRY_YEAR)
    old["state"] = np.where(old["old_value"].isna(), "absent", "figure")
    old = old.assign(measure=RATIO, value=old["old_value"])[[*observations]]
    here, then = (
        pd.MultiIndex.from_frame(frame[AREA_INDUSTRY_YEAR]) for frame in (observations, old)
    )
    return pd.concat([observations[~(is_share & here.isin(then))], old], ignore_index=True)
