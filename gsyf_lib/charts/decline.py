"""Accidents and casualties against the baseline year, beside the plan's milestones."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL, shown_status
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import change_interval, goals_frame, goals_table
from gsyf_lib.charts.figure import (
    GREY,
    STATUS_COLORS,
    STEP,
    Figure,
    FigureSeries,
    drawing,
    industry_color,
    lightened,
)
from gsyf_lib.charts.goals import EVERY, Goal, Panels, in_pages, panels_by, rows_of, verdicts

# Where five cases become fifty, an axis that reaches to +900 % would flatten every other line. What
# lies beyond these limits is drawn at the edge, with its value beside it.
LOWEST, HIGHEST = -0.6, 0.6
SHORT = {"accidents": "事故", "casualties": "伤亡"}
USUAL_LABEL = 5  # characters, such as +450%
NARROW_RANGE = 0.7  # leaves room for marks at every ten per cent


def decline_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """画出事故起数和伤亡人数与基期相比的变化，数字减少则线向下。

    阴影部分为达标。没有数据的年度，线在此断开。地区或年度不在结果中的，UsageError 说明可用的。

    Parameters
    ----------
    results : frames.RESULTS，各年度的判定结果（``judged.history``）
    area : 地区，每个行业一小幅；不写的，每个地区一小幅，画重点行业合计
    year : 画到这一年度；不写的，画到有数据的最近年度。各年度的目标都画出

    Examples
    --------
    >>> figure = gs.decline_figure(history, "太原市", 2023)
    >>> figure.alt[:13]
    '2023年与2019年相比'
    """
    panels = _panels(results, area, year)
    return _figure(panels, EVERY, limits=_limits(panels))


def decline_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """内容同 ``decline_figure``；地区超过12个的分为几幅，刻度相同。

    参数和错误同 ``decline_figure``。

    Examples
    --------
    >>> len(gs.page.decline_figures(history, year=2023))
    1
    """
    panels = _panels(results, area, year)
    return in_pages(panels, partial(_figure, limits=_limits(panels)))


def _panels(results: pd.DataFrame, area: str | None, year: int | None) -> Panels:
    """Return one panel per industry of an area, or per area with 重点行业合计.

    Results of a single industry are drawn whichever it is.
    """
    rows = rows_of(results, area, COUNTS)
    is_total = rows["industry"] == TOTAL
    if rows["industry"].nunique() > 1:
        rows = rows[is_total] if area is None else rows[~is_total]
    return panels_by(rows, "area" if area is None else "industry", year)


def _limits(panels: Panels) -> tuple[float, float]:
    """Return the range that all panels share: wide enough for the lines, never beyond ±60 %."""
    goals = [goal for panel in panels.values() for goal in panel]
    drawn = [change for goal in goals for change in _changes(goal).values()]
    milestones = [t for panel in panels.values() for t in panel[0].rows["threshold"].dropna()]
    # Below the deepest milestone there has to be room for the shade that says what meets it.
    low = min([*drawn, *(-1.5 * t for t in milestones), 0.0]) - 0.05
    high = max([*drawn, 0.1]) + 0.05
    return max(low, LOWEST), min(high, HIGHEST)


def _figure(panels: Panels, areas: str, *, limits: tuple[float, float]) -> Figure:
    """Draw the panels: of one area's industries, or of several areas, which a phrase names."""
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), min(len(panels), 3), plot=116, head=54, foot=30, gap=8
        )
        for axes, (name, goals) in zip(every_axes, panels.items(), strict=True):
            _draw_panel(axes, goals, *limits)
            _draw_heads(axes, name, goals)
            _draw_lines(axes, goals)
        goals = next(iter(panels.values()))
        parts.legend(figure, _keys(goals[0]))
    now = goals[0].now
    by_area = now["area"] in panels
    whose = f"{areas}{now['industry']}" if by_area else now["area"]
    told = "；".join(name + _alt_goals(goals) for name, goals in panels.items())
    found = f"{whose if by_area else f'{whose}各行业'}{verdicts(panels)}"
    figure.alt = f"{wording.years_compared(now)}，{found}。{told}。"
    rows = pd.concat([goal.drawn for goals in panels.values() for goal in goals])
    figure.frame = goals_frame(rows)
    heads = {"area": "地区"} if by_area else {"industry": "行业"}
    compared = f"{whose}事故起数、伤亡人数与{now['baseline_year']}年相比"
    caption = f"{compared}（*为初步数据；小字为95%区间）"
    figure.data = partial(goals_table, rows, heads, caption, change_interval)
    return figure


def _changes(goal: Goal) -> dict[int, float]:
    """Return the change by year as a fraction, negative = fewer; the baseline year is 0."""
    # Taken from 0.0, a decline of 0 becomes 0.0; with a bare minus it would become -0.0.
    known = {year: 0.0 - decline for year, decline in goal.known("decline").items()}
    return {int(goal.now["baseline_year"]): 0.0, **known} if known else {}


def _draw_panel(axes: Axes, goals: list[Goal], low: float, high: float) -> None:
    """Draw the axes and the milestones between two limits of change."""
    thresholds = goals[0].rows["threshold"]
    first, last = int(goals[0].now["baseline_year"]), max(thresholds.index)
    # A goal without a threshold is to be below the baseline year: its milestone is at no change.
    milestones = {year: 0.0 - threshold for year, threshold in thresholds.fillna(0.0).items()}
    words = {
        year: wording.signed_percent(milestone) if milestone else "<0"
        for year, milestone in milestones.items()
    }
    parts.year_axis(axes, first, last, {first: "基期", **words})
    axes.set_ylim(low, high)
    step = 20 if high - low > NARROW_RANGE else 10
    ticks = [tick / 100 for tick in range(-60, 61, step) if low <= tick / 100 <= high]
    parts.value_axis(axes, {tick: wording.signed_percent(tick) for tick in ticks})
    axes.axhline(0, color=STEP, linewidth=0.8, zorder=1.5, clip_on=False)
    parts.mark_gaps(axes, first, thresholds.index)
    parts.milestones(axes, milestones, low)


def _draw_heads(axes: Axes, name: str, goals: list[Goal]) -> None:
    """Write above the panel its name, and for each count a sample of its line, words, verdict."""
    parts.title(axes, name, 35)
    # Of an industry that an area does not have, the message in the panel says enough.
    if goals[0].now["status"] == "not_applicable":
        return
    corner = parts.points_from(axes, 0, 1)
    for n, now in enumerate(goal.now for goal in goals):
        height = 21 - 13 * n  # points above the panel; the second count stands in the line below
        sample = {**_line_style(now), "marker": "none", "clip_on": False}
        axes.add_line(Line2D([0, 16], [height + 3] * 2, transform=corner, **sample))
        text = f"{SHORT[now['indicator']]} {wording.counts_with_change(now)}".rstrip()
        axes.text(21, height, text, transform=corner, va="baseline")
        status = shown_status(now)
        verdict = wording.status_with_shape(status)
        # Beside counts of five digits only the shape has room; its meaning stands elsewhere.
        taken = 21 + parts.text_width(text) + 4 + parts.text_width(verdict)
        if taken > parts.panel_size(axes)[0]:
            verdict = wording.SHAPES[status]
        parts.head_right(axes, height, verdict, STATUS_COLORS.get(now["status"], GREY))


def _draw_lines(axes: Axes, goals: list[Goal]) -> None:
    """Draw both counts, or write why there is none."""
    if not any(map(_changes, goals)):
        parts.message(axes, wording.why_no_line(goals[0].now))
    low, high = axes.get_ylim()
    # Accidents last, so that their line lies on top.
    for goal in reversed(goals):
        points, style = _changes(goal), _line_style(goal.now)
        inside = {year: float(np.clip(y, low, high)) for year, y in points.items()}
        is_accidents = goal.now["indicator"] == "accidents"
        if is_accidents:
            _draw_intervals(axes, goal, style["color"])
        parts.draw_points(axes, inside, goal.provisional, style)
        # Both may lie beyond the range in the same year: their labels must not cover each other.
        for year, y in points.items():
            if y != inside[year]:
                _label_outside(axes, y, (year, inside[year]), 5 if is_accidents else 16)


def _draw_intervals(axes: Axes, goal: Goal, color: str) -> None:
    """Draw the interval of each year; an arrowhead at the edge says that it goes on beyond."""
    low, high = axes.get_ylim()
    # Intervals are of declines, the axis shows changes: ends and signs are exchanged.
    ends = -goal.drawn[["interval_high", "interval_low"]].set_axis(["least", "most"], axis=1)
    ends = ends[np.isfinite(ends).all(axis=1)]
    style: dict[str, Any] = {"color": lightened(color, 0.5), "clip_on": False, "zorder": 1.8}
    inside = ends.clip(low, high)
    axes.vlines(inside.index, inside["least"], inside["most"], lw=1, **style)
    beyond = {"markersize": 4, "lw": 0, **style}
    for edge, years, marker in (
        (high, ends.index[ends["most"] > high], "^"),
        (low, ends.index[ends["least"] < low], "v"),
    ):
        axes.plot(years, [edge] * len(years), marker=marker, **beyond)


def _label_outside(axes: Axes, change: float, at: tuple[int, float], inwards: float) -> None:
    """Write its change beside a point that is drawn at the edge, ``inwards`` points from it."""
    label = wording.signed_percent(change)
    parts.beside(
        axes,
        label,
        at,
        (0, -inwards if change > 0 else inwards),
        va="top" if change > 0 else "bottom",
        # No label is wider than a year, since the year beside it may have one as well.
        fontsize=8 if len(label) <= USUAL_LABEL else 6,
        color=GREY,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
    )


def _line_style(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the style of a count's line: casualties thinner, dashed and lighter."""
    color = industry_color(row["industry"])
    if row["indicator"] == "accidents":
        return {"color": color, "linewidth": 2, "marker": "o", "markersize": 5}
    return {
        "color": lightened(color, 0.7),
        "linewidth": 1.3,
        "linestyle": (0, (3, 1.5)),
        "marker": "D",
        "markersize": 3.5,
    }


def _keys(goal: Goal) -> list[Any]:
    """Return the keys of the legend."""
    counts = ({"industry": TOTAL, "indicator": indicator} for indicator in COUNTS)
    accidents, casualties = map(_line_style, counts)
    hollow = {**accidents, "linestyle": "none", "markerfacecolor": "white"}
    return [
        parts.key("事故起数（细竖线：95%区间）", **accidents),
        parts.key("伤亡人数", **casualties),
        parts.key("初步数据", **hollow),
        parts.plan_key(),
        *parts.gap_key(int(goal.now["baseline_year"]), goal.rows.index),
    ]


def _alt_goals(goals: list[Goal]) -> str:
    if all(goal.now["status"] == "not_applicable" for goal in goals):
        return wording.why_no_line(goals[0].now)
    return "，".join(
        SHORT[goal.now["indicator"]] + wording.change_with_verdict(goal.now) for goal in goals
    )
