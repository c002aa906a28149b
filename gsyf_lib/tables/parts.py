"""The two shapes of our tables, a line per row and a grid, and the cells that several have."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, shown_status
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Column, Row, Span, Table, Text, link, note, rich

# What one goal is, in every frame of verdicts.
GOAL = ["area_code", "industry", "indicator"]
# A row of a frame, as ``to_dict("records")`` gives it.
Record: TypeAlias = dict[str, Any]
# The columns of a table, each with what it shows of a row: a column of the frame, or words for it.
Columns: TypeAlias = Mapping[Column, str | Callable[[Any], Text | int]]

AREA = Column("地区", is_head=True)


def listing(
    rows: pd.DataFrame,
    caption: str,
    columns: Columns,
    role: str = "cards",
    place: Callable[[Record], str] = lambda _: "",
) -> Table:
    """Return a table with a line per row, which ``place`` names as a place of the page."""
    lines = (row_of(row, columns, place(row)) for row in rows.to_dict("records"))
    return Table(caption, tuple(columns), tuple(lines), role)


def row_of(row: Record, columns: Columns, place: str = "") -> Row:
    """Return what the columns show of a row."""
    shown = (row[words] if isinstance(words, str) else words(row) for words in columns.values())
    return Row(tuple(shown), place)


def grid(
    cells: Mapping[tuple[str, str], Text],
    caption: str,
    *,
    role: str = "matrix",
    corner: str = "地区",
    head: Callable[[str], Text] = str,
    across: Iterable[str] = (),
    is_number: bool = False,
) -> Table:
    """Return a table of the cells by line and column, in the order in which these first come."""
    # A sorted pivot would lose the order of the annex.
    down = dict.fromkeys(line for line, _ in cells)
    across = list(across or dict.fromkeys(column for _, column in cells))
    columns = (Column(corner, is_head=True), *(Column(name, is_number) for name in across))
    lines = [
        Row((head(line), *(cells.get((line, name), wording.NONE) for name in across)))
        for line in down
    ]
    return Table(caption, columns, tuple(lines), role)


def by_area(rows: pd.DataFrame, cell: Callable[[Record], Text]) -> dict[tuple[str, str], Text]:
    """Return the cells of a grid of areas by industries."""
    return {(row["area"], row["industry"]): cell(row) for row in rows.to_dict("records")}


def goal_place(row: Mapping[str, Any]) -> str:
    """Return where a goal stands on its page, which the table of origins links back to."""
    return blocks.anchor("目标", *(row[name] for name in GOAL))


# The part of a share that its denominator is, in the name of the place of its origin.
DENOMINATOR = "总数"


def source_place(row: Mapping[str, Any], year: object, part: str = "") -> str:
    """Return the place on a page where ``trace_table`` shows the origin of a figure.

    ``part`` is ``DENOMINATOR`` for that of a share.
    """
    parts = ("出处", row["area_code"], row["industry"], row["indicator"], year)
    return blocks.anchor(*parts, part) if part else blocks.anchor(*parts)


def counts_linked(row: Mapping[str, Any]) -> Span:
    """Return the two counts of a share, such as 11/69, each a link to its origin."""
    upper = source_place(row, row["year"])
    lower = source_place(row, row["year"], DENOMINATOR)
    return rich(link(row["numerator"], upper), "/", link(row["denominator"], lower))


def goals_listed(rows: pd.DataFrame) -> str:
    """Return how many of the rows of a table are goals of the plan, and how many are sums."""
    sums = int((~rows["counted"]).sum())
    return f"{len(rows) - sums}项" + (f"，另列{TOTAL}{sums}行" if sums else "")


def short_name(row: Record) -> str:
    """Return the name of an indicator for a narrow column."""
    return wording.SHORT_INDICATORS[row["indicator"]]


def verdict_mark(row: Mapping[str, Any], *, place: str = "", derived: bool = False) -> Span:
    """Return the verdict on a goal by word, shape and colour."""
    return blocks.status_mark(shown_status(row), derived=derived, place=place)


def linked_figure(row: Record, name: str = "value") -> Text:
    """Return a figure, or the baseline, as a link to its origin; a dash if there is none."""
    year = row["year" if name == "value" else "baseline_year"]
    shown = wording.figure_words(row, name)
    return shown if shown == wording.NONE else link(shown, source_place(row, year))


def figures_compared(row: Record) -> Span:
    """Return the two figures compared, small, as links to ``trace_table``.

    A coverage is compared with no other year: its two counts stand there instead.
    """
    now = linked_figure(row)
    # A share may be compared with two years: the one before, and the baseline year (reading 8).
    if compared := wording.compared_words(row):
        then = blocks.in_a_row(
            rich(f"{year}年", link(counts or share, source_place(row, year)))
            for year, share, counts in compared
        )
        return note(then, "→", _counted(row, now))
    if pd.notna(row["baseline_year"]):
        return note(linked_figure(row, "baseline"), "→", now)
    return note(_counted(row, now))


def _counted(row: Record, share: Text) -> Text:
    """Return the two counts of a share, as links; a ratio reported without counts as it is."""
    if pd.isna(row["denominator"]):
        return share
    return rich(counts_linked(row), wording.UNITS[row["indicator"]])
