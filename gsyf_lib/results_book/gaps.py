"""Why a cell holds no number, in a word or two: never blank, never 0."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import words

__all__ = ["gap"]

VALUES = ("value", "numerator", "denominator")
NOT_REPORTED, NO_COUNTS, NONE = words.STATUSES["not_reported"], "只报比例", "—"
# The word for each reason; the same word serves the figure compared with.
WHY = {
    "not_reported": NOT_REPORTED,
    "not_due": words.STATUSES["not_due"],
    "withheld": words.STATUSES["withheld"],
    "incomplete": "数据不全",
    "cities_incomplete": "各市数据不全",
    "no_such_industry": words.STATUSES["not_applicable"],
    "no_reported_cases": "无病例",
    "no_key_personnel": "无重点岗位人员",
}
FROM_ZERO = {"held_at_zero", "rise_from_zero", "zero_baseline"}


def gap(row: Mapping[str, Any], name: str) -> str:
    """Return why the column ``name`` of a row of results is empty.

    Examples
    --------
    >>> gap({"status": "not_reported", "reason": "withheld", "value": None}, "value")
    '数据有误'
    >>> gap({"status": "met", "reason": "held_at_zero", "value": 0, "baseline": 0}, "decline")
    '对比值为0'
    """
    if row["status"] == "not_applicable":
        return WHY["no_such_industry"]
    if name == "threshold":
        return words.target_words(pd.Series(row))
    if name in VALUES:
        return _no_value(row)
    return _no_baseline(row) if name == "baseline" else _not_computed(row)


def _reasons(row: Mapping[str, Any]) -> list[str]:
    return row["reason"].split("|")


def _no_value(row: Mapping[str, Any]) -> str:
    """Return why the year has no figure; a share without counts was reported as a bare ratio."""
    if pd.notna(row["value"]):
        return NO_COUNTS
    return next((WHY[code] for code in _reasons(row) if code in WHY), NOT_REPORTED)


def _no_baseline(row: Mapping[str, Any]) -> str:
    """Return why there is nothing to compare with; where both years lack, only one is told."""
    told = (code.removeprefix("baseline_").removesuffix("_at_baseline") for code in _reasons(row))
    codes = [code for code, full in zip(told, _reasons(row), strict=True) if code != full]
    return next((WHY[code] for code in codes if code in WHY), NOT_REPORTED)


def _not_computed(row: Mapping[str, Any]) -> str:
    if pd.isna(row["value"]):
        return _no_value(row)
    if pd.isna(row["baseline"]) and row["rule"] != "coverage_at_least":
        return _no_baseline(row)
    if FROM_ZERO.intersection(_reasons(row)):
        return "对比值为0"
    return NO_COUNTS if pd.isna(row["numerator"]) else NONE
