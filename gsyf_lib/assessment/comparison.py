"""Results in; a funnel of the cities out: which differences luck does not explain. No ranking."""

from fractions import Fraction

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment import chance
from gsyf_lib.assessment.selection import select_year
from gsyf_lib.assessment.verdicts.statuses import shown_statuses
from gsyf_lib.assessment.verdicts.thresholds import exact
from gsyf_lib.errors import UsageError

# The usual outer limit of funnel plots: luck alone puts 2 cities of 1,000 outside.
LEVEL = 0.998


def funnel(results: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Return each city's accidents beside those of the other cities, with limits of luck.

    Parameters
    ----------
    results : frames.RESULTS
    year : year compared; the last of ``results`` if not given

    Returns
    -------
    frames.FUNNEL
        One row per city and industry (重点行业合计 too), in the order of ``results``.

    Raises
    ------
    UsageError
        The results hold no accidents of cities in that year.

    Notes
    -----
    A point is the share of the later year among the cases of both, over the number of cases:
    this needs no number of workers, which nobody hands in. The limits are binomial, with the share
    of the *other* cities together (Spiegelhalter 2005; each city is left out of its own standard).

    Examples
    --------
    >>> row = gs.funnel(results).query("area == '太原市' and industry == '重点行业合计'").iloc[0]
    >>> row["baseline"], row["value"], row["low"], row["high"], row["position"]
    (np.int64(228), np.int64(180), np.int64(158), np.int64(220), 'inside')
    """
    rows = select_year(results, year)
    rows = rows[(rows["indicator"] == "accidents") & (rows["level"] == "city")]
    if rows.empty:
        raise UsageError("考核结果中没有各市当年的事故起数，无法比较；请传入 gs.assess 的结果。")
    rows = _with_shares(rows)
    rows = rows.assign(**_limits(rows), goal=_goal_share(rows["threshold"]))
    return frames.conform(rows.assign(position=_position(rows)), frames.FUNNEL)


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the cases of both years, and the later year's share of them: here, and elsewhere."""
    now, then = rows["value"].astype("Int64"), rows["baseline"].astype("Int64")
    cases = now + then
    others_now, others = (_of_others(count, cases, rows["industry"]) for count in (now, cases))
    share, centre = _ratio(now, cases), _ratio(others_now, others)
    return rows.assign(value=now, baseline=then, cases=cases, share=share, others=centre)


def _limits(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the lowest and the highest count of the year that luck explains."""
    cases, centre = rows["cases"], rows["others"]
    # pandas' missing value is neither above 0 nor not: it has to be filled first.
    comparable = (cases > 0).fillna(False) & centre.notna()
    limits = chance.binomial_limits(cases.astype(float), centre, LEVEL)
    return {
        name: pd.Series(limit, rows.index).where(comparable).astype("Int64")
        for name, limit in zip(("low", "high"), limits, strict=True)
    }


def decline_of(share: float) -> Fraction:
    """Return the decline that a share of the later year among the cases of both stands for.

    Examples
    --------
    >>> decline_of(0.5), decline_of(19 / 39)
    (Fraction(0, 1), Fraction(1, 20))
    """
    later = exact(share)
    return 1 - later / (1 - later)


def _of_others(counts: pd.Series, cases: pd.Series, industries: pd.Series) -> pd.Series:
    """Return what all other cities with figures of both years have together."""
    known = counts.where(cases.notna()).fillna(0)
    return known.groupby(industries, sort=False).transform("sum") - known


def _ratio(upper: pd.Series, lower: pd.Series) -> pd.Series:
    """Return upper / lower; NaN where there is no case or no figure."""
    known = (lower > 0).fillna(False).astype(bool)
    return upper.where(known).astype(float) / lower.where(known).astype(float)


def _goal_share(threshold: pd.Series) -> pd.Series:
    """Return the share of the later year at which the target is just met."""
    kept = 1 - threshold.fillna(0.0)
    return kept / (1 + kept)


def _position(rows: pd.DataFrame) -> np.ndarray:
    """Tell where a city lies, or why it lies nowhere."""
    conditions = [
        rows["cases"].isna(),
        rows["cases"] == 0,
        rows["others"].isna(),
        rows["value"] < rows["low"],
        rows["value"] > rows["high"],
    ]
    known = [condition.fillna(False).astype(bool).to_numpy() for condition in conditions]
    words = [shown_statuses(rows), "no_cases", "no_others", "below", "above"]
    return np.select(known, words, "inside")
