"""The share of short-exposure cases among all pneumoconiosis cases reported, year by year."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gsyf_lib import chance, words
from gsyf_lib.blocks import Table
from gsyf_lib.figures import parts, phrases
from gsyf_lib.figures.data import data_table, goal_line
from gsyf_lib.figures.rows import area_rows, by_year, year_drawn
from gsyf_lib.figures.style import GREY, STEP, Figure, drawing, industry_color

__all__ = ["share_figure"]

SHARE = "short_exposure_share"


def share_figure(results: pd.DataFrame, area: str, year: int | None = None) -> Figure:
    """Draw 尘肺病报告比例 by year, with both counts at each point.

    Parameters
    ----------
    results : frames.RESULTS of all target years
    area : an area of the results
    year : last year drawn; None: the latest with a figure

    Returns
    -------
    Figure
        One panel per industry with this goal. A bare ratio has no counts (reading 11), nor has
        the first year compared with: they are not in the results.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> figure = gs.share_figure(history, "太原市", 2023)
    >>> figure.alt[:15]
    '2023年，太原市涉尘行业尘肺'
    """
    rows = area_rows(results, area, [SHARE])
    last = year_drawn(rows, year)
    goals = {name: by_year(part) for name, part in rows.groupby("industry", sort=False)}
    with drawing():
        figure, every_axes = parts.grid(len(goals), 2, plot=150, head=38, foot=30, gap=8)
        for axes, (industry, goal) in zip(every_axes, goals.items(), strict=True):
            _draw_panel(axes, industry, goal, last)
        parts.legend(figure, _keys(goals))
    where = rows["area"].iloc[0]
    found = "；".join(_alt_found(name, goal.loc[last]) for name, goal in goals.items())
    told = "；".join(_alt_goal(name, goal, last) for name, goal in goals.items())
    figure.alt = f"{last}年，{where}{found}。历年：{told}。"
    figure.data = _data(goals, last, where)
    return figure


def _data(goals: Mapping[str, pd.DataFrame], last: int, where: str) -> Table | None:
    lines = [
        {"行业": industry, **goal_line(row, _interval_of(_intervals(goal, last)))}
        for industry, goal in goals.items()
        for _, row in goal[goal["year"] <= last].iterrows()
    ]
    return data_table(lines, f"{where}尘肺病报告比例（*为初步数据；区间为当年比例的95%区间）")


def _interval_of(intervals: Mapping[int, tuple[float, float]]) -> Callable[[pd.Series], str]:
    """Return what says the interval of a year's share."""

    def told(row: pd.Series) -> str:
        ends = intervals.get(row["year"])
        return "～".join(words.percent(end) for end in ends) if ends else "—"

    return told


def _first(goal: pd.DataFrame) -> tuple[int, float]:
    """Return the first year compared with, and its share (NaN if unknown)."""
    year = int(goal["baseline_year"].min())
    return year, float(goal.loc[goal["baseline_year"] == year, "baseline"].iloc[0])


def _points(goal: pd.DataFrame, last: int) -> dict[int, float]:
    year, share = _first(goal)
    drawn = goal[(goal["year"] <= last) & goal["value"].notna()]
    first = {} if pd.isna(share) else {year: share}
    return {**first, **{int(y): float(v) for y, v in drawn["value"].items()}}


def _draw_panel(axes: Axes, industry: str, goal: pd.DataFrame, last: int) -> None:
    first, share = _first(goal)
    points, color = _points(goal, last), industry_color(industry)
    parts.year_axis(axes, first, int(goal["year"].max()), {first: "基期"})
    parts.mark_gaps(axes, first, goal.index)
    intervals = _intervals(goal, last)
    top = max([*points.values(), *(high for _, high in intervals.values()), 0.01]) * 1.25
    axes.set_ylim(0, min(top, 1.15))
    marks = parts.few_ticks().tick_values(0, min(top, 1.15))
    parts.value_axis(axes, {y: f"{100 * y:g}%" for y in marks if y <= min(top, 1.15)})
    if not pd.isna(share):
        axes.axhline(share, color=STEP, linewidth=1, linestyle=(0, (4, 3)), zorder=1.6)
    style = {"color": color, "linewidth": 2, "marker": "o", "markersize": 6}
    for year, (low, high) in intervals.items():
        axes.vlines(year, low, high, color=color, lw=1, alpha=0.5)
    parts.draw_points(axes, points, goal.index[goal["provisional"]], style)
    _label_points(axes, goal, points, intervals)
    _say_missing(axes, goal, last)
    now = goal.loc[last]
    parts.title(axes, f"{industry}尘肺病报告比例", 20)
    parts.head_right(axes, 20, *_verdict(now))
    if not points:
        parts.message(axes, words.status_word(now))


def _intervals(goal: pd.DataFrame, last: int) -> dict[int, tuple[float, float]]:
    """Return Wilson's 95 % interval of the share by year; a bare ratio has none."""
    drawn = goal[(goal["year"] <= last) & (goal["denominator"] > 0).fillna(False)]
    low, high = chance.wilson_interval(
        drawn["numerator"].astype(float), drawn["denominator"].astype(float)
    )
    return dict(zip(drawn.index, zip(low, high, strict=True), strict=True))


def _label_points(
    axes: Axes,
    goal: pd.DataFrame,
    points: Mapping[int, float],
    intervals: Mapping[int, tuple[float, float]],
) -> None:
    """Write the share above each point's interval, and its two counts where they are known."""
    for year, share in points.items():
        axes.annotate(
            _label(goal.loc[year]) if year in goal.index else words.percent(share),
            (year, intervals[year][1] if year in intervals else share),
            (0, 5 if year in intervals else 9),
            textcoords="offset points",
            ha="center",
            va="bottom",
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
        )


def _label(row: pd.Series) -> str:
    counts = f"\n{row['numerator']}/{row['denominator']}" if pd.notna(row["denominator"]) else ""
    return words.figure_words(row) + counts


def _told(row: pd.Series) -> str:
    shown = words.figure_words(row)
    known = pd.notna(row["denominator"])
    return f"{row['numerator']}/{row['denominator']}（{shown}）" if known else shown


def _say_missing(axes: Axes, goal: pd.DataFrame, last: int) -> None:
    """Write at the foot of each year without a share why there is none."""
    drawn = goal[(goal["year"] <= last) & goal["value"].isna()]
    for year, row in drawn.iterrows():
        axes.annotate(
            _why_none(row), (year, 0), (0, 4), textcoords="offset points", ha="center", color=GREY
        )


def _why_none(row: pd.Series) -> str:
    return "无病例" if row["reason"] == "no_reported_cases" else words.status_word(row)


def _verdict(row: pd.Series) -> tuple[str, str]:
    """Return the verdict of a year as words, with the year compared with, and its colour."""
    color = parts.STATUS_COLORS.get(row["status"], GREY)
    against = (
        f"（与{words.compared_years(row)}相比）" if row["status"] in parts.STATUS_COLORS else ""
    )
    return f"{row['year']}年{phrases.status_words(words.shown_status(row))}{against}", color


def _keys(goals: Mapping[str, pd.DataFrame]) -> list[Any]:
    industry, goal = next(iter(goals.items()))
    first = _first(goal)[0]
    marker: dict[str, Any] = {"color": industry_color(industry), "marker": "o", "markersize": 6}
    return [
        Line2D(
            [], [], label="比例（细竖线：95%区间）；不足5年例数/报告总例数", linewidth=2, **marker
        ),
        Line2D([], [], label="初步数据", markerfacecolor="white", linestyle="none", **marker),
        Line2D([], [], label=f"{first}年水平", color=STEP, linewidth=1, linestyle=(0, (4, 3))),
        *parts.gap_key(first, goal.index),
    ]


def _alt_found(industry: str, row: pd.Series) -> str:
    """Return the share of a year, its change and its verdict."""
    verdict = words.status_word(row)
    if row["status"] not in parts.STATUS_COLORS:
        return f"{industry}尘肺病报告比例{_why_none(row)}"
    change = words.share_change_words(row)
    return f"{industry}尘肺病报告比例为{_told(row)}，{change}，{verdict}"


def _alt_goal(industry: str, goal: pd.DataFrame, last: int) -> str:
    told = "，".join(
        f"{year}年{_told(goal.loc[year]) if year in goal.index else words.percent(share)}"
        for year, share in _points(goal, last).items()
    )
    return f"{industry}{told or '没有数据'}"
