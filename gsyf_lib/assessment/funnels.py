"""Results in; a funnel of the cities out: which differences luck does not explain. No ranking."""

from fractions import Fraction

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment import luck
from gsyf_lib.assessment.selection import select_year
from gsyf_lib.assessment.verdicts.exact import exact
from gsyf_lib.assessment.verdicts.statuses import shown_statuses
from gsyf_lib.errors import UsageError

# The usual outer limit of funnel plots: luck alone puts 2 cities of 1,000 outside.
LEVEL = 0.998


def funnel(results: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """各市事故起数与其他市比较，并列出偶然波动的界限。

    Parameters
    ----------
    results : frames.RESULTS，判定结果
    year : 所比较的年度；不写的为 ``results`` 中的最后一年

    Returns
    -------
    frames.FUNNEL
        每个市、每个行业（包括重点行业合计）一行，次序同 ``results``。

    Raises
    ------
    UsageError
        结果中没有该年度各市的事故起数。

    Notes
    -----
    图中一个点的高度是当年起数占两年合计的比例，横坐标是两年合计起数，因此不需要从业人数（没有单位报
    送）。界限按二项分布计算，以*其他*市合计的当年占比为准（Spiegelhalter 2005；各市都不计入与自己比
    较的标准）。

    Examples
    --------
    >>> row = gs.funnel(results).query("area == '太原市' and industry == '重点行业合计'").iloc[0]
    >>> row["baseline"], row["value"], row["low"], row["high"], row["position"]
    (np.int64(228), np.int64(180), np.int64(158), np.int64(220), 'inside')
    """
    rows = select_year(results, year)
    rows = rows[(rows["indicator"] == "accidents") & (rows["level"] == "city")]
    if rows.empty:
        raise UsageError("考核结果中没有各市当年的事故起数，无法比较；请传入 gs.assess 的结果。")
    now, cases = rows["value"], rows["value"] + rows["baseline"]
    elsewhere, others = (_of_others(counts.where(cases.notna()), rows) for counts in (now, cases))
    kept = 1 - rows["threshold"].fillna(0.0)
    centre = elsewhere / others.where(others > 0)
    low, high = luck.binomial_limits(cases, centre, LEVEL)
    found = rows.assign(
        cases=cases,
        share=now / cases.where(cases > 0),
        others=centre,
        low=np.where(cases > 0, low, np.nan),
        high=np.where(cases > 0, high, np.nan),
        # The share of the later year at which the target is just met.
        goal=kept / (1 + kept),
    )
    return frames.conform(found.assign(position=_position(found)), frames.FUNNEL)


def _of_others(counts: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return what all other cities with known counts have together, by industry."""
    known = counts.fillna(0)
    return known.groupby(rows["industry"], sort=False).transform("sum") - known


def _position(rows: pd.DataFrame) -> np.ndarray:
    """Tell where a city lies, or why it lies nowhere."""
    conditions = [
        rows["cases"].isna(),
        rows["cases"] == 0,
        rows["others"].isna(),
        rows["value"] < rows["low"],
        rows["value"] > rows["high"],
    ]
    words = [shown_statuses(rows), "no_cases", "no_others", "below", "above"]
    return np.select(conditions, words, "inside")


def decline_of(share: float) -> Fraction:
    """Return the decline that a share of the later year among the cases of both stands for."""
    later = exact(share)
    return 1 - later / (1 - later)
