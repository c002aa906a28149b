"""All figures of all files in one frame, with the views that several checks need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.frames import THRESHOLD_SCALE
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import Found, found_at, listed
from gsyf_lib.submissions.measures import AREA_INDUSTRY_YEAR, MEASURES, TABLE_OF, keys_of
from gsyf_lib.submissions.read.names import Names

SERIES_KEY = ["area_code", "industry", "measure"]
TABLE_KEY = ["area_code", "table", "year"]
# A table with fewer industries may be all alike by chance: it is not judged as a whole.
INDUSTRIES_TO_JUDGE = 4


@dataclass
class AllFigures:
    """Figures of all files: all that were handed in, or those of them that are in force.

    rows : frames.OBSERVATIONS; before the ledger has chosen, a figure may be there several times
    revisions : frames.REVISIONS; empty before the ledger has chosen
    as_of : the day of the report; none before the ledger has chosen
    """

    plan: Plan
    names: Names
    rows: pd.DataFrame
    revisions: pd.DataFrame = field(default_factory=frames.REVISIONS.empty)
    as_of: pd.Timestamp = pd.NaT

    def withhold(self, labels: Any) -> None:
        """Mark figures, given by their index labels, as received but not to be used."""
        if len(labels):
            is_withheld = self.rows.index.isin(labels)
            self.rows = self.rows.assign(
                state=self.rows["state"].astype("str").mask(is_withheld, "withheld"),
                value=self.rows["value"].mask(is_withheld),
            )

    @cached_property
    def positions(self) -> dict[str, np.ndarray]:
        """Where in ``rows`` each measure stands, by area, industry and year; -1 for nowhere."""
        # ``ngroup`` numbers the triples of area, industry and year from 0: these numbers play the
        # part of rows, so that the checks of a table's rows can be asked of all figures in force.
        groups = self.rows.groupby(AREA_INDUSTRY_YEAR, sort=False, observed=True)
        triple = groups.ngroup().to_numpy()
        positions = {name: np.full(triple.max(initial=-1) + 1, -1) for name in MEASURES}
        for name in MEASURES:
            at = np.flatnonzero(self.rows["measure"] == name)
            positions[name][triple[at]] = at
        return positions

    def known(self, measure: str) -> np.ndarray:
        """Return a measure by area, industry and year, NaN where there is no figure."""
        at = self.positions[measure]
        values = self.rows["value"].where(self.rows["state"] == "figure")
        # Position -1 picks the last figure; ``np.where`` throws that away again.
        return np.where(at < 0, np.nan, values.to_numpy("float64", na_value=np.nan)[at])

    def found(
        self, name: str, rows: Iterable[int], measures: Iterable[str], **fields: Any
    ) -> Found:
        """Return a finding that points at the figure received last and names all the others.

        The figures may come from several files. ``rows`` are numbers as in ``positions``.
        """
        at = [self.positions[measure][row] for row in rows for measure in measures]
        figures = self.rows.iloc[[position for position in at if position >= 0]]
        figures = figures[figures["state"] == "figure"]
        figures = figures.sort_values("received_on", ascending=False, kind="stable")
        last = figures.iloc[0]
        addresses = listed(
            f"《{row.file}》{row.cell}（{row.received_on.date()}收到）"
            for row in figures.itertuples()
        )
        found = found_at(last, name, **fields)
        found.touches, found.withholds = tuple(keys_of(figures)), figures.index
        found.more = f"（各次报送合在一起看：{addresses}）"
        return found

    @cached_property
    def series(self) -> pd.DataFrame:
        """The figures with a value, each beside those of the two years with data before it.

        Adds ``last`` (the value before), ``last_year``, ``before`` (the value before ``last``) and
        ``table`` to the columns of ``rows``.
        """
        figures = self.rows[self.rows["state"] == "figure"]
        # The same few texts in many rows: pandas groups categories many times as fast as texts.
        figures = figures.astype(dict.fromkeys([*SERIES_KEY, "level"], "category"))
        figures = figures.sort_values([*SERIES_KEY, "year"])
        groups = figures.groupby(SERIES_KEY, sort=False)
        return figures.assign(
            last=groups["value"].shift().astype("float64"),
            last_year=groups["year"].shift().astype("float64"),
            before=groups["value"].shift(2).astype("float64"),
            value=figures["value"].astype("float64"),
            table=figures["measure"].map(TABLE_OF),
        )

    @cached_property
    def tables(self) -> pd.DataFrame:
        """One row per table of an area (province or city) and year, if it has enough industries.

        ``row`` is the label of its first figure in ``series``. ``same`` is true if every figure
        equals the one before; ``last_year`` and ``oldest`` are the newest and the oldest year
        compared with.
        """
        rows = self.series[self.series["level"] != "county"]
        rows = rows.assign(same=rows["value"] == rows["last"], row=rows.index)
        tables = rows.groupby(TABLE_KEY, as_index=False, sort=False).agg(
            row=("row", "first"),
            size=("value", "size"),
            industries=("industry", "nunique"),
            total=("value", "sum"),
            same=("same", "all"),
            last_year=("last_year", "max"),
            oldest=("last_year", "min"),
        )
        is_whole = tables["industries"] >= INDUSTRIES_TO_JUDGE
        # Pneumoconiosis is asked of 涉尘行业 as one industry: its tables are always judged.
        return tables[is_whole | (tables["table"] == "pneumoconiosis")]

    @cached_property
    def on_target(self) -> list[tuple[pd.Series, int, int]]:
        """The areas, years and measures in which every industry is exactly on its target.

        Of each: its first figure, how many industries, and how often the area is on target so.
        """
        goals = self.plan.targets[self.plan.targets["rule"] == "decline_at_least"]
        # What a target leaves of the baseline: a decline of 5 % keeps 9500 of 10000.
        kept = [THRESHOLD_SCALE - int(goal * THRESHOLD_SCALE) for goal in goals["threshold"]]
        goals = goals.assign(kept=kept, measure=goals["indicator"])
        rows = self.series[self.series["level"] != "county"]
        base = rows.loc[(rows["year"] == self.plan.baseline_year) & (rows["value"] > 0)]
        base = base[[*SERIES_KEY, "value"]].rename(columns={"value": "base"})
        base["industries"] = base.groupby(["area_code", "measure"])["base"].transform("size")
        rows = rows.assign(row=rows.index).merge(base, on=SERIES_KEY)
        rows = rows.merge(
            goals[["industry", "measure", "year", "kept"]], on=["industry", "measure", "year"]
        )
        rows["away"] = (rows["kept"] * rows["base"] - THRESHOLD_SCALE * rows["value"]).abs()
        years = rows.groupby(["area_code", "year", "measure"], sort=False)
        years = years.agg({"row": ["first", "size"], "industries": "max", "away": "max"})
        years.columns = pd.Index(["row", "size", "industries", "away"])
        is_whole = (years["size"] == years["industries"]) & (years["size"] >= INDUSTRIES_TO_JUDGE)
        # Less than half a unit away: the target, rounded to a whole number, is the figure.
        hits = years[is_whole & (2 * years["away"] < THRESHOLD_SCALE)]
        times = hits.groupby("area_code")["size"].transform("size")
        found = zip(hits["row"], hits["size"], times, strict=True)
        return [(self.series.loc[row], size, often) for row, size, often in found]
