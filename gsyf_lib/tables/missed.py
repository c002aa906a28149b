"""The goals that cities miss or cannot be judged on, by how many cases, and whose they are."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_year, shown_status
from gsyf_lib.documents.blocks import (
    Block,
    Fold,
    Paragraph,
    Text,
    link,
    named,
    source_place,
    status_mark,
    table,
)
from gsyf_lib.tables.cells import goal_place
from gsyf_lib.vocabulary import NONE


def missed_table(results: pd.DataFrame, year: int | None = None) -> Block:
    """Return the goals of all cities that are missed or cannot be judged, folded.

    Parameters
    ----------
    results : frames.RESULTS
    year : year judged; the last of ``results`` if not given

    Examples
    --------
    >>> gs.missed_table(results)
    各市未达标72项、不能判定2项...
    """
    rows = select_year(results, year)
    rows = rows[(rows["level"] == "city") & rows["counted"]]
    rows = rows[~rows["status"].isin(["met", "not_applicable"])]
    if rows.empty:
        return Paragraph("各市各项目标均已达标。")
    missed = int((rows["status"] == "missed").sum())
    title = f"各市未达标{missed}项、不能判定{len(rows) - missed}项"
    records = rows.to_dict("records")
    shown = table(
        map(_line, records),
        title,
        numeric=["实际值"],
        row_header="地区",
        role="cards",
        places=list(map(_place, records)),
    )
    return Fold(title, (shown,))


def _place(row: Mapping[str, Any]) -> str:
    # Goals on counts have their place in ``contributions_table`` on the same page, and a place
    # stands on a page once.
    return "" if row["indicator"] in COUNTS else goal_place(row)


def _line(row: Mapping[str, Any]) -> dict[str, Text]:
    value = wording.figure_words(row)
    return {
        "地区": named(row["area"]),
        "目标": f"{row['industry']}{wording.INDICATORS[row['indicator']]}",
        "结论": status_mark(shown_status(row)),
        "实际值": value if value == NONE else link(value, source_place(row, row["year"])),
        "余量或原因": wording.why_words(row),
        "责任部门": named(row["department"]),
    }
