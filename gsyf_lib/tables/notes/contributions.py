"""Sentences on which industries and cities made the province's change, in whole cases."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL
from gsyf_lib.documents.blocks import Box, Text, link, paragraphs, source_place

# More names than this make a sentence unreadable.
NAMED = 6


def contributions_note(contributed: pd.DataFrame, indicator: str = "accidents") -> Box:
    """Return the sentences on what made the province's change; parameters as below.

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_note(contributed)
    2023年与2019年相比，山西省重点行业合计事故起数减少358起（2440起→2082起）。...
    数据完整的10个市都减少。...
    """
    first, *others = contributions_sentences(contributed, indicator)
    return paragraphs([first, "".join(others)])


def contributions_sentences(contributed: pd.DataFrame, indicator: str = "accidents") -> list[str]:
    """Return what made the province's change: in all, by industry, by city, and what is lacking.

    Parameters
    ----------
    contributed : frames.CONTRIBUTIONS
    indicator : accidents or casualties

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_sentences(contributed)[1]
    '数据完整的10个市都减少。'
    """
    rows = contributed[contributed["indicator"] == indicator]
    return [_in_all(rows) + _by_industry(rows), _by_city(rows), _coverage(rows)]


def traced(row: pd.Series, name: str, text: str) -> Text:
    """Return the figure of one of the two years, as a link to its origin if it has one.

    Sums made only for this comparison have none: the cities together, their difference to the
    province, a sum that lacks a figure.

    Parameters
    ----------
    row : a row of frames.CONTRIBUTIONS
    name : value, or baseline
    text : what the link says
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
        return wording.listed(cells["area"] + cells["industry"], NAMED, "项")
    return wording.listed(cells.loc[cells["area"] == area, "industry"], NAMED, "项")


def came_and_gone(row: pd.Series, rows: pd.DataFrame) -> str:
    """Return how much of a total comes from industries that existed in one of the two years only.

    Parameters
    ----------
    row : a row of frames.CONTRIBUTIONS: 重点行业合计 of an area
    rows : frames.CONTRIBUTIONS of its indicator
    """
    if row["industry"] != TOTAL or row["part"] not in ("city", "province"):
        return ""
    parts = rows[(rows["part"] == row["part"]) & (rows["area"] == row["area"])]
    parts = parts[(parts["industry"] != TOTAL) & (parts["state"] == "figure")]
    return "；".join(
        f"含{year}年无此行业的{'、'.join(found['industry'])}"
        f"（{_moved(row, found['change'].sum())}）"
        for year, name in ((row["baseline_year"], "baseline"), (row["year"], "value"))
        if len(found := parts[parts[name].isna()])
    )


def _total(rows: pd.DataFrame, part: str) -> pd.Series:
    return rows[(rows["part"] == part) & (rows["industry"] == TOTAL)].iloc[0]


def _in_all(rows: pd.DataFrame) -> str:
    row = _total(rows, "province")
    years = f"{wording.years_compared(row)}，{row['area']}{wording.goal_name(row)}"
    if row["state"] == "missing":
        return f"{years}因数据不全不作合计"
    if row["state"] == "absent":
        return f"{years}没有可比的数据"
    unit = wording.UNITS[row["indicator"]]
    then, now = ("无" if pd.isna(row[n]) else f"{row[n]}{unit}" for n in ("baseline", "value"))
    industries = came_and_gone(row, rows)
    more = f"；{industries}" if industries else ""
    return f"{years}{_moved(row)}（{then}→{now}{more}）"


def _moved(row: pd.Series, change: int | None = None) -> str:
    """Return the change of a row, or another one in its unit, in words."""
    return wording.moved(
        row["change"] if change is None else change, wording.UNITS[row["indicator"]]
    )


def _by_industry(rows: pd.DataFrame) -> str:
    parts = rows[(rows["part"] == "province") & (rows["industry"] != TOTAL)]
    changes = [
        row["industry"]
        + (wording.NO_FIGURE["incomplete"] if row["state"] == "missing" else _moved(row))
        for _, row in parts[parts["state"] != "absent"].iterrows()
    ]
    # If no industry can be compared, a list of gaps would say nothing.
    has_figure = (parts["state"] != "missing").any()
    return f"。按行业：{'，'.join(changes)}。" if changes and has_figure else "。"


def _by_city(rows: pd.DataFrame) -> str:
    cities = rows[(rows["part"] == "city") & (rows["industry"] == TOTAL)]
    whole, absent = (cities[cities["state"] == state] for state in ("figure", "absent"))
    if whole.empty:
        return "没有一个市的数据完整。" if absent.empty else "没有一个市有可比的数据。"
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
    """Return the names under 减少, 增加 and 持平, leaving out a word without names.

    Examples
    --------
    >>> by_direction(pd.Series(["太原市", "大同市"]), pd.Series([0, -3]))
    {'减少': ['大同市'], '持平': ['太原市']}
    """
    groups = {"减少": names[change < 0], "增加": names[change > 0], "持平": names[change == 0]}
    return {word: list(group) for word, group in groups.items() if len(group)}


def _coverage(rows: pd.DataFrame) -> str:
    """Return what the cities' figures lack, and whether they add up to the province's own."""
    cities, gap = _total(rows, "cities"), _total(rows, "difference")
    gaps = rows[(rows["part"] == "difference") & rows["change"].notna()]
    lacks = lacking(rows)
    if cities["state"] == "missing":
        return f"各市数据缺{lacks}，没有可以相加的数。"
    together = f"其余相加{_moved(cities)}" if lacks else ""
    if gap["state"] == "missing":
        return f"各市数据缺{lacks}，{together}。" if lacks else "省级数据不全，只列各市相加的数。"
    if lacks:
        differs = _moved(gap) if gap["change"] else "增减为0"
        return (
            f"各市数据缺{lacks}，{together}。全省数为省级报送数，与各市相加之差"
            f"（{differs}）列为“差额”，其中包括所缺的数。"
        )
    if (gaps["change"] != 0).any():
        return "省级报送数与各市相加不一致，相差的部分列为“差额”；加上差额，与全省变化完全一致。"
    return "各市相加、各行业相加，都与全省变化完全一致。"
