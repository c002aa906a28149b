"""Many pairs of counts judged at once, a city each."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd

import gsyf_lib as gs
from gsyf_lib import frames

COAL = "煤矿"


def judge_counts(pairs: list[tuple[int, int]], threshold: str | None) -> pd.DataFrame:
    """Judge many (baseline, value) pairs by a decline, or by "fewer than the baseline"."""
    codes = [f"{number:06d}" for number in range(len(pairs))]
    results = gs.assess(_plan(tuple(codes), threshold), _observations(codes, pairs), 2023)
    judged = results["counted"] & (results["level"] == "city")
    return results[judged].reset_index(drop=True)


@cache
def _plan(codes: tuple[str, ...], threshold: str | None) -> gs.Plan:
    """Return the plan with one goal, for these cities."""
    plan = gs.load_plan(Path(__file__).parents[1] / "data")
    cities = pd.DataFrame({"code": codes, "name": codes, "aliases": "", "level": "city"})
    areas = pd.concat([plan.areas[plan.areas["level"] == "province"], cities.assign(parent="")])
    target = {
        "year": 2023,
        "industry": COAL,
        "indicator": "accidents",
        "rule": "decline_at_least" if threshold else "below_baseline",
        "threshold": Decimal(threshold) if threshold else None,
        "baseline_year": 2019,
        "department": "应急管理部门",
        "source": "",
    }
    targets = frames.conform(pd.DataFrame([target]), frames.TARGETS)
    return replace(plan, areas=frames.conform(areas, frames.AREAS), targets=targets)


def _observations(codes: list[str], pairs: list[tuple[int, int]]) -> pd.DataFrame:
    figures = pd.concat(
        pd.DataFrame({"area_code": codes, "year": year, "value": [pair[side] for pair in pairs]})
        for side, year in enumerate((2019, 2023))
    )
    day = pd.Timestamp("2099-01-01")
    figures = figures.assign(
        area=figures["area_code"],
        level="city",
        industry=COAL,
        measure="accidents",
        state="figure",
        received_on=day,
        first_received_on=day,
        file="a.csv",
        sheet="",
        cell="A1",
    )
    return frames.conform(figures, frames.OBSERVATIONS)
