"""The table behind a figure: the very numbers that it draws, with units, goals and verdicts."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, shown_status
from gsyf_lib.documents.blocks import Table, Text, in_a_row, link, rich, table
from gsyf_lib.tables.parts import counts_linked, source_place

NUMERIC = ("对比值", "实际值", "变化", "95%区间")


def data_table(lines: Sequence[Mapping[str, Text]], caption: str) -> Table | None:
    """Return lines (column name -> text) as the table of a figure; None if nothing is drawn.

    The first column names the line.
    """
    if not lines:
        return None
    return table(lines, caption, numeric=NUMERIC, row_header=next(iter(lines[0])), role="data")


def goals_table(
    rows: pd.DataFrame,
    heads: Mapping[str, str],
    caption: str,
    interval: Callable[[pd.Series], str] | None = None,
) -> Table | None:
    """Return the targets drawn: their names (column -> head), figures, goals and verdicts.

    ``interval`` returns in words the interval drawn of a row, if any is.
    """
    lines = [
        {head: row[column] for column, head in heads.items()}
        | _goal_line(row, interval(row) if interval else "")
        for _, row in rows.iterrows()
    ]
    return data_table(lines, caption)


def _goal_line(row: pd.Series, interval: str) -> dict[str, Text]:
    """Return a target in words; its figures are links to the rows of ``trace_table``."""
    # Coverage is held against a level, not against another year.
    compared = row["rule"] != "coverage_at_least"
    star = "*" if row["provisional"] and pd.notna(row["value"]) else ""
    return {
        "指标": wording.SHORT_INDICATORS[row["indicator"]],
        "年度": f"{row['year']}年",
        **({"对比值": _compared(row)} if compared else {}),
        "实际值": rich(_measured(row), star),
        **({"变化": wording.change_words_by_year(row)} if compared else {}),
        **({"95%区间": interval} if interval else {}),
        "年度目标": wording.target_words(row),
        "结论": wording.status_with_shape(shown_status(row)),
    }


def _measured(row: pd.Series) -> Text:
    """Return the value of a year: a count with its unit, a share with both counts."""
    if pd.isna(row["value"]):
        return wording.NONE
    shown = wording.figure_words(row)
    if row["indicator"] in COUNTS or pd.isna(row["denominator"]):
        return link(shown, source_place(row, row["year"]))
    return rich(counts_linked(row), f"（{shown}）")


def _compared(row: pd.Series) -> Text:
    """Return the value compared with, and its year unless all rows of the table share it."""
    if pd.isna(row["baseline"]):
        return wording.NONE
    # In the last year a share is held against two others: each stands there with its counts.
    if len(both := wording.compared_words(row)) > 1:
        shares = (
            rich(link(share, source_place(row, y)), f"（{y}年{counts and f'，{counts}'}）")
            for y, share, counts in both
        )
        return in_a_row(shares, "，")
    shown = link(wording.figure_words(row, "baseline"), source_place(row, row["baseline_year"]))
    if row["indicator"] in COUNTS:
        return shown
    return rich(shown, f"（{row['baseline_year']}年）")


def change_interval(row: pd.Series) -> str:
    """Return the 95 % interval of a change, fewer first: ``−45%～+12%``; ``—`` if none is drawn."""
    low, high = row["interval_low"], row["interval_high"]
    if row["indicator"] != "accidents" or not np.isfinite([low, high]).all():
        return wording.NONE
    return f"{wording.signed_percent(-high)}～{wording.signed_percent(-low)}"
