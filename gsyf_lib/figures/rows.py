"""Which rows of the results a figure draws: its area, its years, and where a line breaks."""

from collections.abc import Iterable, Mapping

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.words import select_area

__all__ = ["area_rows", "areas", "by_year", "gap_years", "runs", "year_drawn"]


def areas(results: pd.DataFrame) -> list[str]:
    """Return the province and the cities in the order of the results."""
    return list(results.loc[results["level"] != "county", "area"].unique())


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


def by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one goal in the order of years, indexed by year."""
    ordered = rows.sort_values("year")
    return ordered.set_index(ordered["year"].astype(int).rename(None))


def runs(points: Mapping[int, float]) -> list[dict[int, float]]:
    """Split the points into runs of consecutive years: no line crosses a year without a figure.

    Examples
    --------
    >>> runs({2019: 0.0, 2021: -0.1, 2022: -0.2})
    [{2019: 0.0}, {2021: -0.1, 2022: -0.2}]
    """
    parts: list[dict[int, float]] = []
    for year in sorted(points):
        if not parts or year - 1 not in parts[-1]:
            parts.append({})
        parts[-1][year] = points[year]
    return parts


def gap_years(first: int, years: Iterable[int]) -> list[int]:
    """Return the years between the first one compared with and the targets, without a target.

    Results of one year alone do not tell which years before it had a target: no gap is claimed.

    Examples
    --------
    >>> gap_years(2019, [2021, 2022]), gap_years(2019, [2023])
    ([2020], [])
    """
    targets = set(years)
    return list(range(first + 1, min(targets))) if len(targets) > 1 else []
