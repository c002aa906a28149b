"""Rows of accidents and casualties in, judged out (readings 1, 2 and 6)."""

import numpy as np
import pandas as pd

from gsyf_lib.assessment import chance
from gsyf_lib.assessment.panel import USABLE, Panel
from gsyf_lib.assessment.verdicts.places import attach, whole
from gsyf_lib.assessment.verdicts.statuses import (
    HELD,
    RISE_FROM_ZERO,
    ZERO_BASELINE,
    decide,
    unreported,
)
from gsyf_lib.assessment.verdicts.thresholds import WHOLE
from gsyf_lib.plan import Readings

# Reading 6: what 0 → 0 is where the rule is "below", and where it is a decline.
HELD_AT_ZERO = {
    "held_at_zero": (HELD, HELD),
    "undefined": (ZERO_BASELINE, ZERO_BASELINE),
    "literal": (("missed", "not_below_zero"), HELD),
}


def judge_counts(rows: pd.DataFrame, panel: Panel, readings: Readings) -> pd.DataFrame:
    """Judge the rows of accidents and casualties, and put the figures beside the verdicts."""
    rows = attach(attach(rows, panel, rows["year"], ""), panel, rows["baseline_year"], "base_")
    now, then = whole(rows["numerator"]), whole(rows["base_numerator"])
    kept, strict = WHOLE - rows["_exact"].to_numpy(), rows["_strict"].to_numpy()
    held = (then == 0) & (now == 0)
    conditions, outcomes = unreported(rows, ("", "base_"))
    conditions += [held & strict, held, (then == 0) & (now > 0)]
    outcomes += [*HELD_AT_ZERO[readings.zero_baseline], RISE_FROM_ZERO]
    # now / then <= kept / 10,000, multiplied out: no rounding decides a verdict.
    met = np.where(strict, now < then, WHOLE * now <= kept * then)
    allowed = np.where(strict, then - 1, kept * then // WHOLE)
    share_allowed = np.where(strict, chance.STRICTLY_BELOW, kept)
    return _figures(decide(rows, conditions, outcomes, met), now, then, allowed, share_allowed)


def _figures(
    rows: pd.DataFrame,
    now: np.ndarray,
    then: np.ndarray,
    allowed: np.ndarray,
    share_allowed: np.ndarray,
) -> pd.DataFrame:
    """Put the numbers beside the verdicts; only where both counts are known and can be divided."""
    known = rows["state"].isin(USABLE).to_numpy() & rows["base_state"].isin(USABLE).to_numpy()
    divisible = known & (then > 0)
    low, high = chance.decline_interval(then, now)
    luck = chance.count_luck(then, now, share_allowed)
    most = pd.Series(allowed, rows.index, dtype="Int64").where(divisible)
    return rows.assign(
        value=rows["numerator"].astype("float64"),
        baseline=rows["base_numerator"].astype("float64"),
        denominator=pd.Series(pd.NA, rows.index, dtype="Int64"),
        decline=np.where(divisible, (then - now) / np.where(then > 0, then, 1), np.nan),
        allowed=most,
        margin=most - now,
        interval_low=np.where(divisible, low, np.nan),
        interval_high=np.where(divisible, high, np.nan),
        luck=np.where(divisible, luck, np.nan),
    )
