"""The results to choose from in JupyterLab: areas, an indicator, an industry and a year."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from ipywidgets import HTML, Checkbox, Dropdown, HBox, SelectMultiple, VBox, Widget

from gsyf_lib import wording
from gsyf_lib.assessment import (
    COUNTS,
    SHARE,
    JudgedPlan,
    select_area,
    select_indicator,
    select_industry,
    shown_status,
)
from gsyf_lib.charts import Figure
from gsyf_lib.charts.coverage import coverage_figure
from gsyf_lib.charts.decline import decline_figure
from gsyf_lib.charts.share import share_figure
from gsyf_lib.documents.blocks import Table, Text, notice, rich, status_mark, table
from gsyf_lib.documents.html import LAB_STYLE, csv_link, render
from gsyf_lib.errors import GsyfError, UsageError

FAILED = render(notice("所选内容未能显示：程序出错，详情见 JupyterLab 的日志。", "failed"))


def explore(judged: JudgedPlan) -> VBox:
    """在 JupyterLab 中选地区（可多选）、指标、行业和年度，图和表随即更新。

    Parameters
    ----------
    judged : ``gs.judge`` 的结果；只判定一次，每次选择只筛选和作图

    Notes
    -----
    按住 Ctrl 可选几个地区；“显示全省”把全省列在旁边作参照。“下载数据”保存图中的数据。

    Examples
    --------
    >>> explorer = explore(judged)
    >>> [chooser.description for chooser in explorer.children[0].children]
    ['地区', '指标', '行业', '年度', '显示全省']
    """
    history = judged.history
    offered, areas = choices(history), list(history["area"].unique())
    years = [int(year) for year in history["year"].unique()]
    area = SelectMultiple(description="地区", options=areas, value=areas[:1], rows=6)
    indicator = Dropdown(
        description="指标", options=[(wording.INDICATORS[code], code) for code in offered]
    )
    industry = Dropdown(description="行业", options=offered[indicator.value])
    year = Dropdown(description="年度", options=years, value=judged.latest_year)
    beside = Checkbox(description="显示全省", value=True)
    choosers, shown = (area, indicator, industry, year, beside), HTML()
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
    """Return the indicators that can be chosen, and the industries that each has results for."""
    goals = history[history["indicator"] != "joint"]
    return {
        code: list(goals.loc[goals["indicator"] == code, "industry"].unique())
        for code in wording.INDICATORS
        if (goals["indicator"] == code).any()
    }


def selection(
    history: pd.DataFrame,
    areas: Sequence[str],
    indicator: str,
    industry: str,
    year: int,
    beside: bool = False,
) -> tuple[Figure, Table]:
    """Return the figure and the table of one goal of some areas, year by year up to a year.

    With ``beside``, the province stands beside them. UsageError if an area or the year is not in
    the results.
    """
    if not areas:
        raise UsageError("请至少选择一个地区。")
    goal = select_industry(select_indicator(history, indicator), industry)
    chosen = pd.concat([select_area(goal, area) for area in areas])["area"].unique()
    rows = goal[goal["area"].isin(chosen) | (beside & (goal["level"] == "province"))]
    code, names = rows["indicator"].iloc[0], list(rows["area"].unique())
    draw = decline_figure if code in COUNTS else coverage_figure
    draw = share_figure if code == SHARE else draw
    figure = draw(rows, names[0] if len(names) == 1 else None, year)
    told = [_line(row, len(names) > 1) for _, row in rows[rows["year"] <= year].iterrows()]
    caption = f"{'、'.join(names)}{rows['industry'].iloc[0]}{wording.INDICATORS[code]}"
    return figure, table(told, caption, row_header="年度")


def _line(row: pd.Series, is_named: bool) -> dict[str, Text]:
    reason = wording.reason_beside(row)
    star = "*" if row["provisional"] and pd.notna(row["value"]) else ""
    return {
        **({"地区": row["area"]} if is_named else {}),
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
    link = csv_link(figure.csv(), shown.caption)
    inner = f"{figure.svg()}<p>{link}</p>{render(shown)}"
    return f'{LAB_STYLE}<div class="gsyf selection">{inner}</div>'


def _offer(industry: Dropdown, names: list[str]) -> None:
    """Offer the industries of the indicator, keeping the one chosen if it is among them."""
    kept = industry.value if industry.value in names else names[0]
    industry.options, industry.value = names, kept


def _show(shown: HTML, draw: Callable[..., str], choosers: tuple[Widget, ...]) -> None:
    """Draw what is chosen; never leave an earlier figure beside a new choice."""
    html: str = FAILED
    # An unforeseen error goes on to JupyterLab's log, since ipywidgets shows it nowhere else.
    try:
        html = draw(*(chooser.value for chooser in choosers))
    finally:
        shown.value = html
