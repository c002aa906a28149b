"""Conditions in; status and reason out: the first condition that holds decides."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gsyf_lib.vocabulary import SHOWN

STATUSES = ["met", "missed", "not_reported", "undefined", "not_applicable"]
NO_SUCH_INDUSTRY = ("not_applicable", "no_such_industry")
HELD, ZERO_BASELINE = ("met", "held_at_zero"), ("undefined", "zero_baseline")
RISE_FROM_ZERO = ("missed", "rise_from_zero")


def unreported(rows: pd.DataFrame, prefixes: tuple[str, ...]) -> tuple[list, list]:
    """Return conditions under which a figure is no number, and a (status, reason) for each.

    ``prefixes`` are those of the columns: "" for the year, "base_" for the year compared with.
    """
    conditions, outcomes = [], []
    for prefix in prefixes:
        state = rows[prefix + "state"]
        name = "baseline_" if prefix else ""
        is_sum = rows.get(prefix + "basis", pd.Series("", rows.index)) == "sum"
        gone = ("undefined", "no_such_industry_at_baseline") if prefix else NO_SUCH_INDUSTRY
        for condition, outcome in (
            (state == "absent", gone),
            (state == "withheld", ("not_reported", name + "withheld")),
            ((state == "incomplete") & is_sum, ("not_reported", name + "cities_incomplete")),
            (state == "incomplete", ("not_reported", name + "incomplete")),
            (state == "missing", ("not_reported", name + "not_reported")),
        ):
            conditions.append(condition)
            outcomes.append(outcome)
    return conditions, outcomes


def decide(rows: pd.DataFrame, conditions: list, outcomes: list, met: np.ndarray) -> pd.DataFrame:
    """Set status and reason: the first condition that holds, else met or missed."""
    table = [*outcomes, ("met", ""), ("missed", "")]
    chosen = np.select([*conditions, met], range(len(table) - 1), default=len(table) - 1)
    status, reason = zip(*table, strict=True)
    # As categories: a number per row instead of a word.
    places = np.array([STATUSES.index(word) for word in status])
    rows["status"] = pd.Categorical.from_codes(places[chosen], STATUSES)
    rows["reason"] = np.array(reason, dtype=object)[chosen]
    return rows


def shown_status(row: Mapping[str, Any]) -> str:
    """Return the code under which ``STATUSES`` names the status of a row of results.

    ``not_reported`` only says that there is no figure to judge. It is shown as 未报送 where nothing
    came, as 数据有误 where a figure came and was withheld, and as 不能判定 for sums that lack one.

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "not_reported", "reason": "withheld"}
    >>> shown_status(row), shown_status(row | {"reason": "not_reported|baseline_withheld"})
    ('withheld', 'not_reported')
    """
    if row["status"] != "not_reported":
        return row["status"]
    # Nobody hands in a joint verdict: it cannot be 未报送.
    if row["indicator"] == "joint" and row["reason"] != "not_due":
        return "unjudged"
    first = row["reason"].split("|")[0].removeprefix("baseline_")
    return SHOWN.get(first, "not_reported")


def shown_statuses(results: pd.DataFrame) -> pd.Series:
    """Return the code of ``shown_status`` for every row, to be counted.

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "not_reported", "reason": "incomplete"}
    >>> shown_statuses(pd.DataFrame([row])).tolist()
    ['unjudged']
    """
    codes = [shown_status(row) for row in results.to_dict("records")]
    return pd.Series(codes, results.index, dtype=object)
