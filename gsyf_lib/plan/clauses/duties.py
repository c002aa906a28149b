"""Rows of Annex 2 in; the tasks of every year out, and the duties to report found in them."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product
from typing import Any

import pandas as pd

from gsyf_lib.errors import PlanError
from gsyf_lib.plan.annexes import Row
from gsyf_lib.plan.clauses.wordings import KINDS, REPORTS, SENDERS, TASKS
from gsyf_lib.plan.plan import Settings


def read_tasks_and_duties(
    rows: Mapping[int, Row], settings: Settings, departments: Iterable[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of frames.TASKS and of frames.DUTIES."""
    tasks, duties = [], []
    for year, row in rows.items():
        for number, where, text in row[TASKS].numbered_items():
            kind, found = _kind(text, where)
            actors = _actors(text, settings.area)
            tasks.append(
                {"year": year, "number": number, "text": text, "kind": kind, "actors": actors}
            )
            if kind in REPORTS:
                duty: dict[str, Any] = {"task_year": year, "task_number": number}
                duty |= _parties(found, departments, where)
                duty |= {"items": "|".join(REPORTS[kind])}
                duties += [duty | dates for dates in _dates(found, year, settings, where)]
    return tasks, duties


def _kind(text: str, where: str) -> tuple[str, re.Match[str]]:
    """Return the kind of a task, with the match that holds sender, dates and years of a report."""
    for kind, _, pattern in KINDS:
        if found := re.fullmatch(pattern, text):
            return kind, found
    raise PlanError(
        f"{where}：无法识别的写法“{text}”，无法判断其中有无报送要求。"
        f"可用的任务：{'、'.join(label for _, label, _ in KINDS)}；"
        "请核对附件原文，新的写法须补入 plan/clauses/wordings.py"
    )


def _actors(text: str, area: str) -> str:
    """Return who carries a task out: the cities, the province, or both."""
    if text.startswith("各市"):
        return "city"
    return "province" if text.startswith(f"出台《{area}") else "both"


def _parties(found: re.Match[str], departments: Iterable[str], where: str) -> dict[str, str]:
    """Return who hands in and who receives."""
    known = [*SENDERS, *departments]
    for name in (found["sender"], found["receiver"].removeprefix("同级")):
        if name not in known:
            raise PlanError(f"{where}：无法识别的部门“{name}”。可用：{'、'.join(known)}")
    return {"from_department": found["sender"], "to_department": found["receiver"]}


def _dates(
    found: re.Match[str], year: int, settings: Settings, where: str
) -> list[dict[str, object]]:
    """Pair the n-th month of a task with its n-th year (于2月底和7月底前…提供2022年和2023年…)."""
    months = [int(month) for month in re.findall(r"\d+", found["due"])]
    data_years = [int(data_year) for data_year in re.findall(r"\d+", found["years"])]
    allowed = [settings.baseline_year, *settings.years]
    if len(months) != len(data_years):
        raise PlanError(f"{where}：{len(months)}个期限与{len(data_years)}个数据年度不能一一对应")
    if wrong := [month for month in months if not 1 <= month <= 12]:
        raise PlanError(f"{where}：没有“{wrong[0]}月”。可用：1至12月")
    if unknown := [data_year for data_year in data_years if data_year not in allowed]:
        raise PlanError(
            f"{where}：计划不涉及{unknown[0]}年数据。可用：{'、'.join(map(str, allowed))}"
        )
    return [
        {
            "data_year": data_year,
            # 月底: ``monthrange`` knows the last day of February, too.
            "due": pd.Timestamp(date(year, month, calendar.monthrange(year, month)[1])),
        }
        for month, data_year in zip(months, data_years, strict=True)
    ]


def check_reports(
    compared: Iterable[str],
    duties: list[dict[str, Any]],
    names: Mapping[str, str],
    settings: Settings,
) -> None:
    """Check that each indicator compared with the baseline is asked for once for each year."""
    asked = Counter((code, one["data_year"]) for one in duties for code in one["items"].split("|"))
    for code, year in product(compared, (settings.baseline_year, *settings.years)):
        if (times := asked[code, year]) != 1:
            raise PlanError(
                f"附件2“{TASKS}”：要求提供{year}年“{names[code]}”的任务有{times}项，应为1项；"
                "请检查各年度报送任务中的数据年度"
            )
