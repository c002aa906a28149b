"""What figures say in words: counts, changes and verdicts, in panels and in alt texts."""

import pandas as pd

from gsyf_lib import wording


def signed(fraction: float) -> str:
    """Return a change in whole per cent with its sign; a small one is never rounded to none.

    Examples
    --------
    >>> signed(-0.25), signed(-0.004), signed(0.0), signed(1.5)
    ('−25%', '−0.4%', '0', '+150%')
    """
    size = wording.percent(abs(fraction), places=0)
    return f"{'−' if fraction < 0 else '+'}{size}" if fraction else "0"


def status_words(status: str) -> str:
    """Return a status as shape and word.

    Examples
    --------
    >>> status_words("met")
    '✓ 达标'
    """
    return f"{wording.SHAPES[status]} {wording.STATUSES[status]}"


def tally(goals: pd.DataFrame) -> str:
    """Return how many goals have which verdict, in the order of ``wording.STATUSES``.

    Examples
    --------
    >>> tally(pd.DataFrame({"status": ["missed", "met", "met"]}))
    '2项达标、1项未达标'
    """
    return "、".join(wording.verdict_tally(goals, "{number}项{word}"))


def counts(row: pd.Series) -> str:
    """Return both counts of a row and the change: ``12 → 9 起，−25.0%``; empty without any."""
    if pd.isna(row["value"]) and pd.isna(row["baseline"]):
        return ""
    gap = wording.NONE if row["reason"] == "no_such_industry_at_baseline" else "…"
    then, now = (f"{row[c]:.0f}" if pd.notna(row[c]) else gap for c in ("baseline", "value"))
    told = f"{then} → {now} {wording.UNITS[row['indicator']]}"
    if pd.isna(row["decline"]):
        return told
    if row["decline"] == 0:
        return f"{told}，持平"
    size = wording.change_words(row).lstrip("上升下降")
    return f"{told}，{'−' if row['decline'] > 0 else '+'}{size}"


def coverage(row: pd.Series) -> str:
    """Return the coverage of a row in per cent, or the word for why there is none."""
    if pd.isna(row["value"]):
        return wording.status_word(row)
    return wording.figure_words(row)


def no_line(row: pd.Series) -> str:
    """Return why nothing can be drawn for a count of the year ``row`` is about."""
    if row["baseline"] == 0 and pd.notna(row["value"]):
        return f"基期为0，实际：0→{row['value']:.0f}{wording.UNITS[row['indicator']]}"
    plain = row["reason"] in ("", "not_reported", "not_due", "no_such_industry")
    return wording.status_word(row) if plain else wording.reason_words(row["reason"])


def change_phrase(row: pd.Series) -> str:
    """Return the change of a count and its verdict, as a phrase: 下降25.0%（达标）."""
    word = wording.status_word(row)
    if pd.isna(row["decline"]):
        reason = no_line(row)
        return reason if reason == word else f"{reason}（{word}）"
    return f"{wording.change_words(row)}（{word}）"
