"""Yearly counts and shares in; where they lead if they go on as so far out, many series at once.

Six yearly figures allow no more than a straight line; its interval shows how little it says.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gsyf_lib.assessment.luck import Z95, Floats

# A factor of exp(3) = 20 a year: only a series with cases in one single year is steeper.
STEEPEST = 3.0
# Newton's steps end when they are shorter than this.
PRECISE = 1e-12
DIGITS = 12


def constant_rate(
    baseline: ArrayLike, value: ArrayLike, elapsed: ArrayLike, ahead: ArrayLike
) -> Floats:
    """Return a count that goes on changing at the yearly rate it has had since the baseline.

    ``elapsed``: years from the baseline to the value; ``ahead``: from there on. NaN where the
    baseline is 0.
    """
    then, now = np.asarray(baseline, float), np.asarray(value, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_of_way = np.asarray(ahead, float) / np.asarray(elapsed, float)
        return np.where(then > 0, now * (now / then) ** share_of_way, np.nan)


def straight_line(
    first: ArrayLike, last: ArrayLike, elapsed: ArrayLike, ahead: ArrayLike
) -> Floats:
    """Return a share that goes on by as many percentage points a year, within 0 and 1.

    ``elapsed``: years from the first share to the last one, NaN where it is 0; ``ahead``: from
    there on.
    """
    begun, now, years = (np.asarray(a, float) for a in (first, last, elapsed))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(years > 0, (now - begun) / years, np.nan)
    # Without rounding, counts that lead to exactly 1 could end at 0.9999999999999999.
    return np.clip(np.round(now + rate * np.asarray(ahead, float), DIGITS), 0, 1)


def loglinear_trend(counts: ArrayLike, years: ArrayLike, at: float) -> tuple[Floats, ...]:
    """Return what a Poisson trend of constant yearly rate expects at a year, and its 95 % interval.

    A row per series and a column per year in, NaN without a figure; expected, low and high out.
    The interval is for the count of that year: of the trend and of the year's own luck. Where the
    cases have ended expected is 0, where they have only just begun NaN; neither has an interval.

    Maximum likelihood of log(mean) = a + b·year: given their sum, the counts are multinomial, so
    that b solves mean year(b) = mean year of the cases (McCullagh and Nelder 1989, section 6.4).
    The interval is exp(log expected ± 1.96·sqrt(V + 1/expected)), V the variance of the trend by
    Fisher information: an approximation, too narrow where cases come in clusters.
    """
    # Years are rows, so that numpy adds year by year. Along columns it would add in pairs, and a
    # year without figures could change the last digit.
    x = np.atleast_2d(np.asarray(counts, float)).T
    known = ~np.isnan(x)
    x = np.where(known, x, 0)
    time = (np.asarray(years, float) - at)[:, None]
    total = x.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        slope = _slope((x * time).sum(axis=0) / total, known, time)
        norm, mean, variance = _moments(slope, known, time)
        # The fitted counts add up to the total, so that one of weight w is total·w.
        expected = total / norm
        spread = np.sqrt(1 / total + mean**2 / (total * variance) + 1 / expected)
        low, high = (expected * np.exp(sign * Z95 * spread) for sign in (-1, 1))
    # No case at all, or a slope at its limit: cases ended (0) or have only begun (NaN).
    silent = (total == 0) | (np.abs(slope) > STEEPEST - 1e-6)
    expected = np.where(silent, np.where(slope > 0, np.nan, 0), expected)
    return expected, *(np.where(silent, np.nan, end) for end in (low, high))


def _moments(slope: Floats, known: NDArray[np.bool_], time: Floats) -> tuple[Floats, ...]:
    """Return sum, mean year and variance of the weights exp(slope·time), of years with figures."""
    weight = np.where(known, np.exp(slope * time), 0)
    norm = weight.sum(axis=0)
    mean = (weight * time).sum(axis=0) / norm
    return norm, mean, (weight * (time - mean) ** 2).sum(axis=0) / norm


def _slope(centre: Floats, known: NDArray[np.bool_], time: Floats) -> Floats:
    """Find the slope at which the trend has the same mean year as the cases."""
    # Newton's method. A step out of the range where the slope must lie is replaced by its middle.
    slope = np.zeros(len(centre))
    low, high = np.full(len(centre), -STEEPEST), np.full(len(centre), STEEPEST)
    live = np.flatnonzero(~np.isnan(centre))
    while len(live):
        before = slope[live]
        _, mean, variance = _moments(before, known[:, live], time)
        gap = centre[live] - mean
        low[live] = np.where(gap >= 0, before, low[live])
        high[live] = np.where(gap <= 0, before, high[live])
        step = before + gap / variance
        inside = (step >= low[live]) & (step <= high[live])
        slope[live] = np.where(inside, step, (low[live] + high[live]) / 2)
        live = live[np.abs(slope[live] - before) > PRECISE]
    return slope
