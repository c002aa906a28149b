"""A second opinion on the pace, by the rule of Statistics Canada and Open SDG.

Never part of the verdict, nor of the early warning.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["cagr_rating"]

# Ratio of the yearly rates, observed to required: what counts as which.
RATINGS = ((0.95, "on_track"), (0.5, "moderate_progress"), (0.0, "limited_progress"))


def cagr_rating(
    baseline: ArrayLike, value: ArrayLike, target: ArrayLike, elapsed: ArrayLike, whole: float
) -> tuple[NDArray, NDArray]:
    """Return a second opinion: the yearly rate observed against the one required.

    Parameters
    ----------
    baseline, value, target : counts of the baseline year, now, and wanted in the last year
    elapsed, whole : years from the baseline to now, and to the last year

    Returns
    -------
    tuple of ratio, rating
        ``target_achieved``, ``on_track``, ``moderate_progress``, ``limited_progress`` or
        ``deterioration``.

    Notes
    -----
    The CAGR-ratio rule of Statistics Canada and Open SDG, after Eurostat. It supposes the same
    rate every year; this plan's path is steeper at its end, so that an area that meets every
    milestone exactly is rated "limited" or "moderate" until the last year.

    Examples
    --------
    >>> ratio, rating = cagr_rating(100, 90, 80, 4, 6)
    >>> round(float(ratio), 3), str(rating)
    (0.712, 'moderate_progress')
    """
    then, now, goal = (np.asarray(a, float) for a in (baseline, value, target))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = (now / then) ** (1 / np.asarray(elapsed, float)) - 1
        required = (goal / then) ** (1 / whole) - 1
        ratio = observed / required
    rated = [ratio >= least for least, _ in RATINGS]
    names = [name for _, name in RATINGS]
    rating = np.select([now <= goal, *rated], ["target_achieved", *names], "deterioration")
    return ratio, np.where(np.isnan(ratio), "", rating)
