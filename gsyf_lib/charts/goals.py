"""What a chart over the years draws: results in; goals out, by panel and by figure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import select_area
from gsyf_lib.charts.figure import Figure, FigureSeries
from gsyf_lib.errors import UsageError

EVERY = "各地区"  # every area
MOST = 12  # panels of a figure: four rows of three are what a page of A4 has room for


@dataclass(frozen=True, eq=False)
class Goal:
    """One goal of an area over the years: ``rows`` of all target years, ``year`` the last drawn.

    The rows are frames.RESULTS in the order of years, and have the year as their index.
    """

    rows: pd.DataFrame
    year: int

    @cached_property
    def now(self) -> pd.Series:
        """The row of the last year drawn."""
        return self.rows.loc[self.year]

    @cached_property
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


Panels: TypeAlias = Mapping[str, list[Goal]]


def rows_of(results: pd.DataFrame, area: str | None, indicators: Collection[str]) -> pd.DataFrame:
    """Return the results on these indicators: of an area, or (None) of the province and its cities.

    UsageError if the results know no such area.
    """
    rows = results[results["level"] != "county"] if area is None else select_area(results, area)
    return rows[rows["indicator"].isin(indicators)]


def panels_by(rows: pd.DataFrame, column: str, year: int | None) -> Panels:
    """Return a panel for each area, industry or indicator, with its goals, in the rows' order.

    ``year`` is the last drawn; None: the latest with a figure, or the first. UsageError if the
    results hold no such targets, or none of ``year``.
    """
    last = _year_drawn(rows, year)
    # The index has no name: the year stays a column, too, and pandas would not know which is meant.
    by_year = rows.set_index(rows["year"].astype(int).rename(None))
    return {
        name: [
            Goal(goal.sort_index(), last)
            for _, goal in panel.groupby(["indicator", "industry"], sort=False)
        ]
        for name, panel in by_year.groupby(column, sort=False)
    }


def _year_drawn(rows: pd.DataFrame, year: int | None) -> int:
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


def verdicts(panels: Panels) -> str:
    """Return how many goals have which verdict in the last year drawn, by indicator."""
    now = pd.DataFrame([goal.now for goals in panels.values() for goal in goals])
    return "；".join(
        f"{wording.INDICATORS[code]}{wording.verdict_list(rows)}"
        for code, rows in now.groupby("indicator", sort=False)
    )


def in_pages(panels: Panels, draw: Callable[[Panels, str], Figure]) -> FigureSeries:
    """Return figures of at most 12 areas each; ``draw`` is given a phrase for who they are."""
    every, drawings = list(panels.items()), []
    for start in range(0, len(every), MOST):
        page = every[start : start + MOST]
        which = f"第{start + 1}～{start + len(page)}个地区（共{len(every)}个）"
        areas = which if len(every) > MOST else EVERY
        drawings.append(partial(draw, dict(page), areas))
    return FigureSeries(drawings)
