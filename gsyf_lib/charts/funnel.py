"""The cities beside each other: changes against numbers of cases, with the limits of luck."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from gsyf_lib import wording
from gsyf_lib.assessment import LEVEL, TOTAL, decline_of, funnel, luck, select_year
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import data_table
from gsyf_lib.charts.figure import (
    GREY,
    INK,
    PLAN,
    STEP,
    TOTAL_COLOR,
    WIDTH,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.charts.labels import label_points
from gsyf_lib.documents.blocks import Span, Text, link, rich
from gsyf_lib.tables.funnel import PLACES, funnel_sentences, outside, undrawn
from gsyf_lib.tables.parts import source_place

COLUMNS, LEFT, GAP, HEAD, FOOT = 3, 40.0, 10.0, 26.0, 20.0
TALL, LOW, BELOW = 200.0, 112.0, 10.0  # the panel of all industries, one industry's, and between
LIMIT: dict[str, Any] = {"color": INK, "linewidth": 1, "linestyle": (0, (4, 2.5))}
CENTRE: dict[str, Any] = {"color": STEP, "linewidth": 1}
OWN: dict[str, Any] = {"color": INK, "marker": "_", "markersize": 11, "linestyle": "none"}
INSIDE: dict[str, Any] = {"marker": "o", "markersize": 5, "linestyle": "none"}
OUTSIDE: dict[str, Any] = {"marker": "D", "markersize": 7, "linestyle": "none"}
# The changes that may be marked, finest first; the first set whose words fit is taken. The share
# of the later year runs from 0 to 1 while the change runs from −100 % without end, so the marks
# come closer together upwards.
MARK_SETS = (
    (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    (-0.5, -0.2, 0.0, 0.25, 0.5, 1.0),
    (-0.8, -0.5, 0.0, 1.0, 4.0),
)
LEAST_APART = 13.0  # points between two marks of the axis
CURVE_POINTS = 60


def funnel_figure(results: pd.DataFrame, year: int | None = None) -> Figure:
    """把各市的事故变化画成漏斗图：先是重点行业合计，注明市名，再是各行业。

    点的高度是当年起数占两年合计的比例，刻度标为变化；两条虚线之间属偶然波动范围，阴影部分为达标。结
    果中没有该年度各市事故起数的为 UsageError。

    Parameters
    ----------
    results : frames.RESULTS，判定结果
    year : 所比较的年度；不写的为 ``results`` 中的最后一年

    Examples
    --------
    >>> gs.funnel_figure(results).alt
    '2023年与2019年相比，72项比较中，1项在界限之外...
    """
    rows = funnel(results, year)
    drawn = rows.drop(undrawn(rows).index)
    total = drawn[drawn["industry"] == TOTAL]
    names = [name for name in rows["industry"].unique() if name != TOTAL]
    with drawing():
        figure, (whole, *small) = _panels(len(names))
        baseline_year = rows["baseline_year"].iloc[0]
        _draw_panel(whole, total, f"{TOTAL}事故起数：与{baseline_year}年相比的变化")
        _name_cities(whole, total)
        corner = parts.points_from(whole, 1, 0)
        whole.text(0, -24, "横轴：两年事故起数之和", transform=corner, ha="right", color=GREY)
        for axes, name in zip(small, names, strict=True):
            part = drawn[drawn["industry"] == name]
            _draw_panel(axes, part, name)
            # The small panels have no room for eleven names.
            _name_cities(axes, outside(part))
        goals = select_year(results, year)
        target = wording.target_words(goals[goals["indicator"] == "accidents"].iloc[0])
        parts.legend(figure, _keys(drawn, target))
    cities = "，".join(row["area"] + _change(row) for _, row in total.iterrows())
    finding = funnel_sentences(results, year=year)[0]
    figure.alt = finding + (f"{TOTAL}：{cities}。" if cities else "")
    lines = [_line(row) for _, row in drawn.iterrows()]
    figure.data = data_table(lines, f"各市事故起数与{100 * LEVEL:g}%界限（*为初步数据）")
    return figure


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with one wide panel on top and ``count`` small ones below."""
    first = HEAD + TALL + FOOT + BELOW
    tall = HEAD + LOW + FOOT
    rows = -(-count // COLUMNS)  # rounded up
    figure = Figure(first + rows * tall + parts.LEGEND)
    wide = WIDTH - LEFT - parts.RIGHT
    narrow = (wide - (COLUMNS - 1) * (LEFT + GAP)) / COLUMNS
    panels = [figure.add_panel(LEFT, HEAD, wide, TALL)]
    for n in range(count):
        row, column = divmod(n, COLUMNS)
        left, top = LEFT + column * (narrow + LEFT + GAP), first + row * tall + HEAD
        panels.append(figure.add_panel(left, top, narrow, LOW))
    return figure, panels


def _draw_panel(axes: Axes, drawn: pd.DataFrame, name: str) -> None:
    """Draw one panel of the funnel: target, limits, cities; the marks of its axis are changes."""
    parts.title(axes, name, 10)
    axes.tick_params(length=0, pad=3, labelsize=8.5)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines[["left"]].set_visible(False)
    if drawn.empty:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[["bottom"]].set_visible(False)
        parts.message(axes, "没有可比的数据")
        return
    parts.head_right(axes, 10, _verdict(drawn))
    _scale(axes, drawn)
    goal = float(drawn["goal"].iloc[0])
    axes.axhspan(axes.get_ylim()[0], goal, color=PLAN, linewidth=0, zorder=0.5)
    axes.axhline(goal, color=STEP, linewidth=1, linestyle=(0, (1, 1.5)), zorder=1.6)
    _draw_limits(axes, drawn)
    for _, row in drawn.iterrows():
        _draw_city(axes, row)


def _name_cities(axes: Axes, drawn: pd.DataFrame) -> None:
    """Write the names of these cities beside their points."""
    # In an order of their own, so that the order of the rows moves no name.
    ordered = drawn.sort_values(["cases", "share"])
    label_points(axes, list(ordered["area"]), ordered["cases"], ordered["share"])


def share_of(change: float) -> float:
    """Return the share of the later year among the cases of both that a change stands for."""
    return (1 + change) / (2 + change)


def _is_astray(drawn: pd.DataFrame) -> pd.Series:
    """Tell which cities are inside or outside by their own limits, but not by the lines drawn.

    A city is judged against all others together, the lines stand around one rate for all cities.
    """
    low, high = luck.binomial_limits(drawn["cases"].astype(float), _standard(drawn), LEVEL)
    value = drawn["value"].astype(float)
    by_line = np.select([value < low, value > high], ["below", "above"], "inside")
    return drawn["position"] != by_line


def _standard(drawn: pd.DataFrame) -> float:
    """Return the share that the lines stand around: that of the cities inside the limits.

    Where a single city is outside, this is exactly the share of all others that it is judged by.
    """
    inside = drawn[drawn["position"] == "inside"]
    rows = drawn if inside.empty else inside
    return float(rows["value"].sum() / rows["cases"].sum())


def _verdict(drawn: pd.DataFrame) -> str:
    count = len(outside(drawn))
    if count:
        return f"{len(drawn)}市中{count}市在界限外"
    return f"{len(drawn)}市都在界限内" if len(drawn) > 1 else "1市在界限内"


def _scale(axes: Axes, drawn: pd.DataFrame) -> None:
    """Set the range of both axes; the marks of the upright one are changes."""
    cases = drawn["cases"].astype(float)
    side = max(0.07 * (cases.max() - cases.min()), 1.0)
    axes.set_xlim(max(cases.min() - side, 0.0), cases.max() + side)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    # Very few cases have no limit (NaN). No change, a share of 0.5, is in the range anyway.
    limits = np.nan_to_num(luck.funnel_curve(cases, _standard(drawn), LEVEL), nan=0.5)
    ys = np.concatenate([drawn["share"], *limits, drawn["goal"], [0.5]])
    room = 0.06 * (ys.max() - ys.min())
    axes.set_ylim(ys.min() - room, ys.max() + room)
    marks = _marks(axes)
    axes.set_yticks(
        [share_of(mark) for mark in marks], [wording.signed_percent(mark) for mark in marks]
    )


def _marks(axes: Axes) -> list[float]:
    """Return the changes to mark: the finest set that leaves room for their words."""
    low, high = axes.get_ylim()
    tall = parts.panel_size(axes)[1]
    inside: list[float] = []
    for marks in MARK_SETS:
        inside = [mark for mark in marks if low <= share_of(mark) <= high]
        apart = np.diff([share_of(mark) for mark in inside]) * tall / (high - low)
        # A set that begins far above the foot of the axis would leave its lower part unmarked.
        covered = share_of(marks[0]) <= low + 0.1 or marks is MARK_SETS[-1]
        if covered and (apart >= LEAST_APART).all():
            break
    return inside


def _draw_limits(axes: Axes, drawn: pd.DataFrame) -> None:
    standard = _standard(drawn)
    first, last = axes.get_xlim()
    # Limits exist for whole numbers of cases only; of few cases, rounding leaves fewer points.
    cases = np.unique(np.linspace(max(first, 1), last, CURVE_POINTS).round())
    axes.axhline(standard, **CENTRE, zorder=2)
    for limit in luck.funnel_curve(cases, standard, LEVEL):
        axes.plot(cases, limit, **LIMIT, zorder=2.5)
    # Where a line would tell the wrong thing about a city, dashes show the limits it is judged by.
    own = drawn[_is_astray(drawn)]
    for limit in luck.funnel_curve(own["cases"].astype(float), own["others"], LEVEL):
        axes.plot(own["cases"].astype(float), limit, **OWN, zorder=3)


def _draw_city(axes: Axes, row: pd.Series) -> None:
    shape = OUTSIDE if row["position"] in PLACES else INSIDE
    color = industry_color(row["industry"])
    face = "white" if row["provisional"] else color
    point = [float(row["cases"])], [row["share"]]
    axes.plot(*point, color=color, mfc=face, **shape, clip_on=False, zorder=4)


def _keys(drawn: pd.DataFrame, target: str) -> list[Any]:
    by_industry = drawn.groupby("industry", sort=False)
    keys = [
        parts.key(f"{100 * LEVEL:g}%界限", **LIMIT),
        parts.key("界限内各市合计的变化", **CENTRE),
        parts.key("一个市", color=TOTAL_COLOR, **INSIDE),
        parts.key("界限之外的市", color=TOTAL_COLOR, **OUTSIDE),
    ]
    if drawn["provisional"].any():
        keys.append(parts.key("初步数据", color=TOTAL_COLOR, mfc="white", **INSIDE))
    if any(_is_astray(part).any() for _, part in by_industry):
        keys.append(parts.key("该市自己的界限", **OWN))
    return [*keys, parts.plan_key(f"达到年度目标（{target}）", linestyle=":")]


def _change(row: pd.Series) -> str:
    """Return the change of a city's accidents in words, never across its target."""
    threshold = decline_of(row["goal"])
    return wording.change_words({**row, "indicator": "accidents", "threshold": threshold})


def _line(row: pd.Series) -> dict[str, Text]:
    """Return a city with its cases, its change, and the limits of luck in cases."""
    return {
        "行业": row["industry"],
        "地区": row["area"],
        "对比值": _cases(row, "baseline", row["baseline_year"]),
        "实际值": rich(_cases(row, "value", row["year"]), "*" if row["provisional"] else ""),
        "变化": _change(row),
        "界限": f"{row['low']}～{row['high']}起",
        "位置": PLACES.get(row["position"], "界限内"),
    }


def _cases(row: pd.Series, name: str, year: int) -> Span:
    return link(f"{row[name]}起", source_place({**row, "indicator": "accidents"}, year))
