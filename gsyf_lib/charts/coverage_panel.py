"""One panel of coverage: a line per industry, and the labels at the ends of the lines."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes

from gsyf_lib import wording
from gsyf_lib.assessment import shown_status
from gsyf_lib.charts import parts, phrases, years
from gsyf_lib.charts.goals import Goal
from gsyf_lib.charts.style import GREY, INK, STATUS_COLORS, industry_color

MARKERS = {
    "危险化学品": "s",
    "煤矿": "o",
    "非煤矿山": "^",
    "建筑施工": "D",
    "交通运输": "v",
    "机械制造": "P",
}
HIGHEST = 1.03  # room for the markers of those who reach 100 %
# Most goals are met, so that only those missed are coloured.
LABEL_COLORS = {**STATUS_COLORS, "met": INK}
LABEL = 12.5  # points from one label to the next


def draw_panel(axes: Axes, lines: list[Goal], low: float, width: float) -> None:
    """Draw the milestones and a line per industry, on an axis that starts at ``low``."""
    steps = lines[0].rows["threshold"]
    goals = {year: wording.goal(threshold) for year, threshold in steps.items()}
    years.year_axis(axes, min(goals), max(goals), goals)
    axes.set_ylim(low, HIGHEST)
    ticks = [tick / 100 for tick in range(round(100 * low), 101, 20)]
    years.value_axis(axes, {tick: f"{tick:.0%}" for tick in ticks})
    years.milestones(axes, dict(steps.items()), HIGHEST)
    for line in lines:
        style = line_style(line.now["industry"], width)
        years.draw_points(axes, line.known("value"), line.provisional, style)
    # An empty panel says why, if all industries have the same reason.
    if not any(line.known("value") for line in lines):
        said = {phrases.coverage(line.now) for line in lines}
        parts.message(axes, said.pop() if len(said) == 1 else wording.STATUSES["unjudged"])


def label_ends(axes: Axes, lines: list[Goal]) -> None:
    """Name the lines at the right of the panel, pushed apart so that no two labels touch."""
    low, high = axes.get_ylim()
    least = (high - low) * LABEL / parts.panel_size(axes)[1]
    wanted = [line.known("value").get(line.year, low) for line in lines]
    for line, end, y in zip(lines, wanted, spread(wanted, least, high), strict=True):
        axes.annotate(
            _label(line),
            (line.year, end),
            (1.05, y),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=LABEL_COLORS.get(line.now["status"], GREY),
            arrowprops=_leader(line) if line.year in line.known("value") else None,
            annotation_clip=False,
        )


def _label(line: Goal) -> str:
    shape = wording.SHAPES[shown_status(line.now)]
    return f"{shape} {line.now['industry']} {phrases.coverage(line.now)}"


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
    order = sorted(range(len(heights)), key=lambda n: (heights[n], -n))
    placed = list(heights)
    # Once upwards, each pushed off the one below; then down again from the top, where there is
    # no more room.
    for below, n in pairwise(order):
        placed[n] = max(placed[n], placed[below] + least)
    room = highest
    for n in reversed(order):
        placed[n] = min(placed[n], room)
        room = placed[n] - least
    return placed


def line_style(industry: str, width: float) -> dict[str, Any]:
    """Return how an industry is drawn: its colour, its marker, a line of this width."""
    return {
        "color": industry_color(industry),
        "linewidth": width,
        "marker": MARKERS.get(industry, "o"),
        "markersize": 2.6 * width + 1,
    }


def plan_keys() -> list[Any]:
    """Return the keys of what the lines are drawn on."""
    hollow = {**line_style("", 1.6), "color": GREY, "mfc": "white", "ls": "none"}
    return [parts.plan_key(), parts.key("初步数据", **hollow)]
