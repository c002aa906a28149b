"""Values in; an array of areas, goals and years out, in which a figure is found by three numbers.

So that judging a whole country takes no join of frames by names.
"""

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
    """The figures of some areas and goals, found by the numbers of area, goal and year.

    years : the years in order
    row_at : the row of ``figures`` for [area, goal, year]
    figures : those of frames.VALUES, and as the last row one of state ``missing``
    """

    years: Places
    row_at: Places
    figures: pd.DataFrame

    @classmethod
    def of(
        cls, values: pd.DataFrame, areas: ArrayLike, goals: pd.DataFrame, first_year: int
    ) -> "Panel":
        """Arrange values; those of other areas and goals are left out.

        Parameters
        ----------
        values : frames.VALUES
        areas : codes of the areas, in the order of their numbers
        goals : ``industry`` and ``indicator``, in the order of their numbers
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
        # All point to the last row ("missing") until a figure is found.
        row_at = np.full((len(np.asarray(areas)), len(goals), len(years)), len(rows))
        row_at[tuple(place[inside] for place in places)] = np.arange(len(rows))
        return cls(years, row_at, _with_missing(rows))

    def figures_at(self, area: Places, goal: Places, year: ArrayLike) -> pd.DataFrame:
        """Return the figures of these areas, goals and years; ``missing`` where there is none."""
        column = _places(self.years, np.broadcast_to(year, area.shape))
        # -1, a year that is not there, would silently read the last one.
        rows = np.where(column >= 0, self.row_at[area, goal, column], len(self.figures) - 1)
        return self.figures.take(rows)

    def counts(self, area: Places, goal: Places) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return numerators and denominators, a column per year; NaN without a figure."""
        rows = self.row_at[area, goal]
        numerators, denominators = self._counts
        return numerators[rows], denominators[rows]

    @cached_property
    def _counts(self) -> list[NDArray[np.float64]]:
        """Numerators and denominators of ``figures``, NaN where the state is not ``figure``."""
        is_figure = self.figures["state"] == "figure"
        counts = (self.figures[name].where(is_figure) for name in ("numerator", "denominator"))
        return [count.to_numpy("float64", na_value=np.nan) for count in counts]


def _places(names: ArrayLike, column: ArrayLike) -> Places:
    """Return which of ``names`` each entry of ``column`` is, from 0; -1 for none."""
    return pd.Index(names).get_indexer(column).astype("int64")


def goal_places(goals: pd.DataFrame, values: pd.DataFrame) -> Places:
    """Return which of ``goals`` each row is about, from 0; -1 for none."""
    industries, indicators = goals["industry"].unique(), goals["indicator"].unique()
    # A row and a column more than needed: -1, an unknown name, indexes the last, which holds -1.
    table = np.full((len(industries) + 1, len(indicators) + 1), -1)
    cells = (_places(industries, goals["industry"]), _places(indicators, goals["indicator"]))
    table[cells] = np.arange(len(goals))
    return table[_places(industries, values["industry"]), _places(indicators, values["indicator"])]


def _with_missing(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the row for "missing"; make states and bases categories, which compare fast."""
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
