"""Training coverage by industry, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gsyf_lib import wording
from gsyf_lib.assessment import COVERAGES, shown_status
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import goals_table
from gsyf_lib.charts.figure import (
    GREY,
    INK,
    STATUS_COLORS,
    Figure,
    FigureSeries,
    drawing,
    industry_color,
)
from gsyf_lib.charts.goals import EVERY, Goal, Panels, in_pages, panels_by, rows_of, verdicts

# Where the axis may start. Most figures lie above 60 %: from zero, the lines would run together.
AXIS_STARTS = (0.0, 0.2, 0.4, 0.6)
# Lines of a panel lie close together, so that industries differ by marker as well as by colour.
MARKERS = {
    "危险化学品": "s",
    "煤矿": "o",
    "非煤矿山": "^",
    "建筑施工": "D",
    "交通运输": "v",
    "机械制造": "P",
}
AXIS_END = 1.03  # room for the markers of those who reach 100 %
# Most goals are met, so that only those missed are coloured.
LABEL_COLORS = {**STATUS_COLORS, "met": INK}
LABEL_HEIGHT = 12.5  # points from one label to the next


def coverage_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """Draw 培训覆盖率 by industry against the milestones; the shaded part of a panel meets them.

    Parameters and errors are those of ``decline_figure``. An area has one panel per kind of
    training; without one, every area has a small panel with all lines.

    Examples
    --------
    >>> figure = gs.coverage_figure(history, "太原市", 2023)
    >>> figure.alt[:18]
    '2023年，太原市安全生产培训覆盖率'
    """
    panels = _panels(results, area, year)
    return _figure(panels, EVERY, low=_lowest(panels))


def coverage_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """Draw the same in several figures if there are over 12 areas, with one scale for all of them.

    Parameters and errors are those of ``coverage_figure``.

    Examples
    --------
    >>> len(gs.coverage_figures(history, year=2023))
    1
    """
    panels = _panels(results, area, year)
    return in_pages(panels, partial(_figure, low=_lowest(panels)))


def _panels(results: pd.DataFrame, area: str | None, year: int | None) -> Panels:
    """Return one panel per kind of training of an area, or per area with both kinds."""
    rows = rows_of(results, area, COVERAGES)
    return panels_by(rows, "area" if area is None else "indicator", year)


def _lowest(panels: Panels) -> float:
    """Return the highest of ``AXIS_STARTS`` that still lies below all figures and milestones."""
    every = pd.concat([goal.rows for lines in panels.values() for goal in lines])
    # The margin keeps a marker at the lowest figure inside the panel.
    least = every[["value", "threshold"]].min().min() - 0.02
    return max([step for step in AXIS_STARTS if step <= least], default=0.0)


def _figure(panels: Panels, areas: str, *, low: float) -> Figure:
    """Draw the panels: the kinds of training of one area, or several areas, named by a phrase."""
    lines = [line for panel in panels.values() for line in panel]
    first = lines[0].now
    is_one = first["area"] not in panels
    draw = _draw_of_area if is_one else _draw_of_areas
    with drawing():
        figure, told = draw(panels, low)
    whose = first["area"] if is_one else areas
    figure.alt = f"{first['year']}年，{whose}{verdicts(panels)}。{'；'.join(told)}。"
    # A single area is named by the caption, several in a column.
    names = {"area": "地区", "industry": "行业"}
    if len({line.now["area"] for line in lines}) == 1:
        del names["area"]
    rows = pd.concat([line.drawn for line in lines]).sort_values("year", kind="stable")
    figure.data = goals_table(rows, names, f"{whose}重点岗位人员培训覆盖率（*为初步数据）")
    return figure


def _draw_of_area(panels: Panels, low: float) -> tuple[Figure, list[str]]:
    """Draw a panel for each kind of training, with the industries named at their lines."""
    figure, every_axes = parts.grid(len(panels), 2, plot=170, head=24, foot=30, gap=136, labels=112)
    told = []
    for axes, (indicator, lines) in zip(every_axes, panels.items(), strict=True):
        name = wording.INDICATORS[indicator]
        parts.title(axes, name, 9)
        _draw_panel(axes, lines, low, 1.6)
        _label_ends(axes, lines)
        told.append(f"{name}：{'，'.join(map(_alt_line, lines))}")
    parts.legend(figure, _plan_keys())
    return figure, told


def _draw_of_areas(panels: Panels, low: float) -> tuple[Figure, list[str]]:
    """Draw a small panel for each area, with the industries named in the legend."""
    figure, every_axes = parts.grid(len(panels), 3, plot=96, head=30, foot=30, gap=8)
    for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
        parts.title(axes, name, 9)
        parts.head_right(axes, 9, _tally(lines))
        _draw_panel(axes, lines, low, 1)
    industries = dict.fromkeys(line.now["industry"] for p in panels.values() for line in p)
    keys = [parts.key(name, **_line_style(name, 1)) for name in industries]
    parts.legend(figure, [*keys, *_plan_keys()])
    return figure, [f"{name}{_tally(lines)}" for name, lines in panels.items()]


def _draw_panel(axes: Axes, lines: list[Goal], low: float, width: float) -> None:
    """Draw the milestones and a line per industry, on an axis that starts at ``low``."""
    steps = lines[0].rows["threshold"]
    goals = {year: wording.goal(threshold) for year, threshold in steps.items()}
    parts.year_axis(axes, min(goals), max(goals), goals)
    axes.set_ylim(low, AXIS_END)
    ticks = [tick / 100 for tick in range(round(100 * low), 101, 20)]
    parts.value_axis(axes, {tick: f"{tick:.0%}" for tick in ticks})
    parts.milestones(axes, dict(steps.items()), AXIS_END)
    for line in lines:
        style = _line_style(line.now["industry"], width)
        parts.draw_points(axes, line.known("value"), line.provisional, style)
    # An empty panel says why, if all industries have the same reason.
    if not any(line.known("value") for line in lines):
        reasons = {wording.coverage_words(line.now) for line in lines}
        parts.message(axes, reasons.pop() if len(reasons) == 1 else wording.STATUSES["undefined"])


def _label_ends(axes: Axes, lines: list[Goal]) -> None:
    """Name the lines at the right of the panel, pushed apart so that no two labels touch."""
    low, high = axes.get_ylim()
    least = (high - low) * LABEL_HEIGHT / parts.panel_size(axes)[1]
    # An industry without a figure is named too, at the foot, and without a leader.
    ends = [line.known("value").get(line.year, low) for line in lines]
    for line, end, y in zip(lines, ends, spread(ends, least, high), strict=True):
        shape = wording.SHAPES[shown_status(line.now)]
        axes.annotate(
            f"{shape} {line.now['industry']} {wording.coverage_words(line.now)}",
            (line.year, end),
            (1.05, y),  # across in widths of the panel, upwards on the axis of coverage
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=LABEL_COLORS.get(line.now["status"], GREY),
            arrowprops=_leader(line) if line.year in line.known("value") else None,
            annotation_clip=False,
        )


def _leader(line: Goal) -> dict[str, Any]:
    """Return how the thin line from a label to the end of its line is drawn."""
    color = industry_color(line.now["industry"])
    thin = {"arrowstyle": "-", "color": color, "lw": 0.7, "alpha": 0.7}
    return {**thin, "relpos": (0, 0.5), "shrinkB": 4}


def spread(heights: Sequence[float], least: float, highest: float) -> list[float]:
    """Return the heights moved as little as needed to be ``least`` apart, none over ``highest``."""
    # From the lowest to the highest; of equal ones, the first of the lines ends on top.
    order = sorted(range(len(heights)), key=lambda n: (heights[n], -n))
    placed = list(heights)
    # Upwards, each is pushed off the one below. What is then above the top is pushed down again.
    for below, n in pairwise(order):
        placed[n] = max(placed[n], placed[below] + least)
    ceiling = highest
    for n in reversed(order):
        placed[n] = min(placed[n], ceiling)
        ceiling = placed[n] - least
    return placed


def _line_style(industry: str, width: float) -> dict[str, Any]:
    """Return the style of an industry's line of this width, as keywords of matplotlib."""
    return {
        "color": industry_color(industry),
        "linewidth": width,
        "marker": MARKERS.get(industry, "o"),
        "markersize": 2.6 * width + 1,
    }


def _plan_keys() -> list[Any]:
    """Return the keys of the legend that are no industry's."""
    hollow = {**_line_style("", 1.6), "color": GREY, "mfc": "white", "ls": "none"}
    return [parts.plan_key(), parts.key("初步数据", **hollow)]


def _tally(lines: list[Goal]) -> str:
    """Return how many of the goals that apply are met."""
    statuses = [shown_status(line.now) for line in lines]
    apply = [status for status in statuses if status != "not_applicable"]
    # If an area has handed in nothing, it says so: 0 of 12 would read like a verdict.
    if len(set(apply)) == 1 and apply[0] not in ("met", "missed"):
        return wording.STATUSES[apply[0]]
    return f"{len(apply)}项中{apply.count('met')}项达标"


def _alt_line(line: Goal) -> str:
    """Return the coverage of an industry and its verdict, in the last year drawn."""
    shown, word = wording.coverage_words(line.now), wording.status_word(line.now)
    # Without a figure, the word of the verdict stands in its place already.
    return f"{line.now['industry']}{shown}" + (f"（{word}）" if shown != word else "")
