"""Checks of an area against the areas below it: the province's cities, a city's counties.

A part is never more than the whole; where all parts are known, their sum is the whole.
"""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib.submissions.checks.held import Held
from gsyf_lib.submissions.findings import Found, told_of
from gsyf_lib.submissions.measures import GOOD, KEY

# which figure, whatever the area
OF_AREAS = KEY[1:]


def cities_add_up(in_force: Held) -> Iterator[Found]:
    """省级报送数应与各市合计相同；有市未报送的，不应小于已报送各市的合计。"""
    known = _known(in_force.rows)
    cities = known[known["level"] == "city"]
    below = cities.groupby(OF_AREAS)["value"].agg(["sum", "size"]).reset_index()
    above = known[known["level"] == "province"]
    count = len(in_force.plan.cities)
    for row in above.merge(below, on=OF_AREAS).to_dict("records"):
        is_whole = row["size"] == count
        if row["value"] < row["sum"] or (is_whole and row["value"] > row["sum"]):
            parts = "各市" if is_whole else f"已报送的{row['size']}个市"
            yield _told(row, "province-sum-differs", parts)


def counties_within_city(in_force: Held) -> Iterator[Found]:
    """各县合计不应大于市的数据。"""
    known = _known(in_force.rows)
    parents = in_force.plan.areas.set_index("code")["parent"]
    counties = known[known["level"] == "county"]
    counties = counties.assign(area_code=counties["area_code"].map(parents))
    below = counties.groupby(KEY)["value"].sum().rename("sum").reset_index()
    above = known[known["level"] == "city"].merge(below, on=KEY)
    for row in above[above["value"] < above["sum"]].to_dict("records"):
        yield _told(row, "counties-above-city", "各县")


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that are known, 无此行业 as 0. Ratios are left out: they do not add up."""
    known = rows[rows["state"].isin(GOOD)]
    known = known[~known["measure"].str.endswith("_per_million")]
    return known.assign(value=known["value"].fillna(0).astype("int64"))


def _told(row: dict, name: str, parts: str) -> Found:
    own = "填“无此行业”" if row["state"] == "absent" else f"报送{row['value']}"
    fields = {"area": row["area"], "own": own, "parts": parts, "sum": row["sum"]}
    return told_of(row, name, gap=abs(row["value"] - row["sum"]), **fields)


IN_FORCE_CHECKS = (cities_add_up, counties_within_city)
