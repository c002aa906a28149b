"""Checks of one table: do the figures of a row fit together, and is every row there once?

The checks of a row run on each table, and again on all figures in force (``AllFigures``).
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions.checks.all_figures import AllFigures
from gsyf_lib.submissions.findings import Found, listed
from gsyf_lib.submissions.measures import RATIO, SHARE_COUNTS
from gsyf_lib.submissions.read.names import Area
from gsyf_lib.submissions.read.table import NOTHING, FigureTable

# Senders may round a ratio to a whole percentage, up to half of one away from the counts.
HALF_PERCENT = RATIO_SCALE // 200
# A cell can hold no later year (four digits).
LAST_YEAR = 9999


# What the checks of a row are asked of: both know ``known`` and ``found``.
Checked = FigureTable | AllFigures


def part_within_whole(rows: Checked) -> Iterator[Found]:
    """接尘工龄不足5年例数不得多于尘肺病报告例数。"""
    part, whole = (rows.known(measure) for measure in SHARE_COUNTS)
    for row in np.flatnonzero(part > whole).tolist():
        yield rows.found("part-above-whole", [row], SHARE_COUNTS, part=part[row], whole=whole[row])


def ratio_agrees_with_counts(rows: Checked) -> Iterator[Found]:
    """尘肺病报告比例应与两个例数相符（允许四舍五入到整百分数）。"""
    measures = (RATIO, *SHARE_COUNTS)
    ratio, part, whole = (rows.known(measure) for measure in measures)
    differs = abs(ratio * whole - part * RATIO_SCALE) > HALF_PERCENT * whole
    for row in np.flatnonzero(differs).tolist():
        fields = {"percent": 100 * ratio[row] / RATIO_SCALE, "part": part[row], "whole": whole[row]}
        yield rows.found("ratio-contradicts-counts", [row], measures, **fields)


def trained_within_personnel(rows: Checked) -> Iterator[Found]:
    """已培训人数不得多于重点岗位人员数。"""
    for kind in ("safety", "health"):
        measures = (f"{kind}_trained", f"{kind}_personnel")
        trained, people = (rows.known(measure) for measure in measures)
        for row in np.flatnonzero(trained > people).tolist():
            fields = {"trained": trained[row], "people": people[row]}
            yield rows.found("coverage-above-one", [row], measures, **fields)


def casualties_need_accidents(rows: Checked) -> Iterator[Found]:
    """没有事故就没有伤亡。"""
    accidents, casualties = rows.known("accidents"), rows.known("casualties")
    for row in np.flatnonzero((accidents == 0) & (casualties > 0)).tolist():
        fields = {"casualties": casualties[row]}
        measures = ("casualties", "accidents")
        yield rows.found("casualties-without-accidents", [row], measures, **fields)


def deaths_and_injuries_add_up(rows: Checked) -> Iterator[Found]:
    """死亡人数与受伤人数之和应等于伤亡人数。"""
    measures = ("casualties", "deaths", "injuries")
    both, deaths, injuries = (rows.known(measure) for measure in measures)
    for row in np.flatnonzero(abs(deaths + injuries - both) > 0).tolist():
        fields = {"casualties": both[row], "deaths": deaths[row], "injuries": injuries[row]}
        yield rows.found("casualties-do-not-add-up.sum", [row], measures, **fields)
    # If only one of them is given, it is still a part; fmax takes the one that is.
    part = np.fmax(deaths, injuries)
    for row in np.flatnonzero((part > both) & np.isnan(deaths + injuries)).tolist():
        fields = {"casualties": both[row], "part": part[row]}
        yield rows.found("casualties-do-not-add-up.part", [row], measures, **fields)


def each_figure_once(table: FigureTable) -> Iterator[Found]:
    """同一文件中一项数据只能出现一次：相同或不同都不采用。"""
    # One whole number for each area, industry and year: numbers are compared much faster than rows.
    sizes = len(table.names.areas_by_code), len(table.names.all_industries), LAST_YEAR + 1
    keys = np.ravel_multi_index((table.areas, table.industries, table.years), sizes)
    if len(np.unique(keys)) == len(keys):
        return
    _, which, times = np.unique(keys, return_inverse=True, return_counts=True)
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row, measure in table.figures(np.flatnonzero(times[which] > 1), table.columns):
        alike[which[row], measure].append(row)
    for (_, measure), rows in alike.items():
        if len(rows) > 1:
            cells = listed(table.cell(row, measure) for row in rows)
            yield table.found("key-duplicate.figure", rows, [measure], cells=cells)


def left_out_rows(table: FigureTable) -> Iterator[Found]:
    """一个地区一年的报表应包括责任部门负责的全部行业，以及该文件其他年度报过的行业。"""
    indicators = {"accidents": "accidents", "safety_trained": "safety_training_coverage"}
    for measure, indicator in indicators.items():
        for area, year, industry in _left_out(table, measure, indicator):
            if not table.may_hold(year, area, industry):
                row: dict[str, Any] = {"area": area.name, "year": year, "industry": industry}
                about = {"area_code": area.code, "measure": measure, **row}
                yield Found("row-left-out", table.source, about=about, **row)


def _left_out(table: FigureTable, measure: str, indicator: str) -> Iterator[tuple[Area, int, str]]:
    """Yield the area, year and industry of each row that is owed and not there."""
    if measure not in table.columns:
        return
    names, years = table.names, sorted(table.names.years)
    rows = table.states[:, table.index_of[measure]] != NOTHING
    # True for each area, year and industry that has a row.
    is_there = np.zeros((len(names.areas_by_code), len(years), len(names.all_industries)), bool)
    year = np.searchsorted(years, table.years[rows])
    is_there[table.areas[rows], year, table.industries[rows]] = True
    owners = [names.departments.get((trade, indicator), "") for trade in names.all_industries]
    has_one_owner = np.array(owners)[:, None] == np.array(owners)
    # The matrix product asks for each area and industry: does the area report, in any year, an
    # industry of the same department? Then it owes this one, too.
    is_owed = is_there.any(axis=1) @ has_one_owner
    is_left_out = is_there.any(axis=2, keepdims=True) & is_owed[:, None] & ~is_there
    goals = names.goal_industries(indicator)
    is_left_out = is_left_out[:, :, [names.all_industries.index(industry) for industry in goals]]
    for number in dict.fromkeys(table.areas[rows].tolist()):
        for then, goal in np.argwhere(is_left_out[number]):
            yield names.areas_by_code[number], years[then], goals[goal]


ROW_CHECKS = (
    part_within_whole,
    ratio_agrees_with_counts,
    trained_within_personnel,
    casualties_need_accidents,
    deaths_and_injuries_add_up,
)
TABLE_CHECKS = (*ROW_CHECKS, each_figure_once, left_out_rows)
