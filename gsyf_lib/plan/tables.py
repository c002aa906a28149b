"""The plan's tables in; an error if they do not fit each other or the code cannot judge them."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from gsyf_lib.errors import PlanError

FIRST_ROW = 2  # of a CSV file, below its header


# The indicators that the code can judge, with these columns of ``codes/indicators.csv``; direction
# is where better lies.
JUDGED_BY = ("numerator", "denominator", "direction", "table")
JUDGED = {
    "accidents": ("accidents", "", "down", "accidents"),
    "casualties": ("casualties", "", "down", "accidents"),
    "short_exposure_share": ("short_exposure_cases", "reported_cases", "down", "pneumoconiosis"),
    "safety_training_coverage": ("safety_trained", "safety_personnel", "up", "training"),
    "health_training_coverage": ("health_trained", "health_personnel", "up", "training"),
}
# The rules by which figures of a table can be judged.
RULES = {
    "accidents": ("below_baseline", "decline_at_least"),
    "pneumoconiosis": ("falling",),
    "training": ("coverage_at_least",),
}
WITH_THRESHOLD = ("decline_at_least", "coverage_at_least")
THRESHOLD = "0到1之间、最多四位小数的数，例如5%写作0.05"
# What the code reads of a submitted table, beside the key columns.
FIELDS = {
    "accidents": ("accidents", "casualties", "deaths", "injuries"),
    "pneumoconiosis": ("reported_cases", "short_exposure_cases", "short_exposure_per_million"),
    "training": ("category", "key_personnel", "trained"),
    "progress": ("number", "state", "completed_on"),
}
KEYS = ("year", "area", "county", "industry")


def check_indicators(indicators: pd.DataFrame) -> None:
    """Refuse an indicator that the code cannot judge: its figures would be dropped silently."""
    for where, row in _located(indicators, "codes/indicators.csv"):
        _check(where, "code", row["code"], JUDGED)
        for name, judged in zip(JUDGED_BY, JUDGED[row["code"]], strict=True):
            _check(where, name, row[name], [judged])


def check_columns(columns: pd.DataFrame) -> None:
    """Refuse a column of the submitted tables that the code does not read."""
    for where, row in _located(columns, "codes/columns.csv"):
        _check(where, "table", row["table"], FIELDS)
        _check(where, "field", row["field"], (*KEYS, *FIELDS[row["table"]]))


def check_areas(areas: pd.DataFrame, province: str) -> None:
    """Refuse areas unless they are the plan's province, cities in it and counties in these."""
    levels = ("province", "city", "county")
    for where, row in _located(areas, "codes/areas.csv"):
        _check(where, "level", row["level"], levels)
    names = areas.loc[areas["level"] == "province", "name"].tolist()
    if names != [province]:
        raise PlanError(
            f"codes/areas.csv 中 level 为 province 的应只有 plan.toml 的 area“{province}”一行，"
            f"现为：{'、'.join(names) or '没有'}"
        )
    if not (areas["level"] == "city").any():
        raise PlanError("codes/areas.csv 中没有 level 为 city 的行；请补上各市")
    by_level = areas.groupby("level")["code"].agg(list)
    # The parents allowed at each level: a city lies in the province, a county in a city.
    codes = {"province": [""], "city": by_level["province"], "county": by_level["city"]}
    for where, row in _located(areas, "codes/areas.csv"):
        _check(where, "parent", row["parent"], codes[row["level"]])


def check_targets(
    targets: pd.DataFrame, known: Mapping[str, Collection[Any]], years: Collection[int]
) -> None:
    """Refuse a target that cannot be judged, and a year of the plan without targets.

    ``known`` are the values allowed in each column.
    """
    for where, row in _located(targets, "targets.csv"):
        _check(where, "year", row["year"], years)
        for name in ("industry", "indicator", "department"):
            _check(where, name, row[name], known[name])
        _check(where, "rule", row["rule"], RULES[JUDGED[row["indicator"]][-1]])
        compared = [None] if row["rule"] == "coverage_at_least" else known["baseline_year"]
        _check(where, "baseline_year", row["baseline_year"], compared)
        _check_threshold(where, row["threshold"], row["rule"])
    if lacking := [str(year) for year in years if year not in set(targets["year"])]:
        raise PlanError(
            f"targets.csv 中没有{'、'.join(lacking)}年的目标。请运行 gsyf targets 重新生成，或补上"
        )


def _check_threshold(where: str, threshold: Decimal | None, rule: str) -> None:
    if rule not in WITH_THRESHOLD:
        _check(where, "threshold", threshold, [None])
        return
    is_fraction = threshold is not None and threshold.is_finite() and 0 <= threshold <= 1
    # Four decimals at most, because verdicts count in parts of ``frames.THRESHOLD_SCALE``.
    if threshold is None or not is_fraction or round(threshold, 4) != threshold:
        found = "" if threshold is None else threshold
        raise PlanError(f"{where}的 threshold“{found}”不能用。应为{THRESHOLD}")


def _located(table: pd.DataFrame, file: str) -> Iterable[tuple[str, dict]]:
    """Return the rows, each after where it stands in the CSV file; an empty cell is None."""
    # By identity, because comparing with pd.NA gives pd.NA, which is neither true nor false.
    rows = [
        {name: None if cell is pd.NA else cell for name, cell in row.items()}
        for row in table.astype(object).to_dict("records")
    ]
    return [(f"{file} 第{number}行", row) for number, row in enumerate(rows, FIRST_ROW)]


def _check(where: str, column: str, value: Any, allowed: Iterable[Any]) -> None:
    """Refuse a value that is none of those allowed; None is an empty cell."""
    known = [*allowed]
    if value not in known:
        found = "" if value is None else value
        words = "、".join("（留空）" if entry in (None, "") else str(entry) for entry in known)
        raise PlanError(f"{where}的 {column}“{found}”不能用。可用：{words}")
