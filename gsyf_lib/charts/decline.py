"""Accidents and casualties against the baseline year, beside the plan's milestones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL, shown_status
from gsyf_lib.charts import parts, years
from gsyf_lib.charts.data import change_interval, data_table, goal_line
from gsyf_lib.charts.goals import Goal, area_rows, goals_by, year_drawn
from gsyf_lib.charts.series import EVERY, FigureSeries, series
from gsyf_lib.charts.style import (
    GREY,
    STATUS_COLORS,
    STEP,
    TOTAL_COLOR,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.documents.blocks import Table

# Where five cases become fifty, an axis that reaches to +900 % would flatten every other line. What
# lies beyond these limits is drawn at the edge, with its value beside it.
LOWEST, HIGHEST = -0.6, 0.6
SHORT = {"accidents": "事故", "casualties": "伤亡"}
USUAL_LABEL = 5  # characters, such as +450%
NARROW_RANGE = 0.7  # leaves room for marks at every ten per cent


@dataclass(frozen=True)
class Panel:
    """One panel: its name, its colour, and its goals by indicator, accidents first."""

    name: str
    color: str
    goals: Mapping[str, Goal]

    @property
    def main(self) -> Goal:
        """The goal whose milestones and intervals are drawn."""
        return next(iter(self.goals.values()))


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
    panels = _panels(results, area, year)
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
    panels = _panels(results, None, year)
    return series(panels, partial(_figure, limits=_limits(panels)))


def _panels(results: pd.DataFrame, area: str | None, year: int | None) -> list[Panel]:
    """Return one panel per industry of an area, or per area with 重点行业合计."""
    if area is None:
        rows = results[results["indicator"].isin(COUNTS) & (results["level"] != "county")]
        rows = rows[rows["industry"] == TOTAL]
        by, colors = "area", dict.fromkeys(rows["area"], TOTAL_COLOR)
    else:
        rows = area_rows(results, area, COUNTS)
        rows = rows[rows["industry"] != TOTAL]
        by, colors = "industry", {name: industry_color(name) for name in rows["industry"]}
    last = year_drawn(rows, year)
    return [
        Panel(name, color, goals_by(rows[rows[by] == name], "indicator", last))
        for name, color in colors.items()
    ]


def _limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """Return the range that all panels share: wide enough for the lines, never beyond ±60 %."""
    goals = [goal for panel in panels for goal in panel.goals.values()]
    drawn = [change for goal in goals for change in _changes(goal).values()]
    milestones = [float(t) for panel in panels for t in panel.main.rows["threshold"].dropna()]
    # Below the deepest milestone there has to be room for the shade that says what meets it.
    low = min([*drawn, *(-1.5 * t for t in milestones), 0.0]) - 0.05
    high = max([*drawn, 0.1]) + 0.05
    return max(low, LOWEST), min(high, HIGHEST)


def _figure(panels: Sequence[Panel], areas: str | None, *, limits: tuple[float, float]) -> Figure:
    """Draw the panels: of one area's industries, or (``areas``: who they are) of several areas."""
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), min(len(panels), 3), plot=116, head=54, foot=30, gap=8
        )
        for axes, panel in zip(every_axes, panels, strict=True):
            _draw_panel(axes, panel, *limits)
        parts.legend(figure, _keys(panels[0].main))
    figure.alt = _alt(panels, areas)
    figure.data = _data(panels, areas)
    return figure


def _changes(goal: Goal) -> dict[int, float]:
    """Return the change by year as a fraction, negative = fewer; the baseline year is 0."""
    # Taken from 0.0, a decline of 0 becomes 0.0; with a bare minus it would become -0.0.
    known = {year: 0.0 - decline for year, decline in goal.known("decline").items()}
    return {int(goal.now["baseline_year"]): 0.0, **known} if known else {}


def _draw_panel(axes: Axes, panel: Panel, low: float, high: float) -> None:
    """Draw the milestones, the heads and both counts between two limits of change."""
    rows = panel.main.rows
    first, last = int(panel.main.now["baseline_year"]), int(rows["year"].max())
    years.year_axis(axes, first, last, {first: "基期", **_milestone_words(rows)})
    axes.set_ylim(low, high)
    step = 20 if high - low > NARROW_RANGE else 10
    ticks = [tick / 100 for tick in range(-60, 61, step) if low <= tick / 100 <= high]
    years.value_axis(axes, {tick: wording.signed_percent(tick) for tick in ticks})
    axes.axhline(0, color=STEP, linewidth=0.8, zorder=1.5)
    years.mark_gaps(axes, first, rows.index)
    # A goal without a threshold is to be below the baseline year: its milestone is at no change.
    milestones = {
        year: 0.0 - threshold for year, threshold in rows["threshold"].fillna(0.0).items()
    }
    years.milestones(axes, milestones, low)
    _draw_heads(axes, panel)
    if not any(_changes(goal) for goal in panel.goals.values()):
        parts.message(axes, wording.why_no_line(panel.main.now))
    # Accidents last, so that their line lies on top.
    for indicator in reversed(list(panel.goals)):
        _draw_goal(axes, panel.goals[indicator], indicator, panel.color)


def _milestone_words(rows: pd.DataFrame) -> dict[int, str]:
    return {
        year: "<0" if pd.isna(threshold) else wording.signed_percent(-float(threshold))
        for year, threshold in rows["threshold"].items()
    }


def _draw_heads(axes: Axes, panel: Panel) -> None:
    """Write above the panel its name, and for each count a sample of its line, words, verdict."""
    parts.title(axes, panel.name, 35)
    # Of an industry that an area does not have, the message in the panel says enough.
    if panel.main.now["status"] == "not_applicable":
        return
    corner = parts.points_from(axes, 0, 1)
    for n, (indicator, goal) in enumerate(panel.goals.items()):
        height = 21 - 13 * n  # points above the panel; the second count stands in the line below
        sample = {**_line_style(indicator, panel.color), "marker": "none", "clip_on": False}
        axes.add_line(Line2D([0, 16], [height + 3] * 2, transform=corner, **sample))
        text = f"{SHORT[indicator]} {wording.counts_with_change(goal.now)}".rstrip()
        axes.text(21, height, text, transform=corner, va="baseline")
        verdict = wording.status_with_shape(shown_status(goal.now))
        parts.head_right(axes, height, verdict, STATUS_COLORS.get(goal.now["status"], GREY))


def _draw_goal(axes: Axes, goal: Goal, indicator: str, color: str) -> None:
    low, high = axes.get_ylim()
    points = _changes(goal)
    inside = {year: float(np.clip(y, low, high)) for year, y in points.items()}
    if indicator == "accidents":
        _draw_intervals(axes, goal, color)
    years.draw_points(axes, inside, goal.provisional, _line_style(indicator, color))
    # Both counts may lie beyond the range in the same year: their labels must not cover each other.
    inwards = 5 if indicator == "accidents" else 16
    for year, y in points.items():
        if y != inside[year]:
            _label_outside(axes, y, (year, inside[year]), inwards)


def _draw_intervals(axes: Axes, goal: Goal, color: str) -> None:
    # Intervals are of declines, the axis shows changes: ends and signs are exchanged.
    ends = goal.drawn[["interval_low", "interval_high"]]
    known = ends[np.isfinite(ends).all(axis=1)]
    axes.vlines(
        known.index, -known["interval_high"], -known["interval_low"], color=color, lw=1, alpha=0.5
    )


def _label_outside(axes: Axes, change: float, at: tuple[int, float], inwards: float) -> None:
    """Write its change beside a point that is drawn at the edge, ``inwards`` points from it."""
    label = wording.signed_percent(change)
    axes.annotate(
        label,
        at,
        (0, -inwards if change > 0 else inwards),
        textcoords="offset points",
        ha="center",
        va="top" if change > 0 else "bottom",
        # No label is wider than a year, since the year beside it may have one as well.
        fontsize=8 if len(label) <= USUAL_LABEL else 6,
        color=GREY,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
    )


def _line_style(indicator: str, color: str) -> dict[str, Any]:
    """Return a count's style: accidents solid, casualties thinner, dashed and lighter."""
    if indicator == "accidents":
        return {"color": color, "linewidth": 2, "marker": "o", "markersize": 5}
    # Seven tenths of the colour and three tenths of white.
    red, green, blue = (0.3 + 0.7 * part for part in to_rgb(color))
    return {
        "color": to_hex((red, green, blue)),
        "linewidth": 1.3,
        "linestyle": (0, (3, 1.5)),
        "marker": "D",
        "markersize": 3.5,
    }


def _keys(goal: Goal) -> list[Any]:
    """Return the keys of the legend."""
    accidents, casualties = (_line_style(indicator, TOTAL_COLOR) for indicator in COUNTS)
    hollow = {**accidents, "linestyle": "none", "markerfacecolor": "white"}
    return [
        parts.key("事故起数（细竖线：95%区间）", **accidents),
        parts.key("伤亡人数", **casualties),
        parts.key("初步数据", **hollow),
        parts.plan_key(),
        *years.gap_key(int(goal.now["baseline_year"]), goal.rows.index),
    ]


def _alt(panels: Sequence[Panel], areas: str | None) -> str:
    """Return what the figure says: how many targets are met, then every change."""
    now = panels[0].main.now
    what = f"{areas}{TOTAL}" if areas else f"{now['area']}各行业"
    verdicts = "；".join(
        wording.INDICATORS[indicator]
        + wording.verdict_list(pd.DataFrame([panel.goals[indicator].now for panel in panels]))
        for indicator in panels[0].goals
    )
    changes = "；".join(panel.name + _alt_goals(panel) for panel in panels)
    return f"{wording.years_compared(now)}，{what}{verdicts}。{changes}。"


def _alt_goals(panel: Panel) -> str:
    if all(goal.now["status"] == "not_applicable" for goal in panel.goals.values()):
        return wording.why_no_line(panel.main.now)
    return "，".join(
        SHORT[indicator] + wording.change_with_verdict(goal.now)
        for indicator, goal in panel.goals.items()
    )


def _data(panels: Sequence[Panel], areas: str | None) -> Table | None:
    """Return every figure drawn; the milestones of later years stand under the panels."""
    now, name = panels[0].main.now, "地区" if areas else "行业"
    lines = [
        {name: panel.name, **goal_line(row, change_interval(row))}
        for panel in panels
        for goal in panel.goals.values()
        for _, row in goal.drawn.iterrows()
    ]
    what = f"{areas}{TOTAL}" if areas else now["area"]
    compared = f"事故起数、伤亡人数与{now['baseline_year']}年相比"
    return data_table(lines, f"{what}{compared}（*为初步数据）")
