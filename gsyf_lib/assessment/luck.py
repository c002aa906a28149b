"""Counts in; out come how far luck alone can change them, and with which probability: many at once.

Counts are taken as Poisson, shares as draws from one population. Casualties come in clusters, as
several are hurt in one accident: their interval is too narrow, and six yearly totals are too few
to say by how much. Intervals are of 95 %, declines and shares fractions; NaN is what nothing can
be said of. docs/methods.md has formulas and examples.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from gsyf_lib.frames import THRESHOLD_SCALE

Floats = NDArray[np.float64]
Z95 = float(special.ndtri(0.975))
# As ``share_allowed``: the target is "fewer than the baseline", however little.
STRICTLY_BELOW = -1


def decline_interval(baseline: ArrayLike, value: ArrayLike) -> tuple[Floats, Floats]:
    """Return the exact interval of the decline of a count; NaN where ``baseline`` is 0.

    Given n = baseline + value, the value is binomial(n, p) with p = r / (1 + r) and r the ratio
    of the two rates. Clopper and Pearson's limits of p give those of r, and 1 - r the decline
    (Przyborowski and Wilenski 1940).
    """
    # Areas by the thousand share few pairs of small counts: each pair is worked out once.
    pairs, pair_of = np.unique(
        np.asarray(baseline, float) + 1j * np.asarray(value, float), return_inverse=True
    )
    then, now = pairs.real, pairs.imag
    most = _odds(now + 1, then, 0.975)
    least = np.where(now > 0, _odds(now, then + 1, 0.025), 0.0)
    low, high = (np.where(then > 0, 1 - ratio, np.nan)[pair_of] for ratio in (most, least))
    return low, high


def _odds(a: Floats, b: Floats, tail: float) -> Floats:
    """Return p / (1 - p) at this quantile of Beta(a, b)."""
    # Where p is almost 1, 1 - p has lost its digits: there 1 - p itself is worked out, from
    # Beta(b, a).
    turned = a > b
    p = special.betaincinv(np.where(turned, b, a), np.where(turned, a, b), abs(turned - tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(turned, (1 - p) / p, p / (1 - p))


def count_luck(baseline: ArrayLike, value: ArrayLike, share_allowed: ArrayLike) -> Floats:
    """Return the probability that an unchanged area would have met a target on a count.

    ``share_allowed`` may remain of the baseline, in parts of THRESHOLD_SCALE (9500 for -5 %), or
    it is ``STRICTLY_BELOW``. Of n = baseline + value cases each falls into the later year with
    probability 1/2 when nothing has changed: the sum of Bin(n, 1/2) over the X that meet the
    target against n - X. NaN where ``baseline`` is 0.
    """
    then, now, kept = (np.asarray(a, "int64") for a in (baseline, value, share_allowed))
    n = then + now
    # The largest X with X < n - X, or X <= kept (n - X), in whole numbers.
    most = np.where(kept == STRICTLY_BELOW, (n - 1) // 2, kept * n // (THRESHOLD_SCALE + kept))
    return np.where(then > 0, special.bdtr(most.astype(float), n, 0.5), np.nan)


def level_luck(level: float, share_allowed: int) -> float:
    """Return the probability that an area with the same true level in both years meets a target.

    ``level`` is of cases a year. Both counts are left to luck, while ``count_luck`` holds their
    sum n fixed: it is the mean of ``count_luck`` over n, which is Poisson with mean 2·level.
    """
    mean = 2 * level
    # Ten standard deviations above the mean, what is left out is far below a rounding error.
    n = np.arange(1, int(mean + 10 * np.sqrt(mean) + 20))
    weights = np.exp(n * np.log(mean) - mean - special.gammaln(n + 1))
    return float(np.sum(weights * count_luck(n, np.zeros_like(n), share_allowed)))


def wilson_interval(cases: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a share; NaN where the total is 0."""
    x, n = np.asarray(cases, float), np.asarray(total, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        z2 = Z95**2
        centre = (x + z2 / 2) / (n + z2)
        half = Z95 / (n + z2) * np.sqrt(x * (n - x) / n + z2 / 4)
        # By rounding, the end at 0 or 1 could come out just beyond it.
        low = np.where(x == 0, 0.0, centre - half)
        high = np.where(x == n, 1.0, centre + half)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def share_change_interval(
    cases_before: ArrayLike, total_before: ArrayLike, cases: ArrayLike, total: ArrayLike
) -> tuple[Floats, Floats]:
    """Return Newcombe's interval of the change of a share (now - before).

    Newcombe 1998, method 10: Wilson's limits of the two shares, joined by squares.
    """
    low0, high0 = wilson_interval(cases_before, total_before)
    low1, high1 = wilson_interval(cases, total)
    with np.errstate(invalid="ignore", divide="ignore"):
        before = np.asarray(cases_before, float) / np.asarray(total_before, float)
        now = np.asarray(cases, float) / np.asarray(total, float)
    change = now - before
    low = change - np.hypot(now - low1, high0 - before)
    return low, change + np.hypot(high1 - now, before - low0)


def share_luck(
    cases_before: ArrayLike, total_before: ArrayLike, cases: ArrayLike, total: ArrayLike
) -> Floats:
    """Return the probability that an unchanged share would have fallen, given the cases seen.

    The cases of both years are dealt out at random over both totals (hypergeometric): that the
    later share is strictly lower. NaN where there is no case or no total.
    """
    k0, n0, k1, n1 = (np.asarray(a, "int64") for a in (cases_before, total_before, cases, total))
    all_cases, everyone = k0 + k1, n0 + n1
    known = (n0 > 0) & (n1 > 0) & (all_cases > 0)
    # The most cases in the later year whose share is still strictly lower: x/n1 < all/(n0 + n1).
    most = np.where(known, (all_cases * n1 - 1) // np.where(everyone > 0, everyone, 1), 0)
    return np.where(known, _hypergeometric_cdf(most, everyone, all_cases, n1), np.nan)


def _hypergeometric_cdf(
    most: ArrayLike, total: ArrayLike, cases: ArrayLike, drawn: ArrayLike
) -> Floats:
    """Return P(X <= most) of the cases among ``drawn`` of ``total``, for whole numbers.

    As ``scipy.stats.hypergeom.cdf``; but ``scipy.stats`` takes 0.7 s to import, in every process.
    """
    arrays = np.broadcast_arrays(*map(np.asarray, (most, total, cases, drawn)))
    most, total, cases, drawn = map(np.ravel, arrays)
    # All terms of all sums stand in one long array; ``row`` says which sum each belongs to.
    lowest = np.maximum(0, drawn + cases - total)
    lengths = np.maximum(most - lowest + 1, 0)
    row = np.repeat(np.arange(len(most)), lengths)
    x = np.arange(len(row)) - np.repeat(lengths.cumsum() - lengths - lowest, lengths)
    total, cases, drawn = total[row], cases[row], drawn[row]
    ways = _log_binomial(cases, x) + _log_binomial(total - cases, drawn - x)
    terms = np.exp(ways - _log_binomial(total, drawn))
    return np.asarray(np.bincount(row, terms, len(most)).reshape(arrays[0].shape), float)


def _log_binomial(n: Floats, k: Floats) -> Floats:
    """Return the logarithm of n over k: the number itself is too large for a float."""
    return -np.log1p(n) - special.betaln(n - k + 1, k + 1)


def binomial_limits(
    total: ArrayLike, share: ArrayLike, level: float = 0.998
) -> tuple[Floats, Floats]:
    """Return the lowest and the highest count that luck explains, of cases that fall either way.

    Each of ``total`` cases does so with probability ``share``. A count x is below the range of
    this ``level`` if P(X <= x) < ``(1 - level) / 2`` with X ~ Bin(total, share), above it if
    P(X >= x) is. Exact, so that for a few cases the tails hold less. NaN where there is no share.
    """
    n, p, tail = np.asarray(total, float), np.asarray(share, float), (1 - level) / 2
    return _lowest_inside(n, p, tail), n - _lowest_inside(n, 1 - p, tail)


def _lowest_inside(n: Floats, p: Floats, tail: float) -> Floats:
    """Return the lowest count x with P(X <= x) >= tail."""
    trials = np.nan_to_num(n).astype("int64")
    x = np.ceil(special.bdtrik(tail, n, p))
    below = np.maximum(x - 1, 0)  # bdtrik may miss a whole number by rounding
    x = np.where(special.bdtr(below, trials, p) >= tail, below, x)
    return np.where(special.bdtr(0.0, trials, p) >= tail, 0.0, x)


def funnel_curve(total: ArrayLike, share: ArrayLike, level: float = 0.998) -> tuple[Floats, Floats]:
    """Return the lines that part what ``binomial_limits`` keeps from what lies beyond, as shares.

    A count is inside if its share of ``total`` lies between or on them; NaN where even 0, or all
    of ``total``, is. The binomial distribution is carried on between whole counts by the
    incomplete beta function, so that the lines are smooth and still part the counts exactly.
    """
    n, p, tail = np.asarray(total, float), np.asarray(share, float), (1 - level) / 2
    low, high = (
        np.where(special.bdtr(0.0, n.astype("int64"), q) < tail, special.bdtrik(tail, n, q), np.nan)
        for q in (p, 1 - p)
    )
    return low / n, 1 - high / n
