"""Plan, area and year in; out, the sheets that each department fills in, before any layout."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from gsyf_lib.plan import Plan

CATEGORIES = {"safety_training_coverage": "安全生产", "health_training_coverage": "职业卫生"}
ABSENT = "当地没有该行业的，该行每格都填“无此行业”。"
GUIDES = {
    "accidents": f"没有发生的填0，不要留空。{ABSENT}伤亡人数为死亡与受伤人数之和。",
    "pneumoconiosis": "没有报告的填0，不要留空。接尘工龄不足5年例数不得多于报告例数。",
    "training": f"按年末在岗人员填写，已离岗的不计。{ABSENT}已培训人数不得多于重点岗位人员数。",
    "progress": "完成情况从下拉列表中选择，不要留空；已完成的填写完成日期，其余不填日期。",
}


@dataclass(frozen=True)
class Form:
    """One sheet: its key columns come filled in, the columns in ``to_fill`` are empty."""

    table: str
    guide: str
    keys: list[str]
    rows: list[list[object]]
    to_fill: list[str]

    @property
    def header(self) -> list[str]:
        """The headings from left to right."""
        return [*self.keys, *self.to_fill]


def forms_owed(plan: Plan, area: dict, year: int) -> Iterator[tuple[str, list[Form]]]:
    """Yield the departments with the sheets they fill in, the social-security bureau's last."""
    tables = plan.indicators.set_index("code")["table"]
    goals = plan.targets.drop_duplicates(["industry", "indicator"])
    goals = goals.assign(table=goals["indicator"].map(tables))
    # Training has no baseline: it is asked for from the first year with targets on (reading 12).
    if year < plan.first_year:
        goals = goals[goals["table"] != "training"]
    for department, owed in goals.groupby("department", sort=False):
        tables_owed = owed.groupby("table", sort=False)
        yield str(department), [_form(plan, t, rows, area, year) for t, rows in tables_owed]
    actors = plan.tasks["actors"].isin([area["level"], "both"])
    tasks = plan.tasks[(plan.tasks["year"] == year) & actors]
    if len(tasks):
        yield (
            plan.departments.set_index("code")["name"]["human_resources"],
            [_task_form(plan, tasks, area, year)],
        )


def _form(plan: Plan, table: str, owed: pd.DataFrame, area: dict, year: int) -> Form:
    """Return a sheet with one row for each industry (and category of training) owed."""
    keys, to_fill = _headers(plan, table)
    rows: list[list[object]] = []
    for goal in owed.to_dict("records"):
        filled = {
            "年度": year,
            "市": area["name"],
            "行业": goal["industry"],
            "培训类别": CATEGORIES.get(goal["indicator"]),
        }
        # Accidents and casualties are two goals, but columns of one row.
        row = [filled[key] for key in keys]
        if row not in rows:
            rows.append(row)
    return Form(table, GUIDES[table], keys, rows, to_fill)


def _task_form(plan: Plan, tasks: pd.DataFrame, area: dict, year: int) -> Form:
    """Return the sheet on the year's tasks; their wording stands above the header."""
    keys, to_fill = _headers(plan, "progress")
    rows: list[list[object]] = [[year, area["name"], int(number)] for number in tasks["number"]]
    wording = [f"{n}. {text}" for n, text in zip(tasks["number"], tasks["text"], strict=True)]
    return Form("progress", "\n".join([GUIDES["progress"], *wording]), keys, rows, to_fill)


def _headers(plan: Plan, table: str) -> tuple[list[str], list[str]]:
    columns = plan.columns[plan.columns["table"] == table].set_index("name")["role"]
    keys = columns.index[columns == "key"].tolist()
    to_fill = columns.index[columns == "measure"].tolist()
    return keys, [*to_fill, "完成日期"] if table == "progress" else to_fill
