"""Goals in sentences, in the style of official statistics; every number comes from a row."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.indicators import TOTAL
from gsyf_lib.notes.luck import JUDGED

__all__ = [
    "EARLY",
    "coverage_sentence",
    "share_sentence",
    "tally_sentence",
    "total_sentence",
]

LETTER = "not_below_zero"
EARLY = "据初步数据，"


def tally_sentence(goals: pd.DataFrame) -> str:
    """Return how many goals are met, missed and so on, and how many hang on provisional figures."""
    counts = words.shown_statuses(goals).value_counts()
    parts = [f"{word}{counts[code]}项" for code, word in words.STATUSES.items() if code in counts]
    first, judged = goals.iloc[0], goals[goals["status"].isin(JUDGED)]
    early = judged["provisional"].sum()
    how_many = "均" if early == len(judged) else f"有{early}项"
    note = f"；上述结论{how_many}依据初步数据" if early else ""
    name = f"{first['year']}年，{first['area']}{len(goals)}项年度目标中"
    return f"{name}，{'，'.join(parts)}{note}。"


def total_sentence(row: pd.Series, goals: pd.DataFrame) -> str:
    """Return how 重点行业合计 of a count has changed, its target and its verdict.

    Parameters
    ----------
    row : the total
    goals : frames.RESULTS of the industries of the same area and year
    """
    name = f"{TOTAL}{words.INDICATORS[row['indicator']]}"
    verdict = words.status_word(row)
    if row["status"] not in JUDGED:
        return f"{name}：{_unjudged(row)}。"
    summed = "（按各市合计）" if "sum_of_cities" in row["reason"] else ""
    parts = words.total_words(row, goals[goals["indicator"] == row["indicator"]])
    change = _count_change(row) + (f"（其中{parts}）" if parts else "")
    told = f"{_early(row['provisional'])}{name}{summed}{change}"
    if not row["baseline"]:
        letter = f"（{words.REASONS[LETTER]}）" if LETTER in row["reason"] else ""
        return f"{told}，{verdict}{letter}。"
    return f"{told}；目标为{words.target_words(row)}，{words.verdict_words(row)}。"


def _unjudged(row: pd.Series) -> str:
    """Return the word for a goal without a verdict, and why there is none."""
    reason = words.reason_beside(row)
    return words.status_word(row) + (f"（{reason}）" if reason else "")


def _early(is_provisional: bool) -> str:
    """Return what official statistics put before figures that may still be corrected."""
    return EARLY if is_provisional else ""


def _count_change(row: pd.Series) -> str:
    """Return a count beside that of the baseline year; of zero no percentage is said."""
    unit, year, first = words.UNITS[row["indicator"]], row["year"], row["baseline_year"]
    then, now = int(row["baseline"]), int(row["value"])
    if then == now:
        return f"与{first}年持平，均为{now}{unit}" if now else f"{first}年、{year}年均为0"
    if not then:
        return f"由{first}年的0{unit}升至{now}{unit}（{first}年为0，不计算升幅）"
    to = "降至" if now < then else "升至"
    change = words.change_words(row) if now else "下降100%"
    return f"由{first}年的{then}{unit}{to}{now}{unit}，{change}"


def share_sentence(row: pd.Series) -> str:
    """Return the short-exposure share with both counts, its change and its verdict."""
    name = "尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）"
    verdict = words.status_word(row)
    if row["status"] not in JUDGED:
        return f"{name}：{_unjudged(row)}。"
    counted = pd.notna(row["numerator"])
    counts = f"（{row['numerator']}/{row['denominator']}例）" if counted else "（只报比例）"
    share = words.figure_words(row) if row["value"] else "0"
    told = f"{_early(row['provisional'])}{name}为{share}{counts}，{words.share_change_words(row)}"
    told = f"{told}，{verdict}"
    return f"{told}{'。' + warning if (warning := _share_warning(row)) else ''}。"


def _share_warning(row: pd.Series) -> str:
    if "only_more_reported" in row["reason"]:
        return "注意：新发例数未减少，比例下降只因报告总例数增加"
    if "not_below_baseline_year" in row["reason"]:
        return "注意：比例低于上年，但未低于基期"
    return ""


def coverage_sentence(goals: pd.DataFrame) -> str:
    """Return the coverage of one kind of training over its industries."""
    if goals.empty:
        return ""
    first = goals.iloc[0]
    name = f"重点岗位人员{words.INDICATORS[first['indicator']]}"
    judged = goals[goals["status"].isin(JUDGED)]
    early = _early(judged["provisional"].any())
    if len(goals) == 1 and len(judged) == 1:
        rate = _rate(first)
        counts = f"（{first['numerator']}/{first['denominator']}人）"
        verdict = words.verdict_words(first)
        goal = words.goal(first["threshold"])
        return f"{early}{name}：{first['industry']}为{rate}{counts}，目标为{goal}，{verdict}。"
    if len(goals) == 1:
        return f"{name}：{first['industry']}{words.status_word(first)}{_why(first)}。"
    return f"{early}{name}：目标为{words.goal(first['threshold'])}，{_coverage_tally(judged)}。"


def _coverage_tally(judged: pd.DataFrame) -> str:
    """Return how many industries reach the target, and those that are furthest from it."""
    if judged.empty:
        return "没有一个行业可以判定"
    count, met = len(judged), (judged["status"] == "met").sum()
    lowest = judged.loc[judged["value"].idxmin()]
    if count == 1:
        verdict = words.STATUSES[lowest["status"]]
        return f"有数据的1个行业{verdict}，为{lowest['industry']}（{_rate(lowest)}）"
    reached = {0: "均未达标", count: "全部达标"}.get(met, f"中{met}个达标、{count - met}个未达标")
    # What reads as equal is told as equal: all who share the lowest figure are named.
    rates = pd.Series([_rate(row) for _, row in judged.iterrows()], judged.index)
    if rates.nunique() == 1:
        return f"有数据的{count}个行业均为{rates.iloc[0]}，{reached}"
    last = "、".join(judged.loc[rates == _rate(lowest), "industry"])
    return f"有数据的{count}个行业{reached}，最低的为{last}（{_rate(lowest)}）"


def _rate(row: pd.Series) -> str:
    """Return a coverage in per cent, never rounded across its target; the whole without places."""
    return "100%" if row["value"] == 1 else words.figure_words(row)


def _why(row: pd.Series) -> str:
    """Return in brackets why there is no verdict; nothing if the status says it all."""
    plain = row["reason"] in ("", "not_reported", "not_due", "no_such_industry")
    return "" if plain else f"（{words.reason_words(row['reason'])}）"
