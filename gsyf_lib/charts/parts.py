"""What charts share: the grid of panels, words in a panel, the axes of years, the legend."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation, Transform

from gsyf_lib.charts.figure import GREY, INK, PALE, PLAN, STEP, WIDTH, Figure

LEFT, RIGHT = 34.0, 4.0  # room for the words left of a panel, and right of it
LEGEND = 24.0  # height of the row of keys at the foot
NARROW = 340.0  # the widest piece of a figure whose text can be read on a telephone
PAD = 3 / 72  # inches between a panel and the words of its axes
TICK: Mapping[str, Any] = {"fontsize": 8.5, "color": GREY}
GAP: Mapping[str, Any] = {
    "facecolor": "#f7f7f5",
    "edgecolor": PALE,
    "hatch": "////",
    "linewidth": 0,
}
KEYS_WIDTH = 240.0  # the widest row of keys on a telephone
# In a legend: the sample before a text (handlelength and handletextpad), the room after it
# (columnspacing), which matplotlib counts in type sizes of 9 points.
SAMPLE, SPACE = 2.3 * 9, 1.5 * 9


def grid(
    count: int,
    columns: int,
    *,
    plot: float,
    head: float,
    foot: float,
    gap: float,
    left: float = LEFT,
    labels: float = RIGHT,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``count`` panels, ``columns`` side by side; all lengths in points.

    A plot is ``plot`` high, ``head`` above and ``foot`` below it hold its text. Panels are ``gap``
    apart, not counting the room for words beside them: ``left`` of a plot, and ``labels`` right.
    """
    tall = head + plot + foot
    wide = (WIDTH - (columns - 1) * gap) / columns
    rows = -(-count // columns)  # rounded up
    figure = Figure(rows * tall + LEGEND)
    panels = []
    for n in range(count):
        row, column = divmod(n, columns)
        edge, top = column * (wide + gap), row * tall
        panels.append(figure.add_panel(edge + left, top + head, wide - left - labels, plot))
        if wide <= NARROW:
            figure.pieces.append([(edge, top, wide, tall, f"axes_{n + 1}")])
    return figure, panels


def points_from(axes: Axes, x: float, y: float) -> Transform:
    """Return coordinates in points, counted from a corner of the panel (0 or 1 each way)."""
    # Points become inches, inches become pixels, and these are moved to the corner.
    corner = ScaledTranslation(x, y, cast(Affine2DBase, axes.transAxes))
    return Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans + corner


def text_width(text: str) -> float:
    """Return the width in points of a text of 9 points, before anything is drawn."""
    size = text_to_path.get_text_width_height_descent(text, FontProperties(size=9), False)
    return float(size[0])


def panel_size(axes: Axes) -> tuple[float, float]:
    """Return the width and height of a panel in points."""
    box = axes.get_position()
    return box.width * WIDTH, box.height * axes.figure.bbox.height


def title(axes: Axes, text: str, height: float) -> None:
    """Name a panel, ``height`` points above it."""
    place = points_from(axes, 0, 1)
    axes.text(0, height, text, transform=place, fontsize=11, va="baseline")


def head_right(axes: Axes, height: float, text: str, color: str = GREY) -> None:
    """Write above a panel, at its right edge."""
    place = points_from(axes, 1, 1)
    axes.text(0, height, text, transform=place, ha="right", va="baseline", color=color)


def message(axes: Axes, text: str) -> None:
    """Write in the middle of a panel why it is empty."""
    frame = {"facecolor": "white", "edgecolor": PALE, "boxstyle": "round,pad=0.5", "linewidth": 0.7}
    style: dict[str, Any] = {"ha": "center", "va": "center", "color": INK, "linespacing": 1.6}
    axes.text(0.5, 0.5, text, transform=axes.transAxes, bbox=frame, **style)


def beside(
    axes: Axes, text: str, at: tuple[float, float], off: tuple[float, float], **style: Any
) -> None:
    """Write ``off`` points from a place of the data, outside of the panel too."""
    centred = {"ha": "center", "annotation_clip": False}
    axes.annotate(text, at, off, textcoords="offset points", **{**centred, **style})


def year_axis(axes: Axes, first: int, last: int, below: Mapping[int, str]) -> None:
    """Write the years under a panel, and below each what ``below`` has for it, such as its goal."""
    axes.set_xlim(first - 0.45, last + 0.5)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    # As texts, not as ticks: a tick is five artists, and a hundred panels would have thousands.
    place = axes.get_xaxis_transform() + ScaledTranslation(0, -PAD, axes.figure.dpi_scale_trans)
    for year in range(first, last + 1):
        text = f"{year}\n{below.get(year, '')}".rstrip()
        axes.text(year, 0, text, transform=place, ha="center", va="top", **TICK)


def value_axis(axes: Axes, marks: Mapping[float, str]) -> None:
    """Draw a line across the panel at each value, with its text on the left."""
    axes.yaxis.set_visible(False)
    style: dict[str, Any] = {"color": PALE, "lw": 0.6, "zorder": 0.5, "clip_on": False}
    axes.hlines(list(marks), 0, 1, transform=axes.get_yaxis_transform(), **style)
    place = axes.get_yaxis_transform() + ScaledTranslation(-PAD, 0, axes.figure.dpi_scale_trans)
    for value, text in marks.items():
        axes.text(0, value, text, transform=place, ha="right", va="center_baseline", **TICK)


def draw_points(
    axes: Axes, points: Mapping[int, float], provisional: Iterable[int], style: Mapping[str, Any]
) -> None:
    """Draw a line with a marker per year, hollow while the figure may still be corrected.

    Years that do not follow each other are not joined.
    """
    # First the lines without markers, then the markers, since only these can be hollow.
    for run in runs(points):
        axes.plot(list(run), list(run.values()), **{**style, "marker": "none"}, clip_on=False)
    hollow = points.keys() & set(provisional)
    for face, years in ((style["color"], points.keys() - hollow), ("white", hollow)):
        if years:
            dots = {**style, "linestyle": "none", "markerfacecolor": face, "clip_on": False}
            axes.plot(sorted(years), [points[year] for year in sorted(years)], **dots)


def milestones(axes: Axes, path: Mapping[int, float], far: float) -> None:
    """Draw the milestones as a step per year, and shade what meets them: from there to ``far``."""
    for run in runs(path):
        edges = [*(year - 0.5 for year in run), max(run) + 0.5]
        values = list(run.values())
        shade = {"baseline": far, "fill": True, "color": PLAN, "linewidth": 0, "zorder": 0.5}
        step = {"baseline": None, "color": STEP, "linewidth": 1, "zorder": 1.6}
        for style in (shade, step):
            axes.stairs(values, edges, **style, clip_on=False)


def mark_gaps(axes: Axes, first: int, years: Iterable[int]) -> None:
    """Hatch the years for which the plan asks for no data (reading 7)."""
    for year in gap_years(first, years):
        axes.axvspan(year - 0.5, year + 0.5, zorder=0.4, clip_on=False, **GAP)


def gap_key(first: int, years: Iterable[int]) -> list[Patch]:
    """Return the legend's key for ``mark_gaps``; empty if there is no such year."""
    gaps = "、".join(f"{year}年" for year in gap_years(first, years))
    return [Patch(label=f"{gaps}无数据要求", **GAP)] if gaps else []


def gap_years(first: int, years: Iterable[int]) -> list[int]:
    """Return the years without a target between the year compared with and the first target.

    From the results of a single year nothing follows about the years before: it returns none.
    """
    targets = set(years)
    return list(range(first + 1, min(targets))) if len(targets) > 1 else []


def runs(points: Mapping[int, float]) -> list[dict[int, float]]:
    """Split the points into runs of years that follow each other."""
    parts: list[dict[int, float]] = []
    for year in sorted(points):
        if not parts or year - 1 not in parts[-1]:
            parts.append({})
        parts[-1][year] = points[year]
    return parts


def key(label: str, **style: Any) -> Line2D:
    """Return a key of the legend: a line or marker of this style, and what it means."""
    return Line2D([], [], label=label, **style)


def plan_key(label: str = "达到年度目标", **style: Any) -> Patch:
    """Return the key of the shade that meets the target."""
    return Patch(facecolor=PLAN, edgecolor=STEP, label=label, **style)


def legend(figure: Figure, keys: Sequence[Any]) -> None:
    """Put one row of keys at the foot of the figure; a narrow screen shows it in several rows."""
    figure.legend(
        handles=list(keys),
        loc="lower left",
        bbox_to_anchor=((LEFT - 8) / WIDTH, 0),
        ncols=len(keys),
        frameon=False,
        borderaxespad=0,
        borderpad=0.3,
        handlelength=1.8,
        handletextpad=0.5,
        columnspacing=1.5,
        labelcolor=GREY,
    )
    # A figure without pieces is shown whole on a narrow screen, its legend included.
    if figure.pieces:
        top = figure.get_figheight() * 72 - LEGEND
        rows = _rows_of_keys([text.get_label() for text in keys])
        figure.pieces += [[(left, top, width, LEGEND, "legend_1")] for left, width in rows]


def _rows_of_keys(labels: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Yield left edge and width of as many keys at a time as a narrow screen has room for."""
    left, width = LEFT - 8.0, 0.0
    for label in labels:
        room = SAMPLE + text_width(label) + SPACE
        if width and width + room > KEYS_WIDTH:
            yield left, width
            left, width = left + width, 0.0
        width += room
    yield left, width
