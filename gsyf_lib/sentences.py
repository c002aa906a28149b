"""Results in sentences, in the style of official statistics; every number comes from a row."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.errors import UsageError
from gsyf_lib.html import Html, box, definition, notice, paragraphs
from gsyf_lib.indicators import COUNTS, TOTAL
from gsyf_lib.notes.shortfalls import goal_text, shortfalls, tally_bar
from gsyf_lib.plan import Plan
from gsyf_lib.receipts import completeness, receipt_states
from gsyf_lib.scenarios import assumptions
from gsyf_lib.submissions import Submissions

__all__ = [
    "coverage_sentence",
    "masthead",
    "share_sentence",
    "summary",
    "summary_sentences",
    "tally_sentence",
    "total_sentence",
]

EDITIONS = {"internal": "内部版"}
SHARE = "short_exposure_share"
COVERAGE = ("safety_training_coverage", "health_training_coverage")


def summary(results: pd.DataFrame, area: str, year: int | None = None) -> Html:
    """Return the answer first: what is met, what is not, by how many, and who is responsible.

    Parameters
    ----------
    results : frames.RESULTS
    area : name of the area
    year : year judged; the last of ``results`` if not given
    """
    rows, goals = _of_year(results, area, year)
    return box(
        "summary",
        paragraphs([tally_sentence(goals)], "lead"),
        tally_bar(goals),
        shortfalls(goals),
        paragraphs(_others(rows, goals)),
    )


def summary_sentences(results: pd.DataFrame, area: str, year: int | None = None) -> list[str]:
    """Return the summary in sentences alone, the one-sentence answer first."""
    rows, goals = _of_year(results, area, year)
    sentences = [tally_sentence(goals), _missed(goals), _unknown(goals), *_others(rows, goals)]
    return [sentence for sentence in sentences if sentence]


def _of_year(
    results: pd.DataFrame, area: str, year: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of an area and year, and those of them that are goals of the plan."""
    rows = words.select_area(results, area)
    rows = rows[rows["year"] == (rows["year"].max() if year is None else year)]
    return rows, rows[(rows["indicator"] != "joint") & (rows["industry"] != TOTAL)]


def _others(rows: pd.DataFrame, goals: pd.DataFrame) -> list[str]:
    """Return the sentences on the totals, the share and the coverage."""
    sentences = [
        *(
            total_sentence(row)
            for _, row in rows[rows["industry"] == TOTAL].iterrows()
            if row["indicator"] in COUNTS
        ),
        *(share_sentence(row) for _, row in goals[goals["indicator"] == SHARE].iterrows()),
        *(coverage_sentence(goals[goals["indicator"] == code]) for code in COVERAGE),
    ]
    return [sentence for sentence in sentences if sentence]


def tally_sentence(goals: pd.DataFrame) -> str:
    """Return how many goals are met, missed and so on."""
    counts = goals["status"].value_counts()
    parts = [f"{word}{counts[code]}项" for code, word in words.STATUSES.items() if code in counts]
    first = goals.iloc[0]
    return f"{first['year']}年，{first['area']}{len(goals)}项年度目标中，{'，'.join(parts)}。"


def total_sentence(row: pd.Series) -> str:
    """Return how 重点行业合计 of a count has changed, its target and its verdict."""
    name = f"{TOTAL}{words.INDICATORS[row['indicator']]}"
    if row["status"] not in ("met", "missed"):
        reason = words.reason_words(row["reason"]) or words.STATUSES[row["status"]]
        return f"{name}：{words.STATUSES[row['status']]}（{reason}）。"
    unit = words.UNITS[row["indicator"]]
    then, now = int(row["baseline"]), int(row["value"])
    verdict = words.STATUSES[row["status"]]
    if pd.isna(row["decline"]):
        return f"{name}{words.reason_words(row['reason'])}，为{now}{unit}，{verdict}。"
    if then == now:
        change = f"与{row['baseline_year']}年持平，均为{now}{unit}"
    else:
        threshold = None if pd.isna(row["threshold"]) else row["threshold"]
        rate = words.percent(row["decline"], threshold).removeprefix("-")
        to, by = ("降至", "下降") if now < then else ("升至", "上升")
        change = f"由{row['baseline_year']}年的{then}{unit}{to}{now}{unit}，{by}{rate}"
    summed = "（按各市合计）" if "sum_of_cities" in row["reason"] else ""
    target, margin = words.target_words(row), words.margin_words(row)
    return f"{name}{summed}{change}；目标为{target}，{verdict}（{margin}）。"


def share_sentence(row: pd.Series) -> str:
    """Return the short-exposure share with both counts, its change and its verdict."""
    name = "尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）"
    verdict = words.STATUSES[row["status"]]
    if row["status"] not in ("met", "missed"):
        return f"{name}：{verdict}（{words.reason_words(row['reason'])}）。"
    share = words.percent(row["value"])
    counts = "" if pd.isna(row["numerator"]) else f"（{row['numerator']}/{row['denominator']}例）"
    change = words.points(row["value"] - row["baseline"])
    warned = "only_more_reported" in row["reason"]
    but = "。注意：新发例数未减少，比例下降只因报告总例数增加" if warned else ""
    return f"{name}为{share}{counts}，较{row['baseline_year']}年{change}，{verdict}{but}。"


def coverage_sentence(goals: pd.DataFrame) -> str:
    """Return the coverage of one kind of training over its industries."""
    if goals.empty:
        return ""
    first = goals.iloc[0]
    name = f"重点岗位人员{words.INDICATORS[first['indicator']]}"
    target = words.goal(first["threshold"])
    if len(goals) == 1:
        if pd.isna(first["value"]):
            return f"{name}：{first['industry']}{words.STATUSES[first['status']]}。"
        rate = words.percent(first["value"], first["threshold"])
        verdict = f"{words.STATUSES[first['status']]}（{words.margin_words(first)}）"
        return f"{name}：{first['industry']}为{rate}，目标为{target}，{verdict}。"
    met, judged = (goals["status"] == "met").sum(), goals["status"].isin(["met", "missed"]).sum()
    return f"{name}：目标为{target}，有数据的{judged}个行业中{met}个达标。"


def _missed(goals: pd.DataFrame) -> str:
    missed = goals[goals["status"] == "missed"]
    if missed.empty:
        return ""
    parts = []
    for department, group in missed.groupby("department", sort=False):
        items = "、".join(goal_text(row) for _, row in group.iterrows())
        parts.append(f"{department}负责的{items}")
    return f"未达标的有：{'；'.join(parts)}。"


def _unknown(goals: pd.DataFrame) -> str:
    unknown = goals[goals["status"].isin(["not_reported", "undefined"])]
    items = [goal_text(row) for _, row in unknown.iterrows()]
    return f"不能判定的有：{'、'.join(items)}。" if items else ""


def masthead(
    plan: Plan,
    submissions: Submissions,
    results: pd.DataFrame,
    area: str | None = None,
    edition: str = "internal",
    department: str | None = None,
) -> Html:
    """Return what every page says of itself: year, edition, day, completeness, and warnings.

    Parameters
    ----------
    plan, submissions : what the page is made from
    results : frames.RESULTS of the year
    area : name of the area; None for all areas
    edition : internal
    department : name of the department, whose submissions alone are counted

    Raises
    ------
    UsageError
        An unknown area, department or edition.
    """
    if edition not in EDITIONS:
        raise UsageError(f"没有名为“{edition}”的版本。可用：{'、'.join(EDITIONS)}")
    year = int(results["year"].max())
    received = receipt_states(plan, submissions.observations, submissions.as_of)
    if department is not None:
        received = words.select_department(received, department)
    if area is not None:
        received = words.select_area(received, area)
        results = words.select_area(results, area)
    done, owing = completeness(received, year)
    of_year = received[received["data_year"] == year]
    complete = int((of_year["received"] == of_year["expected"]).sum())
    said = f"{done}/{owing}个地区报齐" if area is None else f"{complete}/{len(of_year)}张报表收齐"
    assumed = assumptions(plan, submissions)
    facts = {
        "行动计划": plan.title + ("（假设情景）" if assumed else ""),
        "评估年度": f"{year}年（对比年度{plan.baseline_year}年）",
        "版本": EDITIONS[edition],
        "数据截至": words.day(submissions.as_of),
        "本年度数据": said,
    }
    notices = []
    if assumed:
        text = f"假设情景：{'；'.join(assumed)}。本页不是按行动计划和报送数据作出的判定。"
        notices.append(notice(text, "scenario"))
    if submissions.synthetic:
        notices.append(notice("示例数据（非真实）：本页数字为随机生成，仅供演示。", "synthetic"))
    if results["provisional"].any():
        text = f"初步数据：部分数据在次年1月31日前收到，可能更正。{year}年结论以最终数据为准。"
        notices.append(notice(text, "provisional"))
    return box("masthead", *notices, definition(facts))
