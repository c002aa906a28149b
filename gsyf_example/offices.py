"""An area, a table and a year in; the day its file comes, its style, name and header out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gsyf_example.cast import Cast, Cell

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


def received(cast: Cast, area: str, table: str, year: int) -> date | None:
    """Return the day a table comes in, or None if it never does."""
    due = cast.due[table, year]
    if (area, table) == (cast.never_sends, "pneumoconiosis") and year >= cast.middle:
        return None
    if (area, year) == (cast.late, cast.early):
        return workday_before(due, -DAYS_LATE)
    return workday_before(due, DAYS_EARLY[cast.areas.index(area) % len(DAYS_EARLY)])


def workday_before(day: date, days: int) -> date:
    """Return the last working day that is at least ``days`` before ``day``.

    Examples
    --------
    >>> from datetime import date
    >>> workday_before(date(2023, 2, 28), 3)
    datetime.date(2023, 2, 24)
    """
    earlier = day - timedelta(days=days)
    return earlier - timedelta(days=max(0, earlier.weekday() - 4))


def new_package(
    cast: Cast, table: str, place: tuple[str, int], day: date, office: str, fields: Sequence[str]
) -> Package:
    """Return a file without rows, with year, area and ``fields`` in its header.

    ``place`` is the area and the year of the data. An area writes a table in the same style every
    year, but not all its tables in one style.
    """
    area, year = place
    columns = cast.plan.columns
    names = columns[columns["table"] == table].set_index("field")["name"]
    style = (cast.areas.index(area) + 3 * list(TABLES).index(table)) % len(STYLES)
    return Package(
        received_on=day,
        stem=f"{office}_{TABLES[table]}_{year}年",
        title=f"{office.split('_')[0]}{year}年{TABLES[table]}统计表（示例数据，非真实）",
        style=STYLES[style],
        header=[names[field] for field in ("year", "area", *fields)],
        rows=[],
    )
