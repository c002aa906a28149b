"""What cells of several tables say: figures with their units, changes in words."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import anchor
from gsyf_lib.indicators import COUNTS

__all__ = ["NONE", "SHARE", "change_text", "figure_text", "is_given", "one_year", "source_place"]

NONE = "—"
SHARE = "short_exposure_share"


def is_given(value: object) -> bool:
    """Tell whether there is a value."""
    return not pd.isna(value)


def one_year(results: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Keep one year of results, the last if none is asked for."""
    return results[results["year"] == (results["year"].max() if year is None else year)]


def figure_text(row: pd.Series, name: str) -> str:
    """Return a value or baseline with its unit."""
    value = row[name]
    if not is_given(value):
        return NONE
    if row["indicator"] in COUNTS:
        return f"{int(value)}{words.UNITS[row['indicator']]}"
    if name == "value" and is_given(row["numerator"]):
        exact = Fraction(int(row["numerator"]), int(row["denominator"]))
        threshold = row["threshold"] if is_given(row["threshold"]) else None
        return words.percent(exact, threshold)
    return words.percent(value)


def change_text(row: pd.Series) -> str:
    """Return the decline in words: 下降 or 上升 for counts, percentage points for shares."""
    if row["indicator"] == SHARE:
        return words.points(row["value"] - row["baseline"])
    return words.change_words(row) if is_given(row["decline"]) else NONE


def source_place(row: Mapping[str, Any], year: object, part: str = "") -> str:
    """Return where on a page the origin of a figure is told (see ``trace_table``).

    Parameters
    ----------
    row : area_code, industry and indicator
    year : the year of the figure
    part : 总数 for the count below the line
    """
    parts = ("出处", row["area_code"], row["industry"], row["indicator"], year)
    return anchor(*parts, part) if part else anchor(*parts)
