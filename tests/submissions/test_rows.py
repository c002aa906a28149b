"""A row says the same among others as alone: what is judged once is told wherever it stands."""

import datetime as dt
import random
from collections.abc import Sequence
from itertools import product

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions.checks.tables import ROW_CHECKS
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.read import figures as module
from gsyf_lib.submissions.read.decode import columns_of
from gsyf_lib.submissions.read.figures import read_figures
from gsyf_lib.submissions.read.header import read_header
from gsyf_lib.submissions.read.names import Names, plan_names
from gsyf_lib.submissions.read.rows import read_rows
from gsyf_lib.submissions.read.sheet import Sheet
from gsyf_lib.submissions.read.table import STATES, FigureTable

HEADERS = {
    "accidents": "年度 市 县 行业 事故起数 伤亡人数 死亡人数 受伤人数",
    "training": "年度 市 县 行业 培训类别 重点岗位人员数 已培训人数",
    "pneumoconiosis": "年度 市 县 尘肺病报告例数 接尘工龄不足5年例数",
    "ratio": "年度 市 县 尘肺病报告例数 接尘工龄不足5年例数 尘肺病报告比例",
}
GOOD = {"年度": 2023, "市": "太原市", "县": "小店区", "行业": "煤矿", "培训类别": "安全生产"}
ODD_NAMES = {
    "年度": [2019, 2023.0, "2023", "2023年", "", 2018, True, "合计", dt.date(2023, 1, 2)],
    "市": ["太原", "太 原市", "大同市", "合计", "", 140100, 140100.0, True],
    "县": ["", "平城区", "无名县", 140105, 140105.0],
    "行业": ["建筑施工", "涉尘行业", "无名业", "", "小计"],
    "培训类别": ["职业卫生", "其他", ""],
}
ODD_COUNTS = [
    *(3, 3.0, 2.5, -1, 0, 0.0, -0.0, 1, 1.0, True, False, 10_000_000, 10_000_001, 1e300),
    *(float("inf"), "", " ", "12", "１２", "012", "1,200", "12起", "无此行业", "-", "99999999"),
    *("٣", "²", "12.5%", "150%", dt.date(2023, 1, 2), dt.timedelta(3)),
]
Row = list[object]


@pytest.fixture(scope="module")
def names(plan: gs.Plan) -> Names:
    return plan_names(plan)


def read(rows: Sequence[Row], names: Names, sheet_name: str) -> tuple[FigureTable, list[dict]]:
    source = Source("a", pd.Timestamp("2024-02-20"), sheet_name)
    findings = Findings()
    sheet = Sheet(sheet_name, columns_of(rows))
    reading = read_header(sheet, names, source, findings)
    assert reading is not None
    table = read_rows(reading)
    read_figures(reading, table)
    return table, findings.rows


def figures(table: FigureTable) -> dict[int, dict]:
    """Return what each row says: what it is about, and its figures with their cells."""
    told = [found for check in ROW_CHECKS for found in check(table)]
    faults = [(found.withholds[0][0], found.row()["message"]) for found in told]
    return {
        table.rows[row]: {
            **table.about(row),
            "area_code": table.area(row).code,
            "figures": {
                measure: (
                    STATES[table.states[row, index]],
                    table.value(row, measure),
                    table.cell(row, measure),
                )
                for measure, index in table.index_of.items()
                if table.has(row, measure)
            },
            "faults": [found for at, found in faults if at == row],
        }
        for row in range(len(table))
    }


def in_order(findings: list[dict]) -> list[dict]:
    return sorted(findings, key=lambda row: (row["cell"], row["code"], row["message"]))


def one_by_one(rows: list[Row], names: Names, sheet_name: str) -> tuple[dict, list[dict]]:
    """Read every row in its place, with nothing but blank rows above it."""
    found: dict[int, dict] = {}
    told: list[dict] = []
    for number in range(1, len(rows)):
        blank: list[Row] = [[""] * len(rows[0])] * (number - 1)
        table, findings = read([rows[0], *blank, rows[number]], names, sheet_name)
        found |= figures(table)
        told += findings
    return found, told


def assert_judged_alike(rows: list[Row], names: Names, sheet_name: str) -> None:
    table, findings = read(rows, names, sheet_name)
    found, told = one_by_one(rows, names, sheet_name)
    assert figures(table) == found, rows
    assert in_order(findings) == in_order(told), rows


def odd_tables(fields: list[str]) -> list[list[Row]]:
    """Return tables where one cell is odd, or two of a column, after and before good rows."""
    good: Row = [GOOD.get(field, 0) for field in fields]
    found = [[good, good[:length], good] for length in range(1, len(fields))]
    for place, field in enumerate(fields):
        odd = ODD_NAMES.get(field)
        for values in product(odd, odd) if odd else [ODD_COUNTS]:
            rows = [[*good[:place], value, *good[place + 1 :]] for value in values]
            found += [rows, [good, *rows, good]]
    return found


@pytest.mark.parametrize("sheet_name", ["", "表1"])
@pytest.mark.parametrize("table", [*HEADERS])
def test_an_odd_cell_is_judged_alike_in_every_row(names, table, sheet_name):
    fields = HEADERS[table].split()
    for rows in odd_tables(fields):
        assert_judged_alike([[*fields], *rows], names, sheet_name)


@pytest.mark.parametrize("seed", range(12))
def test_a_table_of_chance_says_what_its_rows_say_alone(names, seed):
    """Columns in any order, some of them missing; rows of any length; a third of all cells odd."""
    rng = random.Random(seed)
    fields = HEADERS[rng.choice([*HEADERS])].split()
    kept = [f for f in fields if f not in ("县", "死亡人数", "受伤人数") or rng.random() < 0.7]
    rng.shuffle(kept)
    rows: list[Row] = []
    for _ in range(30):
        row = [
            rng.choice(ODD_NAMES.get(field, ODD_COUNTS))
            if rng.random() < 0.3
            else GOOD.get(field, rng.choice([0, 1, 2, 7]))
            for field in kept
        ]
        rows.append(row[: rng.randint(1, len(row))] if rng.random() < 0.1 else row)
    assert_judged_alike([[*kept], *rows], names, rng.choice(["", "表1"]))


def test_a_count_that_fills_many_rows_is_judged_once(names, monkeypatch):
    asked = []
    judge = module.parse_count
    monkeypatch.setattr(
        module, "parse_count", lambda raw, **more: (asked.append(raw), judge(raw, **more))[1]
    )
    rows: list[Row] = [[2023, "太原市", "小店区", "煤矿", n % 3, 5, "", ""] for n in range(200)]
    table, findings = read([HEADERS["accidents"].split(), *rows], names, "表1")
    assert sorted(asked, key=str) == ["", "", 0, 1, 2, 5]
    assert (table.value(199, "accidents"), table.cell(199, "casualties")) == (1, "F201")
    assert findings == []


def test_a_row_that_ends_before_a_blank_county_is_read(names):
    titles: Row = ["年度", "市", "行业", "事故起数", "伤亡人数", "县"]
    table, findings = read([titles, ["2023", "太原市", "煤矿", "1", "2"]], names, "")
    assert (table.area(0).name, table.value(0, "accidents"), findings) == ("太原市", 1, [])


@pytest.mark.parametrize("file", ["a.xls", "a.xlsx"])
def test_a_plain_number_below_percent_is_one_in_old_workbooks_too(names, file):
    source, findings = Source(file, pd.Timestamp("2024-02-20"), "表1"), Findings()
    sheet = Sheet(
        "表1", columns_of([["年度", "市", "尘肺病报告比例（%）"], [2023, "太原市", 0.133]])
    )
    reading = read_header(sheet, names, source, findings)
    assert reading is not None
    table = read_rows(reading)
    read_figures(reading, table)
    assert (STATES[table.states[0, 0]], findings.rows) == ("figure", [])
    assert table.value(0, "short_exposure_per_million") == RATIO_SCALE * 133 // 100_000
