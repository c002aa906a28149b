"""Tables of the annexes in; rows and items out, checked to be complete, known and numbered."""

from collections.abc import Iterable

import pandas as pd

from gsyf_lib.errors import PlanError
from gsyf_lib.plan.annexes import Cell, Row, Table
from gsyf_lib.plan.clauses.wordings import GOALS, TASKS, YEAR
from gsyf_lib.plan.plan import Settings


def rows_by_year(table: Table, settings: Settings) -> dict[int, Row]:
    """Return the rows of Annex 2 by year: exactly the plan's years, in their order."""
    check_header(table, [YEAR, GOALS, TASKS])
    wanted = [f"{year}年" for year in settings.years]
    cells = [row.cells[YEAR] for row in table.rows]
    names = [(cell.text.removesuffix("度"), cell.place) for cell in cells]
    for name, place in names:
        if name not in wanted:
            raise PlanError(f"{place}：计划没有“{name}”。可用：{'、'.join(wanted)}")
    check_complete(names, wanted, table.place, "年度")
    if [name for name, _ in names] != wanted:
        raise PlanError(f"{table.place}：年度应依次为{'、'.join(wanted)}")
    return dict(zip(settings.years, table.rows, strict=True))


def check_header(table: Table, wanted: list[str]) -> None:
    """Check that a table has exactly these columns."""
    missing = [name for name in wanted if name not in table.header]
    unknown = [name for name in table.header if name not in wanted]
    if missing or unknown:
        faults = [f"缺少列“{name}”" for name in missing]
        faults += [f"不认识的列“{name}”" for name in unknown]
        raise PlanError(f"{table.place}：{'，'.join(faults)}。应有：{'、'.join(wanted)}")


def check_name(cell: Cell, kind: str, table: pd.DataFrame) -> None:
    """Check that the text of a cell is a name in a code table."""
    if cell.text not in set(table["name"]):
        names = "、".join(table["name"])
        raise PlanError(
            f"{cell.place}：不认识的{kind}“{cell.text}”。可用：{names}；请更正附件，或补充代码表"
        )


def check_complete(
    named: Iterable[tuple[str, str]], wanted: Iterable[str], place: str, kind: str
) -> None:
    """Check that every wanted name is there exactly once; ``named`` pairs names with places."""
    seen: dict[str, str] = {}
    for name, here in named:
        if name in seen:
            raise PlanError(f"{here}：{kind}“{name}”重复，已见于{seen[name]}")
        seen[name] = here
    if missing := [name for name in wanted if name not in seen]:
        raise PlanError(f"{place}之下缺少{kind}“{'”“'.join(missing)}”的行；请补全附件")


def items(cell: Cell) -> list[tuple[int, str, str]]:
    """Return the numbered items of a cell, each as number, place and text."""
    if not cell.items:
        raise PlanError(f"{cell.place}：应为编号的条目（1、…；2、…），现为“{cell.text}”")
    return [(n, f"{cell.place}第{n}项", text) for n, text in enumerate(cell.items, 1)]
