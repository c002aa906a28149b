"""What the kinds of figures share: the grid of panels, heads, year axes, keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation, Transform

from gsyf_lib.figures.rows import gap_years, runs
from gsyf_lib.figures.style import GREY, INK, PALE, PLAN, STEP, WIDTH, Figure

__all__ = [
    "mark_gaps",
    "gap_key",
    "few_ticks",
    "STATUS_COLORS",
    "draw_points",
    "grid",
    "head_line",
    "head_right",
    "legend",
    "message",
    "milestones",
    "spread",
    "title",
    "value_axis",
    "year_axis",
]

LEFT, RIGHT, LEGEND = 34.0, 4.0, 24.0
NARROW = 340.0  # the widest piece of a figure whose text can be read on a telephone
ROW = 240.0  # of keys on a narrow screen
KEY, SPACE = 2.3 * 9, 1.5 * 9  # of a legend: the sample before a text, the room after it
GAP: Mapping[str, Any] = {
    "facecolor": "#f7f7f5",
    "edgecolor": PALE,
    "hatch": "////",
    "linewidth": 0,
}
PAD = 3 / 72  # inches
TICK: Mapping[str, Any] = {"fontsize": 8.5, "color": GREY}
STATUS_COLORS: Mapping[str, str] = {"met": "#1b6e3c", "missed": "#b3261e"}


def grid(
    count: int,
    columns: int,
    *,
    plot: float,
    head: float,
    foot: float,
    gap: float,
    labels: float = RIGHT,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``count`` panels at fixed places; all lengths in points.

    Parameters
    ----------
    count, columns : how many panels, and how many side by side
    plot : height of a plot; ``head`` above and ``foot`` below it hold its text
    gap : between panels, without the room of the left axis and of labels
    labels : room right of every panel
    """
    rows = -(-count // columns)
    height = rows * (head + plot + foot) + LEGEND
    figure = Figure(height)
    whole = (WIDTH - (columns - 1) * gap) / columns
    width = whole - LEFT - labels
    panels, boxes = [], []
    for n in range(count):
        row, column = divmod(n, columns)
        left, top = column * (whole + gap), row * (head + plot + foot)
        y = height - top - head - plot
        place = ((left + LEFT) / WIDTH, y / height, width / WIDTH, plot / height)
        panels.append(figure.add_axes(place))
        boxes.append((left, top, whole, head + plot + foot, f"axes_{n + 1}"))
    if whole <= NARROW:
        figure.pieces = [[box] for box in boxes]
    return figure, panels


def points_from(axes: Axes, x: float, y: float) -> Transform:
    """Return coordinates in points, counted from a corner of the panel (0 or 1 each way)."""
    corner = ScaledTranslation(x, y, cast(Affine2DBase, axes.transAxes))
    return Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans + corner


def head_line(axes: Axes, height: float, text: str, line: Mapping[str, Any]) -> None:
    """Write a line of text above a panel, behind a sample of the line it is about."""
    place = points_from(axes, 0, 1)
    sample = Line2D([0, 16], [height + 3] * 2, transform=place, clip_on=False, **line)
    axes.add_line(sample)
    axes.text(21, height, text, transform=place, va="baseline")


def head_right(axes: Axes, height: float, text: str, color: str = GREY) -> None:
    """Write above a panel, at its right edge."""
    place = points_from(axes, 1, 1)
    axes.text(0, height, text, transform=place, ha="right", va="baseline", color=color)


def title(axes: Axes, text: str, height: float) -> None:
    """Name a panel, ``height`` points above it."""
    place = points_from(axes, 0, 1)
    axes.text(0, height, text, transform=place, fontsize=11, va="baseline")


def year_axis(axes: Axes, first: int, last: int, below: Mapping[int, str]) -> None:
    """Mark the years, and below each its goal."""
    years = range(first, last + 1)
    axes.set_xlim(first - 0.45, last + 0.5)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    place = axes.get_xaxis_transform() + ScaledTranslation(0, -PAD, axes.figure.dpi_scale_trans)
    for year in years:
        text = f"{year}\n{below.get(year, '')}".rstrip()
        axes.text(year, 0, text, transform=place, ha="center", va="top", **TICK)


def value_axis(axes: Axes, marks: Mapping[float, str]) -> None:
    """Mark values with a line across the panel and a word left of it.

    Not by ticks, nor are the years: a tick is five artists, and a hundred panels have a thousand.
    """
    axes.yaxis.set_visible(False)
    axes.hlines(
        list(marks), 0, 1, transform=axes.get_yaxis_transform(), color=PALE, lw=0.6, zorder=0.5
    )
    place = axes.get_yaxis_transform() + ScaledTranslation(-PAD, 0, axes.figure.dpi_scale_trans)
    for value, text in marks.items():
        axes.text(0, value, text, transform=place, ha="right", va="center_baseline", **TICK)


def mark_gaps(axes: Axes, first: int, years: Iterable[int]) -> None:
    """Set off the years for which the plan asks for no data (reading 7)."""
    for year in gap_years(first, years):
        axes.axvspan(year - 0.5, year + 0.5, zorder=0.4, **GAP)


def gap_key(first: int, years: Iterable[int]) -> list[Patch]:
    """Return the key to ``mark_gaps``; empty if there is no such year."""
    gaps = "、".join(f"{year}年" for year in gap_years(first, years))
    return [Patch(label=f"{gaps}无数据要求", **GAP)] if gaps else []


def few_ticks() -> MaxNLocator:
    """Return a locator of about four round ticks."""
    return MaxNLocator(4, steps=[1, 2, 5, 10])


def draw_points(
    axes: Axes, points: Mapping[int, float], provisional: Iterable[int], style: Mapping[str, Any]
) -> None:
    """Draw a line with a marker per year, hollow while the figure may still be corrected.

    Years that do not follow each other are not joined.
    """
    hollow = set(provisional)
    for run in runs(points):
        axes.plot(list(run), list(run.values()), **{**style, "marker": "none"}, clip_on=False)
    for inside, years in (
        (style["color"], points.keys() - hollow),
        ("white", points.keys() & hollow),
    ):
        if years:
            dots = {**style, "linestyle": "none", "markerfacecolor": inside, "clip_on": False}
            axes.plot(sorted(years), [points[year] for year in sorted(years)], **dots)


def milestones(axes: Axes, path: Mapping[int, float], far: float) -> None:
    """Draw the plan's path, a step a year, and shade what meets it, from the path to ``far``."""
    for run in runs(path):
        edges = [*(year - 0.5 for year in run), max(run) + 0.5]
        values = list(run.values())
        axes.stairs(values, edges, baseline=far, fill=True, color=PLAN, linewidth=0, zorder=0.5)
        axes.stairs(values, edges, baseline=None, color=STEP, linewidth=1, zorder=1.6)


def message(axes: Axes, text: str, x: float = 0.5, y: float = 0.5) -> None:
    """Write in the panel what no line can say."""
    axes.text(
        x,
        y,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=INK,
        linespacing=1.6,
        bbox={
            "facecolor": "white",
            "edgecolor": PALE,
            "boxstyle": "round,pad=0.5",
            "linewidth": 0.7,
        },
    )


def spread(heights: Sequence[float], least: float, highest: float) -> list[float]:
    """Return the heights moved as little as needed to be ``least`` apart, none over ``highest``.

    Examples
    --------
    >>> spread([3, 3, 1], 1, 3)
    [3, 2, 1]
    """
    order = sorted(range(len(heights)), key=lambda n: (heights[n], -n))
    placed = list(heights)
    for below, n in pairwise(order):
        placed[n] = max(placed[n], placed[below] + least)
    room = highest
    for n in reversed(order):
        placed[n] = min(placed[n], room)
        room = placed[n] - least
    return placed


def legend(figure: Figure, handles: Sequence[Any], columns: int | None = None) -> None:
    """Put one row of keys at the foot of the figure; a narrow screen shows it in several rows."""
    figure.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=((LEFT - 8) / WIDTH, 0),
        ncols=columns or len(handles),
        frameon=False,
        borderaxespad=0,
        borderpad=0.3,
        handlelength=1.8,
        handletextpad=0.5,
        columnspacing=1.5,
        labelcolor=GREY,
    )
    if figure.pieces:
        below = figure.get_figheight() * 72 - LEGEND
        rows = _rows_of_keys([text.get_label() for text in handles])
        figure.pieces = [
            *figure.pieces,
            *([(x, below, width, LEGEND, "legend_1")] for x, width in rows),
        ]


def _rows_of_keys(labels: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Yield left edge and width of as many keys at a time as a narrow screen has room for."""
    left, width = LEFT - 8.0, 0.0
    for label in labels:
        key = KEY + text_width(label) + SPACE
        if width and width + key > ROW:
            yield left, width
            left, width = left + width, 0.0
        width += key
    yield left, width


def text_width(text: str) -> float:
    """Return the width of a text of usual size, in points."""
    return text_to_path.get_text_width_height_descent(text, FontProperties(size=9), False)[0]
