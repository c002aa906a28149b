"""The early warning: what is still to be done by the last year, at what pace, where a trend leads.

Never part of the verdict. Pure: no file, no plan text.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib.assessment.indicators import share_is_lower
from gsyf_lib.assessment.panel import Panel
from gsyf_lib.assessment.projection import constant_rate, loglinear_trend, straight_line
from gsyf_lib.assessment.verdicts import WHOLE

# After the baseline: two points can always be joined by a line, and say nothing of its error.
MINIMUM_POINTS = 3
INTERVAL = ["projected_low", "projected_high"]
FIGURES = ["goal", "to_go", "pace_needed", "pace_seen", "projected", *INTERVAL]
SAID = ["note", "outlook"]
# Chosen by number: words from np.select would each be in memory as often as there are rows.
CLASSES = np.array(["achieved", "ahead", "on_pace", "behind"], object)


@dataclass(frozen=True)
class _Course:
    """The figures over the years and the plan's targets, by the places of areas and goals."""

    panel: Panel
    least: NDArray[np.int64]
    strict: NDArray[np.bool_]
    target_years: NDArray[np.int64]
    baseline_year: int

    @property
    def last_year(self) -> int:
        return int(self.target_years[-1])

    def gone(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        return rows["year"].to_numpy("int64") - self.baseline_year

    def left(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        return self.last_year - rows["year"].to_numpy("int64")

    def goals(self, rows: pd.DataFrame) -> list[tuple[NDArray, NDArray]]:
        """Return thresholds and strictness of each row's year, the next and the last."""
        goal, year = rows["_goal"].to_numpy(), rows["year"].to_numpy("int64")
        wanted = (year, np.minimum(year + 1, self.last_year), np.full(len(rows), self.last_year))
        deep = [np.searchsorted(self.target_years, years) for years in wanted]
        return [(self.least[goal, at], self.strict[goal, at]) for at in deep]

    def lines(self, rows: pd.DataFrame) -> tuple[NDArray, NDArray]:
        """Return the counts above and below the line, one column per year up to that of the row.

        NaN where there is no figure.
        """
        upper, lower = self.panel.lines(rows["_area"].to_numpy(), rows["_goal"].to_numpy())
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
    told = rows[judged & (rows["year"] < course.last_year)]
    falling, coverage = (
        (targets["rule"] == rule).to_numpy()[told["_target"]]
        for rule in ("falling", "coverage_at_least")
    )
    parts = [
        _counts(told[~falling & ~coverage], course),
        _falling(told[falling], course),
        _coverage(told[coverage], course),
    ]
    found = pd.concat(parts).reindex(index=rows.index, columns=[*SAID, *FIGURES])
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
    """Accidents and casualties, against the largest counts that meet the targets."""
    now, then = _whole(rows["value"]), _whole(rows["baseline"])
    limits = [
        np.where(then == 0, 0, np.where(strict, then - 1, (WHOLE - least) * then // WHOLE))
        for least, strict in course.goals(rows)
    ]
    to_go = np.maximum(now - limits[-1], 0)
    return _project_counts(rows, course).assign(
        goal=limits[-1],
        to_go=to_go,
        pace_needed=to_go / np.maximum(course.left(rows), 1),
        pace_seen=(then - now) / course.gone(rows),
        outlook=_class(*(now <= limit for limit in limits)),
    )


def _project_counts(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    counts, _ = course.lines(rows)
    years = course.panel.years
    points = (~np.isnan(counts[:, years > course.baseline_year])).sum(axis=1)
    known = (rows["baseline"] > 0).to_numpy()
    trusted = known & (points >= MINIMUM_POINTS)
    rate = constant_rate(rows["baseline"], rows["value"], course.gone(rows), course.left(rows))
    trend = np.full((3, len(rows)), np.nan)
    trend[:, trusted] = loglinear_trend(counts[trusted], years, course.last_year)
    said = {
        "projected": np.where(trusted, trend[0], rate),
        "projected_low": trend[1],
        "projected_high": trend[2],
        "note": np.select([~known, ~trusted], ["zero_baseline", "few_points"], ""),
    }
    return pd.DataFrame(said, index=rows.index)


def _coverage(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """Training, against the fewest trained of this year's people that meet the targets."""
    trained, people = _whole(rows["numerator"]), _whole(rows["denominator"])
    fewest = [-(-least * people // WHOLE) for least, _ in course.goals(rows)]
    to_go = np.maximum(fewest[-1] - trained, 0)
    upper, lower = course.lines(rows)
    shares = upper / np.where(lower == 0, np.nan, lower)
    first = (~np.isnan(shares)).argmax(axis=1)
    since = rows["year"].to_numpy("int64") - course.panel.years[first]
    projected = straight_line(
        shares[np.arange(len(rows)), first],
        rows["value"].to_numpy(),
        since,
        course.left(rows),
    )
    said = {
        "goal": fewest[-1],
        "to_go": to_go,
        "pace_needed": to_go / np.maximum(course.left(rows), 1),
        "outlook": _class(*(trained >= few for few in fewest)),
        "projected": projected,
        "note": np.where(np.isnan(projected), "few_points", "no_interval"),
    }
    return pd.DataFrame(said, index=rows.index)


def _falling(rows: pd.DataFrame, course: _Course) -> pd.DataFrame:
    """The short-exposure share: no level to reach, but below the baseline year in the end."""
    place = rows["_area"].to_numpy(), rows["_goal"].to_numpy()
    now = course.panel.look(*place, rows["year"].to_numpy("int64"))
    first = course.panel.look(*place, course.baseline_year)
    below = share_is_lower(
        *(_whole(share[name]) for share in (now, first) for name in ("numerator", "denominator"))
    )
    met, at_zero = (rows["status"] == "met").to_numpy(), (rows["value"] == 0).to_numpy()
    nowhere = np.zeros(len(rows), dtype=bool)
    outlook = _class(met & below, nowhere, met & at_zero)
    return pd.DataFrame({"outlook": outlook, "note": "no_level"}, index=rows.index)
