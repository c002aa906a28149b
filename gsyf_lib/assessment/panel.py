"""The values as an array of areas, goals and years, so that figures are found by their place."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gsyf_lib.assessment.indicators import STATES

Places = NDArray[np.int64]
USABLE = ("figure", "bare")
FIGURES = ["numerator", "denominator", "state", "provisional", "basis"]


@dataclass(frozen=True)
class Panel:
    """The figures of some areas and goals, found by area, goal and year.

    years : the years in order
    row_at : places of areas, goals and years down, across and deep -> row of ``figures``
    figures : those of frames.VALUES, and below them one of state ``missing``
    """

    years: Places
    row_at: Places
    figures: pd.DataFrame

    @classmethod
    def of(
        cls, values: pd.DataFrame, areas: ArrayLike, goals: pd.DataFrame, first_year: int
    ) -> "Panel":
        """Lay values out; those of other areas and goals are left out.

        Parameters
        ----------
        values : frames.VALUES
        areas : codes of the areas, in the order of their places
        goals : ``industry`` and ``indicator``, one row per place
        first_year : a year to have besides those of ``values``
        """
        years = np.union1d(values["year"].unique().astype("int64"), [first_year])
        places = (
            _places(areas, values["area_code"]),
            goal_places(goals, values),
            _places(years, values["year"]),
        )
        inside = (places[0] >= 0) & (places[1] >= 0)
        rows = values.loc[inside, FIGURES]
        row_at = np.full((len(np.asarray(areas)), len(goals), len(years)), len(rows))
        row_at[tuple(place[inside] for place in places)] = np.arange(len(rows))
        return cls(years, row_at, _with_missing(rows))

    def look(self, area: Places, goal: Places, year: ArrayLike) -> pd.DataFrame:
        """Return the figures at these places in these years, ``missing`` where there is none."""
        deep = _places(self.years, np.broadcast_to(year, area.shape))
        rows = np.where(deep >= 0, self.row_at[area, goal, deep], len(self.figures) - 1)
        return self.figures.take(rows)

    def lines(self, area: Places, goal: Places) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what stands above and below the line, a column per year; NaN without a figure."""
        at = self.row_at[area, goal]
        upper, lower = self._counted
        return upper[at], lower[at]

    @cached_property
    def _counted(self) -> list[NDArray[np.float64]]:
        """Both counts of the rows of ``figures``, NaN where the state is another."""
        is_figure = self.figures["state"] == "figure"
        counts = (self.figures[name].where(is_figure) for name in ("numerator", "denominator"))
        return [count.to_numpy("float64", na_value=np.nan) for count in counts]


def _places(names: ArrayLike, column: ArrayLike) -> Places:
    """Return the place of each entry of ``column`` among ``names``, -1 if it is not there."""
    return pd.Index(names).get_indexer(column).astype("int64")


def goal_places(goals: pd.DataFrame, values: pd.DataFrame) -> Places:
    """Return the place among ``goals`` of each row's goal, -1 if it is none of them."""
    industries, indicators = goals["industry"].unique(), goals["indicator"].unique()
    table = np.full((len(industries) + 1, len(indicators) + 1), -1)
    cells = (_places(industries, goals["industry"]), _places(indicators, goals["indicator"]))
    table[cells] = np.arange(len(goals))
    return table[_places(industries, values["industry"]), _places(indicators, values["indicator"])]


def _with_missing(rows: pd.DataFrame) -> pd.DataFrame:
    """Put a row for "missing" below, and states and bases as categories, which compare fast."""
    below = {"state": "missing", "provisional": False, "basis": "submitted"}
    figures = pd.concat([rows, pd.DataFrame([below])], ignore_index=True)
    kinds = {
        "numerator": "Int64",
        "denominator": "Int64",
        "state": pd.CategoricalDtype([*STATES, "missing"]),
        "basis": pd.CategoricalDtype(["submitted", "sum"]),
        "provisional": "bool",
    }
    return figures.astype(kinds)
