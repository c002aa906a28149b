"""Areas down, industries across: change or coverage in every cell, verdict by shape and colour."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL, select_indicator, select_year, shown_status
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import goals_frame, goals_table
from gsyf_lib.charts.figure import (
    GREY,
    INK,
    PALE,
    WIDTH,
    Box,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.errors import UsageError

LEFT, RIGHT, HEAD, ROW_HEIGHT, FOOT = 56.0, 4.0, 24.0, 21.0, 8.0
# Blue for met and orange for missed stay apart without colour vision; the deeper, the further from
# the target. Ink on the deepest of them has a contrast of more than 7 : 1.
SHADES: Mapping[str, tuple[str, str, str]] = {
    "met": ("#e3eef8", "#bcd7ee", "#8fbce2"),
    "missed": ("#fdeedb", "#f9cf9d", "#f2ab62"),
}
COUNT_STEPS, COVERAGE_STEPS = (0.05, 0.2), (0.01, 0.05)  # from the target, where a colour deepens
GAP_FACE: Mapping[str, Any] = {"facecolor": "white", "edgecolor": "#cfd3d7", "hatch": "////"}


def heatmap_figure(
    results: pd.DataFrame, indicator: str = "accidents", year: int | None = None
) -> Figure:
    """画出一项指标在各地区、各行业的数字，旁边是结论。

    地区按行政区划代码排列，不是排名。没有数据的画斜线，初步数据为空心；由0起的变化用文字说明。没有
    这样的目标的为 UsageError。

    Parameters
    ----------
    results : frames.RESULTS，判定结果
    indicator : 事故起数、伤亡人数或一类培训覆盖率，可用代码或名称
    year : 所判定的年度；不写的为 ``results`` 中的最后一年

    Examples
    --------
    >>> gs.heatmap_figure(results, "casualties").alt.partition("。")[0]
    '2023年各市各行业伤亡人数（目标：下降10%）：35项达标、29项未达标、2项无此行业'
    """
    rows = select_indicator(results, indicator)
    name, last = wording.INDICATORS[rows["indicator"].iloc[0]], year or results["year"].max()
    rows = select_year(rows[rows["level"] != "county"], last)
    if rows.empty:
        raise UsageError(f"考核结果中没有{last}年的{name}。")
    areas, industries = list(rows["area"].unique()), list(rows["industry"].unique())
    with drawing():
        figure, axes = _panel(areas, industries)
        # Every industry's name is underlined in its own colour, the one it has in all figures.
        for x, name in enumerate(industries):
            ends, color = [x - 0.48, x + 0.48], industry_color(name)
            axes.plot(ends, [-0.5, -0.5], color=color, linewidth=2, clip_on=False)
        for _, row in rows.iterrows():
            x, y = industries.index(row["industry"]), areas.index(row["area"])
            _draw_cell(axes, x, y, row)
        parts.legend(figure, _keys(rows))
    figure.alt = _alt(rows)
    caption = f"各地区各行业{name}（*为初步数据）"
    figure.frame = goals_frame(rows)
    figure.data = goals_table(rows, {"area": "地区", "industry": "行业"}, caption)
    return figure


def _panel(areas: list[str], industries: list[str]) -> tuple[Figure, Axes]:
    tall = ROW_HEIGHT * len(areas)
    figure = Figure(HEAD + tall + FOOT + parts.LEGEND)
    figure.pieces = _pieces(len(industries), HEAD + tall + FOOT)
    axes = figure.add_panel(LEFT, HEAD, WIDTH - LEFT - RIGHT, tall)
    axes.set_xlim(-0.5, len(industries) - 0.5)
    axes.set_ylim(len(areas) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(industries)), industries)
    axes.set_yticks(range(len(areas)), areas)
    axes.tick_params(length=0, pad=5, labelcolor=INK)
    axes.spines[:].set_visible(False)
    return figure, axes


def _pieces(count: int, height: float) -> list[list[Box]]:
    """Return up to three industries at a time, each time beside the names of the areas."""
    # Rounded up (-(-a // b)), so that the industries are spread evenly: 7 as 3, 2, 2.
    wide, rows = (WIDTH - LEFT - RIGHT) / count, -(-count // 3)
    edges = [-(-n * count // rows) for n in range(rows + 1)]
    names = (0.0, 0.0, LEFT, height, "axes_1")
    return [
        [names, (LEFT + first * wide, 0.0, (last - first) * wide, height, "axes_1")]
        for first, last in pairwise(edges)
    ]


def _draw_cell(axes: Axes, x: int, y: int, row: pd.Series) -> None:
    axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, **_cell_style(row)))
    # The words of a cell without a verdict stand on white, since hatching makes them hard to read.
    judged = row["status"] in SHADES
    background = None if judged else {"facecolor": "white", "linewidth": 0, "pad": 1.5}
    color = INK if judged else GREY
    axes.text(x, y, cell_text(row), ha="center", va="center_baseline", color=color, bbox=background)


def cell_text(row: pd.Series) -> str:
    """Return the verdict's shape and the number of a cell, or in words why there is none."""
    status = shown_status(row)
    if row["status"] not in SHADES:
        return wording.status_with_shape(status)
    is_count = row["indicator"] in COUNTS
    shown = wording.change_words(row) if is_count else wording.coverage_words(row)
    return f"{wording.SHAPES[status]} {shown}"


def _cell_style(row: pd.Series) -> dict[str, Any]:
    """Return the style of a cell: coloured by its verdict, hatched without one, hollow if early."""
    if row["status"] in ("not_reported", "undefined"):
        return {**GAP_FACE, "linewidth": 0}
    if row["status"] not in SHADES:
        return {"facecolor": "white", "edgecolor": PALE, "linewidth": 0.6}
    if row["provisional"]:
        return {"facecolor": "white", "edgecolor": SHADES[row["status"]][2], "linewidth": 2}
    return {"facecolor": shade(row), "linewidth": 0}


def shade(row: pd.Series) -> str:
    """Return the colour of a verdict: the deeper, the further from the target."""
    counted = row["indicator"] in COUNTS
    reached = row["decline"] if counted else row["value"]
    shades = SHADES[row["status"]]
    # Without a change in per cent (from zero): held at zero is just met, risen is clearly missed.
    if pd.isna(reached):
        return shades[0] if row["status"] == "met" else shades[2]
    # "Below the baseline year" has no threshold: every decline counts from 0.
    goal = 0.0 if pd.isna(row["threshold"]) else row["threshold"]
    steps = COUNT_STEPS if counted else COVERAGE_STEPS
    return shades[sum(abs(reached - goal) >= step for step in steps)]


def _keys(rows: pd.DataFrame) -> list[Any]:
    keys = [
        Patch(facecolor=shades[1], label=f"{wording.status_with_shape(status)}（越深离目标越远）")
        for status, shades in SHADES.items()
    ]
    keys.append(Patch(**GAP_FACE, linewidth=0, label="无法判定"))
    if rows["provisional"].any():
        keys.append(Patch(facecolor="white", edgecolor=INK, label="初步数据（空心）"))
    return keys


def _alt(rows: pd.DataFrame) -> str:
    """Return how many goals of industries in cities are met, and every area's missed ones."""
    first = rows.iloc[0]
    name, goal = wording.INDICATORS[first["indicator"]], wording.target_in_caption(rows)
    # Without the sums of industries and cities, which would count a goal twice.
    once = rows[(rows["level"] == "city") & (rows["industry"] != TOTAL)]
    finding = f"{first['year']}年各市各行业{name}（目标：{goal}）：{wording.verdict_list(once)}"
    missed = rows[rows["status"] == "missed"]
    by_area = missed.groupby("area", sort=False)["industry"]
    areas = [f"{area}{'、'.join(industries)}" for area, industries in by_area]
    return f"{finding}。" + (f"未达标的有：{'；'.join(areas)}。" if areas else "")
