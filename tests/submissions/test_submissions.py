"""Whole folders: every fault is told, nothing bad passes silently, everything else goes on."""

import csv
import datetime as dt
import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submitted import (
    codes,
    codes_alone,
    construction,
    figures,
    figures_alone,
    hand_in,
    load,
    read_alone,
    sheet,
    table_rows,
    workbook,
)

import gsyf_lib as gs
from gsyf_lib.errors import PlanError

FAULTS = Path(__file__).parents[1] / "faults"
DAY = "2026-02-10"
FIGURES_OF_A_FILE = 72
INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "建筑施工", "交通运输", "机械制造")

# id: figures in force, then our findings.
TOLD: dict[str, tuple] = {
    "F01": (0, "error file-empty"),
    "F03": (0, "error file-ending"),
    "F05": (0, "error file-encrypted"),
    "F07": (0, "error file-encoding"),
    "F09": (84,),
    "F11": (0, "error csv-quote"),
    "F13": (72, "info sheet-skipped", "warning sheet-hidden"),
    "F15": (72,),
    "F17": (0, "info file-skipped"),
    "H01": (0, "error column-missing", "error column-near-miss"),
    "H03": (0, "error column-duplicate"),
    "H05": (72,),
    "H07": (0, "error columns-swapped"),
    "H09": (72,),
    "C01": (72, "warning cell-text-number"),
    "C03": (72, "warning cell-thousands", "warning jump-tenfold"),
    "C05": (71, "error cell-type"),
    "C07": (71, "error cell-negative"),
    "C09": (71, "error cell-dash"),
    "C11": (71, "error cell-formula-no-value"),
    "C13": (71, "error cell-type"),
    "C15": (72, "warning cell-year-suffix"),
    "C17": (70, "error cell-year"),
    "C19": (70, "error year-outside-plan"),
    "C21": (70, "error area-unknown"),
    "C23": (70, "error row-left-out", "error row-total"),
    "C25": (70, "error industry-unknown"),
    "C27": (70, "error cell-formula-no-value"),
    "C29": (70, "error industry-unknown"),
    "C31": (60, "error cell-merged"),
    "X01": (10, "error part-above-whole"),
    "X03": (82, "error coverage-above-one"),
    "X05": (70, "error casualties-without-accidents"),
    "X07": (70, "error key-duplicate"),
    "X11": (82, "error industry-mismatch"),
    "M01": (71, "error key-conflict", "info sent-twice"),
    "M03": (72,),
    "M05": (0, "error file-area-mismatch"),
    "M07": (0, "error key-conflict"),
    "Y01": (72, "warning jump-tenfold"),
    "Y03": (72, "info exactly-on-target"),
    "Y07": (70, "error coverage-above-one"),
    "S01": (0, "error file-dtd"),
    "S03": (0, "error file-bomb"),
    "S05": (72, "warning file-external-link"),
    "S09": (0, "warning file-type"),
}
# Y05 stands in test_ledger.py, X09 in test_check_years.py.
ELSEWHERE = {"X09", "Y05"}


def index() -> dict[str, Path]:
    with (FAULTS / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["id"]: FAULTS / "bad" / row["file"] for row in rows if row["file"] != "-"}


def handed_in(path: Path) -> dict[str, bytes]:
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    return {f"{DAY}/{entry.name}": entry.read_bytes() for entry in paths}


def test_every_fault_file_has_an_expected_answer():
    files = {fault for fault, path in index().items() if path.suffix or path.is_dir()}
    assert files == set(TOLD) | ELSEWHERE


@pytest.mark.parametrize("fault", TOLD)
def test_a_faulty_file_is_told_and_only_the_figures_touched_are_withheld(plan, tmp_path, fault):
    submissions = load(plan, tmp_path, handed_in(index()[fault]))
    in_force, *told = TOLD[fault]
    assert codes(submissions) == told
    assert (submissions.observations["state"] == "figure").sum() == in_force


def test_sound_files_give_all_their_figures_and_no_finding(plan, tmp_path):
    submissions = load(plan, tmp_path, handed_in(FAULTS / "good"))
    assert set(codes(submissions)) <= {"info exactly-on-target"}
    assert submissions.observations["state"].eq("figure").sum() == 1848
    assert len(submissions.sources) == 33


def test_all_faulty_files_at_once_leave_the_sound_ones_as_they_are(plan, tmp_path):
    alone = figures(load(plan, tmp_path / "alone", handed_in(FAULTS / "good")))
    files = {}
    for fault in TOLD:
        if fault[0] in "FS":
            files |= handed_in(index()[fault])
    assert len(files) > 10
    kept = {name: body for name, body in files.items() if "F09" not in name and "F1" not in name}
    together = load(plan, tmp_path / "both", handed_in(FAULTS / "good") | kept)
    assert figures(together) == alone


def test_a_finding_names_file_sheet_and_cell_and_says_what_to_do(plan, tmp_path):
    found = load(plan, tmp_path, handed_in(index()["C09"])).findings.iloc[0]
    assert (found["file"], found["sheet"], found["cell"]) == (f"{DAY}/C09_短横.xlsx", "事故", "D11")
    about = (found["area"], found["industry"], found["year"], found["measure"])
    assert about == ("太原市", "煤矿", 2023, "accidents")
    assert "请填0" in found["message"]


def test_one_damaged_workbook_does_not_stop_the_others(plan, tmp_path):
    sound = workbook(table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30]))
    middle = len(sound) // 2
    rotten = sound[:60] + bytes(b ^ 0xFF for b in sound[60:middle]) + sound[middle:]
    files = {f"{DAY}/a.xlsx": rotten, f"{DAY}/b.xlsx": sound}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error file-broken"]
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12


# Folders and files


@pytest.mark.parametrize("name", ["2月报送", "2023-2-20", "20230220", "2023-02-30", "太原市.csv"])
def test_what_is_outside_of_a_dated_folder_is_an_error(plan, tmp_path, name):
    inside = name if name.endswith(".csv") else f"{name}/a.csv"
    submissions = load(plan, tmp_path, {inside: construction(12)})
    assert codes(submissions) == ["error folder-undated"]
    assert submissions.observations.empty
    assert not submissions.synthetic


def test_folders_inside_a_dated_folder_are_read(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/太原市/住建/a.csv": construction(12)})
    assert submissions.findings.empty
    assert submissions.sources["file"].tolist() == [f"{DAY}/太原市/住建/a.csv"]


def test_links_and_pipes_are_errors_and_their_text_never_shows(plan, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(construction(77), encoding="utf-8")
    plan = hand_in(plan, tmp_path, {f"{DAY}/a.csv": construction(12)})
    folder = tmp_path / "raw" / "submissions" / DAY
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    (folder / "县级").symlink_to(outside)
    (folder.parent / "2026-02-11").symlink_to(outside)
    os.mkfifo(folder / "pipe.csv")
    submissions = gs.load_submissions(plan)
    told = submissions.findings.set_index("file")["code"].to_dict()
    assert told == {
        "2026-02-11": "folder-undated",
        f"{DAY}/link.csv": "file-symlink",
        f"{DAY}/dangling": "file-symlink",
        f"{DAY}/县级": "file-symlink",
        f"{DAY}/pipe.csv": "file-not-regular",
    }
    assert set(submissions.findings["severity"]) == {"error"}
    assert len(submissions.observations) == 2
    assert not submissions.findings["message"].str.contains("77").any()


def test_a_folder_that_cannot_be_opened_is_told(plan, tmp_path, monkeypatch):
    plan = hand_in(plan, tmp_path, {f"{DAY}/a.csv": construction(12), f"{DAY}/县/b.csv": "x"})
    really = os.scandir

    def scandir(path):
        if str(path).endswith("县"):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    submissions = gs.load_submissions(plan)
    assert codes(submissions) == ["error file-not-regular"]
    assert submissions.findings["file"].tolist() == [f"{DAY}/县"]


def test_a_file_name_from_a_gbk_archive_is_no_obstacle(plan, tmp_path):
    plan = hand_in(plan, tmp_path, {f"{DAY}/a.csv": construction("-")})
    path = tmp_path / "raw" / "submissions" / DAY / "a.csv"
    path.rename(path.with_name(os.fsdecode("晋城.csv".encode("gbk"))))
    submissions = gs.load_submissions(plan)
    name = submissions.findings["file"].iloc[0]
    assert name == f"{DAY}/\\xbd\\xfa\\xb3\\xc7.csv"
    submissions.findings["message"].iloc[0].encode()


@pytest.mark.parametrize("name", ["扫描件.pdf", "说明.txt", "函.docx"])
def test_a_file_that_is_no_table_is_told(plan, tmp_path, name):
    submissions = load(plan, tmp_path, {f"{DAY}/{name}": b"x", f"{DAY}/a.csv": construction(12)})
    assert codes(submissions) == ["warning file-type"]
    assert len(submissions.observations) == 2


def test_a_page_saved_as_xls_is_refused(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": "<html><table></table></html>"})
    assert codes(submissions) == ["error file-ending"]


# Text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_text_file_may_have_four_encodings(plan, tmp_path, encoding, line_end):
    content = construction(12).replace("\n", line_end).encode(encoding)
    found = read_alone(plan, tmp_path, content, "a.csv")
    assert (codes_alone(found), figures_alone(found)) == ([], [12, 30])


@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_a_text_file_may_be_separated_in_four_ways(plan, tmp_path, separator):
    content = construction(12).replace(",", separator).encode()
    assert figures_alone(read_alone(plan, tmp_path, content, "a.csv")) == [12, 30]


@pytest.mark.parametrize("title", ["2022年安全生产事故报表", "太原市，2022年，事故，报表"])
def test_a_title_above_a_text_table_does_not_hide_it(plan, tmp_path, title):
    content = f"{title}\n" + construction("-")
    found = read_alone(plan, tmp_path, content.encode(), "a.csv")
    assert [(row["code"], row["cell"]) for row in found.findings.rows] == [("cell-dash", "D3")]


def test_a_cell_that_swallowed_a_line_is_refused(plan, tmp_path):
    content = construction(12).replace("12", '"12') + '2023,太原市,建筑施工,5",9\n'
    assert codes(load(plan, tmp_path, {f"{DAY}/a.csv": content})) == ["error csv-quote"]


# Headers and sheets


def test_title_rows_above_the_header_keep_the_addresses_of_the_file(plan, tmp_path):
    rows = [["太原市2022年安全生产事故报表"], [], *table_rows("accidents")]
    rows.append([2022, "太原市", "建筑施工", 12, "-"])
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": workbook(rows)})
    assert submissions.findings["cell"].tolist() == ["E4"]
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12


def test_two_sheets_of_the_same_table_are_both_refused(plan, tmp_path):
    one = table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30])
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": workbook(one, one)})
    assert codes(submissions) == ["error sheet-ambiguous"]
    assert submissions.observations.empty


def test_a_sheet_with_two_names_of_columns_is_no_report(plan, tmp_path):
    book = workbook(
        table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30]),
        [["年度", "市", "联系处室"], [2022, "太原市", "安全生产协调处"]],
    )
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": book})
    assert codes(submissions) == ["info sheet-skipped"]
    assert [*figures(submissions).values()] == [12, 30]


def test_two_tables_in_one_workbook_are_both_read(plan, tmp_path):
    book = workbook(
        table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30]),
        table_rows("pneumoconiosis", [2022, "太原市", 40, 3]),
    )
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": book})
    assert submissions.findings.empty
    assert len(submissions.observations) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("随便写的一行\n", "error header-missing"),
        (sheet("accidents"), "error table-empty"),
        ("年度,市,行业,事故起数\n2022,太原市,建筑施工,12\n", "error column-missing"),
        (sheet("accidents", "说明：以上为全部数据,,,,"), "error table-empty"),
    ],
)
def test_a_file_without_figures_is_an_error(plan, tmp_path, content, code):
    assert code in codes_alone(read_alone(plan, tmp_path, content.encode(), "a.csv"))


def test_a_column_that_is_not_asked_for_is_left_unread_and_unquoted(plan, tmp_path):
    content = "年度,市,行业,事故起数,伤亡人数,伤者姓名\n2022,太原市,建筑施工,12,30,张三\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert codes(submissions) == ["warning column-unknown"]
    assert not submissions.findings["message"].str.contains("张三|伤者姓名").any()


# Rows


def test_the_county_column_names_the_area(plan, tmp_path):
    content = "年度,市,县,行业,事故起数,伤亡人数\n2022,太原市,小店区,建筑施工,2,3\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    row = submissions.observations.iloc[0]
    assert (row["area"], row["area_code"], row["level"]) == ("小店区", "140105", "county")
    wrong = content.replace("小店区", "平城区")
    submissions = load(plan, tmp_path / "wrong", {f"{DAY}/a.csv": wrong})
    assert "error area-unknown" in codes(submissions)


def test_a_county_never_counts_as_its_city(plan, tmp_path):
    content = "年度,市,县,行业,事故起数,伤亡人数\n2022,太原市,小店区,建筑施工,2,3\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    results = gs.assess(plan, submissions.observations, 2022)
    city = results[(results["area"] == "太原市") & (results["indicator"] == "accidents")]
    assert set(city["status"]) == {"not_reported"}


def test_rows_of_the_province_are_its_own(plan, tmp_path):
    content = construction(12).replace("太原市", "山西省")
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert submissions.observations["area_code"].unique().tolist() == ["140000"]


@pytest.mark.parametrize("name", ["太原", "太 原 市", "140100", "太原市"])
def test_an_area_may_be_called_by_its_short_form_or_code(plan, tmp_path, name):
    content = construction(12).replace("太原市", name).encode()
    (table,) = read_alone(plan, tmp_path, content, "a.csv").tables
    assert table.about(0)["area"] == "太原市"


def test_no_such_industry_in_one_cell_of_a_pair_holds_for_both(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": construction("无此行业", "")})
    assert submissions.findings.empty
    assert list(figures(submissions).values()) == ["absent", "absent"]


def test_no_such_industry_beside_a_figure_is_a_contradiction(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": construction("无此行业", 3)})
    assert codes(submissions) == ["error row-contradiction"]
    assert list(figures(submissions).values()) == ["withheld", "withheld"]


def test_a_blank_is_an_error_and_never_zero(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": construction(12, "")})
    assert codes(submissions) == ["error cell-missing"]
    assert figures(submissions) == {("太原市", "建筑施工", 2022, "accidents"): 12}


@pytest.mark.parametrize(("deaths", "injuries", "in_force"), [(3, 27, 30), (3, 28, "withheld")])
def test_deaths_and_injuries_must_add_up(plan, tmp_path, deaths, injuries, in_force):
    content = "年度,市,行业,事故起数,伤亡人数,死亡人数,受伤人数\n"
    content += f"2022,太原市,建筑施工,12,30,{deaths},{injuries}\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert figures(submissions)["太原市", "建筑施工", 2022, "casualties"] == in_force
    assert bool(codes(submissions)) == (in_force == "withheld")


def test_a_key_twice_in_one_file_is_used_neither_time_identical_or_not(plan, tmp_path):
    content = construction(12) + "2022,太原市,建筑施工,12,30\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert codes(submissions) == ["error key-duplicate"]
    assert set(figures(submissions).values()) == {"withheld"}


def test_a_year_that_has_not_come_is_refused(plan, tmp_path):
    submissions = load(plan, tmp_path, {"2021-07-31/a.csv": construction(12)})
    assert "error year-in-future" in codes(submissions)
    assert submissions.observations.empty


def test_a_row_left_out_of_what_a_department_owes_is_an_error(plan, tmp_path):
    content = sheet("accidents", "2022,太原市,煤矿,3,5", "2022,太原市,机械制造,1,1")
    found = load(plan, tmp_path, {f"{DAY}/a.csv": content}).findings
    assert set(found["code"]) == {"row-left-out"}
    assert sorted(found["industry"]) == ["危险化学品", "非煤矿山"]


# The other tables


def test_a_bare_ratio_is_kept_to_twelve_decimals(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": sheet("ratio", "2022,太原市,12.5%")})
    assert submissions.findings.empty
    key = ("太原市", "涉尘行业", 2022, "short_exposure_per_million")
    assert figures(submissions) == {key: 125_000_000_000}


@pytest.mark.parametrize("header", ["尘肺病报告例数", "接尘工龄不足5年例数"])
def test_a_blank_ratio_beside_one_of_the_counts_is_no_submission(plan, tmp_path, header):
    content = f"年度,市,{header},尘肺病报告比例\n2022,太原市,40,\n".encode()
    found = read_alone(plan, tmp_path, content, "a.csv")
    assert codes_alone(found) == ["error cell-missing"]


@pytest.mark.parametrize(
    ("ratio", "told"),
    [("7.5%", []), ("8%", []), ("", []), ("20%", ["error ratio-contradicts-counts"])],
)
def test_a_ratio_beside_its_counts_must_agree_with_them(plan, tmp_path, ratio, told):
    content = "年度,市,尘肺病报告例数,接尘工龄不足5年例数,尘肺病报告比例\n"
    content += f"2022,太原市,40,3,{ratio}\n"
    found = read_alone(plan, tmp_path, content.encode(), "a.csv")
    assert codes_alone(found) == told
    assert ({*figures_alone(found)} == {"withheld"}) == bool(told)


def test_training_is_kept_by_category(plan, tmp_path):
    content = sheet("training", "2022,太原市,建筑施工,安全生产,90,72")
    content += "2022,太原市,涉尘行业,职业卫生,50,41\n"
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert submissions.findings.empty
    assert figures(submissions) == {
        ("太原市", "建筑施工", 2022, "safety_personnel"): 90,
        ("太原市", "建筑施工", 2022, "safety_trained"): 72,
        ("太原市", "涉尘行业", 2022, "health_personnel"): 50,
        ("太原市", "涉尘行业", 2022, "health_trained"): 41,
    }


def test_task_progress_keeps_the_latest_state(plan, tmp_path):
    files = {
        "2021-11-01/a.csv": sheet("progress", "2021,太原市,3,进行中,", "2021,太原市,2,未开展,"),
        "2021-12-20/a.csv": sheet("progress", "2021,太原市,3,已完成,2021-12-05"),
    }
    progress = load(plan, tmp_path, files).progress
    assert progress["state"].tolist() == ["not_done", "done"]
    assert progress["completed_on"].iloc[1] == pd.Timestamp("2021-12-05")
    earlier = load(plan, tmp_path, files, as_of="2021-11-30").progress
    assert earlier["state"].tolist() == ["not_done", "under_way"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["2021,太原市,99,已完成,2021-12-05"], "error task-unknown"),
        (["2021,太原市,3,差不多,"], "error task-state-unknown"),
        (["2021,太原市,3,已完成,去年"], "error task-day"),
        (["2021,太原市,3,已完成,", "2021,太原市,3,进行中,"], "error key-duplicate"),
    ],
)
def test_progress_that_cannot_be_understood_is_an_error(plan, tmp_path, rows, code):
    found = read_alone(plan, tmp_path, sheet("progress", *rows).encode(), "a.csv")
    assert code in codes_alone(found)


def test_progress_that_differs_on_one_day_is_used_neither_time(plan, tmp_path):
    files = {
        f"{DAY}/{n}.csv": sheet("progress", f"2021,太原市,3,{n},") for n in ("已完成", "进行中")
    }
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error key-conflict"]
    assert submissions.progress.empty


def test_a_province_figure_that_is_not_the_sum_of_its_cities_is_a_warning(plan, tmp_path):
    rows = [f"2022,{city},建筑施工,2,3" for city in plan.cities]
    files = {
        f"{DAY}/cities.csv": sheet("accidents", *rows),
        f"{DAY}/province.csv": sheet("accidents", "2022,山西省,建筑施工,22,34"),
    }
    found = load(plan, tmp_path, files).findings
    assert found["code"].tolist() == ["province-sum-differs"]
    assert "报送34，各市合计33，相差1" in found["message"].iloc[0]
    files[f"{DAY}/cities.csv"] = sheet("accidents", *rows[1:])
    assert load(plan, tmp_path / "ten", files).findings.empty


# The example


def test_the_example_is_used_only_while_nothing_was_handed_in(plan, example):
    assert example.synthetic
    assert len(example.observations) > 1000


def test_from_the_first_real_file_on_the_example_is_ignored(plan, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "example").symlink_to(plan.folder / "raw" / "example")
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": construction(12)})
    assert not submissions.synthetic
    assert len(submissions.observations) == 2


def test_a_first_file_that_cannot_be_read_ends_the_example_too(plan, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "example").symlink_to(plan.folder / "raw" / "example")
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": b""})
    assert not submissions.synthetic
    assert submissions.observations.empty
    assert codes(submissions) == ["error file-empty"]


@pytest.mark.parametrize("kept", [None, ".gitkeep", "README.md", "2026-02-10/.gitkeep"])
def test_an_empty_folder_of_submissions_shows_the_example(plan, tmp_path, kept):
    (tmp_path / "raw" / "submissions").mkdir(parents=True)
    example = tmp_path / "raw" / "example" / DAY
    example.mkdir(parents=True)
    (example / "a.csv").write_text(construction(12), "utf-8")
    submissions = load(plan, tmp_path, {} if kept is None else {kept: ""})
    assert submissions.synthetic
    assert list(figures(submissions).values()) == [12, 30]


def test_without_any_folder_of_submissions_it_is_said_what_to_make(plan, tmp_path):
    with pytest.raises(PlanError, match="raw/submissions"):
        load(plan, tmp_path, {})


def test_nothing_handed_in_is_not_reported_and_never_zero(plan, tmp_path):
    (tmp_path / "raw" / "submissions").mkdir(parents=True)
    submissions = load(plan, tmp_path, {})
    assert submissions.observations.empty
    results = gs.assess(plan, submissions.observations)
    assert set(results["status"]) == {"not_reported"}
    assert results["value"].isna().all()


# The day looked from


@pytest.mark.parametrize("as_of", ["2024-02-20", pd.Timestamp("2024-02-20").date()])
def test_only_what_was_received_up_to_the_day_is_read(plan, tmp_path, as_of):
    files = {"2024-02-20/a.csv": construction(12), "2024-02-21/a.csv": construction(15)}
    submissions = load(plan, tmp_path, files, as_of=as_of)
    assert list(figures(submissions).values()) == [12, 30]
    assert submissions.as_of == pd.Timestamp("2024-02-20")


def test_a_moment_means_its_day(plan, tmp_path):
    submissions = load(plan, tmp_path, {"2024-02-20/a.csv": construction(12)}, None)
    again = gs.load_submissions(hand_in(plan, tmp_path, {}), submissions.as_of)
    assert figures(again) == figures(submissions)


def test_a_day_that_is_none_is_refused(plan, tmp_path):
    with pytest.raises(gs.UsageError, match="2023-12-31"):
        load(plan, tmp_path, {f"{DAY}/a.csv": construction(12)}, as_of="去年底")


# Properties. Few examples: what one file can hold is tried in test_submission_properties.py.

COUNT = st.integers(0, 400)
CELLS = ("", "-", "十二", "-3", "1.5", "12①", "约12", "99999999999", "#REF!", "TRUE")


@st.composite
def tables(draw):
    """Accidents of one area and some years: 无此行业, or no fewer casualties than accidents."""
    years = draw(st.sets(st.sampled_from([2019, 2021, 2022, 2023]), min_size=1, max_size=2))
    rows = {}
    for year in sorted(years):
        for industry in INDUSTRIES:
            accidents = draw(st.one_of(COUNT, st.just("无此行业")))
            casualties = accidents + draw(COUNT) if accidents in range(1, 401) else 0
            rows[year, industry] = (
                accidents,
                accidents if isinstance(accidents, str) else casualties,
            )
    return draw(st.permutations(list(rows.items())))


def as_text(rows) -> str:
    return sheet("accidents", *(f"{y},太原市,{i},{a},{c}" for (y, i), (a, c) in rows))


def expected(rows) -> dict:
    return {
        ("太原市", industry, year, measure): "absent" if isinstance(value, str) else value
        for (year, industry), values in rows
        for measure, value in zip(("accidents", "casualties"), values, strict=True)
    }


@settings(max_examples=4, deadline=None)
@given(rows=tables())
def test_a_sound_table_gives_back_its_figures_and_no_error(plan, rows):
    with tempfile.TemporaryDirectory() as folder:
        submissions = load(plan, Path(folder), {f"{DAY}/a.csv": as_text(rows)})
    assert "error" not in set(submissions.findings["severity"])
    assert figures(submissions) == expected(rows)


@settings(max_examples=8, deadline=None)
@given(rows=tables(), data=st.data())
def test_one_bad_cell_is_told_and_changes_no_other_figure(plan, rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, 1))
    (key, pair), bad = rows[number], data.draw(st.sampled_from(CELLS))
    spoilt = list(pair)
    spoilt[place] = bad
    spoilt_rows = [*rows[:number], (key, tuple(spoilt)), *rows[number + 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        submissions = load(plan, Path(folder), {f"{DAY}/a.csv": as_text(spoilt_rows)})
    found, before = figures(submissions), expected(rows)
    own_row = {("太原市", key[1], key[0], m) for m in ("accidents", "casualties")}
    touched = ("太原市", key[1], key[0], ("accidents", "casualties")[place])
    assert {k: v for k, v in found.items() if k not in own_row} == {
        k: v for k, v in before.items() if k not in own_row
    }
    if isinstance(pair[0], str):
        assert {found[k] for k in own_row} <= {"absent", "withheld"}
        assert bad == "" or "error" in set(submissions.findings["severity"])
    else:
        assert found.get(touched, "withheld") == "withheld"
        assert "error" in set(submissions.findings["severity"])


# A folder of a day that has not come


@pytest.fixture
def on_15_march(monkeypatch):
    monkeypatch.setattr("gsyf_lib.submissions._today", lambda: dt.date(2023, 3, 15))


def test_a_folder_in_the_future_is_an_error_and_outranks_nothing(plan, tmp_path, on_15_march):
    files = {
        "2023-02-20/a.csv": construction(10),
        "2023-03-15/b.csv": construction(12),
        "2023-03-16/c.csv": construction(99),
    }
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error folder-in-future"]
    assert "《2023-03-16》" in submissions.findings["message"].iloc[0]
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12
    assert len(submissions.sources) == 2
    assert submissions.as_of == pd.Timestamp("2023-03-15")


def test_a_day_asked_for_leaves_later_folders_unread_as_always(plan, tmp_path, on_15_march):
    files = {"2023-02-20/a.csv": construction(10), "2023-04-01/b.csv": construction(99)}
    assert codes(load(plan, tmp_path, files, as_of="2023-03-01")) == []
    later = load(plan, tmp_path, files, as_of="2023-12-31")
    assert codes(later) == ["error folder-in-future"]
    assert figures(later)["太原市", "建筑施工", 2022, "accidents"] == 10


def test_the_day_it_comes_it_is_read(plan, tmp_path, on_15_march, monkeypatch):
    files = {"2023-02-20/a.csv": construction(10), "2023-03-16/b.csv": construction(12)}
    assert figures(load(plan, tmp_path, files))["太原市", "建筑施工", 2022, "accidents"] == 10
    monkeypatch.setattr("gsyf_lib.submissions._today", lambda: dt.date(2023, 3, 16))
    submissions = load(plan, tmp_path, {})
    assert codes(submissions) == []
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12


def test_the_example_does_not_hang_on_the_clock(plan, example, on_15_march):
    again = gs.load_submissions(plan)
    pd.testing.assert_frame_equal(again.findings, example.findings)
    pd.testing.assert_frame_equal(again.observations, example.observations)
