"""Accidents and casualties against the baseline year, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gsyf_lib import words
from gsyf_lib.blocks import Table
from gsyf_lib.figures import parts, phrases
from gsyf_lib.figures.data import change_interval, data_table, goal_line
from gsyf_lib.figures.panels import SHORT, Goal, Panel, alt_text, panels_of
from gsyf_lib.figures.series import EVERY, FigureSeries, series
from gsyf_lib.figures.style import GREY, PLAN, STEP, TOTAL_COLOR, Figure, drawing
from gsyf_lib.indicators import COUNTS, TOTAL

__all__ = ["decline_figure", "decline_figures"]

LOWEST, HIGHEST = -0.6, 0.6
USUAL = 5  # characters of a label such as +450%
NARROW = 0.7  # a range that leaves room for marks at every ten per cent


def decline_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """Draw 事故起数 and 伤亡人数 as change against the baseline year, falling as they fall.

    Parameters
    ----------
    results : frames.RESULTS of all target years
    area : one panel per industry of this area; None: one panel per area with 重点行业合计
    year : last year drawn; None: the latest with a figure. Milestones are drawn for all years.

    Returns
    -------
    Figure
        The shaded part of a panel meets the milestone. A year without a figure breaks the line.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> figure = gs.decline_figure(history, "太原市", 2023)
    >>> figure.alt[:13]
    '2023年与2019年相比'
    """
    panels = panels_of(results, area, year)
    return _figure(panels, None if area else EVERY, limits=_limits(panels))


def decline_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """Draw the same in several figures if there are many areas, with one scale for all of them.

    Parameters
    ----------
    results, area, year : as for ``decline_figure``

    Returns
    -------
    FigureSeries
        Of one area, or of up to 12, there is one figure.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> len(gs.decline_figures(history, year=2023))
    1
    """
    if area is not None:
        return FigureSeries([partial(decline_figure, results, area, year)])
    panels = panels_of(results, None, year)
    return series(panels, partial(_figure, limits=_limits(panels)))


def _figure(panels: Sequence[Panel], areas: str | None, *, limits: tuple[float, float]) -> Figure:
    """Draw panels of one area's industries, or of the areas that ``areas`` tells in words."""
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), min(len(panels), 3), plot=116, head=54, foot=30, gap=8
        )
        for axes, panel in zip(every_axes, panels, strict=True):
            _draw_panel(axes, panel, *limits)
        parts.legend(figure, _keys(panels[0].main))
    figure.alt = alt_text(panels, areas)
    figure.data = _data(panels, areas)
    return figure


def _data(panels: Sequence[Panel], areas: str | None) -> Table | None:
    """Return every figure drawn; the milestones of later years stand under the panels."""
    now, name = panels[0].main.now, "地区" if areas else "行业"
    lines = [
        {name: panel.name, **goal_line(row, change_interval)}
        for panel in panels
        for goal in panel.goals.values()
        for _, row in goal.rows[goal.rows["year"] <= goal.year].iterrows()
    ]
    what = f"{areas}{TOTAL}" if areas else now["area"]
    compared = f"事故起数、伤亡人数与{now['baseline_year']}年相比"
    return data_table(lines, f"{what}{compared}（*为初步数据）")


def _limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """Return the range that all panels share: wide enough for the lines, never beyond ±60 %."""
    every = [y for panel in panels for goal in panel.goals.values() for y in goal.changes.values()]
    steps = [float(t) for panel in panels for t in panel.main.rows["threshold"].dropna()]
    low = min([*every, *(-1.5 * t for t in steps), 0.0]) - 0.05
    high = max([*every, 0.1]) + 0.05
    return max(low, LOWEST), min(high, HIGHEST)


def _draw_panel(axes: Axes, panel: Panel, low: float, high: float) -> None:
    rows = panel.main.rows
    first, last = int(panel.main.now["baseline_year"]), int(rows["year"].max())
    parts.year_axis(axes, first, last, {first: "基期", **_milestone_words(rows)})
    axes.set_ylim(low, high)
    step = 20 if high - low > NARROW else 10
    ticks = [tick / 100 for tick in range(-60, 61, step) if low <= tick / 100 <= high]
    parts.value_axis(axes, {tick: phrases.signed(tick) for tick in ticks})
    axes.axhline(0, color=STEP, linewidth=0.8, zorder=1.5)
    parts.mark_gaps(axes, first, rows.index)
    _draw_milestones(axes, rows, low)
    _draw_heads(axes, panel)
    if not any(goal.changes for goal in panel.goals.values()):
        parts.message(axes, phrases.no_line(panel.main.now))
    for goal in reversed(list(panel.goals.values())):
        _draw_goal(axes, goal, panel.color)


def _draw_milestones(axes: Axes, rows: pd.DataFrame, low: float) -> None:
    """Shade what meets the milestone of each year, under a step line."""
    tops = {year: 0.0 - threshold for year, threshold in rows["threshold"].fillna(0.0).items()}
    parts.milestones(axes, tops, low)


def _milestone_words(rows: pd.DataFrame) -> dict[int, str]:
    return {
        year: "<0" if pd.isna(threshold) else phrases.signed(-float(threshold))
        for year, threshold in rows["threshold"].items()
    }


def _draw_goal(axes: Axes, goal: Goal, color: str) -> None:
    low, high = axes.get_ylim()
    style = _line(goal.indicator, color)
    inside = {year: float(np.clip(y, low, high)) for year, y in goal.changes.items()}
    if goal.indicator == "accidents":
        _draw_intervals(axes, goal, color)
    parts.draw_points(axes, inside, goal.provisional, style)
    for year, y in goal.changes.items():
        if y != inside[year]:
            _label_outside(axes, goal, year, inside[year])


def _label_outside(axes: Axes, goal: Goal, year: int, edge: float) -> None:
    """Write the change inwards of a point that stands at the edge because it lies beyond.

    The casualties' label stands one line further in, since both counts may lie beyond at once; each
    is as wide as a year at most, since several years may.
    """
    told = phrases.signed(goal.changes[year])
    inwards = 5 if goal.indicator == "accidents" else 16
    above = goal.changes[year] > 0
    axes.annotate(
        told,
        (year, edge),
        (0, -inwards if above else inwards),
        textcoords="offset points",
        ha="center",
        va="top" if above else "bottom",
        fontsize=8 if len(told) <= USUAL else 6,
        color=GREY,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
    )


def _draw_intervals(axes: Axes, goal: Goal, color: str) -> None:
    rows = goal.rows[goal.rows["year"] <= goal.year]
    known = rows[np.isfinite(rows["interval_low"]) & np.isfinite(rows["interval_high"])]
    axes.vlines(
        known.index,
        -known["interval_high"],
        -known["interval_low"],
        color=color,
        lw=1,
        alpha=0.5,
    )


def _line(indicator: str, color: str) -> dict[str, Any]:
    """Return how a count is drawn: accidents solid, casualties thinner, dashed and lighter."""
    if indicator == "accidents":
        return {"color": color, "linewidth": 2, "marker": "o", "markersize": 5}
    red, green, blue = (0.3 + 0.7 * part for part in to_rgb(color))
    return {
        "color": to_hex((red, green, blue)),
        "linewidth": 1.3,
        "linestyle": (0, (3, 1.5)),
        "marker": "D",
        "markersize": 3.5,
    }


def _draw_heads(axes: Axes, panel: Panel) -> None:
    parts.title(axes, panel.name, 35)
    if panel.main.now["status"] == "not_applicable":
        return
    for n, goal in enumerate(panel.goals.values()):
        text = f"{SHORT[goal.indicator]} {phrases.counts(goal.now)}".rstrip()
        sample = {**_line(goal.indicator, panel.color), "marker": "none"}
        parts.head_line(axes, 21 - 13 * n, text, sample)
        status = goal.now["status"]
        color = parts.STATUS_COLORS.get(status, GREY)
        parts.head_right(
            axes, 21 - 13 * n, phrases.status_words(words.shown_status(goal.now)), color
        )


def _keys(goal: Goal) -> list[Any]:
    accidents, casualties = (_line(indicator, TOTAL_COLOR) for indicator in COUNTS)
    hollow = {**accidents, "linestyle": "none", "markerfacecolor": "white"}
    return [
        Line2D([], [], label="事故起数（细竖线：95%区间）", **accidents),
        Line2D([], [], label="伤亡人数", **casualties),
        Line2D([], [], label="初步数据", **hollow),
        Patch(facecolor=PLAN, edgecolor=STEP, label="达到年度目标"),
        *parts.gap_key(int(goal.now["baseline_year"]), goal.rows.index),
    ]
