"""What made the province's change: bars by industry and by city, in the order of the plan."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL, select_indicator
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import data_table
from gsyf_lib.charts.figure import (
    GREY,
    INK,
    STEP,
    TOTAL_COLOR,
    WIDTH,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.documents.blocks import Text
from gsyf_lib.tables.contributions import contributions_sentences, traced

LEFT, GAP, RIGHT, BAR_HEIGHT, HEAD, FOOT = 56.0, 8.0, 4.0, 16.5, 26.0, 20.0
LEAST = 56.0  # room on each side of the bars, so that the head fits above the shortest ones
CHAR, PAD = 9.0, 8.0  # the width of a Chinese character, the room beside a label


def contributions_figure(contributed: pd.DataFrame, indicator: str = "accidents") -> Figure:
    """画出全省的变化来自哪些行业、哪些市，以起数或人数表示。

    行业按附件顺序，市按行政区划代码排列，不是排名。左右两图用同一刻度，各自的合计都是全省的变化。

    Parameters
    ----------
    contributed : frames.CONTRIBUTIONS，全省变化的构成（``gs.contributions``）
    indicator : 事故起数（accidents）或伤亡人数（casualties）

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_figure(contributed).alt
    '2023年与2019年相比，山西省重点行业合计事故起数减少358起...
    """
    rows = select_indicator(contributed, indicator)
    indicator = rows["indicator"].iloc[0]
    total, unit = rows[rows["industry"] == TOTAL], wording.UNITS[indicator]
    province = rows[(rows["part"] == "province") & (rows["industry"] != TOTAL)]
    panels = {"按行业": _bars(province, "industry"), "按市": _bars(_cities(total), "area")}
    has_hollow = panels["按市"]["is_hollow"].any()
    with drawing():
        figure, every_axes = _panels(list(panels.values()), parts.LEGEND if has_hollow else 0.0)
        for axes, (name, bars) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, _in_all(total, unit))
            _draw_bars(axes, bars)
        if has_hollow:
            key = "数据不全：只计有数据的行业"
            parts.legend(figure, [Patch(facecolor="white", edgecolor=TOTAL_COLOR, label=key)])
    cities = "，".join(
        bar["name"] + (wording.moved(bar["length"], unit) if bar["is_known"] else bar["label"])
        for _, bar in panels["按市"].iterrows()
    )
    figure.alt = f"{contributions_sentences(rows, indicator)[0]}按市：{cities}。"
    years = wording.years_compared(rows.iloc[0])
    lines = [_line(bar, kind) for kind, bars in panels.items() for _, bar in bars.iterrows()]
    figure.data = data_table(lines, f"{wording.INDICATORS[indicator]}的增减：{years}")
    return figure


def _cities(total: pd.DataFrame) -> pd.DataFrame:
    """Return the cities, and last what the province has beyond their sum, if anything.

    The province may hand in figures of its own, which need not equal the sum of its cities.
    """
    # A difference of 0 gets no bar, unless figures are missing: then even 0 has to be explained.
    is_nothing = total["change"].isna() | ((total["state"] == "figure") & (total["change"] == 0))
    is_rest = (total["part"] == "difference") & ~is_nothing
    return total[(total["part"] == "city") | is_rest]


def _bars(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return rows of frames.CONTRIBUTIONS with how they are drawn; a column names them."""
    is_rest = rows["part"] == "difference"
    bars = rows.assign(
        name=rows[column].mask(is_rest, "差额"),
        color=rows["industry"].map(industry_color).mask(is_rest, STEP),
        is_known=rows["change"].notna(),
        length=rows["change"].fillna(0).astype(int),
        is_hollow=(rows["part"] == "city") & (rows["state"] == "partial"),
    )
    return bars.assign(label=[_label(bar) for _, bar in bars.iterrows()])


def _label(bar: pd.Series) -> str:
    """Return what stands at the end of a bar."""
    if not bar["is_known"]:
        return "缺数"
    if bar["state"] == "absent":
        return wording.STATUSES["not_applicable"]
    return _signed(bar["length"]) + (f"，缺{bar['missing']}项" if bar["is_hollow"] else "")


def _panels(panels: Sequence[pd.DataFrame], below: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with the panels side by side and one scale for all; ``below`` is left free.

    All bars have the same height, so the panel with fewer bars is lower.
    """
    figure = Figure(HEAD + max(len(bars) for bars in panels) * BAR_HEIGHT + FOOT + below)
    scale = _scale(panels)
    every_axes, x = [], 0.0
    for n, bars in enumerate(panels, 1):
        (low, high), (left, right) = _range(bars), _label_room(bars)
        width, tall = left + scale * (high - low) + right, len(bars) * BAR_HEIGHT
        axes = figure.add_panel(x + LEFT, HEAD, width, tall)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_xlim(low - left / scale, high + right / scale)
        every_axes.append(axes)
        figure.pieces.append([(x, 0.0, LEFT + width, HEAD + tall + FOOT, f"axes_{n}")])
        x += LEFT + width + GAP
    return figure, every_axes


def _scale(panels: Sequence[pd.DataFrame]) -> float:
    """Return the points of one case: all panels fit side by side, and each on a telephone."""
    cases = [high - low for low, high in map(_range, panels)]
    taken = [LEFT + sum(_label_room(bars)) for bars in panels]
    # Where nothing has changed there are no cases to share the room: max() avoids dividing by 0.
    side_by_side = (WIDTH - RIGHT - sum(taken) - GAP) / max(sum(cases), 1)
    alone = [(parts.NARROW - t) / max(c, 1) for t, c in zip(taken, cases, strict=True)]
    return min(side_by_side, *alone)


def _range(bars: pd.DataFrame) -> tuple[int, int]:
    """Return the least and the greatest change; the range always holds 0, where the bars start."""
    return min(0, bars["length"].min()), max(0, bars["length"].max())


def _label_room(bars: pd.DataFrame) -> tuple[float, float]:
    """Return the room that the labels left and right of the bars need."""
    widths, is_left = bars["label"].map(_width), bars["length"] < 0
    return max([LEAST, *widths[is_left]]) + PAD, max([LEAST, *widths[~is_left]]) + PAD


def _width(label: str) -> float:
    # From U+2E80 on stand the characters as wide as they are high; digits and signs are narrower.
    return sum(CHAR if ord(c) > 0x2E80 else 0.6 * CHAR for c in label)


def _draw_bars(axes: Axes, bars: pd.DataFrame) -> None:
    """Draw the bars from top to bottom, fewer to the left and more to the right."""
    axes.set_yticks(range(len(bars)), bars["name"])
    axes.tick_params(axis="y", length=0, pad=6, labelcolor=INK)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.axvline(0, color=STEP, linewidth=0.8)
    for y, bar in enumerate(bars.itertuples()):
        face = "white" if bar.is_hollow else bar.color
        axes.barh(y, bar.length, height=0.62, facecolor=face, edgecolor=bar.color, linewidth=1)
        color = INK if bar.is_known else GREY
        _write(axes, bar.label, (bar.length, y), left=bar.length < 0, va="center", color=color)
    below: dict[str, Any] = {"va": "top", "fontsize": 8.5, "color": GREY}
    _write(axes, "← 减少", (0, len(bars) - 0.3), left=True, **below)
    _write(axes, "增加 →", (0, len(bars) - 0.3), left=False, **below)


def _write(axes: Axes, text: str, at: tuple[float, float], *, left: bool, **style: Any) -> None:
    """Write to the left or to the right of a point."""
    across, side = (-4, "right") if left else (4, "left")
    parts.beside(axes, text, at, (across, 0), ha=side, **style)


def _signed(change: int) -> str:
    """Return a change in cases or persons with its sign: a true minus, not a hyphen."""
    return f"{change:+d}".replace("-", "−") if change else "0"


def _in_all(total: pd.DataFrame, unit: str) -> str:
    change = total.loc[total["part"] == "province", "change"].iloc[0]
    return "数据不全，不作合计" if pd.isna(change) else f"合计 {_signed(change)} {unit}"


def _line(bar: pd.Series, kind: str) -> dict[str, Text]:
    """Return a bar with both counts."""
    counts = {"对比值": _count(bar, "baseline"), "实际值": _count(bar, "value")}
    return {"名称": bar["name"], "分组": kind, **counts, "变化": bar["label"]}


def _count(row: pd.Series, name: str) -> Text:
    shown = wording.NONE if pd.isna(row[name]) else f"{row[name]}{wording.UNITS[row['indicator']]}"
    return traced(row, name, shown)
