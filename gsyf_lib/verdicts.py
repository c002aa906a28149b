"""Indicators against targets: the statutory verdict, decided by whole numbers alone.

Pure: no file, no plan text. How open clauses are read comes in as ``Readings``; their numbers
are those of docs/readings.md.
"""

import numpy as np
import pandas as pd

from gsyf_lib import chance, frames
from gsyf_lib.indicators import only_more_reported
from gsyf_lib.panel import USABLE, Panel, goal_places
from gsyf_lib.readings import Readings

__all__ = ["WHOLE", "judge", "judge_places", "named", "place_targets", "ten_thousandths"]

WHOLE = 10_000
COUNT_RULES = ("below_baseline", "decline_at_least")
STATUSES = ["met", "missed", "not_reported", "undefined", "not_applicable"]
JUDGED = [
    *("_area", "_target", "_goal", "year", "baseline_year", "baseline", "value"),
    *("numerator", "denominator", "decline", "allowed", "margin", "status", "reason"),
    *("interval_low", "interval_high", "luck", "provisional", "base_provisional", "basis"),
]


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
    targets : frames.TARGETS
    areas : frames.AREAS rows to judge
    baseline_year, last_year : first year compared with, and the year of readings 8's second test
    readings : how open clauses are read

    Returns
    -------
    frames.RESULTS
        One row per area and target. Without a figure ``not_reported``, never zero.
    """
    placed, goals = place_targets(targets)
    panel = Panel.of(values, areas["code"].to_numpy(), goals, baseline_year)
    years = {"baseline_year": baseline_year, "last_year": last_year}
    rows = judge_places(panel, placed, **years, readings=readings)
    return frames.conform(named(rows, areas, placed), frames.RESULTS)


def place_targets(targets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number the targets and their goals, and make the thresholds whole.

    Parameters
    ----------
    targets : frames.TARGETS

    Returns
    -------
    tuple of targets, goals
        The targets with ``_goal``, the place of industry and indicator among the goals, and
        ``_exact``, the threshold in ten-thousandths; the goals, one row per place.
    """
    goals = targets[["industry", "indicator"]].drop_duplicates(ignore_index=True)
    placed = targets.assign(
        _goal=goal_places(goals, targets),
        _exact=ten_thousandths(targets["threshold"]),
        threshold=targets["threshold"].astype("float64"),
    )
    return placed.reset_index(drop=True), goals


def judge_places(
    panel: Panel, targets: pd.DataFrame, *, baseline_year: int, last_year: int, readings: Readings
) -> pd.DataFrame:
    """Judge every area of the panel against the targets; names come later (``named``).

    Parameters
    ----------
    panel : the values
    targets : rows of ``place_targets``
    baseline_year, last_year, readings : as for ``judge``

    Returns
    -------
    pandas.DataFrame
        Figures and verdicts of frames.RESULTS by the places ``_area``, ``_target``, ``_goal``.
    """
    counts, falling, coverage = (
        _grid(panel, targets[targets["rule"].isin(rules)])
        for rules in (COUNT_RULES, ("falling",), ("coverage_at_least",))
    )
    judged = [
        _judge_counts(counts, panel, readings),
        _judge_falling(falling, panel, baseline_year, last_year, readings),
        _judge_coverage(coverage, panel),
    ]
    return _finished(pd.concat([part.reindex(columns=JUDGED) for part in judged if len(part)]))


def named(rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Put the names of areas and targets beside the rows of ``judge_places``."""
    place = areas[["code", "name", "level"]].set_axis(["area_code", "area", "level"], axis=1)
    goal = targets[["industry", "indicator", "rule", "threshold", "department"]]
    parts = [place.take(rows["_area"]), goal.take(rows["_target"]), rows]
    return pd.concat([part.reset_index(drop=True) for part in parts], axis=1)


def _grid(panel: Panel, targets: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every area and target."""
    areas = len(panel.row_at)
    target = np.tile(np.arange(len(targets)), areas)
    about = targets[["year", "baseline_year", "_goal", "_exact"]].assign(
        _target=targets.index, _strict=targets["rule"] == "below_baseline"
    )
    return (
        about.take(target)
        .assign(_area=np.repeat(np.arange(areas), len(targets)))
        .reset_index(drop=True)
    )


def _attach(grid: pd.DataFrame, panel: Panel, years: pd.Series, prefix: str) -> pd.DataFrame:
    """Put the value of ``years`` beside each row of ``grid``, its columns named with ``prefix``."""
    found = panel.look(
        grid["_area"].to_numpy(), grid["_goal"].to_numpy(), years.to_numpy("int64", na_value=-1)
    )
    return grid.assign(**found.set_axis(grid.index).add_prefix(prefix))


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
HELD, ZERO_BASELINE = ("met", "held_at_zero"), ("undefined", "zero_baseline")
RISE_FROM_ZERO = ("missed", "rise_from_zero")
# Reading 6: what 0 → 0 is where the rule is "below", and where it is a decline.
HELD_AT_ZERO = {
    "held_at_zero": (HELD, HELD),
    "undefined": (ZERO_BASELINE, ZERO_BASELINE),
    "literal": (("missed", "not_below_zero"), HELD),
}


def _decide(rows: pd.DataFrame, conditions: list, outcomes: list, met: np.ndarray) -> pd.DataFrame:
    """Set status and reason: the first condition that holds, else met or missed."""
    table = [*outcomes, ("met", ""), ("missed", "")]
    chosen = np.select([*conditions, met], range(len(table) - 1), default=len(table) - 1)
    status, reason = zip(*table, strict=True)
    places = np.array([STATUSES.index(word) for word in status])
    rows["status"] = pd.Categorical.from_codes(places[chosen], STATUSES)
    rows["reason"] = np.array(reason, dtype=object)[chosen]
    return rows


def _judge_counts(rows: pd.DataFrame, panel: Panel, readings: Readings) -> pd.DataFrame:
    """Accidents and casualties: readings 1, 2 and 6."""
    rows = _attach(_attach(rows, panel, rows["year"], ""), panel, rows["baseline_year"], "base_")
    now, then = _whole(rows["numerator"]), _whole(rows["base_numerator"])
    kept = WHOLE - rows["_exact"].to_numpy()
    strict = rows["_strict"].to_numpy()
    met = np.where(strict, now < then, WHOLE * now <= kept * then)
    conditions, outcomes = _unreported(rows, ("", "base_"))
    held = (then == 0) & (now == 0)
    conditions += [held & strict, held, (then == 0) & (now > 0)]
    outcomes += [*HELD_AT_ZERO[readings.zero_baseline], RISE_FROM_ZERO]
    rows = _decide(rows, conditions, outcomes, met)
    known = rows["state"].isin(USABLE).to_numpy() & rows["base_state"].isin(USABLE).to_numpy()
    divisible = known & (then > 0)
    for name, count in (("value", "numerator"), ("baseline", "base_numerator")):
        rows[name] = rows[count].astype("float64")
    rows["decline"] = np.where(divisible, (then - now) / np.where(then > 0, then, 1), np.nan)
    allowed = np.where(strict, then - 1, kept * then // WHOLE)
    rows["allowed"] = pd.Series(allowed, rows.index, dtype="Int64").where(divisible)
    rows["margin"] = rows["allowed"] - pd.Series(now, rows.index, dtype="Int64")
    low, high = chance.decline_interval(then, now)
    rows["interval_low"] = np.where(divisible, low, np.nan)
    rows["interval_high"] = np.where(divisible, high, np.nan)
    luck = chance.count_luck(then, now, np.where(strict, chance.STRICTLY_BELOW, kept))
    rows["luck"] = np.where(divisible, luck, np.nan)
    rows["denominator"] = pd.array([pd.NA] * len(rows), dtype="Int64")
    return rows


def ten_thousandths(thresholds: pd.Series) -> np.ndarray:
    """Return thresholds as whole ten-thousandths, 0 where there is none: never through a float.

    Raises
    ------
    ValueError
        A threshold has more than four decimals.
    """
    exact = {t: int(t * WHOLE) for t in thresholds.dropna().unique()}
    if any(t * WHOLE != scaled for t, scaled in exact.items()):
        raise ValueError("a threshold has more than four decimals")
    return thresholds.map(exact).fillna(0).astype("int64").to_numpy()


def _judge_falling(
    rows: pd.DataFrame,
    panel: Panel,
    baseline_year: int,
    last_year: int,
    readings: Readings,
) -> pd.DataFrame:
    """Judge the short-exposure share: readings 8, 9, 10 and 11."""
    if rows.empty:
        return rows
    back_to = baseline_year if readings.falling == "baseline_year" else None
    rows["baseline_year"] = _reference_year(rows, panel, back_to).fillna(baseline_year)
    rows = _attach(rows, panel, rows["year"], "")
    rows = _attach(rows, panel, rows["baseline_year"], "base_")
    first_year = pd.Series(baseline_year, rows.index)
    rows = _attach(rows, panel, first_year, "first_")
    is_last = (rows["year"] == last_year).to_numpy()
    rows = _decide(rows, *_compare_shares(rows, "base_", readings))
    against_first = _decide(rows.copy(), *_compare_shares(rows, "first_", readings))
    _add_last_test(rows, against_first, is_last)
    _warn_of_more_reports(rows)
    return _share_figures(rows, is_last)


def _compare_shares(
    rows: pd.DataFrame, prefix: str, readings: Readings
) -> tuple[list, list, np.ndarray]:
    """Return conditions, their outcomes, and where the share is lower than that of ``prefix``."""
    a, b = _whole(rows["numerator"]), _whole(rows["denominator"])
    c, d = _whole(rows[prefix + "numerator"]), _whole(rows[prefix + "denominator"])
    conditions, outcomes = _unreported(rows, ("", prefix))
    conditions += [b == 0, d == 0, (c == 0) & (a == 0), (c == 0) & (a > 0)]
    outcomes += [
        ("undefined", "no_reported_cases"),
        ("undefined", "no_reported_cases_at_baseline"),
        HELD if readings.falling_at_zero == "held_at_zero" else ZERO_BASELINE,
        RISE_FROM_ZERO,
    ]
    return conditions, outcomes, a * d < c * b


def _add_last_test(rows: pd.DataFrame, against_first: pd.DataFrame, is_last: np.ndarray) -> None:
    """Ask of the last year that it is lower than the first year compared with, too (reading 8)."""
    fails = is_last & (rows["status"] == "met") & (against_first["status"] != "met")
    why = against_first["reason"].mask(
        against_first["status"] == "missed", "not_below_baseline_year"
    )
    rows["status"] = rows["status"].mask(fails, against_first["status"])
    rows["reason"] = rows["reason"].mask(fails, why)


def _warn_of_more_reports(rows: pd.DataFrame) -> None:
    """Note where a share fell only because more cases were reported in all (reading 10)."""
    names = ("numerator", "denominator", "base_numerator", "base_denominator")
    warned = only_more_reported(*(_whole(rows[name]) for name in names)) & _counted(rows)
    warned &= (rows["status"] == "met").to_numpy()
    rows["reason"] = rows["reason"].mask(warned, "only_more_reported")


def _counted(rows: pd.DataFrame) -> np.ndarray:
    """Tell where both counts of both years are known: a bare ratio has none (reading 11)."""
    return ((rows["state"] == "figure") & (rows["base_state"] == "figure")).to_numpy()


def _reference_year(rows: pd.DataFrame, panel: Panel, back_to: int | None) -> pd.Series:
    """Return the previous year with a share, per area and industry (empty if there is none)."""
    reference = np.full(len(rows), -1)
    for year in panel.years if back_to is None else [back_to]:
        share = panel.look(rows["_area"].to_numpy(), rows["_goal"].to_numpy(), year)
        usable = share["state"].isin(USABLE).to_numpy() & (_whole(share["denominator"]) > 0)
        reference[usable & (rows["year"] > year).to_numpy()] = year
    return pd.Series(reference, rows.index, dtype="Int64").mask(reference < 0)


def _share_figures(rows: pd.DataFrame, is_last: np.ndarray) -> pd.DataFrame:
    """Fill in the numbers beside the verdict on a share."""
    a, b = _whole(rows["numerator"]), _whole(rows["denominator"])
    c, d = _whole(rows["base_numerator"]), _whole(rows["base_denominator"])
    e, f = _whole(rows["first_numerator"]), _whole(rows["first_denominator"])
    known = (b > 0) & rows["state"].isin(USABLE).to_numpy()
    base_known = (d > 0) & rows["base_state"].isin(USABLE).to_numpy()
    both = known & base_known
    counted = both & _counted(rows)
    rows["value"] = np.where(known, a / np.where(b > 0, b, 1), np.nan)
    rows["baseline"] = np.where(base_known, c / np.where(d > 0, d, 1), np.nan)
    rows["decline"] = np.where(both & (c > 0), 1 - rows["value"] / rows["baseline"], np.nan)
    most = np.where(d > 0, (c * b - 1) // np.where(d > 0, d, 1), 0)
    most_first = (e * b - 1) // np.where(f > 0, f, 1)
    most = np.where(is_last, np.minimum(most, most_first), most)
    sayable = counted & (c > 0) & (~is_last | (e > 0))
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


def _judge_coverage(rows: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Training coverage: reading 12."""
    rows = _attach(rows, panel, rows["year"], "")
    trained, people = _whole(rows["numerator"]), _whole(rows["denominator"])
    needed = rows["_exact"].to_numpy()
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
    """Add what every row has: provisional, and the note that a sum was judged."""
    rows = rows.reset_index(drop=True)
    judged = rows["status"].isin(["met", "missed"])
    summed = (rows["basis"] == "sum") & judged
    joined = (rows.loc[summed, "reason"] + "|sum_of_cities").str.removeprefix("|")
    rows.loc[summed, "reason"] = joined
    return rows.assign(
        provisional=rows["provisional"] | rows["base_provisional"].eq(True),
        luck=rows["luck"].where(judged),
        outlook="",
        projected=np.nan,
    )
