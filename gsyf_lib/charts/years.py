"""A panel over the years: the words of its axes, the milestones, lines that break at a gap."""

from collections.abc import Iterable, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from gsyf_lib.charts.style import GREY, PALE, PLAN, STEP

PAD = 3 / 72  # inches between the panel and the words of its axes
TICK: Mapping[str, Any] = {"fontsize": 8.5, "color": GREY}
GAP: Mapping[str, Any] = {
    "facecolor": "#f7f7f5",
    "edgecolor": PALE,
    "hatch": "////",
    "linewidth": 0,
}


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
    axes.hlines(
        list(marks), 0, 1, transform=axes.get_yaxis_transform(), color=PALE, lw=0.6, zorder=0.5
    )
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
        axes.stairs(values, edges, baseline=far, fill=True, color=PLAN, linewidth=0, zorder=0.5)
        axes.stairs(values, edges, baseline=None, color=STEP, linewidth=1, zorder=1.6)


def mark_gaps(axes: Axes, first: int, years: Iterable[int]) -> None:
    """Hatch the years for which the plan asks for no data (reading 7)."""
    for year in gap_years(first, years):
        axes.axvspan(year - 0.5, year + 0.5, zorder=0.4, **GAP)


def gap_key(first: int, years: Iterable[int]) -> list[Patch]:
    """Return the legend's key for ``mark_gaps``; empty if there is no such year."""
    gaps = "、".join(f"{year}年" for year in gap_years(first, years))
    return [Patch(label=f"{gaps}无数据要求", **GAP)] if gaps else []


def gap_years(first: int, years: Iterable[int]) -> list[int]:
    """Return the years without a target between the year compared with and the first target.

    From the results of a single year nothing follows about the years before: it returns none.

    Examples
    --------
    >>> gap_years(2019, [2021, 2022]), gap_years(2019, [2023])
    ([2020], [])
    """
    targets = set(years)
    return list(range(first + 1, min(targets))) if len(targets) > 1 else []


def runs(points: Mapping[int, float]) -> list[dict[int, float]]:
    """Split the points into runs of years that follow each other.

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
