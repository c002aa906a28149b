"""Verdicts and figures in; the outlook out (进度预警), which is never part of the verdict.

It says what is left to do by the last year, at what pace, and where the trend leads.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib.assessment.verdicts.exact import share_is_lower
from gsyf_lib.assessment.verdicts.panel import AreaGoal, ByColumn, Panel, fewest, most, ratio
from gsyf_lib.assessment.verdicts.projection import constant_rate, loglinear_trend, straight_line
from gsyf_lib.frames import THRESHOLD_SCALE

# Years with figures after the baseline. A line always fits two points: it needs one more to show
# how far off it is.
MINIMUM_POINTS = 3
NUMBERS = ["goal", "to_go", "pace_needed", "pace_seen", "projected"]
COLUMNS = ["note", "outlook", *NUMBERS, "projected_low", "projected_high"]
# Taken by number: np.select on words would make a copy of the word for every row.
CLASSES = np.array(["achieved", "ahead", "on_pace", "behind"], object)


class _Course(NamedTuple):
    """What all rows share: the figures, and the targets from the baseline to the last year."""

    panel: Panel
    targets: pd.DataFrame
    baseline_year: int
    last_year: int


def outlook_of(
    judged: pd.DataFrame, panel: Panel, targets: pd.DataFrame, baseline_year: int
) -> pd.DataFrame:
    """Return what frames.OUTLOOK says beside every verdict, in the same order.

    ``targets`` are those of all years (``number_goals``), not only those that were judged.

    The rule follows the plan's own path, which is steeper at its end: ``achieved`` if the value
    meets the last year's target already, ``ahead`` if it meets next year's, ``on_pace`` if it
    meets this year's, else ``behind``. A falling share has no level to reach: ``achieved`` at
    zero, ``on_pace`` if it met its goal and lies below the baseline year, else ``behind``. Where
    there is no verdict, and in the last year, there is no outlook.
    """
    last_year = int(targets["year"].max())
    is_judged = judged["status"].isin(["met", "missed"])
    open_ = judged[is_judged & (judged["year"] < last_year)]
    rules = targets["rule"].to_numpy()[open_["_target"]]
    is_falling, is_coverage = rules == "falling", rules == "coverage_at_least"
    course = _Course(panel, targets, baseline_year, last_year)
    parts = [
        pd.DataFrame(outlook(rows, course), rows.index)
        for outlook, rows in (
            (_counts, open_[~is_falling & ~is_coverage]),
            (_falling, open_[is_falling]),
            (_coverage, open_[is_coverage]),
        )
    ]
    found = pd.concat(parts).reindex(index=judged.index, columns=COLUMNS)
    unjudged = np.where(judged["status"] == "not_applicable", "no_such_industry", "no_verdict")
    return found.assign(
        note=found["note"].fillna("last_year").where(is_judged, unjudged),
        outlook=found["outlook"].fillna(""),
        last_year=last_year,
    )


def _counts(rows: pd.DataFrame, course: _Course) -> ByColumn:
    """Return the outlook of accidents and casualties, by the largest counts that meet targets."""
    now, then = (rows[name].to_numpy("int64") for name in ("value", "baseline"))
    limits = [
        # From zero only zero is no rise; "below" allows one less than the baseline.
        np.select([then == 0, is_strict], [0, then - 1], most(THRESHOLD_SCALE - threshold, then))
        for threshold, is_strict in _milestones(rows, course)
    ]
    gone, left = _years(rows, course)
    to_go = np.maximum(now - limits[-1], 0)
    return {
        **_trend(rows, course),
        "goal": limits[-1],
        "to_go": to_go,
        "pace_needed": to_go / left,
        "pace_seen": (then - now) / gone,
        "outlook": _class(*(now <= limit for limit in limits)),
    }


def _trend(rows: pd.DataFrame, course: _Course) -> ByColumn:
    """Follow the trend to the last year; with too few points, the rate since the baseline."""
    counts, _ = _past(rows, course)
    years = course.panel.years
    points = (~np.isnan(counts[:, years > course.baseline_year])).sum(axis=1)
    known = (rows["baseline"] > 0).to_numpy()
    trusted = known & (points >= MINIMUM_POINTS)
    rate = constant_rate(rows["baseline"], rows["value"], *_years(rows, course))
    trend = np.full((3, len(rows)), np.nan)
    trend[:, trusted] = loglinear_trend(counts[trusted], years, course.last_year)
    return {
        "projected": np.where(trusted, trend[0], rate),
        "projected_low": trend[1],
        "projected_high": trend[2],
        "note": np.select([~known, ~trusted], ["zero_baseline", "few_points"], ""),
    }


def _coverage(rows: pd.DataFrame, course: _Course) -> ByColumn:
    """Return the outlook of coverage, by the fewest of this year's people to train for targets."""
    trained, people = (rows[name].to_numpy("int64") for name in ("numerator", "denominator"))
    needed = [fewest(threshold, people) for threshold, _ in _milestones(rows, course)]
    to_go = np.maximum(needed[-1] - trained, 0)
    upper, lower = _past(rows, course)
    shares = ratio(upper, lower, lower > 0)
    # The column of the first year with a share: argmax finds the first True.
    first = (~np.isnan(shares)).argmax(axis=1)
    since = rows["year"].to_numpy("int64") - course.panel.years[first]
    _, left = _years(rows, course)
    projected = straight_line(shares[np.arange(len(rows)), first], rows["value"], since, left)
    return {
        "goal": needed[-1],
        "to_go": to_go,
        "pace_needed": to_go / left,
        "outlook": _class(*(trained >= few for few in needed)),
        "projected": projected,
        "note": np.where(np.isnan(projected), "few_points", "no_interval"),
    }


def _falling(rows: pd.DataFrame, course: _Course) -> ByColumn:
    """Return the outlook of a share that has no level to reach, but must end below the baseline."""
    now = course.panel.at(_area_goal(rows), rows["year"].to_numpy("int64"))
    first = course.panel.at(_area_goal(rows), course.baseline_year)
    met, at_zero = (rows["status"] == "met").to_numpy(), now.numerator == 0
    # No level is set for next year: nothing is ahead of it.
    ahead = np.zeros(len(rows), dtype=bool)
    is_lower = share_is_lower(*now[:2], *first[:2])
    return {"outlook": _class(met & is_lower, ahead, met & at_zero), "note": "no_level"}


def _class(now: NDArray, following: NDArray, last: NDArray) -> NDArray:
    """Return the class by the farthest target that is met."""
    return CLASSES[np.select([last, following, now], [0, 1, 2], 3)]


def _milestones(rows: pd.DataFrame, course: _Course) -> list[tuple[NDArray, NDArray]]:
    """Return threshold and strictness of the targets of the row's year, the next, the last."""
    targets = course.targets
    years = np.sort(targets["year"].unique().astype("int64"))
    at = targets["_goal"], np.searchsorted(years, targets["year"].to_numpy("int64"))
    thresholds = np.zeros((int(targets["_goal"].max()) + 1, len(years)), "int64")
    thresholds[at] = targets["_exact"]
    strict = np.zeros(thresholds.shape, bool)
    strict[at] = targets["rule"] == "below_baseline"
    goal, year = rows["_goal"].to_numpy(), rows["year"].to_numpy("int64")
    wanted = year, year + 1, np.full_like(year, course.last_year)
    columns = [np.searchsorted(years, wanted_year) for wanted_year in wanted]
    return [(thresholds[goal, column], strict[goal, column]) for column in columns]


def _years(rows: pd.DataFrame, course: _Course) -> tuple[NDArray, NDArray]:
    """Return how many years have gone since the baseline year, and how many are left."""
    year = rows["year"].to_numpy("int64")
    return year - course.baseline_year, course.last_year - year


def _area_goal(rows: pd.DataFrame) -> AreaGoal:
    return rows["_area"].to_numpy(), rows["_goal"].to_numpy()


def _past(rows: pd.DataFrame, course: _Course) -> tuple[NDArray, NDArray]:
    """Return numerators and denominators, one column per year; NaN after the row's own year."""
    years, until = course.panel.years, rows["year"].to_numpy("int64")[:, None]
    is_past = (years >= course.baseline_year) & (years <= until)
    upper, lower = (
        np.where(is_past, counts, np.nan) for counts in course.panel.series(_area_goal(rows))
    )
    return upper, lower
