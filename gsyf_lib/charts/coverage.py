"""Training coverage by industry, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gsyf_lib import wording
from gsyf_lib.assessment import shown_status
from gsyf_lib.charts import parts, years
from gsyf_lib.charts.data import data_table, goal_line
from gsyf_lib.charts.goals import Goal, area_rows, goals_by, year_drawn
from gsyf_lib.charts.series import EVERY, FigureSeries, series
from gsyf_lib.charts.style import GREY, INK, STATUS_COLORS, Figure, drawing, industry_color
from gsyf_lib.documents.blocks import Table

TRAININGS = ("safety_training_coverage", "health_training_coverage")
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
        return _figure_of_areas(list(rows["area"].unique()), EVERY, rows=rows, year=year)
    return _figure_of_area(area_rows(results, area, TRAININGS), year)


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
    last = year_drawn(rows, year)
    return series(list(rows["area"].unique()), partial(_figure_of_areas, rows=rows, year=last))


def _rows_of_areas(results: pd.DataFrame) -> pd.DataFrame:
    return results[results["indicator"].isin(TRAININGS) & (results["level"] != "county")]


def _lines(rows: pd.DataFrame, year: int) -> list[Goal]:
    """Return the goals that are lines of a panel: one per kind of training and industry."""
    by_kind = [rows[rows["indicator"] == kind] for kind in TRAININGS]
    return [goal for kind in by_kind for goal in goals_by(kind, "industry", year).values()]


def _figure_of_area(rows: pd.DataFrame, year: int | None) -> Figure:
    """Draw a panel for each kind of training, with the industries named at their lines."""
    last, low = year_drawn(rows, year), _lowest(rows)
    panels = {kind: _lines(rows[rows["indicator"] == kind], last) for kind in TRAININGS}
    panels = {wording.INDICATORS[kind]: lines for kind, lines in panels.items() if lines}
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), 2, plot=170, head=24, foot=30, gap=136, labels=112
        )
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            _draw_panel(axes, lines, low, 1.6)
            _label_ends(axes, lines)
        parts.legend(figure, _plan_keys())
    by_training = "；".join(
        f"{name}：{'，'.join(map(_alt_line, lines))}" for name, lines in panels.items()
    )
    area = rows["area"].iloc[0]
    figure.alt = f"{last}年，{area}{_verdicts(rows, last)}。{by_training}。"
    figure.data = _data(rows, last, area)
    return figure


def _figure_of_areas(
    names: Sequence[str], areas: str, *, rows: pd.DataFrame, year: int | None
) -> Figure:
    """Draw one panel per area.

    Parameters
    ----------
    names : the areas of this figure
    areas : the same in a phrase, such as 各地区
    rows : those of the areas of all figures, so that these have one scale
    """
    last, low = year_drawn(rows, year), _lowest(rows)
    drawn = rows[rows["area"].isin(names)]
    panels = {name: _lines(drawn[drawn["area"] == name], last) for name in names}
    with drawing():
        figure, every_axes = parts.grid(len(names), 3, plot=96, head=30, foot=30, gap=8)
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, _tally(lines))
            _draw_panel(axes, lines, low, 1)
        keys = [parts.key(name, **_line_style(name, 1)) for name in rows["industry"].unique()]
        parts.legend(figure, [*keys, *_plan_keys()])
    by_area = "；".join(f"{name}{_tally(lines)}" for name, lines in panels.items())
    figure.alt = f"{last}年，{areas}{_verdicts(drawn, last)}。{by_area}。"
    figure.data = _data(drawn, last, areas)
    return figure


def _lowest(rows: pd.DataFrame) -> float:
    """Return the highest of ``AXIS_STARTS`` that still lies below all figures and milestones."""
    # The margin keeps a marker at the lowest figure inside the panel.
    least = min(rows["value"].min(), rows["threshold"].min()) - 0.02
    return max([step for step in AXIS_STARTS if step <= least], default=0.0)


def _draw_panel(axes: Axes, lines: list[Goal], low: float, width: float) -> None:
    """Draw the milestones and a line per industry, on an axis that starts at ``low``."""
    steps = lines[0].rows["threshold"]
    goals = {year: wording.goal(threshold) for year, threshold in steps.items()}
    years.year_axis(axes, min(goals), max(goals), goals)
    axes.set_ylim(low, AXIS_END)
    ticks = [tick / 100 for tick in range(round(100 * low), 101, 20)]
    years.value_axis(axes, {tick: f"{tick:.0%}" for tick in ticks})
    years.milestones(axes, dict(steps.items()), AXIS_END)
    for line in lines:
        style = _line_style(line.now["industry"], width)
        years.draw_points(axes, line.known("value"), line.provisional, style)
    # An empty panel says why, if all industries have the same reason.
    if not any(line.known("value") for line in lines):
        reasons = {wording.coverage_words(line.now) for line in lines}
        parts.message(axes, reasons.pop() if len(reasons) == 1 else wording.STATUSES["unjudged"])


def _label_ends(axes: Axes, lines: list[Goal]) -> None:
    """Name the lines at the right of the panel, pushed apart so that no two labels touch."""
    low, high = axes.get_ylim()
    least = (high - low) * LABEL_HEIGHT / parts.panel_size(axes)[1]
    # An industry without a figure is named too, at the foot, and without a leader.
    ends = [line.known("value").get(line.year, low) for line in lines]
    for line, end, y in zip(lines, ends, spread(ends, least, high), strict=True):
        axes.annotate(
            _label(line),
            (line.year, end),
            (1.05, y),  # across in widths of the panel, upwards on the axis of coverage
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=LABEL_COLORS.get(line.now["status"], GREY),
            arrowprops=_leader(line) if line.year in line.known("value") else None,
            annotation_clip=False,
        )


def _label(line: Goal) -> str:
    shape = wording.SHAPES[shown_status(line.now)]
    return f"{shape} {line.now['industry']} {wording.coverage_words(line.now)}"


def _leader(line: Goal) -> dict[str, Any]:
    """Return how the thin line from a label to the end of its line is drawn."""
    color = industry_color(line.now["industry"])
    thin = {"arrowstyle": "-", "color": color, "lw": 0.7, "alpha": 0.7}
    return {**thin, "relpos": (0, 0.5), "shrinkB": 4}


def spread(heights: Sequence[float], least: float, highest: float) -> list[float]:
    """Return the heights moved as little as needed to be ``least`` apart, none over ``highest``.

    Examples
    --------
    >>> spread([3, 3, 1], 1, 3)
    [3, 2, 1]
    """
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


def _verdicts(rows: pd.DataFrame, year: int) -> str:
    """Return how many goals of the year are met, by kind of training."""
    now = rows[rows["year"] == year]
    by_kind = {kind: now[now["indicator"] == kind] for kind in TRAININGS}
    return "；".join(
        f"{wording.INDICATORS[kind]}{wording.verdict_list(goals)}"
        for kind, goals in by_kind.items()
        if len(goals)
    )


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


def _data(rows: pd.DataFrame, year: int, areas: str) -> Table | None:
    """Return every figure drawn; a single area is named by the caption, several in a column."""
    heads = {"area": "地区", "industry": "行业"}
    if rows["area"].nunique() == 1:
        del heads["area"]
    lines = [
        {**{head: row[column] for column, head in heads.items()}, **goal_line(row)}
        for _, row in rows[rows["year"] <= year].iterrows()
    ]
    return data_table(lines, f"{areas}重点岗位人员培训覆盖率（*为初步数据）")
