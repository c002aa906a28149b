"""Verdicts as tables, of one area or of all areas side by side."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import (
    COUNTS,
    TOTAL,
    select_area,
    select_year,
    shown_status,
    shown_statuses,
)
from gsyf_lib.documents.blocks import (
    Span,
    Table,
    Text,
    counts_linked,
    in_a_row,
    link,
    named,
    note,
    rich,
    source_place,
    status_mark,
    table,
    with_note,
)
from gsyf_lib.tables.cells import (
    both_figures,
    by_area,
    goal_place,
    goals_listed,
    is_given,
)
from gsyf_lib.vocabulary import NONE

NUMERIC = ("对比值", "实际值", "变化", "达标界限", "余量")
# Classes for the stylesheet, which must not count columns.
NAMES = {
    "指标": "indicator",
    "结论": "verdict",
    "余量": "margin",
    "实际值": "value",
    "年度目标": "target",
    "责任部门": "department",
}


def verdict_table(results: pd.DataFrame, area: str, year: int | None = None) -> Table:
    """Return every target of an area with baseline, value, decline, allowed and verdict.

    Its figures are links to the rows of ``trace_table``.

    Parameters
    ----------
    results : frames.RESULTS
    area : name of the area
    year : year judged; the last of ``results`` if not given

    Examples
    --------
    >>> gs.verdict_table(results, "太原市")
    太原市2023年年度目标完成情况（20项，另列重点行业合计2行）
    行业  指标  结论  ...
    """
    rows = select_area(select_year(results, year), area)
    # "均下降" repeats the verdicts on the two counts, which stand here already.
    rows = rows[rows["indicator"] != "joint"]
    lines = [_verdict_line(row, rows) for _, row in rows.iterrows()]
    star = "；*为初步数据" if rows["provisional"].any() else ""
    caption = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年年度目标完成情况"
    return table(
        lines,
        f"{caption}（{goals_listed(rows)}{star}）",
        numeric=NUMERIC,
        row_header="行业",
        role="verdicts cards",
        names=NAMES,
        places=list(map(goal_place, rows.to_dict("records"))),
    )


def _verdict_line(row: pd.Series, rows: pd.DataFrame) -> dict[str, Text]:
    reason = wording.reason_beside(row)
    if row["industry"] == TOTAL:
        parts = rows[(rows["indicator"] == row["indicator"]) & (rows["industry"] != TOTAL)]
        reason = "；".join(filter(None, [reason, wording.total_words(row, parts)]))
    return {
        "行业": row["industry"],
        "指标": wording.SHORT_INDICATORS[row["indicator"]],
        "结论": with_note(_verdict(row), reason),
        "余量": wording.margin_words(row),
        "实际值": _with_counts(row),
        "对比值": _with_year(row),
        "变化": wording.changes_words(row),
        "年度目标": wording.target_words(row),
        "达标界限": wording.allowed_words(row),
        "责任部门": named(row["department"]) if row["department"] else NONE,
    }


def _with_counts(row: pd.Series) -> Text:
    """Return the value, starred if it is provisional, and under it the counts of a share."""
    shown = wording.figure_words(row, "value")
    if shown == NONE:
        return NONE
    star = "*" if row["provisional"] else ""
    if row["indicator"] in COUNTS or not is_given(row["numerator"]):
        return rich(link(shown, source_place(row, row["year"])), star)
    return rich(shown, star, note(counts_linked(row), wording.UNITS[row["indicator"]]))


def _with_year(row: pd.Series) -> Text:
    """Return the value compared with, and under it its year; a share may have two of them."""
    year, both = row["baseline_year"], wording.compared_words(row)
    if len(both) > 1:
        pairs = (
            with_note(link(share, source_place(row, y)), f"{y}年{counts and f'，{counts}'}")
            for y, share, counts in both
        )
        return in_a_row(pairs, between="")
    if pd.isna(year):
        return NONE
    shown = wording.figure_words(row, "baseline")
    value = NONE if shown == NONE else link(shown, source_place(row, year))
    return with_note(value, f"{year}年")


def overview_table(results: pd.DataFrame, area: str, year: int | None = None) -> Table:
    """Return the verdicts of an area at a glance: industries down, indicators across.

    Parameters are those of ``verdict_table``.

    Examples
    --------
    >>> gs.overview_table(results, "太原市")
    太原市2023年结论一览...
    """
    rows = select_area(select_year(results, year), area)
    # Not every industry has every target: the share is for the dust-exposed alone.
    cells = {(row["industry"], row["indicator"]): _mark(row) for _, row in rows.iterrows()}
    shown = [code for code in wording.INDICATORS if code in set(rows["indicator"])]
    lines = [
        {"行业": industry}
        | {wording.INDICATORS[code]: cells.get((industry, code), NONE) for code in shown}
        for industry in rows["industry"].unique()
    ]
    whose = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年结论一览"
    goals = rows["counted"].sum()
    others = f"{TOTAL}、{wording.INDICATORS['joint']}另行判定，不计入{goals}项"
    caption = f"{whose}（“{NONE}”为该行业无此目标；{others}）"
    return table(lines, caption, row_header="行业", role="overview")


def _mark(row: pd.Series) -> Text:
    margin = wording.margin_words(row)
    return with_note(_verdict(row), "" if margin == NONE else margin)


def _verdict(row: pd.Series) -> Span:
    """Return the verdict, drawn lightly where it is made of others and counts among no goals."""
    return status_mark(shown_status(row), derived=not row["counted"])


def cities_table(results: pd.DataFrame, year: int | None = None) -> Table:
    """Return how many targets each area met, missed or could not be judged on (no ranking).

    Examples
    --------
    >>> gs.cities_table(results)
    2023年各地区年度目标完成情况...
    地区  年度目标  达标  未达标  ...
    """
    rows = select_year(results, year)
    rows = rows[rows["counted"]]
    shown = shown_statuses(rows)
    counts = pd.crosstab(rows["area"], shown, dropna=False).reindex(rows["area"].unique())
    # A column for each verdict that occurs, in the order of the vocabulary.
    found = {code: word for code, word in wording.STATUSES.items() if code in counts}
    # An industry that an area does not have is no goal of that area.
    absent = counts["not_applicable"] if "not_applicable" in found else 0
    lines = counts[list(found)].rename(columns=found)
    lines.insert(0, "年度目标", counts.sum(axis=1) - absent)
    caption = f"{rows['year'].iloc[0]}年各地区年度目标完成情况（按行政区划代码排列）"
    numeric = list(lines.columns)
    rows = [{"地区": named(area), **counts} for area, counts in lines.to_dict("index").items()]
    return table(rows, caption, numeric=numeric, row_header="地区", role="counts")


def declines_table(
    results: pd.DataFrame, indicator: str, area: str | None = None, year: int | None = None
) -> Table:
    """Return an indicator of every area and industry: change, verdict and figures in one cell.

    Its figures are links to the rows of ``trace_table``.

    Parameters
    ----------
    results : frames.RESULTS
    indicator : code of the indicator
    area : one area only
    year : year judged; the last of ``results`` if not given

    Examples
    --------
    >>> gs.declines_table(results, "accidents", area="太原市")
    2023年各行业事故起数（目标：下降10%）
    地区  危险化学品  煤矿  ...
    """
    rows = select_year(results, year)
    rows = rows[rows["indicator"] == indicator]
    if area is not None:
        rows = select_area(rows, area)
    target = wording.targets_words(rows)
    caption = f"{rows['year'].iloc[0]}年各行业{wording.INDICATORS[indicator]}（目标：{target}）"
    return table(by_area(rows, _change_cell), caption, row_header="地区", role="matrix")


def _change_cell(row: pd.Series) -> Text:
    """Return the change, the verdict (links to the goal lead there), and the figures compared."""
    mark = status_mark(shown_status(row), place=goal_place(row))
    if row["status"] not in ("met", "missed") or row["indicator"] == "joint":
        return mark
    covered = row["rule"] == "coverage_at_least"
    shown = wording.figure_words(row, "value") if covered else wording.change_words(row)
    return rich(Span((shown,), role="change"), mark, both_figures(row))
