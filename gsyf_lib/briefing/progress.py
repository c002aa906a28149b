"""How the goals stand on their way: by class, by pace; when it is over, year by year."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_area
from gsyf_lib.briefing.gaps import by_indicator
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents.blocks import Block, Box, Table, paragraphs, table
from gsyf_lib.tables.cells import NONE
from gsyf_lib.tables.notes.outlook import SHARE_RULE, outlook_sentences
from gsyf_lib.tables.outlook import pace_table


def progress_note(review: Review) -> Box:
    """Return how many goals are in which class; in the last year, that the way is over."""
    if not _is_over(review):
        return paragraphs([outlook_sentences(review.judged.outlook(review.last), review.area)[0]])
    return paragraphs(
        [f"{review.last}年是行动计划的最后一年，目标是否实现以判定结果为准，历年达标情况如下。"]
    )


def _is_over(review: Review) -> bool:
    return review.last == review.plan.last_year


def _is_told(review: Review) -> bool:
    """Tell whether any goal has a class at all: none has in the last year, or without verdicts."""
    return bool((_goals(review)["outlook"] != "").any())


def progress_table(review: Review) -> Table:
    """Return the classes with their rules, numbers and goals; in the last year, the years."""
    return _years(review) if _is_over(review) else _classes(review)


def _goals(review: Review) -> pd.DataFrame:
    rows = select_area(review.judged.outlook(review.last), review.area)
    return rows[rows["counted"] & (rows["note"] != "no_such_industry")]


def _classes(review: Review) -> Table:
    goals, last, following = _goals(review), review.plan.last_year, review.last + 1
    rules = {
        "achieved": f"已达到{last}年目标",
        "ahead": f"已达到{following}年目标" if following < last else "次年即末年，列入提前实现",
        "on_pace": f"已达到{review.last}年目标",
        "behind": f"未达到{review.last}年目标",
        "": "没有达标结论",
    }
    lines = [
        {
            "类别": name,
            "划分办法": rules[code],
            "项数": len(rows),
            "目标": by_indicator(rows) or "无",
        }
        for code, name in (wording.OUTLOOKS | {"": "不作预警"}).items()
        if len(rows := goals[goals["outlook"] == code]) or code
    ]
    notes = "，".join(filter(None, ["进度预警", "不改变达标结论", early_words(review.goals)]))
    caption = f"{review.area}对照{last}年目标的进度分类（{notes}）"
    return table(lines, caption, numeric=["项数"], row_header="类别")


def _years(review: Review) -> Table:
    """Return how many goals were met in each year, of those that the area has."""
    rows = select_area(review.judged.history, review.area)
    rows = rows[rows["counted"]]
    rows = rows[rows["status"] != "not_applicable"]
    groups = [(name, rows[rows["indicator"] == code]) for code, name in wording.INDICATORS.items()]
    years = {f"{year}年": NONE for year in rows["year"].unique()}
    lines = [
        {"指标": name, **years, **{f"{y}年": _met_of(goals) for y, goals in kind.groupby("year")}}
        for name, kind in [*groups, ("合计", rows)]
        if len(kind)
    ]
    star = "；*依据初步数据" if early_words(rows) else ""
    caption = f"{review.area}历年达标情况（达标项数/目标项数{star}）"
    return table(lines, caption, numeric=list(years), row_header="指标")


def _met_of(goals: pd.DataFrame) -> str:
    star = "*" if early_words(goals) else ""
    shown = f"{(goals['status'] == 'met').sum()}/{len(goals)}{star}"
    unjudged = (~goals["status"].isin(["met", "missed"])).sum()
    return f"{shown}（{unjudged}项不能判定）" if unjudged else shown


def pace_note(review: Review) -> Box:
    """Return what is still within reach, at what pace, and what cannot be read from it."""
    if not _is_told(review):
        return Box()
    limits = outlook_sentences(review.judged.outlook(review.last), review.area)[-1]
    return paragraphs([SHARE_RULE, *pace_sentences(review), limits])


def pace_sentences(review: Review) -> list[str]:
    """Return which counts reach the last target at the pace so far, and which must fall faster.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.progress.pace_sentences(review)
    ['12项有结论的事故起数、伤亡人数目标中，已达到2025年目标的1项（机械制造伤亡人数）；...']
    """
    counts = _goals(review)
    counts = counts[counts["indicator"].isin(COUNTS) & counts["to_go"].notna()]
    if counts.empty:
        return []
    last, reached = review.plan.last_year, counts[counts["to_go"] == 0]
    ahead = counts[counts["to_go"] > 0]
    enough = ahead["pace_seen"] >= ahead["pace_needed"]
    turned = ahead["pace_seen"] <= 0
    parts = [
        (reached, f"已达到{last}年目标"),
        (ahead[enough], "按以往年均减少的数量可以达到"),
        (ahead[~enough & ~turned], "须降得比以往快才能达到"),
        (ahead[turned], f"较{review.plan.baseline_year}年未减少、须先扭转"),
    ]
    said = [f"{how}的{len(rows)}项（{by_indicator(rows)}）" for rows, how in parts if len(rows)]
    return [
        f"{len(counts)}项有结论的事故起数、伤亡人数目标中，{'；'.join(said)}。"
        "各项每年须减少的数量、培训每年须新增的人数见下表。"
    ]


def pace(review: Review) -> Block:
    """Return goal by goal what is still to be done, a year, and where the trend leads."""
    if not _is_told(review):
        return Box()
    return pace_table(review.judged.outlook(review.last), review.area)
