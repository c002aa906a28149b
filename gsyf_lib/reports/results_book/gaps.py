"""Why a cell holds no number, in a word or two: never blank, never 0."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording

VALUES = ("value", "numerator", "denominator")
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
        return wording.NO_FIGURE["no_such_industry"]
    if name == "threshold":
        return wording.target_words(row)
    if name in VALUES:
        return _no_value(row)
    return _no_baseline(row) if name == "baseline" else _not_computed(row)


def _reasons(row: Mapping[str, Any]) -> list[str]:
    return row["reason"].split("|")


def _no_value(row: Mapping[str, Any]) -> str:
    """Return why the year has no figure; a share without counts was reported as a bare ratio."""
    if pd.notna(row["value"]):
        return wording.NO_COUNTS
    return _first_word(_reasons(row))


def _first_word(codes: Iterable[str]) -> str:
    """Return the word of the first reason that has one; without any, nothing came."""
    named = (wording.NO_FIGURE[code] for code in codes if code in wording.NO_FIGURE)
    return next(named, wording.NO_FIGURE["not_reported"])


def _no_baseline(row: Mapping[str, Any]) -> str:
    """Return why there is nothing to compare with; where both years lack, only one is told."""
    codes = (code for code in _reasons(row) if "baseline" in code)
    return _first_word(c.removeprefix("baseline_").removesuffix("_at_baseline") for c in codes)


def _not_computed(row: Mapping[str, Any]) -> str:
    if pd.isna(row["value"]):
        return _no_value(row)
    if pd.isna(row["baseline"]) and row["rule"] != "coverage_at_least":
        return _no_baseline(row)
    if FROM_ZERO.intersection(_reasons(row)):
        return "对比值为0"
    return wording.NO_COUNTS if pd.isna(row["numerator"]) else wording.NONE
