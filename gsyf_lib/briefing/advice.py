"""Proposals for the author to edit; each follows from a verdict or a finding."""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.briefing.gaps import by_indicator
from gsyf_lib.briefing.quality import NAMED, fault_names, open_reports
from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.tasks import numbers, task_states
from gsyf_lib.documents.blocks import Block, Box, Listing, Paragraph
from gsyf_lib.submissions import still_owed
from gsyf_lib.tables.outlook import over_by_trend

INTRODUCTION = "下列各项由判定结果和数据问题得出，括号内为依据；措施和期限由编写单位补充、删改。"
# The office fills in the day.
DAY = "×月×日"
REPORT = f"于{DAY}前报工伤预防联席会议办公室"
MEASURES = {"faster": "加大工作力度", "unsure": "巩固成果", "reached": "巩固成果"}


def advice(review: Review) -> Block:
    """Return the proposals as a numbered list, under a sentence on how they were found."""
    items = proposals(review)
    if not items:
        return Paragraph("各项目标全部达标，无滞后、缺报和待核实的事项。")
    return Box((Paragraph(INTRODUCTION), Listing(tuple(items), is_numbered=True)))


def proposals(review: Review) -> list[str]:
    """Return one proposal per department that misses goals, then those on trends, data, tasks."""
    found = [*_of_goals(review), *_of_trends(review), *_of_data(review), *_of_tasks(review)]
    # Without anything else to discuss, the meeting is no proposal.
    return [*found, *_of_meetings(review)] if found else []


def _of_goals(review: Review) -> Iterator[str]:
    missed = review.goals[review.goals["status"] == "missed"]
    for department, rows in missed.groupby("department", sort=False):
        yield (
            f"{department}针对{by_indicator(rows, with_gap=True)}未达标，查明原因，"
            f"制定整改措施，{REPORT}（依据：{review.last}年判定未达标）。"
        )


def _of_trends(review: Review) -> Iterator[str]:
    """Name the goals that are met today, but whose trend misses the last year's target."""
    whose = review.goals.set_index(["industry", "indicator"])["department"]
    for _, row in over_by_trend(review.outlook).iterrows():
        department = whose[row["industry"], row["indicator"]]
        unit = wording.UNITS[row["indicator"]]
        yield (
            f"请{department}{MEASURES[row['case']]}：{wording.goal_name(row)}"
            f"{_needed(row, unit)}（依据：按历年变化率推算，{row['last_year']}年"
            f"约{wording.rounded(row['projected'])}{unit}，"
            f"目标为控制在{wording.allowed_words(row, 'goal')}）。"
        )


def _needed(row: pd.Series, unit: str) -> str:
    if row["case"] == "reached":
        return f"已达到{row['last_year']}年目标"
    needed = wording.rounded_up(row["pace_needed"], 1)
    seen = wording.moved(-row["pace_seen"], unit, wording.rounded(abs(row["pace_seen"]), 1))
    return f"今后年均需再减少{needed}{unit}，以往年均{seen}"


def _of_data(review: Review) -> Iterator[str]:
    """Ask the departments for reports that are lacking and for corrections."""
    rows = open_reports(review)
    groups = rows.groupby(["area", "department"], sort=False)
    why = "（依据：报送情况，逾期未报齐）。"
    # Area by area while that is readable, else one line for each department.
    if len(groups) <= NAMED:
        for (area, department), group in groups:
            yield f"{area}{department}于{DAY}前补报{_tables(group)}表中缺少的数据{why}"
    else:
        for department, group in rows.groupby("department", sort=False):
            areas = "、".join(group["area"].unique())
            yield f"{areas}的{department}于{DAY}前补报逾期未报齐的报表，共{len(group)}份{why}"
    yield from _of_pending(review)
    found = review.in_scope(review.submissions.findings)
    wrong = found[found["severity"] == "error"]
    if len(wrong):
        yield (
            f"报送单位于{DAY}前核实、更正或补报{fault_names(wrong)}"
            f"（依据：数据质量问题，错误{len(wrong)}处）。"
        )


def _of_pending(review: Review) -> Iterator[str]:
    """Ask for reports on the year judged that are lacking but not overdue yet."""
    rows = still_owed(review.receipts[review.receipts["data_year"] == review.last])
    for due, group in rows[rows["due"] >= review.submissions.as_of].groupby("due"):
        whom = list(dict.fromkeys(group["area"] + group["department"]))
        senders = "、".join(whom) if len(whom) <= NAMED else "尚未报齐的地区和责任部门"
        yield (
            f"{senders}于{wording.day(due)}前报齐{review.last}年数据"
            f"（依据：报送期限，尚有报表{len(group)}份未收齐）。"
        )


def _tables(rows: pd.DataFrame) -> str:
    """Return the names of tables, each with the years that are lacking."""
    return "、".join(
        f"{'、'.join(map(str, group['data_year']))}年“{wording.TABLES[table]}”"
        for table, group in rows.groupby("table", sort=False)
    )


def _of_tasks(review: Review) -> Iterator[str]:
    """Ask to finish the tasks of past years, and to report on those that nobody reported on."""
    states = task_states(review)
    # The tasks of the current year still have time.
    past = states[states["year"] < review.submissions.as_of.year]
    whom = "有关地区" if review.is_province else ""
    for codes, what in {("not_done", "under_way"): "办结", ("not_told",): "补报"}.items():
        rows = past[past["state"].isin(codes)]
        if len(rows):
            last = "的完成情况" if what == "补报" else ""
            yield f"{whom}于{DAY}前{what}{numbers(rows)}工作任务{last}（依据：工作任务完成情况）。"


def _of_meetings(review: Review) -> Iterator[str]:
    """Propose to take all this to the joint meetings that the plan holds after the evaluation."""
    following = review.plan.tasks[review.plan.tasks["year"] > review.in_year]
    for _, task in following[following["kind"] == "joint_meeting"].iterrows():
        yield (
            f"将上述问题提交{task['year']}年工伤预防联席会议研究"
            f"（依据：{task['year']}年工作任务第{task['number']}项“{task['text']}”）。"
        )
