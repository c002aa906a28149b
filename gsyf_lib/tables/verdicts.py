"""Verdicts as tables: of one area, of all areas side by side."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import Html, anchor, escape, link, named, source_place, status_mark, table
from gsyf_lib.indicators import COUNTS, TOTAL
from gsyf_lib.tables.cells import (
    NONE,
    both_figures,
    goals_listed,
    is_given,
)

__all__ = ["cities_table", "declines_table", "overview_table", "verdict_table"]

GOAL = ["area_code", "industry", "indicator"]


def verdict_table(results: pd.DataFrame, area: str, year: int | None = None) -> Html:
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
    rows = words.select_area(words.select_year(results, year), area)
    rows = rows[rows["indicator"] != "joint"]
    lines = [_verdict_line(row, rows) for _, row in rows.iterrows()]
    star = "；*为初步数据" if rows["provisional"].any() else ""
    caption = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年年度目标完成情况"
    return table(
        pd.DataFrame(lines),
        caption=f"{caption}（{goals_listed(rows)}{star}）",
        numeric=("对比值", "实际值", "变化", "达标界限", "余量"),
        html=("对比值", "实际值", "结论", "责任部门"),
        classes="verdicts cards",
        row_header="行业",
        places=[anchor("目标", *row) for row in rows[GOAL].itertuples(index=False)],
    )


def _verdict_line(row: pd.Series, rows: pd.DataFrame) -> dict[str, str]:
    reason = words.reason_beside(row)
    if row["industry"] == TOTAL:
        parts = rows[(rows["indicator"] == row["indicator"]) & (rows["industry"] != TOTAL)]
        reason = "；".join(filter(None, [reason, words.total_words(row, parts)]))
    note = Html('<span class="note">{}</span>').format(reason) if reason else ""
    return {
        "行业": row["industry"],
        "指标": words.SHORT_INDICATORS[row["indicator"]],
        "结论": Html("{}{}").format(_verdict(row), note),
        "余量": words.margin_words(row),
        "实际值": _with_counts(row),
        "对比值": _with_year(row),
        "变化": words.changes_words(row),
        "年度目标": words.target_words(row),
        "达标界限": words.allowed_words(row),
        "责任部门": named(row["department"]) if row["department"] else escape(NONE),
    }


def _with_counts(row: pd.Series) -> Html:
    """Return the value, a star if it is provisional, and under it the counts it is made of."""
    shown = words.figure_words(row, "value")
    if shown == NONE:
        return escape(NONE)
    place = source_place(row, row["year"])
    star = "*" if row["provisional"] else ""
    if row["indicator"] in COUNTS or not is_given(row["numerator"]):
        return Html("{}{}").format(link(shown, place), star)
    unit = words.UNITS[row["indicator"]]
    return Html('{}{}<span class="note">{}/{}{}</span>').format(
        shown,
        star,
        link(row["numerator"], place),
        link(row["denominator"], source_place(row, row["year"], "总数")),
        unit,
    )


def _with_year(row: pd.Series) -> Html:
    """Return the value compared with, and under it its year; of a share each of two years."""
    year, both = row["baseline_year"], words.compared_words(row)
    if len(both) > 1:
        pattern = Html('{}<span class="note">{}年{}</span>')
        return Html("").join(
            pattern.format(link(share, source_place(row, y)), y, counts and f"，{counts}")
            for y, share, counts in both
        )
    shown = words.figure_words(row, "baseline")
    if pd.isna(year):
        return escape(NONE)
    value = escape(NONE) if shown == NONE else link(shown, source_place(row, year))
    return Html('{}<span class="note">{}年</span>').format(value, year)


def overview_table(results: pd.DataFrame, area: str, year: int | None = None) -> Html:
    """Return the verdicts of an area at a glance: industries down, indicators across.

    Parameters are those of ``verdict_table``.

    Examples
    --------
    >>> gs.overview_table(results, "太原市")
    太原市2023年结论一览...
    """
    rows = words.select_area(words.select_year(results, year), area)
    cells = {(row["industry"], row["indicator"]): _mark(row) for _, row in rows.iterrows()}
    shown = [code for code in words.INDICATORS if code in set(rows["indicator"])]
    lines = [
        {"行业": industry}
        | {words.INDICATORS[code]: cells.get((industry, code), NONE) for code in shown}
        for industry in rows["industry"].unique()
    ]
    names = [words.INDICATORS[code] for code in shown]
    whose = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年结论一览"
    goals = rows["counted"].sum()
    others = f"{TOTAL}、{words.INDICATORS['joint']}另行判定，不计入{goals}项"
    caption = f"{whose}（“{NONE}”为该行业无此目标；{others}）"
    return table(
        pd.DataFrame(lines), caption=caption, html=names, classes="overview", row_header="行业"
    )


def _mark(row: pd.Series) -> Html:
    margin = words.margin_words(row)
    note = Html('<span class="note">{}</span>').format(margin) if margin != NONE else ""
    return Html("{}{}").format(_verdict(row), note)


def _verdict(row: pd.Series) -> Html:
    """Return the verdict, drawn lightly where it is made of others and counts among no goals."""
    return status_mark(words.shown_status(row), derived=not row["counted"])


def cities_table(results: pd.DataFrame, year: int | None = None) -> Html:
    """Return how many targets each area met, missed or could not be judged on (no ranking).

    Examples
    --------
    >>> gs.cities_table(results)
    2023年各地区年度目标完成情况...
    地区  年度目标  达标  未达标  ...
    """
    rows = words.select_year(results, year)
    rows = rows[rows["counted"]]
    shown = words.shown_statuses(rows)
    counts = pd.crosstab(rows["area"], shown, dropna=False).reindex(rows["area"].unique())
    found = {code: word for code, word in words.STATUSES.items() if code in counts}
    absent = counts["not_applicable"] if "not_applicable" in found else 0
    lines = counts[list(found)].rename(columns=found)
    lines.insert(0, "年度目标", counts.sum(axis=1) - absent)
    caption = f"{rows['year'].iloc[0]}年各地区年度目标完成情况（按行政区划代码排列）"
    numeric = list(lines.columns)
    lines = lines.reset_index().assign(地区=lambda frame: frame.pop("area").map(named))
    return table(
        lines[["地区", *numeric]],
        caption=caption,
        numeric=numeric,
        html=["地区"],
        classes="counts",
        row_header="地区",
    )


def declines_table(
    results: pd.DataFrame, indicator: str, area: str | None = None, year: int | None = None
) -> Html:
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
    rows = words.select_year(results, year)
    rows = rows[rows["indicator"] == indicator]
    if area is not None:
        rows = words.select_area(rows, area)
    industries = list(rows["industry"].unique())
    cells = {(row["area"], row["industry"]): _change_cell(row) for _, row in rows.iterrows()}
    lines = [
        {"地区": area} | {name: cells[(area, name)] for name in industries}
        for area in rows["area"].unique()
    ]
    target = words.targets_words(rows)
    caption = f"{rows['year'].iloc[0]}年各行业{words.INDICATORS[indicator]}（目标：{target}）"
    return table(
        pd.DataFrame(lines), caption=caption, html=industries, classes="matrix", row_header="地区"
    )


def _change_cell(row: pd.Series) -> Html:
    """Return the change, the verdict as the place of the goal, and the figures compared."""
    place = anchor("目标", *(row[name] for name in GOAL))
    mark = Html('<span id="{}">{}</span>').format(place, status_mark(words.shown_status(row)))
    if row["status"] not in ("met", "missed") or row["indicator"] == "joint":
        return mark
    covered = row["rule"] == "coverage_at_least"
    shown = words.figure_words(row, "value") if covered else words.change_words(row)
    return Html('<span class="change">{}</span>{}{}').format(shown, mark, both_figures(row))
