"""What stands behind a figure: the numbers it draws, as a table to read and a frame to save."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, shown_status
from gsyf_lib.documents.blocks import Table, Text, link, rich, table, with_note
from gsyf_lib.tables.parts import counts_linked, source_place

NUMERIC = ("对比值", "实际值", "变化")


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
    """Return the targets drawn, a line for each with its years side by side.

    ``heads`` are the columns that tell the lines apart, by their names in ``rows``; ``interval``
    returns in words the interval drawn of a row, if any is.
    """
    rows = rows.reset_index(drop=True)
    goals = {year: wording.target_in_caption(part) for year, part in rows.groupby("year")}
    lines = []
    for _, goal in rows.groupby([*heads, "indicator"], sort=False):
        first = goal.iloc[0]
        lines.append(
            {head: first[column] for column, head in heads.items()}
            | {"指标": wording.SHORT_INDICATORS[first["indicator"]]}
            | _compared(first)
            | {
                f"{row['year']}年（{goals[row['year']]}）": _cell(row, interval)
                for _, row in goal.iterrows()
            }
        )
    return data_table(lines, caption)


def goals_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the targets drawn as a tidy frame with Chinese heads: what a page offers as CSV."""
    is_count = rows["indicator"].isin(COUNTS)
    frame = pd.DataFrame(
        {
            "地区": rows["area"],
            "行业": rows["industry"],
            "指标": rows["indicator"].map(wording.INDICATORS),
            "年度": rows["year"],
            "对比年度": rows["baseline_year"],
            "对比值": rows["baseline"].where(is_count).astype("Int64"),
            "实际值": rows["value"].where(is_count).astype("Int64"),
            "分子": rows["numerator"].mask(is_count),
            "分母": rows["denominator"].mask(is_count),
            "结论": rows["status"].map(wording.STATUSES),
        }
    )
    return frame.dropna(axis="columns", how="all").reset_index(drop=True)


def _compared(row: pd.Series) -> dict[str, Text]:
    """Return the value of the year compared with, under its year; coverage has none."""
    if pd.isna(row["baseline_year"]):
        return {}
    known = pd.notna(row["baseline"])
    shown = wording.figure_words(row, "baseline")
    text = link(shown, source_place(row, row["baseline_year"])) if known else shown
    return {f"{row['baseline_year']}年": text}


def _cell(row: pd.Series, interval: Callable[[pd.Series], str] | None) -> Text:
    """Return the figure of a year with its change and its verdict, and below it the interval."""
    status = shown_status(row)
    if pd.isna(row["value"]):
        return wording.status_with_shape(status)
    star = "*" if row["provisional"] else ""
    change = wording.change_words_by_year(row) if pd.notna(row["baseline"]) else ""
    shown = rich(_measured(row), star, f" {change}" * bool(change), f" {wording.SHAPES[status]}")
    return with_note(shown, interval(row) if interval else "")


def _measured(row: pd.Series) -> Text:
    """Return the value of a year: a count with its unit, a share with both counts."""
    shown = wording.figure_words(row)
    if row["indicator"] in COUNTS or pd.isna(row["denominator"]):
        return link(shown, source_place(row, row["year"]))
    return rich(counts_linked(row), f"（{shown}）")


def change_interval(row: pd.Series) -> str:
    """Return the 95 % interval of a change, fewer first: ``−45%～+12%``; "" if none is drawn."""
    low, high = row["interval_low"], row["interval_high"]
    if row["indicator"] != "accidents" or not np.isfinite([low, high]).all():
        return ""
    return f"{wording.signed_percent(-high)}～{wording.signed_percent(-low)}"
