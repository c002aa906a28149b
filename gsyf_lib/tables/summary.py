"""The verdicts of one area and year in sentences, in the style of official statistics."""

import pandas as pd

from gsyf_lib import assessment, wording
from gsyf_lib.assessment import COUNTS, COVERAGES, SHARE, TOTAL, select_area, select_year
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Box, Paragraph, Span, Text, link, paragraphs
from gsyf_lib.tables.parts import Record, goal_place

# Not ``not_applicable``: what an area does not have is nothing it falls short of.
UNJUDGED = ["not_reported", "undefined"]
EARLY = "据初步数据，"
SHARE_NAME = "尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）"
WARNINGS = {
    "only_more_reported": "新发例数未减少，比例下降只因报告总例数增加",
    "not_below_baseline_year": "比例低于上年，但未低于基期",
}


def summary(results: pd.DataFrame, area: str, year: int | None = None) -> Box:
    """一个地区的结论：达标几项，未达标哪些、与目标之差和责任部门。

    ``results`` 为判定结果（frames.RESULTS）；不写 ``year`` 的为其中的最后一年。其中有上一年度的（如
    ``judged.history``），同时列出上年的达标情况。

    Examples
    --------
    >>> gs.summary(results, "太原市")
    2023年，太原市20项年度目标中，达标19项，未达标1项。
    ✓ 达标19项
    × 未达标1项
    对照：全省20项目标中达标18项。
    未达标1项
    住房和城乡建设部门：× 建筑施工事故起数（超控制目标1起） 实际28起，控制目标27起以内
    ...
    """
    rows = select_area(select_year(results, year), area)
    goals = rows[rows["counted"]]
    lead = paragraphs([tally_sentence(goals)], "lead")
    beside = paragraphs(filter(None, [context_sentence(results, goals)]), "context")
    if wording.why_nothing_came(goals):
        return Box((lead, tally_bar(goals), beside), "summary")  # goal by goal it says no more
    others = [*total_sentences(rows), *share_sentences(goals), *coverage_sentences(goals)]
    if all(text.startswith(EARLY) for text in others):
        others = [text.removeprefix(EARLY) for text in others]  # the lead says it of all
    told = (lead, tally_bar(goals), beside, shortfalls(goals), paragraphs(others))
    return Box(told, "summary")


def tally_sentence(goals: pd.DataFrame) -> str:
    """Return how many goals are met, missed and so on, and how many hang on provisional figures."""
    first, judged = goals.iloc[0], _judged(goals)
    early = judged["provisional"].sum()
    how_many = "均" if early == len(judged) else f"有{early}项"
    note = f"；上述结论{how_many}依据初步数据" if early else ""
    whose = f"{first['year']}年，{first['area']}{len(goals)}项年度目标"
    if why := wording.why_nothing_came(goals):
        return f"{whose}均{why}。"
    name = f"{whose}中"
    return f"{name}，{'，'.join(wording.verdict_tally(goals))}{note}。"


def context_sentence(results: pd.DataFrame, goals: pd.DataFrame) -> str:
    """Return how many goals the area met a year before, and the province in the same year.

    Only what is among the results, which may hold one year or several.
    """
    area, year, level = goals.iloc[0][["area_code", "year", "level"]]
    counted = results[results["counted"]]
    before = counted[(counted["area_code"] == area) & (counted["year"] == year - 1)]
    province = counted[(counted["level"] == "province") & (counted["year"] == year)]
    compared = {f"{year - 1}年": before}
    if level != "province":
        compared["全省"] = province
    told = [f"{name}{_how_many_met(rows)}" for name, rows in compared.items() if len(rows)]
    return f"对照：{'；'.join(told)}。" if told else ""


def _how_many_met(goals: pd.DataFrame) -> str:
    if why := wording.why_none_judged(goals):
        return f"{len(goals)}项目标均{why}"
    return f"{len(goals)}项目标中达标{(goals['status'] == 'met').sum()}项"


def _judged(goals: pd.DataFrame) -> pd.DataFrame:
    return goals[goals["status"].isin(wording.JUDGED)]


def _early(is_provisional: bool) -> str:
    """Return what official statistics put before figures that may still be corrected."""
    return EARLY if is_provisional else ""


def total_sentences(rows: pd.DataFrame) -> list[str]:
    """Return how 重点行业合计 of each count has changed, its target and its verdict."""
    is_total = rows["industry"] == TOTAL
    totals = rows[is_total & rows["indicator"].isin(COUNTS)]
    return [_total(row, rows[~is_total]) for row in totals.to_dict("records")]


def _total(row: Record, goals: pd.DataFrame) -> str:
    name = wording.goal_name(row)
    if row["status"] not in wording.JUDGED:
        return f"{name}：{wording.unjudged_words(row)}。"
    summed = "（按各市合计）" if "sum_of_cities" in row["reason"] else ""
    parts = wording.total_words(row, goals[goals["indicator"] == row["indicator"]])
    change = _count_change(row) + (f"（其中{parts}）" if parts else "")
    told = f"{_early(row['provisional'])}{name}{summed}{change}"
    if row["baseline"]:
        return f"{told}；目标为{wording.target_words(row)}，{wording.verdict_words(row)}。"
    # From 0 nothing can fall: what is judged to the letter here needs a word of explanation.
    letter = f"（{wording.REASONS['not_below_zero']}）" if "not_below_zero" in row["reason"] else ""
    return f"{told}，{wording.status_word(row)}{letter}。"


def _count_change(row: Record) -> str:
    """Return a count beside that of the baseline year, without a percentage if that is 0."""
    unit, year, first = wording.UNITS[row["indicator"]], row["year"], row["baseline_year"]
    then, now = int(row["baseline"]), int(row["value"])
    if then == now:
        return f"与{first}年持平，均为{now}{unit}" if now else f"{first}年、{year}年均为0"
    if not then:
        return f"由{first}年的0{unit}升至{now}{unit}（{first}年为0，不计算升幅）"
    to = "降至" if now < then else "升至"
    # A fall to 0 is exactly 100%, which needs no decimal place.
    change = wording.change_words(row) if now else "下降100%"
    return f"由{first}年的{then}{unit}{to}{now}{unit}，{change}"


def share_sentences(goals: pd.DataFrame) -> list[str]:
    """Return the short-exposure share with both counts, its change and its verdict."""
    return [_share(row) for row in goals[goals["indicator"] == SHARE].to_dict("records")]


def _share(row: Record) -> str:
    if row["status"] not in wording.JUDGED:
        return f"{SHARE_NAME}：{wording.unjudged_words(row)}。"
    counts = f"（{wording.share_counts(row) or wording.NO_COUNTS}）"
    share = wording.figure_words(row) if row["value"] else "0"
    told = f"{SHARE_NAME}为{share}{counts}，{wording.share_change_words(row)}"
    warned = [text for code, text in WARNINGS.items() if code in row["reason"]][:1]
    warning = "".join(f"。需要说明的是，{text}，不影响达标结论" for text in warned)
    return f"{_early(row['provisional'])}{told}，{wording.status_word(row)}{warning}。"


def coverage_sentences(goals: pd.DataFrame) -> list[str]:
    """Return the coverage of each kind of training over its industries."""
    kinds = (goals[goals["indicator"] == code] for code in COVERAGES)
    return [_coverage(rows) for rows in kinds if len(rows)]


def _coverage(goals: pd.DataFrame) -> str:
    first, judged = goals.iloc[0], _judged(goals)
    early = _early(judged["provisional"].any())
    name = f"{early}重点岗位人员{wording.INDICATORS[first['indicator']]}"
    goal = f"目标为{wording.goal(first['threshold'])}"
    absent = (goals["status"] == "not_applicable").sum()
    if len(goals) > 1:
        return f"{name}：{goal}，{_coverage_tally(judged, len(goals) - absent)}。"
    if judged.empty:
        return f"{name}：{first['industry']}{wording.unjudged_words(first)}。"
    told = f"{first['industry']}为{_rate(first)}（{wording.share_counts(first)}）"
    return f"{name}：{told}，{goal}，{wording.verdict_words(first)}。"


def _coverage_tally(judged: pd.DataFrame, every: int) -> str:
    """Return how many industries reach the target, and which have the lowest coverage.

    ``every`` is how many industries there are, with or without figures.
    """
    if judged.empty:
        return "各行业均无法判定"
    count, met = len(judged), (judged["status"] == "met").sum()
    # Rates that read alike are treated alike: every industry that shows the lowest one is named.
    rates = pd.Series([_rate(row) for row in judged.to_dict("records")], judged.index)
    least = rates[judged["value"].idxmin()]
    last = "、".join(judged.loc[rates == least, "industry"])
    whose = "" if count == every else "有数据的"
    if count == 1:
        return f"{whose}1个行业{wording.status_word(judged.iloc[0])}，为{last}（{least}）"
    reached = {0: "均未达标", count: "全部达标"}.get(met, f"中{met}个达标、{count - met}个未达标")
    if rates.nunique() == 1:
        return f"{whose}{count}个行业均为{least}，{reached}"
    return f"{whose}{count}个行业{reached}，最低的为{last}（{least}）"


def _rate(row: Record) -> str:
    """Return a coverage in per cent, never rounded across its target; all of them as 100%."""
    return "100%" if row["value"] == 1 else wording.figure_words(row)


def tally_bar(goals: pd.DataFrame) -> blocks.Tally:
    """Return how many goals have which verdict: by number, word, shape, colour and length."""
    # Sorted as the vocabulary has them, so that bars of different pages can be compared.
    counts = assessment.shown_statuses(goals).value_counts()
    found = (code for code in wording.STATUSES if code in counts)
    return blocks.Tally(tuple((code, int(counts[code])) for code in found))


def shortfalls(goals: pd.DataFrame, *, by: str = "department") -> Block:
    """Return what is missed, then what cannot be judged, each under its department or area."""
    missed = goals[goals["status"] == "missed"]
    unjudged = goals[goals["status"].isin(UNJUDGED)]
    if missed.empty and unjudged.empty:
        return Paragraph("各项目标全部达标。", "shortfalls-none")
    return blocks.Box((*_listed("未达标", missed, by), *_listed("无法判定", unjudged, by)))


def _listed(title: str, rows: pd.DataFrame, by: str) -> tuple[Block, ...]:
    if rows.empty:
        return ()
    groups = tuple(
        (blocks.named(name), tuple(_item(row) for row in group.to_dict("records")))
        for name, group in rows.groupby(by, sort=False)
    )
    # How many are the province's and how many the cities', where there are both.
    upper = (rows["level"] == "province").sum()
    levels = f"（全省{upper}项、各市{len(rows) - upper}项）" if 0 < upper < len(rows) else ""
    heading = Paragraph(f"{title}{len(rows)}项{levels}", "shortfalls-title")
    return heading, blocks.Terms(groups, "shortfalls")


def _item(row: Record) -> Span:
    parts = (link(wording.goal_with_why(row), goal_place(row)), *_figures(row))
    return Span(parts, status=assessment.shown_status(row))


def _figures(row: Record) -> tuple[Text, ...]:
    """Return the count and the bound that it missed, where there are both."""
    if row["status"] != "missed" or pd.isna(row["allowed"]) or pd.isna(row["numerator"]):
        return ()
    unit = wording.UNITS[row["indicator"]]
    figures = f"实际{row['numerator']}{unit}，{wording.limit_words(row)}"
    if len(wording.compared_words(row)) > 1:
        figures += f"；{wording.share_change_words(row)}"
    return (" ", blocks.note(figures))
