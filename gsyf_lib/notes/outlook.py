"""The early warning in words: how many goals stand how, by which rule, and what it cannot say."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.early_warning import MINIMUM_POINTS
from gsyf_lib.html import Html, box, paragraphs
from gsyf_lib.indicators import COUNTS, TOTAL

__all__ = ["outlook_note", "outlook_sentences"]


def outlook_note(outlook: pd.DataFrame, area: str) -> Html:
    """Return the early warning of an area: the answer first, then the rule.

    Parameters
    ----------
    outlook : frames.OUTLOOK of one year
    area : name of the area

    Examples
    --------
    >>> gs.outlook_note(gs.outlook(plan, submissions.observations, 2023), "太原市")
    对照2025年目标，太原市20项目标中，提前实现6项，快于预期4项，基本符合预期9项，滞后1项。
    ...
    """
    first, *others = outlook_sentences(outlook, area)
    return box("outlook-note", paragraphs([first]), paragraphs(others, "muted"))


def outlook_sentences(outlook: pd.DataFrame, area: str) -> list[str]:
    """Return the sentences of ``outlook_note``: counts, the trend, and the rule in plain words.

    Examples
    --------
    >>> gs.outlook_sentences(gs.outlook(plan, submissions.observations, 2023), "太原市")[0]
    '对照2025年目标，太原市20项目标中，提前实现6项，快于预期4项，基本符合预期9项，滞后1项。'
    """
    rows = words.select_area(outlook, area)
    goals = rows[rows["industry"] != TOTAL]
    first = goals.iloc[0]
    if first["year"] == first["last_year"]:
        return [f"{first['year']}年是计划的最后一年，不再作进度预警。"]
    return [
        _tally(goals),
        *_trend(goals),
        _rule(first["year"], first["last_year"]),
        _limits(goals),
    ]


def _tally(goals: pd.DataFrame) -> str:
    first = goals.iloc[0]
    counts = goals["outlook"].value_counts()
    parts = [f"{word}{counts[code]}项" for code, word in words.OUTLOOKS.items() if code in counts]
    if held := int(words.held_at_zero(goals).sum()):
        parts[0] += f"（其中{held}项{words.HELD_AT_ZERO}，不是降下来的）"
    silent = int((goals["outlook"] == "").sum())
    left = f"；{silent}项没有达标结论，不作预警" if silent else ""
    said = "，".join(parts) if parts else "没有可以预警的目标"
    return f"对照{first['last_year']}年目标，{first['area']}{len(goals)}项目标中，{said}{left}。"


def _trend(goals: pd.DataFrame) -> list[str]:
    """Name the counts that are on pace today but whose trend misses the last year's target."""
    counts = goals[goals["indicator"].isin(COUNTS) & goals["outlook"].isin(["on_pace", "ahead"])]
    missing = counts[counts["projected"] > counts["goal"]]
    if missing.empty:
        return []
    names = "、".join(
        f"{row['industry']}{words.INDICATORS[row['indicator']]}" for _, row in missing.iterrows()
    )
    return [
        f"其中{names}目前虽合乎进度，但按以往趋势到{goals['last_year'].iloc[0]}年达不到目标："
        "计划的降幅要求逐年加大，今后须降得更快。"
    ]


def _rule(year: int, last_year: int) -> str:
    following = min(year + 1, last_year)
    return (
        f"划分办法：已达到{last_year}年目标的为提前实现，已达到{following}年目标的为快于预期，"
        f"达到{year}年目标的为基本符合预期，未达到的为滞后。尘肺病报告比例没有目标数值，"
        "达标且低于基期的为基本符合预期，已为0的为提前实现，其余为滞后。进度预警不改变达标结论。"
    )


def _limits(goals: pd.DataFrame) -> str:
    counts = goals[goals["indicator"].isin(COUNTS)]
    fitted = (
        "趋势按各年数字以固定年变化率推算，括号内为95%区间，只计数字的偶然波动；"
        "伤亡人数的实际波动更大。"
    )
    few = (
        f"基期以后不足{MINIMUM_POINTS}个年度的，只按基期至今的年变化率推算，不给区间："
        "两三个数字说明不了推算的误差。"
    )
    zero = "基期为零的没有降幅，本年仍为零即已达到目标，不作推算。"
    zero = zero if (counts["note"] == "zero_baseline").any() else ""
    has_few = (counts["note"] == "few_points").any()
    has_fit = counts["projected_low"].notna().any()
    return (fitted if has_fit else "") + (few if has_few else "") + zero + "推算不是预测。"
