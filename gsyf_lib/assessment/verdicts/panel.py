"""Values in; an array of areas, goals and years out, in which a figure is found by three numbers.

So that judging a whole country takes no join of frames by names.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gsyf_lib.assessment.indicators import VALUE_STATES, ValueState
from gsyf_lib.frames import THRESHOLD_SCALE

Numbers = NDArray[Any]
# Where figures are found: the numbers of area and goal, row by row.
AreaGoal = tuple[Numbers, Numbers]
# What is found out about rows, by the name of the column.
ByColumn = dict[str, Any]

GOAL = ["industry", "indicator"]


class Figures(NamedTuple):
    """One figure per row. Counts are 0 where there is none: ask ``state`` before using them."""

    numerator: Numbers
    denominator: Numbers
    state: Numbers
    provisional: NDArray[Any]
    is_sum: NDArray[Any]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there is a number to judge by."""
        return self.state <= ValueState.BARE

    @property
    def has_counts(self) -> NDArray[np.bool_]:
        """Where the counts are known: not of a bare ratio."""
        return self.state == ValueState.FIGURE


NO_FIGURE = (0, 0, ValueState.MISSING, False, False)


class Rows(NamedTuple):
    """Every area with every target of a kind, by number, and what the target says.

    threshold : in parts of ``THRESHOLD_SCALE``
    is_strict : below the baseline, however little
    """

    area_goal: AreaGoal
    target: Numbers
    year: Numbers
    baseline_year: Numbers
    threshold: Numbers
    is_strict: NDArray[np.bool_]


@dataclass(frozen=True)
class Panel:
    """The figures of some areas and goals, found by the numbers of area, goal and year.

    years : the years in order
    row_at : the row of ``figures`` for [area, goal, year]; its last row says ``MISSING``
    """

    years: Numbers
    row_at: Numbers
    figures: Figures

    @classmethod
    def of(
        cls, values: pd.DataFrame, areas: ArrayLike, targets: pd.DataFrame, first_year: int
    ) -> "Panel":
        """Arrange frames.VALUES by areas (codes, in their order) and the goals of the targets.

        ``first_year`` is there even if the values have none of it.
        """
        goals = targets[GOAL].drop_duplicates()
        years = np.union1d(values["year"].unique().astype("int64"), [first_year])
        at = (
            _index_of(areas, values["area_code"]),
            _goal_of(goals, values),
            _index_of(years, values["year"]),
        )
        inside = (at[0] >= 0) & (at[1] >= 0)
        rows = values[inside]
        # -1 is the last row of the figures, the one that is missing.
        row_at = np.full((len(np.asarray(areas)), len(goals), len(years)), -1)
        row_at[tuple(index[inside] for index in at)] = np.arange(len(rows))
        found = (
            *(rows[name].fillna(0).to_numpy("int64") for name in ("numerator", "denominator")),
            pd.Categorical(rows["state"], VALUE_STATES).codes,
            rows["provisional"].to_numpy(),
            (rows["basis"] == "sum").to_numpy(),
        )
        figures = (np.append(column, none) for column, none in zip(found, NO_FIGURE, strict=True))
        return cls(years, row_at, Figures(*figures))

    def at(self, area_goal: AreaGoal, year: ArrayLike) -> Figures:
        """Return the figures of a year, row by row; ``MISSING`` where there is none."""
        column = _index_of(self.years, np.broadcast_to(year, area_goal[0].shape))
        # A column of -1, a year that is not there, would silently read the last year.
        row = np.where(column >= 0, self.row_at[(*area_goal, column)], -1)
        return Figures(*(values[row] for values in self.figures))

    def series(self, area_goal: AreaGoal) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return numerators and denominators, a column per year; NaN without two counts."""
        figures = self.figures
        row = self.row_at[area_goal]
        upper, lower = (
            np.where(figures.has_counts, counts, np.nan)[row]
            for counts in (figures.numerator, figures.denominator)
        )
        return upper, lower

    def rows(self, targets: pd.DataFrame) -> Rows:
        """Return a row for every pair of an area and a target (of ``number_goals``)."""
        areas, columns = len(self.row_at), ("_goal", "year", "baseline_year", "_exact")
        # -1 is no year: coverage is compared with none.
        numbers = [targets.index, *(targets[name].fillna(-1).astype("int64") for name in columns)]
        is_strict = targets["rule"] == "below_baseline"
        target, goal, *facts = (np.tile(column, areas) for column in (*numbers, is_strict))
        area = np.repeat(np.arange(areas), len(targets))
        return Rows((area, goal), target, *facts)


def number_goals(targets: pd.DataFrame) -> pd.DataFrame:
    """Add to frames.TARGETS the number of the goal (industry and indicator), ``_goal``.

    Also ``_exact``, the threshold in parts of THRESHOLD_SCALE, never by a float; 0 for none.
    """
    exact = targets["threshold"].map(lambda t: int(t * THRESHOLD_SCALE), na_action="ignore")
    return targets.assign(
        _goal=targets.groupby(GOAL, sort=False).ngroup(),
        _exact=exact.fillna(0).astype("int64"),
        threshold=targets["threshold"].astype("float64"),
    )


def fewest(share: Numbers, people: Numbers) -> Numbers:
    """Return how many people make up a share (in parts of THRESHOLD_SCALE), rounded up."""
    # -(-a // b) rounds up.
    return -(-share * people // THRESHOLD_SCALE)


def most(kept: Numbers, cases: Numbers) -> Numbers:
    """Return how many cases a share (in parts of THRESHOLD_SCALE) leaves, rounded down."""
    return kept * cases // THRESHOLD_SCALE


def ratio(upper: Numbers, lower: Numbers, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return upper / lower where that is known, NaN elsewhere."""
    return np.divide(upper, lower, out=np.full(np.shape(upper), np.nan), where=known)


def where_known(counts: Numbers, known: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    """Return counts as whole numbers, missing where they are not known."""
    return pd.arrays.IntegerArray(counts, ~known)


def _goal_of(goals: pd.DataFrame, values: pd.DataFrame) -> Numbers:
    """Return which of the goals each value is of, from 0; -1 for none."""
    # By two small indexes: one of pairs would make half a million tuples of a country's values.
    names = [goals[name].unique() for name in GOAL]
    number = np.full([len(found) + 1 for found in names], -1)
    at_goals, at_values = (
        tuple(_index_of(found, frame[name]) for found, name in zip(names, GOAL, strict=True))
        for frame in (goals, values)
    )
    number[at_goals] = np.arange(len(goals))
    return number[at_values]


def _index_of(names: ArrayLike, column: ArrayLike) -> Numbers:
    """Return which of ``names`` each entry of ``column`` is, from 0; -1 for none."""
    return pd.Index(names).get_indexer(column).astype("int64")
