"""Training coverage by industry, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gsyf_lib import words
from gsyf_lib.blocks import STATUSES
from gsyf_lib.figures import parts, phrases
from gsyf_lib.figures.coverage_lines import (
    KINDS,
    Line,
    alt_line,
    coverage_data,
    found_words,
    lines_of,
    tally_words,
)
from gsyf_lib.figures.rows import area_rows, areas, year_drawn
from gsyf_lib.figures.series import EVERY, FigureSeries, series
from gsyf_lib.figures.style import GREY, INK, PLAN, STEP, Figure, drawing, industry_color

__all__ = ["coverage_figure", "coverage_figures"]

MARKERS = {
    "危险化学品": "s",
    "煤矿": "o",
    "非煤矿山": "^",
    "建筑施工": "D",
    "交通运输": "v",
    "机械制造": "P",
}
LOWS, HIGHEST = (0.0, 0.2, 0.4, 0.6), 1.03
LABEL_COLORS = {**parts.STATUS_COLORS, "met": INK}
LABEL = 12.5  # points from one label to the next


def coverage_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """Draw 培训覆盖率 by industry against the milestones.

    Parameters
    ----------
    results : frames.RESULTS of all target years
    area : one panel per kind of training; None: one small panel per area with all lines
    year : last year drawn; None: the latest with a figure. Milestones are drawn for all years.

    Returns
    -------
    Figure
        The shaded part of a panel meets the milestone.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> figure = gs.coverage_figure(history, "太原市", 2023)
    >>> figure.alt[:18]
    '2023年，太原市安全生产培训覆盖率'
    """
    if area is None:
        rows = _rows_of_areas(results)
        return _figure_of_areas(areas(rows), EVERY, rows=rows, year=year)
    return _figure_of_area(area_rows(results, area, KINDS), year)


def coverage_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """Draw the same in several figures if there are many areas, with one scale for all of them.

    Parameters
    ----------
    results, area, year : as for ``coverage_figure``

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
    >>> len(gs.coverage_figures(history, year=2023))
    1
    """
    if area is not None:
        return FigureSeries([partial(coverage_figure, results, area, year)])
    rows = _rows_of_areas(results)
    return series(areas(rows), partial(_figure_of_areas, rows=rows, year=year_drawn(rows, year)))


def _rows_of_areas(results: pd.DataFrame) -> pd.DataFrame:
    return results[results["indicator"].isin(KINDS) & (results["level"] != "county")]


def _figure_of_area(rows: pd.DataFrame, year: int | None) -> Figure:
    last = year_drawn(rows, year)
    panels = {
        words.INDICATORS[kind]: lines_of(rows[rows["indicator"] == kind], last)
        for kind in KINDS
        if (rows["indicator"] == kind).any()
    }
    low = _lowest(rows)
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), 2, plot=170, head=24, foot=30, gap=136, labels=112
        )
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            _draw(axes, lines, low, 1.6)
            _label_ends(axes, lines)
        parts.legend(figure, _plan_keys())
    told = "；".join(
        f"{name}：" + "，".join(alt_line(line) for line in lines) for name, lines in panels.items()
    )
    where = rows["area"].iloc[0]
    figure.alt = f"{last}年，{where}{found_words(rows, last)}。{told}。"
    figure.data = coverage_data(rows, last, f"{where}重点岗位人员培训覆盖率（*为初步数据）")
    return figure


def _figure_of_areas(
    names: Sequence[str], whose: str, *, rows: pd.DataFrame, year: int | None
) -> Figure:
    """Draw panels of these areas, ``whose`` in words; ``rows`` of all share their scale."""
    last, low = year_drawn(rows, year), _lowest(rows)
    drawn = rows[rows["area"].isin(names)]
    with drawing():
        figure, every_axes = parts.grid(len(names), 3, plot=96, head=30, foot=30, gap=8)
        panels = {name: _lines_of_area(drawn[drawn["area"] == name], last) for name in names}
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, tally_words(lines))
            _draw(axes, lines, low, 1)
        parts.legend(figure, [*_industry_keys(rows), *_plan_keys()])
    told = "；".join(f"{name}{tally_words(lines)}" for name, lines in panels.items())
    figure.alt = f"{last}年，{whose}{found_words(drawn, last)}。{told}。"
    figure.data = coverage_data(drawn, last, f"{whose}重点岗位人员培训覆盖率（*为初步数据）")
    return figure


def _lines_of_area(rows: pd.DataFrame, year: int) -> list[Line]:
    by_kind = [rows[rows["indicator"] == kind] for kind in KINDS]
    return [line for kind in by_kind for line in lines_of(kind, year)]


def _lowest(rows: pd.DataFrame) -> float:
    """Return where the axis starts: at the highest of the steps that leaves all figures above."""
    least = min(rows["value"].min(), rows["threshold"].min()) - 0.02
    return max([step for step in LOWS if step <= least], default=0.0)


def _draw(axes: Axes, lines: list[Line], low: float, width: float) -> None:
    steps = lines[0].rows["threshold"]
    goals = {year: words.goal(threshold) for year, threshold in steps.items()}
    parts.year_axis(axes, min(goals), max(goals), goals)
    axes.set_ylim(low, HIGHEST)
    ticks = [tick / 100 for tick in range(round(100 * low), 101, 20)]
    parts.value_axis(axes, {tick: f"{tick:.0%}" for tick in ticks})
    parts.milestones(axes, dict(steps.items()), HIGHEST)
    for line in lines:
        provisional = line.rows.index[line.rows["provisional"]]
        parts.draw_points(axes, line.points, provisional, _style(line.industry, width))
    if not any(line.points for line in lines):
        said = {phrases.coverage(line.now) for line in lines}
        parts.message(axes, said.pop() if len(said) == 1 else words.STATUSES["unjudged"])


def _style(industry: str, width: float) -> dict[str, Any]:
    return {
        "color": industry_color(industry),
        "linewidth": width,
        "marker": MARKERS.get(industry, "o"),
        "markersize": 2.6 * width + 1,
    }


def _label_ends(axes: Axes, lines: list[Line]) -> None:
    """Name the lines at the right of the panel, pushed apart so that no two labels touch."""
    low, high = axes.get_ylim()
    least = (high - low) * LABEL / (axes.get_position().height * axes.figure.bbox.height)
    wanted = [line.points.get(line.year, low) for line in lines]
    for line, end, y in zip(lines, wanted, parts.spread(wanted, least, high), strict=True):
        there = line.year in line.points
        leader = {
            "arrowstyle": "-",
            "color": industry_color(line.industry),
            "lw": 0.7,
            "alpha": 0.7,
        }
        shape = STATUSES[words.shown_status(line.now)][1]
        axes.annotate(
            f"{shape} {line.industry} {phrases.coverage(line.now)}",
            (line.year, end),
            (1.05, y),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=LABEL_COLORS.get(line.now["status"], GREY),
            arrowprops={**leader, "relpos": (0, 0.5), "shrinkB": 4} if there else None,
            annotation_clip=False,
        )


def _plan_keys() -> list[Any]:
    return [
        Patch(facecolor=PLAN, edgecolor=STEP, label="达到年度目标"),
        Line2D(
            [],
            [],
            **{**_style("", 1.6), "color": GREY, "mfc": "white", "ls": "none"},
            label="初步数据",
        ),
    ]


def _industry_keys(rows: pd.DataFrame) -> list[Any]:
    return [
        Line2D([], [], label=industry, **_style(industry, 1))
        for industry in rows["industry"].unique()
    ]
