"""What all of ``submissions`` shares: tables and measures, the key of a figure, its value."""

from decimal import Decimal
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.frames import RATIO_SCALE

# Which figure it is: code of the area, industry, year, measure.
KEY = [*frames.OBSERVATIONS.key]
AREA_INDUSTRY_YEAR = KEY[:3]
Key = tuple[str, str, int, str]
# What a finding or a revision tells about a figure.
ABOUT = ("area_code", "area", "industry", "year", "measure")
TABLES = {
    "accidents": ("accidents", "casualties", "deaths", "injuries"),
    "pneumoconiosis": ("reported_cases", "short_exposure_cases", "short_exposure_per_million"),
    "training": ("safety_personnel", "safety_trained", "health_personnel", "health_trained"),
}
MEASURES = [measure for measures in TABLES.values() for measure in measures]
TABLE_OF = {measure: table for table, measures in TABLES.items() for measure in measures}
# A share is handed in as its two counts or as a bare ratio (reading 11). Whatever its name says,
# the ratio is kept in finer parts than millionths: frames.RATIO_SCALE.
SHARE_COUNTS = ("short_exposure_cases", "reported_cases")
RATIO = "short_exposure_per_million"
NO_INDUSTRY = "无此行业"
# States of a usable observation: a number, or 无此行业. The others are withheld or without data.
GOOD = ("figure", "absent")


def about(row: Any) -> dict[str, Any]:
    """Return the columns of a row of frames.OBSERVATIONS that tell which figure it is."""
    return {name: row[name] for name in ABOUT}


def keys_of(rows: pd.DataFrame) -> list[Key]:
    """Return the key of the figure in each row of a frame."""
    return [*rows[KEY].itertuples(index=False, name=None)]


def in_words(value: Any, measure: str, state: str = "absent") -> str:
    """Return a figure as findings write it; if there is no value, ``state`` tells why.

    Examples
    --------
    >>> in_words(12, "accidents"), in_words(125 * 10**9, RATIO), in_words(pd.NA, "accidents")
    ('12', '12.5%', '无此行业')
    """
    if pd.isna(value):
        return NO_INDUSTRY if state == "absent" else "没有病例"
    if measure != RATIO:
        return str(value)
    return f"{(Decimal(int(value)) * 100 / RATIO_SCALE).normalize():f}%"


def state_and_value(row: dict) -> tuple[str, int | None]:
    """Return what two figures must share to be the same."""
    # pd.NA equals nothing, not even itself: None takes its place, so that 无此行业 equals 无此行业.
    return row["state"], None if pd.isna(row["value"]) else int(row["value"])


def revision(old: dict, new: dict) -> dict:
    """Return the row of frames.REVISIONS that tells how ``new`` replaced ``old``."""
    return {
        **about(new),
        "old_value": old["value"],
        "new_value": new["value"],
        "old_file": old["file"],
        "old_cell": old["cell"],
        "file": new["file"],
        "cell": new["cell"],
        "received_on": new["received_on"],
    }
