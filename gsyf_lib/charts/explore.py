"""The results to choose from in JupyterLab: an area, an indicator, an industry and a year."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pandas as pd
from ipywidgets import HTML, Dropdown, HBox, VBox

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, JudgedPlan, select_area, shown_status
from gsyf_lib.charts import Figure
from gsyf_lib.charts.coverage import coverage_figure
from gsyf_lib.charts.decline import decline_figure
from gsyf_lib.charts.share import share_figure
from gsyf_lib.documents.blocks import Table, Text, notice, rich, status_mark, table
from gsyf_lib.documents.html import render
from gsyf_lib.errors import GsyfError

FAILED = render(notice("所选内容未能显示：程序出错，详情见 JupyterLab 的日志。", "failed"))


def explore(judged: JudgedPlan) -> VBox:
    """Return drop-down lists of areas, indicators, industries and years; figure and table follow.

    The results of the judged plan are worked out once; a choice only filters and draws.

    Examples
    --------
    >>> explorer = explore(judged)
    >>> [chooser.description for chooser in explorer.children[0].children]
    ['地区', '指标', '行业', '年度']
    """
    history = judged.history
    offered = choices(history)
    areas = list(history["area"].unique())
    years = [int(year) for year in history["year"].unique()]
    area = Dropdown(description="地区", options=areas)
    indicator = Dropdown(
        description="指标", options=[(wording.INDICATORS[code], code) for code in offered]
    )
    industry = Dropdown(description="行业", options=offered[indicator.value])
    year = Dropdown(description="年度", options=years, value=judged.latest_year)
    choosers, shown = (area, indicator, industry, year), HTML()
    shown.add_class("jp-RenderedHTMLCommon")
    # The results never change, so a choice that was drawn once need not be drawn again.
    draw = cache(lambda *chosen: _html(history, *chosen))
    indicator.observe(lambda _: _offer(industry, offered[indicator.value]), "value")
    for chooser in choosers:
        chooser.observe(lambda _: _show(shown, draw, choosers), "value")
    _show(shown, draw, choosers)
    warning = notice(f"{wording.SYNTHETIC}：全部数字为随机生成，仅供演示。", "synthetic")
    head = [HTML(render(warning))] if judged.submissions.synthetic else []
    return VBox([HBox(choosers), *head, shown])


def choices(history: pd.DataFrame) -> Mapping[str, list[str]]:
    """Return the indicators that can be chosen, and the industries that each has goals for."""
    goals = history[history["counted"]]
    return {
        code: list(goals.loc[goals["indicator"] == code, "industry"].unique())
        for code in wording.INDICATORS
        if (goals["indicator"] == code).any()
    }


def selection(
    history: pd.DataFrame, area: str, indicator: str, industry: str, year: int
) -> tuple[Figure, Table]:
    """Return the figure and the table of one goal of an area, year by year up to a year.

    UsageError if the area or the year is not in the results.
    """
    goal = history[(history["indicator"] == indicator) & (history["industry"] == industry)]
    draw = decline_figure if indicator in COUNTS else coverage_figure
    figure = (share_figure if indicator == SHARE else draw)(goal, area, year)
    rows = select_area(goal, area)
    lines = [_line(row) for _, row in rows[rows["year"] <= year].iterrows()]
    caption = f"{rows['area'].iloc[0]}{industry}{wording.INDICATORS[indicator]}"
    return figure, table(lines, caption, row_header="年度")


def _line(row: pd.Series) -> dict[str, Text]:
    reason = wording.reason_beside(row)
    star = "*" if row["provisional"] and pd.notna(row["value"]) else ""
    return {
        "年度": f"{row['year']}年",
        "结论": rich(status_mark(shown_status(row)), f"（{reason}）" if reason else ""),
        "实际值": wording.figure_words(row, "value") + star,
        "对比值": wording.figure_words(row, "baseline"),
        "变化": wording.change_words(row),
        "年度目标": wording.target_words(row),
        "控制目标": wording.allowed_words(row),
        "与目标之差": wording.margin_words(row),
    }


def _html(history: pd.DataFrame, *chosen: Any) -> str:
    """Return what is chosen as HTML, or the sentence that says why there is nothing to show."""
    try:
        figure, shown = selection(history, *chosen)
    except GsyfError as error:
        return render(notice(str(error), "failed"))
    return f'<div class="selection">{figure.svg()}{render(shown)}</div>'


def _offer(industry: Dropdown, names: list[str]) -> None:
    """Offer the industries of the indicator, keeping the one chosen if it is among them."""
    kept = industry.value if industry.value in names else names[0]
    industry.options, industry.value = names, kept


def _show(shown: HTML, draw: Callable[..., str], choosers: tuple[Dropdown, ...]) -> None:
    """Draw what is chosen; never leave an earlier figure beside a new choice."""
    html: str = FAILED
    # An unforeseen error goes on to JupyterLab's log, since ipywidgets shows it nowhere else.
    try:
        html = draw(*(chooser.value for chooser in choosers))
    finally:
        shown.value = html
