"""Shares in; compared by whole numbers, so that no rounding of floats decides."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gsyf_lib.frames import RATIO_SCALE

Numbers = NDArray[Any]
# All counts are smaller, so that the float of a share leads back to one fraction only.
LARGEST = 10**7
SIX_DECIMALS = 10**6


def exact(share: Fraction | float) -> Fraction:
    """Return the share of two counts that a float stands for: 1/3 for 0.3333333333333333."""
    return Fraction(share).limit_denominator(LARGEST)


def share_is_lower(
    cases: Numbers, total: Numbers, cases_before: Numbers, total_before: Numbers
) -> NDArray[np.bool_]:
    """Tell whether a share is lower than the one before, by whole numbers; False if a total is 0.

    Readings 8 and 11. Counts are compared as fractions. A bare ratio (its total is
    ``frames.RATIO_SCALE``) is taken as it was written, to twelve decimals, and counts beside it are
    rounded to as many: what a spreadsheet shows of 3/9, 0.333333333333333, is not lower than 3/9.
    """
    bare = (total == RATIO_SCALE) | (total_before == RATIO_SCALE)
    # The products of bare ratios overflow 64 bits: where one is bare, ``of_counts`` is not used.
    of_counts = cases * total_before < cases_before * total
    written = _twelve_decimals(cases, total) < _twelve_decimals(cases_before, total_before)
    return np.where(bare, written, of_counts) & (total > 0) & (total_before > 0)


def _twelve_decimals(cases: Numbers, total: Numbers) -> Numbers:
    """Return shares in parts of RATIO_SCALE, rounded half to even: six decimals, then six more.

    In one step the product would not fit into 64 bits. ``parse_ratio`` rounds in the same way.
    """
    whole = np.where(total > 0, total, 1)
    # Long division, as on paper, and last: is more than half left over?
    first, rest = np.divmod(cases * SIX_DECIMALS, whole)
    second, rest = np.divmod(rest * SIX_DECIMALS, whole)
    return first * SIX_DECIMALS + second + (2 * rest + second % 2 > whole)


def only_more_reported(cases: Any, total: Any, cases_before: Any, total_before: Any) -> Any:
    """Tell whether a share fell although its own cases did not: only more were reported in all.

    Reading 10: finding more old cases lowers the share of new ones. A warning, never a verdict.
    """
    return (cases * total_before < cases_before * total) & (cases >= cases_before)
