"""Plan and figures in; the province's change out, by city and industry, in cases that add up."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.indicators import (
    COUNTS,
    TOTAL,
    counted_industries,
    indicator_values,
    values_judged,
)
from gsyf_lib.plan import Plan

PAIR = ["indicator", "industry"]
NUMBERS = ["baseline", "value", "change"]
PARTS = ["city", "cities", "difference", "province"]


def contributions(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """与基期相比，全省的变化来自哪些市、哪些行业。

    Parameters
    ----------
    observations : frames.OBSERVATIONS，采用的报送数据（``submissions.observations``）
    year : 设有目标的年度

    Returns
    -------
    frames.CONTRIBUTIONS
        事故起数、伤亡人数各为一个市和行业的交叉表，两边都有合计；行业按附件顺序，市按行政区划代码排
        列。``change`` 负数为减少。全省的 ``change`` 已知的，各市合计加差额与它完全一致。

    Raises
    ------
    UsageError
        该年度没有目标。

    Notes
    -----
    两个年度都有数据的才计入；无此行业视为没有发生，不填数字。合计中有缺数的记为 ``partial``，并注明
    缺几个；这时全省合计与判定时一样为空。全省的变化按判定所用的数据计算（条款口径第18条，决定
    0002）；采用省级报送数的，与各市合计的差额单列一行，缺少的部分也在其中。

    Examples
    --------
    >>> found = gs.contributions(plan, submissions.observations, 2023)
    >>> rows = found.query("indicator == 'accidents' and industry == '建筑施工' and part != 'city'")
    >>> rows[["part", "change"]].to_dict("split")["data"]
    [['cities', -89], ['difference', 0], ['province', -89]]
    """
    submitted = indicator_values(observations, plan.indicators)
    ((_, values),) = values_judged(plan, submitted, [plan.check_year(year)])
    codes = plan.areas.set_index("level")["code"]
    cities, province = list(codes.loc[["city"]]), codes["province"]
    industries, years = counted_industries(plan, year), (plan.baseline_year, year)
    cells, whole = (_cells(values, areas, industries, *years) for areas in (cities, [province]))
    rows = _with_margins(cells, whole, province)
    names = plan.areas.set_index("code")["name"]
    rows = rows.assign(
        area=rows["area_code"].map(names), baseline_year=plan.baseline_year, year=year
    )
    return frames.conform(_in_order(rows, [*industries, TOTAL]), frames.CONTRIBUTIONS)


def _cells(
    values: pd.DataFrame, areas: Sequence[str], industries: Sequence[str], then: int, now: int
) -> pd.DataFrame:
    """Return the figures of both years for every area and industry, known or not."""
    # A row for every pair, also where nothing came: a matrix has no holes.
    key = [*PAIR, "area_code"]
    grid = pd.MultiIndex.from_product([COUNTS, industries, areas], names=key)
    old, new = (values[values["year"] == y].set_index(key).reindex(grid) for y in (then, now))
    complete = old["state"].isin(["figure", "absent"]) & new["state"].isin(["figure", "absent"])
    absent = (old["state"] == "absent") & (new["state"] == "absent")
    # Only a figure has a numerator.
    rows = pd.DataFrame({"baseline": old["numerator"], "value": new["numerator"]})
    cases = rows.fillna(0)
    rows["change"] = (cases["value"] - cases["baseline"]).where(complete)
    rows["state"] = np.select([~complete, absent], ["missing", "absent"], "figure")
    rows["missing"] = (~complete).astype(int)
    return rows.reset_index()


def _with_margins(cells: pd.DataFrame, whole: pd.DataFrame, province: str) -> pd.DataFrame:
    """Return the matrix, its sums by city and by industry, the difference, and the province."""
    every_city = _added(cells, ["indicator", "area_code"]).assign(industry=TOTAL, part="city")
    sums = [_added(cells, PAIR), _added(cells, ["indicator"]).assign(industry=TOTAL)]
    cities = pd.concat(sums).assign(area_code=province, part="cities")
    total = _added(whole, ["indicator"]).assign(industry=TOTAL)
    # Of the province only a whole total is judged: a partial sum is missing.
    is_part = total["state"] == "partial"
    total[NUMBERS] = total[NUMBERS].mask(is_part)
    total["state"] = total["state"].mask(is_part, "missing")
    provinces = pd.concat([whole, total]).assign(area_code=province, part="province")
    parts = [cells.assign(part="city"), every_city, cities, _difference(provinces, cities)]
    return pd.concat([*parts, provinces], ignore_index=True)


def _added(cells: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add the cells that are known in both years, and count those that are not."""
    flags = cells[key].assign(
        **{name: cells[name].where(cells["state"] != "missing") for name in NUMBERS},
        missing=cells["missing"],
        figures=(cells["state"] == "figure").astype(int),
    )
    # min_count=1: the sum of nothing is missing, not 0.
    rows = flags.groupby(key, as_index=False, sort=False).sum(min_count=1)
    is_whole, has_figures = rows["missing"] == 0, rows.pop("figures") > 0
    rows["state"] = np.select(
        [is_whole & has_figures, is_whole, has_figures], ["figure", "absent", "partial"], "missing"
    )
    rows[["baseline", "value"]] = rows[["baseline", "value"]].where(has_figures)
    rows["change"] = rows["change"].fillna(0).where(rows["state"] != "missing")
    return rows


def _difference(provinces: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Return the province less its cities; so it includes what cities did not hand in."""
    both = provinces.merge(cities, on=PAIR, suffixes=("", "_cities"))
    known = both["state"] != "missing"
    for name in NUMBERS:
        gap = both[name].fillna(0) - both[f"{name}_cities"].fillna(0)
        both[name] = gap.where(known)
    both["state"] = both["state"].mask(known & (both["missing_cities"] > 0), "partial")
    return both.assign(part="difference", missing=both["missing_cities"])


def _in_order(rows: pd.DataFrame, industries: list[str]) -> pd.DataFrame:
    """Sort by indicator, industry as in the annex, part, area code."""
    orders = {"indicator": [*COUNTS], "industry": industries, "part": PARTS}
    ranks = {name: pd.Index(order).get_indexer(rows[name]) for name, order in orders.items()}
    return rows.take(np.lexsort((rows["area_code"], *reversed(ranks.values()))))
