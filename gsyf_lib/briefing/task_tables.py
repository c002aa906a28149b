"""The plan's tasks as tables: by area and year, those that are open, and every one."""

import pandas as pd

from gsyf_lib.briefing.review import Review
from gsyf_lib.briefing.tasks import NOT_DUE, OPEN, SILENT, STATES, task_states
from gsyf_lib.documents.blocks import Block, Paragraph, Table, table

LATER = "未到期"
NONE = "—"


def tasks_by_area(review: Review) -> Table:
    """Return tasks done of those to do, year by year, and how the rest stands: of every area.

    For a city's briefing one row is a year.
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
    by_year = {f"{year}年": _done_of(states.loc[states["year"] == year, "state"]) for year in years}
    counts = states["state"].value_counts()
    told = {f"{word}": f"{counts.get(code, 0)}" for code, word in STATES.items()}
    return {"地区": area} | by_year | told


def _done_of(states: pd.Series) -> str:
    """Return tasks done of tasks to do; a word where nothing was told."""
    if states.empty:
        return "无任务"
    for code, word in {SILENT: STATES[SILENT], NOT_DUE: LATER}.items():
        if (states == code).all():
            return word
    return f"{(states == 'done').sum()}/{(states != NOT_DUE).sum()}"


def open_tasks_table(review: Review) -> Block:
    """Return the tasks that not every area has told to be done, with the areas by name."""
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
    """Return how one task stands, in a column for each state that is found at all."""
    if not review.is_province:
        return {"完成情况": STATES[task["state"].iloc[0]]}
    return {
        STATES[code]: _areas(task.loc[task["state"] == code, "area"], len(task))
        for code in OPEN
        if (found == code).any()
    }


def _areas(names: pd.Series, every: int) -> str:
    """Return the areas by name, unless they are all that have the task."""
    is_all = len(names) == every > 1
    return f"全部{every}个地区" if is_all else "、".join(names) or NONE


def tasks_table(review: Review) -> Table:
    """Return all tasks of the plan, year by year, and how many areas stand how."""
    groups = task_states(review).groupby(["year", "number", "text"])
    if review.is_province:
        lines = [_task(*key) | _stand(group["state"]) for key, group in groups]
    else:
        said = STATES | {NOT_DUE: LATER}
        lines = [_task(*key) | {"完成情况": said[g["state"].iloc[0]]} for key, g in groups]
    plan = review.plan
    caption = f"{review.area}{plan.first_year}—{plan.last_year}年工作任务逐项完成情况"
    numeric = ["应办", *STATES.values()] if review.is_province else []
    return table(lines, caption, numeric=numeric, row_header="年度")


def _stand(states: pd.Series) -> dict[str, str]:
    """Return how many are to be done, and how many stand how; those not due say so."""
    to_do = {"应办": str(len(states))}
    if (states == NOT_DUE).all():
        return to_do | dict.fromkeys(STATES.values(), NONE) | {STATES["done"]: LATER}
    return to_do | {word: str((states == code).sum()) for code, word in STATES.items()}
