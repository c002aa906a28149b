"""A list of the goals that are not met: by how many cases or persons, and whose they are."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import shown_status, shown_statuses
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Paragraph, Span, Text, link
from gsyf_lib.tables.cells import Record, goal_place

# Not ``not_applicable``: what an area does not have is nothing it falls short of.
UNJUDGED = ["not_reported", "undefined"]


def tally_bar(goals: pd.DataFrame) -> blocks.Tally:
    """Return how many goals have which verdict: by number, word, shape, colour and length."""
    # Sorted as the vocabulary has them, so that bars of different pages can be compared.
    counts = shown_statuses(goals).value_counts()
    return blocks.Tally(
        tuple((code, int(counts[code])) for code in wording.STATUSES if code in counts)
    )


def shortfalls(goals: pd.DataFrame, *, by: str = "department") -> Block:
    """Return what is missed, then what cannot be judged, each under its department or area."""
    missed = goals[goals["status"] == "missed"]
    unjudged = goals[goals["status"].isin(UNJUDGED)]
    if missed.empty and unjudged.empty:
        return Paragraph("各项目标均已达标。", "shortfalls-none")
    return blocks.Box((*_listed("未达标", missed, by), *_listed("不能判定", unjudged, by)))


def _listed(title: str, rows: pd.DataFrame, by: str) -> tuple[Block, ...]:
    if rows.empty:
        return ()
    groups = tuple(
        (blocks.named(name), tuple(_item(row) for row in group.to_dict("records")))
        for name, group in rows.groupby(by, sort=False)
    )
    # How many are the province's and how many the cities', where there are both.
    upper = (rows["level"] == "province").sum()
    levels = f"（全省{upper}项、各市{len(rows) - upper}项）" if 0 < upper < len(rows) else ""
    heading = Paragraph(f"{title}{len(rows)}项{levels}", "shortfalls-title")
    return heading, blocks.Terms(groups, "shortfalls")


def _item(row: Record) -> Span:
    parts = (link(wording.goal_with_why(row), goal_place(row)), *_figures(row))
    return Span(parts, status=shown_status(row))


def _figures(row: Record) -> tuple[Text, ...]:
    """Return the count and the bound that it missed, where there are both."""
    if row["status"] != "missed" or pd.isna(row["allowed"]) or pd.isna(row["numerator"]):
        return ()
    unit = wording.UNITS[row["indicator"]]
    figures = f"实际{row['numerator']}{unit}，{wording.allowed_words(row)}可达标"
    if len(wording.compared_words(row)) > 1:
        figures += f"；{wording.share_change_words(row)}"
    return (" ", blocks.note(figures))
