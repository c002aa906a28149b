"""The figures in force as series over years, and as the tables they came in."""

from dataclasses import dataclass

import pandas as pd

from gsyf_lib.plan import Plan

__all__ = [
    "INDUSTRIES_TO_JUDGE",
    "SERIES",
    "TABLE",
    "TABLE_OF",
    "TABLE_WORDS",
    "Ledger",
    "ledger_of",
    "whole_tables",
]

INDUSTRIES_TO_JUDGE = 4
SERIES = ["area_code", "industry", "measure"]
TABLE = ["area_code", "table", "year"]
TABLES = {
    "accidents": ("accidents", "casualties", "deaths", "injuries"),
    "pneumoconiosis": ("reported_cases", "short_exposure_cases", "short_exposure_per_million"),
    "training": ("safety_personnel", "safety_trained", "health_personnel", "health_trained"),
}
TABLE_OF = {measure: table for table, measures in TABLES.items() for measure in measures}
TABLE_WORDS = dict(zip(TABLES, ("安全生产事故", "尘肺病报告", "重点岗位人员培训"), strict=True))


@dataclass(frozen=True)
class Ledger:
    """All figures in force, and those with a value beside their neighbour of the year before.

    ``figures`` has besides the observations ``last`` and ``last_year``, ``before`` (the year
    before that) and ``table``.
    """

    plan: Plan
    observations: pd.DataFrame
    figures: pd.DataFrame
    as_of: pd.Timestamp


def ledger_of(plan: Plan, observations: pd.DataFrame, as_of: pd.Timestamp) -> Ledger:
    """Put the figures of earlier years beside each figure; years without data are passed over."""
    figures = observations[observations["state"] == "figure"].sort_values([*SERIES, "year"])
    series = figures.groupby(SERIES, sort=False)
    beside = figures.assign(
        last=series["value"].shift().astype("float64"),
        last_year=series["year"].shift().astype("float64"),
        before=series["value"].shift(2).astype("float64"),
        value=figures["value"].astype("float64"),
        table=figures["measure"].map(TABLE_OF),
    )
    return Ledger(plan, observations, beside, as_of)


def whole_tables(ledger: Ledger) -> pd.DataFrame:
    """Return one row per table and year of the province and its cities, if whole enough to judge.

    ``row`` is the label of its first figure; ``same``, ``last_year`` and ``oldest`` tell how its
    figures compare with their neighbours of the year before.
    """
    rows = ledger.figures[ledger.figures["level"] != "county"]
    rows = rows.assign(same=rows["value"] == rows["last"], row=rows.index)
    tables = rows.groupby(TABLE, as_index=False, sort=False).agg(
        row=("row", "first"),
        size=("value", "size"),
        industries=("industry", "nunique"),
        total=("value", "sum"),
        same=("same", "all"),
        last_year=("last_year", "max"),
        oldest=("last_year", "min"),
    )
    is_whole = tables["industries"] >= INDUSTRIES_TO_JUDGE
    return tables[is_whole | (tables["table"] == "pneumoconiosis")]
