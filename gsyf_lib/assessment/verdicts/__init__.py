"""Values and targets in; verdicts out, decided by whole numbers alone.

How open clauses are read comes in as ``Readings``; "reading 8" is number 8 of docs/readings.md.
"""

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.panel import Panel
from gsyf_lib.assessment.verdicts.counts import judge_counts
from gsyf_lib.assessment.verdicts.coverage import judge_coverage
from gsyf_lib.assessment.verdicts.places import grid, named
from gsyf_lib.assessment.verdicts.shares import judge_shares
from gsyf_lib.assessment.verdicts.thresholds import WHOLE, place_targets
from gsyf_lib.plan import Readings

__all__ = ["WHOLE", "judge", "judge_places", "named", "place_targets"]

COUNT_RULES = ("below_baseline", "decline_at_least")
JUDGED = [
    *("_area", "_target", "_goal", "year", "baseline_year", "baseline", "value"),
    *("numerator", "denominator", "decline", "allowed", "margin", "status", "reason"),
    *("interval_low", "interval_high", "luck", "provisional", "base_provisional", "basis"),
    "compared",
]


def judge(
    values: pd.DataFrame,
    targets: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    baseline_year: int,
    last_year: int,
    readings: Readings,
) -> pd.DataFrame:
    """Judge every area against every target.

    Parameters
    ----------
    values : frames.VALUES of all years
    targets : frames.TARGETS
    areas : frames.AREAS rows to judge
    baseline_year, last_year : first year compared with, and the year with a second test (reading 8)
    readings : how open clauses are read

    Returns
    -------
    frames.RESULTS
        One row per area and target. Without a figure ``not_reported``, never zero.
    """
    placed, goals = place_targets(targets)
    panel = Panel.of(values, areas["code"].to_numpy(), goals, baseline_year)
    years = {"baseline_year": baseline_year, "last_year": last_year}
    rows = judge_places(panel, placed, **years, readings=readings)
    return frames.conform(named(rows, areas, placed).assign(counted=True), frames.RESULTS)


def judge_places(
    panel: Panel, targets: pd.DataFrame, *, baseline_year: int, last_year: int, readings: Readings
) -> pd.DataFrame:
    """Judge every area of the panel against the targets; ``named`` adds the names.

    Parameters
    ----------
    panel : the values
    targets : rows of ``place_targets``
    baseline_year, last_year, readings : as for ``judge``

    Returns
    -------
    pandas.DataFrame
        Figures and verdicts of frames.RESULTS by the places ``_area``, ``_target``, ``_goal``.
    """
    counts, falling, coverage = (
        grid(panel, targets[targets["rule"].isin(rules)])
        for rules in (COUNT_RULES, ("falling",), ("coverage_at_least",))
    )
    judged = [
        judge_counts(counts, panel, readings),
        judge_shares(falling, panel, baseline_year, last_year, readings),
        judge_coverage(coverage, panel),
    ]
    # Empty parts are left out: their columns have no proper types.
    parts = [part.reindex(columns=JUDGED) for part in judged if len(part)]
    return _finished(pd.concat(parts, ignore_index=True))


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what verdicts of all kinds have: provisional, and the note that a sum was judged."""
    judged = rows["status"].isin(["met", "missed"])
    summed = judged & (rows["basis"] == "sum")
    joined = (rows.loc[summed, "reason"] + "|sum_of_cities").str.removeprefix("|")
    rows.loc[summed, "reason"] = joined
    return rows.assign(
        provisional=rows["provisional"] | rows["base_provisional"].eq(True),
        luck=rows["luck"].where(judged),
        compared=rows["compared"].astype(object).fillna(""),
        # ``outlook_places`` fills these in.
        outlook="",
        projected=np.nan,
    )
