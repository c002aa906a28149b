"""The province's change by cities and industries: a table that adds up, and sentences on it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, select_indicator
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Box, Span, Table, Text, link, note
from gsyf_lib.tables.parts import Record, goal_place, grid, source_place

# More names than this make a sentence unreadable.
NAMED = 6
# The lines under those of the cities that are no area.
SUMS = {"cities": "各市合计", "difference": "差额"}


def contributions_table(contributed: pd.DataFrame, indicator: str = "accidents") -> Table:
    """各市、各行业增减的起数或人数，行和列都有合计。

    ``contributed`` 为 frames.CONTRIBUTIONS（``gs.contributions``），``indicator`` 为事故起数
    （accidents）或伤亡人数（casualties）。两个年度的数字链接到 ``trace_table`` 中的出处，从那里可以
    返回。

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_table(contributed)
    2023年事故起数与2019年相比的增减（起；“—”为该年度无此行业）
    地区  危险化学品  煤矿  非煤矿山  建筑施工  交通运输  机械制造  重点行业合计
    ...
    """
    rows = select_indicator(contributed, indicator)
    indicator = rows["indicator"].iloc[0]
    # The province reports its own figures, so the cities need not add up to them.
    gap = rows.loc[rows["part"] == "difference", ["baseline", "value"]]
    shown = rows if gap.fillna(0).any(axis=None) else rows[rows["part"] != "difference"]
    cells = {
        (SUMS.get(row["part"], row["area"]), row["industry"]): _cell(row, rows)
        for row in shown.to_dict("records")
    }
    part_of = {SUMS.get(row.part, row.area): row.part for row in shown.itertuples()}
    first = rows.iloc[0]
    caption = (
        f"{first['year']}年{wording.INDICATORS[indicator]}与{first['baseline_year']}年相比的增减"
        f"（{wording.UNITS[indicator]}；“{wording.NONE}”为该年度无此行业）"
    )
    return grid(
        cells,
        caption,
        role="contributions",
        head=lambda name: _bold(name, part_of[name]),
        is_number=True,
    )


def _cell(row: Record, rows: pd.DataFrame) -> Span:
    """Return the change, and under it the two figures or what is lacking."""
    if row["state"] == "absent":
        return _bold(wording.NONE, row["part"])
    # Only a city's goal stands here alone; the province's stands in its table of verdicts, and a
    # page must not have the same place twice.
    place = goal_place(row) if row["part"] == "city" else ""
    if row["state"] == "missing":
        return Span(("缺数",), role="lacking", place=place)
    figures = (
        traced(row, name, wording.NONE if pd.isna(row[name]) else str(row[name]))
        for name in ("baseline", "value")
    )
    lines: list[Text] = [
        blocks.in_a_row(figures, "→"),
        _without(row, rows),
        came_and_gone(row, rows),
    ]
    # A true minus sign is as wide as the plus, so that columns line up.
    signed = f"{row['change']:+d}".replace("-", "−") if row["change"] else "0"
    change = Span((_bold(signed, row["part"]),), place=place)
    return blocks.rich(change, *(note(line) for line in lines if line))


def _without(row: Record, rows: pd.DataFrame) -> str:
    """Return what a partial sum leaves out."""
    if row["state"] != "partial":
        return ""
    if row["part"] == "city":
        return f"两年均不含{lacking(rows, row['area'])}"
    # The province's own figure has what a city did not send, so the difference contains it.
    return f"{'含所缺' if row['part'] == 'difference' else '不含所缺'}{row['missing']}项"


def _bold(text: str, part: str) -> Span:
    return Span((text,), role="" if part == "city" else "strong")


def contributions_note(contributed: pd.DataFrame, indicator: str = "accidents") -> Box:
    """用几句话说明全省的变化来自哪里；参数同 ``contributions_table``。

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.page.contributions_note(contributed)
    2023年与2019年相比，山西省重点行业合计事故起数减少358起（2440起→2082起）。...
    数据完整的10个市都减少。...
    """
    first, *others = contributions_sentences(contributed, indicator)
    return blocks.paragraphs([first, "".join(others)])


def contributions_sentences(contributed: pd.DataFrame, indicator: str = "accidents") -> list[str]:
    """Return what made the change: in all and by industry, by city, and what is lacking."""
    rows = select_indicator(contributed, indicator)
    indicator = rows["indicator"].iloc[0]
    sentences = _in_all(rows) + _by_industry(rows), _by_city(rows), _coverage(rows)
    return [sentence for sentence in sentences if sentence]


def traced(row: Mapping[str, Any], name: str, text: str) -> Text:
    """Return the value or baseline of a row as a link to its origin, if it has one.

    Sums made only for this comparison have none: the cities together, their difference to the
    province, a sum that lacks a figure.
    """
    own = row["part"] in ("city", "province") and row["state"] == "figure"
    if not own or pd.isna(row[name]):
        return text
    year = row["year" if name == "value" else "baseline_year"]
    return link(text, source_place(row, year))


def lacking(rows: pd.DataFrame, area: str | None = None) -> str:
    """Return which figures the cities lack, or those of one city, by name while they are few."""
    cells = rows[(rows["part"] == "city") & (rows["state"] == "missing")]
    cells = cells[cells["industry"] != TOTAL]
    if area is None:
        cities = cells["area"].unique()
        if len(cells) > NAMED and len(cities) > 1:
            return f"{cities[0]}等{len(cities)}个市的{len(cells)}项"
        return wording.listed(cells["area"] + cells["industry"], NAMED, "项")
    return wording.listed(cells.loc[cells["area"] == area, "industry"], NAMED, "项")


def came_and_gone(row: Mapping[str, Any], rows: pd.DataFrame) -> str:
    """Return how much of a 重点行业合计 is of industries that existed in one of the years only.

    ``rows`` are frames.CONTRIBUTIONS of its indicator.
    """
    if row["industry"] != TOTAL or row["part"] not in ("city", "province"):
        return ""
    parts = rows[(rows["part"] == row["part"]) & (rows["area"] == row["area"])]
    parts = parts[(parts["industry"] != TOTAL) & (parts["state"] == "figure")]
    return "；".join(
        f"含{year}年无此行业的{'、'.join(found['industry'])}"
        f"（{_moved({**row, 'change': found['change'].sum()})}）"
        for year, name in ((row["baseline_year"], "baseline"), (row["year"], "value"))
        if len(found := parts[parts[name].isna()])
    )


def _total(rows: pd.DataFrame, part: str) -> Record:
    return rows[(rows["part"] == part) & (rows["industry"] == TOTAL)].to_dict("records")[0]


def _moved(row: Mapping[str, Any]) -> str:
    return wording.moved(row["change"], wording.UNITS[row["indicator"]])


def _in_all(rows: pd.DataFrame) -> str:
    row = _total(rows, "province")
    years = f"{wording.years_compared(row)}，{row['area']}{wording.goal_name(row)}"
    if row["state"] == "missing":
        return f"{years}因数据不全不作合计"
    if row["state"] == "absent":
        return f"{years}无可比数据"
    unit = wording.UNITS[row["indicator"]]
    then, now = ("无" if pd.isna(row[n]) else f"{row[n]}{unit}" for n in ("baseline", "value"))
    figures = "；".join(filter(None, [f"{then}→{now}", came_and_gone(row, rows)]))
    return f"{years}{_moved(row)}（{figures}）"


def _by_industry(rows: pd.DataFrame) -> str:
    parts = rows[(rows["part"] == "province") & (rows["industry"] != TOTAL)]
    changes = [
        row["industry"]
        + (wording.NO_FIGURE["incomplete"] if row["state"] == "missing" else _moved(row))
        for row in parts[parts["state"] != "absent"].to_dict("records")
    ]
    # If no industry can be compared, a list of gaps would say nothing.
    has_figure = (parts["state"] != "missing").any()
    return f"。按行业：{'，'.join(changes)}。" if changes and has_figure else "。"


def _by_city(rows: pd.DataFrame) -> str:
    cities = rows[(rows["part"] == "city") & (rows["industry"] == TOTAL)]
    whole, absent = (cities[cities["state"] == state] for state in ("figure", "absent"))
    if whole.empty:
        return "各市数据均不完整。" if absent.empty else "各市均无可比数据。"
    lacks = len(whole) + len(absent) < len(cities)
    many = f"{'数据完整的' if lacks else '有这些行业的' if len(absent) else ''}{len(whole)}个市"
    return f"{many}{_counted(whole['area'], whole['change'])}。"


def _counted(names: pd.Series, change: pd.Series) -> str:
    """Return in how many cities cases fell, rose or stayed, small groups by name."""
    groups = by_direction(names, change)
    if len(groups) == 1:
        return f"都{next(iter(groups))}" if len(names) > 1 else next(iter(groups))
    parts = [
        f"{len(group)}个{word}" + (f"（{'、'.join(group)}）" if len(group) <= NAMED else "")
        for word, group in groups.items()
    ]
    return f"中，{'，'.join(parts)}"


def by_direction(names: pd.Series, change: pd.Series) -> dict[str, list[str]]:
    """Return the names under 减少, 增加 and 持平, leaving out a word without names."""
    groups = {"减少": names[change < 0], "增加": names[change > 0], "持平": names[change == 0]}
    return {word: list(group) for word, group in groups.items() if len(group)}


def _coverage(rows: pd.DataFrame) -> str:
    """Return what the cities' figures lack, and whether they add up to the province's own."""
    cities, gap, lacks = _total(rows, "cities"), _total(rows, "difference"), lacking(rows)
    if cities["state"] == "missing":
        return f"{lacks}缺数，不作各市合计。"
    together = f"{lacks}缺数，其余合计{_moved(cities)}。" if lacks else ""
    if gap["state"] == "missing":
        return together or "省级数据不全，只列各市合计。"
    if lacks:
        differs = f"差额{_moved(gap)}" if gap["change"] else "差额为0"
        return (
            f"{together}全省数为省级报送数，与各市合计的差（{differs}）列为“差额”，"
            "其中包括所缺的数。"
        )
    gaps = rows[(rows["part"] == "difference") & rows["change"].notna()]
    if (gaps["change"] != 0).any():
        return "省级报送数与各市合计不一致，相差的部分列为“差额”。"
    return ""
