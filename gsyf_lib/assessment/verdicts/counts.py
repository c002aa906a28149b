"""Accidents and casualties in, judged out (readings 1, 2 and 6)."""

import numpy as np

from gsyf_lib.assessment import luck
from gsyf_lib.assessment.verdicts.panel import (
    ByColumn,
    Figures,
    Panel,
    Rows,
    most,
    ratio,
    where_known,
)
from gsyf_lib.assessment.verdicts.statuses import (
    HELD_AT_ZERO,
    RISE_FROM_ZERO,
    ZERO_BASELINE,
    decide,
    unreported,
)
from gsyf_lib.frames import THRESHOLD_SCALE
from gsyf_lib.plan import Readings

# Reading 6: what 0 → 0 is where the rule is "below", and where it is a decline.
ZERO_TO_ZERO = {
    "held_at_zero": (HELD_AT_ZERO, HELD_AT_ZERO),
    "undefined": (ZERO_BASELINE, ZERO_BASELINE),
    "literal": (("missed", "not_below_zero"), HELD_AT_ZERO),
}


def judge_counts(rows: Rows, panel: Panel, readings: Readings) -> ByColumn:
    """Judge accidents and casualties, and put the figures beside the verdicts."""
    now, base = panel.at(rows.area_goal, rows.year), panel.at(rows.area_goal, rows.baseline_year)
    x, x0 = now.numerator, base.numerator
    kept = THRESHOLD_SCALE - rows.threshold
    # x / x0 <= kept / 10,000, multiplied out: no rounding decides a verdict.
    met = np.where(rows.is_strict, x < x0, THRESHOLD_SCALE * x <= kept * x0)
    comparable = now.known & (x0 > 0)
    allowed = np.where(rows.is_strict, x0 - 1, most(kept, x0))
    intervals = luck.decline_interval(x0, x)
    lucky = luck.count_luck(x0, x, np.where(rows.is_strict, luck.STRICTLY_BELOW, kept))
    return {
        **decide(*_conditions(rows, now, base, readings), met),
        "value": np.where(now.known, x, np.nan),
        "baseline": np.where(base.known, x0, np.nan),
        "numerator": where_known(x, now.known),
        "denominator": where_known(x, np.zeros_like(comparable)),
        "decline": ratio(x0 - x, x0, comparable),
        "allowed": where_known(allowed, comparable),
        "margin": where_known(allowed - x, comparable),
        "interval_low": np.where(comparable, intervals[0], np.nan),
        "interval_high": np.where(comparable, intervals[1], np.nan),
        "luck": np.where(comparable, lucky, np.nan),
        "provisional": now.provisional | base.provisional,
        "is_sum": now.is_sum,
    }


def _conditions(rows: Rows, now: Figures, base: Figures, readings: Readings) -> tuple[list, list]:
    """Return what decides before the target is asked: no figure, or a baseline of 0."""
    conditions, outcomes = unreported(now.state, now.is_sum)
    more = unreported(base.state, base.is_sum, "baseline_")
    was_zero, is_zero = base.numerator == 0, now.numerator == 0
    conditions += [*more[0], was_zero & is_zero & rows.is_strict, was_zero & is_zero, was_zero]
    outcomes += [*more[1], *ZERO_TO_ZERO[readings.zero_baseline], RISE_FROM_ZERO]
    return conditions, outcomes
