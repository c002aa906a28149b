"""Plan and figures in; the province's change out, by city and industry, in cases that add up."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.indicators import COUNTS, TOTAL, indicator_values
from gsyf_lib.assessment.scopes import values_judged
from gsyf_lib.plan import Plan

PAIR = ["indicator", "industry"]
NUMBERS = ["baseline", "value"]


def contributions(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return which city and which industry made the province's change since the baseline year.

    Parameters
    ----------
    plan : Plan
    observations : frames.OBSERVATIONS
    year : a year with targets

    Returns
    -------
    frames.CONTRIBUTIONS
        For accidents and casualties a matrix of cities and industries with both margins, in the
        order of the annex and of the area codes. Where ``change`` of the province is known,
        the cities' sum and the difference add up to it exactly.

    Raises
    ------
    UsageError
        The year has no targets.

    Notes
    -----
    A figure counts only if both years are there; 无此行业 is no case, and has no number. A sum that
    lacks one is ``partial`` and says how many; the province's total is then missing, as judged.
    The province's change is that of the figures judged (reading 18, decision 0002); where they
    are its own, the difference to the cities is a line of its own, and holds what is missing.

    Examples
    --------
    >>> found = gs.contributions(plan, submissions.observations, 2023)
    >>> rows = found.query("indicator == 'accidents' and industry == '建筑施工' and part != 'city'")
    >>> rows[["part", "change"]].to_dict("split")["data"]
    [['cities', -89], ['difference', 0], ['province', -89]]
    """
    plan.check_year(year)
    values = values_judged(plan, indicator_values(observations, plan.indicators), year)
    codes = plan.areas.set_index("level")["code"]
    cities, province = list(codes.loc[["city"]]), codes["province"]
    industries, years = _industries(plan, year), (plan.baseline_year, year)
    cells = _cells(values, cities, industries, *years).assign(part="city")
    whole = _cells(values, [province], industries, *years).assign(part="province")
    rows = pd.concat([*_with_margins(cells, whole, province)], ignore_index=True)
    names = plan.areas.set_index("code")["name"]
    rows = rows.assign(
        area=rows["area_code"].map(names), baseline_year=plan.baseline_year, year=year
    )
    return frames.conform(_in_order(rows, [*industries, TOTAL]), frames.CONTRIBUTIONS)


def _industries(plan: Plan, year: int) -> list[str]:
    """Return the industries with a goal on counts, in the order of the annex."""
    goals = plan.targets[(plan.targets["year"] == year) & plan.targets["indicator"].isin(COUNTS)]
    return [name for name in plan.industries["name"] if name in set(goals["industry"])]


def _cells(
    values: pd.DataFrame, areas: Sequence[str], industries: Sequence[str], then: int, now: int
) -> pd.DataFrame:
    """Return the figures of both years for every area and industry, known or not."""
    # A row for every pair, also where nothing came: a matrix has no holes.
    key = [*PAIR, "area_code"]
    grid = pd.MultiIndex.from_product([COUNTS, industries, areas], names=key)
    figures = [values[values["year"] == y].set_index(key).reindex(grid) for y in (then, now)]
    known = [frame["state"].isin(["figure", "absent"]) for frame in figures]
    absent = [frame["state"] == "absent" for frame in figures]
    rows = pd.DataFrame(
        {
            name: frame["numerator"].where(frame["state"] == "figure")
            for name, frame in zip(NUMBERS, figures, strict=True)
        }
    )
    cases = rows.fillna(0)
    complete = known[0] & known[1]
    rows["change"] = (cases["value"] - cases["baseline"]).where(complete)
    rows["state"] = np.select([~complete, absent[0] & absent[1]], ["missing", "absent"], "figure")
    rows["missing"] = (~complete).astype(int)
    return rows.reset_index()


def _with_margins(
    cells: pd.DataFrame, whole: pd.DataFrame, province: str
) -> tuple[pd.DataFrame, ...]:
    """Return the matrix, its sums by city and by industry, the difference, and the province."""
    total = {"industry": TOTAL}
    every_city = _added(cells, ["indicator", "area_code"]).assign(**total, part="city")
    every_cell = _added(cells, ["indicator"]).assign(**total)
    cities = pd.concat([_added(cells, PAIR), every_cell], ignore_index=True)
    cities = cities.assign(area_code=province, part="cities")
    all_of_it = _all_or_nothing(_added(whole, ["indicator"])).assign(**total, area_code=province)
    provinces = pd.concat([whole, all_of_it.assign(part="province")], ignore_index=True)
    return cells, every_city, cities, _difference(provinces, cities), provinces


def _added(cells: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add the cells that are known in both years, and count those that are not."""
    known = cells["state"] != "missing"
    flags = cells[key].assign(
        **{name: cells[name].where(known) for name in (*NUMBERS, "change")},
        missing=cells["missing"],
        figures=(cells["state"] == "figure").astype(int),
    )
    # min_count=1: the sum of nothing is missing, not 0.
    rows = flags.groupby(key, as_index=False, sort=False).sum(min_count=1)
    is_whole, has_figures = rows["missing"] == 0, rows["figures"] > 0
    rows["state"] = np.select(
        [is_whole & has_figures, is_whole, has_figures], ["figure", "absent", "partial"], "missing"
    )
    rows[NUMBERS] = rows[NUMBERS].where(has_figures)
    rows["change"] = rows["change"].fillna(0).where(rows["state"] != "missing")
    return rows.drop(columns="figures")


def _all_or_nothing(rows: pd.DataFrame) -> pd.DataFrame:
    """Make partial sums missing: of the province, only a whole total is judged."""
    part = rows["state"] == "partial"
    numbers = [*NUMBERS, "change"]
    return rows.assign(
        **{name: rows[name].mask(part) for name in numbers},
        state=rows["state"].mask(part, "missing"),
    )


def _difference(provinces: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Return the province less its cities; so it includes what cities did not hand in."""
    both = provinces.merge(cities, on=PAIR, suffixes=("", "_cities"))
    known = both["state"] != "missing"
    for name in (*NUMBERS, "change"):
        gap = both[name].fillna(0) - both[f"{name}_cities"].fillna(0)
        both[name] = gap.where(known)
    both["state"] = both["state"].mask(known & (both["missing_cities"] > 0), "partial")
    return both.assign(part="difference", missing=both["missing_cities"])


def _in_order(rows: pd.DataFrame, industries: list[str]) -> pd.DataFrame:
    """Sort by indicator, industry as in the annex, part, area code."""
    orders = {
        "indicator": COUNTS,
        "industry": industries,
        "part": ("city", "cities", "difference", "province"),
    }
    rank = {
        name: rows[name].map({value: n for n, value in enumerate(order)})
        for name, order in orders.items()
    }
    keys = pd.DataFrame({**rank, "area_code": rows["area_code"]})
    return rows.loc[keys.sort_values(list(keys.columns), kind="stable").index]
