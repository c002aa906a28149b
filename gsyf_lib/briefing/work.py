"""The years' tasks, and what the figures stand on: late reports, faults, revisions."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, paragraphs, table

__all__ = ["open_reports", "quality", "unfinished", "work_table"]

NAMED = 4


def work_table(review: Review) -> Html:
    """Return the tasks of all years up to the evaluation: done, under way, not done, not told."""
    lines = [_line(task, review) for _, task in _tasks(review).iterrows()]
    caption = f"{review.area}{review.plan.first_year}—{review.held}年工作任务完成情况"
    numeric = ["应办地区", *words.TASK_STATES.values()] if review.is_province else []
    return table(pd.DataFrame(lines), caption=caption, numeric=numeric, row_header="年度")


def _tasks(review: Review) -> pd.DataFrame:
    """Return the tasks that concern the area: for the province those of its cities, too."""
    tasks = review.plan.tasks[review.plan.tasks["year"] <= review.held]
    return tasks if review.is_province else tasks[tasks["actors"].isin(["city", "both"])]


def _states(task: pd.Series, review: Review) -> pd.Series:
    """Return the state of a task by area, empty text where nothing was handed in."""
    areas = review.plan.areas[review.plan.areas["level"] != "county"]
    acting = areas if task["actors"] == "both" else areas[areas["level"] == task["actors"]]
    told = review.submissions.progress
    told = told[(told["year"] == task["year"]) & (told["number"] == task["number"])]
    states = dict(zip(told["area"], told["state"], strict=True))
    return pd.Series({name: states.get(name, "") for name in acting["name"]}, dtype="str")


def _line(task: pd.Series, review: Review) -> dict[str, object]:
    states = _states(task, review)
    line: dict[str, object] = {
        "年度": f"{task['year']}年",
        "序号": str(task["number"]),
        "工作任务": task["text"],
    }
    if not review.is_province:
        return line | {"完成情况": words.TASK_STATES.get(states[review.area], "未报送")}
    counts = {word: int((states == code).sum()) for code, word in words.TASK_STATES.items()}
    silent = _names(states.index[states == ""])
    return line | {"应办地区": len(states)} | counts | {"未报送": silent or "无"}


def _names(areas: pd.Index) -> str:
    more = f"等{len(areas)}个地区" if len(areas) > NAMED else ""
    return "、".join(areas[:NAMED]) + more


def unfinished(review: Review) -> str:
    """Return the tasks of past years that not all have told to be done, by year and number."""
    years: dict[int, list[str]] = {}
    for _, task in _tasks(review).iterrows():
        states = _states(task, review)
        states = states if review.is_province else states[states.index == review.area]
        if task["year"] < review.held and (states != "done").any():
            years.setdefault(task["year"], []).append(str(task["number"]))
    return "，".join(f"{year}年第{'、'.join(numbers)}项" for year, numbers in years.items())


def open_reports(review: Review) -> pd.DataFrame:
    """Return what was due and is not whole, as frames.RECEIPTS."""
    rows = review.receipts
    return rows[(rows["received"] < rows["expected"]) & (rows["due"] < review.submissions.as_of)]


def quality(review: Review) -> Html:
    """Return how late reports came, what is wrong with figures, and what was revised."""
    return paragraphs(quality_sentences(review))


def quality_sentences(review: Review) -> list[str]:
    """Return the sentences of ``quality``."""
    submissions, area = review.submissions, review.area
    late = review.receipts[review.receipts["state"] == "late"]
    found, revised = submissions.findings, submissions.revisions
    if not review.is_province:
        found, revised = (frame[frame["area"] == area] for frame in (found, revised))
    counts = found["severity"].value_counts()
    said = "，".join(f"{word}{counts.get(code, 0)}处" for code, word in words.SEVERITIES.items())
    return [
        _late(late),
        _open(open_reports(review)),
        f"数据质量问题：{said}。有错误的数据未采用，见数据质量问题附表。",
        f"修订：{len(revised)}项数据由较晚的报送更正。" if len(revised) else "修订：无。",
    ]


def _late(late: pd.DataFrame) -> str:
    if late.empty:
        return "逾期报送：无。"
    together = late.groupby(["area", "data_year", "days_late"], sort=False).size()
    named = "、".join(
        f"{area}{year}年数据{number}张报表逾期{days}天"
        for (area, year, days), number in together.items()
    )
    return f"逾期报送：{named}。"


def _open(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "逾期未报齐：无。"
    named = "、".join(
        f"{row['area']}{row['data_year']}年{words.TABLES[row['table']]}（{row['department']}）"
        for _, row in rows.head(2 * NAMED).iterrows()
    )
    more = f"等{len(rows)}张" if len(rows) > 2 * NAMED else ""
    return f"逾期未报齐：{named}{more}。"
