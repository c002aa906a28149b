"""Checks on the rows of a table, each a small function; CHECKS is the list that the docs print."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions.findings import Findings, listed
from gsyf_lib.submissions.names import Area
from gsyf_lib.submissions.table import NOTHING, Table, in_order

__all__ = ["CHECKS", "check_rows", "left_out_rows"]

HALF_PERCENT = RATIO_SCALE // 200
LAST_YEAR = 9999
# the row, a code, the measures it touches, what to say
Fault = tuple[int, str, tuple[str, ...], str]


def check_rows(table: Table, findings: Findings) -> None:
    """Run every check; the figures that a fault touches are withheld before the next check."""
    for check in CHECKS:
        for row, code, measures, message in [*check(table)]:
            touched = [name for name in measures if table.has(row, name)]
            place, about = table.cell(row, touched[0]), table.about(row, touched[0])
            findings.add("error", code, table.source, message, place, **about)
            table.withhold(row, [table.places[name] for name in touched])
    _withhold_duplicates(table, findings)


def part_within_whole(table: Table) -> Iterator[Fault]:
    """接尘工龄不足5年例数不得多于尘肺病报告例数。"""
    part, whole = table.known("short_exposure_cases"), table.known("reported_cases")
    for row in np.flatnonzero(part > whole).tolist():
        said = f"接尘工龄不足5年例数{part[row]:.0f}多于报告总例数{whole[row]:.0f}"
        measures = ("short_exposure_cases", "reported_cases")
        yield row, "part-above-whole", measures, f"{said}。两数均未采用，请核实后重新报送"


def ratio_agrees_with_counts(table: Table) -> Iterator[Fault]:
    """尘肺病报告比例应与两个例数相符（允许四舍五入到整百分数）。"""
    measures = ("short_exposure_per_million", "short_exposure_cases", "reported_cases")
    ratio, part, whole = (table.known(measure) for measure in measures)
    differs = abs(ratio * whole - part * RATIO_SCALE) > HALF_PERCENT * whole
    for row in np.flatnonzero(differs).tolist():
        said = (
            f"报告比例{100 * ratio[row] / RATIO_SCALE:g}%与例数{part[row]:.0f}/{whole[row]:.0f}不符"
        )
        yield row, "ratio-contradicts-counts", measures, f"{said}。均未采用，请核实后重新报送"


def trained_within_personnel(table: Table) -> Iterator[Fault]:
    """已培训人数不得多于重点岗位人员数。"""
    for kind in ("safety", "health"):
        measures = (f"{kind}_trained", f"{kind}_personnel")
        trained, people = (table.known(measure) for measure in measures)
        for row in np.flatnonzero(trained > people).tolist():
            said = f"已培训{trained[row]:.0f}人多于重点岗位人员{people[row]:.0f}人"
            message = f"{said}，覆盖率超过100%。两数均未采用，请按年末在岗人员核实后重新报送"
            yield row, "coverage-above-one", measures, message


def casualties_need_accidents(table: Table) -> Iterator[Fault]:
    """没有事故就没有伤亡。"""
    accidents, casualties = table.known("accidents"), table.known("casualties")
    for row in np.flatnonzero((accidents == 0) & (casualties > 0)).tolist():
        said = f"事故起数为0而伤亡人数为{casualties[row]:.0f}"
        message = f"{said}。两数均未采用，请核实后重新报送"
        yield row, "casualties-without-accidents", ("casualties", "accidents"), message


def deaths_and_injuries_add_up(table: Table) -> Iterator[Fault]:
    """死亡人数与受伤人数之和应等于伤亡人数。"""
    measures = ("casualties", "deaths", "injuries")
    both, deaths, injuries = (table.known(measure) for measure in measures)
    for row in np.flatnonzero(abs(deaths + injuries - both) > 0).tolist():
        said = f"死亡{deaths[row]:.0f}人与受伤{injuries[row]:.0f}人之和"
        message = f"{said}不等于伤亡{both[row]:.0f}人。未采用，请核实后重新报送"
        yield row, "casualties-do-not-add-up", measures, message
    part = np.fmax(deaths, injuries)
    for row in np.flatnonzero((part > both) & np.isnan(deaths + injuries)).tolist():
        said = f"死亡或受伤{part[row]:.0f}人多于伤亡{both[row]:.0f}人"
        message = f"{said}。未采用，请核实后重新报送"
        yield row, "casualties-do-not-add-up", measures, message


CHECKS: tuple[Callable[[Table], Iterator[Fault]], ...] = (
    part_within_whole,
    ratio_agrees_with_counts,
    trained_within_personnel,
    casualties_need_accidents,
    deaths_and_injuries_add_up,
)


def _withhold_duplicates(table: Table, findings: Findings) -> None:
    """同一文件中一项数据只能出现一次：相同或不同都不采用。"""
    sizes = len(table.names.places), len(table.names.trades), LAST_YEAR + 1
    keys = np.ravel_multi_index((table.areas, table.industries, table.years), sizes)
    if len(np.unique(keys)) == len(keys):
        return
    _, which, times = np.unique(keys, return_inverse=True, return_counts=True)
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in np.flatnonzero(times[which] > 1).tolist():
        for measure in table.columns:
            if table.has(row, measure):
                alike[which[row], measure].append(row)
    for (_, measure), rows in alike.items():
        if len(rows) > 1:
            cells = [table.cell(row, measure) for row in rows]
            said = f"同一数据在{listed(cells)}出现多次，均未采用"
            message = f"{said}。请只保留一行，重新报送"
            about = table.about(rows[0], measure)
            findings.add("error", "key-duplicate", table.source, message, cells[0], **about)
            table.withhold(rows, table.places[measure])


def left_out_rows(table: Table, findings: Findings) -> None:
    """一个地区一年的报表应包括责任部门负责的全部行业，以及该文件其他年度报过的行业。"""
    indicators = {"accidents": "accidents", "safety_trained": "safety_training_coverage"}
    for measure, indicator in indicators.items():
        if measure in table.columns:
            for area, year, industry in _left_out(table, measure, indicator):
                if table.may_hold(year, area, industry):
                    continue
                message = (
                    f"{area.name}{year}年缺少“{industry}”一行。"
                    "请补报：没有发生填0，没有该行业填“无此行业”"
                )
                about: dict[str, Any] = {"area_code": area.code, "area": area.name}
                about |= {"industry": industry, "year": year, "measure": measure}
                findings.add("error", "row-left-out", table.source, message, **about)


def _left_out(table: Table, measure: str, indicator: str) -> Iterator[tuple[Area, int, str]]:
    """Yield the area, year and industry of each row that is owed and not there."""
    names, years = table.names, sorted(table.names.years)
    rows = table.states[:, table.places[measure]] != NOTHING
    is_there = np.zeros((len(names.places), len(years), len(names.trades)), bool)
    year = np.searchsorted(years, table.years[rows])
    is_there[table.areas[rows], year, table.industries[rows]] = True
    owners = np.array([names.departments.get((trade, indicator), "") for trade in names.trades])
    is_owed = is_there.any(axis=1) @ (owners[:, None] == owners)
    is_left_out = is_there.any(axis=2, keepdims=True) & is_owed[:, None] & ~is_there
    goals = names.goal_industries(indicator)
    is_left_out = is_left_out[:, :, [names.trades.index(industry) for industry in goals]]
    if is_left_out.any():
        for number in in_order(table.areas[rows]):
            for then, goal in np.argwhere(is_left_out[number]):
                yield names.places[number], years[then], goals[goal]
