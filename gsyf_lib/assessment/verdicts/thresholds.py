"""Targets in; the same with numbers of goals and thresholds in ten-thousandths out."""

from fractions import Fraction

import numpy as np
import pandas as pd

from gsyf_lib.assessment.panel import goal_places

# Thresholds have at most four decimals, so that they are whole in these parts.
WHOLE = 10_000
# All counts are smaller, so that the float of a share leads back to one fraction only.
LARGEST = 10**7


def place_targets(targets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number the targets and their goals, and make the thresholds whole.

    Parameters
    ----------
    targets : frames.TARGETS

    Returns
    -------
    tuple of targets, goals
        The targets with ``_goal``, which of the goals (industry and indicator) it is about, and
        ``_exact``, the threshold in ten-thousandths; the goals in the order of these numbers.
    """
    goals = targets[["industry", "indicator"]].drop_duplicates(ignore_index=True)
    placed = targets.assign(
        _goal=goal_places(goals, targets),
        _exact=ten_thousandths(targets["threshold"]),
        threshold=targets["threshold"].astype("float64"),
    )
    return placed.reset_index(drop=True), goals


def ten_thousandths(thresholds: pd.Series) -> np.ndarray:
    """Return thresholds as whole ten-thousandths, 0 where there is none: never through a float.

    Raises
    ------
    ValueError
        A threshold has more than four decimals.
    """
    exact = {t: int(t * WHOLE) for t in thresholds.dropna().unique()}
    if any(t * WHOLE != scaled for t, scaled in exact.items()):
        raise ValueError("a threshold has more than four decimals")
    return thresholds.map(exact).fillna(0).astype("int64").to_numpy()


def exact(share: Fraction | float) -> Fraction:
    """Return the share of two counts that a float stands for.

    Examples
    --------
    >>> exact(1 / 3), exact(0.05)
    (Fraction(1, 3), Fraction(1, 20))
    """
    return Fraction(share).limit_denominator(LARGEST)
