"""The short cut for plain rows says what the careful reading says, figure by figure."""

import datetime as dt
from itertools import product

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.header import find_header
from gsyf_lib.submissions.names import Names, plan_names
from gsyf_lib.submissions.plain import PlainRows
from gsyf_lib.submissions.read import Sheet
from gsyf_lib.submissions.rows import read_rows

HEADERS = {
    "accidents": "年度 市 县 行业 事故起数 伤亡人数 死亡人数 受伤人数",
    "training": "年度 市 县 行业 培训类别 重点岗位人员数 已培训人数",
    "pneumoconiosis": "年度 市 县 尘肺病报告例数 接尘工龄不足5年例数",
    "ratio": "年度 市 县 尘肺病报告例数 接尘工龄不足5年例数 尘肺病报告比例",
}
GOOD = {"年度": 2023, "市": "太原市", "县": "小店区", "行业": "煤矿", "培训类别": "安全生产"}
ODD_NAMES = {
    "年度": [2019, 2023.0, "2023", "2023年", "", 2018, True, "合计"],
    "市": ["太原", "太 原市", "大同市", "合计", "", 140100, 140100.0, True],
    "县": ["", "平城区", "无名县", 140105, 140105.0],
    "行业": ["建筑施工", "涉尘行业", "无名业", "", "小计"],
    "培训类别": ["职业卫生", "其他", ""],
}
ODD_COUNTS = [
    3,
    3.0,
    2.5,
    -1,
    -0.0,
    True,
    "",
    " ",
    "12",
    "１２",
    "012",
    "1,200",
    "12起",
    "无此行业",
]
ODD_COUNTS += ["-", 10_000_000, 10_000_001, 1e300, float("inf"), "9999999", "99999999", "٣", "²"]
ODD_COUNTS += [dt.date(2023, 1, 2), dt.timedelta(3)]


@pytest.fixture(scope="module")
def names(plan: gs.Plan) -> Names:
    return plan_names(plan)


def read(table: str, rows: list[list], names: Names, sheet_name: str) -> tuple[list, list]:
    sheet = Sheet(sheet_name, [HEADERS[table].split(), *rows])
    source = Source("a", pd.Timestamp("2024-02-20"), sheet_name)
    findings = Findings()
    header = find_header(sheet, names, source, findings)
    assert header is not None
    return read_rows(sheet, header, names, source, findings), findings.rows


def carefully(table: str, rows: list[list], names: Names, sheet_name: str) -> tuple[list, list]:
    """Read without any short cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainRows, "keys", lambda *_: None)
        patch.setattr(PlainRows, "figures", lambda *_: None)
        return read(table, rows, names, sheet_name)


def odd_tables(table: str) -> list[list[list]]:
    """Return tables where one cell is odd, or two of a column, after and before good rows."""
    fields = HEADERS[table].split()
    good = [GOOD.get(field, 0) for field in fields]
    found = [[good, good[:length], good] for length in range(1, len(fields))]
    for place, field in enumerate(fields):
        odd = ODD_NAMES.get(field)
        series = product(odd, odd) if odd else [ODD_COUNTS]
        for values in series:
            rows = [[*good[:place], value, *good[place + 1 :]] for value in values]
            found += [rows, [good, *rows, good]]
    return found


@pytest.mark.parametrize("sheet_name", ["", "表1"])
@pytest.mark.parametrize("table", [*HEADERS])
def test_plain_rows_are_read_as_carefully_as_all_others(names, table, sheet_name):
    for rows in odd_tables(table):
        said = read(table, rows, names, sheet_name)
        assert said == carefully(table, rows, names, sheet_name), rows


def test_names_met_before_are_not_looked_at_again(names, monkeypatch):
    asked = []
    known = PlainRows.remember
    monkeypatch.setattr(PlainRows, "remember", lambda *a: (asked.append(a[1]), known(*a)))
    rows = [[2023, "太原市", "小店区", "煤矿", n, n, "", ""] for n in range(20)]
    found, findings = read("accidents", rows, names, "表1")
    assert [row.figures["accidents"].value for row in found] == [*range(20)]
    assert found[-1].figures["casualties"].cell == "F21"
    assert findings == []
    assert len(asked) == 1


def test_a_row_that_ends_before_a_blank_county_is_read(names):
    titles = ["年度", "市", "行业", "事故起数", "伤亡人数", "县"]
    source = Source("a.csv", pd.Timestamp("2024-02-20"))
    findings = Findings()
    content = Sheet("", [titles, ["2023", "太原市", "煤矿", "1", "2"]])
    header = find_header(content, names, source, findings)
    assert header is not None
    (row,) = read_rows(content, header, names, source, findings)
    assert (row.area.name, row.figures["accidents"].value, findings.rows) == ("太原市", 1, [])
