"""The plan's yearly tasks, told and in tables: done, under way, not done, not reported, not due.

Each area's task counts (项次): an expert pool that twelve areas have to set up counts twelve times.
"""

from fractions import Fraction

import numpy as np
import pandas as pd

from gsyf_lib import wording
from gsyf_lib.briefing.review import Review
from gsyf_lib.documents.blocks import Block, Box, Paragraph, Table, paragraphs, table
from gsyf_lib.vocabulary import NONE

# States of a task on which nothing was handed in, after and before the end of its year.
SILENT, NOT_DUE = "not_told", "not_due"
LATER = "未到期"
STATES = wording.TASK_STATES | {SILENT: wording.STATUSES["not_reported"]}
OPEN = ("not_done", "under_way", SILENT)


def task_states(review: Review) -> pd.DataFrame:
    """Return the state of each task in each area that has to do it, for all years of the plan.

    One row per task and area (for a city's briefing: that city), with ``year, number, text, area,
    state``. Where nothing was handed in, the state is ``not_told`` once the year of the task is
    over, and ``not_due`` before.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.task_states(review)["state"].value_counts().sort_index().to_dict()
    {'done': 10, 'not_done': 1, 'not_due': 15, 'under_way': 1}
    """
    plan = review.plan
    names = [plan.area, *plan.cities] if review.is_province else [review.area]
    areas = pd.DataFrame({"area": names})
    areas["level"] = np.where(areas["area"] == plan.area, "province", "city")
    # Every area with every task, then only those that the task is meant for.
    pairs = areas.merge(plan.tasks, how="cross")
    pairs = pairs[(pairs["actors"] == "both") | (pairs["actors"] == pairs["level"])]
    told = review.submissions.progress[["area", "year", "number", "state"]]
    pairs = pairs.merge(told, how="left", on=["area", "year", "number"])
    is_over = pairs["year"] < review.submissions.as_of.year
    silence = pd.Series(np.where(is_over, SILENT, NOT_DUE), pairs.index)
    state = pairs["state"].astype(object).where(pairs["state"].notna(), silence)
    return pairs.assign(state=state)[["year", "number", "text", "area", "state"]]


def tasks_note(review: Review) -> Box:
    """Return how many tasks are done, under way and not done, and how many are not due yet.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.tasks_note(review)
    太原市2021—2022年应办的12项工作任务中，已完成10项，进行中1项，未开展1项。
    2023—2025年15项工作任务尚未到期，不计在内。
    """
    return paragraphs(tasks_sentences(review))


def tasks_sentences(review: Review) -> list[str]:
    """Return the sentences of ``tasks_note``."""
    states = task_states(review)
    task = [states["year"], states["number"]]
    is_later = states["state"] == NOT_DUE
    # Tasks due in no area yet, then those not due in some areas only.
    is_whole = is_later.groupby(task).transform("all")
    tasks = states[is_whole].drop_duplicates(["year", "number"])
    others = states[is_later & ~is_whole]
    later = [
        (tasks, f"{len(tasks)}项工作任务尚未到期"),
        (others, f"另有{len(others)}项次尚未到报送时间"),
    ]
    counts = [] if is_later.all() else [_counts_sentence(review, states[~is_later])]
    return counts + [f"{_span(rows)}{text}，不计在内。" for rows, text in later if len(rows)]


def _counts_sentence(review: Review, counted: pd.DataFrame) -> str:
    """Return how many tasks are done, under way, not done and not reported."""
    unit = "项次" if review.is_province else "项"
    tally = "，".join(wording.tally(counted["state"], STATES, "{word}{number}" + unit))
    years = _span(counted)
    if not review.is_province:
        return f"{review.area}{years}应办的{len(counted)}项工作任务中，{tally}。"
    tasks = len(counted.drop_duplicates(["year", "number"]))
    return f"{years}{tasks}项工作任务，省和各市应办共{len(counted)}项次，其中{tally}。"


def open_tasks_note(review: Review) -> Box:
    """Return which areas have open tasks, and which tasks the fewest areas have done.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.open_tasks_note(review)
    未开展的有2022年第4项；进行中的有2022年第6项。
    """
    states = task_states(review)
    counted, rows = states[states["state"] != NOT_DUE], states[states["state"].isin(OPEN)]
    if rows.empty:
        return Box()
    if (counted["state"] == SILENT).all():
        return paragraphs(["到期的工作任务均未报送完成情况。"])
    if review.is_province:
        return paragraphs([_of_areas(counted, rows), _of_tasks(counted, review.plan.area)])
    groups = {STATES[code]: rows[rows["state"] == code] for code in OPEN}
    parts = [f"{word}的有{numbers(group)}" for word, group in groups.items() if len(group)]
    return paragraphs(["；".join(parts) + "。"])


def _of_areas(counted: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Return which areas have done everything, have tasks not begun, or have not reported."""
    whole = [area for area in counted["area"].unique() if area not in set(rows["area"])]
    parts = [f"全部完成的有{'、'.join(whole)}" if whole else "各地区均有未完成任务"]
    for code in ("not_done", SILENT):
        if len(names := rows.loc[rows["state"] == code, "area"].unique()):
            parts.append(f"存在{STATES[code]}任务的有{'、'.join(names)}")
    return f"按地区看，{'；'.join(parts)}。"


def _of_tasks(counted: pd.DataFrame, province: str) -> str:
    """Return the tasks that the smallest part of their areas have done, ties included.

    A task on which no area has reported may well be done: it is named apart.
    """
    # A task has a report if its states differ, or if they are all alike but not silence.
    reported = counted.groupby(["year", "number"])["state"].transform("nunique").gt(1)
    reported |= counted["state"] != SILENT
    silent, counted = counted[~reported], counted[reported]
    lead = f"{numbers(silent)}均未报送完成情况；其余任务中，" if len(silent) else ""
    tasks = [
        (*key, group["text"].iloc[0], list(group["area"]), int((group["state"] == "done").sum()))
        for key, group in counted.groupby(["year", "number"])
    ]
    # Exact fractions: 1/3 and 4/12 have to be equal for a tie.
    least = min(Fraction(done, len(areas)) for *_, areas, done in tasks)
    named = [task for task in tasks if Fraction(task[-1], len(task[-2])) == least]
    if len(named) == len(tasks) > 1:
        how = "均没有地区完成" if not least else f"完成率均为{wording.percent(least)}"
        return f"按任务看，{lead}到期的{len(tasks)}项任务{how}。"
    listed = "；".join(
        f"{year}年第{number}项“{_first_clause(text)}”（{_finished(areas, done, province)}）"
        for year, number, text, areas, done in named
    )
    return f"按任务看，{lead}完成率最低的是{listed}。"


def _finished(areas: list[str], done: int, province: str) -> str:
    """Return how many areas have done a task, of how many: 省和11个市中6个完成."""
    if len(areas) == 1:
        return f"{areas[0]}{'完成' if done else '未完成'}"
    upper = province in areas
    whose = f"{'省和' * upper}{len(areas) - upper}个市"
    return f"{whose}中{done}个完成" if done else f"{whose}均未完成"


def _first_clause(text: str) -> str:
    first, comma, _ = text.partition("，")
    return first + ("……" if comma else "")


def numbers(rows: pd.DataFrame) -> str:
    """Return tasks by year and number, each once: 2021年第3、7项，2022年第3项."""
    return "，".join(
        f"{year}年第{'、'.join(map(str, sorted(set(group['number']))))}项"
        for year, group in rows.groupby("year")
    )


def _span(tasks: pd.DataFrame) -> str:
    return wording.years(tasks["year"].min(), tasks["year"].max())


def tasks_by_area(review: Review) -> Table:
    """Return how many tasks each area has done by year, and how many are in which state.

    A city's briefing has one row per year instead.
    """
    states = task_states(review)
    if not review.is_province:
        return _of_years(states)
    groups = [*states.groupby("area", sort=False), ("合计", states)]
    lines = [{"地区": area} | _by_year(group, review.plan.years) for area, group in groups]
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


def _by_year(states: pd.DataFrame, years: list[int]) -> dict[str, str]:
    # Years come from the plan: an area without a task in one of them still has its column.
    by_year = {f"{year}年": _done_of(states.loc[states["year"] == year, "state"]) for year in years}
    counts = states["state"].value_counts()
    return by_year | {word: f"{counts.get(code, 0)}" for code, word in STATES.items()}


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
