"""What several tables have in common: where a goal stands, lines by area, the figures compared."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL
from gsyf_lib.documents.blocks import (
    Span,
    Text,
    anchor,
    counts_linked,
    in_a_row,
    link,
    note,
    rich,
    source_place,
)
from gsyf_lib.vocabulary import NONE

# What one goal is, in every frame of verdicts.
GOAL = ["area_code", "industry", "indicator"]


def is_given(value: object) -> bool:
    """Tell whether there is a value."""
    # A frame says "nothing" as NaN, NA, NaT or None, by its type of column; isna knows them all.
    return not pd.isna(value)


def goal_place(row: Mapping[str, Any]) -> str:
    """Return where a goal stands on its page, which the table of origins links back to."""
    return anchor("目标", *(row[name] for name in GOAL))


def goals_listed(rows: pd.DataFrame) -> str:
    """Return how many of the rows of a table are goals of the plan, and how many are sums."""
    sums = int((~rows["counted"]).sum())
    return f"{len(rows) - sums}项" + (f"，另列{TOTAL}{sums}行" if sums else "")


def by_area(
    rows: pd.DataFrame, cell: Callable[[pd.Series], Text], head: Callable[[str], Text] = str
) -> list[dict[str, Text]]:
    """Return one line per area: its name as ``head`` shows it, then the cell of each industry."""
    cells = {(row["area"], row["industry"]): cell(row) for _, row in rows.iterrows()}
    # unique keeps the order of the annex, which a pivot would sort away.
    industries = rows["industry"].unique()
    return [
        {"地区": head(area), **{name: cells.get((area, name), NONE) for name in industries}}
        for area in rows["area"].unique()
    ]


def both_figures(row: pd.Series) -> Span:
    """Return the two figures compared, small, as links to ``trace_table``.

    A coverage is compared with no other year: its two counts stand there instead.
    """
    now = link(wording.figure_words(row, "value"), source_place(row, row["year"]))
    # A share may be compared with two years: the one before, and the baseline year (reading 8).
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
    """Return the two counts of a share, as links; a ratio reported without counts as it is."""
    if not is_given(row["denominator"]):
        return share
    return rich(counts_linked(row), wording.UNITS[row["indicator"]])
