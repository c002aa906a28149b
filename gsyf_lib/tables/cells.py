"""What cells of several tables say: figures with their units, changes in words."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import Html, link, source_place
from gsyf_lib.indicators import TOTAL

__all__ = [
    "NONE",
    "SHARE",
    "both_figures",
    "goals_listed",
    "is_given",
]

NONE = "—"
SHARE = "short_exposure_share"


def is_given(value: object) -> bool:
    """Tell whether there is a value."""
    return not pd.isna(value)


def goals_listed(rows: pd.DataFrame) -> str:
    """Return how many of the rows of a table are goals of the plan, and how many are sums."""
    sums = int((~rows["counted"]).sum())
    return f"{len(rows) - sums}项" + (f"，另列{TOTAL}{sums}行" if sums else "")


def both_figures(row: pd.Series) -> Html:
    """Return small the figure compared with and that of the year; of a coverage its two counts.

    They are links to the rows of ``trace_table``.
    """
    place = source_place(row, row["year"])
    now = link(words.figure_words(row, "value"), place)
    if compared := words.compared_words(row):
        then = Html("、").join(
            Html("{}年{}").format(year, link(counts or share, source_place(row, year)))
            for year, share, counts in compared
        )
        return Html('<span class="note">{}→{}</span>').format(then, _counted(row, now))
    if is_given(row["baseline_year"]):
        then = link(words.figure_words(row, "baseline"), source_place(row, row["baseline_year"]))
        return Html('<span class="note">{}→{}</span>').format(then, now)
    return Html('<span class="note">{}</span>').format(_counted(row, now))


def _counted(row: pd.Series, share: Html) -> Html:
    """Return the two counts of a share, as links; a bare ratio as it is."""
    if not is_given(row["denominator"]):
        return share
    above, below = (source_place(row, row["year"], part) for part in ("", "总数"))
    unit = words.UNITS[row["indicator"]]
    pair = link(row["numerator"], above), link(row["denominator"], below)
    return Html("{}/{}{}").format(*pair, unit)
