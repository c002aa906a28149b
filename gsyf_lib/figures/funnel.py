"""The cities beside each other: changes against numbers of cases, with the limits of luck."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gsyf_lib import words
from gsyf_lib.blocks import Span, Table, link, rich, source_place
from gsyf_lib.comparison import LEVEL, decline_of, funnel
from gsyf_lib.figures import parts
from gsyf_lib.figures.data import data_table
from gsyf_lib.figures.funnel_panel import (
    CENTRE,
    INSIDE,
    LIMIT,
    OUTSIDE,
    OWN,
    draw_panel,
    is_astray,
    name_cities,
)
from gsyf_lib.figures.style import (
    GREY,
    PLAN,
    STEP,
    TOTAL_COLOR,
    WIDTH,
    Figure,
    drawing,
    industry_color,
)
from gsyf_lib.indicators import TOTAL
from gsyf_lib.notes.funnel import PLACES, funnel_sentences, outside, undrawn

__all__ = ["funnel_figure"]

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
    names = [name for name in rows["industry"].unique() if name != TOTAL]
    total = rows[rows["industry"] == TOTAL]
    against = f"与{rows['baseline_year'].iloc[0]}年相比的变化"
    with drawing():
        figure, (whole, *small) = _panels(len(names))
        draw_panel(whole, total, TOTAL_COLOR, f"{TOTAL}事故起数：{against}")
        name_cities(whole, total)
        foot = parts.points_from(whole, 1, 0)
        whole.text(0, -24, "横轴：两年事故起数之和", transform=foot, ha="right", color=GREY)
        for axes, name in zip(small, names, strict=True):
            part = rows[rows["industry"] == name]
            draw_panel(axes, part, industry_color(name), name)
            name_cities(axes, outside(part))
        parts.legend(figure, _keys(rows, _target(results, rows)))
    figure.alt = _alt(rows, funnel_sentences(results, year=year)[0])
    figure.data = _data(rows)
    return figure


def _data(rows: pd.DataFrame) -> Table | None:
    """Return every city drawn with its cases, its change, and the limits of luck in cases."""
    drawn = rows.drop(undrawn(rows).index)
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


def _target(results: pd.DataFrame, rows: pd.DataFrame) -> str:
    goals = results[results["indicator"] == "accidents"]
    return words.target_words(goals[goals["year"] == rows["year"].iloc[0]].iloc[0])


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with one wide panel on top and ``count`` small ones below."""
    lines = -(-count // COLUMNS)
    height = (HEAD + TALL + FOOT + BELOW) + lines * (HEAD + LOW + FOOT) + parts.LEGEND
    figure = Figure(height)
    wide = WIDTH - LEFT - parts.RIGHT
    narrow = (wide - (COLUMNS - 1) * (LEFT + GAP)) / COLUMNS
    places = [(LEFT, height - HEAD - TALL, wide, TALL)]
    for n in range(count):
        line, column = divmod(n, COLUMNS)
        x = LEFT + column * (narrow + LEFT + GAP)
        y = places[0][1] - FOOT - BELOW - line * (HEAD + LOW + FOOT) - HEAD - LOW
        places.append((x, y, narrow, LOW))
    return figure, [
        figure.add_axes((x / WIDTH, y / height, w / WIDTH, h / height)) for x, y, w, h in places
    ]


def _keys(rows: pd.DataFrame, target: str) -> list[Any]:
    hollow = Line2D([], [], color=TOTAL_COLOR, mfc="white", label="初步数据", **INSIDE)
    return [
        Line2D([], [], label=f"{100 * LEVEL:g}%界限", **LIMIT),
        Line2D([], [], label="界限内各市合计的变化", **CENTRE),
        Line2D([], [], color=TOTAL_COLOR, label="一个市", **INSIDE),
        Line2D([], [], color=TOTAL_COLOR, label="界限之外的市", **OUTSIDE),
        *([hollow] if rows["provisional"].any() else []),
        *([Line2D([], [], label="该市自己的界限", **OWN)] if _any_astray(rows) else []),
        Patch(facecolor=PLAN, edgecolor=STEP, linestyle=":", label=f"达到年度目标（{target}）"),
    ]


def _any_astray(rows: pd.DataFrame) -> bool:
    drawn = rows.drop(undrawn(rows).index)
    return any(is_astray(part).any() for _, part in drawn.groupby("industry", sort=False))


def _alt(rows: pd.DataFrame, found: str) -> str:
    total = rows[rows["industry"] == TOTAL]
    drawn = total.drop(undrawn(total).index)
    cities = "，".join(row["area"] + _change(row) for _, row in drawn.iterrows())
    return found + (f"{TOTAL}：{cities}。" if cities else "")


def _change(row: pd.Series) -> str:
    """Return the change of a city's accidents in words, never across its target."""
    threshold = decline_of(row["goal"])
    return words.change_words({**row, "indicator": "accidents", "threshold": threshold})
