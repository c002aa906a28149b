"""Frames for comparing cities: results of accidents, contributions; made up, a few of each case."""

import pandas as pd
from results_factory import ABSENT, MISSING, TOTAL, count_row, frame

from gsyf_lib import frames

CITIES = {
    "太原市": "140100", "大同市": "140200", "阳泉市": "140300", "长治市": "140400",
    "晋城市": "140500", "朔州市": "140600",
}  # fmt: skip


def accidents(industries: dict[str, dict[str, tuple]], year: int = 2023) -> pd.DataFrame:
    """Return results of accidents: by industry, by city, (2019, year)."""
    return frame(
        [
            count_row(city, industry, "accidents", year, *pair, area_code=CITIES[city])
            for industry, cities in industries.items()
            for city, pair in cities.items()
        ]
    )


RESULTS = accidents(
    {
        "煤矿": {
            "太原市": (17, 13), "大同市": (12, 10), "阳泉市": (26, 18), "长治市": (26, 11),
            "晋城市": (24, ABSENT), "朔州市": (5, 31),
        },
        "建筑施工": {
            "太原市": (0, 0), "大同市": (0, 3), "阳泉市": (1, 0), "长治市": (4, MISSING),
            "晋城市": (3, 3), "朔州市": (3, 3),
        },
        TOTAL: {
            "太原市": (228, 180), "大同市": (194, 178), "阳泉市": (232, 214),
            "长治市": (261, MISSING), "晋城市": (188, 174), "朔州市": (190, 176),
        },
    }
)  # fmt: skip


def contributed(rows: list[tuple], indicator: str = "accidents") -> pd.DataFrame:
    """Return contributions from (industry, part, area, baseline, value, change, state, missing)."""
    names = ["industry", "part", "area", "baseline", "value", "change", "state", "missing"]
    made = pd.DataFrame(rows, columns=names).assign(
        indicator=indicator, baseline_year=2019, year=2023
    )
    made["area_code"] = made["area"].map(CITIES).fillna("140000")
    return frames.conform(made, frames.CONTRIBUTIONS)


CHANGES = contributed(
    [
        ("煤矿", "city", "太原市", 17, 13, -4, "figure", 0),
        ("煤矿", "city", "大同市", None, None, 0, "absent", 0),
        ("煤矿", "city", "阳泉市", 26, None, None, "missing", 1),
        ("煤矿", "cities", "山西省", 17, 13, -4, "partial", 1),
        ("煤矿", "difference", "山西省", 26, 20, -6, "partial", 1),
        ("煤矿", "province", "山西省", 43, 33, -10, "figure", 0),
        ("建筑施工", "city", "太原市", 30, 28, -2, "figure", 0),
        ("建筑施工", "city", "大同市", 40, 45, 5, "figure", 0),
        ("建筑施工", "city", "阳泉市", 7, 7, 0, "figure", 0),
        ("建筑施工", "cities", "山西省", 77, 80, 3, "figure", 0),
        ("建筑施工", "difference", "山西省", 0, 0, 0, "figure", 0),
        ("建筑施工", "province", "山西省", 77, 80, 3, "figure", 0),
        (TOTAL, "city", "太原市", 47, 41, -6, "figure", 0),
        (TOTAL, "city", "大同市", 40, 45, 5, "figure", 0),
        (TOTAL, "city", "阳泉市", 7, 7, 0, "partial", 1),
        (TOTAL, "cities", "山西省", 94, 93, -1, "partial", 1),
        (TOTAL, "difference", "山西省", 26, 20, -6, "partial", 1),
        (TOTAL, "province", "山西省", 120, 113, -7, "figure", 0),
    ]
)
