"""The text around the sections: what the briefing is based on, its summary, its limits."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_area
from gsyf_lib.briefing.gaps import by_indicator
from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.tasks import tasks_sentences
from gsyf_lib.documents.blocks import Box, Listing, Paragraph, notice, paragraphs
from gsyf_lib.tables.luck import luck_sentences
from gsyf_lib.tables.outlook import outlook_sentences
from gsyf_lib.tables.quality import files_of
from gsyf_lib.tables.summary import (
    EARLY,
    coverage_sentences,
    share_sentences,
    tally_sentence,
    total_sentences,
)

# Below this many cases a year, chance moves a count more than most targets ask for.
FEW = 10


def basis(review: Review) -> Box:
    """Return what the briefing is based on: the task, the day, the data, what may still change."""
    plan, seen = review.plan, review.submissions.as_of
    task = plan.tasks[(plan.tasks["year"] == review.in_year) & (plan.tasks["kind"] == review.kind)]
    number, text = task[["number", "text"]].iloc[0]
    sentences = [
        f"本报告按照《{plan.title}》{review.in_year}年工作任务第{number}项“{text}”编写，"
        f"采用{wording.day(seen)}前（含当日）收到的数据，评价截至{review.last}年的目标完成情况，"
        f"对比年度为{plan.baseline_year}年。",
        _received(review),
    ]
    # Which of the year's figures may still be corrected (reading 16).
    early = review.goals.loc[review.goals["value"].notna(), "provisional"]
    if early.any():
        sentences.append(
            f"{review.last}年{'' if early.all() else '部分'}数据在{review.last + 1}年1月31日前"
            "收到，为初步数据（快报数），"
            "事故、伤亡人数等还可能更正，据此作出的结论以最终数据为准。"
        )
    shown = paragraphs([*sentences, "条款有不同理解的，按附表所列口径判定。"])
    if review.submissions.synthetic:
        mark = notice(f"{wording.SYNTHETIC}：本报告数字为随机生成，仅供演示。", "synthetic")
        return Box((mark, shown))
    return Box((shown,))


def _received(review: Review) -> str:
    """Return which files had come, by when, and how complete is what was due by the day."""
    sources = review.submissions.sources
    files = sources if review.is_province else files_of(review.judged, review.area)
    rows = review.receipts
    is_due = rows["due"] <= review.submissions.as_of
    is_whole = rows["received"] == rows["expected"]
    where = "省和各市" if review.is_province else review.area
    parts = [
        f"共收到{where}报送的文件{len(files)}个，"
        f"最近一次为{wording.day(files['received_on'].max())}收到",
        _complete(rows[is_due], rows[is_due & ~is_whole]),
        # Reports that came early are named too: they are not among those due.
        *(
            f"{year}年数据{wording.day(due)}到期，已收齐{len(group)}份"
            for (year, due), group in rows[~is_due & is_whole].groupby(["data_year", "due"])
        ),
    ]
    return "；".join(parts) + "。"


def _complete(due: pd.DataFrame, lacking: pd.DataFrame) -> str:
    """Return how many of the due reports are whole, and how many are lacking in which year."""
    if due.empty:
        return "尚无到期的报表"
    first, last = due["data_year"].min(), due["data_year"].max()
    span = f"{first}年" if first == last else f"{first}年至{last}年"
    is_faulty = lacking["state"] == "faulty"
    parts = {"收到但有误待更正": lacking[is_faulty], "未收齐": lacking[~is_faulty]}
    by_year = {
        word: "、".join(f"{year}年{len(group)}份" for year, group in rows.groupby("data_year"))
        for word, rows in parts.items()
    }
    lists = [f"{word}的有{years}" for word, years in by_year.items() if years]
    whole = "，".join([f"收齐{len(due) - len(lacking)}份", *lists]) if lists else "全部收齐"
    return f"{span}数据应报报表{len(due)}份，{whole}"


def in_brief(review: Review) -> Box:
    """Return five sentences: all goals, counts, share and training, exceptions, tasks.

    If no goal of the year can be judged, one more says why, and what the last year showed that
    can be.
    """
    goals = review.goals
    # In the plan's last year nothing is ahead or behind.
    ahead = [] if review.is_last_year else outlook_sentences(review.outlook, review.area)[:1]
    others = [
        *_judged_last(review),
        _joined(total_sentences(select_area(review.results, review.area))),
        _joined([*share_sentences(goals), *coverage_sentences(goals)]),
        _joined([_missed(goals), *ahead]),
        tasks_sentences(review)[0],
    ]
    return Box((Paragraph(tally_sentence(goals), "lead"), paragraphs(others)))


def _judged_last(review: Review) -> list[str]:
    """Return why nothing can be judged in the year, and the tally of the last year that can be."""
    rows = select_area(review.judged.history, review.area)
    years = rows.loc[rows["status"].isin(wording.JUDGED) & (rows["year"] <= review.last), "year"]
    if review.last in set(years):
        return []
    sentences = []
    if review.goals["reason"].isin(["not_reported", "not_due"]).all():
        due = review.receipts.loc[review.receipts["data_year"] == review.last, "due"].max()
        sentences.append(f"{review.last}年数据尚未收到（{wording.day(due)}到期）。")
    if len(years):
        sentences.append(f"可以判定的最近年度：{tally_sentence(review.goals_of(years.max()))}")
    return [_joined(sentences)] if sentences else []


def _joined(sentences: list[str]) -> str:
    """Join sentences to one; if all begin with 据初步数据, only the first says it."""
    # A full stop inside would end the sentence early: it becomes a comma.
    parts = [text.removesuffix("。").replace("。", "，") for text in sentences if text]
    if all(text.startswith(EARLY) for text in parts):
        parts[1:] = [text.removeprefix(EARLY) for text in parts[1:]]
    return "；".join(parts) + "。"


def _missed(goals: pd.DataFrame) -> str:
    missed = goals[goals["status"] == "missed"]
    judged = goals["status"].isin(wording.JUDGED)
    if not judged.any():
        return f"{goals['year'].iloc[0]}年因数据不全，各项目标均无法判定"
    if missed.empty:
        is_whole = (judged | (goals["status"] == "not_applicable")).all()
        return f"{'各项' if is_whole else '可以判定的'}目标全部达标"
    return f"未达标的目标：{by_indicator(missed, with_gap=True)}"


def limits(review: Review) -> Box:
    """Return what the figures cannot say."""
    rows = review.in_scope(review.results)
    counts = rows[rows["indicator"].isin(COUNTS) & rows["counted"]]
    known = counts["baseline"].dropna()
    few = int((known < FEW).sum())
    # Where none is small, the warning stands without numbers.
    how_many = (
        f"：{len(known)}项有基期值的事故起数、伤亡人数目标中，基期不足{FEW}的有{few}项" * bool(few)
    )
    sentences = [
        f"年度间升降带有偶然性，宜结合多年趋势和全省合计把握{how_many}。",
        *luck_sentences(review.results, None if review.is_province else review.area, review.last),
        "一起事故往往伤亡数人，伤亡人数的实际波动比起数大。",
        "尘肺病报告比例会因报告总例数增加而下降，应结合两项例数分析。",
        "培训覆盖率按年末在岗的重点岗位人员计算，人员减少也会使覆盖率上升。",
        f"行动计划未要求报送{review.plan.baseline_year + 1}年数据，本报告未作推算。"
        if review.plan.first_year > review.plan.baseline_year + 1
        else "各年数据连续。",
        "达标与否只说明数字是否达到年度目标，不说明原因；各市之间不作排名。",
    ]
    return Box((Paragraph("使用上述数据和结论，需要说明的是："), Listing(tuple(sentences))))
