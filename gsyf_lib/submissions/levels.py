"""Figures of an area against those of the areas below it: the province's cities, a city's counties.

A part is never more than the whole; where all parts are known, their sum is the whole.
"""

import pandas as pd

from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import Findings, Source

__all__ = ["LEVEL_CHECKS", "cities_add_up", "counties_within_city"]

KEY = ["industry", "year", "measure"]


def cities_add_up(plan: Plan, observations: pd.DataFrame, findings: Findings) -> None:
    """省级报送数应与各市合计相同；有市未报送的，不应小于已报送各市的合计。"""
    known = _known(observations)
    cities = known[known["level"] == "city"]
    below = cities.groupby(KEY)["value"].agg(["sum", "size"]).reset_index()
    above = known[known["level"] == "province"]
    count = len(plan.cities)
    for row in above.merge(below, on=KEY).to_dict("records"):
        is_whole = row["size"] == count
        if row["value"] < row["sum"] or (is_whole and row["value"] > row["sum"]):
            parts = "各市" if is_whole else f"已报送的{row['size']}个市"
            _tell(row, parts, "province-sum-differs", findings)


def counties_within_city(plan: Plan, observations: pd.DataFrame, findings: Findings) -> None:
    """各县合计不应大于市的数据。"""
    known = _known(observations)
    parents = plan.areas.set_index("code")["parent"]
    counties = known[known["level"] == "county"]
    counties = counties.assign(area_code=counties["area_code"].map(parents))
    below = counties.groupby(["area_code", *KEY])["value"].sum().rename("sum").reset_index()
    above = known[known["level"] == "city"].merge(below, on=["area_code", *KEY])
    for row in above[above["value"] < above["sum"]].to_dict("records"):
        _tell(row, "各县", "counties-above-city", findings)


LEVEL_CHECKS = (cities_add_up, counties_within_city)


def _known(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that are known; 无此行业 adds nothing. Bare ratios do not add up."""
    known = observations[observations["state"].isin(["figure", "absent"])]
    known = known[~known["measure"].str.endswith("_per_million")]
    return known.assign(value=known["value"].fillna(0).astype("int64"))


def _tell(row: dict, parts: str, code: str, findings: Findings) -> None:
    own = "填“无此行业”" if row["state"] == "absent" else f"报送{row['value']}"
    gap = abs(row["value"] - row["sum"])
    said = f"{row['area']}{own}，{parts}合计{row['sum']}，相差{gap}"
    message = f"{said}。请核对，有误的更正后重新报送"
    source = Source(row["file"], row["received_on"], row["sheet"])
    about = {name: row[name] for name in ("area_code", "area", "industry", "year", "measure")}
    findings.add("warning", code, source, message, row["cell"], **about)
