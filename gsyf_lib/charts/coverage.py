"""Training coverage by industry, beside the plan's milestones."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import shown_status
from gsyf_lib.charts import parts, phrases
from gsyf_lib.charts.coverage_panel import draw_panel, label_ends, line_style, plan_keys
from gsyf_lib.charts.data import data_table, goal_line
from gsyf_lib.charts.goals import Goal, area_rows, goals_by, year_drawn
from gsyf_lib.charts.series import EVERY, FigureSeries, series
from gsyf_lib.charts.style import Figure, drawing
from gsyf_lib.documents.blocks import Table

KINDS = ("safety_training_coverage", "health_training_coverage")
# Where the axis may start. Most figures lie above 60 %: from zero, the lines would run together.
LOWS = (0.0, 0.2, 0.4, 0.6)


def coverage_figure(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> Figure:
    """Draw 培训覆盖率 by industry against the milestones.

    Parameters
    ----------
    results : frames.RESULTS of all target years
    area : one panel per kind of training; None: one small panel per area with all lines
    year : last year drawn; None: the latest with a figure. Milestones are drawn for all years.

    Returns
    -------
    Figure
        The shaded part of a panel meets the milestone.

    Raises
    ------
    UsageError
        The area or the year is not in the results.

    Examples
    --------
    >>> figure = gs.coverage_figure(history, "太原市", 2023)
    >>> figure.alt[:18]
    '2023年，太原市安全生产培训覆盖率'
    """
    if area is None:
        rows = _rows_of_areas(results)
        return _figure_of_areas(list(rows["area"].unique()), EVERY, rows=rows, year=year)
    return _figure_of_area(area_rows(results, area, KINDS), year)


def coverage_figures(
    results: pd.DataFrame, area: str | None = None, year: int | None = None
) -> FigureSeries:
    """Draw the same in several figures if there are many areas, with one scale for all of them.

    Parameters
    ----------
    results, area, year : as for ``coverage_figure``

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
    >>> len(gs.coverage_figures(history, year=2023))
    1
    """
    if area is not None:
        return FigureSeries([partial(coverage_figure, results, area, year)])
    rows = _rows_of_areas(results)
    last = year_drawn(rows, year)
    return series(list(rows["area"].unique()), partial(_figure_of_areas, rows=rows, year=last))


def _rows_of_areas(results: pd.DataFrame) -> pd.DataFrame:
    return results[results["indicator"].isin(KINDS) & (results["level"] != "county")]


def _lines(rows: pd.DataFrame, year: int) -> list[Goal]:
    """Return what each line of a panel is about: one kind of training and one industry."""
    by_kind = [rows[rows["indicator"] == kind] for kind in KINDS]
    return [goal for kind in by_kind for goal in goals_by(kind, "industry", year).values()]


def _figure_of_area(rows: pd.DataFrame, year: int | None) -> Figure:
    """Draw a panel for each kind of training, with the industries named at their lines."""
    last, low = year_drawn(rows, year), _lowest(rows)
    panels = {kind: _lines(rows[rows["indicator"] == kind], last) for kind in KINDS}
    panels = {wording.INDICATORS[kind]: lines for kind, lines in panels.items() if lines}
    with drawing():
        figure, every_axes = parts.grid(
            len(panels), 2, plot=170, head=24, foot=30, gap=136, labels=112
        )
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            draw_panel(axes, lines, low, 1.6)
            label_ends(axes, lines)
        parts.legend(figure, plan_keys())
    told = "；".join(
        f"{name}：{'，'.join(map(_alt_line, lines))}" for name, lines in panels.items()
    )
    where = rows["area"].iloc[0]
    figure.alt = f"{last}年，{where}{_found(rows, last)}。{told}。"
    figure.data = _data(rows, last, where)
    return figure


def _figure_of_areas(
    names: Sequence[str], whose: str, *, rows: pd.DataFrame, year: int | None
) -> Figure:
    """Draw panels of these areas, ``whose`` in words; ``rows`` of all share their scale."""
    last, low = year_drawn(rows, year), _lowest(rows)
    drawn = rows[rows["area"].isin(names)]
    panels = {name: _lines(drawn[drawn["area"] == name], last) for name in names}
    with drawing():
        figure, every_axes = parts.grid(len(names), 3, plot=96, head=30, foot=30, gap=8)
        for axes, (name, lines) in zip(every_axes, panels.items(), strict=True):
            parts.title(axes, name, 9)
            parts.head_right(axes, 9, _tally(lines))
            draw_panel(axes, lines, low, 1)
        keys = [parts.key(name, **line_style(name, 1)) for name in rows["industry"].unique()]
        parts.legend(figure, [*keys, *plan_keys()])
    told = "；".join(f"{name}{_tally(lines)}" for name, lines in panels.items())
    figure.alt = f"{last}年，{whose}{_found(drawn, last)}。{told}。"
    figure.data = _data(drawn, last, whose)
    return figure


def _lowest(rows: pd.DataFrame) -> float:
    """Return where the axis starts: at the highest of the steps that leaves all figures above."""
    least = min(rows["value"].min(), rows["threshold"].min()) - 0.02
    return max([step for step in LOWS if step <= least], default=0.0)


def _found(rows: pd.DataFrame, year: int) -> str:
    """Return how many goals of the year are met, by kind of training."""
    now = rows[rows["year"] == year]
    by_kind = {kind: now[now["indicator"] == kind] for kind in KINDS}
    return "；".join(
        f"{wording.INDICATORS[kind]}{phrases.tally(goals)}"
        for kind, goals in by_kind.items()
        if len(goals)
    )


def _tally(lines: list[Goal]) -> str:
    """Return how many of the goals that apply are met."""
    statuses = [shown_status(line.now) for line in lines]
    known = [status for status in statuses if status != "not_applicable"]
    if len(set(known)) == 1 and known[0] not in ("met", "missed"):
        return wording.STATUSES[known[0]]
    return f"{len(known)}项中{known.count('met')}项达标"


def _alt_line(line: Goal) -> str:
    """Return the coverage of an industry and its verdict, in the last year drawn."""
    shown, word = phrases.coverage(line.now), wording.status_word(line.now)
    return f"{line.now['industry']}{shown}" + (f"（{word}）" if shown != word else "")


def _data(rows: pd.DataFrame, year: int, whose: str) -> Table | None:
    """Return every figure drawn; the area is named where there are several."""
    # The caption names the area where there is only one.
    heads = {"area": "地区", "industry": "行业"}
    if rows["area"].nunique() == 1:
        del heads["area"]
    lines = [
        {**{head: row[column] for column, head in heads.items()}, **goal_line(row)}
        for _, row in rows[rows["year"] <= year].iterrows()
    ]
    return data_table(lines, f"{whose}重点岗位人员培训覆盖率（*为初步数据）")
