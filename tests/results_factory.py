"""Synthetic results frames for the figures: small, mixed, made without the code under test.

``RESULTS`` covers two cities and the province; its figures are invented.
"""

from typing import Any

import pandas as pd

from gsyf_lib import frames

YEARS = (2021, 2022, 2023, 2024, 2025)
TOTAL = "重点行业合计"
DECLINES = dict(zip(YEARS, (None, 0.05, 0.10, 0.15, 0.20), strict=True))
COVERAGES = dict(zip(YEARS, (0.70, 0.80, 0.90, 0.95, 1.00), strict=True))
AREAS = {
    "山西省": ("140000", "province"),
    "太原市": ("140100", "city"),
    "大同市": ("140200", "city"),
}
ABSENT, MISSING = "absent", None
Count = int | str | None


def row(area: str, industry: str, indicator: str, year: int, **more: Any) -> dict[str, Any]:
    """Return a row of frames.RESULTS without a figure; ``more`` overrides."""
    code, level = AREAS.get(area, ("149900", "city"))
    names = {"area_code": code, "area": area, "level": level, "industry": industry}
    texts = dict.fromkeys(("rule", "reason", "outlook", "department", "compared"), "")
    empty = dict.fromkeys(
        ("baseline", "value", "decline", "threshold", "interval_low", "interval_high", "luck"),
        float("nan"),
    )
    whole = dict.fromkeys(("baseline_year", "numerator", "denominator", "allowed", "margin"), pd.NA)
    rest = {"status": "not_reported", "provisional": False, "projected": float("nan")}
    return {
        **names, **texts, **empty, **whole, **rest, "indicator": indicator, "year": year, **more,
    }  # fmt: skip


def count_row(
    area: str, industry: str, indicator: str, year: int, then: Count, now: Count, **more: Any
) -> dict[str, Any]:
    """Return the row of a count: ``then`` in 2019, ``now`` in ``year``."""
    goal = DECLINES[year]
    more = {
        "baseline_year": 2019,
        "threshold": float("nan") if goal is None else goal,
        "rule": "below_baseline" if goal is None else "decline_at_least",
        **more,
    }
    if now == ABSENT:
        return row(area, industry, indicator, year, status="not_applicable", **more)
    if isinstance(then, int):
        more["baseline"] = float(then)
    if isinstance(now, int):
        more |= {"value": float(now), "numerator": now}
    if isinstance(then, int) and isinstance(now, int):
        more |= _count_verdict(then, now, goal)
    return row(area, industry, indicator, year, **more)


def _count_verdict(then: int, now: int, goal: float | None) -> dict[str, Any]:
    if then == 0:
        return {"status": "missed" if now else "met"}
    met = now < then if goal is None else 100 * now <= (100 - round(100 * goal)) * then
    decline = (then - now) / then
    spread = 1.5 / then**0.5
    return {
        "status": "met" if met else "missed",
        "decline": decline,
        "interval_low": decline - 1.3 * spread,
        "interval_high": min(decline + spread, 1.0),
    }


def count_rows(
    area: str, industry: str, indicator: str, then: Count, now: tuple[Count, ...], **more: Any
) -> list[dict[str, Any]]:
    """Return the rows of a count for all target years; years beyond ``now`` are not reported."""
    figures = dict(zip(YEARS, now, strict=False))
    return [count_row(area, industry, indicator, y, then, figures.get(y), **more) for y in YEARS]


def coverage_rows(
    area: str, industry: str, indicator: str, now: tuple[Any, ...]
) -> list[dict[str, Any]]:
    """Return the rows of a coverage; ``now`` holds (trained, persons) per year, from 2021 on."""
    figures = dict(zip(YEARS, now, strict=False))
    rows = []
    for year in YEARS:
        goal, pair = COVERAGES[year], figures.get(year)
        more: dict[str, Any] = {"rule": "coverage_at_least", "threshold": goal}
        if pair == ABSENT:
            more["status"] = "not_applicable"
        elif pair is not None:
            trained, persons = pair
            met = 100 * trained >= round(100 * goal) * persons
            more |= {"numerator": trained, "denominator": persons, "value": trained / persons}
            more["status"] = "met" if met else "missed"
        rows.append(row(area, industry, indicator, year, **more))
    return rows


def share_rows(area: str, first: float, now: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the rows of the share; ``now`` holds (short, all) or a bare ratio per year."""
    figures = dict(zip(YEARS, now, strict=False))
    rows, before, before_year = [], first, 2019
    for year in YEARS:
        figure = figures.get(year)
        more: dict[str, Any] = {
            "rule": "falling", "baseline_year": before_year, "baseline": before,
            "provisional": year == 2023,
        }  # fmt: skip
        if figure == (0, 0):
            more |= {"numerator": 0, "denominator": 0, "status": "undefined"}
            more["reason"] = "no_reported_cases"
        elif figure is not None:
            bare = isinstance(figure, float)
            value = figure if bare else figure[0] / figure[1]
            more |= {"value": value, "status": "met" if value < before else "missed"}
            if not bare:
                more |= {"numerator": figure[0], "denominator": figure[1]}
            before, before_year = value, year
        rows.append(row(area, "涉尘行业", "short_exposure_share", year, **more))
    return rows


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows as frames.RESULTS."""
    made = pd.DataFrame(rows)
    counted = (made["indicator"] != "joint") & (made["industry"] != TOTAL)
    return frames.conform(made.assign(counted=counted), frames.RESULTS)


def taiyuan() -> list[dict[str, Any]]:
    """Return a city with every case: a rise from zero, no coal-like industry, a late figure."""
    counts = {
        "危险化学品": ((8, (7, 8, 9)), (11, (9, 12, 25))),
        "煤矿": ((12, (11, 10, 9)), (20, (18, 17, 19))),
        "非煤矿山": ((0, (0, 1, 3)), (0, (0, 2, 5))),
        "建筑施工": ((26, (24, MISSING, 20)), (31, (30, MISSING, 25))),
        "交通运输": ((240, (232, 226, 216)), (412, (405, 380, 371))),
        "机械制造": ((5, (ABSENT,) * 5), (7, (ABSENT,) * 5)),
    }
    coverage = {
        "危险化学品": ((152, 200), (170, 200), (186, 200)),
        "煤矿": ((710, 1000), (840, 1000), (930, 1000)),
        "非煤矿山": ((40, 60), (50, 60), (54, 60)),
        "建筑施工": ((390, 600), (470, 600), (528, 600)),
        "交通运输": ((800, 1000), (MISSING), (959, 1000)),
        "机械制造": (ABSENT,) * 5,
    }
    rows = []
    for industry, (accidents, casualties) in counts.items():
        provisional = industry == "煤矿"
        for indicator, (then, now) in (("accidents", accidents), ("casualties", casualties)):
            new = count_rows("太原市", industry, indicator, then, now)
            new[2]["provisional"] = provisional
            rows += new
        rows += coverage_rows("太原市", industry, "safety_training_coverage", coverage[industry])
    rows += coverage_rows(
        "太原市", "涉尘行业", "health_training_coverage", ((690, 1000), (812, 1000), (880, 1000))
    )
    rows += share_rows("太原市", 0.095, ((4, 44), (3, 42), (3, 40)))
    return rows + _totals("太原市", (291, (274, 270, 257)), (481, (464, 450, 445)))


def _totals(area: str, accidents: Any, casualties: Any) -> list[dict[str, Any]]:
    return [
        *count_rows(area, TOTAL, "accidents", *accidents),
        *count_rows(area, TOTAL, "casualties", *casualties),
        *(row(area, TOTAL, "joint", year, baseline_year=2019) for year in YEARS),
    ]


def others() -> list[dict[str, Any]]:
    """Return the province with large counts, and a city that handed in nothing after 2021."""
    rows = [
        *_totals("山西省", (2040, (1990, 1904, 1836)), (3310, (3250, 3100, 2990))),
        *_totals("大同市", (104, (90,)), (160, (150,))),
        *coverage_rows("大同市", "煤矿", "safety_training_coverage", ((30, 100),)),
        *coverage_rows("大同市", "涉尘行业", "health_training_coverage", ()),
        *share_rows("大同市", 0.1, (0.09, (0, 0), (1, 7))),
    ]
    for area in ("山西省", "大同市"):
        rows += count_rows(area, "煤矿", "accidents", 40, (38, 36, 36))
        rows += count_rows(area, "煤矿", "casualties", 60, (59, 56, 53))
    return rows


RESULTS = frame([*others(), *taiyuan()])
