"""The cities beside each other: changes against numbers of cases, with the limits of luck."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gsyf_lib import wording
from gsyf_lib.assessment import LEVEL, TOTAL, decline_of, funnel
from gsyf_lib.charts import parts
from gsyf_lib.charts.data import data_table
from gsyf_lib.charts.funnel_panel import (
    CENTRE,
    INSIDE,
    LIMIT,
    OUTSIDE,
    OWN,
    draw_panel,
    is_astray,
    name_cities,
)
from gsyf_lib.charts.style import (
    GREY,
    TOTAL_COLOR,
    WIDTH,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.documents.blocks import Span, Table, link, rich, source_place
from gsyf_lib.tables.notes.funnel import PLACES, funnel_sentences, outside, undrawn

COLUMNS, LEFT, GAP, HEAD, FOOT = 3, 40.0, 10.0, 26.0, 20.0
TALL, LOW, BELOW = 200.0, 112.0, 10.0  # the panel of all industries, one industry's, and between


def funnel_figure(results: pd.DataFrame, year: int | None = None) -> Figure:
    """Draw the cities' accidents as a funnel: 重点行业合计 with names, then every industry.

    Parameters
    ----------
    results : frames.RESULTS
    year : year compared; the last of ``results`` if not given

    Returns
    -------
    Figure
        A point's height is the share of the later year among the cases of both, told as change;
        between the dashed lines luck explains what differs. The shaded part meets the target.

    Raises
    ------
    UsageError
        The results hold no accidents of cities in that year.

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
        _draw_whole(whole, total, int(rows["baseline_year"].iloc[0]))
        for axes, name in zip(small, names, strict=True):
            part = drawn[drawn["industry"] == name]
            draw_panel(axes, part, industry_color(name), name)
            # The small panels have no room for eleven names.
            name_cities(axes, outside(part))
        parts.legend(figure, _keys(rows, drawn, _target(results, rows)))
    cities = "，".join(row["area"] + _change(row) for _, row in total.iterrows())
    found = funnel_sentences(results, year=year)[0]
    figure.alt = found + (f"{TOTAL}：{cities}。" if cities else "")
    figure.data = _data(drawn)
    return figure


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with one wide panel on top and ``count`` small ones below."""
    first = HEAD + TALL + FOOT + BELOW
    tall = HEAD + LOW + FOOT
    figure = Figure(first + -(-count // COLUMNS) * tall + parts.LEGEND)
    wide = WIDTH - LEFT - parts.RIGHT
    narrow = (wide - (COLUMNS - 1) * (LEFT + GAP)) / COLUMNS
    panels = [figure.add_panel(LEFT, HEAD, wide, TALL)]
    for n in range(count):
        row, column = divmod(n, COLUMNS)
        left, top = LEFT + column * (narrow + LEFT + GAP), first + row * tall + HEAD
        panels.append(figure.add_panel(left, top, narrow, LOW))
    return figure, panels


def _draw_whole(axes: Axes, total: pd.DataFrame, baseline_year: int) -> None:
    """Draw the panel of all industries together, which names its cities and both of its axes."""
    draw_panel(axes, total, TOTAL_COLOR, f"{TOTAL}事故起数：与{baseline_year}年相比的变化")
    name_cities(axes, total)
    corner = parts.points_from(axes, 1, 0)
    axes.text(0, -24, "横轴：两年事故起数之和", transform=corner, ha="right", color=GREY)


def _keys(rows: pd.DataFrame, drawn: pd.DataFrame, target: str) -> list[Any]:
    by_industry = drawn.groupby("industry", sort=False)
    keys = [
        parts.key(f"{100 * LEVEL:g}%界限", **LIMIT),
        parts.key("界限内各市合计的变化", **CENTRE),
        parts.key("一个市", color=TOTAL_COLOR, **INSIDE),
        parts.key("界限之外的市", color=TOTAL_COLOR, **OUTSIDE),
    ]
    if rows["provisional"].any():
        keys.append(parts.key("初步数据", color=TOTAL_COLOR, mfc="white", **INSIDE))
    if any(is_astray(part).any() for _, part in by_industry):
        keys.append(parts.key("该市自己的界限", **OWN))
    return [*keys, parts.plan_key(f"达到年度目标（{target}）", linestyle=":")]


def _target(results: pd.DataFrame, rows: pd.DataFrame) -> str:
    goals = results[results["indicator"] == "accidents"]
    return wording.target_words(goals[goals["year"] == rows["year"].iloc[0]].iloc[0])


def _change(row: pd.Series) -> str:
    """Return the change of a city's accidents in words, never across its target."""
    threshold = decline_of(row["goal"])
    return wording.change_words({**row, "indicator": "accidents", "threshold": threshold})


def _data(drawn: pd.DataFrame) -> Table | None:
    """Return every city drawn with its cases, its change, and the limits of luck in cases."""
    lines = [
        {
            "行业": row["industry"],
            "地区": row["area"],
            "对比值": _cases(row, "baseline", row["baseline_year"]),
            "实际值": rich(_cases(row, "value", row["year"]), "*" if row["provisional"] else ""),
            "变化": _change(row),
            "界限": f"{row['low']}～{row['high']}起",
            "位置": PLACES.get(row["position"], "界限内"),
        }
        for _, row in drawn.iterrows()
    ]
    return data_table(lines, f"各市事故起数与{100 * LEVEL:g}%界限（*为初步数据）")


def _cases(row: pd.Series, name: str, year: int) -> Span:
    return link(f"{row[name]}起", source_place({**row, "indicator": "accidents"}, year))
