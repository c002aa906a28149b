"""Checks of one file as a whole: its name against its content, its year, its columns."""

import re
from collections.abc import Iterator

import numpy as np

from gsyf_lib.submissions.findings import Found, listed
from gsyf_lib.submissions.read.names import areas_named
from gsyf_lib.submissions.read.table import FigureTable, FileReading

# 2023年 names the year of the data; 2023年2月 or 2023年2月5日 tells when the file was sent.
YEAR_NAMED = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)")
# Preliminary figures may come in December (Annex 2 asks for those of 2025 then).
LAST_MONTH = 12
# In fewer rows it may be chance that casualties are below accidents.
ROWS_TO_JUDGE = 4


def file_area_fits(file: FileReading) -> Iterator[Found]:
    """文件名中的地区应是文件中的地区之一，或其上级；都不是的，整个文件不采用。"""
    named = areas_named(file.name, file.names)
    inside = {area.code: area.name for table in file.tables for area in table.areas_in_order()}
    inside |= {row["area_code"]: row["area"] for row in file.progress}
    above = {file.names.parents[code] for code in inside}
    if named and inside and not {area.code for area in named} & {*inside, *above}:
        all_rows = [(table, np.arange(len(table))) for table in file.tables]
        names = listed(area.name for area in named)
        yield file.found(
            "file-area-mismatch", all_rows, named=names, inside=listed(inside.values())
        )
        # ``withhold`` reaches only the figures; the states of tasks are dropped here.
        file.progress = []


def file_year_fits(file: FileReading) -> Iterator[Found]:
    """文件名中的年度应是文件中的年度之一。"""
    named = {int(year) for year in YEAR_NAMED.findall(file.name)}
    inside = {year for table in file.tables for year in np.unique(table.years).tolist()}
    inside |= {row["year"] for row in file.progress}
    if named and inside and not named & inside:
        years = listed(sorted(inside))
        yield Found("file-year-mismatch", file.source, named=listed(sorted(named)), inside=years)


def year_is_over(file: FileReading) -> Iterator[Found]:
    """年度数据应在年度结束之后报送，最早在当年12月（初步数据）；更早的不是全年数据，不采用。"""
    day = file.source.received_on
    early = [(table, np.flatnonzero(table.years == day.year)) for table in file.tables]
    if day.month < LAST_MONTH and any(len(rows) for _, rows in early):
        yield file.found("year-not-over", early, year=day.year, day=day.date())


def columns_in_order(file: FileReading) -> Iterator[Found]:
    """一个地区有事故的不少于四行、伤亡人数却行行少于事故起数的，疑两列对调，暂不采用。"""
    # The sender confirms such figures by sending them again unchanged on a later day.
    day = file.source.received_on
    for table in (table for table in file.tables if table.kind == "accidents"):
        for number in _swapped_areas(table).tolist():
            rows = np.flatnonzero(table.areas == number)
            area, years = table.area(rows[0]).name, listed(np.unique(table.years[rows]))
            figures = table.figures(rows, table.columns)
            content = frozenset((table.key(*one), table.value(*one)) for one in figures)
            # ``setdefault`` returns the first day these figures were seen: today's are held back.
            if file.seen_swapped.setdefault(content, day) == day:
                about = {"area": area}
                yield file.found("columns-swapped", [(table, rows)], about, area=area, years=years)


def _swapped_areas(table: FigureTable) -> np.ndarray:
    """Return the areas (as numbers) whose casualties are below accidents in every row known.

    A row with no casualties is no swap: swapped back, it would be casualties without an accident.
    """
    accidents, casualties = table.known("accidents"), table.known("casualties")
    known = (accidents > 0) & ~np.isnan(casualties)
    is_less = known & (casualties > 0) & (casualties < accidents)
    size = len(table.names.areas_by_code)
    rows = np.bincount(table.areas[known], minlength=size)
    rows_less = np.bincount(table.areas[is_less], minlength=size)
    return np.flatnonzero((rows >= ROWS_TO_JUDGE) & (rows == rows_less))


# Columns first, because it needs all figures and the others withhold some. Areas last, because it
# drops the tasks, which the check of the year still reads.
FILE_CHECKS = (columns_in_order, file_year_fits, year_is_over, file_area_fits)
