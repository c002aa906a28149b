"""What figures say in words: counts, changes and verdicts, in panels and in alt texts."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from gsyf_lib.html import STATUSES

__all__ = [
    "change_phrase",
    "counts",
    "no_line",
    "percent",
    "signed",
    "status_words",
    "verdict_percent",
]


def percent(value: float, agrees: Callable[[Decimal], bool] = lambda shown: True) -> str:
    """Return a fraction in per cent, with as many digits as its verdict needs (reading 2).

    Parameters
    ----------
    value : fraction
    agrees : whether the number shown, in per cent, fits the verdict

    Examples
    --------
    >>> percent(0.25)
    '25.0%'
    >>> percent(0.0496, lambda shown: shown < 5)
    '4.96%'
    """
    exact = Decimal(repr(float(value))) * 100
    for digits in ("0.1", "0.01", "0.001", "0.0001"):
        shown = exact.quantize(Decimal(digits), ROUND_HALF_UP)
        if agrees(shown):
            break
    return f"{shown}%"


def verdict_percent(row: pd.Series, value: float) -> str:
    """Return a decline or a coverage in per cent that never contradicts its verdict.

    Parameters
    ----------
    row : a row of frames.RESULTS
    value : its decline or coverage, as a fraction
    """
    if row["status"] not in ("met", "missed"):
        return percent(value)
    goal, met = row["threshold"], row["status"] == "met"
    if pd.isna(goal):
        return percent(value, lambda shown: (shown > 0) == met)
    least = Decimal(repr(float(goal))) * 100
    return percent(value, lambda shown: (shown >= least) == met)


def signed(fraction: float) -> str:
    """Return a change in whole per cent with its sign.

    Examples
    --------
    >>> signed(-0.25), signed(0.0), signed(1.5)
    ('−25%', '0', '+150%')
    """
    return f"{fraction:+.0%}".replace("-", "−") if fraction else "0"


def status_words(status: str) -> str:
    """Return a status as shape and word.

    Examples
    --------
    >>> status_words("met")
    '✓ 达标'
    """
    word, shape = STATUSES[status]
    return f"{shape} {word}"


def counts(row: pd.Series, unit: str) -> str:
    """Return both counts of a row and the change: ``12 → 9 起，−25.0%``; empty without any."""
    if pd.isna(row["value"]) and pd.isna(row["baseline"]):
        return ""
    then, now = (f"{row[c]:.0f}" if pd.notna(row[c]) else "…" for c in ("baseline", "value"))
    change = verdict_percent(row, row["decline"]) if pd.notna(row["decline"]) else ""
    if change.startswith("-"):
        change = f"+{change[1:]}"
    elif row["decline"] > 0:
        change = f"−{change}"
    return f"{then} → {now} {unit}" + (f"，{change}" if change else "")


def no_line(row: pd.Series, unit: str) -> str:
    """Return why nothing can be drawn for a count of the year ``row`` is about."""
    if row["status"] == "not_applicable":
        return "无此行业"
    if pd.isna(row["value"]):
        return "未报送"
    if pd.isna(row["baseline"]):
        return "基期无此行业" if "no_such_industry" in row["reason"] else "基期未报送"
    return f"基期为0，实际：{row['baseline']:.0f}→{row['value']:.0f}{unit}"


def change_phrase(row: pd.Series, unit: str) -> str:
    """Return the change of a count and its verdict, as a phrase: 下降25.0%（达标）."""
    word = STATUSES[row["status"]][0]
    if pd.isna(row["decline"]):
        reason = no_line(row, unit)
        return reason if reason == word else f"{reason}（{word}）"
    if row["decline"] == 0:
        return f"持平（{word}）"
    shown = verdict_percent(row, row["decline"])
    return f"上升{shown[1:]}（{word}）" if row["decline"] < 0 else f"下降{shown}（{word}）"
