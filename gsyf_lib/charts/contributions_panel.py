"""One panel of contributions: a bar for each industry or city, with its change at its end."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gsyf_lib import wording
from gsyf_lib.charts.style import GREY, INK, STEP

LEAST = 56.0  # room on each side of the bars, so that the head fits above the shortest ones
CHAR, PAD = 9.0, 8.0  # the width of a Chinese character, the room beside a label


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its colour, and its row of frames.CONTRIBUTIONS."""

    name: str
    color: str
    row: pd.Series

    @property
    def is_known(self) -> bool:
        """Whether there is a change at all: without a figure of one of the years there is none."""
        return bool(pd.notna(self.row["change"]))

    @property
    def change(self) -> int:
        """The change in cases or persons; 0 if it is not known."""
        return int(self.row["change"]) if self.is_known else 0

    @property
    def is_hollow(self) -> bool:
        """Whether the bar stands for a sum that lacks something."""
        return bool(self.row["part"] == "city" and self.row["state"] == "partial")

    @property
    def label(self) -> str:
        """What stands at the end of the bar."""
        if not self.is_known:
            return "缺数"
        if self.row["state"] == "absent":
            return wording.STATUSES["not_applicable"]
        lacks = f"，缺{self.row['missing']}项" if self.is_hollow else ""
        return signed(self.change) + lacks


def draw_panel(axes: Axes, bars: list[Bar]) -> None:
    """Draw the bars from top to bottom, fewer to the left and more to the right."""
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.tick_params(axis="y", length=0, pad=6, labelcolor=INK)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.axvline(0, color=STEP, linewidth=0.8)
    for y, bar in enumerate(bars):
        face = "white" if bar.is_hollow else bar.color
        axes.barh(y, bar.change, height=0.62, facecolor=face, edgecolor=bar.color, linewidth=1)
        color = INK if bar.is_known else GREY
        _write(axes, bar.label, (bar.change, y), left=bar.change < 0, va="center", color=color)
    below: dict[str, Any] = {"va": "top", "fontsize": 8.5, "color": GREY}
    _write(axes, "← 减少", (0, len(bars) - 0.3), left=True, **below)
    _write(axes, "增加 →", (0, len(bars) - 0.3), left=False, **below)


def _write(axes: Axes, text: str, place: tuple[float, float], *, left: bool, **style: Any) -> None:
    """Write on one side of a place."""
    axes.annotate(
        text,
        place,
        (-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        annotation_clip=False,
        **style,
    )


def signed(change: int) -> str:
    """Return a change in cases or persons with its sign."""
    return f"{change:+d}".replace("-", "−") if change else "0"


def span(bars: list[Bar]) -> tuple[int, int]:
    """Return the least and the greatest change, none included."""
    changes = [bar.change for bar in bars]
    return min(0, *changes), max(0, *changes)


def room(bars: list[Bar]) -> tuple[float, float]:
    """Return the room that the labels left and right of the bars need."""
    falls = [_width(bar.label) for bar in bars if bar.change < 0]
    others = [_width(bar.label) for bar in bars if bar.change >= 0]
    return max([LEAST, *falls]) + PAD, max([LEAST, *others]) + PAD


def _width(label: str) -> float:
    # From U+2E80 on stand the characters as wide as they are high; digits and signs are narrower.
    return sum(CHAR if ord(c) > 0x2E80 else 0.6 * CHAR for c in label)
