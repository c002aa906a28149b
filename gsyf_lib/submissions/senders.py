"""A file as a whole: its name against its content, its columns, the files beside it.

Each check is a small function of one file; FILE_CHECKS is the list that the docs print.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd

from gsyf_lib.submissions.file import FileReading, file_name
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.names import Names, areas_named
from gsyf_lib.submissions.table import Table

__all__ = ["FILE_CHECKS", "check_files", "sent_twice"]

YEAR_NAMED = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)")
LAST_MONTH = 12
ROWS_TO_JUDGE = 4
FIGURE = ["area_code", "industry", "year", "measure"]
Rows = list[tuple[Table, np.ndarray]]
# severity, code, the rows touched of each table, and what to say
Fault = tuple[str, str, Rows, str]


def file_area_fits(reading: FileReading, names: Names) -> Iterator[Fault]:
    """文件名中的地区应是文件中的地区之一，或其上级；都不是的，整个文件不采用。"""
    named = areas_named(file_name(reading), names)
    inside = {area.code: area.name for table in reading.tables for area in table.areas_in_order()}
    inside |= {row["area_code"]: row["area"] for row in reading.progress}
    above = {names.parents[code] for code in inside}
    if named and inside and not {area.code for area in named} & {*inside, *above}:
        said = listed(area.name for area in named)
        message = (
            f"文件名是{said}，内容却是{listed(inside.values())}的数据，两地均未采用。"
            "请核对后以正确的文件名或内容重新报送"
        )
        rows = [(table, np.arange(len(table))) for table in reading.tables]
        yield "error", "file-area-mismatch", rows, message


def file_year_fits(reading: FileReading, names: Names) -> Iterator[Fault]:
    """文件名中的年度应是文件中的年度之一。"""
    named = {int(year) for year in YEAR_NAMED.findall(file_name(reading))}
    inside = {year for table in reading.tables for year in np.unique(table.years).tolist()}
    inside |= {row["year"] for row in reading.progress}
    if named and inside and not named & inside:
        there = f"{listed(sorted(inside))}年"
        message = (
            f"文件名是{listed(sorted(named))}年，内容却是{there}的数据，已按内容读取。"
            "请核对是否放错文件"
        )
        yield "warning", "file-year-mismatch", [], message


def year_is_over(reading: FileReading, names: Names) -> Iterator[Fault]:
    """年度数据应在年度结束之后报送，最早在当年12月（初步数据）；更早的不是全年数据，不采用。"""
    received = reading.source.received_on
    early = [(table, np.flatnonzero(table.years == received.year)) for table in reading.tables]
    rows = [(table, numbers) for table, numbers in early if len(numbers)]
    if rows and received.month < LAST_MONTH:
        message = (
            f"{received.year}年尚未结束（{received.date()}收到），不可能是全年数据，未采用。"
            "请核对年度；全年数据请在年度结束后报送"
        )
        yield "error", "year-not-over", rows, message


def columns_in_order(reading: FileReading, names: Names) -> Iterator[Fault]:
    """一个地区有事故的不少于四行、伤亡人数却行行少于事故起数的，疑两列对调，暂不采用。"""
    for table in (table for table in reading.tables if table.kind == "accidents"):
        for number in _swapped_areas(table).tolist():
            rows = np.flatnonzero(table.areas == number)
            years = listed(np.unique(table.years[rows]))
            message = (
                f"{names.places[number].name}{years}年有事故的各行业伤亡人数都少于事故起数，"
                "疑两列对调，暂不采用。填反的请更正后重新报送；确属实情的，原样再报一次即视为确认"
            )
            yield "error", "columns-swapped", [(table, rows)], message


def _swapped_areas(table: Table) -> np.ndarray:
    """Find swaps; accidents that hurt nobody are none: swapped back they could not be."""
    accidents, casualties = table.known("accidents"), table.known("casualties")
    known = (accidents > 0) & ~np.isnan(casualties)
    is_less = known & (casualties > 0) & (casualties < accidents)
    size = len(table.names.places)
    rows = np.bincount(table.areas[known], minlength=size)
    rows_less = np.bincount(table.areas[is_less], minlength=size)
    return np.flatnonzero((rows >= ROWS_TO_JUDGE) & (rows == rows_less))


FILE_CHECKS: tuple[Callable[[FileReading, Names], Iterator[Fault]], ...] = (
    file_area_fits,
    file_year_fits,
    year_is_over,
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
            if code == "columns-swapped" and held.setdefault(_said(rows), day) < day:
                continue
            _tell(reading, severity, code, rows, message)


def _figures(rows: Rows) -> Iterator[tuple[Table, int, str]]:
    """Yield every figure of these rows."""
    for table, numbers in rows:
        for row in numbers:
            for measure in table.columns:
                if table.has(row, measure):
                    yield table, row, measure


def _said(rows: Rows) -> frozenset:
    return frozenset(
        (table.key(row, measure), table.value(row, measure))
        for table, row, measure in _figures(rows)
    )


def _tell(reading: FileReading, severity: str, code: str, rows: Rows, message: str) -> None:
    figures = [*_figures(rows)]
    first = figures[0] if figures else None
    reading.findings.add(
        severity,
        code,
        first[0].source if first else reading.source,
        message,
        first[0].cell(*first[1:]) if first else "",
        area=first[0].area(first[1]).name if first and code == "columns-swapped" else "",
        touches=tuple(table.key(row, measure) for table, row, measure in figures),
    )
    if severity == "error":
        for table, numbers in rows:
            table.withhold(numbers)
    if code == "file-area-mismatch":
        reading.progress = []


def sent_twice(candidates: pd.DataFrame, findings: Findings) -> None:
    """同一天的两个文件不必报同一数据；数值相同的只计一次。"""
    good = candidates[candidates["state"].isin(["figure", "absent"])]
    key = [*FIGURE, "received_on", "state", "value"]
    twice = good[good.duplicated(key, keep=False)].astype({"file": "str"})
    twice = twice.sort_values([*FIGURE, "file"], kind="stable")
    files = twice.groupby(key, dropna=False, sort=False)["file"].agg(tuple)
    for (one, *others), number in files.value_counts(sort=False).sort_index().items():
        first = twice[twice["file"] == one].iloc[0]
        source = Source(one, first["received_on"], first["sheet"])
        also = listed(f"《{other}》" for other in others)
        message = f"与{also}同一天报送，其中{number}项数据相同，只计一次。不需处理"
        findings.add("info", "sent-twice", source, message, first["cell"])
