"""Rows of training coverage in, judged out (reading 12)."""

import numpy as np
import pandas as pd

from gsyf_lib.assessment.panel import USABLE, Panel
from gsyf_lib.assessment.verdicts.places import attach, whole
from gsyf_lib.assessment.verdicts.statuses import decide, unreported
from gsyf_lib.assessment.verdicts.thresholds import WHOLE


def judge_coverage(rows: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Judge the rows of training coverage, and fill in the figures beside the verdict."""
    rows = attach(rows, panel, rows["year"], "")
    trained, people = whole(rows["numerator"]), whole(rows["denominator"])
    needed = rows["_exact"].to_numpy()
    conditions, outcomes = unreported(rows, ("",))
    conditions.append(people == 0)
    outcomes.append(("undefined", "no_key_personnel"))
    rows = decide(rows, conditions, outcomes, WHOLE * trained >= needed * people)
    known = (people > 0) & rows["state"].isin(USABLE).to_numpy()
    rows["value"] = np.where(known, trained / np.where(people > 0, people, 1), np.nan)
    # -(-a // b) rounds up: the fewest trained that reach the share.
    fewest = -(-needed * people // WHOLE)
    rows["allowed"] = pd.Series(fewest, rows.index, dtype="Int64").where(known)
    rows["margin"] = rows["numerator"] - rows["allowed"]
    return rows
