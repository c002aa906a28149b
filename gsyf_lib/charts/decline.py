"""Accidents and casualties against the baseline year, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, TOTAL
from gsyf_lib.charts import parts, phrases
from gsyf_lib.charts.data import change_interval, data_table, goal_line
from gsyf_lib.charts.decline_panel import SHORT, Panel, changes, draw_panel, keys
from gsyf_lib.charts.goals import area_rows, goals_by, year_drawn
from gsyf_lib.charts.series import EVERY, FigureSeries, series
from gsyf_lib.charts.style import TOTAL_COLOR, Figure, drawing, industry_color
from gsyf_lib.documents.blocks import Table

# One case of five that became fifty would flatten every other line: what lies beyond stands at the
# edge with its value.
LOWEST, HIGHEST = -0.6, 0.6


def decline_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """Draw 事故起数 and 伤亡人数 as change against the baseline year, falling as they fall.

    Parameters
    ----------
    results : frames.RESULTS of all target years
    area : one panel per industry of this area; None: one panel per area with 重点行业合计
    year : last year drawn; None: the latest with a figure. Milestones are drawn for all years.

    Returns
    -------
    Figure
        The shaded part of a panel meets the milestone. A year without a figure breaks the line.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> figure = gs.decline_figure(history, "太原市", 2023)
    >>> figure.alt[:13]
    '2023年与2019年相比'
    """
    panels = _panels(results, area, year)
    return _figure(panels, None if area else EVERY, limits=_limits(panels))


def decline_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """Draw the same in several figures if there are many areas, with one scale for all of them.

    Parameters
    ----------
    results, area, year : as for ``decline_figure``

    Returns
    -------
    FigureSeries
        Of one area, or of up to 12, there is one figure.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> len(gs.decline_figures(history, year=2023))
    1
    """
    if area is not None:
        return FigureSeries([partial(decline_figure, results, area, year)])
    panels = _panels(results, None, year)
    return series(panels, partial(_figure, limits=_limits(panels)))


def _panels(results: pd.DataFrame, area: str | None, year: int | None) -> list[Panel]:
    """Return one panel per industry of an area, or per area with 重点行业合计."""
    if area is None:
        rows = results[results["indicator"].isin(COUNTS) & (results["level"] != "county")]
        rows = rows[rows["industry"] == TOTAL]
        by, colors = "area", dict.fromkeys(rows["area"], TOTAL_COLOR)
    else:
        rows = area_rows(results, area, COUNTS)
        rows = rows[rows["industry"] != TOTAL]
        by, colors = "industry", {name: industry_color(name) for name in rows["industry"]}
    last = year_drawn(rows, year)
    return [
        Panel(name, color, goals_by(rows[rows[by] == name], "indicator", last))
        for name, color in colors.items()
    ]


def _limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """Return the range that all panels share: wide enough for the lines, never beyond ±60 %."""
    every = [y for panel in panels for goal in panel.goals.values() for y in changes(goal).values()]
    steps = [float(t) for panel in panels for t in panel.main.rows["threshold"].dropna()]
    # Below the deepest milestone there has to be room for the shade that says what meets it.
    low = min([*every, *(-1.5 * t for t in steps), 0.0]) - 0.05
    high = max([*every, 0.1]) + 0.05
    return max(low, LOWEST), min(high, HIGHEST)


def _figure(panels: Sequence[Panel], areas: str | None, *, limits: tuple[float, float]) -> Figure:
    """Draw panels of one area's industries, or of the areas that ``areas`` tells in words."""
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), min(len(panels), 3), plot=116, head=54, foot=30, gap=8
        )
        for axes, panel in zip(every_axes, panels, strict=True):
            draw_panel(axes, panel, *limits)
        parts.legend(figure, keys(panels[0].main))
    figure.alt = _alt(panels, areas)
    figure.data = _data(panels, areas)
    return figure


def _alt(panels: Sequence[Panel], areas: str | None) -> str:
    """Return what the figure says: how many targets are met, then every change."""
    now = panels[0].main.now
    what = f"{areas}{TOTAL}" if areas else f"{now['area']}各行业"
    found = "；".join(
        wording.INDICATORS[indicator] + phrases.tally(_drawn(panels, indicator))
        for indicator in panels[0].goals
    )
    told = "；".join(panel.name + _alt_goals(panel) for panel in panels)
    return f"{wording.years_compared(now)}，{what}{found}。{told}。"


def _drawn(panels: Sequence[Panel], indicator: str) -> pd.DataFrame:
    return pd.DataFrame([panel.goals[indicator].now for panel in panels])


def _alt_goals(panel: Panel) -> str:
    if all(goal.now["status"] == "not_applicable" for goal in panel.goals.values()):
        return phrases.no_line(panel.main.now)
    return "，".join(
        SHORT[indicator] + phrases.change_phrase(goal.now)
        for indicator, goal in panel.goals.items()
    )


def _data(panels: Sequence[Panel], areas: str | None) -> Table | None:
    """Return every figure drawn; the milestones of later years stand under the panels."""
    now, name = panels[0].main.now, "地区" if areas else "行业"
    lines = [
        {name: panel.name, **goal_line(row, change_interval(row))}
        for panel in panels
        for goal in panel.goals.values()
        for _, row in goal.drawn.iterrows()
    ]
    what = f"{areas}{TOTAL}" if areas else now["area"]
    compared = f"事故起数、伤亡人数与{now['baseline_year']}年相比"
    return data_table(lines, f"{what}{compared}（*为初步数据）")
