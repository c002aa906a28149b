"""Verdicts as tables, of one area or of all areas side by side."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import (
    COUNTS,
    TOTAL,
    select_area,
    select_indicator,
    select_year,
    shown_statuses,
)
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Column, Span, Table, Text, link, named, rich, with_note
from gsyf_lib.tables import parts
from gsyf_lib.tables.parts import (
    AREA,
    Columns,
    Record,
    goal_place,
    linked_figure,
    listing,
    verdict_mark,
)


def verdict_table(results: pd.DataFrame, area: str, year: int | None = None) -> Table:
    """一个地区的各项目标：对比值、实际值、降幅、控制目标和结论。

    ``results`` 为判定结果（frames.RESULTS）；不写 ``year`` 的为其中的最后一年。数字链接到
    ``trace_table`` 中的出处。

    Examples
    --------
    >>> gs.verdict_table(results, "太原市")
    太原市2023年年度目标完成情况（20项，另列重点行业合计2行）
    行业  指标  结论  ...
    """
    rows = select_area(select_year(results, year), area)
    # "均下降" repeats the verdicts on the two counts, which stand here already.
    rows = rows[rows["indicator"] != "joint"]
    beside = [_beside(row, rows) for row in rows.to_dict("records")]
    star = "；*为初步数据" if rows["provisional"].any() else ""
    caption = f"{_whose(rows)}年度目标完成情况（{parts.goals_listed(rows)}{star}）"
    return listing(rows.assign(beside=beside), caption, VERDICTS, "verdicts cards", goal_place)


def _whose(rows: pd.DataFrame) -> str:
    return f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年"


def _beside(row: Record, rows: pd.DataFrame) -> str:
    """Return the reason of a verdict; of a total also what came and went since."""
    reason = wording.reason_beside(row)
    if row["industry"] != TOTAL:
        return reason
    industries = rows[(rows["indicator"] == row["indicator"]) & (rows["industry"] != TOTAL)]
    return "；".join(filter(None, [reason, wording.total_words(row, industries)]))


def _with_counts(row: Record) -> Text:
    """Return the value, starred if it is provisional, and under it the counts of a share."""
    if pd.isna(row["value"]):
        return wording.NONE
    shown, star = wording.figure_words(row), "*" if row["provisional"] else ""
    if row["indicator"] in COUNTS or pd.isna(row["numerator"]):
        return rich(linked_figure(row), star)
    return rich(shown, star, blocks.note(parts.counts_linked(row), wording.UNITS[row["indicator"]]))


def _with_year(row: Record) -> Text:
    """Return the value compared with, and under it its year; a share may have two of them."""
    year, both = row["baseline_year"], wording.compared_words(row)
    if len(both) > 1:
        pairs = (
            with_note(link(share, parts.source_place(row, y)), f"{y}年{counts and f'，{counts}'}")
            for y, share, counts in both
        )
        return blocks.in_a_row(pairs, between="")
    if pd.isna(year):
        return wording.NONE
    return with_note(linked_figure(row, "baseline"), f"{year}年")


def _verdict(row: Record) -> Span:
    """Return the verdict, drawn lightly where it is made of others and counts among no goals."""
    return verdict_mark(row, derived=not row["counted"])


# Names are classes for the stylesheet, which must not count columns.
VERDICTS: Columns = {
    Column("行业", is_head=True): "industry",
    Column("指标", name="indicator"): parts.short_name,
    Column("结论", name="verdict"): lambda row: with_note(_verdict(row), row["beside"]),
    Column("与目标之差", is_number=True, name="margin"): wording.margin_words,
    Column("实际值", is_number=True, name="value"): _with_counts,
    Column("对比值", is_number=True): _with_year,
    Column("变化", is_number=True): wording.change_words_by_year,
    Column("年度目标", name="target"): wording.target_words,
    Column("控制目标", is_number=True): wording.allowed_words,
    Column("责任部门", name="department"): lambda row: (
        named(row["department"]) if row["department"] else wording.NONE
    ),
}


def overview_table(results: pd.DataFrame, area: str, year: int | None = None) -> blocks.Block:
    """一个地区的结论一览：每个行业一行，每项指标一列。

    参数同 ``verdict_table``。该年度还没有数据的，不显示。

    Examples
    --------
    >>> gs.overview_table(results, "太原市")
    太原市2023年结论一览...
    """
    rows = select_area(select_year(results, year), area)
    if wording.why_nothing_came(rows):
        return blocks.Box()
    # Not every industry has every target: the share is for the dust-exposed alone.
    marks = {
        (row["industry"], wording.INDICATORS[row["indicator"]]): _with_figures(row)
        for row in rows.to_dict("records")
    }
    across = [word for code, word in wording.INDICATORS.items() if code in set(rows["indicator"])]
    others = f"{TOTAL}、{wording.INDICATORS['joint']}另行判定，不计入{rows['counted'].sum()}项"
    caption = f"{_whose(rows)}结论一览（“{wording.NONE}”为该行业无此目标；{others}）"
    return parts.grid(marks, caption, role="overview cards", corner="行业", across=across)


def _with_figures(row: Record) -> Text:
    """Return the verdict, which leads to the row of the goal, its margin, and both figures."""
    verdict = verdict_mark(row, derived=not row["counted"])
    if row["counted"]:
        verdict = Span((verdict,), link=goal_place(row))
    if pd.isna(row["margin"]):
        return verdict
    figures = blocks.line(parts.figures_compared(row))
    return rich(verdict, blocks.note(wording.margin_words(row)), blocks.note(figures))


def cities_table(results: pd.DataFrame, year: int | None = None) -> Table:
    """各地区年度目标达标、未达标、无法判定的项数；不是排名。

    Examples
    --------
    >>> gs.page.cities_table(results)
    2023年各地区年度目标完成情况...
    地区  年度目标  达标  未达标  ...
    """
    rows = select_year(results, year)
    rows = rows[rows["counted"]]
    counts = pd.crosstab(rows["area"], shown_statuses(rows), dropna=False)
    # A column for each verdict that occurs, in the order of the vocabulary.
    found = {code: word for code, word in wording.STATUSES.items() if code in counts}
    counts = counts.reindex(rows["area"].unique())
    # An industry that an area does not have is no goal of that area.
    counts["goals"] = counts.drop(columns="not_applicable", errors="ignore").sum(axis=1)
    columns: Columns = {
        AREA: lambda row: named(row["area"]),
        Column("年度目标", is_number=True): "goals",
        **{Column(word, is_number=True): code for code, word in found.items()},
    }
    caption = f"{rows['year'].iloc[0]}年各地区年度目标完成情况（按行政区划代码排列）"
    return listing(counts.rename_axis("area").reset_index(), caption, columns, role="counts")


def declines_table(
    results: pd.DataFrame,
    area: str | None = None,
    indicator: str = "accidents",
    year: int | None = None,
) -> Table:
    """一项指标在各地区、各行业的变化、结论和数字，同在一格。

    ``results`` 为判定结果（frames.RESULTS）；不写 ``area`` 的列出各地区，不写 ``year`` 的为其中的最
    后一年。数字链接到 ``trace_table`` 中的出处。

    Examples
    --------
    >>> gs.declines_table(results, "太原市", "事故起数")
    2023年各行业事故起数（目标：下降10%）
    地区  危险化学品  煤矿  ...
    """
    rows = select_year(results, year)
    rows = select_indicator(rows if area is None else select_area(rows, area), indicator)
    first, target = rows.iloc[0], wording.target_in_caption(rows)
    name = wording.INDICATORS[first["indicator"]]
    caption = f"{first['year']}年各行业{name}（目标：{target}）"
    return parts.grid(parts.by_area(rows, _change_cell), caption)


def _change_cell(row: Record) -> Text:
    """Return the change, the verdict (links to the goal lead there), and the figures compared."""
    verdict = verdict_mark(row, place=goal_place(row))
    if row["status"] not in wording.JUDGED or row["indicator"] == "joint":
        return verdict
    covered = row["rule"] == "coverage_at_least"
    shown = wording.figure_words(row) if covered else wording.change_words(row)
    return rich(Span((shown,), role="change"), verdict, parts.figures_compared(row))


def missed_table(results: pd.DataFrame, year: int | None = None) -> blocks.Block:
    """各市未达标和无法判定的目标，折叠显示。

    Examples
    --------
    >>> gs.page.missed_table(results)
    各市未达标72项、无法判定2项...
    """
    rows = select_year(results, year)
    rows = rows[(rows["level"] == "city") & rows["counted"]]
    rows = rows[~rows["status"].isin(["met", "not_applicable"])]
    if rows.empty:
        return blocks.Paragraph("各市各项目标均已达标。")
    missed = (rows["status"] == "missed").sum()
    title = f"各市未达标{missed}项、无法判定{len(rows) - missed}项"
    return blocks.Fold(title, (listing(rows, title, MISSED, place=_place_of_missed),))


def _place_of_missed(row: Record) -> str:
    # Goals on counts have their place in ``contributions_table`` on the same page, and a place
    # stands on a page once.
    return "" if row["indicator"] in COUNTS else goal_place(row)


MISSED: Columns = {
    AREA: lambda row: named(row["area"]),
    Column("目标"): wording.goal_name,
    Column("结论"): verdict_mark,
    Column("实际值", is_number=True): linked_figure,
    Column("与目标之差或原因"): wording.why_words,
    Column("责任部门"): lambda row: named(row["department"]),
}
