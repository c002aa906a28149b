"""What made the province's change: bars by industry and by city, in the order of the plan."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gsyf_lib import wording
from gsyf_lib.assessment import TOTAL
from gsyf_lib.charts import parts
from gsyf_lib.charts.contributions_panel import Bar, draw_panel, room, signed, span
from gsyf_lib.charts.data import data_table
from gsyf_lib.charts.style import STEP, TOTAL_COLOR, WIDTH, Figure, drawing, industry_color
from gsyf_lib.documents.blocks import Table, Text
from gsyf_lib.tables.notes.contributions import contributions_sentences, traced

LEFT, GAP, RIGHT, ROW, HEAD, FOOT = 56.0, 8.0, 4.0, 16.5, 26.0, 20.0


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
    has_hollow = any(bar.is_hollow for bars in panels.values() for bar in bars)
    with drawing():
        figure, every_axes = _panels(list(panels.values()), parts.LEGEND if has_hollow else 0.0)
        for axes, (name, bars) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, _in_all(rows))
            draw_panel(axes, bars)
        if has_hollow:
            key = "数据不全：只计有数据的行业"
            parts.legend(figure, [Patch(facecolor="white", edgecolor=TOTAL_COLOR, label=key)])
    figure.alt = _alt(rows, indicator)
    figure.data = _data(rows.iloc[0], panels)
    return figure


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


def _panels(panels: Sequence[list[Bar]], below: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with the panels side by side, a row for every bar, and one scale for all."""
    figure = Figure(HEAD + max(len(bars) for bars in panels) * ROW + FOOT + below)
    scale = _scale(panels)
    every_axes, x = [], 0.0
    for n, bars in enumerate(panels, 1):
        (low, high), (left, right) = span(bars), room(bars)
        width, tall = left + scale * (high - low) + right, len(bars) * ROW
        axes = figure.add_panel(x + LEFT, HEAD, width, tall)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_xlim(low - left / scale, high + right / scale)
        every_axes.append(axes)
        figure.pieces.append([(x, 0.0, LEFT + width, HEAD + tall + FOOT, f"axes_{n}")])
        x += LEFT + width + GAP
    return figure, every_axes


def _scale(panels: Sequence[list[Bar]]) -> float:
    """Return the points of one case: all panels fit side by side, and each on a telephone."""
    cases = [high - low for low, high in map(span, panels)]
    taken = [LEFT + sum(room(bars)) for bars in panels]
    side_by_side = (WIDTH - RIGHT - sum(taken) - GAP) / max(sum(cases), 1)
    alone = [(parts.NARROW - t) / max(c, 1) for t, c in zip(taken, cases, strict=True)]
    return min(side_by_side, *alone)


def _in_all(rows: pd.DataFrame) -> str:
    province = rows[(rows["part"] == "province") & (rows["industry"] == TOTAL)].iloc[0]
    if pd.isna(province["change"]):
        return "数据不全，不作合计"
    return f"合计 {signed(province['change'])} {wording.UNITS[province['indicator']]}"


def _alt(rows: pd.DataFrame, indicator: str) -> str:
    unit = wording.UNITS[indicator]
    cities = "，".join(
        bar.name + (wording.moved(bar.change, unit) if bar.is_known else bar.label)
        for bar in _cities(rows)
    )
    return f"{contributions_sentences(rows, indicator)[0]}按市：{cities}。"


def _data(first: pd.Series, panels: Mapping[str, list[Bar]]) -> Table | None:
    """Return every bar with both counts; ``first`` is any row drawn."""
    lines = []
    for kind, bars in panels.items():
        for bar in bars:
            counts = {"对比值": _counted(bar.row, "baseline"), "实际值": _counted(bar.row, "value")}
            lines.append({"名称": bar.name, "分组": kind, **counts, "变化": bar.label})
    years = wording.years_compared(first)
    return data_table(lines, f"{wording.INDICATORS[first['indicator']]}的增减：{years}")


def _counted(row: pd.Series, name: str) -> Text:
    shown = wording.NONE if pd.isna(row[name]) else f"{row[name]}{wording.UNITS[row['indicator']]}"
    return traced(row, name, shown)
