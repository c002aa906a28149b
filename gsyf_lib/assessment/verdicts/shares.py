"""Rows of the short-exposure share in, judged out; it has to go on falling (readings 8 to 11)."""

import numpy as np
import pandas as pd

from gsyf_lib.assessment import chance
from gsyf_lib.assessment.indicators import only_more_reported, share_is_lower
from gsyf_lib.assessment.panel import USABLE, Panel
from gsyf_lib.assessment.verdicts.places import attach, whole
from gsyf_lib.assessment.verdicts.statuses import (
    HELD,
    RISE_FROM_ZERO,
    ZERO_BASELINE,
    decide,
    unreported,
)
from gsyf_lib.plan import Readings


def judge_shares(
    rows: pd.DataFrame,
    panel: Panel,
    baseline_year: int,
    last_year: int,
    readings: Readings,
) -> pd.DataFrame:
    """Judge the rows of the short-exposure share, and put the figures beside the verdicts."""
    if rows.empty:
        return rows
    back_to = baseline_year if readings.falling == "baseline_year" else None
    rows["baseline_year"] = _reference_year(rows, panel, back_to).fillna(baseline_year)
    rows = attach(rows, panel, rows["year"], "")
    rows = attach(rows, panel, rows["baseline_year"], "base_")
    rows["first_year"] = baseline_year
    rows = attach(rows, panel, rows["first_year"], "first_")
    is_last = (rows["year"] == last_year).to_numpy()
    rows = decide(rows, *_compare_shares(rows, "base_", readings))
    against_first = decide(rows.copy(), *_compare_shares(rows, "first_", readings))
    _add_last_test(rows, against_first, is_last)
    _warn_of_more_reports(rows)
    return _share_figures(rows, is_last)


def _compare_shares(
    rows: pd.DataFrame, prefix: str, readings: Readings
) -> tuple[list, list, np.ndarray]:
    """Return what ``decide`` needs to compare the share with that of the columns of ``prefix``."""
    # a/b is the share of the year, c/d the one it is compared with.
    a, b = whole(rows["numerator"]), whole(rows["denominator"])
    c, d = whole(rows[prefix + "numerator"]), whole(rows[prefix + "denominator"])
    conditions, outcomes = unreported(rows, ("", prefix))
    conditions += [b == 0, d == 0, (c == 0) & (a == 0), (c == 0) & (a > 0)]
    outcomes += [
        ("undefined", "no_reported_cases"),
        ("undefined", "no_reported_cases_at_baseline"),
        HELD if readings.falling_at_zero == "held_at_zero" else ZERO_BASELINE,
        RISE_FROM_ZERO,
    ]
    return conditions, outcomes, share_is_lower(a, b, c, d)


def _add_last_test(rows: pd.DataFrame, against_first: pd.DataFrame, is_last: np.ndarray) -> None:
    """In the last year the share must be lower than in the first year as well (reading 8)."""
    fails = is_last & (rows["status"] == "met") & (against_first["status"] != "met")
    why = against_first["reason"].mask(
        against_first["status"] == "missed", "not_below_baseline_year"
    )
    rows["status"] = rows["status"].mask(fails, against_first["status"])
    # A fall to 0 in the last year is no fall since a first year that was 0.
    held = is_last & (rows["status"] == "met") & (why == HELD[1])
    rows["reason"] = rows["reason"].mask(fails | held, why)


def _warn_of_more_reports(rows: pd.DataFrame) -> None:
    """Note where a share fell only because more cases were reported in all (reading 10)."""
    names = ("numerator", "denominator", "base_numerator", "base_denominator")
    warned = only_more_reported(*(whole(rows[name]) for name in names)) & _counted(rows)
    warned &= (rows["status"] == "met").to_numpy()
    rows["reason"] = rows["reason"].mask(warned, "only_more_reported")


def _counted(rows: pd.DataFrame) -> np.ndarray:
    """Tell where all four counts are known: a bare ratio has none (reading 11)."""
    return ((rows["state"] == "figure") & (rows["base_state"] == "figure")).to_numpy()


def _reference_year(rows: pd.DataFrame, panel: Panel, back_to: int | None) -> pd.Series:
    """Return the previous year with a share, per area and industry (empty if there is none)."""
    reference = np.full(len(rows), -1)
    # Forwards through the years, so that the latest before the row's own remains.
    for year in panel.years if back_to is None else [back_to]:
        share = panel.figures_at(rows["_area"].to_numpy(), rows["_goal"].to_numpy(), year)
        usable = share["state"].isin(USABLE).to_numpy() & (whole(share["denominator"]) > 0)
        reference[usable & (rows["year"] > year).to_numpy()] = year
    return pd.Series(reference, rows.index, dtype="Int64").mask(reference < 0)


def _share_figures(rows: pd.DataFrame, is_last: np.ndarray) -> pd.DataFrame:
    """Fill in the numbers beside the verdict on a share."""
    # a/b is the share of the year, c/d that of the year compared with, e/f of the first year.
    a, b = whole(rows["numerator"]), whole(rows["denominator"])
    c, d = whole(rows["base_numerator"]), whole(rows["base_denominator"])
    e, f = whole(rows["first_numerator"]), whole(rows["first_denominator"])
    known = (b > 0) & rows["state"].isin(USABLE).to_numpy()
    base_known = (d > 0) & rows["base_state"].isin(USABLE).to_numpy()
    both = known & base_known
    counted = both & _counted(rows)
    rows["value"] = np.where(known, a / np.where(b > 0, b, 1), np.nan)
    rows["baseline"] = np.where(base_known, c / np.where(d > 0, d, 1), np.nan)
    rows["decline"] = np.where(both & (c > 0), 1 - rows["value"] / rows["baseline"], np.nan)
    # The most cases with a share strictly below the other one: a/b < c/d.
    most = np.where(d > 0, (c * b - 1) // np.where(d > 0, d, 1), 0)
    most_first = (e * b - 1) // np.where(f > 0, f, 1)
    most = np.where(is_last, np.minimum(most, most_first), most)
    known_limit = counted & (c > 0) & (~is_last | (e > 0))
    rows["allowed"] = pd.Series(most, rows.index, dtype="Int64").where(known_limit)
    rows["margin"] = rows["allowed"] - rows["numerator"]
    low, high = chance.share_change_interval(c, d, a, b)
    rows["interval_low"] = np.where(counted, low, np.nan)
    rows["interval_high"] = np.where(counted, high, np.nan)
    # Zeros where a count is unknown: ``share_luck`` returns NaN for them.
    drawn = np.where(counted, 1, 0)
    rows["luck"] = chance.share_luck(c * drawn, d * drawn, a * drawn, b * drawn)
    rows["compared"] = _compared(rows, is_last)
    bare = (rows["state"] == "bare").to_numpy()
    rows["numerator"] = rows["numerator"].mask(bare)
    rows["denominator"] = rows["denominator"].mask(bare)
    return rows


def _compared(rows: pd.DataFrame, is_last: np.ndarray) -> list[str]:
    """Return the years compared with, as in the column ``compared`` of frames.RESULTS."""
    both = is_last & (rows["baseline_year"] != rows["first_year"]).to_numpy()
    base, first = (
        _year_texts(rows, "base_", "baseline_year"),
        _year_texts(rows, "first_", "first_year"),
    )
    return [
        "|".join(filter(None, [one, other if too else ""]))
        for one, other, too in zip(base, first, both, strict=True)
    ]


def _year_texts(rows: pd.DataFrame, prefix: str, year: str) -> list[str]:
    names = [year, *(prefix + name for name in ("state", "numerator", "denominator"))]
    return [_year_text(*values) for values in rows[names].itertuples(index=False, name=None)]


def _year_text(year: int, state: str, upper: int, lower: int) -> str:
    if state not in USABLE or not lower:
        return ""
    # repr has all digits of a float, so that the share can be read back exactly.
    return f"{year}:{float(upper / lower)!r}" if state == "bare" else f"{year}:{upper}/{lower}"
