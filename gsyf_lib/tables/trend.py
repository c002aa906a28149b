"""This year beside the years before, the baseline and the province; goals met year by year."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL, select_area, select_indicator, select_year, trend
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Box, Column, Table, Text
from gsyf_lib.tables.parts import Record, grid, listing

CHANCE = "年度间升降带有偶然性，宜结合多年趋势和全省合计把握。"


def comparison(history: pd.DataFrame, area: str, year: int | None = None) -> Box:
    """历年达标项数，以及事故起数、伤亡人数与上年（同比）、基期和全省的比较。

    ``history`` 为各年度的判定结果（``judged.history``）；不写 ``year`` 的为最后一年。没有这个
    地区的，UsageError 列出相近的名称。

    Examples
    --------
    >>> gs.comparison(judged.history, "太原市", 2023)
    历年达标项数（达标项数/目标项数）
    地区  2021年  2022年  2023年
    太原市  17/20  14/20  19/20
    ...
    """
    year = int(history["year"].max()) if year is None else year
    seen = history[history["year"] <= year]
    own = select_area(seen, area)
    upper = seen[seen["level"] == "province"]
    met = _met_by_year(pd.concat([own, upper]))
    if own.loc[own["year"] == year, "value"].isna().all():
        return Box((met,))  # nothing has come of this year that could be compared
    tables = [_of_count(own, upper, code, year) for code in COUNTS]
    sentences = [_heaviest(own[own["year"] == year], code) for code in COUNTS]
    notes = blocks.paragraphs(["；".join(filter(None, [*sentences, CHANCE]))])
    return Box((met, Box((*tables,), "beside"), notes))


def _met_by_year(rows: pd.DataFrame) -> Table:
    """Return how many goals were met in each year, of the area and of the province."""
    goals = rows[rows["counted"]].drop_duplicates(["area_code", "industry", "indicator", "year"])
    cells = {
        (str(area), f"{year}年"): wording.why_none_judged(group)
        or f"{(group['status'] == 'met').sum()}/{len(group)}"
        for (area, year), group in goals.groupby(["area", "year"], observed=True, sort=False)
    }
    return grid(cells, "历年达标项数（达标项数/目标项数）", role="counts", is_number=True)


def _of_count(own: pd.DataFrame, upper: pd.DataFrame, indicator: str, year: int) -> Table:
    """Return a count of each industry beside the year before, the baseline and the province."""
    rows = select_year(trend(own, indicator=indicator), year)
    first, changes = rows.iloc[0], select_year(trend(upper, indicator=indicator), year)
    of_province = changes.set_index("industry")["decline"]
    since, notes = f"较{first['baseline_year']}年", [wording.UNITS[indicator]]
    columns: dict[Column, str | Callable[[Any], Text | int]] = {
        Column("行业", is_head=True): "industry",
        Column(f"{first['baseline_year']}年", is_number=True): lambda row: _count(row["baseline"]),
        Column(f"{year - 1}年", is_number=True): lambda row: _count(row["previous"]),
        Column(f"{year}年", is_number=True): lambda row: _now(row),
        Column(since, is_number=True): lambda row: wording.signed_change(row["decline"]),
        Column("同比", is_number=True): lambda row: wording.signed_change(
            row["decline_on_previous"]
        ),
    }
    if first["level"] != "province":
        notes.append(f"全省为{since}的变化")
        columns[Column("全省", is_number=True)] = lambda row: wording.signed_change(
            of_province[row["industry"]]
        )
    if rows["provisional"].any():
        notes.append("*为初步数据")
    caption = f"{first['area']}{wording.INDICATORS[indicator]}（{'；'.join(notes)}）"
    return listing(rows, caption, columns, role="comparison")


def _now(row: Record) -> str:
    return _count(row["value"]) + ("*" if row["provisional"] else "")


def _count(value: float) -> str:
    return wording.NONE if pd.isna(value) else str(int(value))


def _heaviest(rows: pd.DataFrame, indicator: str) -> str:
    """Return which industry has the most cases of the year, all of them if several have as many."""
    counts = select_indicator(rows, indicator)
    total = counts.loc[counts["industry"] == TOTAL, "value"].iloc[0]
    counts = counts[counts["industry"] != TOTAL]
    if pd.isna(total) or not total:
        return ""
    most = counts["value"].max()
    names = "、".join(counts.loc[counts["value"] == most, "industry"].astype(str))
    count, share = f"{int(most)}{wording.UNITS[indicator]}", wording.percent(most / total)
    return f"{wording.INDICATORS[indicator]}最多的行业是{names}（{count}，占合计的{share}）"
