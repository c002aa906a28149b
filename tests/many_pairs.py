"""Many pairs of counts judged at once."""

from decimal import Decimal

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.verdicts import judge
from gsyf_lib.plan.readings import Readings

COAL = "煤矿"


def judge_counts(pairs: list[tuple[int, int]], threshold: str | None) -> pd.DataFrame:
    """Judge many (baseline, value) pairs at once, one area each."""
    n = len(pairs)
    codes = [f"{number:06d}" for number in range(n)]
    areas = pd.DataFrame({"code": codes, "name": codes, "aliases": "", "level": "city"})
    areas["parent"] = ""
    values = pd.concat(
        pd.DataFrame(
            {
                "area_code": codes,
                "industry": COAL,
                "indicator": "accidents",
                "year": year,
                "numerator": [pair[side] for pair in pairs],
                "denominator": 1,
                "state": "figure",
                "provisional": False,
                "basis": "submitted",
            }
        )
        for side, year in enumerate((2019, 2023))
    )
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
    return judge(
        frames.conform(values, frames.VALUES),
        frames.conform(pd.DataFrame([target]), frames.TARGETS),
        areas,
        baseline_year=2019,
        last_year=2025,
        readings=Readings(),
    )
