"""A whole report run on the example: what is made, what it says, and what a failure leaves."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from quick_runs import read_once

import gsyf_lib as gs
from gsyf_lib.assessment.verdicts import latest_year
from gsyf_lib.cli.main import main
from gsyf_lib.reports.closing import CLOSING
from gsyf_lib.reports.provenance import notebook_path
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.results_book import results_book
from gsyf_lib.reports.run import report

ALL_NOTEBOOKS = {
    "city_report", "province_report", "department_report",
    "baseline_declines", "coverage_trajectories",
}  # fmt: skip
DEPARTMENTS = {
    "department_emergency_management", "department_housing_construction",
    "department_transport", "department_health",
}  # fmt: skip
DATA_FILES = ("results.xlsx", "results.csv", "findings.csv", "datapackage.json")


def pages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.html"))


def test_a_run_makes_every_page_and_says_so(report_folder, plan):
    names = {path.stem for path in pages(report_folder)}
    cities = set(plan.areas.loc[plan.areas["level"] != "county", "code"])
    overviews = {"index", "baseline_declines", "coverage_trajectories"}
    assert names == cities | DEPARTMENTS | overviews


def test_every_page_says_that_the_data_are_synthetic_and_how_far_they_go(report_folder):
    for path in pages(report_folder):
        text = path.read_text("utf-8")
        assert "示例数据（非真实）" in text, path.name
        assert "数据收取截至" in text, path.name
        assert "内部版" in text, path.name


def test_no_page_shows_a_gap_in_the_data_as_nan(report_folder):
    for path in pages(report_folder):
        text = path.read_text("utf-8")
        for word in (">nan", ">NaN", ">None", ">&lt;NA", ">NaT"):
            assert word not in text, (path.name, word)


def test_a_city_page_answers_every_question_of_the_plan(report_folder):
    page = (report_folder / "140100.html").read_text("utf-8")
    for section in (
        "总体结论", "事故起数和伤亡人数的变化", "重点岗位人员培训覆盖率", "尘肺病报告比例",
        "工作任务和报送情况", "依据和说明",
    ):  # fmt: skip
        assert f">{section}</h2>" in page
    annex = page.partition('<details class="annex">')[2]
    for part in (
        "逐项结论", "进度预警", "不确定性", "年度工作任务", "报送情况", "数据质量问题和修订",
        "条款口径", "数据来源",
    ):  # fmt: skip
        assert f">{part}</h3>" in annex
    assert page.count("<svg xmlns=") == 3


def test_the_verdict_on_the_page_is_the_one_in_the_results(report_folder):
    results = pd.read_csv(report_folder / "results.csv")
    row = results[
        (results["area"] == "太原市")
        & (results["industry"] == "建筑施工")
        & (results["indicator"] == "accidents")
    ].iloc[0]
    assert (row["baseline"], row["value"], row["allowed"], row["status"]) == (30, 28, 27, "missed")
    assert "建筑施工事故起数（超控制目标1起）" in (report_folder / "140100.html").read_text("utf-8")


def test_the_late_city_the_missing_table_and_the_wrong_cell_are_on_their_pages(report_folder):
    late = (report_folder / "140700.html").read_text("utf-8")
    missing = (report_folder / "140900.html").read_text("utf-8")
    wrong = (report_folder / "141100.html").read_text("utf-8")
    assert "逾期报送45天" in late
    assert "逾期未报" in missing
    assert "12例左右" in wrong
    assert "当年数据有误未采用" in wrong


def test_the_manifest_holds_the_hash_of_every_output_and_input(report_folder, example):
    manifest = json.loads((report_folder / "manifest.json").read_text("utf-8"))
    files = [p for p in report_folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
    hashes = {
        p.relative_to(report_folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files
    }
    assert manifest["outputs"] == hashes
    submitted = dict(zip(example.sources["file"], example.sources["sha256"], strict=True))
    assert (
        submitted.items()
        <= {
            name.removeprefix("raw/example/"): hash_ for name, hash_ in manifest["inputs"].items()
        }.items()
    )
    assert manifest["inputs"]["plan.toml"]
    assert manifest["versions"]["pandas"] == pd.__version__
    assert manifest["synthetic"] is True


def test_the_data_files_are_of_this_run_and_linked_from_the_index(report_folder, judged):
    assert (report_folder / "results.xlsx").read_bytes() == results_book(judged, 2023)
    package = json.loads((report_folder / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [
        "results.csv",
        "findings.csv",
    ]
    for resource in package["resources"]:
        content = (report_folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
    index = (report_folder / "index.html").read_text("utf-8")
    for name in DATA_FILES:
        assert f'href="{name}"' in index


def test_a_changed_workbook_is_found_and_put_right_without_making_a_page(
    report_folder, plan, tmp_path, capsys
):
    folder = tmp_path / "2023"
    shutil.copytree(report_folder, folder)
    whole = (folder / "results.xlsx").read_bytes()
    (folder / "results.xlsx").write_bytes(whole[:-1] + b"?")
    assert main(["verify", str(folder)]) == 4
    assert "results.xlsx" in capsys.readouterr().out
    page = (folder / "140100.html").stat().st_mtime_ns
    told: list[str] = []
    assert report(Request(plan.folder, year=2023, out=folder), told.append) == 0
    (aside,) = (tmp_path / "2023（改动过的文件）").iterdir()
    assert aside.read_bytes() == whole[:-1] + b"?"
    assert [line for line in told if "已重新生成；原来的另存为" in line and str(aside) in line]
    assert (folder / "results.xlsx").read_bytes() == whole
    assert (folder / "140100.html").stat().st_mtime_ns == page
    assert main(["verify", str(folder)]) == 0


def test_an_unchanged_run_makes_no_workbook(report_folder, plan, monkeypatch):
    monkeypatch.setattr("gsyf_lib.reports.batch.build_reports", None)
    before, told = {path: path.stat().st_mtime_ns for path in report_folder.rglob("*")}, []
    assert report(Request(plan.folder, year=2023, out=report_folder), told.append) == 0
    assert told[-6] == "示例数据（非真实）"
    assert {path: path.stat().st_mtime_ns for path in report_folder.rglob("*")} == before


def test_no_output_holds_a_path_of_this_machine(report_folder, plan):
    for path in report_folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for place in (str(plan.folder.resolve()), str(Path.home()), "/tmp/"):
                assert place.encode() not in content, (path.name, place)


def test_the_same_inputs_give_the_same_bytes(report_folder, plan, tmp_path):
    request = Request(plan.folder, year=2023, areas=("太原", "山西"), out=tmp_path / "2023", jobs=1)
    assert report(request, print) == 0
    for code in ("140000", "140100"):
        for name in (f"{code}.html", f"notebooks/{code}.ipynb", *DATA_FILES):
            assert (tmp_path / "2023" / name).read_bytes() == (report_folder / name).read_bytes()


def test_the_year_not_given_is_the_latest_reported(plan, example):
    assert latest_year(plan, example.observations) == 2025


@pytest.mark.parametrize("name", sorted(ALL_NOTEBOOKS | {"explore"}))
def test_a_notebook_is_thin_and_stored_without_outputs(name):
    notebook = nbformat.read(notebook_path(name), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert [cell for cell in code if "parameters" in cell.metadata.get("tags", [])] == code[:1]
    for cell in code[1:]:
        words = cell.source.split()
        assert not {"def", "for", "if", "while", "open", "lambda"} & set(words), cell.source
        imports = [line for line in cell.source.splitlines() if "import " in line]
        assert set(imports) <= {"import gsyf_lib as gs"}


def test_every_notebook_goes_through_papermill_in_a_run(report_folder):
    kinds = {path.stem for path in (report_folder / "notebooks").glob("*.ipynb")}
    assert {"140000", "140100", "baseline_declines", "coverage_trajectories"} <= kinds
    assert len(kinds) == 18


def test_every_notebook_says_at_its_end_what_it_used_and_showed(report_folder):
    for path in (report_folder / "notebooks").glob("*.ipynb"):
        last = nbformat.read(path, as_version=4).cells[-1]
        assert last.source.startswith("gs.page.closing("), path.name
        said = last.outputs[0].data[CLOSING]
        assert said["tables"] >= 1, path.name
        assert said["figures"] >= 1 or path.stem in DEPARTMENTS, path.name


def refused(plan: gs.Plan, **asked: object) -> str:
    with pytest.raises(gs.UsageError) as raised:
        report(Request(plan.folder, **asked), str)
    return str(raised.value)


def test_wrong_usage_starts_nothing(plan, tmp_path, monkeypatch, judged):
    def refuse(*_: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr("gsyf_lib.processes.pool.outcomes", refuse)
    read_once(monkeypatch, judged)
    out = tmp_path / "2023"
    assert "没有单独的报告" in refused(plan, year=2023, out=out, areas=("清徐县",))
    assert "没有名为" in refused(plan, year=2023, out=out, areas=("太原", "北京"))
    assert "没有收到任何报送文件" in refused(plan, year=2023, out=out, as_of="2020-01-01")
    assert "2020年没有年度目标" in refused(plan, year=2020, out=out)
    assert "不是日期" in refused(plan, year=2023, out=out, as_of="2023-02-30")
    assert "--jobs 至少为1" in refused(plan, year=2023, out=out, jobs=0)
    assert list(tmp_path.iterdir()) == []
