"""Verdicts and figures in; the early warning out (进度预警), which is never part of the verdict.

It says what is left to do by the last year, at what pace, and where the trend leads.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib.assessment.indicators import share_is_lower
from gsyf_lib.assessment.panel import Panel
from gsyf_lib.assessment.projection import constant_rate, loglinear_trend, straight_line
from gsyf_lib.assessment.verdicts import WHOLE

# Years with figures after the baseline. A line always fits two points: it needs one more to show
# how far off it is.
MINIMUM_POINTS = 3
INTERVAL = ["projected_low", "projected_high"]
FIGURES = ["goal", "to_go", "pace_needed", "pace_seen", "projected", *INTERVAL]
WORDS = ["note", "outlook"]
# Taken by number: np.select on words would make a copy of the word for every row.
CLASSES = np.array(["achieved", "ahead", "on_pace", "behind"], object)


@dataclass(frozen=True)
class _Course:
    """The figures of all years, and the targets as arrays: a goal per row, a year per column.

    least : the threshold in ten-thousandths; strict : whether the rule is below_baseline
    """

    panel: Panel
    least: NDArray[np.int64]
    strict: NDArray[np.bool_]
    target_years: NDArray[np.int64]
    baseline_year: int

    @property
    def last_year(self) -> int:
        return int(self.target_years[-1])

    def years_gone(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        return rows["year"].to_numpy("int64") - self.baseline_year

    def years_left(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        return self.last_year - rows["year"].to_numpy("int64")

    def targets(self, rows: pd.DataFrame) -> list[tuple[NDArray, NDArray]]:
        """Return threshold and strictness: for the year of each row, the next one, the last one."""
        goal, year = rows["_goal"].to_numpy(), rows["year"].to_numpy("int64")
        wanted = (year, np.minimum(year + 1, self.last_year), np.full(len(rows), self.last_year))
        columns = [np.searchsorted(self.target_years, years) for years in wanted]
        return [(self.least[goal, at], self.strict[goal, at]) for at in columns]

    def counts(self, rows: pd.DataFrame) -> tuple[NDArray, NDArray]:
        """Return numerators and denominators, one column per year; NaN after the row's own year."""
        upper, lower = self.panel.counts(rows["_area"].to_numpy(), rows["_goal"].to_numpy())
        years, until = self.panel.years, rows["year"].to_numpy("int64")[:, None]
        past = (years >= self.baseline_year) & (years <= until)
        return np.where(past, upper, np.nan), np.where(past, lower, np.nan)


def _course(panel: Panel, targets: pd.DataFrame, baseline_year: int) -> _Course:
    years = np.sort(targets["year"].unique().astype("int64"))
    at = targets["_goal"], np.searchsorted(years, targets["year"].to_numpy("int64"))
    least = np.zeros((int(targets["_goal"].max()) + 1, len(years)), "int64")
    strict = np.zeros(least.shape, bool)
    least[at] = targets["_exact"]
    strict[at] = targets["rule"] == "below_baseline"
    return _Course(panel, least, strict, years, baseline_year)


def outlook_places(
    rows: pd.DataFrame, panel: Panel, targets: pd.DataFrame, *, baseline_year: int
) -> pd.DataFrame:
    """Return the early warning beside every verdict.

    Parameters
    ----------
    rows : of ``verdicts.judge_places``
    panel : the values they were judged by
    targets : all rows of ``verdicts.place_targets``, not those of the years judged alone
    baseline_year : first year compared with

    Returns
    -------
    pandas.DataFrame
        For each row, in its order, what frames.OUTLOOK says besides the names.

    Notes
    -----
    The rule follows the plan's own path, which is steeper at its end: ``achieved`` if the value
    meets the last year's target already, ``ahead`` if it meets next year's, ``on_pace`` if it
    meets this year's, else ``behind``. A falling share has no level to reach: ``achieved`` at
    zero, ``on_pace`` if it met its goal and lies below the baseline year, else ``behind``. Where
    there is no verdict, and in the last year, there is no outlook.
    """
    course = _course(panel, targets, baseline_year)
    judged = rows["status"].isin(["met", "missed"])
    warned = rows[judged & (rows["year"] < course.last_year)]
    falling, coverage = (
        (targets["rule"] == rule).to_numpy()[warned["_target"]]
        for rule in ("falling", "coverage_at_least")
    )
    parts = [
        _counts(warned[~falling & ~coverage], course),
        _falling(warned[falling], course),
        _coverage(warned[coverage], course),
    ]
    found = pd.concat(parts).reindex(index=rows.index, columns=[*WORDS, *FIGURES])
    unjudged = np.where(rows["status"] == "not_applicable", "no_such_industry", "no_verdict")
    return found.assign(
        note=found["note"].fillna("last_year").where(judged, unjudged),
        outlook=found["outlook"].fillna(""),
        last_year=course.last_year,
    )


def _whole(column: pd.Series) -> NDArray[np.int64]:
    return column.fillna(0).astype("int64").to_numpy()


def _class(now: NDArray, following: NDArray, last: NDArray) -> NDArray:
    """Return the class by the farthest target that is met."""
    return CLASSES[np.select([last, following, now], [0, 1, 2], 3)]


def _counts(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """Warn of accidents and casualties, by the largest counts that meet the targets."""
    now, then = _whole(rows["value"]), _whole(rows["baseline"])
    limits = [
        # From zero only zero is no rise; "below" allows one less than the baseline.
        np.where(then == 0, 0, np.where(strict, then - 1, (WHOLE - least) * then // WHOLE))
        for least, strict in course.targets(rows)
    ]
    to_go = np.maximum(now - limits[-1], 0)
    return _project_counts(rows, course).assign(
        goal=limits[-1],
        to_go=to_go,
        pace_needed=to_go / np.maximum(course.years_left(rows), 1),
        pace_seen=(then - now) / course.years_gone(rows),
        outlook=_class(*(now <= limit for limit in limits)),
    )


def _project_counts(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """Follow the trend to the last year; with too few points, the rate since the baseline."""
    counts, _ = course.counts(rows)
    years = course.panel.years
    points = (~np.isnan(counts[:, years > course.baseline_year])).sum(axis=1)
    known = (rows["baseline"] > 0).to_numpy()
    trusted = known & (points >= MINIMUM_POINTS)
    rate = constant_rate(
        rows["baseline"], rows["value"], course.years_gone(rows), course.years_left(rows)
    )
    trend = np.full((3, len(rows)), np.nan)
    trend[:, trusted] = loglinear_trend(counts[trusted], years, course.last_year)
    columns = {
        "projected": np.where(trusted, trend[0], rate),
        "projected_low": trend[1],
        "projected_high": trend[2],
        "note": np.select([~known, ~trusted], ["zero_baseline", "few_points"], ""),
    }
    return pd.DataFrame(columns, index=rows.index)


def _coverage(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """Warn of training coverage, by the fewest of this year's people to train for the targets."""
    trained, people = _whole(rows["numerator"]), _whole(rows["denominator"])
    # -(-a // b) rounds up.
    fewest = [-(-least * people // WHOLE) for least, _ in course.targets(rows)]
    to_go = np.maximum(fewest[-1] - trained, 0)
    upper, lower = course.counts(rows)
    shares = upper / np.where(lower == 0, np.nan, lower)
    # The column of the first year with a share: argmax finds the first True.
    first = (~np.isnan(shares)).argmax(axis=1)
    since = rows["year"].to_numpy("int64") - course.panel.years[first]
    projected = straight_line(
        shares[np.arange(len(rows)), first],
        rows["value"].to_numpy(),
        since,
        course.years_left(rows),
    )
    columns = {
        "goal": fewest[-1],
        "to_go": to_go,
        "pace_needed": to_go / np.maximum(course.years_left(rows), 1),
        "outlook": _class(*(trained >= few for few in fewest)),
        "projected": projected,
        "note": np.where(np.isnan(projected), "few_points", "no_interval"),
    }
    return pd.DataFrame(columns, index=rows.index)


def _falling(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """Warn of the short-exposure share: no level to reach, but it must end below the baseline."""
    place = rows["_area"].to_numpy(), rows["_goal"].to_numpy()
    now = course.panel.figures_at(*place, rows["year"].to_numpy("int64"))
    first = course.panel.figures_at(*place, course.baseline_year)
    below = share_is_lower(
        *(_whole(share[name]) for share in (now, first) for name in ("numerator", "denominator"))
    )
    met, at_zero = (rows["status"] == "met").to_numpy(), (rows["value"] == 0).to_numpy()
    # No level is set for next year: nothing is ahead of it.
    nowhere = np.zeros(len(rows), dtype=bool)
    outlook = _class(met & below, nowhere, met & at_zero)
    return pd.DataFrame({"outlook": outlook, "note": "no_level"}, index=rows.index)
