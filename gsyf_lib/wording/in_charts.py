"""Short forms for charts: what stands above a panel, at a point or in a cell, and in the alt text.

A chart has less room than a table: changes carry a sign instead of 上升 or 下降, and a verdict is a
shape with a word.
"""

import pandas as pd

from gsyf_lib.vocabulary import NONE, SHAPES, STATUSES, UNITS
from gsyf_lib.wording.figures import change_words, figure_words
from gsyf_lib.wording.numbers import percent
from gsyf_lib.wording.verdicts import reason_words, status_word, verdict_tally


def signed_percent(fraction: float) -> str:
    """Return a change in whole per cent with its sign; a small one is never rounded to none."""
    size = percent(abs(fraction), decimals=0)
    return f"{'−' if fraction < 0 else '+'}{size}" if fraction else "0"


def status_with_shape(status: str) -> str:
    """Return a status as shape and word, such as ✓ 达标."""
    return f"{SHAPES[status]} {STATUSES[status]}"


def verdict_list(goals: pd.DataFrame) -> str:
    """Return how many goals have which verdict, such as 2项达标、1项未达标."""
    return "、".join(verdict_tally(goals, "{number}项{word}"))


def counts_with_change(row: pd.Series) -> str:
    """Return both counts and the change (12→9起，−25.0%); nothing if neither is known."""
    if pd.isna(row["value"]) and pd.isna(row["baseline"]):
        return ""
    # A dash where there was no such industry; dots where a count is only not known.
    gap = NONE if row["reason"] == "no_such_industry_at_baseline" else "…"
    then, now = (f"{row[c]:.0f}" if pd.notna(row[c]) else gap for c in ("baseline", "value"))
    counts = f"{then}→{now}{UNITS[row['indicator']]}"
    if pd.isna(row["decline"]):
        return counts
    if row["decline"] == 0:
        return f"{counts}，持平"
    size = change_words(row).lstrip("上升下降")
    return f"{counts}，{'−' if row['decline'] > 0 else '+'}{size}"


def coverage_words(row: pd.Series) -> str:
    """Return the coverage of a row in per cent, or the word for why there is none."""
    return status_word(row) if pd.isna(row["value"]) else figure_words(row)


def why_no_line(row: pd.Series) -> str:
    """Return why no change of a count can be drawn in the year of ``row``."""
    if row["baseline"] == 0 and pd.notna(row["value"]):
        return f"基期为0，实际：0→{row['value']:.0f}{UNITS[row['indicator']]}"
    # For these reasons the word of the status says it all.
    if row["reason"] in ("", "not_reported", "not_due", "no_such_industry"):
        return status_word(row)
    return reason_words(row["reason"])


def change_with_verdict(row: pd.Series) -> str:
    """Return the change of a count and its verdict, such as 下降25.0%（达标）."""
    word = status_word(row)
    change = why_no_line(row) if pd.isna(row["decline"]) else change_words(row)
    return change if change == word else f"{change}（{word}）"
