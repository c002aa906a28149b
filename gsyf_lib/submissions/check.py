"""Checks on the rows of one file, each a small function; CHECKS is the list that the docs print."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from gsyf_lib.frames import MILLION
from gsyf_lib.submissions.findings import Findings, listed
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.rows import Figure, Row

__all__ = ["CHECKS", "check_rows", "left_out_rows", "value_of", "withheld"]

HALF_PERCENT = MILLION // 200
Fault = tuple[str, tuple[str, ...], str]


def check_rows(rows: list[Row], findings: Findings) -> list[Row]:
    """Run every check on every row; the figures a fault touches are withheld."""
    checked = [_check_row(row, findings) for row in rows]
    return _withhold_duplicates(checked, findings)


def _check_row(row: Row, findings: Findings) -> Row:
    for check in CHECKS:
        for code, measures, message in check(row):
            touched = {m: row.figures[m] for m in measures if m in row.figures}
            first = next(iter(touched))
            findings.add(
                "error", code, row.source, message, row.figures[first].cell, **row.about(first)
            )
            row = replace(row, figures=row.figures | withheld(touched))
    return row


def withheld(figures: dict[str, Figure]) -> dict[str, Figure]:
    """Return the figures without their values: there, but not used."""
    return {m: Figure(None, "withheld", figure.cell) for m, figure in figures.items()}


def value_of(row: Row, measure: str) -> int | None:
    """Return a figure of a row, None if it has none or it is withheld."""
    figure = row.figures.get(measure)
    return figure.value if figure and figure.state == "figure" else None


def part_within_whole(row: Row) -> Iterator[Fault]:
    """接尘工龄不足5年例数不得多于尘肺病报告例数。"""
    part, whole = value_of(row, "short_exposure_cases"), value_of(row, "reported_cases")
    if part is not None and whole is not None and part > whole:
        measures = ("short_exposure_cases", "reported_cases")
        yield (
            "part-above-whole",
            measures,
            f"接尘工龄不足5年例数{part}多于报告总例数{whole}。两数均未采用，请核实",
        )


def ratio_agrees_with_counts(row: Row) -> Iterator[Fault]:
    """尘肺病报告比例应与两个例数相符（允许四舍五入到整百分数）。"""
    measures = ("short_exposure_per_million", "short_exposure_cases", "reported_cases")
    ratio, part, whole = (value_of(row, measure) for measure in measures)
    if ratio is None or part is None or whole is None:
        return
    if abs(ratio * whole - part * MILLION) > HALF_PERCENT * whole:
        yield (
            "ratio-contradicts-counts",
            measures,
            f"报告比例{100 * ratio / MILLION:g}%与例数{part}/{whole}不符。均未采用，请核实",
        )


def trained_within_personnel(row: Row) -> Iterator[Fault]:
    """已培训人数不得多于重点岗位人员数。"""
    for kind in ("safety", "health"):
        measures = (f"{kind}_trained", f"{kind}_personnel")
        trained, people = (value_of(row, measure) for measure in measures)
        if trained is not None and people is not None and trained > people:
            yield (
                "coverage-above-one",
                measures,
                f"已培训{trained}人多于重点岗位人员{people}人，覆盖率超过100%。请按年末在岗人员核实",
            )


def casualties_need_accidents(row: Row) -> Iterator[Fault]:
    """没有事故就没有伤亡。"""
    accidents, casualties = value_of(row, "accidents"), value_of(row, "casualties")
    if accidents == 0 and casualties:
        yield (
            "casualties-without-accidents",
            ("casualties", "accidents"),
            f"事故起数为0而伤亡人数为{casualties}。两数均未采用，请核实",
        )


def deaths_and_injuries_add_up(row: Row) -> Iterator[Fault]:
    """死亡人数与受伤人数之和应等于伤亡人数。"""
    deaths, injuries, both = (value_of(row, m) for m in ("deaths", "injuries", "casualties"))
    if deaths is not None and injuries is not None and both is not None:
        if deaths + injuries != both:
            yield (
                "casualties-do-not-add-up",
                ("casualties", "deaths", "injuries"),
                f"死亡{deaths}人与受伤{injuries}人之和不等于伤亡{both}人。未采用，请核实",
            )
    elif both is not None and max(deaths or 0, injuries or 0) > both:
        part = max(deaths or 0, injuries or 0)
        yield (
            "casualties-do-not-add-up",
            ("casualties", "deaths", "injuries"),
            f"死亡或受伤{part}人多于伤亡{both}人。未采用，请核实",
        )


CHECKS: tuple[Callable[[Row], Iterator[Fault]], ...] = (
    part_within_whole,
    ratio_agrees_with_counts,
    trained_within_personnel,
    casualties_need_accidents,
    deaths_and_injuries_add_up,
)


def _withhold_duplicates(rows: list[Row], findings: Findings) -> list[Row]:
    """同一文件中一项数据只能出现一次：相同或不同都不采用。"""
    places: dict[tuple, list[str]] = defaultdict(list)
    for row in rows:
        for measure, figure in row.figures.items():
            places[_key(row, measure)].append(figure.cell)
    if all(len(cells) == 1 for cells in places.values()):
        return rows
    result = []
    told: set[tuple] = set()
    for row in rows:
        twice = {m: f for m, f in row.figures.items() if len(places[_key(row, m)]) > 1}
        for measure, figure in twice.items():
            key = _key(row, measure)
            if key not in told:
                told.add(key)
                message = f"同一数据在{listed(places[key])}出现多次，均未采用。请只保留一行"
                findings.add(
                    "error", "key-duplicate", row.source, message, figure.cell, **row.about(measure)
                )
        result.append(replace(row, figures=row.figures | withheld(twice)))
    return result


def _key(row: Row, measure: str) -> tuple:
    return row.area.code, row.industry, row.year, measure


def left_out_rows(rows: list[Row], names: Names, findings: Findings) -> None:
    """一个地区一年的报表应包括责任部门负责的全部行业，以及该文件其他年度报过的行业。"""
    for kind in ("accidents", "safety_trained"):
        indicator = "safety_training_coverage" if kind == "safety_trained" else kind
        _left_out(
            [row for row in rows if kind in row.figures],
            names.goal_industries(indicator),
            {i: names.departments.get((i, indicator), "") for i in names.industries.values()},
            kind,
            findings,
        )


def _left_out(
    rows: list[Row],
    goals: tuple[str, ...],
    departments: dict[str, str],
    kind: str,
    findings: Findings,
) -> None:
    by_area: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_area[row.area.code].append(row)
    for group in by_area.values():
        owners = {departments[row.industry] for row in group}
        owed = [industry for industry in goals if departments[industry] in owners]
        for year in sorted({row.year for row in group}):
            there = {row.industry for row in group if row.year == year}
            for industry in owed:
                if industry not in there:
                    first = replace(group[0], industry=industry, year=year)
                    message = (
                        f"{first.area.name}{year}年缺少“{industry}”一行。"
                        "没有发生请填0，没有该行业请填“无此行业”"
                    )
                    findings.add(
                        "error", "row-left-out", first.source, message, **first.about(kind)
                    )
