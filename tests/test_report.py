"""A whole report run on the example: what is made, what it says, and what a failure leaves."""

import json
import multiprocessing
from hashlib import sha256
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.errors import BuildError
from gsyf_lib.publish import batch
from gsyf_lib.publish.notebooks import notebook_path, run_notebook

ALL_NOTEBOOKS = {"city_report", "province_report", "baseline_declines", "coverage_trajectories"}


def pages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.html"))


def test_a_run_makes_every_page_and_says_so(report_folder, plan):
    names = {path.stem for path in pages(report_folder)}
    cities = set(plan.areas.loc[plan.areas["level"] != "county", "code"])
    assert names == cities | {"index", "baseline_declines", "coverage_trajectories"}


def test_every_page_says_that_the_data_are_synthetic_and_how_far_they_go(report_folder):
    for path in pages(report_folder):
        text = path.read_text("utf-8")
        assert "示例数据（非真实）" in text, path.name
        assert "数据截至" in text, path.name
        assert "内部版" in text, path.name


def test_no_page_shows_a_gap_in_the_data_as_nan(report_folder):
    for path in pages(report_folder):
        text = path.read_text("utf-8")
        for word in (">nan", ">NaN", ">None", ">&lt;NA", ">NaT"):
            assert word not in text, (path.name, word)


def test_a_city_page_answers_every_question_of_the_plan(report_folder):
    page = (report_folder / "140100.html").read_text("utf-8")
    for section in (
        "总体结论", "年度目标完成情况", "事故起数和伤亡人数的变化", "重点岗位人员培训覆盖率",
        "尘肺病报告比例", "报送情况", "年度工作任务", "数据质量问题和修订", "条款口径", "数据来源",
    ):  # fmt: skip
        assert f">{section}</h2>" in page
    assert page.count("<svg") == 3


def test_the_verdict_on_the_page_is_the_one_in_the_results(report_folder):
    results = pd.read_csv(report_folder / "results.csv")
    row = results[
        (results["area"] == "太原市")
        & (results["industry"] == "建筑施工")
        & (results["indicator"] == "accidents")
    ].iloc[0]
    assert (row["baseline"], row["value"], row["allowed"], row["status"]) == (30, 28, 27, "missed")
    assert "建筑施工事故起数（超出1起）" in (report_folder / "140100.html").read_text("utf-8")


def test_the_late_city_the_missing_table_and_the_wrong_cell_are_on_their_pages(report_folder):
    late = (report_folder / "140700.html").read_text("utf-8")
    missing = (report_folder / "140900.html").read_text("utf-8")
    wrong = (report_folder / "141100.html").read_text("utf-8")
    assert "逾期报送45天" in late
    assert "逾期未报" in missing
    assert "12例左右" in wrong
    assert "当年数据有误，未采用" in wrong


def test_the_manifest_holds_the_hash_of_every_output_and_input(report_folder, example):
    manifest = json.loads((report_folder / "manifest.json").read_text("utf-8"))
    files = [p for p in report_folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
    hashes = {
        p.relative_to(report_folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files
    }
    assert manifest["outputs"] == hashes
    assert manifest["inputs"] == dict(
        zip(example.sources["file"], example.sources["sha256"], strict=True)
    )
    assert manifest["synthetic"] is True


def test_no_output_holds_a_path_of_this_machine(report_folder, plan):
    for path in report_folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for place in (str(plan.folder.resolve()), str(Path.home()), "/tmp/"):
                assert place.encode() not in content, (path.name, place)


def test_the_same_inputs_give_the_same_bytes(report_folder, plan, tmp_path):
    batch.build_reports(plan, tell=print, year=2023, areas=["太原"], out=tmp_path)
    for name in ("140100.html", "notebooks/140100.ipynb", "results.csv", "findings.csv"):
        assert (tmp_path / name).read_bytes() == (report_folder / name).read_bytes(), name


def fake_run(name: str, data: Path, parameters: dict) -> nbformat.NotebookNode:
    """Stand in for a kernel: 大同市 fails, every other notebook shows nothing."""
    if parameters["area"] == "大同市":
        raise BuildError("笔记本运行失败：内核退出")
    return nbformat.v4.new_notebook()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.fail("the workers would not see the stand-in: write this test anew for Windows")
    monkeypatch.setattr(batch, "run_notebook", fake_run)


def test_one_city_that_fails_does_not_stop_the_others(forked, plan, tmp_path):
    said: list[str] = []
    code = batch.build_reports(plan, tell=said.append, year=2023, out=tmp_path)
    assert code == 3
    assert len(pages(tmp_path)) == 14
    assert not (tmp_path / "140200.html").exists()
    assert "生成失败" in (tmp_path / "index.html").read_text("utf-8")
    assert any("大同市" in line and "内核退出" in line for line in said)
    assert said[-1].endswith("生成13页，失败1页")


def test_a_missing_submission_and_an_error_have_their_exit_codes(forked, plan, tmp_path):
    def run(**more: bool) -> int:
        return batch.build_reports(
            plan, tell=str, year=2023, areas=["太原市"], out=tmp_path, **more
        )

    assert run() == 0
    assert run(strict=True) == 1
    assert run(require_complete=True, strict=True) == 5


def test_an_output_folder_that_cannot_be_made_is_an_output_error(forked, plan, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(gs.OutputError, match="无法建立输出文件夹"):
        batch.build_reports(plan, tell=str, year=2023, out=tmp_path / "file" / "reports")


def test_the_year_not_given_is_the_latest_reported(plan, example):
    assert gs.latest_year(plan, example.observations) == 2025


def test_a_kernel_that_dies_is_a_failed_notebook(tmp_path, plan, monkeypatch):
    broken = nbformat.v4.new_notebook()
    broken.cells = [nbformat.v4.new_code_cell("import os\nos._exit(0)")]
    broken.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(broken, tmp_path / "broken.ipynb")
    monkeypatch.setattr(
        "gsyf_lib.publish.notebooks.notebook_path", lambda name: tmp_path / f"{name}.ipynb"
    )
    with pytest.raises(BuildError, match="broken.ipynb"):
        run_notebook("broken", plan.folder, {})


def test_a_notebook_that_leaves_early_is_a_failed_notebook(tmp_path, plan, monkeypatch):
    left = nbformat.v4.new_notebook()
    left.cells = [nbformat.v4.new_code_cell(text) for text in ("import sys; sys.exit(0)", "1")]
    left.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(left, tmp_path / "left.ipynb")
    monkeypatch.setattr(
        "gsyf_lib.publish.notebooks.notebook_path", lambda name: tmp_path / f"{name}.ipynb"
    )
    with pytest.raises(BuildError, match=r"left.ipynb"):
        run_notebook("left", plan.folder, {})


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
    assert len(kinds) == 14


def test_an_overview_notebook_can_be_asked_for_one_city(plan):
    executed = run_notebook("baseline_declines", plan.folder, {"area": "大同市", "year": 2022})
    shown = str(executed)
    assert "大同市" in shown
    assert "太原市" not in shown


def test_without_any_submission_nothing_is_started(plan):
    with pytest.raises(gs.UsageError, match="没有收到任何报送文件"):
        batch.build_reports(plan, tell=str, year=2023, as_of="2020-01-01")


def test_a_county_has_no_page_and_is_told_so(plan):
    with pytest.raises(gs.UsageError, match="没有单独的报告"):
        batch.build_reports(plan, tell=str, year=2023, areas=["清徐县"])
