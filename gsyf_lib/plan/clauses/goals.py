"""Annex 1 and the goals of Annex 2 in; rule and threshold for every industry and year out."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError
from gsyf_lib.plan.annexes import AnnexCell, AnnexTable, Row
from gsyf_lib.plan.clauses import wordings
from gsyf_lib.plan.clauses.wordings import DEPARTMENT, GOALS, INDUSTRY, TASKS, YEAR, Wording
from gsyf_lib.plan.plan import Settings

Codes = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Goal:
    """A goal as understood: its rule, its exact threshold if it has one, and where it stands.

    ``number`` is its number in Annex 2 (0 for Annex 1); the source of a target names it.
    """

    rule: str
    indicators: tuple[str, ...]
    baseline_year: int | None
    threshold: Decimal | None
    where: str
    number: int

    def __str__(self) -> str:
        """Return the threshold as officials write it."""
        return f"{(self.threshold * 100).normalize():f}%" if self.threshold else "未定百分比"


@dataclass(frozen=True)
class Obligation:
    """A goal that Annex 1 sets an industry for one indicator, to be reached by the last year."""

    industry: str
    indicator: str
    department: str
    goal: Goal
    source: str


def read_obligations(table: AnnexTable, codes: Codes) -> list[Obligation]:
    """Return the goals that Annex 1 sets each industry."""
    _check_header(table, [INDUSTRY, *wordings.COLUMNS, DEPARTMENT])
    for row in table.rows:
        _check_name(row[INDUSTRY], "行业", codes["industries"])
        _check_name(row[DEPARTMENT], "责任部门", codes["departments"])
    names = [(row[INDUSTRY].text, row[INDUSTRY].where) for row in table.rows]
    _check_complete(names, codes["industries"]["name"], table.where, "行业")
    known = set(codes["indicators"]["code"])
    return [
        one
        for row in table.rows
        for column in wordings.COLUMNS
        for one in _bind(row, column, known)
    ]


def _bind(row: Row, column: str, known: Container[str]) -> list[Obligation]:
    """Return the obligations of one cell: none for a dash, two for 事故起数及伤亡人数."""
    industry, department = row[INDUSTRY].text, row[DEPARTMENT].text
    cell = row[column]
    goal = _understand(cell.text, [*wordings.COLUMNS[column], *wordings.NO_GOALS], cell.where)
    for code in goal.indicators:
        if code not in known:
            raise PlanError(f"{cell.where}：codes/indicators.csv 缺少指标 {code}，请补充")
    source = f"附件1“{industry}”行“{column}”"
    return [Obligation(industry, code, department, goal, source) for code in goal.indicators]


def _understand(text: str, allowed: Iterable[Wording], where: str, number: int = 0) -> Goal:
    """Return the goal that a clause sets by the first wording that fits it whole."""
    for wording in allowed:
        if found := wording.match(text):
            named = found.groupdict()
            baseline = int(named["baseline"]) if "baseline" in named else None
            threshold = _threshold(found, where) if "percent" in named else None
            return Goal(wording.rule, wording.indicators, baseline, threshold, where, number)
    known = "、".join(f"“{wording.text}”" for wording in allowed)
    raise PlanError(f"{where}：无法识别的写法“{text}”。可用（N为数字）：{known}")


def _threshold(found: re.Match[str], where: str) -> Decimal:
    if not found["sign"]:
        raise PlanError(f"{where}：“{found[0]}”缺少百分号，应写作“{found[0]}%”")
    # Shifting the decimal point is exact and keeps two places: 70 % is 0.70.
    threshold = Decimal(found["percent"]).scaleb(-2)
    if not 0 < threshold <= 1:
        raise PlanError(f"{where}：“{found[0]}”的百分比应大于0%、不超过100%")
    return threshold


def check_notes(table: AnnexTable, settings: Settings) -> None:
    """Check that the notes of Annex 1 compare the years that ``plan.toml`` has."""
    for note in table.notes:
        found = wordings.COMPARED.fullmatch(note)
        if found and (int(found[1]), int(found[2])) != (settings.last_year, settings.baseline_year):
            raise PlanError(
                f"附件1注“{note}”与计划不符，"
                f"应为{settings.last_year}年末较{settings.baseline_year}年末"
            )


def read_yearly_goals(row: Row, names: Mapping[str, str], settings: Settings) -> dict[str, Goal]:
    """Return the goals of a year by indicator; each indicator in ``names`` must have one."""
    goals: dict[str, Goal] = {}
    for number, where, text in row[GOALS].numbered_items():
        goal = _understand(text, wordings.YEARLY, where, number)
        if goal.baseline_year not in (None, settings.baseline_year):
            raise PlanError(
                f"{where}：对比年度{goal.baseline_year}年与计划不符，应为{settings.baseline_year}年"
            )
        for code in goal.indicators:
            if code not in names:
                raise PlanError(
                    f"{where}：附件1没有行业承担这一目标；应有：{'、'.join(names.values())}"
                )
            if code in goals:
                raise PlanError(f"{where}：“{names[code]}”的目标重复，已见于{goals[code].where}")
            goals[code] = goal
    if missing := [name for code, name in names.items() if code not in goals]:
        raise PlanError(f"{row[GOALS].where}：缺少“{'”“'.join(missing)}”的目标，而附件1有此目标")
    return goals


def check_never_looser(yearly: Mapping[int, Mapping[str, Goal]], names: Mapping[str, str]) -> None:
    """Check that the goals of no year are looser than those of the year before."""
    for before, year in pairwise(sorted(yearly)):
        for code, goal in yearly[year].items():
            earlier = yearly[before][code]
            # A goal without a number is the weakest: any decline at all is enough.
            if (goal.threshold or 0) < (earlier.threshold or 0):
                raise PlanError(
                    f"{goal.where}：“{names[code]}”的目标（{goal}）比{before}年（{earlier}）放宽；"
                    "年度目标应逐年收紧或持平，请核对附件原文"
                )


def check_annexes_agree(obligations: list[Obligation], last: Mapping[str, Goal]) -> None:
    """Check that Annex 1 and the last year of Annex 2 have the same thresholds."""
    for one in obligations:
        yearly = last[one.indicator]
        if one.goal.threshold is not None and one.goal.threshold != yearly.threshold:
            raise PlanError(
                f"{one.goal.where}：{one.goal}与{yearly.where}的{yearly}不一致；"
                "附件1应等于附件2最后一年的目标"
            )


def target_rows(
    obligations: list[Obligation], yearly: Mapping[int, Mapping[str, Goal]], settings: Settings
) -> pd.DataFrame:
    """Return frames.TARGETS: each obligation of Annex 1 with the goal of each year of Annex 2."""
    rows = []
    for year, goals in yearly.items():
        for one in obligations:
            goal = goals[one.indicator]
            compared = None if goal.rule == "coverage_at_least" else settings.baseline_year
            source = f"{one.source}；附件2“{year}年”{GOALS}{goal.number}"
            rows.append(
                (year, one.industry, one.indicator, goal.rule, goal.threshold, compared)
                + (one.department, source)
            )
    table = pd.DataFrame(rows, columns=frames.TARGETS.names, dtype="object")
    return frames.conform(table, frames.TARGETS)


def rows_by_year(table: AnnexTable, settings: Settings) -> dict[int, Row]:
    """Return the rows of Annex 2 by year: exactly the plan's years, in their order."""
    _check_header(table, [YEAR, GOALS, TASKS])
    wanted = [f"{year}年" for year in settings.years]
    cells = [row[YEAR] for row in table.rows]
    names = [(cell.text.removesuffix("度"), cell.where) for cell in cells]
    for name, where in names:
        if name not in wanted:
            raise PlanError(f"{where}：计划没有“{name}”。可用：{'、'.join(wanted)}")
    _check_complete(names, wanted, table.where, "年度")
    if [name for name, _ in names] != wanted:
        raise PlanError(f"{table.where}：年度应依次为{'、'.join(wanted)}")
    return dict(zip(settings.years, table.rows, strict=True))


def _check_header(table: AnnexTable, wanted: list[str]) -> None:
    """Check that a table has exactly these columns."""
    missing = [name for name in wanted if name not in table.header]
    unknown = [name for name in table.header if name not in wanted]
    if missing or unknown:
        faults = [f"缺少列“{name}”" for name in missing]
        faults += [f"无法识别的列“{name}”" for name in unknown]
        raise PlanError(f"{table.where}：{'，'.join(faults)}。应有：{'、'.join(wanted)}")


def _check_name(cell: AnnexCell, kind: str, table: pd.DataFrame) -> None:
    """Check that the text of a cell is a name in a code table."""
    if cell.text not in set(table["name"]):
        names = "、".join(table["name"])
        raise PlanError(
            f"{cell.where}：无法识别的{kind}“{cell.text}”。可用：{names}；请更正附件，或补充代码表"
        )


def _check_complete(
    named: Iterable[tuple[str, str]], wanted: Iterable[str], where: str, kind: str
) -> None:
    """Check that every wanted name is there exactly once; ``named``: each with where it stands."""
    seen: dict[str, str] = {}
    for name, here in named:
        if name in seen:
            raise PlanError(f"{here}：{kind}“{name}”重复，已见于{seen[name]}")
        seen[name] = here
    if missing := [name for name in wanted if name not in seen]:
        raise PlanError(f"{where}之下缺少{kind}“{'”“'.join(missing)}”的行；请补全附件")
