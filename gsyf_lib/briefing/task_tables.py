"""Tables of the plan's tasks: by area and year, the open ones, and all of them."""

import pandas as pd

from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.tasks import NOT_DUE, OPEN, SILENT, STATES, task_states
from gsyf_lib.documents.blocks import Block, Paragraph, Table, table
from gsyf_lib.vocabulary import NONE

LATER = "未到期"


def tasks_by_area(review: Review) -> Table:
    """Return how many tasks each area has done by year, and how many are in which state.

    A city's briefing has one row per year instead.
    """
    states = task_states(review)
    if not review.is_province:
        return _of_years(states)
    groups = [*states.groupby("area", sort=False), ("合计", states)]
    lines = [_area_line(area, group, review.plan.years) for area, group in groups]
    caption = "各地区工作任务完成情况（已完成项数/应办项数）"
    return table(lines, caption, numeric=list(lines[0])[1:], row_header="地区")


def _of_years(states: pd.DataFrame) -> Table:
    """Return the tasks of one area, year by year."""
    lines = [
        {"年度": f"{year}年"}
        | _stand(group["state"])
        | {"未完成的任务": _numbers(group[group["state"].isin(OPEN)])}
        for year, group in states.groupby("year")
    ]
    caption = f"{states['area'].iloc[0]}工作任务完成情况（项）"
    return table(lines, caption, numeric=list(lines[0])[1:-1], row_header="年度")


def _numbers(tasks: pd.DataFrame) -> str:
    return f"第{'、'.join(map(str, tasks['number']))}项" if len(tasks) else NONE


def _area_line(area: str, states: pd.DataFrame, years: list[int]) -> dict[str, str]:
    # Years come from the plan: an area without a task in one of them still has its column.
    by_year = {f"{year}年": _done_of(states.loc[states["year"] == year, "state"]) for year in years}
    counts = states["state"].value_counts()
    return {"地区": area} | by_year | {w: f"{counts.get(c, 0)}" for c, w in STATES.items()}


def _done_of(states: pd.Series) -> str:
    """Return tasks done of tasks to do, or a word if there are none or no reports on them."""
    if states.empty:
        return "无任务"
    # "0/3" would say that nothing was done, which nobody has reported.
    for code, word in {SILENT: STATES[SILENT], NOT_DUE: LATER}.items():
        if (states == code).all():
            return word
    return f"{(states == 'done').sum()}/{(states != NOT_DUE).sum()}"


def open_tasks_table(review: Review) -> Block:
    """Return the tasks that some area has not reported as done, with the areas by name."""
    states = task_states(review)
    rows = states[states["state"].isin(OPEN)]
    if rows.empty:
        return Paragraph("到期的工作任务全部完成。")
    groups = states.groupby(["year", "number", "text"])
    lines = [
        _task(*key) | _open(group, rows["state"], review)
        for key, group in groups
        if group["state"].isin(OPEN).any()
    ]
    kind = "未完成或未报送" if (rows["state"] == SILENT).any() else "未完成"
    caption = f"{'' if review.is_province else review.area}{kind}的工作任务"
    return table(lines, caption, row_header="年度")


def _task(year: int, number: int, text: str) -> dict[str, str]:
    return {"年度": f"{year}年", "序号": str(number), "工作任务": text}


def _open(task: pd.DataFrame, found: pd.Series, review: Review) -> dict[str, str]:
    """Return a column for each state that any task is in, with the areas in that state."""
    if not review.is_province:
        return {"完成情况": STATES[task["state"].iloc[0]]}
    return {
        STATES[code]: _areas(task.loc[task["state"] == code, "area"], len(task))
        for code in OPEN
        if (found == code).any()
    }


def _areas(names: pd.Series, every: int) -> str:
    """Return the areas by name, or their number if they are all that have the task."""
    is_all = len(names) == every > 1
    return f"全部{every}个地区" if is_all else "、".join(names) or NONE


def tasks_table(review: Review) -> Table:
    """Return all tasks of the plan by year, and how many areas are in which state."""
    groups = task_states(review).groupby(["year", "number", "text"])
    if review.is_province:
        lines = [_task(*key) | _stand(group["state"]) for key, group in groups]
    else:
        words = STATES | {NOT_DUE: LATER}
        lines = [_task(*key) | {"完成情况": words[g["state"].iloc[0]]} for key, g in groups]
    plan = review.plan
    caption = f"{review.area}{plan.first_year}—{plan.last_year}年工作任务逐项完成情况"
    numeric = ["应办", *STATES.values()] if review.is_province else []
    return table(lines, caption, numeric=numeric, row_header="年度")


def _stand(states: pd.Series) -> dict[str, str]:
    """Return how many areas have the task, and how many are in which state."""
    to_do = {"应办": str(len(states))}
    # A row of zeros would look like neglect: what is not due says so.
    if (states == NOT_DUE).all():
        return to_do | dict.fromkeys(STATES.values(), NONE) | {STATES["done"]: LATER}
    return to_do | {word: str((states == code).sum()) for code, word in STATES.items()}
