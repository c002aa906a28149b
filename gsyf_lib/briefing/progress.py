"""How far the goals are: by class and pace, or year by year once the plan has ended."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_area
from gsyf_lib.briefing.gaps import by_indicator
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents.blocks import Block, Box, Table, paragraphs, table
from gsyf_lib.tables.outlook import SHARE_RULE, outlook_sentences, pace_table
from gsyf_lib.vocabulary import NONE


def progress_note(review: Review) -> Box:
    """Return how many goals are in which class; in the last year, that verdicts decide."""
    if not review.is_last_year:
        return paragraphs(outlook_sentences(review.outlook, review.area)[:1])
    return paragraphs(
        [f"{review.last}年是行动计划的最后一年，目标是否实现以判定结果为准，历年达标情况如下。"]
    )


def _has_classes(review: Review) -> bool:
    """Tell whether any goal has a class; none has in the last year, or without verdicts."""
    return bool((_goals(review)["outlook"] != "").any())


def progress_table(review: Review) -> Table:
    """Return each class with its rule and goals; in the last year, goals met by year."""
    return _years(review) if review.is_last_year else _classes(review)


def _goals(review: Review) -> pd.DataFrame:
    rows = review.outlook
    return rows[rows["counted"] & (rows["note"] != "no_such_industry")]


def _classes(review: Review) -> Table:
    goals, last, following = _goals(review), review.plan.last_year, review.last + 1
    rules = {
        "achieved": f"已达到{last}年目标",
        "ahead": f"已达到{following}年目标" if following < last else "次年即末年，列入提前实现",
        "on_pace": f"已达到{review.last}年目标",
        "behind": f"未达到{review.last}年目标",
        "": "无法判定",
    }
    # Every class has a line, even an empty one; goals without a class only if there are any.
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
    # All years in their order first: an indicator may lack the early ones.
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
    """Return goals met of all goals, and how many of them could not be judged."""
    star = "*" if early_words(goals) else ""
    shown = f"{(goals['status'] == 'met').sum()}/{len(goals)}{star}"
    unjudged = (~goals["status"].isin(["met", "missed"])).sum()
    return f"{shown}（{unjudged}项无法判定）" if unjudged else shown


def pace_note(review: Review) -> Box:
    """Return which goals the pace so far would reach, and what projections cannot say."""
    if not _has_classes(review):
        return Box()
    limits = outlook_sentences(review.outlook, review.area)[-1]
    return paragraphs([SHARE_RULE, *_reached(review), limits])


def _reached(review: Review) -> list[str]:
    """Return which counts reach the last target at the pace so far, and which must fall faster."""
    counts = _goals(review)
    counts = counts[counts["indicator"].isin(COUNTS) & counts["to_go"].notna()]
    if counts.empty:
        return []
    last, reached = review.plan.last_year, counts[counts["to_go"] == 0]
    ahead = counts[counts["to_go"] > 0]
    enough = ahead["pace_seen"] >= ahead["pace_needed"]
    # A pace of none or the wrong way cannot be "quickened": it has to be turned first.
    is_rising = ahead["pace_seen"] <= 0
    since = f"较{review.plan.baseline_year}年"
    parts = [
        (reached, f"已达到{last}年目标"),
        (ahead[enough], "按以往年均减少的数量可以实现"),
        (ahead[~enough & ~is_rising], "需加快进度"),
        (ahead[ahead["pace_seen"] == 0], f"{since}持平、需扭转态势"),
        (ahead[ahead["pace_seen"] < 0], f"{since}未降反升、需扭转态势"),
    ]
    lists = [f"{how}的{len(rows)}项（{by_indicator(rows)}）" for rows, how in parts if len(rows)]
    return [
        f"{len(counts)}项有结论的事故起数、伤亡人数目标中，{'；'.join(lists)}。"
        "各项年均需减少的数量、培训年均需新增的人数见下表。"
    ]


def pace(review: Review) -> Block:
    """Return for each goal what is still to be done, how much a year, and where the trend leads."""
    return pace_table(review.outlook, review.area) if _has_classes(review) else Box()
