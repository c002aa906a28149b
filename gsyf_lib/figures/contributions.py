"""What made the province's change: bars by industry and by city, in the order of the plan."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gsyf_lib import words
from gsyf_lib.blocks import Text
from gsyf_lib.figures import parts
from gsyf_lib.figures.data import data_table
from gsyf_lib.figures.style import (
    GREY,
    INK,
    STEP,
    TOTAL_COLOR,
    WIDTH,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.indicators import TOTAL
from gsyf_lib.notes.contributions import contributions_sentences, moved, traced

__all__ = ["contributions_figure"]

LEFT, GAP, RIGHT, ROW, HEAD, FOOT = 56.0, 8.0, 4.0, 16.5, 26.0, 20.0
LEAST = 56.0  # room on each side of the bars, so that the head fits above the shortest ones
LESS, MORE = "← 减少", "增加 →"
CHAR, PAD = 9.0, 8.0  # points: the width of a Chinese character, and the room beside a label


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its change (None if there is none), and whether something is lacking."""

    name: str
    color: str
    row: pd.Series

    @property
    def change(self) -> int | None:
        """The change in cases or persons."""
        return None if pd.isna(self.row["change"]) else int(self.row["change"])

    @property
    def label(self) -> str:
        """What stands at the end of the bar."""
        if self.change is None:
            return "缺数"
        if self.row["state"] == "absent":
            return words.STATUSES["not_applicable"]
        lacks = f"，缺{self.row['missing']}项" if self.hollow else ""
        return _signed(self.change) + lacks

    @property
    def hollow(self) -> bool:
        """Whether the bar stands for a sum that lacks something."""
        return bool(self.row["part"] == "city" and self.row["state"] == "partial")


def contributions_figure(contributed: pd.DataFrame, indicator: str = "accidents") -> Figure:
    """Draw which industry and which city made the province's change, as cases or persons.

    Parameters
    ----------
    contributed : frames.CONTRIBUTIONS
    indicator : accidents or casualties

    Returns
    -------
    Figure
        Industries in the order of the annex, cities in that of their codes: no ranking. Both
        panels have one scale, and each adds up to the province's change.

    Examples
    --------
    >>> contributed = gs.contributions(plan, submissions.observations, 2023)
    >>> gs.contributions_figure(contributed).alt
    '2023年与2019年相比，山西省重点行业合计事故起数减少358起...
    """
    rows = contributed[contributed["indicator"] == indicator]
    panels = {"按行业": _industries(rows), "按市": _cities(rows)}
    unit = words.UNITS[indicator]
    with drawing():
        has_hollow = any(bar.hollow for bars in panels.values() for bar in bars)
        figure, every_axes = _panels(list(panels.values()), parts.LEGEND if has_hollow else 0.0)
        for axes, (name, bars) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, _in_all(rows, unit))
            _draw(axes, bars)
        if has_hollow:
            parts.legend(figure, [_hollow_key()])
    figure.alt = _alt(rows, indicator, unit)
    first = rows.iloc[0]
    years = f"{first['year']}年与{first['baseline_year']}年相比"
    lines = [_line(kind, bar, unit) for kind, bars in panels.items() for bar in bars]
    figure.data = data_table(lines, f"{words.INDICATORS[indicator]}的增减：{years}")
    return figure


def _line(kind: str, bar: Bar, unit: str) -> dict[str, Text]:
    then, now = (_counted(bar.row, name, unit) for name in ("baseline", "value"))
    return {"名称": bar.name, "分组": kind, "对比值": then, "实际值": now, "变化": bar.label}


def _counted(row: pd.Series, name: str, unit: str) -> Text:
    return traced(row, name, "—" if pd.isna(row[name]) else f"{row[name]}{unit}")


def _industries(rows: pd.DataFrame) -> list[Bar]:
    province = rows[(rows["part"] == "province") & (rows["industry"] != TOTAL)]
    return [Bar(r["industry"], industry_color(r["industry"]), r) for _, r in province.iterrows()]


def _cities(rows: pd.DataFrame) -> list[Bar]:
    """Return the bars of the cities, and that of the difference where there is one."""
    total = rows[rows["industry"] == TOTAL]
    bars = [Bar(r["area"], TOTAL_COLOR, r) for _, r in total[total["part"] == "city"].iterrows()]
    gap = total[total["part"] == "difference"].iloc[0]
    whole = pd.isna(gap["change"]) or (gap["state"] == "figure" and gap["change"] == 0)
    return bars if whole else [*bars, Bar("差额", STEP, gap)]


def _panels(panels: list[list[Bar]], below: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with two panels side by side, a row for every bar, and one scale for all.

    The panels share the width by the length of their bars, after the room for the labels; none is
    wider than a telephone.
    """
    height = HEAD + max(len(bars) for bars in panels) * ROW + FOOT + below
    figure = Figure(height)
    ranges, rooms = [_range(bars) for bars in panels], [_room(bars) for bars in panels]
    free = WIDTH - RIGHT - sum(LEFT + left + right for left, right in rooms) - GAP
    scales = [
        (parts.NARROW - LEFT - left - right) / max(high - low, 1)
        for (low, high), (left, right) in zip(ranges, rooms, strict=True)
    ]
    scale = min(free / max(sum(high - low for low, high in ranges), 1), *scales)
    every_axes, x = [], 0.0
    for bars, (low, high), (left, right) in zip(panels, ranges, rooms, strict=True):
        width, tall = left + scale * (high - low) + right, len(bars) * ROW
        place = ((x + LEFT) / WIDTH, 1 - (HEAD + tall) / height, width / WIDTH, tall / height)
        axes = figure.add_axes(place)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_xlim(low - left / scale, high + right / scale)
        every_axes.append(axes)
        figure.pieces = [
            *figure.pieces,
            [(x, 0.0, LEFT + width, HEAD + tall + FOOT, f"axes_{len(every_axes)}")],
        ]
        x += LEFT + width + GAP
    return figure, every_axes


def _range(bars: list[Bar]) -> tuple[int, int]:
    changes = [bar.change or 0 for bar in bars]
    return min(0, *changes), max(0, *changes)


def _room(bars: list[Bar]) -> tuple[float, float]:
    """Return the room that the labels left and right of the bars need."""
    falls = [_width(bar.label) for bar in bars if (bar.change or 0) < 0]
    others = [_width(bar.label) for bar in bars if (bar.change or 0) >= 0]
    return max([LEAST, *falls]) + PAD, max([LEAST, *others]) + PAD


def _width(label: str) -> float:
    return sum(CHAR if ord(c) > 0x2E80 else 0.6 * CHAR for c in label)


def _draw(axes: Axes, bars: list[Bar]) -> None:
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.tick_params(axis="y", length=0, pad=6, labelcolor=INK)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.axvline(0, color=STEP, linewidth=0.8)
    for y, bar in enumerate(bars):
        change = bar.change or 0
        face = "white" if bar.hollow else bar.color
        axes.barh(y, change, height=0.62, facecolor=face, edgecolor=bar.color, linewidth=1)
        _write(axes, bar.label, (change, y), change < 0, GREY if bar.change is None else INK)
    for text in (LESS, MORE):
        _write(axes, text, (0, len(bars) - 0.3), text == LESS, GREY, "top", 8.5)


def _write(
    axes: Axes,
    text: str,
    place: tuple[float, float],
    left: bool,
    color: str,
    va: str = "center",
    size: float = 9,
) -> None:
    """Write on one side of a place."""
    axes.annotate(
        text,
        place,
        (-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va=va,
        fontsize=size,
        color=color,
        annotation_clip=False,
    )


def _signed(change: int) -> str:
    return f"{change:+d}".replace("-", "−") if change else "0"


def _in_all(rows: pd.DataFrame, unit: str) -> str:
    province = rows[(rows["part"] == "province") & (rows["industry"] == TOTAL)].iloc[0]
    if pd.isna(province["change"]):
        return "数据不全，不作合计"
    return f"合计 {_signed(province['change'])} {unit}"


def _hollow_key() -> Any:
    return Patch(facecolor="white", edgecolor=TOTAL_COLOR, label="数据不全：只计有数据的行业")


def _alt(rows: pd.DataFrame, indicator: str, unit: str) -> str:
    cities = "，".join(
        bar.name + (bar.label if bar.change is None else moved(bar.change, unit))
        for bar in _cities(rows)
    )
    return f"{contributions_sentences(rows, indicator)[0]}按市：{cities}。"
