"""Conditions in; status and reason out: the first condition that holds decides."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gsyf_lib.assessment.indicators import ValueState
from gsyf_lib.vocabulary import SHOWN

STATUSES = ["met", "missed", "not_reported", "undefined", "not_applicable"]
HELD_AT_ZERO, ZERO_BASELINE = ("met", "held_at_zero"), ("undefined", "zero_baseline")
RISE_FROM_ZERO = ("missed", "rise_from_zero")


def unreported(
    state: NDArray[np.int8], is_sum: NDArray[np.bool_], before: str = ""
) -> tuple[list, list]:
    """Return conditions under which a figure is no number, and a (status, reason) for each.

    ``before`` is ``baseline_`` for the figures of the year compared with.
    """
    gone = ("undefined", "no_such_industry_at_baseline")
    if not before:
        gone = ("not_applicable", "no_such_industry")
    cases = [
        (state == ValueState.ABSENT, gone),
        (state == ValueState.WITHHELD, ("not_reported", f"{before}withheld")),
        ((state == ValueState.INCOMPLETE) & is_sum, ("not_reported", f"{before}cities_incomplete")),
        (state == ValueState.INCOMPLETE, ("not_reported", f"{before}incomplete")),
        (state == ValueState.MISSING, ("not_reported", f"{before}not_reported")),
    ]
    conditions, outcomes = zip(*cases, strict=True)
    return [*conditions], [*outcomes]


def decide(conditions: list, outcomes: list, met: NDArray[np.bool_]) -> dict[str, NDArray]:
    """Return ``status`` and ``reason`` of the first condition that holds, else met or missed."""
    table = [*outcomes, ("met", ""), ("missed", "")]
    chosen = np.select([*conditions, met], range(len(table) - 1), default=len(table) - 1)
    statuses, reasons = np.array(table, object).T
    return {"status": statuses[chosen], "reason": reasons[chosen]}


def shown_status(row: Mapping[str, Any]) -> str:
    """Return the code under which ``STATUSES`` names the status of a row of results.

    ``not_reported`` only says that there is no figure to judge. It is shown as 未报送 where nothing
    came, as 数据有误 where a figure came and was withheld, and as 无法判定 for sums that lack one.
    """
    if row["status"] != "not_reported":
        return row["status"]
    # Nobody hands in a joint verdict: it cannot be 未报送.
    if row["indicator"] == "joint" and row["reason"] != "not_due":
        return "undefined"
    first = row["reason"].split("|")[0].removeprefix("baseline_")
    return SHOWN.get(first, "not_reported")


def shown_statuses(results: pd.DataFrame) -> pd.Series:
    """Return the code of ``shown_status`` for every row, to be counted."""
    codes = [shown_status(row) for row in results.to_dict("records")]
    return pd.Series(codes, results.index, dtype=object)
