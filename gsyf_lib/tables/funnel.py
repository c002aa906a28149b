"""The figures behind the funnel chart, which compares each city with the others together."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import decline_of, funnel
from gsyf_lib.documents.blocks import Block, Box, Fold, Table, Text, note, rich, table
from gsyf_lib.tables.cells import by_area
from gsyf_lib.tables.notes.funnel import LIMITS, PLACES, outside
from gsyf_lib.vocabulary import NONE


def funnel_table(results: pd.DataFrame, year: int | None = None) -> Block:
    """Return the cities beyond the limits, and folded under them the figures of all.

    Parameters
    ----------
    results : frames.RESULTS
    year : year compared; the last of ``results`` if not given

    Examples
    --------
    >>> gs.funnel_table(results)
    2023年与2019年相比在99.8%界限之外的市（按行政区划代码排列）
    地区  行业  位置  2019年  2023年  界限  其他市合计的变化
    朔州市  煤矿  高于界限  15起  31起  10～30起  下降25.3%
    ...
    """
    rows = funnel(results, year)
    out, first = outside(rows), rows.iloc[0]
    everything = Fold("漏斗图的数据（各市各行业）", (_matrix(rows),))
    if out.empty:
        return everything
    lines = [_line(row) for _, row in out.iterrows()]
    shown = table(
        lines,
        f"{wording.years_compared(first)}在{LIMITS}之外的市（按行政区划代码排列）",
        numeric=[name for name in lines[0] if name not in ("地区", "行业", "位置")],
        row_header="地区",
    )
    return Box((shown, everything))


def _line(row: pd.Series) -> dict[str, str]:
    return {
        "地区": row["area"],
        "行业": row["industry"],
        "位置": PLACES[row["position"]],
        f"{row['baseline_year']}年": f"{row['baseline']}起",
        f"{row['year']}年": f"{row['value']}起",
        "界限": f"{row['low']}～{row['high']}起",
        "其他市合计的变化": _change(row),
    }


def _change(row: pd.Series) -> str:
    """Return in words how the accidents of the other cities have changed together."""
    # ``others`` is the later year's share of both years: 1 means none in the baseline year.
    if row["others"] == 1:
        return "对比年度为0"
    return wording.change(decline_of(row["others"]), decline_of(row["goal"]))


def _matrix(rows: pd.DataFrame) -> Table:
    first = rows.iloc[0]
    caption = (
        f"{first['baseline_year']}年→{first['year']}年事故起数（小字为{first['year']}年的{LIMITS}）"
    )
    return table(by_area(rows, _cell), caption, numeric=set(rows["industry"]), row_header="地区")


def _cell(row: pd.Series) -> Text:
    if pd.isna(row["cases"]):
        return wording.STATUSES[row["position"]]
    limits = NONE if pd.isna(row["low"]) else f"{row['low']}～{row['high']}"
    place = f" {PLACES[row['position']]}" if row["position"] in PLACES else ""
    return rich(f"{row['baseline']}→{row['value']}", note(f"{limits}{place}"))
