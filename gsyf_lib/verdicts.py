"""Indicators against targets: the statutory verdict, decided by whole numbers alone.

Pure: no file, no plan text. How open clauses are read comes in as ``Readings``; their numbers
are those of docs/readings.md.
"""

import numpy as np
import pandas as pd

from gsyf_lib import chance, frames
from gsyf_lib.readings import Readings

__all__ = ["judge"]

WHOLE = 10_000
USABLE = ("figure", "bare")


def judge(
    values: pd.DataFrame,
    targets: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    baseline_year: int,
    last_year: int,
    readings: Readings,
) -> pd.DataFrame:
    """Judge every area against every target.

    Parameters
    ----------
    values : frames.VALUES of all years
    targets : frames.TARGETS of one year
    areas : frames.AREAS rows to judge
    baseline_year, last_year : first year compared with, and the year of readings 8's second test
    readings : how open clauses are read

    Returns
    -------
    frames.RESULTS
        One row per area and target. Without a figure ``not_reported``, never zero.
    """
    areas = areas.rename(columns={"code": "area_code", "name": "area"})
    grid = areas[["area_code", "area", "level"]].merge(targets, how="cross")
    grid = _attach(grid, values, grid["year"], "")
    counts, falling, coverage = (
        grid[grid["rule"].isin(rules)].copy()
        for rules in (("below_baseline", "decline_at_least"), ("falling",), ("coverage_at_least",))
    )
    counts = _judge_counts(_attach(counts, values, counts["baseline_year"], "base_"), readings)
    falling = _judge_falling(falling, values, baseline_year, last_year, readings)
    judged = [part for part in (counts, falling, _judge_coverage(coverage)) if len(part)]
    rows = pd.concat(judged, ignore_index=True)
    return frames.conform(_finished(rows), frames.RESULTS)


def _attach(
    grid: pd.DataFrame, values: pd.DataFrame, years: pd.Series, prefix: str
) -> pd.DataFrame:
    """Put the value of ``years`` beside each row of ``grid``, its columns named with ``prefix``."""
    key = ["area_code", "industry", "indicator"]
    carried = ["numerator", "denominator", "state", "provisional", "basis"]
    beside = values[[*key, "year", *carried]].rename(
        columns={"year": "_year", **{name: prefix + name for name in carried}}
    )
    joined = grid.assign(_year=years.astype("Int64")).merge(beside, on=[*key, "_year"], how="left")
    joined[prefix + "state"] = joined[prefix + "state"].fillna("missing").astype(object)
    joined[prefix + "provisional"] = joined[prefix + "provisional"].eq(True).fillna(False)
    return joined.drop(columns="_year")


def _whole(column: pd.Series) -> np.ndarray:
    """Return the counts as int64, 0 where there is none: used only behind a mask."""
    return column.fillna(0).astype("int64").to_numpy()


def _unreported(rows: pd.DataFrame, prefixes: tuple[str, ...]) -> tuple[list, list]:
    """Return conditions and (status, reason) pairs for figures that cannot be compared."""
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


NO_SUCH_INDUSTRY = ("not_applicable", "no_such_industry")


def _decide(rows: pd.DataFrame, conditions: list, outcomes: list, met: np.ndarray) -> pd.DataFrame:
    """Set status and reason: the first condition that holds, else met or missed."""
    ways = list(range(len(outcomes)))
    chosen = np.select(conditions, ways, default=len(ways))
    table = [*outcomes, ("", "")]
    status = np.array([outcome[0] for outcome in table], dtype=object)[chosen]
    reason = np.array([outcome[1] for outcome in table], dtype=object)[chosen]
    plain = np.where(met, "met", "missed")
    rows["status"] = np.where(status == "", plain, status)
    rows["reason"] = reason
    return rows


def _judge_counts(rows: pd.DataFrame, readings: Readings) -> pd.DataFrame:
    """Accidents and casualties: readings 1, 2 and 6."""
    now, then = _whole(rows["numerator"]), _whole(rows["base_numerator"])
    kept = _kept(rows["threshold"])
    strict = (rows["rule"] == "below_baseline").to_numpy()
    met = np.where(strict, now < then, WHOLE * now <= kept * then)
    conditions, outcomes = _unreported(rows, ("", "base_"))
    zero = {"held_at_zero": ("met", "held_at_zero"), "undefined": ("undefined", "zero_baseline")}
    if readings.zero_baseline in zero:
        conditions.append((then == 0) & (now == 0))
        outcomes.append(zero[readings.zero_baseline])
    conditions.append((then == 0) & (now > 0))
    outcomes.append(("missed", "rise_from_zero"))
    rows = _decide(rows, conditions, outcomes, met)
    known = rows["state"].isin(USABLE).to_numpy() & rows["base_state"].isin(USABLE).to_numpy()
    divisible = known & (then > 0)
    rows["value"], rows["baseline"] = rows["numerator"], rows["base_numerator"]
    rows["decline"] = np.where(divisible, (then - now) / np.where(then > 0, then, 1), np.nan)
    allowed = np.where(strict, then - 1, kept * then // WHOLE)
    rows["allowed"] = pd.Series(allowed, rows.index, dtype="Int64").where(divisible)
    rows["margin"] = rows["allowed"] - pd.Series(now, rows.index, dtype="Int64")
    low, high = chance.decline_interval(then, now)
    rows["interval_low"] = np.where(divisible, low, np.nan)
    rows["interval_high"] = np.where(divisible, high, np.nan)
    rows["luck"] = np.where(divisible, chance.count_luck(then, now, kept * ~strict), np.nan)
    rows["denominator"] = pd.NA
    return rows


def _kept(thresholds: pd.Series) -> np.ndarray:
    """Return what may remain of the baseline, in ten-thousandths: exact, never through a float."""
    return WHOLE - _ten_thousandths(thresholds)


def _ten_thousandths(thresholds: pd.Series) -> np.ndarray:
    exact = {t: int(t * WHOLE) for t in thresholds.dropna().unique()}
    if any(t * WHOLE != scaled for t, scaled in exact.items()):
        raise ValueError("a threshold has more than four decimals")
    return thresholds.map(exact).fillna(0).astype("int64").to_numpy()


def _judge_falling(
    rows: pd.DataFrame,
    values: pd.DataFrame,
    baseline_year: int,
    last_year: int,
    readings: Readings,
) -> pd.DataFrame:
    """Judge the short-exposure share: readings 8, 9, 10 and 11."""
    if rows.empty:
        return rows
    usable = values[values["state"].isin(USABLE) & (values["denominator"] > 0)]
    back_to = baseline_year if readings.falling == "baseline_year" else None
    rows["baseline_year"] = _reference_year(rows, usable, back_to).fillna(baseline_year)
    rows = _attach(rows, values, rows["baseline_year"], "base_")
    first_year = pd.Series(baseline_year, rows.index)
    rows = _attach(rows, values, first_year, "first_")
    a, b = _whole(rows["numerator"]), _whole(rows["denominator"])
    c, d = _whole(rows["base_numerator"]), _whole(rows["base_denominator"])
    e, f = _whole(rows["first_numerator"]), _whole(rows["first_denominator"])
    is_last = (rows["year"] == last_year).to_numpy()
    lower, lower_than_first = a * d < c * b, a * f < e * b
    conditions, outcomes = _unreported(rows, ("", "base_"))
    kept_zero = readings.falling_at_zero == "held_at_zero"
    conditions += [
        b == 0,
        d == 0,
        (c == 0) & (a == 0),
        (c == 0) & (a > 0),
        lower & is_last & ~rows["first_state"].isin(USABLE).to_numpy(),
        lower & is_last & (f == 0),
        lower & is_last & ~lower_than_first,
    ]
    outcomes += [
        ("undefined", "no_reported_cases"),
        ("undefined", "no_reported_cases_at_baseline"),
        ("met", "held_at_zero") if kept_zero else ("undefined", "zero_baseline"),
        ("missed", "rise_from_zero"),
        ("not_reported", "baseline_not_reported"),
        ("undefined", "no_reported_cases_at_baseline"),
        ("missed", "not_below_baseline_year"),
    ]
    rows = _decide(rows, conditions, outcomes, lower)
    return _share_figures(rows, (a, b, c, d), np.where(is_last & (f > 0), e, 0), f, is_last)


def _reference_year(rows: pd.DataFrame, usable: pd.DataFrame, back_to: int | None) -> pd.Series:
    """Return the previous year with a share, per area and industry (empty if there is none)."""
    key = ["area_code", "industry", "indicator"]
    year = int(rows["year"].iloc[0])
    earlier = usable[usable["year"] < year]
    if back_to is not None:
        earlier = earlier[earlier["year"] == back_to]
    last = earlier.groupby(key)["year"].max().rename("_reference").reset_index()
    return rows[key].merge(last, on=key, how="left")["_reference"].set_axis(rows.index)


def _share_figures(
    rows: pd.DataFrame,
    counts: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    first_cases: np.ndarray,
    first_total: np.ndarray,
    is_last: np.ndarray,
) -> pd.DataFrame:
    """Fill in the numbers beside the verdict on a share."""
    a, b, c, d = counts
    known = (b > 0) & rows["state"].isin(USABLE).to_numpy()
    base_known = (d > 0) & rows["base_state"].isin(USABLE).to_numpy()
    both = known & base_known
    counted = both & (rows["state"] == "figure") & (rows["base_state"] == "figure")
    rows["value"] = np.where(known, a / np.where(b > 0, b, 1), np.nan)
    rows["baseline"] = np.where(base_known, c / np.where(d > 0, d, 1), np.nan)
    rows["decline"] = np.where(both & (c > 0), 1 - rows["value"] / rows["baseline"], np.nan)
    most = np.where(d > 0, (c * b - 1) // np.where(d > 0, d, 1), 0)
    most_first = (first_cases * b - 1) // np.where(first_total > 0, first_total, 1)
    most = np.where(is_last & (first_cases > 0), np.minimum(most, most_first), most)
    sayable = counted & (c > 0)
    rows["allowed"] = pd.Series(most, rows.index, dtype="Int64").where(sayable)
    rows["margin"] = rows["allowed"] - rows["numerator"]
    low, high = chance.share_change_interval(c, d, a, b)
    rows["interval_low"] = np.where(counted, low, np.nan)
    rows["interval_high"] = np.where(counted, high, np.nan)
    drawn = np.where(counted, 1, 0)
    rows["luck"] = chance.share_luck(c * drawn, d * drawn, a * drawn, b * drawn)
    bare = (rows["state"] == "bare").to_numpy()
    rows["numerator"] = rows["numerator"].mask(bare)
    rows["denominator"] = rows["denominator"].mask(bare)
    return rows


def _judge_coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """Training coverage: reading 12."""
    trained, people = _whole(rows["numerator"]), _whole(rows["denominator"])
    needed = _ten_thousandths(rows["threshold"])
    conditions, outcomes = _unreported(rows, ("",))
    conditions.append(people == 0)
    outcomes.append(("undefined", "no_key_personnel"))
    rows = _decide(rows, conditions, outcomes, WHOLE * trained >= needed * people)
    known = (people > 0) & rows["state"].isin(USABLE).to_numpy()
    rows["value"] = np.where(known, trained / np.where(people > 0, people, 1), np.nan)
    fewest = -(-needed * people // WHOLE)
    rows["allowed"] = pd.Series(fewest, rows.index, dtype="Int64").where(known)
    rows["margin"] = rows["numerator"] - rows["allowed"]
    return rows


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what every row has: provisional, the note that a sum was judged, empty columns."""
    base_flag = rows.get("base_provisional", pd.Series(False, rows.index)).eq(True).fillna(False)
    rows["provisional"] = rows["provisional"] | base_flag
    summed = (rows["basis"] == "sum") & rows["status"].isin(["met", "missed"])
    joined = (rows["reason"] + "|sum_of_cities").str.removeprefix("|")
    rows["reason"] = rows["reason"].mask(summed, joined)
    rows["threshold"] = rows["threshold"].astype("float64")
    if "luck" in rows:
        rows["luck"] = rows["luck"].where(rows["status"].isin(["met", "missed"]))
    for name in frames.RESULTS.names:
        if name not in rows:
            rows[name] = "" if name == "outlook" else np.nan
    return rows
