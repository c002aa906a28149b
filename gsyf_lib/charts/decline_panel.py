"""One panel of the declines: both counts of an industry or area, and its milestones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from gsyf_lib.assessment import COUNTS, shown_status
from gsyf_lib.charts import parts, phrases, years
from gsyf_lib.charts.goals import Goal
from gsyf_lib.charts.style import GREY, STATUS_COLORS, STEP, TOTAL_COLOR

SHORT = {"accidents": "事故", "casualties": "伤亡"}
USUAL = 5  # characters of a label such as +450%
NARROW = 0.7  # a range that leaves room for marks at every ten per cent


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


def changes(goal: Goal) -> dict[int, float]:
    """Return the change by year as a fraction, negative = fewer; the baseline year is 0."""
    known = {year: 0.0 - decline for year, decline in goal.known("decline").items()}
    return {int(goal.now["baseline_year"]): 0.0, **known} if known else {}


def draw_panel(axes: Axes, panel: Panel, low: float, high: float) -> None:
    """Draw the milestones, the heads and both counts between two limits of change."""
    rows = panel.main.rows
    first, last = int(panel.main.now["baseline_year"]), int(rows["year"].max())
    years.year_axis(axes, first, last, {first: "基期", **_milestone_words(rows)})
    axes.set_ylim(low, high)
    step = 20 if high - low > NARROW else 10
    ticks = [tick / 100 for tick in range(-60, 61, step) if low <= tick / 100 <= high]
    years.value_axis(axes, {tick: phrases.signed(tick) for tick in ticks})
    axes.axhline(0, color=STEP, linewidth=0.8, zorder=1.5)
    years.mark_gaps(axes, first, rows.index)
    # A goal without a threshold is to be below the baseline year: its step is at no change.
    tops = {year: 0.0 - threshold for year, threshold in rows["threshold"].fillna(0.0).items()}
    years.milestones(axes, tops, low)
    _draw_heads(axes, panel)
    if not any(changes(goal) for goal in panel.goals.values()):
        parts.message(axes, phrases.no_line(panel.main.now))
    # Accidents last, so that their line lies on top.
    for indicator in reversed(list(panel.goals)):
        _draw_goal(axes, panel.goals[indicator], indicator, panel.color)


def _milestone_words(rows: pd.DataFrame) -> dict[int, str]:
    return {
        year: "<0" if pd.isna(threshold) else phrases.signed(-float(threshold))
        for year, threshold in rows["threshold"].items()
    }


def _draw_heads(axes: Axes, panel: Panel) -> None:
    """Write above the panel its name, and for each count a sample of its line, words, verdict."""
    parts.title(axes, panel.name, 35)
    if panel.main.now["status"] == "not_applicable":
        return
    corner = parts.points_from(axes, 0, 1)
    for n, (indicator, goal) in enumerate(panel.goals.items()):
        height = 21 - 13 * n
        sample = {**_line(indicator, panel.color), "marker": "none", "clip_on": False}
        axes.add_line(Line2D([0, 16], [height + 3] * 2, transform=corner, **sample))
        text = f"{SHORT[indicator]} {phrases.counts(goal.now)}".rstrip()
        axes.text(21, height, text, transform=corner, va="baseline")
        verdict = phrases.status_words(shown_status(goal.now))
        parts.head_right(axes, height, verdict, STATUS_COLORS.get(goal.now["status"], GREY))


def _draw_goal(axes: Axes, goal: Goal, indicator: str, color: str) -> None:
    low, high = axes.get_ylim()
    points = changes(goal)
    inside = {year: float(np.clip(y, low, high)) for year, y in points.items()}
    if indicator == "accidents":
        _draw_intervals(axes, goal, color)
    years.draw_points(axes, inside, goal.provisional, _line(indicator, color))
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


def _label_outside(axes: Axes, change: float, place: tuple[int, float], inwards: float) -> None:
    """Write the change beside a point that stands at the edge because it lies beyond.

    The label of the casualties stands further inwards, since both counts may lie beyond at once.
    None is wider than a year, since several years may.
    """
    told = phrases.signed(change)
    axes.annotate(
        told,
        place,
        (0, -inwards if change > 0 else inwards),
        textcoords="offset points",
        ha="center",
        va="top" if change > 0 else "bottom",
        fontsize=8 if len(told) <= USUAL else 6,
        color=GREY,
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.3},
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


def keys(goal: Goal) -> list[Any]:
    """Return the keys of the legend."""
    accidents, casualties = (_line(indicator, TOTAL_COLOR) for indicator in COUNTS)
    hollow = {**accidents, "linestyle": "none", "markerfacecolor": "white"}
    return [
        parts.key("事故起数（细竖线：95%区间）", **accidents),
        parts.key("伤亡人数", **casualties),
        parts.key("初步数据", **hollow),
        parts.plan_key(),
        *years.gap_key(int(goal.now["baseline_year"]), goal.rows.index),
    ]
