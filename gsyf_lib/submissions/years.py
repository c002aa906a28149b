"""The figures in force as series over years, and as the tables they came in."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gsyf_lib.plan import Plan
from gsyf_lib.submissions.table import TABLES

__all__ = ["TABLE", "TABLE_OF", "WHOLE", "Ledger", "ledger_of"]

INDUSTRIES_TO_JUDGE = 4
WHOLE = 10_000
SERIES = ["area_code", "industry", "measure"]
TABLE = ["area_code", "table", "year"]
TABLE_OF = {measure: table for table, measures in TABLES.items() for measure in measures}


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

    @cached_property
    def tables(self) -> pd.DataFrame:
        """One row per table and year of the province and its cities, if whole enough to judge.

        ``row`` is the label of its first figure; ``same``, ``last_year`` and ``oldest`` tell how
        its figures compare with their neighbours of the year before.
        """
        rows = self.figures[self.figures["level"] != "county"]
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

    @cached_property
    def on_target(self) -> list[tuple[pd.Series, int, int]]:
        """Where all industries are on target: the first figure, how many, how often so."""
        goals = self.plan.targets[self.plan.targets["rule"] == "decline_at_least"]
        kept = [WHOLE - int(threshold * WHOLE) for threshold in goals["threshold"]]
        goals = goals.assign(kept=kept, measure=goals["indicator"])
        rows = self.figures[self.figures["level"] != "county"]
        base = rows.loc[(rows["year"] == self.plan.baseline_year) & (rows["value"] > 0)]
        base = base[[*SERIES, "value"]].rename(columns={"value": "base"})
        base["industries"] = base.groupby(["area_code", "measure"])["base"].transform("size")
        rows = rows.assign(row=rows.index).merge(base, on=SERIES)
        rows = rows.merge(
            goals[["industry", "measure", "year", "kept"]], on=["industry", "measure", "year"]
        )
        rows["away"] = (rows["kept"] * rows["base"] - WHOLE * rows["value"]).abs()
        years = rows.groupby(["area_code", "year", "measure"], sort=False)
        years = years.agg({"row": ["first", "size"], "industries": "max", "away": "max"})
        years.columns = pd.Index(["row", "size", "industries", "away"])
        is_whole = (years["size"] == years["industries"]) & (years["size"] >= INDUSTRIES_TO_JUDGE)
        hits = years[is_whole & (2 * years["away"] < WHOLE)]
        times = hits.groupby("area_code")["size"].transform("size")
        found = zip(hits["row"], hits["size"], times, strict=True)
        return [(self.figures.loc[row], size, often) for row, size, often in found]


def ledger_of(plan: Plan, observations: pd.DataFrame, as_of: pd.Timestamp) -> Ledger:
    """Put the figures of earlier years beside each figure; years without data are passed over."""
    figures = observations[observations["state"] == "figure"]
    # few texts in many rows: numbers are grouped and compared many times as fast
    figures = figures.astype(dict.fromkeys([*SERIES, "level"], "category"))
    figures = figures.sort_values([*SERIES, "year"])
    series = figures.groupby(SERIES, sort=False)
    beside = figures.assign(
        last=series["value"].shift().astype("float64"),
        last_year=series["year"].shift().astype("float64"),
        before=series["value"].shift(2).astype("float64"),
        value=figures["value"].astype("float64"),
        table=figures["measure"].map(TABLE_OF),
    )
    return Ledger(plan, observations, beside, as_of)
