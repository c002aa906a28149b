"""Other faults of the kinds in faults/index.csv: what each kind answers, and what it withholds."""

import datetime as dt
import io
import math
from collections.abc import Callable, Sequence
from itertools import product

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from submitted import HEADERS, construction, sheet, table_rows, workbook

import gsyf_lib as gs
from gsyf_lib.submissions.file import FileReading, read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.cells import parse_ratio
from gsyf_lib.submissions.read.names import plan_names
from gsyf_lib.submissions.read.table import FIGURE, NOTHING, STATES

HEADER = HEADERS["accidents"].split(",")
ROW = [2022, "太原市", "建筑施工", 12, 30]
BOTH = [12, 30]
Read = Callable[..., tuple[list[str], list[object]]]


@pytest.fixture(scope="module")
def names(plan: gs.Plan):
    return plan_names(plan)


@pytest.fixture(scope="module")
def reader():
    with Reader() as child:
        yield child


@pytest.fixture
def reading(names, reader, tmp_path) -> Callable[..., FileReading]:
    """Return a reader of one file, given as bytes, text or the rows of a sheet."""

    def read(content: bytes | str | Sequence, name: str = "") -> FileReading:
        is_book = not isinstance(content, (str, bytes))
        body = workbook(content) if is_book else content
        path = tmp_path / (name or ("a.xlsx" if is_book else "a.csv"))
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return read_submission(path, Source(path.name, pd.Timestamp("2026-02-10")), names, reader)

    return read


def figures(found: FileReading) -> list[object]:
    """Return the figures of a file row by row, or why there is none."""
    return [
        table.value(row, measure) if state == FIGURE else STATES[state]
        for table in found.tables
        for row, states in enumerate(table.states.tolist())
        for measure, state in zip(table.columns, states, strict=True)
        if state != NOTHING
    ]


@pytest.fixture
def read(reading) -> Read:
    """Return what is said of a file, without warnings' and errors' level, and its figures."""

    def told(content: bytes | str | Sequence, name: str = "") -> tuple[list[str], list[object]]:
        found = reading(content, name)
        codes = sorted({f"{row['severity']} {row['code']}" for row in found.findings.rows})
        return codes, figures(found)

    return told


# Cells


SURE = {
    "cell-text-number": [
        "12",
        " 12 ",
        "12\u00a0",
        "\u200b12",
        "1\u200b2",
        "\ufeff12",
        "\u202a12\u202c",
        "12\u202e",
        "'12",
        "012",
    ],
    "cell-dressed": ["12起", "12 起", "１２起", "12.0", "12.00"],
    "": [12, 12.0],
}
UNSURE = {
    "cell-type": [True, "TRUE", "①", "Ⅻ", "٣", "十二", "零起", "拾贰", "(3)", "+3", "1e3", "1,23"]
    + [
        "12人",
        "12例",
        "12人次",
        "50%",
        "12/13",
        "约12",
        "12①",
        "12?",
        "不详",
        "未发生",
        "/",
        "*",
        "0x0C",
    ]
    + ["1 234", "1\n2", "\u202e12", "NaN", dt.date(2022, 1, 1), dt.time(1), dt.timedelta(3)],
    "cell-dash": ["-", "—", "－"],
    "cell-negative": [-3, "-3", "−3", "- 3"],
    "cell-fraction": [0.5, 12.5, 12.000001],
    "cell-too-large": [1e308, 10**8, "99999999"],
    "cell-excel-error": ["#N/A", "#DIV/0!", "#REF!", "#NAME?"],
    "cell-formula-no-value": ["=10+2"],
}


def of_kind(table: dict[str, list]) -> list:
    return [pytest.param(v, c, id=f"{c}-{v!r}") for c, values in table.items() for v in values]


@pytest.mark.parametrize(("value", "code"), of_kind(SURE))
def test_a_count_that_reads_surely_is_used(read, value, code):
    codes, figures = read([HEADER, [*ROW[:3], value, 30]])
    assert codes == ([f"warning {code}"] if code else [])
    assert figures == BOTH


@pytest.mark.parametrize(("value", "code"), of_kind(UNSURE))
def test_a_count_that_does_not_is_withheld_and_its_neighbour_is_not(reading, read, value, code):
    rows = [HEADER, [*ROW[:3], value, 30]]
    assert read(rows) == ([f"error {code}"], ["withheld", 30])
    (finding,) = reading(rows).findings.rows
    assert (finding["sheet"], finding["cell"]) == ("表1", "D2")
    assert finding["message"].isprintable()
    assert len(finding["message"]) < 120


@pytest.mark.parametrize("column", [3, 4])
def test_a_unit_must_be_that_of_its_column(read, column):
    row: list = [*ROW]
    row[column] = ("12人", "30起")[column - 3]
    codes, figures = read([HEADER, row])
    assert codes == ["error cell-type"]
    assert figures[column - 3] == "withheld"


@pytest.mark.parametrize("text", ["无", "无此行业", "无 此 行 业", "\u200b无"])
def test_no_such_industry_may_be_spaced(read, text):
    assert read([HEADER, [*ROW[:3], text, text]]) == ([], ["absent", "absent"])


@pytest.mark.parametrize(
    ("value", "code"), [("1", "error"), ("1.0", "error"), (1.0, ""), ("1%", "")]
)
def test_a_bare_one_is_no_percentage(read, value, code):
    codes, _ = read([HEADERS["ratio"].split(","), [2022, "太原市", value]])
    assert codes == ([f"{code} cell-ratio"] if code else [])


def test_a_person_s_number_in_a_cell_is_not_repeated(reading):
    rows = [HEADER, [*ROW[:3], "张三13812345678", "140102199001011234"]]
    said = "".join(row["message"] for row in reading(rows).findings.rows)
    assert "13812345678" not in said
    assert "140102199001011234" not in said


# Names


YEARS = {
    "": [2022.0, "2022", "'2022", "2022.0", "２０２２", "2022\u200b"],
    "warning cell-year-suffix": ["2022年", "2022年度", "2022 年", "２０２２年"],
    "error cell-year": ["二〇二二年", 22, "22年", 20222, 2022.5, 44562, dt.date(2022, 1, 1), True]
    + ["2022-2023", "2022年上半年", "2022Q1", "FY2022", "", None],
    "error year-outside-plan": [2020, "2020年", 2018, 1900],
    "error year-in-future": [],
}


@pytest.mark.parametrize(("year", "answer"), of_kind(YEARS))
def test_a_year_is_four_digits_of_the_plan(read, year, answer):
    codes, figures = read([HEADER, [year, *ROW[1:]]])
    assert codes == [answer] * bool(answer)
    assert figures == ([] if answer.startswith("error") else BOTH)


@pytest.mark.parametrize(
    "area",
    ["太原", "太 原 市", "太原\n市", "太原市\u200b", "\u202a太原市\u202c", "140100", 140100.0]
    + [
        "山西省太原市",
        "山西太原",
        "山西省 太原市",
        "山西省/太原市",
        "山西省-太原市",
        "太原\ufe00市",
    ],
)
def test_an_area_is_its_name_however_spaced_or_its_code(read, area):
    assert read([HEADER, [2022, area, *ROW[2:]]]) == ([], BOTH)


@pytest.mark.parametrize(
    ("area", "hint"),
    [
        ("太愿市", "是否为“太原市”"),
        ("山西省太愿市", "是否为“太原市”"),
        ("山西省厅", "可填：山西省"),
        ("太原市小店区", "“市”列请填“太原市”"),
        ("山西省太原市小店区", "“市”列请填“太原市”"),
        ("小店区", "“市”列请填“太原市”"),
        ("大同县", "“市”列请填“大同市”"),
        ("城区", "“大同市”、“阳泉市”"),
        ("北京市", "可填：山西省"),
        ("太原市、大同市", "可填：山西省"),
        ("", "地区空白"),
    ],
)
def test_any_other_area_is_refused_with_what_to_write(reading, area, hint):
    found = reading([HEADER, [2022, area, *ROW[2:]]])
    (told,) = found.findings.rows
    assert told["code"] == "area-unknown"
    assert hint in told["message"]
    assert not found.tables


@pytest.mark.parametrize(
    ("city", "county", "hint"),
    [
        ("太原市", "平城区", "不是太原市的县"),
        ("太原市", "小店市", "是否为“小店区”"),
        ("太原市", "市本级", "全市的数据请留空"),
        ("山西省", "小店区", "请留空"),
    ],
)
def test_a_county_is_one_of_its_city(reading, city, county, hint):
    content = f"年度,市,县,行业,事故起数,伤亡人数\n2022,{city},{county},建筑施工,2,3\n"
    assert hint in "".join(row["message"] for row in reading(content).findings.rows)


def test_every_city_may_stand_behind_its_province(names):
    cities = {area for area in names.areas.values() if area.level == "city"}
    for city, front in product(cities, ["山西省", "山西", "山西省/", "山西省-", "山西·"]):
        assert names.areas[front + city.name] == names.areas[front + city.name[:-1]] == city
    assert len(cities) == 11


@pytest.mark.parametrize("county", ["小店区", "太原市小店区", "太原小店", "太原市 小店区"])
def test_a_county_may_stand_behind_its_city(reading, county):
    content = f"年度,市,县,行业,事故起数,伤亡人数\n2022,太原市,{county},建筑施工,2,3\n"
    (table,) = reading(content).tables
    assert table.area(0).name == "小店区"


@pytest.mark.parametrize(
    "total", ["合计", "总 计", "小计", "各行业合计", "合计：", "太原市合计", "本年累计"]
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_sum_among_the_rows_is_an_error_at_its_cell(reading, total, column):
    row: list = [2022, "太原市", "建筑施工", 99, 99]
    row[column] = total
    found = reading([HEADER, ROW, row])
    told = [(r["severity"], r["code"], r["cell"]) for r in found.findings.rows]
    assert told == [("error", "row-total", f"{'ABC'[column]}3")]
    assert len(figures(found)) == 2


# Rows that hold no data


@pytest.mark.parametrize(
    "note",
    [
        ["注：含外地施工企业"],
        ["填表人：张三", "", "审核人：李四", "", "2023-02-20"],
        ["填表人", "张三", "电话", "", "13812345678"],
        ["单位：起、人"],
        ["", "", "", "（起）", "（人）"],
        ["甲", "乙", "丙", 1, 2],
        ["1", "2", "3", "4", "5"],
        ["", "", "", "", "2023年2月20日"],
        HEADER,
        ["填报人：张三", "", "联系电话：", 4123456, ""],
        ["填报人：张三", "", "联系电话：", 4123456, 8123456],
        ["填报单位：", "太原市", "", "张三", 4123456],
        ["主要负责人：张三", "", "填报人：李四", "", "13812345678"],
        ["领导签字：", "", "", "", "2024年2月20日"],
        ["领导签字：", "", "", "", dt.date(2024, 2, 20)],
        ["局长", "张三", "", "经办人", "李四"],
        ["", "", "", "（盖章）", "2024-02-20"],
        ["", "张三", "", "", 4123456],
        ["", "张三", "", "", "#N/A"],
        ["填报日期", "", "", "", "=TODAY()"],
        ["张三", "李四", "王五", "", ""],
        ["数据来源：张三", "", "", "", ""],
        ["资料来源", "省厅年报", "", "", 2024],
        ["", "", 2024, 2, 20],
        ["", "", "2024年", "2月", "20日"],
        ["2024年", "2月", "20日", "", ""],
        [2024, "年", 2, "月", 20],
        ["填报日期：", 2024, "年", "2月", "20日"],
        ["1. 本表含中央企业。", "", "", "", ""],
        ["注", "2.不含省属企业", "3", "", ""],
        ["（一）本表由张三填写", "", "张三", "", ""],
        ["注：以上数据为全市合计数，不含省属企业。", "", "", "", ""],
        ["以上为合计数", "", "", "", ""],
        ["合计数见附件", "张三", "", "", ""],
    ],
)
@pytest.mark.parametrize("place", [1, 2])
def test_notes_units_numbers_and_repeated_headers_are_no_data(reading, note, place):
    rows = [HEADER, ROW]
    rows.insert(place, note)
    found = reading(rows)
    assert [(r["severity"], r["code"]) for r in found.findings.rows] == [("info", "row-note")]
    everything = repr(found)
    assert not any(text in everything for text in ("张三", "李四", "王五", "4123456"))
    assert figures(found) == BOTH


@pytest.mark.parametrize("table", [*HEADERS])
@pytest.mark.parametrize(
    "note",
    [
        ["填报人：张三", "联系电话：4123456", ""],
        ["填报人：张三", "", 4123456],
        ["填报人", "张三", 4123456],
        ["", "张三", 4123456],
        ["张三", "", ""],
        ["分管领导", "张三", "2024年2月20日"],
    ],
)
def test_a_footer_is_a_note_below_every_table(reading, table, note):
    rows = {
        "accidents": [2022, "太原市", "建筑施工", 12, 30],
        "pneumoconiosis": [2022, "太原市", 60, 8],
        "ratio": [2022, "太原市", "12.5%"],
        "training": [2022, "太原市", "建筑施工", "安全生产", 100, 80],
        "progress": [2022, "太原市", 3, "已完成", "2022-05-09"],
    }
    found = reading([HEADERS[table].split(","), rows[table], note])
    assert [(r["severity"], r["code"]) for r in found.findings.rows] == [("info", "row-note")]
    assert "张三" not in repr(found)
    assert len(figures(found)) + len(found.progress) in (1, 2)


PEOPLE_SAID = ["", "张三丰", "13812345678", 4123456, "填报人：张三丰", "科长", "以上属实", "20日"]


@given(st.lists(st.sampled_from(PEOPLE_SAID), min_size=5, max_size=5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_row_that_names_nothing_goes_nowhere(reading, row):
    """Numbers may stand where figures belong, as long as another cell says something."""
    row[0] = row[0] or "经办"
    found = reading([HEADER, ROW, ["以上属实", *row[1:4], ""], ["", *row[:3], ""]])
    assert {(r["severity"], r["code"]) for r in found.findings.rows} <= {("info", "row-note")}
    everything = repr(found)
    assert not any(str(text) in everything for text in PEOPLE_SAID if text)
    assert figures(found) == BOTH


def test_a_footer_of_merged_cells_is_a_note(reading):
    book = Workbook()
    for row in [HEADER, ROW, ["填报人：张三", "", "联系电话：", "", 4123456]]:
        book.active.append(row)
    for merged in ("A3:B3", "C3:D3"):
        book.active.merge_cells(merged)
    content = io.BytesIO()
    book.save(content)
    found = reading(content.getvalue(), "a.xlsx")
    assert [(r["severity"], r["code"]) for r in found.findings.rows] == [("info", "row-note")]
    assert figures(found) == BOTH


@pytest.mark.parametrize(
    "row",
    [
        ["", "", "", 12, 30],
        ["", "", "", 12, ""],
        ["二二年", "太愿市", "煤炭", 12, 30],
        ["二二年", "太愿市", "煤炭", "无", "无"],
        ["说明", "太原市", "建筑施工", 12, 30],
        ["备注", "太原市", "建筑施工", "-", "-"],
        [1, 2, "", 12, 30],
        [2022, "", "", 12, 3],
        ["", "", "", "#N/A", ""],
        ["二二年", "太愿市", "煤炭", "#N/A", 30],
        ["合计", "", "", 12, 30],
        [2022, "太原市", "合计", "", ""],
        ["填报", "太原市", "", 12, 30],
    ],
)
def test_a_row_that_may_hold_data_is_never_taken_for_a_note(read, row):
    codes, figures = read([HEADER, ROW, row])
    assert any(code.startswith("error") for code in codes)
    assert "info row-note" not in codes
    assert figures == BOTH


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([2022, "太愿市", "建筑施工", 12, 30], "area-unknown"),
        ([2022, "太原市", "建筑业", 12, 30], "industry-unknown"),
        ([2020, "太原市", "建筑施工", 12, 30], "year-outside-plan"),
        (["二二年", "太愿市", "建筑业", 12, 30], "cell-year"),
    ],
)
def test_a_table_of_rows_that_are_not_understood_is_not_called_empty(read, row, code):
    codes, _ = read([HEADER, row])
    assert f"error {code}" in codes
    assert "error table-empty" not in codes


FOUR = ("危险化学品", "煤矿", "非煤矿山", "机械制造")


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("name", ["煤碳", "无名", 2203, "合计"])
def test_a_row_with_a_misspelt_name_is_not_left_out(reading, name, place):
    rows: list[list] = [[2022, "太原市", industry, 12, 30] for industry in FOUR]
    rows[1][place] = name
    found = reading([HEADER, *rows])
    told = [row["code"] for row in found.findings.rows if row["severity"] == "error"]
    is_total = name == "合计"
    assert ("row-left-out" in told) == is_total
    assert len(told) == 1 + is_total
    assert figures(found) == BOTH * 3


def test_a_row_left_out_is_told_beside_the_misspelt_name_of_another_year(reading):
    whole: list[list] = [[2022, "太原市", industry, 12, 30] for industry in FOUR]
    short = [[2021, *row[1:]] for row in whole[:3]]
    whole[1][2] = "煤碳"
    told = [(r["code"], r["year"]) for r in reading([HEADER, *whole, *short]).findings.rows]
    assert told == [("industry-unknown", 2022)] + [("row-left-out", 2021)]


def test_what_is_known_of_a_row_stands_in_its_finding(reading):
    found = reading([HEADER, [2022, "太原市", "建筑业", 12, 30], [2020, *ROW[1:]]])
    told = {row["code"]: (row["area"], row["year"]) for row in found.findings.rows}
    assert told == {"industry-unknown": ("太原市", 2022), "year-outside-plan": ("太原市", None)}


DRESS = {
    "top": [[], [["事故情况表"], ["单位：起、人"]], [["填报单位：太原市应急管理局"]]],
    "units": [[], [["", "", "", "（起）", "（人）"]], [["甲", "乙", "丙", 1, 2]]],
    "year": [2022, "2022", "\u202a2022\u202c", math.nextafter(2022, 0), "２０２２"],
    "area": ["太原市", "太原", "山西省太原市", "\u200e太原市", "山西省/太原市", 140100],
    "accidents": [12, "12", math.nextafter(12, 0), "\u202d12\u202c", "12起"],
    "casualties": [30, math.nextafter(30, 99), "30\ufe0e", "30人", "30"],
    "end": [
        [],
        [["填报人：张三", "", "电话", 4123456, ""], ["", "", "", "（盖章）", "2024年2月20日"]],
        [["注：1.含省属企业"], ["2.合计数见附表"], [2024, "年", 2, "月", 20]],
        [["主要负责人：", "李四", "", "", ""], ["数据来源", "", "省厅", "", 2024]],
    ],
}


@given(st.fixed_dictionaries({name: st.sampled_from(some) for name, some in DRESS.items()}))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sound_table_is_read_in_any_dress(reading, dress):
    row = [dress["year"], dress["area"], "建筑施工", dress["accidents"], dress["casualties"]]
    found = reading([*dress["top"], HEADER, *dress["units"], row, *dress["end"]])
    assert not any(told["severity"] == "error" for told in found.findings.rows)
    assert not any(text in repr(found) for text in ("张三", "李四", "4123456", "省厅"))
    assert figures(found) == BOTH


def test_a_second_table_below_is_told_and_not_read_under_the_first_one_s_header(reading):
    swapped = [*HEADER[:3], HEADER[4], HEADER[3]]
    found = reading([HEADER, ROW, [], swapped, [2021, *ROW[1:]]])
    told = [(r["code"], r["cell"]) for r in found.findings.rows]
    assert told == [("sheet-two-tables", "A4")]
    assert [table.years.tolist() for table in found.tables] == [[2022]]


@pytest.mark.parametrize(
    ("row", "header"),
    [
        ("2022,太原市,建筑施工,1,234,30", HEADER),
        ("2022,太原市,建筑施工,12,1,030", HEADER),
        ("2022,太原市,建筑施工,1,234,30,", [*HEADER, "死亡人数"]),
    ],
)
def test_a_thousands_separator_that_splits_a_figure_is_an_error(read, row, header):
    codes, figures = read(f"{','.join(header)}\n{row}\n")
    assert codes == ["error row-too-long"]
    assert set(figures) == {"withheld"}


@pytest.mark.parametrize("end", ["\n,,,,,,,\n\n", "\x1a"])
def test_blanks_at_the_end_of_a_text_are_no_matter(read, end):
    assert read(construction(12).rstrip() + end) == ([], BOTH)


# Headers


@pytest.mark.parametrize(
    "name",
    [
        "事故起数（起）",
        "事故起数(单位:起)",
        "安全生产事故起数(起)",
        "事故起数/起",
        "*事故起数",
        "事故起数：",
    ]
    + ["事 故 起 数", "事故\n起数", "事故起数\u200b"],
)
def test_a_column_may_be_dressed(read, name):
    assert read([[*HEADER[:3], name, HEADER[4]], ROW]) == ([], BOTH)


PEOPLE = HEADERS["training"].split(",")
TRAINED = [2022, "太原市", "建筑施工", "安全生产", 12, 11]


@pytest.mark.parametrize(
    "rows",
    [
        [["单位：百人"], PEOPLE, TRAINED],
        [["2022年培训情况（单位：百人）"], PEOPLE, TRAINED],
        [["", "", "", "计量单位：", "万人"], PEOPLE, TRAINED],
        [["单位：起、千人"], PEOPLE, TRAINED],
        [PEOPLE, ["", "", "", "", "(百人)", "(百人)"], TRAINED],
        [[*PEOPLE[:4], "重点岗位人员数（百人）", "*已培训人数/百人："], TRAINED],
        [PEOPLE, TRAINED, ["注：单位为百人。"]],
    ],
)
def test_figures_in_another_unit_are_withheld(reading, rows):
    found = reading(rows)
    told = [row for row in found.findings.rows if row["severity"] == "error"]
    assert {row["code"] for row in told} == {"unit-unfit"}
    assert all("请按“人”填写" in row["message"] for row in told)
    assert {key for row in told for key in row["touches"]} == {
        ("140100", "建筑施工", 2022, "safety_personnel"),
        ("140100", "建筑施工", 2022, "safety_trained"),
    }
    assert figures(found) == ["withheld", "withheld"]


def test_only_the_columns_of_a_unit_are_withheld(read):
    assert read([["单位：百人"], HEADER, ROW]) == (["error unit-unfit"], [12, "withheld"])
    assert read([["单位：千起"], HEADER, ROW]) == (["error unit-unfit"], ["withheld", 30])


@pytest.mark.parametrize(
    "line",
    [
        "单位：人",
        "单位：起、人",
        "计量单位：起/人",
        "单位：人次",
        "填报单位：太原市应急管理局",
        "单位：家",
    ]
    + ["单位：百人镇", "单位：万柏林区应急局", "单位："],
)
def test_a_unit_that_fits_or_an_office_is_no_matter(read, line):
    assert read([[line], HEADER, ROW]) == ([], BOTH)


@pytest.mark.parametrize(
    ("rows", "percentage"),
    [
        ([["年度", "市", "尘肺病报告比例（%）"], [2022, "太原市", 13.3]], "13.3%"),
        ([["年度", "市", "尘肺病报告比例（%）"], [2022, "太原市", "0.8"]], "0.8%"),
        ([["年度", "市", "尘肺病报告比例（%）"], [2022, "太原市", 0.8]], "0.8%"),
        ([["年度", "市", "尘肺病报告比例%"], [2022, "太原市", "13.3"]], "13.3%"),
        ([["年度", "市", "尘肺病报告比例/%"], [2022, "太原市", 1.5]], "1.5%"),
        ([["单位：%"], ["年度", "市", "尘肺病报告比例"], [2022, "太原市", 13.3]], "13.3%"),
        ([["年度", "市", "尘肺病报告比例"], ["", "", "%"], [2022, "太原市", 13.3]], "13.3%"),
        ([["年度", "市", "尘肺病报告比例"], [2022, "太原市", 0.8]], "80%"),
    ],
)
def test_percent_in_the_head_or_above_it_is_the_unit_of_the_ratio(reading, rows, percentage):
    found = reading(rows)
    assert not any(row["severity"] == "error" for row in found.findings.rows)
    assert figures(found) == [parse_ratio(percentage).value]


@pytest.mark.parametrize("head", ["尘肺病报告比例（%）", "尘肺病报告比例"])
@pytest.mark.parametrize(
    ("number", "style", "percentage"),
    [(0.133, "0.0%", "13.3%"), (1, "0%", "100%"), (0.008, "0.00%", "0.8%")],
)
def test_a_ratio_is_what_a_cell_formatted_as_percent_shows(
    reading, head, number, style, percentage
):
    book = Workbook()
    book.active.append(["年度", "市", head])
    book.active.append([2022, "太原市", number])
    book.active["C2"].number_format = style
    content = io.BytesIO()
    book.save(content)
    found = reading(content.getvalue(), "a.xlsx")
    assert (found.findings.rows, figures(found)) == ([], [parse_ratio(percentage).value])


def test_a_ratio_without_the_unit_or_per_mille_is_refused(read):
    bare = ["年度", "市", "尘肺病报告比例"]
    assert read([bare, [2022, "太原市", 13.3]]) == (["error cell-ratio"], ["withheld"])
    for rows in ([["单位：‰"], bare], [[*bare[:2], "尘肺病报告比例（‰）"]]):
        codes, found = read([*rows, [2022, "太原市", 0.133]])
        assert (codes, found) == (["error unit-unfit"], ["withheld"])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("事故数", "事故起数"),
        ("2事故起数", "事故起数"),
        ("事故起数（人）", "事故起数"),
        ("起数", "事故起数"),
    ],
)
def test_a_column_that_is_not_known_is_never_guessed(reading, name, meant):
    found = reading([[*HEADER[:3], name, HEADER[4]], ROW])
    told = {r["code"]: r["message"] for r in found.findings.rows}
    assert sorted(told) == ["column-missing", "column-near-miss"]
    assert f"是否为“{meant}”" in told["column-near-miss"]
    assert not found.tables


def test_a_missing_column_is_meant_before_one_that_may_be_left_out(reading):
    found = reading([[*HEADER[:4], "死伤人数"], ROW])
    assert any("是否为“伤亡人数”" in row["message"] for row in found.findings.rows)


@pytest.mark.parametrize(
    "name", ["姓名", "伤亡人员姓名", "死亡人员姓名", "张三", "140102199001011234", "", None]
)
def test_the_text_of_other_columns_goes_nowhere(reading, name):
    found = reading([[*HEADER, name], [*ROW, "李四 13812345678"]])
    (told,) = found.findings.rows
    assert (told["severity"], told["code"], told["cell"]) == ("warning", "column-unknown", "F1")
    everything = repr(found)
    assert not any(
        text in everything for text in ("李四", "13812345678", "姓名", "张三", "1401021")
    )


def test_a_column_of_another_table_is_an_error(read):
    header = [*HEADER, "培训类别", "重点岗位人员数", "已培训人数"]
    codes, figures = read([header, [*ROW, "安全生产", 100, 80]])
    assert codes == ["error column-misplaced"]
    assert figures == [100, 80]


def test_a_header_in_two_rows_is_told(reading):
    found = reading([[*HEADER[:3], "安全生产事故"], ["", "", "", *HEADER[3:]], ROW])
    assert any("请合成一行" in row["message"] for row in found.findings.rows)


@pytest.mark.parametrize("above", [0, 19])
def test_a_header_may_stand_below_titles(read, above):
    assert read([*([["标题"]] * above), HEADER, ROW]) == ([], BOTH)


def test_a_header_too_far_down_is_missing(read):
    codes, _ = read([*([["标题"]] * 20), HEADER, ROW])
    assert codes == ["error header-missing", "info sheet-skipped"]


# Files


BOOK = workbook([HEADER, ROW])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", BOOK[:-200], "error file-broken"),
        ("a.xlsx", b"\x00" + BOOK, "error file-type"),
        ("a.xls", BOOK, "error file-ending"),
        ("a.csv", BOOK, "error file-ending"),
        ("a.xls", "<html><table></table></html>", "error file-ending"),
        ("a", BOOK, "error file-ending"),
        ("a.xlsx.tmp", BOOK, "error file-ending"),
        ("a.et", b"x", "error file-type"),
        ("a.ods", b"x", "error file-type"),
        ("a.xlsb", b"x", "error file-type"),
        ("a.zip", b"x", "error file-type"),
        ("a.rar", b"x", "error file-type"),
        ("a.xlsm", BOOK, "error file-macro"),
        ("a.pdf", b"%PDF", "warning file-type"),
        ("a.docx", b"x", "warning file-type"),
        ("a.yaml", "!!python/object/apply:os.system ['id']", "warning file-type"),
        ("Thumbs.db", b"x", "info file-skipped"),
        ("desktop.ini", b"x", "info file-skipped"),
        ("~$a.xlsx", b"x", "info file-skipped"),
        ("a.csv", construction(12).encode("utf-16-le"), "error file-type"),
        ("a.csv", construction(12) + "\x00", "error file-type"),
        ("a.csv", b"\xef\xbb\xbf", "error file-empty"),
        ("a.csv", " \n\n", "error file-empty"),
        ("a.csv", construction(12).replace(",", "|"), "error header-missing"),
        ("a.csv", construction("1" * 200_000), "error csv-quote"),
        ("a.xlsx", workbook([], []), "error file-empty"),
        ("a.xlsx", workbook([HEADER]), "error table-empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_kind(read, name, content, code):
    codes, figures = read(content, name)
    assert codes == [code]
    assert figures == []


@pytest.mark.parametrize("name", ["a.XLSX", "a.xls.xlsx", "报 表.xlsx"])
def test_a_sound_file_may_be_called_anything(read, name):
    assert read(BOOK + b"rubbish at the end", name) == ([], BOTH)


@pytest.mark.parametrize("line", [2, 3])
def test_the_line_of_a_fault_in_a_text_is_told(reading, line):
    lines = [",".join(HEADER), "2022,太原市,建筑施工,1,2", "2021,太原市,建筑施工,1,2"]
    quoted = [*lines[: line - 1], f'"{lines[line - 1]}', *lines[line:]]
    mixed = [row.encode("gb18030" if n == line else "utf-8") for n, row in enumerate(lines, 1)]
    for content, code in (("\n".join(quoted), "csv-quote"), (b"\n".join(mixed), "file-encoding")):
        (told,) = reading(content).findings.rows
        assert told["code"] == code
        assert f"第{line}行" in told["message"]


def test_two_sheets_of_a_kind_are_told_at_their_headers(reading):
    sheets = table_rows("accidents", ROW), [["标题"], *table_rows("accidents", ROW)]
    found = reading(workbook(*sheets), "a.xlsx")
    told = [(r["code"], r["sheet"], r["cell"]) for r in found.findings.rows]
    assert told == [("sheet-ambiguous", "表1", "A1"), ("sheet-ambiguous", "表2", "A2")]


# Training and tasks


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("2022,太原市,建筑施工,安全生产,100,101", ["error coverage-above-one"]),
        ("2022,太原市,建筑施工,安全生产,100,80%", ["error cell-type"]),
        ("2022,太原市,建筑施工,安全生产,100,0.8", ["error cell-type"]),
        ("2022,太原市,建筑施工,安全生产,100,-1", ["error cell-negative"]),
        ("2022,太原市,建筑施工,安全,100,80", ["error category-unknown"]),
        ("2022,太原市,建筑施工,职业卫生,100,80", ["error industry-mismatch"]),
    ],
)
def test_training_that_cannot_be_is_withheld(read, row, codes):
    told, figures = read(sheet("training", row))
    assert told == codes
    assert 80 not in figures


@pytest.mark.parametrize(
    ("row", "code", "hint"),
    [
        ("2021,太原市,3,已完成,2031-12-05", "task-day", "晚于收到日期"),
        ("2021,太原市,3,已完成,2019-01-01", "task-day", "早于计划"),
        ("2021,太原市,3,未开展,2021-12-05", "task-day", "未完成的不填日期"),
        ("2021,太原市,3,完成,", "task-state-unknown", "是否为“已完成”"),
        ("2021,太原市,3,,", "task-state-unknown", "空白"),
        ("2021,太原市,三,已完成,", "task-unknown", "1至7"),
        ("2021,太原市,,已完成,", "task-unknown", "空白"),
    ],
)
def test_a_task_s_fault_says_what_to_write(reading, row, code, hint):
    found = reading(sheet("progress", row))
    (told,) = found.findings.rows
    assert (told["severity"], told["code"]) == ("error", code)
    assert hint in told["message"]
    assert all(pd.isna(task["completed_on"]) for task in found.progress)


@pytest.mark.parametrize(
    "row",
    ["校核人：张三丰,,,1,2", "张三丰,,,2024,1", "太原市,填报人：张三丰,,2024,1"]
    + ["2023,张三丰,,,", "2023,太原市,张三丰,1,2"],
)
def test_the_name_of_a_person_goes_nowhere_wherever_it_stands(reading, row):
    found = reading(sheet("accidents", "2022,太原市,建筑施工,12,30", row))
    assert not [line for line in found.findings.rows if "张三丰" in line["message"]]
