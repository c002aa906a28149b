"""Rows of results in; a phrase out: the verdict, why, by how much, and how many of each."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib.assessment import COUNTS, COVERAGES, shown_status, shown_statuses
from gsyf_lib.vocabulary import INDICATORS, REASONS, STATUSES, UNITS
from gsyf_lib.wording.figures import change_words, margin_words, share_change_words
from gsyf_lib.wording.numbers import tally

# What is lacking where a goal cannot be judged, by the code it is shown with.
LACKING = {code: STATUSES[code] for code in ("not_reported", "withheld")}


def status_word(row: Mapping[str, Any]) -> str:
    """Return the word for the status of a row of results (see ``shown_status``)."""
    return STATUSES[shown_status(row)]


def verdict_tally(goals: pd.DataFrame, pattern: str = "{word}{number}项") -> list[str]:
    """Return how many goals have each status, such as 达标2项, in the order of ``STATUSES``.

    Goals without a verdict are 无法判定, and behind it stands what is lacking.
    """
    shown = shown_statuses(goals)
    is_lacking = shown.isin(LACKING)
    told = {code: word for code, word in STATUSES.items() if code not in LACKING}
    tallied = tally(shown.where(~is_lacking, "undefined"), told, pattern)
    lacking = tally(shown[is_lacking], LACKING, pattern)
    if len(lacking) == 1 and "undefined" not in set(shown):
        lacking = [f"均{LACKING[shown[is_lacking].iloc[0]]}"]
    word = STATUSES["undefined"]
    return [
        f"{text}（{'、'.join(lacking)}）" if word in text and lacking else text for text in tallied
    ]


def why_none_judged(goals: pd.DataFrame) -> str:
    """Return why none of the goals is judged, such as 未到报送期限; nothing if one of them is."""
    shown = set(shown_statuses(goals)) - {"not_applicable"}
    if shown & {"met", "missed"}:
        return ""
    return STATUSES[shown.pop() if len(shown) == 1 else "undefined"]


def why_nothing_came(goals: pd.DataFrame) -> str:
    """Return 未到报送期限 or 未报送 if that is true of every goal; else nothing."""
    why, lacking = why_none_judged(goals), (STATUSES["not_due"], STATUSES["not_reported"])
    # Figures may have come that nothing can be compared with.
    return why if why in lacking and goals["value"].isna().all() else ""


def verdict_words(row: Mapping[str, Any], bracketed: str = "（{}）") -> str:
    """Return a verdict with the limit that is kept, or by how much it is missed.

    达标（上限27起）, 未达标（超控制目标1起）; at 100 % trained there is nothing to add to 达标.
    """
    verdict, margin = status_word(row), row["margin"]
    if pd.isna(margin) or (row["indicator"] in COVERAGES and not margin):
        return verdict
    is_below = margin >= 0 and row["indicator"] not in COVERAGES
    limit = f"上限{row['allowed']}{UNITS[row['indicator']]}"
    return f"{verdict}{bracketed.format(limit if is_below else margin_words(row))}"


def reason_words(reason: str) -> str:
    """Return the reason codes of a result (parted by ``|``) in words."""
    return "；".join(REASONS[code] for code in reason.split("|") if code)


def reason_beside(row: Mapping[str, Any]) -> str:
    """Return the reason to stand beside a verdict; nothing if the verdict says it already."""
    reason = reason_words(row["reason"])
    return "" if reason == status_word(row) else reason


def unjudged_words(row: Mapping[str, Any]) -> str:
    """Return why there is no verdict: 因当年数据未报送，无法判定; 当地无此行业."""
    reason = reason_words(row["reason"]) or status_word(row)
    if shown_status(row) in ("not_applicable", "not_due"):
        return reason
    return f"因{reason}，{STATUSES['undefined']}"


def why_words(row: Mapping[str, Any]) -> str:
    """Return by how much a goal is missed; without such a number or a verdict, the reason."""
    # From the plainest to the vaguest: cases too many, the change, the reason.
    if row["status"] == "missed":
        if not pd.isna(row["margin"]):
            return margin_words(row)
        if row["indicator"] not in COUNTS:
            return share_change_words(row)
        if "rise_from_zero" in row["reason"]:
            return change_words(row)
    return reason_words(row["reason"]) or status_word(row)


def goal_name(row: Mapping[str, Any], named: Mapping[str, str] = INDICATORS) -> str:
    """Return the name of a goal, its industry and its indicator: 煤矿事故起数."""
    return f"{row['industry']}{named[row['indicator']]}"


def goal_with_why(row: Mapping[str, Any]) -> str:
    """Return the name of a goal, and how it is not met: 煤矿事故起数（超控制目标2起）."""
    return f"{goal_name(row)}（{why_words(row)}）"


def zero_in_both_years(outlook: pd.Series | pd.DataFrame) -> Any:
    """Tell whether a count was 0 in the baseline year and still is, for a row or each of several.

    It is classed as 提前实现, as nothing better is possible; but nothing has fallen either.
    """
    return (outlook["note"] == "zero_baseline") & (outlook["outlook"] == "achieved")


def last_year_words(year: int) -> str:
    """Return why there is no early warning in the last year of the plan."""
    return f"{year}年是计划的最后一年，不再作进度预警。"
