"""A list of the goals that are not met: by how many cases or persons, and whose they are."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import shown_status, shown_statuses
from gsyf_lib.documents.blocks import (
    Block,
    Box,
    Paragraph,
    Span,
    Tally,
    Terms,
    Text,
    link,
    named,
    note,
)
from gsyf_lib.tables.cells import goal_place

# Not ``not_applicable``: what an area does not have is nothing it falls short of.
UNJUDGED = ["not_reported", "undefined"]


def tally_bar(goals: pd.DataFrame) -> Tally:
    """Return how many goals have which verdict: by number, word, shape, colour and length.

    Parameters
    ----------
    goals : frames.RESULTS without joint rows and totals
    """
    # Sorted as the vocabulary has them, so that bars of different pages can be compared.
    counts = shown_statuses(goals).value_counts()
    found = [(code, int(counts[code])) for code in wording.STATUSES if code in counts]
    return Tally(tuple(found))


def shortfalls(goals: pd.DataFrame, *, by: str = "department") -> Block:
    """Return what is missed, then what cannot be judged, each under who it belongs to.

    Parameters
    ----------
    goals : frames.RESULTS without joint rows and totals
    by : the column that the list is ordered under: department, or area
    """
    missed = goals[goals["status"] == "missed"]
    unjudged = goals[goals["status"].isin(UNJUDGED)]
    if missed.empty and unjudged.empty:
        return Paragraph("各项目标均已达标。", "shortfalls-none")
    return Box((*_listed("未达标", missed, by), *_listed("不能判定", unjudged, by)))


def _listed(title: str, rows: pd.DataFrame, by: str) -> tuple[Block, ...]:
    if rows.empty:
        return ()
    groups = tuple(
        (named(name), tuple(_item(row) for row in group.to_dict("records")))
        for name, group in rows.groupby(by, sort=False)
    )
    heading = Paragraph(f"{title}{len(rows)}项{_of_levels(rows)}", "shortfalls-title")
    return heading, Terms(groups, "shortfalls")


def _of_levels(rows: pd.DataFrame) -> str:
    """Return how many are the province's and how many the cities', where there are both."""
    upper = (rows["level"] == "province").sum()
    return f"（全省{upper}项、各市{len(rows) - upper}项）" if 0 < upper < len(rows) else ""


def _item(row: Mapping[str, Any]) -> Span:
    parts = (link(wording.goal_with_why(row), goal_place(row)), *_figures(row))
    return Span(parts, status=shown_status(row))


def _figures(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """Return the count and the bound that it missed, where there are both."""
    if row["status"] != "missed" or pd.isna(row["allowed"]) or pd.isna(row["numerator"]):
        return ()
    unit = wording.UNITS[row["indicator"]]
    figures = f"实际{row['numerator']}{unit}，{wording.allowed_words(row)}可达标"
    if len(wording.compared_words(row)) > 1:
        figures += f"；{wording.share_change_words(row)}"
    return (" ", note(figures))
