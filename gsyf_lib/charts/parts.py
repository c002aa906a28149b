"""What all charts share: the grid of panels, the words above and in a panel, the legend."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation, Transform

from gsyf_lib.charts.style import GREY, INK, PALE, PLAN, STEP, WIDTH, Figure

LEFT, RIGHT = 34.0, 4.0  # room for the words left of a panel, and right of it
LEGEND = 24.0  # height of the row of keys at the foot
NARROW = 340.0  # the widest piece of a figure whose text can be read on a telephone
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
    tall = head + plot + foot
    wide = (WIDTH - (columns - 1) * gap) / columns
    rows = -(-count // columns)  # rounded up
    figure = Figure(rows * tall + LEGEND)
    panels = []
    for n in range(count):
        row, column = divmod(n, columns)
        left, top = column * (wide + gap), row * tall
        panels.append(figure.add_panel(left + LEFT, top + head, wide - LEFT - labels, plot))
        if wide <= NARROW:
            figure.pieces.append([(left, top, wide, tall, f"axes_{n + 1}")])
    return figure, panels


def points_from(axes: Axes, x: float, y: float) -> Transform:
    """Return coordinates in points, counted from a corner of the panel (0 or 1 each way)."""
    # Points become inches, inches become pixels, and these are moved to the corner.
    corner = ScaledTranslation(x, y, cast(Affine2DBase, axes.transAxes))
    return Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans + corner


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
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=INK,
        linespacing=1.6,
        bbox=frame,
    )


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
        # matplotlib places the keys when it draws; nothing tells their widths before.
        text = text_to_path.get_text_width_height_descent(label, FontProperties(size=9), False)[0]
        room = SAMPLE + text + SPACE
        if width and width + room > KEYS_WIDTH:
            yield left, width
            left, width = left + width, 0.0
        width += room
    yield left, width
