"""What the kinds of figures share: the rows they draw, the grid of panels, heads, year axes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from gsyf_lib.errors import UsageError
from gsyf_lib.figures.style import GREY, INK, PALE, WIDTH, Figure

__all__ = [
    "mark_gaps",
    "gap_key",
    "few_ticks",
    "STATUS_COLORS",
    "area_rows",
    "areas",
    "by_year",
    "draw_points",
    "grid",
    "head_line",
    "head_right",
    "legend",
    "message",
    "runs",
    "title",
    "year_axis",
    "year_drawn",
]

LEFT, RIGHT, LEGEND = 34.0, 4.0, 24.0
GAP = {"facecolor": "#f7f7f5", "edgecolor": PALE, "hatch": "////", "linewidth": 0}
STATUS_COLORS: Mapping[str, str] = {"met": "#1b6e3c", "missed": "#b3261e"}


def areas(results: pd.DataFrame) -> list[str]:
    """Return the province and the cities in the order of the results."""
    return list(results.loc[results["level"] != "county", "area"].unique())


def area_rows(results: pd.DataFrame, area: str, indicators: Iterable[str]) -> pd.DataFrame:
    """Return the results of one area on these indicators.

    Raises
    ------
    UsageError
        The results know no such area.
    """
    names = list(results["area"].unique())
    if area not in names:
        raise UsageError(f"没有“{area}”的考核结果，无法作图；可选：{'、'.join(names)}。")
    return results[(results["area"] == area) & results["indicator"].isin(list(indicators))]


def year_drawn(rows: pd.DataFrame, year: int | None) -> int:
    """Return the last year to draw: ``year``, or the latest with a figure (else the first).

    Raises
    ------
    UsageError
        The results hold no targets of ``year``.
    """
    years = sorted(int(y) for y in rows["year"].unique())
    if year is None:
        return max((int(y) for y in rows.loc[rows["value"].notna(), "year"]), default=years[0])
    if year not in years:
        raise UsageError(
            f"{year}年没有年度目标，无法作图；可选：{'、'.join(str(y) for y in years)}。"
        )
    return year


def by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one goal in the order of years, indexed by year."""
    ordered = rows.sort_values("year")
    return ordered.set_index(ordered["year"].astype(int).rename(None))


def runs(points: Mapping[int, float]) -> list[dict[int, float]]:
    """Split the points into runs of consecutive years: no line crosses a year without a figure.

    Examples
    --------
    >>> runs({2019: 0.0, 2021: -0.1, 2022: -0.2})
    [{2019: 0.0}, {2021: -0.1, 2022: -0.2}]
    """
    parts: list[dict[int, float]] = []
    for year in sorted(points):
        if not parts or year - 1 not in parts[-1]:
            parts.append({})
        parts[-1][year] = points[year]
    return parts


def grid(
    count: int,
    columns: int,
    *,
    plot: float,
    head: float,
    foot: float,
    gap: float,
    right: float = RIGHT,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``count`` panels at fixed places; all lengths in points.

    Parameters
    ----------
    count, columns : how many panels, and how many side by side
    plot : height of a plot; ``head`` above and ``foot`` below it hold its text
    gap : between panels, without the room of the left axis
    right : room right of the last panel, for labels
    """
    rows = -(-count // columns)
    height = rows * (head + plot + foot) + LEGEND
    figure = Figure(height)
    width = (WIDTH - columns * LEFT - (columns - 1) * gap - right) / columns
    panels = []
    for n in range(count):
        row, column = divmod(n, columns)
        x = LEFT + column * (width + LEFT + gap)
        y = height - row * (head + plot + foot) - head - plot
        panels.append(figure.add_axes((x / WIDTH, y / height, width / WIDTH, plot / height)))
    return figure, panels


def points_from(axes: Axes, x: float, y: float) -> Transform:
    """Return coordinates in points, counted from a corner of the panel (0 or 1 each way)."""
    corner = ScaledTranslation(x, y, axes.transAxes)
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
    axes.set_xticks(list(years), [f"{year}\n{below.get(year, '')}".rstrip() for year in years])
    axes.tick_params(axis="x", length=0, pad=3, labelsize=8.5)
    axes.tick_params(axis="y", length=0, pad=3, labelsize=8.5)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)


def gap_years(first: int, years: Iterable[int]) -> list[int]:
    """Return the years between the first year compared with and the last target that have none.

    Examples
    --------
    >>> gap_years(2019, [2021, 2022])
    [2020]
    """
    with_goal = {first, *years}
    return [year for year in range(first, max(with_goal)) if year not in with_goal]


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
    for year, y in points.items():
        inside = "white" if year in hollow else style["color"]
        axes.plot(
            [year], [y], **{**style, "linestyle": "none"}, markerfacecolor=inside, clip_on=False
        )


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


def legend(figure: Figure, handles: Sequence[Any], columns: int | None = None) -> None:
    """Put one row of keys at the foot of the figure."""
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
