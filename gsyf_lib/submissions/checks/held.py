"""All figures of all files in one frame: what the checks across files, areas and years ask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import Found, listed, source_of
from gsyf_lib.submissions.measures import MEASURES, PLACE, TABLE_OF, about, keys_of
from gsyf_lib.submissions.read.names import Names

SERIES = ["area_code", "industry", "measure"]
TABLE = ["area_code", "table", "year"]
# a table of fewer industries is not judged as a whole
INDUSTRIES_TO_JUDGE = 4
# thresholds in parts of ten thousand, so that whole numbers decide
WHOLE = 10_000


@dataclass
class Held:
    """Figures of all files: all that were handed in, or those of them that are in force.

    rows : frames.OBSERVATIONS; of what was handed in the key is not unique
    revisions : frames.REVISIONS, what took the place of what
    as_of : the day looked from
    """

    plan: Plan
    names: Names
    rows: pd.DataFrame
    revisions: pd.DataFrame = field(default_factory=frames.REVISIONS.empty)
    as_of: pd.Timestamp = pd.NaT

    def withhold(self, labels: Any) -> None:
        """Keep that the figures with these labels are there, but use them no more."""
        if len(labels):
            is_withheld = self.rows.index.isin(labels)
            self.rows = self.rows.assign(
                state=self.rows["state"].astype("str").mask(is_withheld, "withheld"),
                value=self.rows["value"].mask(is_withheld),
            )

    @cached_property
    def labels(self) -> dict[str, np.ndarray]:
        """The position of each measure's figure by place (area, industry, year), -1 for none."""
        place = self.rows.groupby(PLACE, sort=False, observed=True).ngroup().to_numpy()
        found = {name: np.full(place.max(initial=-1) + 1, -1) for name in MEASURES}
        for name in MEASURES:
            at = np.flatnonzero(self.rows["measure"] == name)
            found[name][place[at]] = at
        return found

    def known(self, measure: str) -> np.ndarray:
        """Return the figures of a measure by place, NaN where there is none."""
        at = self.labels[measure]
        values = self.rows["value"].where(self.rows["state"] == "figure")
        return np.where(at < 0, np.nan, values.to_numpy("float64", na_value=np.nan)[at])

    def found(
        self, name: str, rows: Iterable[int], measures: Iterable[str], **fields: Any
    ) -> Found:
        """Return a finding on the figures of places, told of the last of them to come.

        They may be from several files, which are all named.
        """
        at = [self.labels[measure][place] for place in rows for measure in measures]
        told = self.rows.iloc[[label for label in at if label >= 0]]
        told = told[told["state"] == "figure"]
        told = told.sort_values("received_on", ascending=False, kind="stable")
        last = told.iloc[0]
        places = listed(
            f"《{row.file}》{row.cell}（{row.received_on.date()}收到）" for row in told.itertuples()
        )
        return Found(
            name,
            source_of(last),
            last["cell"],
            about(last),
            touches=keys_of(told),
            withholds=told.index,
            more=f"（各次报送合在一起看：{places}）",
            **fields,
        )

    @cached_property
    def series(self) -> pd.DataFrame:
        """The figures with a value, each beside its neighbours of the years before.

        Besides the columns of ``rows`` there are ``last`` and ``last_year``, ``before`` (the year
        before that) and ``table``; years without data are passed over.
        """
        figures = self.rows[self.rows["state"] == "figure"]
        # few texts in many rows: numbers are grouped and compared many times as fast
        figures = figures.astype(dict.fromkeys([*SERIES, "level"], "category"))
        figures = figures.sort_values([*SERIES, "year"])
        groups = figures.groupby(SERIES, sort=False)
        return figures.assign(
            last=groups["value"].shift().astype("float64"),
            last_year=groups["year"].shift().astype("float64"),
            before=groups["value"].shift(2).astype("float64"),
            value=figures["value"].astype("float64"),
            table=figures["measure"].map(TABLE_OF),
        )

    @cached_property
    def tables(self) -> pd.DataFrame:
        """One row per table and year of the province and its cities, if whole enough to judge.

        ``row`` is the label of its first figure; ``same``, ``last_year`` and ``oldest`` tell how
        its figures compare with their neighbours of the year before.
        """
        rows = self.series[self.series["level"] != "county"]
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
        rows = self.series[self.series["level"] != "county"]
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
        return [(self.series.loc[row], size, often) for row, size, often in found]
