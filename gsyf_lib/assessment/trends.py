"""Results of several years in; each goal year by year, or area by area, with the year before."""

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.selection import (
    select_area,
    select_indicator,
    select_industry,
    select_year,
)

GOAL = ["area_code", "industry", "indicator"]


def trend(
    history: pd.DataFrame,
    area: str | None = None,
    industry: str | None = None,
    indicator: str | None = None,
) -> pd.DataFrame:
    """逐年列出目标的数值，并与基期、上年比较。

    Parameters
    ----------
    history : frames.RESULTS，各年度的判定结果（``judged.history``）
    area, industry, indicator : 只要这个地区、行业、指标；可用正式名称、简称或代码，不写的全要

    Returns
    -------
    frames.TREND
        每个地区、行业、指标、年度一行。``decline`` 为较对比年度的降幅，``decline_on_previous``
        为较上年的降幅（同比），都是正数表示减少；上年没有数据或为0的为空，不按0计算。

    Raises
    ------
    UsageError
        没有这个地区、行业或指标；列出相近的名称。

    Notes
    -----
    同比降幅 =（上年数－本年数）÷上年数。比例和覆盖率先由例数、人数得出，不取各年、各地的平均。

    Examples
    --------
    >>> shown = gs.trend(judged.history, "太原", "合计", "事故起数")
    >>> shown[["year", "baseline", "previous", "value"]].tail(2).to_numpy().tolist()
    [[2024, 228.0, 180.0, 212.0], [2025, 228.0, 212.0, 189.0]]
    """
    rows = history[history["indicator"] != "joint"]
    for select, name in (
        (select_area, area),
        (select_industry, industry),
        (select_indicator, indicator),
    ):
        rows = rows if name is None else select(rows, name)
    before = rows[[*GOAL, "year", "value"]].assign(year=rows["year"] + 1)
    joined = rows.merge(before.rename(columns={"value": "previous"}), "left", [*GOAL, "year"])
    base = joined["previous"].where(joined["previous"] != 0)
    change = (base - joined["value"]) / base
    return frames.conform(joined.assign(decline_on_previous=change), frames.TREND)


def compare_areas(
    history: pd.DataFrame, industry: str, indicator: str, year: int | None = None
) -> pd.DataFrame:
    """把各地区的同一目标并列，旁边是全省；按行政区划代码排列，不是排名。

    Parameters
    ----------
    history : frames.RESULTS，各年度的判定结果（``judged.history``）
    industry, indicator : 行业、指标的名称或代码
    year : 年度；不写为最后一年

    Returns
    -------
    frames.TREND
        每个地区一行，省在最前。

    Raises
    ------
    UsageError
        没有这个行业或指标；列出相近的名称。

    Examples
    --------
    >>> shown = gs.compare_areas(judged.history, "煤矿", "事故起数", 2023)
    >>> shown[["area", "baseline", "previous", "value", "status"]].head(2).to_numpy().tolist()
    [['山西省', 193.0, 172.0, 167.0, 'met'], ['太原市', 17.0, 19.0, 13.0, 'met']]
    """
    rows = trend(history, industry=industry, indicator=indicator)
    return select_year(rows, year).reset_index(drop=True)
