"""What cells of several tables say: figures with their units, changes in words."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import Html, link, source_place
from gsyf_lib.indicators import COUNTS

__all__ = ["NONE", "SHARE", "both_figures", "change_text", "figure_text", "is_given", "one_year"]

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


def both_figures(row: pd.Series) -> Html:
    """Return small the figure compared with and that of the year; of a coverage its two counts.

    They are links to the rows of ``trace_table``.
    """
    place = source_place(row, row["year"])
    now = link(figure_text(row, "value"), place)
    if is_given(row["baseline_year"]):
        then = link(figure_text(row, "baseline"), source_place(row, row["baseline_year"]))
        return Html('<span class="note">{}→{}</span>').format(then, now)
    if not is_given(row["denominator"]):
        return Html('<span class="note">{}</span>').format(now)
    below = link(row["denominator"], source_place(row, row["year"], "总数"))
    unit = words.UNITS[row["indicator"]]
    return Html('<span class="note">{}/{}{}</span>').format(
        link(row["numerator"], place), below, unit
    )
