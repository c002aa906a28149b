"""A file as a whole: its name against its content, its columns, the files beside and after it.

Each check is a small function of one file; FILE_CHECKS is the list that the docs print.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import pandas as pd

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.check import value_of, withheld
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.folder import FileReading
from gsyf_lib.submissions.names import Names, areas_named
from gsyf_lib.submissions.rows import Figure, Row

__all__ = ["FILE_CHECKS", "check_files", "files_sent_again", "sent_twice"]

YEAR_NAMED = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)")
ROWS_TO_JUDGE = 4
FIGURE = ["area_code", "industry", "year", "measure"]
# severity, code, the rows touched, and what to say
Fault = tuple[str, str, list[Row], str]


def _name(reading: FileReading) -> str:
    return normalise(PurePosixPath(reading.source.file).stem)


def file_area_fits(reading: FileReading, names: Names) -> Iterator[Fault]:
    """文件名中的地区应是文件中的地区之一，或其上级；都不是的，整个文件不采用。"""
    named = areas_named(_name(reading), names)
    inside = {row.area.code: row.area.name for row in reading.rows}
    inside |= {row["area_code"]: row["area"] for row in reading.progress}
    above = {names.parents[code] for code in inside}
    if named and inside and not {area.code for area in named} & {*inside, *above}:
        said = listed(area.name for area in named)
        message = (
            f"文件名是{said}，内容却是{listed(inside.values())}的数据，两地均未采用。"
            "请核对后以正确的文件名或内容重新报送"
        )
        yield "error", "file-area-mismatch", reading.rows, message


def file_year_fits(reading: FileReading, names: Names) -> Iterator[Fault]:
    """文件名中的年度应是文件中的年度之一。"""
    named = {int(year) for year in YEAR_NAMED.findall(_name(reading))}
    inside = {row.year for row in reading.rows} | {row["year"] for row in reading.progress}
    if named and inside and not named & inside:
        there = f"{listed(sorted(inside))}年"
        message = f"文件名是{listed(sorted(named))}年，内容却是{there}的数据，已按内容读取。请核对"
        yield "warning", "file-year-mismatch", [], message


def columns_in_order(reading: FileReading, names: Names) -> Iterator[Fault]:
    """一个地区有事故的不少于四行、伤亡人数却行行少于事故起数的，疑两列对调，暂不采用。"""
    by_area: dict[str, list[Row]] = defaultdict(list)
    for row in reading.rows:
        if row.table == "accidents":
            by_area[row.area.code].append(row)
    for rows in by_area.values():
        if _looks_swapped(rows):
            years = listed(sorted({row.year for row in rows}))
            message = (
                f"{rows[0].area.name}{years}年有事故的各行业伤亡人数都少于事故起数，疑两列对调，"
                "暂不采用。填反的请更正后重新报送；确属实情的，原样再报一次即视为确认"
            )
            yield "error", "columns-swapped", rows, message


def _looks_swapped(rows: list[Row]) -> bool:
    """Tell a swap; accidents that hurt nobody are none: swapped back they could not be."""
    pairs = [(value_of(row, "accidents"), value_of(row, "casualties")) for row in rows]
    known = [(one, other) for one, other in pairs if one and other is not None]
    return len(known) >= ROWS_TO_JUDGE and all(0 < other < one for one, other in known)


FILE_CHECKS: tuple[Callable[[FileReading, Names], Iterator[Fault]], ...] = (
    file_area_fits,
    file_year_fits,
    columns_in_order,
)


def check_files(readings: Iterable[FileReading], names: Names) -> None:
    """Run every check on every file, in the order of days; an error withholds the rows it touches.

    Figures held because their columns look swapped are confirmed by being sent again unchanged
    on a later day.
    """
    held: dict[frozenset, pd.Timestamp] = {}
    for reading in readings:
        day = reading.source.received_on
        faults = [fault for check in FILE_CHECKS for fault in check(reading, names)]
        for severity, code, rows, message in faults:
            said = frozenset((key, f.value) for row in rows for key, f in _keyed(row))
            if code == "columns-swapped" and held.setdefault(said, day) < day:
                continue
            _tell(reading, severity, code, rows, message)


def _keyed(row: Row) -> list[tuple[tuple, Figure]]:
    """Return the figures of a row, each with the names that a finding knows it by."""
    return [
        ((row.area.name, row.industry, row.year, measure), figure)
        for measure, figure in row.figures.items()
    ]


def _tell(
    reading: FileReading, severity: str, code: str, rows: Sequence[Row], message: str
) -> None:
    first = rows[0] if rows else None
    reading.findings.add(
        severity,
        code,
        first.source if first else reading.source,
        message,
        next((figure.cell for figure in first.figures.values()), "") if first else "",
        area=first.area.name if first and code == "columns-swapped" else "",
        touches=tuple(key for row in rows for key, _ in _keyed(row)),
    )
    if severity == "error":
        gone = {id(row) for row in rows}
        reading.rows = [
            replace(row, figures=withheld(row.figures)) if id(row) in gone else row
            for row in reading.rows
        ]
    if code == "file-area-mismatch":
        reading.progress = []


def sent_twice(candidates: pd.DataFrame, findings: Findings) -> None:
    """同一天的两个文件不必报同一数据；数值相同的只计一次。"""
    good = candidates[candidates["state"].isin(["figure", "absent"])]
    key = [*FIGURE, "received_on", "state", "value"]
    twice = good[good.duplicated(key, keep=False)].sort_values([*FIGURE, "file"], kind="stable")
    files = twice.groupby(key, dropna=False, sort=False)["file"].agg(tuple)
    for (one, *others), number in files.value_counts(sort=False).sort_index().items():
        first = twice[twice["file"] == one].iloc[0]
        source = Source(one, first["received_on"], first["sheet"])
        also = listed(f"《{other}》" for other in others)
        message = f"与{also}同一天报送，其中{number}项数据相同，只计一次。不需处理"
        findings.add("info", "sent-twice", source, message, first["cell"])


def files_sent_again(readings: Sequence[FileReading], names: Names) -> frozenset[str]:
    """Return the files that a sound one of the same name followed on a later day.

    Only a name that says area and year is sure to mean the same submission.
    """
    last: dict[str, pd.Timestamp] = {}
    for reading in readings:
        is_sound = not any(row["severity"] == "error" for row in reading.findings.rows)
        if is_sound and (reading.rows or reading.progress):
            last[_name(reading)] = reading.source.received_on
    return frozenset(
        reading.source.file
        for reading in readings
        if re.search(r"20\d\d", _name(reading))
        and areas_named(_name(reading), names)
        and last.get(_name(reading), reading.source.received_on) > reading.source.received_on
    )
