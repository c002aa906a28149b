"""What cells of several tables say: figures with their units, changes in words."""

from collections.abc import Callable

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL
from gsyf_lib.documents.blocks import (
    Span,
    Text,
    counts_linked,
    in_a_row,
    link,
    note,
    rich,
    source_place,
)

NONE = "—"
SHARE = "short_exposure_share"


def is_given(value: object) -> bool:
    """Tell whether there is a value."""
    return not pd.isna(value)


def goals_listed(rows: pd.DataFrame) -> str:
    """Return how many of the rows of a table are goals of the plan, and how many are sums."""
    sums = int((~rows["counted"]).sum())
    return f"{len(rows) - sums}项" + (f"，另列{TOTAL}{sums}行" if sums else "")


def by_area(
    rows: pd.DataFrame, cell: Callable[[pd.Series], Text], head: Callable[[str], Text] = str
) -> list[dict[str, Text]]:
    """Return one line per area: its name as ``head`` says it, then the cell of each industry."""
    cells = {(row["area"], row["industry"]): cell(row) for _, row in rows.iterrows()}
    industries = rows["industry"].unique()
    return [
        {"地区": head(area), **{name: cells.get((area, name), NONE) for name in industries}}
        for area in rows["area"].unique()
    ]


def both_figures(row: pd.Series) -> Span:
    """Return small the figure compared with and that of the year; of a coverage its two counts.

    They are links to the rows of ``trace_table``.
    """
    now = link(wording.figure_words(row, "value"), source_place(row, row["year"]))
    if compared := wording.compared_words(row):
        then = in_a_row(
            rich(f"{year}年", link(counts or share, source_place(row, year)))
            for year, share, counts in compared
        )
        return note(then, "→", _counted(row, now))
    if is_given(row["baseline_year"]):
        then = link(wording.figure_words(row, "baseline"), source_place(row, row["baseline_year"]))
        return note(then, "→", now)
    return note(_counted(row, now))


def _counted(row: pd.Series, share: Span) -> Span:
    """Return the two counts of a share, as links; a bare ratio as it is."""
    if not is_given(row["denominator"]):
        return share
    return rich(counts_linked(row), wording.UNITS[row["indicator"]])
