"""How offices hand in: on which day, in which style, under which name and header."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gsyf_lib.example.cast import Cast, due_days, workday_before
from gsyf_lib.plan import Plan

__all__ = ["Cell", "Package", "areas", "new_package", "received"]

Cell = int | str

TABLES = {
    "accidents": "安全生产事故",
    "pneumoconiosis": "尘肺病报告",
    "training": "重点岗位人员培训",
    "progress": "工作任务完成情况",
}
STYLES = ("xlsx", "titled", "gb18030", "xlsx", "titled", "utf-8-sig", "gb18030")
DAYS_EARLY = (3, 5, 8, 10)
DAYS_LATE = 45


@dataclass(frozen=True)
class Package:
    """One file as an office hands it in; ``style`` says how it is written."""

    received_on: date
    stem: str
    title: str
    style: str
    header: list[str]
    rows: list[tuple[Cell, ...]]


def areas(plan: Plan) -> list[str]:
    """Return who owes figures: the province and its cities."""
    return [plan.area, *plan.cities]


def received(plan: Plan, cast: Cast, area: str, table: str, year: int) -> date | None:
    """Return the day a table comes in, or None if it never does."""
    due = due_days(plan)[table, year]
    if (area, table) == (cast.never_sends, "pneumoconiosis") and year >= cast.middle:
        return None
    if (area, year) == (cast.late, cast.early):
        return workday_before(due, -DAYS_LATE)
    return workday_before(due, DAYS_EARLY[areas(plan).index(area) % len(DAYS_EARLY)])


def new_package(
    plan: Plan, table: str, place: tuple[str, int], day: date, office: str, fields: Sequence[str]
) -> Package:
    """Return a file without rows, with year, area and ``fields`` in its header.

    ``place`` is the area and the year of the data; an area writes a table always in one style.
    """
    area, year = place
    names = plan.columns[plan.columns["table"] == table].set_index("field")["name"]
    style = (areas(plan).index(area) + 3 * list(TABLES).index(table)) % len(STYLES)
    return Package(
        received_on=day,
        stem=f"{office}_{TABLES[table]}_{year}年",
        title=f"{office.split('_')[0]}{year}年{TABLES[table]}统计表（示例数据，非真实）",
        style=STYLES[style],
        header=[names[field] for field in ("year", "area", *fields)],
        rows=[],
    )
