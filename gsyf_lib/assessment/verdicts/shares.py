"""The short-exposure share in, judged out; it has to go on falling (readings 8 to 11)."""

import numpy as np
from numpy.typing import NDArray

from gsyf_lib.assessment import luck
from gsyf_lib.assessment.indicators import ValueState
from gsyf_lib.assessment.verdicts.exact import only_more_reported, share_is_lower
from gsyf_lib.assessment.verdicts.panel import (
    ByColumn,
    Figures,
    Numbers,
    Panel,
    Rows,
    ratio,
    where_known,
)
from gsyf_lib.assessment.verdicts.statuses import (
    HELD_AT_ZERO,
    RISE_FROM_ZERO,
    ZERO_BASELINE,
    decide,
    unreported,
)
from gsyf_lib.plan import Readings

Flags = NDArray[np.bool_]


def judge_shares(
    rows: Rows, panel: Panel, baseline_year: int, last_year: int, readings: Readings
) -> ByColumn:
    """Judge the short-exposure share, and put the figures beside the verdicts."""
    now, first = panel.at(rows.area_goal, rows.year), panel.at(rows.area_goal, baseline_year)
    years = _years_compared(rows, panel, baseline_year, readings)
    base = panel.at(rows.area_goal, years)
    is_last = rows.year == last_year
    verdicts = _verdicts(now, base, readings)
    _ask_first_year(verdicts, _verdicts(now, first, readings), is_last)
    # Reading 10; of a bare ratio nobody knows the counts (reading 11).
    counted = now.has_counts & base.has_counts
    counted &= (now.denominator > 0) & (base.denominator > 0)
    warned = only_more_reported(*now[:2], *base[:2]) & counted & (verdicts["status"] == "met")
    verdicts["reason"][warned] = "only_more_reported"
    also_first = is_last & (years != baseline_year)
    told = zip(_texts(years, base), _texts(np.full_like(years, baseline_year), first), strict=True)
    return {
        **verdicts,
        **_numbers(now, base, counted),
        **_room(now, base, first, counted, is_last),
        "baseline_year": years,
        "compared": [
            "|".join(filter(None, (one, other if also else "")))
            for (one, other), also in zip(told, also_first, strict=True)
        ],
        "provisional": now.provisional | base.provisional,
        "is_sum": now.is_sum,
    }


def _years_compared(rows: Rows, panel: Panel, baseline_year: int, readings: Readings) -> Numbers:
    """Return the last year with a share before each row's own; the baseline year if none has."""
    compared = np.full(len(rows.year), baseline_year)
    # Forwards through the years, so that the latest before the row's own remains.
    for year in [] if readings.falling == "baseline_year" else panel.years:
        compared[(panel.at(rows.area_goal, year).denominator > 0) & (rows.year > year)] = year
    return compared


def _verdicts(now: Figures, then: Figures, readings: Readings) -> ByColumn:
    """Return status and reason of a share compared with an earlier one."""
    conditions, outcomes = unreported(now.state, now.is_sum)
    more = unreported(then.state, then.is_sum, "baseline_")
    was_zero = then.numerator == 0
    conditions += [*more[0], now.denominator == 0, then.denominator == 0]
    conditions += [was_zero & (now.numerator == 0), was_zero]
    outcomes += [
        *more[1],
        ("undefined", "no_reported_cases"),
        ("undefined", "no_reported_cases_at_baseline"),
        HELD_AT_ZERO if readings.falling_at_zero == "held_at_zero" else ZERO_BASELINE,
        RISE_FROM_ZERO,
    ]
    return decide(conditions, outcomes, share_is_lower(*now[:2], *then[:2]))


def _ask_first_year(verdicts: ByColumn, against_first: ByColumn, is_last: Flags) -> None:
    """In the last year the share must be lower than in the first year as well (reading 8)."""
    status, reason = against_first["status"], against_first["reason"]
    why = np.where(status == "missed", "not_below_baseline_year", reason)
    asked = is_last & (verdicts["status"] == "met")
    # A fall to 0 in the last year is no fall since a first year that was 0.
    told = asked & ((status != "met") | (reason == HELD_AT_ZERO[1]))
    verdicts["status"][asked] = status[asked]
    verdicts["reason"][told] = why[told]


def _numbers(now: Figures, base: Figures, counted: Flags) -> ByColumn:
    """Return the shares of both years, and how far luck alone could have changed them."""
    value = ratio(*now[:2], now.denominator > 0)
    baseline = ratio(*base[:2], base.denominator > 0)
    comparable = ~np.isnan(value) & (baseline > 0)
    low, high = luck.share_change_interval(*base[:2], *now[:2])
    # Zeros where a count is unknown: ``share_luck`` returns NaN for them.
    drawn = [np.where(counted, count, 0) for count in (*base[:2], *now[:2])]
    return {
        "value": value,
        "baseline": baseline,
        "decline": 1 - ratio(value, baseline, comparable),
        "numerator": where_known(now.numerator, now.has_counts),
        "denominator": where_known(now.denominator, now.has_counts),
        "interval_low": np.where(counted, low, np.nan),
        "interval_high": np.where(counted, high, np.nan),
        "luck": luck.share_luck(*drawn),
    }


def _room(now: Figures, base: Figures, first: Figures, counted: Flags, is_last: Flags) -> ByColumn:
    """Return the most cases with a lower share than in each year compared with, and the margin."""
    # The most cases of which the share is strictly below that of ``then``: a/b < c/d.
    most, most_first = (
        np.floor_divide(
            then.numerator * now.denominator - 1,
            then.denominator,
            out=np.zeros_like(now.numerator),
            where=then.denominator > 0,
        )
        for then in (base, first)
    )
    most = np.where(is_last, np.minimum(most, most_first), most)
    known = counted & (base.numerator > 0) & (~is_last | (first.numerator > 0))
    return {"allowed": where_known(most, known), "margin": where_known(most - now.numerator, known)}


def _texts(years: Numbers, then: Figures) -> list[str]:
    """Return year and share, as in the column ``compared`` of frames.RESULTS; else nothing."""
    columns = (years, then.state, then.numerator, then.denominator)
    return [_text(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _text(year: int, state: int, upper: int, lower: int) -> str:
    if not lower:
        return ""
    # repr has all digits of a float, so that the share can be read back exactly.
    return f"{year}:{upper / lower!r}" if state == ValueState.BARE else f"{year}:{upper}/{lower}"
