"""Room for the labels of points, so that none covers another, a point or a line.

Lengths are in points (1/72 inch), places are counted from the lower left corner of the panel.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gsyf_lib.charts.figure import GREY
from gsyf_lib.charts.parts import panel_size, points_from

Box = tuple[float, float, float, float]  # left, bottom, right, top
Point = tuple[float, float]

CHAR, LINE = 9.0, 11.0  # width of a Chinese character, height of a line
DOT = 4.0  # from the middle of a marker to its edge
DISTANCES = (6.0, 13.0, 22.0, 33.0, 46.0)
# Where a label may stand, in the order it is tried: right, left, above, below, then the corners.
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7))


def label_points(axes: Axes, names: Sequence[str], x: pd.Series, y: pd.Series) -> None:
    """Write the names beside their points; a thin line leads to one that stands further off."""
    points = _in_points(axes, x.to_numpy(float), y.to_numpy(float))
    sizes = [(CHAR * len(name) + 2, LINE) for name in names]
    lines = [box for line in axes.lines for box in _boxes_over(axes, line)]
    boxes = placed(points, sizes, panel_size(axes), lines)
    corner = points_from(axes, 0, 0)
    for name, point, box in zip(names, points, boxes, strict=True):
        axes.annotate(
            name,
            point,
            ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
            xycoords=corner,
            textcoords=corner,
            ha="center",
            va="center",
            fontsize=CHAR,
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.5, "shrinkA": 1, "shrinkB": 4},
            annotation_clip=False,
        )


def placed(
    points: Sequence[Point], sizes: Sequence[Point], panel: Point, taken: Sequence[Box] = ()
) -> list[Box]:
    """Return for the label of every point the first box near it that is free; else on its right.

    Points count from the lower left corner of the panel; ``taken`` are boxes to keep free.
    """
    dots = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in points]
    # One after the other and never moved again: not the best places there are, but always the same.
    boxes: list[Box] = []
    for n, (point, size) in enumerate(zip(points, sizes, strict=True)):
        obstacles = [*taken, *boxes, *dots[:n], *dots[n + 1 :]]
        tried = list(_around(point, size))
        boxes.append(next((box for box in tried if _is_free(box, panel, obstacles)), tried[0]))
    return boxes


def _around(point: Point, size: Point) -> Iterator[Box]:
    """Yield places for a label, near ones first."""
    for far in DISTANCES:
        for across, up in SIDES:
            left = _start(point[0], across * far, size[0])
            bottom = _start(point[1], up * far, size[1])
            yield left, bottom, left + size[0], bottom + size[1]


def _start(point: float, off: float, size: float) -> float:
    """Return where a label begins: ``off`` after the point, ending before it, or (0) centred."""
    if off > 0:
        return point + off
    return point + off - (size if off else size / 2)


def _is_free(box: Box, panel: Point, obstacles: Sequence[Box]) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= panel[0] and box[3] <= panel[1]
    return inside and not any(overlap(box, other) for other in obstacles)


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _boxes_over(axes: Axes, line: Line2D) -> list[Box]:
    """Return boxes that cover a line of the panel; none for markers without a line."""
    if line.get_linestyle() == "None":
        return []
    x, y = (np.asarray(part, float) for part in line.get_data())
    if line.get_transform() != axes.transData:
        # Drawn by axhline: x is not data but runs from 0 to 1, the width of the panel.
        up = _in_points(axes, x, y)[0][1]
        return [(0.0, up - 1, panel_size(axes)[0], up + 1)]
    pairs = pairwise(_in_points(axes, x, y))
    return [(a, min(b, d) - 1, c, max(b, d) + 1) for (a, b), (c, d) in pairs]


def _in_points(axes: Axes, x: np.ndarray, y: np.ndarray) -> list[Point]:
    """Return points of the data as lengths from the lower left corner of the panel."""
    (left, right), (low, high), (wide, tall) = axes.get_xlim(), axes.get_ylim(), panel_size(axes)
    across, up = (x - left) / (right - left) * wide, (y - low) / (high - low) * tall
    return list(zip(across.tolist(), up.tolist(), strict=True))
