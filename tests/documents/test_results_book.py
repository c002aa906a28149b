"""results.xlsx: the numbers of results.csv, readable at once, never a formula, never a blank."""

import csv
import dataclasses
import io
import os
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

import gsyf_lib as gs
from gsyf_lib import frames, wording
from gsyf_lib.assessment.indicators import TOTAL
from gsyf_lib.assessment.verdicts.statuses import shown_status, shown_statuses
from gsyf_lib.documents.export import csv_bytes
from gsyf_lib.documents.workbooks import LONGEST_TEXT, Book, add_table
from gsyf_lib.reports.results_book import results_book
from gsyf_lib.reports.results_book.columns import columns_of, gap

SOFFICE = shutil.which("soffice")
KEY = ["area", "industry"]
SHEET_OF = wording.INDICATORS
OTHERS = ["数据质量问题", "口径", "数据来源"]
HOSTILE = '=HYPERLINK("http://x","+1")'


@pytest.fixture(scope="module")
def results(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations, 2023)


@pytest.fixture(scope="module")
def content(judged) -> bytes:
    return results_book(judged, 2023)


@pytest.fixture(scope="module")
def book(content) -> Workbook:
    return load_workbook(io.BytesIO(content))


def rows_of(book: Workbook, sheet: str) -> list[dict]:
    """Return the rows of a sheet by their headings, which stand in its second row."""
    head, *rows = [[cell.value for cell in row] for row in book[sheet].iter_rows(2)]
    return [dict(zip(head, row, strict=True)) for row in rows]


def by_key(rows: list[dict]) -> dict[tuple, dict]:
    return {(row["地区"], row["行业"]): row for row in rows}


def opened(judged: gs.JudgedPlan, year: int = 2023) -> Workbook:
    return load_workbook(io.BytesIO(results_book(judged, year)))


def test_the_first_sheet_answers_then_come_the_indicators_then_what_they_stand_on(book):
    assert book.sheetnames == ["总览", *SHEET_OF.values(), *OTHERS]
    assert book.active.title == "总览"


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_every_number_is_the_one_in_the_csv(judged, year):
    text = io.BytesIO(csv_bytes(judged.results(year)))
    told = pd.read_csv(text, dtype={"area_code": str}, keep_default_na=False, na_values=[""])
    book = opened(judged, year)
    compared = 0
    for indicator, sheet in SHEET_OF.items():
        rows = by_key(rows_of(book, sheet))
        expected = told[told["indicator"] == indicator]
        assert len(rows) == len(expected)
        for row in expected.to_dict("records"):
            cells = rows[row["area"], row["industry"]]
            assert cells["结论"] == wording.STATUSES[shown_status(row)]
            for column in columns_of(indicator):
                if column.number:
                    shown = cells[column.heading]
                    number = None if isinstance(shown, str) else shown
                    there = None if pd.isna(row[column.number]) else row[column.number]
                    if isinstance(there, float):  # a workbook holds 16 digits of a fraction
                        there = pytest.approx(there, rel=1e-15)
                    assert number == there, (row["area"], row["industry"], column.number)
                    compared += number is not None
    assert compared > 1500


def test_every_number_of_the_results_is_in_the_book():
    shown = {c.number for code in SHEET_OF for c in columns_of(code)}
    numbers = {c.name for c in frames.RESULTS.columns if c.dtype in (frames.WHOLE, frames.REAL)}
    assert numbers - shown == {"year", "projected"}


def test_counts_are_whole_numbers(book):
    for row in rows_of(book, "事故起数"):
        for heading in ("对比值", "实际值", "控制目标", "与目标之差"):
            assert isinstance(row[heading], (int, str))


def test_the_overview_counts_what_the_results_say(book, results):
    goals = results[results["counted"]]
    for row in rows_of(book, "总览"):
        statuses = shown_statuses(goals[goals["area"] == row["地区"]])
        assert row["目标数"] == len(statuses)
        for code, word in wording.STATUSES.items():
            assert row[word] == (statuses == code).sum()
    assert [row["地区"] for row in rows_of(book, "总览")] == list(results["area"].unique())


def test_the_overview_says_what_is_missed_by_how_much_and_who_is_responsible(book):
    rows = {row["地区"]: row for row in rows_of(book, "总览")}
    missed = rows["太原市"]["未达标目标、差距及责任部门"]
    assert missed == "住房和城乡建设部门：建筑施工事故起数（超控制目标1起）"
    assert "非煤矿山伤亡人数（由0升至3人）" in str(rows["阳泉市"])
    assert "煤矿事故起数（当年数据有误未采用）" in rows["吕梁市"]["无法判定的目标及原因"]


def test_a_figure_that_came_but_was_withheld_is_never_called_not_reported(book):
    row = by_key(rows_of(book, "事故起数"))["吕梁市", "煤矿"]
    assert "未报送" not in "".join(str(cell) for cell in row.values())
    overview = {row["地区"]: row for row in rows_of(book, "总览")}["吕梁市"]
    assert (overview["数据有误"], overview["未报送"]) == (1, 0)


def test_the_title_never_adds_the_province_to_its_cities(book, results):
    assert book["总览"]["A1"].value.startswith("2023年全省20项目标：")
    assert "；11个市220项目标：" in book["总览"]["A1"].value


def test_no_cell_of_a_table_is_blank(book):
    for sheet in book:
        table = sheet.iter_rows(2, max_col=sheet.max_column)
        assert all(cell.value not in (None, "") for row in table for cell in row), sheet.title


def test_missing_is_said_in_words_and_never_zero(book):
    withheld = by_key(rows_of(book, "事故起数"))["吕梁市", "煤矿"]
    assert withheld["结论"] == "数据有误"
    assert [withheld[name] for name in ("实际值", "变化", "与目标之差")] == ["数据有误"] * 3
    summed = by_key(rows_of(book, "事故起数"))["吕梁市", TOTAL]
    assert summed["结论"] == "无法判定"
    assert summed["实际值"] == "数据不全"
    share = by_key(rows_of(book, "尘肺病报告比例"))
    assert share["忻州市", "涉尘行业"]["报告总例数"] == "未报送"
    assert share["朔州市", "涉尘行业"]["报告总例数"] == "只报比例"
    absent = by_key(rows_of(book, "安全生产培训覆盖率"))["晋城市", "非煤矿山"]
    assert {absent[name] for name in ("结论", "已培训", "覆盖率", "与目标之差")} == {"无此行业"}


@pytest.mark.parametrize(
    ("reason", "value", "name", "said"),
    [
        ("cities_incomplete", None, "value", "各市数据不全"),
        ("no_reported_cases", None, "value", "无病例"),
        ("no_key_personnel", None, "margin", "无重点岗位人员"),
        ("withheld|sum_of_cities", None, "allowed", "数据有误"),
        ("baseline_withheld", 3, "baseline", "数据有误"),
        ("baseline_cities_incomplete", 3, "decline", "各市数据不全"),
        ("no_such_industry_at_baseline", 3, "baseline", "无此行业"),
        ("no_reported_cases_at_baseline", 0.2, "luck", "无病例"),
        ("not_reported", None, "baseline", "未报送"),
    ],
)
def test_each_gap_has_its_word(reason, value, name, said):
    row = {"status": "not_reported", "reason": reason, "value": value, "baseline": None}
    assert gap(row | {"numerator": value, "rule": "falling"}, name) == said


def test_a_gap_in_the_goal_is_the_goal_in_words(judged):
    row = rows_of(opened(judged, 2021), "事故起数")[0]
    assert row["年度目标"] == "低于2019年"


def test_a_baseline_of_zero_has_no_percentage(book):
    row = by_key(rows_of(book, "事故起数"))["朔州市", "危险化学品"]
    assert (row["对比值"], row["实际值"], row["变化"], row["结论"]) == (0, 0, "对比值为0", "达标")


def test_submitted_text_never_becomes_a_formula(plan, example):
    finding = dict.fromkeys(frames.FINDINGS.names, HOSTILE) | {"severity": "error", "year": 2023}
    found = frames.conform(pd.DataFrame([finding]), frames.FINDINGS)
    sources = example.sources.head(1).assign(file=HOSTILE)
    hostile = dataclasses.replace(example, findings=found, sources=sources)
    content = results_book(gs.JudgedPlan(plan, hostile), 2023)
    book = load_workbook(io.BytesIO(content))
    said = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value == HOSTILE for cell in said) == 7
    assert {cell.data_type for cell in said if cell.value == HOSTILE} == {"s"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [name for name in sheets if re.search(rb"<f[ >/]", archive.read(name))]


def test_every_sheet_says_that_the_data_are_synthetic_and_only_then(plan, example):
    for synthetic in (True, False):
        book = opened(gs.JudgedPlan(plan, dataclasses.replace(example, synthetic=synthetic)))
        for sheet in book:
            assert ("示例数据（非真实）" in sheet["A1"].value) is synthetic, sheet.title


def test_heads_stay_in_sight_on_screen_and_on_paper_and_can_be_filtered(book):
    for sheet in book:
        assert sheet.freeze_panes in ("A3", "B3", "D3")
        last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
        assert sheet.auto_filter.ref == f"A2:{last}"
        assert sheet.print_title_rows == "$1:$2"
        setup = sheet.page_setup
        pages = None if sheet.title == "总览" else 0  # one, which is the default; as many as needed
        assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", pages)


def test_each_verdict_has_its_colour_beside_its_word(book):
    for sheet in SHEET_OF.values():
        (rules,) = book[sheet].conditional_formatting
        assert str(rules.sqref) == f"C3:C{book[sheet].max_row}"
        said = [rule.formula[0].strip('"') for rule in rules.rules]
        assert said == list(wording.STATUSES.values())
        inks = {rule.dxf.font.color.rgb for rule in rules.rules if rule.formula != ['"无此行业"']}
        assert len(inks) == 4


def test_rows_are_as_high_as_their_text(book):
    sheet = book["总览"]
    missed = [cell.value for cell in sheet[2]].index("未达标目标、差距及责任部门") + 1
    for row in range(3, sheet.max_row + 1):
        lines = sheet.cell(row, missed).value.count("\n") + 1
        assert sheet.row_dimensions[row].height >= 15 * lines


def test_rounding_never_shows_a_missed_goal_as_met(plan, example, observe):
    figures = [("太原市", "煤矿", 2019, "accidents", 10_000)]
    figures += [("太原市", "煤矿", 2022, "accidents", 9_504)]
    handed_in = dataclasses.replace(example, observations=observe(*figures))
    sheet = opened(gs.JudgedPlan(plan, handed_in), 2022)["事故起数"]
    row = next(r for r in sheet.iter_rows(3) if (r[0].value, r[1].value) == ("太原市", "煤矿"))
    assert row[2].value == "未达标"
    assert row[6].value == pytest.approx(0.0496)
    assert row[6].number_format == '"下降"0.00%;"上升"0.00%;"持平"'


def test_sources_readings_and_findings_are_all_there(book, plan, example):
    sources = rows_of(book, "数据来源")
    assert [row["SHA-256"] for row in sources] == example.sources["sha256"].tolist()
    received = [row["收到日期"] for row in sources]
    assert all(isinstance(day, datetime) for day in received)
    assert received == example.sources["received_on"].tolist()
    assert [row["问题和办法"] for row in rows_of(book, "数据质量问题")] == (
        example.findings["message"].tolist()
    )
    readings = {row["条款或栏目"]: row["本报告采用的口径"] for row in rows_of(book, "口径")}
    assert "保持为0的视为达标" in readings["基期为0"]


def test_the_same_inputs_give_the_same_bytes(plan, example, content):
    assert results_book(gs.JudgedPlan(plan, example), 2023) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def converted(content: bytes, folder: Path, form: str) -> Path:
    """Return the folder into which LibreOffice wrote the workbook in another form."""
    (folder / "results.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", form, "--outdir", folder]
    command.append(folder / "results.xlsx")
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


# Comma, quote, UTF-8, first row, no column types, not quoted, detected, as shown, every sheet.
CSV_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"


@pytest.mark.skipif(SOFFICE is None and not os.environ.get("CI"), reason="no LibreOffice")
def test_libreoffice_shows_the_words_of_the_pages(content, results, tmp_path):
    folder = converted(content, tmp_path, CSV_AS_SHOWN)
    compared = 0
    for indicator in ("accidents", "casualties", "safety_training_coverage"):
        path = folder / f"results-{SHEET_OF[indicator]}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            _, head, *lines = csv.reader(stream)
        rows = by_key([dict(zip(head, line, strict=True)) for line in lines])
        for _, row in results[results["indicator"] == indicator].iterrows():
            shown = {k: v.replace(",", "") for k, v in rows[row["area"], row["industry"]].items()}
            if row["status"] not in ("met", "missed") or pd.isna(row["margin"]):
                continue
            assert shown["与目标之差"] == wording.margin_words(row)
            assert shown["控制目标"] == wording.allowed_words(row)
            assert shown["年度目标"] == wording.target_words(row)
            value = "覆盖率" if row["rule"] == "coverage_at_least" else "实际值"
            assert shown[value] == wording.figure_words(row)
            assert shown.get("变化", wording.change_words(row)) == wording.change_words(row)
            compared += 1
    assert compared > 200


def test_intervals_of_a_share_are_in_percentage_points(book):
    for row in rows_of(book, "尘肺病报告比例"):
        for heading in ("95%区间：上限", "95%区间：下限"):
            assert "%" not in str(row[heading])
    taiyuan = by_key(rows_of(book, "尘肺病报告比例"))["太原市", "涉尘行业"]
    assert taiyuan["95%区间：下限"].endswith("个百分点")


STARTS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", "=cmd|' /C calc'!A0")


@pytest.fixture(scope="module")
def dangerous(plan, example) -> bytes:
    """A workbook with each of these beginnings in each field of submitted text."""
    texts = [name for name in frames.FINDINGS.names if name not in ("severity", "year")]
    findings = [dict.fromkeys(texts, s) | {"severity": "error", "year": 2023} for s in STARTS]
    found = frames.conform(pd.DataFrame(findings), frames.FINDINGS)
    files = pd.concat([example.sources.head(1)] * len(STARTS), ignore_index=True)
    sources = files.assign(file=list(STARTS))
    handed_in = dataclasses.replace(example, findings=found, sources=sources)
    return results_book(gs.JudgedPlan(plan, handed_in), 2023)


def test_no_beginning_makes_a_formula_of_submitted_text(dangerous):
    book = load_workbook(io.BytesIO(dangerous))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    for start in STARTS:
        said = [cell for cell in cells if cell.value == start.replace("\r", "\n")]
        assert len(said) >= 6, start
        assert {cell.data_type for cell in said} == {"s"}
        assert all(cell.quotePrefix for cell in said) or start[0] == "＝"


@pytest.mark.skipif(SOFFICE is None and not os.environ.get("CI"), reason="no LibreOffice")
def test_libreoffice_computes_nothing_of_submitted_text(dangerous, tmp_path):
    folder = converted(dangerous, tmp_path, CSV_AS_SHOWN)
    path = folder / "results-数据质量问题.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        said = [cell.strip() for line in csv.reader(stream) for cell in line]
    for start in STARTS:
        assert said.count(start.strip()) >= 5, start
    assert "2" not in said and not [cell for cell in said if cell.startswith("#")]


def test_a_text_longer_than_a_cell_is_cut_and_not_left_out():
    book = Book("a", "b")
    add_table(book, "表", "题", [("一", 9), ("二", 9)], [["煤" * (LONGEST_TEXT + 1), "矿"]])
    sheet = load_workbook(io.BytesIO(book.content()))["表"]
    assert sheet["A3"].value == "煤" * LONGEST_TEXT


def test_the_joint_sheet_names_each_count_as_its_own_sheet_does(book, results):
    """A count that came but was withheld is 数据有误 here, too."""
    told = 0
    for code in ("accidents", "casualties"):
        own = by_key(rows_of(book, wording.INDICATORS[code]))
        for key, row in by_key(rows_of(book, wording.INDICATORS["joint"])).items():
            assert row[wording.INDICATORS[code]] == own[key]["结论"], key
            told += row[wording.INDICATORS[code]] == "数据有误"
    assert told


@pytest.mark.parametrize("year", [2023, 2025])
def test_only_what_has_a_figure_is_provisional_or_final(judged, year):
    book = opened(judged, year)
    states = set()
    for sheet, figure in (("事故起数", "实际值"), ("尘肺病报告比例", "本年比例")):
        for row in rows_of(book, sheet):
            states.add(row["数据状态"])
            assert (row["数据状态"] == "—") == isinstance(row[figure], str), row
    for row in rows_of(book, wording.INDICATORS["joint"]):
        assert (row["数据状态"] == "—") == (row["结论"] not in ("达标", "未达标")), row
    assert "—" in states
