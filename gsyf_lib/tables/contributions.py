"""The province's change as a table of cities by industries whose rows and columns add up."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.documents.blocks import Span, Table, Text, note, rich, table
from gsyf_lib.tables.cells import goal_place, is_given
from gsyf_lib.tables.notes.contributions import came_and_gone, lacking, traced
from gsyf_lib.vocabulary import NONE


def contributions_table(contributed: pd.DataFrame, indicator: str = "accidents") -> Table:
    """Return the change of every city and industry in cases, with the sums of rows and columns.

    The figures of both years are links to the rows of ``trace_table``, which lead back here.

    Parameters
    ----------
    contributed : frames.CONTRIBUTIONS
    indicator : accidents or casualties

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_table(contributed)
    2023年事故起数与2019年相比的增减（起；“—”为该年度无此行业）
    地区  危险化学品  煤矿  非煤矿山  建筑施工  交通运输  机械制造  重点行业合计
    ...
    """
    rows = contributed[contributed["indicator"] == indicator]
    industries = list(rows["industry"].unique())
    cells = {(row["part"], row["area"], row["industry"]): row for _, row in rows.iterrows()}
    lines = [
        {"地区": _bold(name, part)}
        | {industry: _cell(cells[(part, area, industry)], rows) for industry in industries}
        for part, area, name in _lines(rows)
    ]
    first = rows.iloc[0]
    caption = (
        f"{first['year']}年{wording.INDICATORS[indicator]}与{first['baseline_year']}年相比的增减"
        f"（{wording.UNITS[indicator]}；“{NONE}”为该年度无此行业）"
    )
    return table(lines, caption, numeric=industries, row_header="地区", role="contributions")


def _lines(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return part, area and name of each line, without the difference where it is zero."""
    cities = rows.loc[rows["part"] == "city", "area"].unique()
    lines = [("city", area, area) for area in cities]
    province = rows.loc[rows["part"] == "province", "area"].iloc[0]
    # The province reports its own figures, so the cities need not add up to them.
    gap = rows[rows["part"] == "difference"]
    sums = [("cities", province, "各市相加")]
    if gap[["baseline", "value"]].fillna(0).any(axis=None):
        sums.append(("difference", province, "差额"))
    return [*lines, *sums, ("province", province, province)]


def _cell(row: pd.Series, rows: pd.DataFrame) -> Span:
    """Return the change, and under it the two figures or what is lacking."""
    if row["state"] == "absent":
        return _bold(NONE, row["part"])
    place = _place(row)
    if row["state"] == "missing":
        return Span(("缺数",), role="lacking", place=place)
    then, now = (traced(row, name, _number(row[name])) for name in ("baseline", "value"))
    lines: list[Text] = [rich(then, "→", now), *_without(row, rows)]
    if industries := came_and_gone(row, rows):
        lines.append(industries)
    change = Span((_bold(_signed(row["change"]), row["part"]),), place=place)
    return rich(change, *map(note, lines))


def _place(row: pd.Series) -> str:
    # Only a city's goal stands here alone; the province's stands in its table of verdicts, and a
    # page must not have the same place twice.
    return goal_place(row) if row["part"] == "city" else ""


def _number(count: object) -> str:
    return str(count) if is_given(count) else NONE


def _without(row: pd.Series, rows: pd.DataFrame) -> list[str]:
    """Return what a partial sum leaves out."""
    if row["state"] != "partial":
        return []
    if row["part"] == "city":
        return [f"两年均不含{lacking(rows, row['area'])}"]
    # The province's own figure has what a city did not send, so the difference contains it.
    return [f"{'含所缺' if row['part'] == 'difference' else '不含所缺'}{row['missing']}项"]


def _signed(change: int) -> str:
    # A true minus sign is as wide as the plus, so that columns line up.
    return f"{change:+d}".replace("-", "−") if change else "0"


def _bold(text: str, part: str) -> Span:
    return Span((text,), role="" if part == "city" else "strong")
