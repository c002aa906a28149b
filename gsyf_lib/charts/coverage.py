"""Training coverage as dots against the plan's milestones, a row for every industry."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from gsyf_lib import wording
from gsyf_lib.assessment import COVERAGES, shown_status
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import goals_frame, goals_table
from gsyf_lib.charts.figure import (
    GREY,
    INK,
    PALE,
    PLAN,
    STATUS_COLORS,
    STEP,
    Figure,
    FigureSeries,
    drawing,
    industry_color,
    lightened,
)
from gsyf_lib.charts.goals import EVERY, Goal, Panels, in_pages, panels_by, rows_of, verdicts
from gsyf_lib.vocabulary import UNITS

# Where the axis may start. Most figures lie above 60 %: from zero, the dots would run together.
AXIS_STARTS = (0.0, 0.2, 0.4, 0.6)
AXIS_END = 1.03  # room for the dots of those who reach 100 %
# Most goals are met, so that only those missed are coloured.
LABEL_COLORS = {**STATUS_COLORS, "met": INK}
# In points: the height of a row, the room for its name on the left and its figures on the right.
ROW_HEIGHT, NAMES, FIGURES = 15.0, 50.0, 92.0
SMALL_ROW, SHARES = 12.0, 54.0  # the same where every area has a panel, with room for the share


@dataclass(frozen=True)
class DotRow:
    """A row of a panel: its name, the year it shows, and the coverage of the years before."""

    name: str
    shown: pd.Series
    before: tuple[float, ...] = ()


def coverage_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """画出各行业的培训覆盖率，并与年度目标对照；阴影从达标处开始。

    参数和错误同 ``decline_figure``。写明地区的，每类培训一幅；只涉及一个行业的，逐年各一行。不写地
    区的，每个地区一小幅，包括各行业。

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
    """内容同 ``coverage_figure``；地区超过12个的分为几幅，刻度相同。

    参数和错误同 ``coverage_figure``。

    Examples
    --------
    >>> len(gs.page.coverage_figures(history, year=2023))
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
    every = pd.concat([goal.rows for goals in panels.values() for goal in goals])
    # The margin keeps a dot at the lowest figure inside the panel.
    least = every[["value", "threshold"]].min().min() - 0.02
    return max([step for step in AXIS_STARTS if step <= least], default=0.0)


def _figure(panels: Panels, areas: str, *, low: float) -> Figure:
    """Draw the panels: the kinds of training of one area, or several areas, named by a phrase."""
    goals = [goal for panel in panels.values() for goal in panel]
    first = goals[0].now
    is_one = first["area"] not in panels
    draw = _draw_of_area if is_one else _draw_of_areas
    with drawing():
        figure, told = draw(panels, low)
        parts.legend(figure, _keys(first["year"]))
    whose = first["area"] if is_one else areas
    figure.alt = f"{first['year']}年，{whose}{verdicts(panels)}。{'；'.join(told)}。"
    # A single area is named by the caption, several in a column.
    names = {"area": "地区", "industry": "行业"}
    if len({goal.now["area"] for goal in goals}) == 1:
        del names["area"]
    rows = pd.concat([goal.drawn for goal in goals]).sort_values("year", kind="stable")
    figure.frame = goals_frame(rows)
    figure.data = partial(goals_table, rows, names, f"{whose}重点岗位人员培训覆盖率（*为初步数据）")
    return figure


def _draw_of_area(panels: Panels, low: float) -> tuple[Figure, list[str]]:
    """Draw a panel for each kind of training, with the counts at the end of every row."""
    rows = {indicator: _rows(goals) for indicator, goals in panels.items()}
    most = max(map(len, rows.values()))
    figure, every_axes = parts.grid(
        len(panels), 2, plot=ROW_HEIGHT * most, head=24, foot=18, gap=8, left=NAMES, labels=FIGURES
    )
    for axes, (indicator, drawn) in zip(every_axes, rows.items(), strict=True):
        now = panels[indicator][0].now
        # Of a single industry every year has its own row, and its own milestone.
        of_one = len(panels[indicator]) == 1
        what = (
            f"（{now['industry']}历年）"
            if of_one
            else f"（{now['year']}年目标{wording.goal(now['threshold'])}）"
        )
        parts.title(axes, wording.INDICATORS[indicator] + what, 9)
        _draw_rows(axes, drawn, low, most, _figures)
    told = [
        f"{wording.INDICATORS[indicator]}：{'，'.join(map(_alt_goal, goals))}"
        for indicator, goals in panels.items()
    ]
    return figure, told


def _draw_of_areas(panels: Panels, low: float) -> tuple[Figure, list[str]]:
    """Draw a small panel for each area, with the coverage at the end of every row."""
    rows = {area: _rows(goals) for area, goals in panels.items()}
    most = max(map(len, rows.values()))
    figure, every_axes = parts.grid(
        len(panels), 3, plot=SMALL_ROW * most, head=30, foot=18, gap=8, left=NAMES, labels=SHARES
    )
    for axes, (area, drawn) in zip(every_axes, rows.items(), strict=True):
        parts.title(axes, area, 9)
        parts.head_right(axes, 9, _tally(panels[area]))
        _draw_rows(axes, drawn, low, most, wording.coverage_words)
    return figure, [f"{area}{_tally(goals)}" for area, goals in panels.items()]


def _rows(goals: list[Goal]) -> list[DotRow]:
    """Return a row for each industry, or for each year of the only one."""
    if len(goals) > 1:
        return [_row(goal) for goal in goals]
    (goal,) = goals
    # Of the years still to come only the milestone is drawn.
    ahead = goal.rows["year"] > goal.year
    rows = goal.rows.assign(value=goal.rows["value"].mask(ahead))
    return [DotRow(f"{year}年", row) for year, row in rows.iterrows()]


def _row(goal: Goal) -> DotRow:
    known = goal.known("value")
    before = tuple(value for year, value in known.items() if year < goal.year)
    return DotRow(goal.now["industry"], goal.now, before)


def _draw_rows(
    axes: Axes, rows: list[DotRow], low: float, most: int, figures: Callable[[pd.Series], str]
) -> None:
    """Draw rows below each other, named on the left, with their ``figures`` in words on the right.

    The panel has room for ``most`` rows: in all panels of a figure they have the same height.
    """
    axes.set_xlim(low, AXIS_END)
    axes.set_ylim(most - 0.5, -0.5)
    axes.set_axis_off()
    _draw_axis(axes, low, len(rows))
    for y, row in enumerate(rows):
        _draw_row(axes, y, row)
        shape, color = wording.SHAPES[shown_status(row.shown)], row.shown["status"]
        words = f"{shape} {figures(row.shown)}"
        parts.beside(axes, row.name, (low, y), (-4, 0), ha="right", va="center")
        parts.beside(
            axes,
            words,
            (AXIS_END, y),
            (3, 0),
            ha="left",
            va="center",
            color=LABEL_COLORS.get(color, GREY),
        )


def _draw_axis(axes: Axes, low: float, rows: int) -> None:
    """Draw a line down through the rows at every 20 per cent, with its text at their foot."""
    ticks = [tick / 100 for tick in range(round(100 * low), 101, 20)]
    axes.vlines(ticks, -0.5, rows - 0.5, color=PALE, lw=0.6, zorder=0.5, clip_on=False)
    for tick in ticks:
        off = (0, -parts.PAD * 72)
        parts.beside(axes, f"{tick:.0%}", (tick, rows - 0.5), off, va="top", **parts.TICK)


def _draw_row(axes: Axes, y: int, row: DotRow) -> None:
    """Draw the milestone of a row, the shade that meets it, the years before, and the dot."""
    goal, color = row.shown["threshold"], industry_color(row.shown["industry"])
    shade: dict[str, Any] = {"facecolor": PLAN, "linewidth": 0, "zorder": 0.4}
    axes.add_patch(Rectangle((goal, y - 0.5), AXIS_END - goal, 1, **shade))
    axes.plot([goal, goal], [y - 0.5, y + 0.5], color=STEP, lw=1.2, zorder=1.5, clip_on=False)
    known, pale = pd.notna(row.shown["value"]), lightened(color, 0.5)
    reached = [*row.before, row.shown["value"]] if known else row.before
    if reached:
        axes.plot([min(reached), max(reached)], [y, y], color=pale, lw=0.8, clip_on=False)
    axes.plot(row.before, [y] * len(row.before), **_dot(pale, 2.5))
    if not known:
        return
    face = "white" if row.shown["provisional"] else color
    axes.plot(row.shown["value"], y, **_dot(color, 6), markerfacecolor=face)


def _dot(color: str, size: float) -> dict[str, Any]:
    return {"color": color, "marker": "o", "ls": "none", "markersize": size, "clip_on": False}


def _keys(year: int) -> list[Any]:
    return [
        parts.key(f"{year}年", **_dot(GREY, 6)),
        parts.key("初步数据", **_dot(GREY, 6), markerfacecolor="white"),
        parts.key("以前年度", **_dot(lightened(GREY, 0.5), 2.5)),
        parts.plan_key(),
    ]


def _figures(row: pd.Series) -> str:
    """Return the coverage of a row and its counts; of a year to come, what is to be reached."""
    if pd.isna(row["value"]):
        return wording.coverage_words(row)
    counts = wording.share_counts(row).removesuffix(UNITS[row["indicator"]])
    return f"{wording.coverage_words(row)} {counts}".rstrip()


def _tally(goals: list[Goal]) -> str:
    """Return how many of the goals that apply are met."""
    statuses = [shown_status(goal.now) for goal in goals]
    apply = [status for status in statuses if status != "not_applicable"]
    # If an area has handed in nothing, it says so: 0 of 12 would read like a verdict.
    if len(set(apply)) == 1 and apply[0] not in ("met", "missed"):
        return wording.STATUSES[apply[0]]
    return f"{len(apply)}项中{apply.count('met')}项达标"


def _alt_goal(goal: Goal) -> str:
    """Return the coverage of an industry and its verdict, in the last year drawn."""
    shown, word = wording.coverage_words(goal.now), wording.status_word(goal.now)
    # Without a figure, the word of the verdict stands in its place already.
    return f"{goal.now['industry']}{shown}" + (f"（{word}）" if shown != word else "")
