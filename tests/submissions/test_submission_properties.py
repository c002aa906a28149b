"""A sound submission gives its figures back however it looks; one bad cell spoils no other."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from biff import BIFF5, book
from hypothesis import given, settings
from hypothesis import strategies as st
from submitted import HEADERS, workbook

from gsyf_lib.submissions.file import FileReading, read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.names import Names, plan_names
from gsyf_lib.submissions.read.table import ABSENT, FIGURE

INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "建筑施工", "交通运输", "机械制造")
CITIES = ("太原市", "大同", "140300")
NAMES = {"太原市": "太原市", "大同": "大同市", "140300": "阳泉市"}
COUNT = st.integers(0, 9999)
HEADER_OF = {
    "年度": st.sampled_from(["年度", "年份", " 年 度 "]),
    "市": st.sampled_from(["市", "地区", "市（地区）"]),
    "事故起数": st.sampled_from(["事故起数", "事故起数（起）", "事故\n起数"]),
}
CELLS = [
    "",
    "-",
    "十二",
    "-3",
    "1.5",
    "12①",
    "约12",
    "9" * 11,
    "#REF!",
    "TRUE",
    "12起",
    "1,234",
    "合计",
]
CELLS += [
    "无",
    "2021",
    "2031",
    "煤矿",
    "太愿市",
    "大同市",
    "姓名",
    "=1+1",
    "\u202e12",
    "注：无",
    "甲",
    "0",
]
Row = dict[str, object]
# what the stream of an .xls is called, and what it says of its texts
OLD_BOOKS: dict[str, dict] = {
    "xls": {},
    "xls by Java": {"codepage": 936},
    "xls by a report generator": {"name": "WORKBOOK", "codepage": 1252},
    "xls of Excel 95": {"name": "Book", "version": BIFF5, "codepage": 54936, "encoding": "gb18030"},
}


@pytest.fixture(scope="module")
def names(plan) -> Names:
    return plan_names(plan)


@pytest.fixture(scope="module")
def reader():
    with Reader() as child:
        yield child


@st.composite
def pairs(draw, smaller: str, larger: str) -> Row:
    """Two counts of which one is a part of the other, or 无此行业."""
    if draw(st.integers(0, 9)) == 0:
        return {smaller: "无此行业", larger: "无此行业"}
    one, more = draw(COUNT), draw(COUNT)
    return {smaller: one, larger: one + more if one else 0}


@st.composite
def tables(draw) -> tuple[str, list[Row]]:
    """A table with the rows of one city and one or two years, whole, in any order."""
    table = draw(st.sampled_from(["accidents", "pneumoconiosis", "training"]))
    years = draw(st.sets(st.sampled_from([2021, 2022, 2023]), min_size=1, max_size=2))
    city = draw(st.sampled_from(CITIES))
    kinds: list[Row] = {
        "accidents": [{"行业": name} for name in INDUSTRIES],
        "pneumoconiosis": [{}],
        "training": [{"行业": name, "培训类别": "安全生产"} for name in INDUSTRIES]
        + [{"行业": "涉尘行业", "培训类别": "职业卫生"}],
    }[table]
    counts = {
        "accidents": pairs("事故起数", "伤亡人数"),
        "pneumoconiosis": pairs("接尘工龄不足5年例数", "尘肺病报告例数"),
        "training": pairs("已培训人数", "重点岗位人员数"),
    }[table]
    rows = [{"年度": y, "市": city, **kind, **draw(counts)} for y in years for kind in kinds]
    return table, draw(st.permutations(rows))


@st.composite
def sheets(draw) -> tuple[str, list[Row], list[list[object]], int]:
    """The rows of a sheet, with titles, columns in any order, blank rows; and its header's row."""
    table, rows = draw(tables())
    columns = draw(st.permutations(HEADERS[table].split(",")))
    header = [draw(HEADER_OF.get(name, st.just(name))) for name in columns]
    titles = draw(st.lists(st.just(["标题"]), max_size=3))
    body = [[row[name] for name in columns] for row in rows]
    for _ in range(draw(st.integers(0, 2))):
        body.insert(draw(st.integers(0, len(body))), [])
    return table, rows, [*titles, header, *body], len(titles)


def written(grid: list[list[object]], kind: str, separator: str) -> bytes:
    if kind == "xlsx":
        return workbook(grid)
    if kind in OLD_BOOKS:
        return book(rows=grid, **OLD_BOOKS[kind])
    text = io.StringIO(newline="")
    width = max(map(len, grid))
    writer = csv.writer(text, delimiter=separator)
    writer.writerows(
        [str(c).replace("\n", "") for c in row] + [""] * (width - len(row)) for row in grid
    )
    return text.getvalue().encode(kind)


def read(grid: list[list[object]], kind: str, separator: str, names, reader) -> FileReading:
    ending = "xls" if kind in OLD_BOOKS else "xlsx" if kind == "xlsx" else "csv"
    return read_bytes(written(grid, kind, separator), ending, names, reader)


def read_bytes(content: bytes, ending: str, names, reader) -> FileReading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{ending}")
        path.write_bytes(content)
        source = Source(path.name, pd.Timestamp("2026-02-10"))
        return read_submission(path, source, names, reader)


def known(reading: FileReading) -> dict[tuple, object]:
    """Return the figures read; those withheld are not among them."""
    found = {}
    for table in reading.tables:
        for row, place in np.argwhere(np.isin(table.states, (FIGURE, ABSENT))):
            about = table.about(row, list(table.columns)[place])
            key = tuple(about[name] for name in ("area", "industry", "year", "measure"))
            is_figure = table.states[row, place] == FIGURE
            found[key] = int(table.values[row, place]) if is_figure else "absent"
    return found


MEASURES = {
    "事故起数": "accidents",
    "伤亡人数": "casualties",
    "尘肺病报告例数": "reported_cases",
    "接尘工龄不足5年例数": "short_exposure_cases",
    "重点岗位人员数": "personnel",
    "已培训人数": "trained",
}


def expected(rows: list[Row]) -> dict[tuple, object]:
    kinds = {"安全生产": "safety_", "职业卫生": "health_", None: ""}
    return {
        (
            NAMES[str(row["市"])],
            row.get("行业", "涉尘行业"),
            row["年度"],
            kinds[row.get("培训类别")] + measure,
        ): ("absent" if isinstance(row[name], str) else row[name])
        for row in rows
        for name, measure in MEASURES.items()
        if name in row
    }


TEXTS = ["utf-8", "utf-8-sig", "gb18030", "utf-16"]
KINDS = st.sampled_from(["xlsx", *OLD_BOOKS, *TEXTS])
SEPARATORS = st.sampled_from([",", ";", "\t", "，"])


@settings(max_examples=60, deadline=None)
@given(sheet=sheets(), kind=KINDS, separator=SEPARATORS)
def test_a_sound_submission_gives_back_its_figures(names, reader, sheet, kind, separator):
    _, rows, grid, _ = sheet
    reading = read(grid, kind, separator, names, reader)
    assert {row["severity"] for row in reading.findings.rows} <= {"info"}
    assert known(reading) == expected(rows)


@settings(max_examples=150, deadline=None)
@given(sheet=sheets(), kind=KINDS, separator=SEPARATORS, data=st.data())
def test_one_other_cell_changes_no_other_figure(names, reader, sheet, kind, separator, data):
    """A figure outside of the row is what it was, or not used; what is lost is told.

    A name that becomes another sound name moves the row, which nobody can see in one file.
    """
    _, rows, grid, header = sheet
    places = [(n, m) for n, row in enumerate(grid) for m in range(len(row)) if n != header or row]
    number, column = data.draw(st.sampled_from(places))
    new = data.draw(st.one_of(st.sampled_from(CELLS), st.text(max_size=6)))
    grid = [list(row) for row in grid]
    grid[number][column] = "".join(c for c in new if c.isprintable() or c in "\u202e")
    reading = read(grid, kind, separator, names, reader)
    found, before = known(reading), expected(rows)
    own = changed_row(rows, grid, number, header)
    others = {key: value for key, value in before.items() if key not in own}
    assert {k: v for k, v in found.items() if k in others and v != others[k]} == {}
    lost = set(before) - set(found)
    if lost and set(found) <= set(before):
        assert {row["severity"] for row in reading.findings.rows} & {"error"}, lost


def changed_row(rows: list[Row], grid: list, number: int, header: int) -> set[tuple]:
    """Return the figures of the row that was changed; none if it was a title or the header."""
    filled = [n for n in range(header + 1, len(grid)) if grid[n]]
    return set(expected([rows[filled.index(number)]])) if number in filled else set()


@settings(max_examples=150, deadline=None)
@given(sheet=sheets(), kind=st.sampled_from(TEXTS), data=st.data())
def test_a_text_row_with_a_cell_too_few_or_too_many_gives_no_other_figure(
    names, reader, sheet, kind, data
):
    """A row breaks off, loses a cell, or has a number torn apart by a comma of thousands."""
    _, rows, grid, header = sheet
    number = data.draw(st.sampled_from([n for n in range(header + 1, len(grid)) if grid[n]]))
    lines = written(grid, "utf-8", ",").decode().splitlines()
    cells = lines[number].split(",")
    place = data.draw(st.integers(0, len(cells) - 1))
    how = data.draw(st.sampled_from(["breaks off", "loses a cell", "is torn"]))
    if how == "breaks off":
        cells = cells[: place + 1]
    elif how == "loses a cell":
        del cells[place]
    elif len(cells[place]) > 3:
        cells[place : place + 1] = [cells[place][:-3], cells[place][-3:]]
    lines[number] = ",".join(cells)
    found = known(read_bytes("\n".join(lines).encode(kind), "csv", names, reader))
    before = expected(rows)
    assert {key: value for key, value in found.items() if value != before.get(key)} == {}
