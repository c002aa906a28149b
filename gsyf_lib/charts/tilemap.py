"""The cities as tiles in their geographic places, with how many of their targets each has met."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from gsyf_lib import wording
from gsyf_lib.assessment import select_year
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import data_table
from gsyf_lib.charts.figure import GREY, INK, WIDTH, Figure, drawing
from gsyf_lib.charts.heatmap import GAP_FACE, SHADES
from gsyf_lib.documents.blocks import Paragraph
from gsyf_lib.errors import UsageError
from gsyf_lib.plan import Plan

TILE_WIDTH, TILE_HEIGHT = 112.0, 46.0
TOP, BELOW = 6.0, 8.0  # room above and below all tiles
# The share of a city's judged targets that are met lies below this; 1.01, since all may be met.
SHARES = {"不到六成": 0.6, "六成至八成": 0.8, "八成以上": 1.01}
BLUES = dict(zip(SHARES, SHADES["met"], strict=True))
COUNTED = {"judged": "已判定", "met": "达标", "missed": "未达标", "gaps": "无法判定"}
DASHED: Mapping[str, Any] = {"edgecolor": INK, "linestyle": "--", "linewidth": 0.8}


def tile_map_figure(
    plan: Plan, results: pd.DataFrame, year: int | None = None
) -> Figure | Paragraph:
    """用方格表示各市的位置，每格注明已判定的目标中达标几项。

    没有方格的市，在图旁写明。计划没有方格地图的，返回一句话。结果中没有该年度各市目标的为
    UsageError。

    Parameters
    ----------
    plan : 行动计划，其中的 ``tiles`` 是各市的位置
    results : frames.RESULTS，判定结果
    year : 所判定的年度；不写的为 ``results`` 中的最后一年

    Examples
    --------
    >>> gs.tile_map_figure(plan, results).alt.partition("。")[0]
    '2023年，11个市共判定年度目标212项，达标140项，未达标72项；另有2项无法判定'
    """
    if plan.tiles.empty:
        return Paragraph("行动计划没有各市的位置（codes/tiles.csv），不画方格地图。")
    counted = _count_by_city(results, year)
    unplaced = counted[~counted["code"].isin(plan.tiles["code"])]
    with drawing():
        figure, axes = _panel(plan.tiles, is_whole=unplaced.empty)
        for _, tile in plan.tiles.merge(counted, on="code").iterrows():
            _draw_tile(axes, tile)
        axes.text(-0.48, -0.32, "上北下南", color=GREY, va="center")
        if len(unplaced):
            cities = [f"{row['area']}：{'，'.join(_lines(row))}" for _, row in unplaced.iterrows()]
            text = "\n".join(["没有位置的市：", *cities])
            axes.text(1.02, 0.98, text, transform=axes.transAxes, va="top", linespacing=1.6)
        parts.legend(figure, _keys(counted))
    figure.alt = _alt(counted, unplaced)
    lines = [
        {"地区": row["area"]} | {head: f"{row[name]}项" for name, head in COUNTED.items()}
        for _, row in counted.iterrows()
    ]
    figure.data = data_table(lines, f"{counted['year'].iloc[0]}年各市达标项数")
    return figure


def _count_by_city(results: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Return for every city how many targets are judged, met, missed, and without a verdict."""
    rows = select_year(results, year)
    rows = rows[(rows["level"] == "city") & rows["counted"]]
    if rows.empty:
        last = year or results["year"].max()
        raise UsageError(f"考核结果中没有各市{last}年的目标，无法作图；请传入 gs.assess 的结果。")
    status = rows["status"]
    each = pd.DataFrame(
        {
            "code": rows["area_code"],
            "area": rows["area"],
            "judged": status.isin(["met", "missed"]),
            "met": status == "met",
            "missed": status == "missed",
            "gaps": status.isin(["not_reported", "undefined"]),
        }
    )
    counted = each.groupby(["code", "area"], sort=False).sum().reset_index()
    return counted.assign(year=rows["year"].iloc[0])


def _panel(tiles: pd.DataFrame, is_whole: bool) -> tuple[Figure, Axes]:
    """Return a figure with one panel, a unit of its axes for each tile; row 1 is the north.

    A narrow screen shows the panel alone, unless something stands beside it.
    """
    columns, rows = int(tiles["column"].max()), int(tiles["row"].max())
    wide, tall = columns * TILE_WIDTH, rows * TILE_HEIGHT
    left = (WIDTH - wide) / 2
    figure = Figure(TOP + tall + BELOW + parts.LEGEND)
    axes = figure.add_panel(left, TOP, wide, tall)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)  # downwards, as the rows are counted
    axes.set_axis_off()
    if is_whole and wide <= parts.NARROW:
        figure.pieces = [[(left, 0.0, wide, TOP + tall + BELOW, "axes_1")]]
    return figure, axes


def _draw_tile(axes: Axes, tile: pd.Series) -> None:
    """Draw a tile: its name, what is met of how many, and what has no verdict."""
    x, y = int(tile["column"]) - 1, int(tile["row"]) - 1
    axes.add_patch(Rectangle((x - 0.485, y - 0.46), 0.97, 0.92, **_tile_style(tile)))
    lines = _lines(tile)
    # The name and its lines together stand in the middle of the tile.
    top = y - 0.14 * len(lines)
    axes.text(x, top, tile["area"], ha="center", va="center", fontsize=10)
    for n, line in enumerate(lines, 1):
        axes.text(x, top + 0.29 * n, line, ha="center", va="center")


def _lines(tile: pd.Series) -> list[str]:
    """Return the lines of a tile: how many of its judged targets are met, how many are not judged.

    A line that would say 0 is left out.
    """
    met = f"{wording.SHAPES['met']} {tile['met']}/{tile['judged']}项达标"
    gaps = f"{wording.SHAPES['undefined']} {tile['gaps']}项无法判定"
    return [met] * bool(tile["judged"]) + [gaps] * bool(tile["gaps"])


def _alt_city(tile: pd.Series) -> str:
    lacking = f"{tile['gaps']}项无法判定"
    if not tile["judged"]:
        return lacking
    return f"{tile['judged']}项中达标{tile['met']}项" + (f"、另有{lacking}" if tile["gaps"] else "")


def _tile_style(tile: pd.Series) -> dict[str, Any]:
    """Return the style of a tile: deeper with more targets met, hatched without any verdict."""
    if not tile["judged"]:
        return {**GAP_FACE, "linewidth": 0}
    share = tile["met"] / tile["judged"]
    step = next(name for name, below in SHARES.items() if share < below)
    return {"facecolor": BLUES[step], "linewidth": 0, **(DASHED if tile["gaps"] else {})}


def _keys(counted: pd.DataFrame) -> list[Any]:
    keys = [Patch(facecolor=color, label=f"达标目标{name}") for name, color in BLUES.items()]
    if counted["gaps"].any():
        keys.append(Patch(facecolor="white", **DASHED, label="有无法判定的目标"))
    return keys


def _alt(counted: pd.DataFrame, unplaced: pd.DataFrame) -> str:
    """Return how many targets are met in all, then city by city, then who is not on the map."""
    sums = counted[["judged", "met", "missed", "gaps"]].sum()
    gaps = f"；另有{sums['gaps']}项无法判定" if sums["gaps"] else ""
    cities = "，".join(f"{row['area']}{_alt_city(row)}" for _, row in counted.iterrows())
    missing = f"代码表中没有位置的市：{'、'.join(unplaced['area'])}。" if len(unplaced) else ""
    return (
        f"{counted['year'].iloc[0]}年，{len(counted)}个市共判定年度目标{sums['judged']}项，"
        f"达标{sums['met']}项，未达标{sums['missed']}项{gaps}。{cities}。{missing}"
    )
