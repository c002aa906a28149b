"""What a chart over the years draws: frames.RESULTS in; an area's rows, years and goals out."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gsyf_lib.assessment import select_area
from gsyf_lib.errors import UsageError


@dataclass(frozen=True, eq=False)
class Goal:
    """One goal of an area over the years: ``rows`` of all target years, ``year`` the last drawn.

    The rows are frames.RESULTS in the order of years, and have the year as their index.
    """

    rows: pd.DataFrame
    year: int

    @property
    def now(self) -> pd.Series:
        """The row of the last year drawn."""
        return self.rows.loc[self.year]

    @property
    def drawn(self) -> pd.DataFrame:
        """The rows up to the last year drawn."""
        return self.rows[self.rows["year"] <= self.year]

    @property
    def provisional(self) -> list[int]:
        """The years whose figures may still be corrected."""
        return list(self.rows.index[self.rows["provisional"]])

    def known(self, column: str) -> dict[int, float]:
        """Return the figures of a column by year, without the years that have none."""
        return dict(self.drawn[column].dropna().items())


def goals_by(rows: pd.DataFrame, column: str, year: int) -> dict[str, Goal]:
    """Return a goal for each value of a column (industry or indicator), in the order of the rows.

    Parameters
    ----------
    rows : frames.RESULTS; together with the column, the year tells the rows apart
    column : industry or indicator
    year : the last year drawn
    """
    # The index has no name: the year stays a column, too, and pandas would not know which is meant.
    ordered = rows.sort_values("year")
    by_year = ordered.set_index(ordered["year"].astype(int).rename(None))
    return {name: Goal(by_year[by_year[column] == name], year) for name in rows[column].unique()}


def area_rows(results: pd.DataFrame, area: str, indicators: Iterable[str]) -> pd.DataFrame:
    """Return the results of one area on these indicators.

    Raises
    ------
    UsageError
        The results know no such area.
    """
    rows = select_area(results, area)
    return rows[rows["indicator"].isin(list(indicators))]


def year_drawn(rows: pd.DataFrame, year: int | None) -> int:
    """Return the last year to draw: ``year``, or the latest with a figure (else the first).

    Raises
    ------
    UsageError
        The results hold no such targets, or none of ``year``.
    """
    years = sorted(int(y) for y in rows["year"].unique())
    if not years:
        raise UsageError("考核结果中没有这类目标，无法作图；请传入 gs.assess 的全部结果。")
    if year is None:
        return max((int(y) for y in rows.loc[rows["value"].notna(), "year"]), default=years[0])
    if year not in years:
        raise UsageError(
            f"{year}年没有年度目标，无法作图；可选：{'、'.join(str(y) for y in years)}。"
        )
    return year
