"""The years' tasks, and what the figures stand on: late reports, faults, revisions."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, paragraphs, table

__all__ = ["open_reports", "open_tasks_table", "quality", "unfinished", "work_table"]

NAMED = 4
NOT_DUE = "进度报告尚未到期"


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
        silence = "未报送" if _is_due(task, review) else NOT_DUE
        return line | {"完成情况": words.TASK_STATES.get(states[review.area], silence)}
    counts = {word: int((states == code).sum()) for code, word in words.TASK_STATES.items()}
    silent = states.index[states == ""]
    named = _names(silent) if _is_due(task, review) else NOT_DUE
    return line | {"应办地区": len(states)} | counts | {"未报送": named if len(silent) else "无"}


def _is_due(task: pd.Series, review: Review) -> bool:
    """Tell whether the progress of a task is due: its year's table comes when the year is out."""
    return bool(review.submissions.as_of > pd.Timestamp(int(task["year"]), 12, 31))


def _names(areas: pd.Index) -> str:
    more = f"等{len(areas)}个地区" if len(areas) > NAMED else ""
    return "、".join(areas[:NAMED]) + more


def open_tasks_table(review: Review) -> Html:
    """Return the tasks each area has still to do, year by year; nothing for a city's briefing."""
    if not review.is_province:
        return Html("")
    tasks = _tasks(review)
    told = pd.DataFrame([_states(task, review) for _, task in tasks.iterrows()], index=tasks.index)
    areas = review.plan.areas.loc[review.plan.areas["level"] != "county", "name"]
    lines = [
        {"地区": area}
        | {
            f"{year}年": _open_of(told.loc[group.index, area], group, review)
            for year, group in tasks.groupby("year")
        }
        for area in areas
    ]
    caption = "各地区未完成的工作任务（序号同上表）"
    return table(pd.DataFrame(lines), caption=caption, row_header="地区")


def _open_of(states: pd.Series, tasks: pd.DataFrame, review: Review) -> str:
    """Return the numbers of an area's tasks that are not done; NaN: not its task."""
    silence = "未报送" if _is_due(tasks.iloc[0], review) else NOT_DUE
    if (states.dropna() == "").all():
        return silence
    named = {"not_done": "未开展", "under_way": "进行中", "": silence}
    parts = []
    for code, word in named.items():
        numbers = tasks.loc[states == code, "number"].astype(str)
        if len(numbers):
            parts.append(f"{word}：第{'、'.join(numbers)}项")
    return "；".join(parts) or "全部完成"


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
    return [
        _late(late),
        _open(open_reports(review)),
        _found(found["severity"].value_counts()),
        f"有{len(revised)}项数据由较晚的报送更正。" if len(revised) else "没有更正过的数据。",
    ]


def _found(counts: pd.Series) -> str:
    """Return how many faults of each kind there are; only errors keep figures out."""
    parts = [f"{word}{counts[code]}处" for code, word in words.SEVERITIES.items() if code in counts]
    if not parts:
        return "没有发现数据质量问题。"
    left_out = "有错误的数据未采用，" if "error" in counts else ""
    return f"数据质量问题：{'，'.join(parts)}。{left_out}逐处说明见附表。"


def _late(late: pd.DataFrame) -> str:
    if late.empty:
        return "没有逾期报送的报表。"
    together = late.groupby(["area", "data_year", "days_late"], sort=False).size()
    named = "、".join(
        f"{area}{year}年数据{number}张报表逾期{days}天"
        for (area, year, days), number in together.items()
    )
    return f"逾期报送：{named}。"


def _open(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "没有逾期未报的报表。"
    named = "、".join(
        f"{row['area']}{row['data_year']}年{words.TABLES[row['table']]}（{row['department']}）"
        for _, row in rows.head(2 * NAMED).iterrows()
    )
    more = f"等{len(rows)}张" if len(rows) > 2 * NAMED else ""
    return f"逾期未报齐：{named}{more}。"
