"""The briefing's running text: what it stands on, the whole in five sentences, its limits."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_area
from gsyf_lib.briefing.gaps import by_indicator
from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.tasks import tasks_sentences
from gsyf_lib.documents.blocks import Box, Listing, Paragraph, notice, paragraphs
from gsyf_lib.tables.notes import luck_sentences, outlook_sentences
from gsyf_lib.tables.notes.goals import (
    EARLY,
    coverage_sentences,
    share_sentences,
    tally_sentence,
    total_sentences,
)

FEW = 10


def basis(review: Review) -> Box:
    """Return what the briefing stands on: the task, the day, what had come, what is provisional."""
    marks = []
    if review.submissions.synthetic:
        marks.append(notice(f"{wording.SYNTHETIC}：本报告数字为随机生成，仅供演示。", "synthetic"))
    return Box((*marks, paragraphs(basis_sentences(review))))


def basis_sentences(review: Review) -> list[str]:
    """Return the sentences of ``basis``."""
    plan, seen = review.plan, review.submissions.as_of
    task = plan.tasks[(plan.tasks["year"] == review.held) & (plan.tasks["kind"] == review.kind)]
    number, text = task[["number", "text"]].iloc[0]
    said = [
        f"本报告按照《{plan.title}》{review.held}年工作任务第{number}项“{text}”编写，"
        f"采用{wording.day(seen)}前（含当日）收到的数据，评价截至{review.last}年的目标完成情况，"
        f"对比年度为{plan.baseline_year}年。",
        _received(review),
    ]
    if is_early := _early(review):
        said.append(is_early)
    said.append("条款有不同理解的，按附表所列口径判定。")
    return said


def _early(review: Review) -> str:
    """Return which of the year's figures may still be corrected (reading 16)."""
    early = review.goals.loc[review.goals["value"].notna(), "provisional"]
    if not early.any():
        return ""
    how_much = "" if early.all() else "部分"
    return (
        f"{review.last}年{how_much}数据在{review.last + 1}年1月31日前收到，为初步数据（快报数），"
        "事故、伤亡人数等还可能更正，据此作出的结论以最终数据为准。"
    )


def _received(review: Review) -> str:
    """Return which files had come, by when, and how complete is what was due by the day."""
    files, rows = _files(review), review.receipts
    is_due, is_whole = (
        rows["due"] <= review.submissions.as_of,
        rows["received"] == rows["expected"],
    )
    where = "省和各市" if review.is_province else review.area
    parts = [
        f"共收到{where}报送的文件{len(files)}个，"
        f"最近一次为{wording.day(files['received_on'].max())}收到",
        _complete(rows[is_due], rows[is_due & ~is_whole]),
        *(
            f"{year}年数据{wording.day(due)}到期，已收齐{len(group)}张"
            for (year, due), group in rows[~is_due & is_whole].groupby(["data_year", "due"])
        ),
    ]
    return "；".join(parts) + "。"


def _complete(due: pd.DataFrame, open_: pd.DataFrame) -> str:
    """Return how many of the reports that are due are whole, and of which years the others are."""
    if due.empty:
        return "尚无到期的报表"
    first, last = due["data_year"].min(), due["data_year"].max()
    years = f"{first}年" if first == last else f"{first}年至{last}年"
    is_faulty = open_["state"] == "faulty"
    parts = {"收到但有误待更正": open_[is_faulty], "未收齐": open_[~is_faulty]}
    told = [f"{word}的有{_by_year(rows)}" for word, rows in parts.items() if len(rows)]
    whole = "，".join([f"收齐{len(due) - len(open_)}张", *told]) if told else "全部收齐"
    return f"{years}数据应报报表{len(due)}张，{whole}"


def _by_year(rows: pd.DataFrame) -> str:
    return "、".join(f"{year}年{len(group)}张" for year, group in rows.groupby("data_year"))


def _files(review: Review) -> pd.DataFrame:
    """Return the files with figures of the area, as frames.SOURCES."""
    files = review.submissions.sources
    if review.is_province:
        return files
    code = review.plan.area_row(review.area)["code"]
    return files[files["areas"].str.split("|").map(lambda codes: code in codes)]


def in_brief(review: Review) -> Box:
    """Return the whole in five sentences."""
    first, *others = brief_sentences(review)
    return Box((Paragraph(first, "lead"), paragraphs(others)))


def brief_sentences(review: Review) -> list[str]:
    """Return the five sentences: all goals, counts, share and training, exceptions, tasks.

    Where no goal of the year can be judged, one more says why, and how the last year stood that
    can.
    """
    goals = review.goals
    return [
        tally_sentence(goals),
        *_judged_last(review),
        _joined(total_sentences(select_area(review.results, review.area))),
        _joined([*share_sentences(goals), *coverage_sentences(goals)]),
        _joined([_missed(goals), *_ahead(review)]),
        tasks_sentences(review)[0],
    ]


def _judged_last(review: Review) -> list[str]:
    """Return why nothing can be judged in the year, and how it stood in the last that can."""
    rows = select_area(review.judged.history, review.area)
    years = rows.loc[rows["status"].isin(wording.JUDGED) & (rows["year"] <= review.last), "year"]
    if review.last in set(years):
        return []
    said = []
    if review.goals["reason"].isin(["not_reported", "not_due"]).all():
        due = review.receipts.loc[review.receipts["data_year"] == review.last, "due"].max()
        said.append(f"{review.last}年数据尚未收到（{wording.day(due)}到期）。")
    if len(years):
        said.append(f"可以判定的最近年度：{tally_sentence(review.goals_of(years.max()))}")
    return [_joined(said)] if said else []


def _joined(sentences: list[str]) -> str:
    """Make one sentence of several; what they all begin with is said once."""
    parts = [text.removesuffix("。").replace("。", "，") for text in sentences if text]
    if all(text.startswith(EARLY) for text in parts):
        parts[1:] = [text.removeprefix(EARLY) for text in parts[1:]]
    return "；".join(parts) + "。"


def _missed(goals: pd.DataFrame) -> str:
    missed = goals[goals["status"] == "missed"]
    judged = goals["status"].isin(wording.JUDGED)
    if not judged.any():
        return f"{goals['year'].iloc[0]}年没有一项目标可以判定"
    if missed.empty:
        is_whole = (judged | (goals["status"] == "not_applicable")).all()
        return f"{'各项' if is_whole else '可以判定的'}目标全部达标"
    return f"未达标的是{by_indicator(missed, with_gap=True)}"


def _ahead(review: Review) -> list[str]:
    """Return how the goals stand on their way; nothing when the way is over."""
    is_over = review.last == review.plan.last_year
    return (
        [] if is_over else [outlook_sentences(review.judged.outlook(review.last), review.area)[0]]
    )


def limits(review: Review) -> Box:
    """Return what the figures cannot say."""
    before = Paragraph("使用上述数据和结论，须注意：")
    return Box((before, Listing(tuple(limit_sentences(review)))))


def limit_sentences(review: Review) -> list[str]:
    """Return the sentences of ``limits``."""
    rows = review.results if review.is_province else select_area(review.results, review.area)
    counts = rows[rows["indicator"].isin(COUNTS) & rows["counted"]]
    known = counts["baseline"].dropna()
    few = int((known < FEW).sum())
    how_many = (
        f"：{len(known)}项有基期值的事故起数、伤亡人数目标中，基期不足{FEW}的有{few}项" * bool(few)
    )
    return [
        f"起数和人数较少的，升降多为偶然{how_many}。",
        *luck_sentences(review.results, None if review.is_province else review.area, review.last),
        "一起事故往往伤亡数人，伤亡人数的实际波动比起数大。",
        "尘肺病报告比例会因报告总例数增加而下降，须同时看新发例数。",
        "培训覆盖率按年末在岗的重点岗位人员计算，人员减少也会使覆盖率上升。",
        f"{review.plan.baseline_year + 1}年计划未要求报送数据，本报告未作推算。"
        if review.plan.first_year > review.plan.baseline_year + 1
        else "各年数据连续。",
        "达标与否只说明数字是否达到年度目标，不说明原因；各市之间不作排名。",
    ]
