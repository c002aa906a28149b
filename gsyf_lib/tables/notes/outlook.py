"""The early warning in sentences: how many goals are on pace, by which rule, and its limits."""

import numpy as np
import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, COVERAGES, MINIMUM_POINTS, select_area
from gsyf_lib.documents.blocks import Box, paragraphs

SHARE_RULE = (
    "尘肺病报告比例没有目标数值，达标且低于基期的为基本符合预期，已为0的为提前实现，其余为滞后。"
)
STRAIGHT = "培训覆盖率按每年增加的百分点推算，推算到100%及以上的没有意义，不列。"
CASES = {
    "faster": "目前虽合乎进度，但按历年变化率推算，到{year}年达不到目标，今后须降得更快。",
    "unsure": "按以往年均减少的数量可以达到{year}年目标，按历年变化率推算则达不到，"
    "能否达到尚不确定，须防止反弹。",
    "reached": "已达到{year}年目标，但按历年变化率推算，到{year}年又会超出，须防止反弹。",
}


def outlook_note(outlook: pd.DataFrame, area: str) -> Box:
    """Return how many goals of an area are on pace, then the rule, in smaller print.

    Parameters
    ----------
    outlook : frames.OUTLOOK of one year
    area : name of the area

    Examples
    --------
    >>> gs.outlook_note(judged.outlook(2023), "太原市")
    对照2025年目标，太原市20项目标中，提前实现6项，快于预期4项，基本符合预期9项，滞后1项。
    ...
    """
    first, *others = outlook_sentences(outlook, area)
    return Box((paragraphs([first]), paragraphs(others, "muted")), "outlook-note")


def outlook_sentences(outlook: pd.DataFrame, area: str) -> list[str]:
    """Return the sentences of ``outlook_note``: counts, the trend, and the rule in plain words.

    Examples
    --------
    >>> gs.outlook_sentences(judged.outlook(2023), "太原市")[0]
    '对照2025年目标，太原市20项目标中，提前实现6项，快于预期4项，基本符合预期9项，滞后1项。'
    """
    rows = select_area(outlook, area)
    goals = rows[rows["counted"]]
    first = goals.iloc[0]
    if first["year"] == first["last_year"]:
        return [wording.last_year_words(first["year"])]
    return [
        _tally(goals),
        *_trend(goals),
        _rule(first["year"], first["last_year"]),
        _limits(goals),
    ]


def _tally(goals: pd.DataFrame) -> str:
    first = goals.iloc[0]
    # An industry that an area does not have is no goal of it: it is counted apart.
    absent = int((goals["note"] == "no_such_industry").sum())
    parts = wording.tally(goals["outlook"], wording.OUTLOOKS)
    # A count that was 0 and stayed 0 is reached, but no success: that is said with the first class.
    if held := int(wording.held_at_zero(goals).sum()):
        parts[0] += f"（其中{held}项{wording.HELD_AT_ZERO}，不是降下来的）"
    silent = int((goals["outlook"] == "").sum()) - absent
    left = f"；{silent}项没有达标结论，不作预警" if silent else ""
    left += f"；另有{absent}项当地无此行业" if absent else ""
    found = "，".join(parts) if parts else "没有可以预警的目标"
    counted = f"{first['area']}{len(goals) - absent}项目标中"
    return f"对照{first['last_year']}年目标，{counted}，{found}{left}。"


def over_by_trend(outlook: pd.DataFrame) -> pd.DataFrame:
    """Return the goals on counts that stand well today, while their trend misses the last target.

    Parameters
    ----------
    outlook : frames.OUTLOOK

    Returns
    -------
    pandas.DataFrame
        Their rows, with ``case``: ``faster`` where the cases have to fall by more a year than so
        far, ``reached`` where the last year's target is met already, ``unsure`` elsewhere: as
        many fewer a year as so far would do, the same rate of change would not.

    Examples
    --------
    >>> found = over_by_trend(judged.outlook(2023))
    >>> sorted(found["case"].unique()) <= ["faster", "reached", "unsure"]
    True
    """
    is_goal = outlook["indicator"].isin(COUNTS) & outlook["counted"]
    well = outlook[is_goal & outlook["outlook"].isin(["on_pace", "ahead", "achieved"])]
    well = well[well["projected"].notna()]
    # Compared as shown: a projection that reads "约10起" is not beyond a goal of 10.
    over = well[well["projected"].map(wording.rounded).astype("Int64") > well["goal"]]
    # np.select takes the first condition that holds, else the default.
    case = np.select(
        [over["outlook"] == "achieved", over["pace_needed"] > over["pace_seen"]],
        ["reached", "faster"],
        "unsure",
    )
    return over.assign(case=case)


def _trend(goals: pd.DataFrame) -> list[str]:
    """Return a sentence for each case of ``over_by_trend``, with the goals by name."""
    over, year = over_by_trend(goals), goals["last_year"].iloc[0]
    return [
        "、".join(wording.goal_name(row) for _, row in rows.iterrows()) + text.format(year=year)
        for case, text in CASES.items()
        if len(rows := over[over["case"] == case])
    ]


def _rule(year: int, last_year: int) -> str:
    following = min(year + 1, last_year)
    return (
        f"划分办法：已达到{last_year}年目标的为提前实现，已达到{following}年目标的为快于预期，"
        f"达到{year}年目标的为基本符合预期，未达到的为滞后。{SHARE_RULE}进度预警不改变达标结论。"
    )


def _limits(goals: pd.DataFrame) -> str:
    """Return how the projections were made: only the methods that these goals needed."""
    counts = goals[goals["indicator"].isin(COUNTS)]
    basis = (
        "“以往年均”为基期与本年的差数除以相隔年数；“按变化率推算”假定今后每年按同一比例增减，"
        "两者算法不同，结果可以不一。"
    )
    fitted = "变化率按历年数字拟合，括号内为95%区间，只计数字的偶然波动；伤亡人数的实际波动更大。"
    few = (
        f"基期以后不足{MINIMUM_POINTS}个年度的，只按基期至今的年变化率推算，不给区间："
        "两三个数字说明不了推算的误差。"
    )
    zero = "基期为零的没有降幅，本年仍为零即已达到目标，不作推算。"
    zero = zero if (counts["note"] == "zero_baseline").any() else ""
    has_few = (counts["note"] == "few_points").any()
    has_fit = counts["projected_low"].notna().any()
    trained = goals["indicator"].isin(COVERAGES) & goals["projected"].notna()
    parts = [basis if has_fit or has_few else "", fitted if has_fit else ""]
    parts += [few if has_few else "", zero, STRAIGHT if trained.any() else ""]
    return "".join(parts) + "推算不是预测。"
