"""The share of short-exposure cases among all pneumoconiosis cases reported, year by year."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from gsyf_lib import wording
from gsyf_lib.assessment import SHARE, luck, shown_status
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import goals_frame, goals_table
from gsyf_lib.charts.figure import (
    GREY,
    STATUS_COLORS,
    STEP,
    Figure,
    drawing,
    industry_color,
    lightened,
)
from gsyf_lib.charts.goals import EVERY, Goal, panels_by, rows_of
from gsyf_lib.vocabulary import UNITS

HEADROOM = 1.2  # leaves room above the highest point or bar for its text
PALE_BAR = 0.25  # of the colour, for all cases
# The level of the first year, across the panel.
LEVEL: Mapping[str, Any] = {
    "color": STEP,
    "linewidth": 1,
    "linestyle": (0, (4, 3)),
    "clip_on": False,
}


def share_figure(results: pd.DataFrame, area: str | None = None, year: int | None = None) -> Figure:
    """画出一个地区历年的尘肺病报告比例，旁边是构成比例的两个例数。

    参数和错误同 ``decline_figure``；不写地区的，每个地区一行。

    只报比例的没有例数（条款口径第11条）。

    Examples
    --------
    >>> figure = gs.share_figure(history, "太原市", 2023)
    >>> figure.alt[:15]
    '2023年，太原市涉尘行业尘肺'
    """
    rows = rows_of(results, area, [SHARE])
    panels = panels_by(rows, "area" if area is None else "industry", year)
    goals = [goal for (goal,) in panels.values()]
    with drawing():
        figure, every_axes = parts.grid(2 * len(goals), 2, plot=130, head=38, foot=30, gap=8)
        pairs = zip(panels, goals, every_axes[::2], every_axes[1::2], strict=True)
        for name, goal, of_share, of_counts in pairs:
            _draw_share(of_share, goal, name)
            _draw_counts(of_counts, goal)
        parts.legend(figure, _keys(goals[0]))
    now = goals[0].now
    one = now["area"] if area is not None else ""
    told = zip(panels, goals, strict=True)
    verdicts = "；".join(name + _alt_verdict(goal.now) for name, goal in told)
    by_year = "；".join(map(_alt_years, panels, goals))
    figure.alt = f"{now['year']}年，{one}{verdicts}。历年：{by_year}。"
    rows = pd.concat([goal.drawn for goal in goals])
    figure.frame = goals_frame(rows)
    figure.data = partial(
        goals_table,
        rows,
        {"industry": "行业"} if one else {"area": "地区"},
        f"{one or EVERY}尘肺病报告比例（*为初步数据；小字为当年比例的95%区间）",
        _interval_words,
    )
    return figure


def _first(goal: Goal) -> tuple[int, float]:
    """Return the first year compared with, and its share (NaN if unknown)."""
    year = int(goal.rows["baseline_year"].min())
    return year, float(goal.rows.loc[goal.rows["baseline_year"] == year, "baseline"].iloc[0])


def _points(goal: Goal) -> dict[int, float]:
    """Return the share by year, that of the first year compared with included."""
    year, share = _first(goal)
    first = {} if pd.isna(share) else {year: share}
    return first | goal.known("value")


def _interval(row: pd.Series) -> tuple[float, ...]:
    """Return the ends of Wilson's 95 % interval of a year's share; a bare ratio has none."""
    if pd.isna(row["denominator"]) or not row["denominator"]:
        return ()
    return tuple(map(float, luck.wilson_interval(row["numerator"], row["denominator"])))


def _interval_words(row: pd.Series) -> str:
    return "～".join(map(wording.percent, _interval(row)))


def _intervals(goal: Goal) -> dict[int, tuple[float, ...]]:
    ends = {year: _interval(row) for year, row in goal.drawn.iterrows()}
    return {year: both for year, both in ends.items() if both}


def _draw_share(axes: Axes, goal: Goal, name: str) -> None:
    """Draw the share of each year with its interval, and the level of the first year."""
    points, intervals, share = _points(goal), _intervals(goal), _first(goal)[1]
    color = industry_color(goal.now["industry"])
    _draw_years(axes, goal)
    _scale(axes, [*points.values(), *(high for _, high in intervals.values())])
    if not pd.isna(share):
        axes.axhline(share, **LEVEL, zorder=1.6)
    ends = [*zip(*intervals.values(), strict=True)] or [(), ()]
    axes.vlines(list(intervals), *ends, color=lightened(color, 0.5), lw=1, clip_on=False)
    style = {"color": color, "linewidth": 2, "marker": "o", "markersize": 6}
    parts.draw_points(axes, points, goal.provisional, style)
    _label_points(axes, goal)
    parts.title(axes, f"{name}尘肺病报告比例", 20)
    parts.head_right(axes, 20, _verdict(goal.now), STATUS_COLORS.get(goal.now["status"], GREY))
    if not points:
        parts.message(axes, wording.status_word(goal.now))


def _draw_counts(axes: Axes, goal: Goal) -> None:
    """Draw the cases reported in each year, and how many of them are of short exposure."""
    counts, color = _counts(goal), industry_color(goal.now["industry"])
    _draw_years(axes, goal)
    parts.title(axes, "报告例数", 20)
    if not counts:
        why = "只报送比例，没有例数" if _points(goal) else wording.status_word(goal.now)
        parts.message(axes, why)
        return
    axes.set_ylim(0, max([1, *(total for _, total in counts.values())]) * HEADROOM)
    for year, (short, total) in counts.items():
        for count, face in ((total, lightened(color, PALE_BAR)), (short, color)):
            axes.add_patch(Rectangle((year - 0.3, 0), 0.6, count, facecolor=face, linewidth=0))
        parts.beside(axes, f"{short}/{total}", (year, total), (0, 3), va="bottom")


def _counts(goal: Goal) -> dict[int, tuple[int, int]]:
    """Return by year the cases of short exposure and all cases; a bare ratio has none."""
    counts = {}
    for _, row in goal.drawn.iterrows():
        # The first year compared with has no row of its own, but a row that is held against it.
        own = (int(row["year"]), "", wording.share_counts(row))
        for year, _, words in (*wording.compared_words(row), own):
            if words:
                short, total = words.removesuffix(UNITS[SHARE]).split("/")
                counts[year] = (int(short), int(total))
    return counts


def _draw_years(axes: Axes, goal: Goal) -> None:
    first = _first(goal)[0]
    parts.year_axis(axes, first, int(goal.rows["year"].max()), {first: "基期"})
    parts.mark_gaps(axes, first, goal.rows.index)
    axes.yaxis.set_visible(False)


def _scale(axes: Axes, heights: list[float]) -> None:
    """Start the axis at zero, leave room for the labels, and mark about four round shares."""
    # No share is above 1.
    top = min(max([*heights, 0.01]) * HEADROOM, 1.15)
    axes.set_ylim(0, top)
    marks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, top)
    parts.value_axis(axes, {y: f"{100 * y:g}%" for y in marks if y <= top})


def _label_points(axes: Axes, goal: Goal) -> None:
    """Write the share above each point's interval; at the foot of a year without one, why."""
    intervals = _intervals(goal)
    background = {"facecolor": "white", "linewidth": 0, "pad": 1}
    for year, share in _points(goal).items():
        # The first year compared with has no row of its own: only its share is known.
        known = year in goal.rows.index
        text = wording.figure_words(goal.rows.loc[year]) if known else wording.percent(share)
        at = (year, intervals[year][1] if year in intervals else share)
        off = (0, 5 if year in intervals else 9)
        parts.beside(axes, text, at, off, va="bottom", bbox=background)
    for year, row in goal.drawn[goal.drawn["value"].isna()].iterrows():
        parts.beside(axes, _why_none(row), (year, 0), (0, 4), color=GREY)


def _why_none(row: pd.Series) -> str:
    # With no cases at all there is no share: that is not a figure that failed to come.
    if row["reason"] == "no_reported_cases":
        return wording.NO_FIGURE["no_reported_cases"]
    return wording.status_word(row)


def _verdict(row: pd.Series) -> str:
    """Return the verdict of a year as words, with the year compared with."""
    judged = row["status"] in STATUS_COLORS
    against = f"（与{wording.compared_years(row)}相比）" if judged else ""
    return f"{row['year']}年{wording.status_with_shape(shown_status(row))}{against}"


def _keys(goal: Goal) -> list[Any]:
    first, color = _first(goal)[0], industry_color(goal.now["industry"])
    marker: dict[str, Any] = {"color": color, "marker": "o", "markersize": 6}
    return [
        parts.key("比例（细竖线：95%区间）", linewidth=2, **marker),
        parts.key("初步数据", markerfacecolor="white", linestyle="none", **marker),
        parts.key(f"{first}年水平", **LEVEL),
        Patch(facecolor=color, label="接尘工龄不足5年"),
        Patch(facecolor=lightened(color, PALE_BAR), label="报告总例数"),
        *parts.gap_key(first, goal.rows.index),
    ]


def _alt_verdict(row: pd.Series) -> str:
    """Return the share of a year, its change and its verdict."""
    name = "尘肺病报告比例"
    if row["status"] not in STATUS_COLORS:
        return name + _why_none(row)
    change, verdict = wording.share_change_words(row), wording.status_word(row)
    return f"{name}为{_with_counts(row)}，{change}，{verdict}"


def _alt_years(name: str, goal: Goal) -> str:
    shares = "，".join(
        f"{year}年"
        + (_with_counts(goal.rows.loc[year]) if year in goal.rows.index else wording.percent(share))
        for year, share in _points(goal).items()
    )
    return f"{name}{shares or '没有数据'}"


def _with_counts(row: pd.Series) -> str:
    shown = wording.figure_words(row)
    known = pd.notna(row["denominator"])
    return f"{row['numerator']}/{row['denominator']}（{shown}）" if known else shown
