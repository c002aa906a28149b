"""make wheelhouse: an office without internet installs gsyf from a folder and renders a city."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from offline import gather

ROOT = Path(__file__).parent.parent
OFFLINE = ROOT / "offline"
WHOLE = (ROOT / "requirements.lock").read_text("utf-8")
LOCK = gather.without_tools(WHOLE)
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def names(requirements: str) -> set[str]:
    return {line.partition("==")[0] for line in requirements.splitlines() if line[0] != " "}


def test_what_is_installed_offline_is_the_lock_without_the_tools_that_only_test_gsyf():
    assert set(gather.entries(LOCK)) < set(gather.entries(WHOLE))
    tools = names(WHOLE) - names(LOCK)
    assert {"pytest", "hypothesis", "mypy", "ruff", "playwright", "statsmodels"} <= tools
    # What a tool shares with gsyf stays, and so does what only another system needs.
    assert {"packaging", "pyyaml", "numpy", "pywinpty", "colorama"} <= names(LOCK)
    assert len(tools) < 50


def test_gsyf_needs_nothing_that_is_not_taken_along():
    assert set(gather.needed(Requirement("gsyf"), set())) - names(LOCK) == {"gsyf"}


@pytest.mark.parametrize("python", gather.PYTHONS)
def test_each_system_gets_the_packages_of_its_own(python):
    windows = names(gather.wanted(LOCK, "windows", f"{python}.0"))
    linux = names(gather.wanted(LOCK, "linux", f"{python}.0"))
    assert {"pywinpty", "colorama"} <= windows - linux
    assert "pexpect" in linux - windows
    assert {"pandas", "jupyterlab", "ipywidgets", "zhplot"} <= windows & linux


def test_a_condition_on_the_python_version_is_that_of_the_office():
    lock = "a==1 ; python_full_version < '3.11.5' \\\n    --hash=x\nb==2 \\\n    --hash=y\n"
    assert gather.wanted(lock, "linux", "3.11.4").startswith("a==1 \\\n")
    assert gather.wanted(lock, "linux", "3.11.5") == "b==2 \\\n    --hash=y\n"


def test_an_installer_has_two_lines_and_asks_no_index():
    for name in gather.INSTALLERS.values():
        first, second = (OFFLINE / name).read_text("utf-8").splitlines()
        assert "-m venv" in first
        assert "--no-index" in second
        assert "--require-hashes" in second
    windows = (OFFLINE / "install.bat").read_bytes()
    assert windows.isascii()
    assert windows.count(b"\r\n") == 2


def test_no_submission_and_nothing_left_by_jupyterlab_is_packed(tmp_path, monkeypatch):
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / "here" / name)
    received = tmp_path / "here" / "data" / "raw" / "submissions" / "2024-02-20"
    received.mkdir(parents=True)
    (received / "real.csv").write_text("年度")
    left = tmp_path / "here" / "notebooks" / ".ipynb_checkpoints"
    left.mkdir()
    (left / "city_report-checkpoint.ipynb").write_text("{}")
    monkeypatch.setattr(gather, "ROOT", tmp_path / "here")
    folder = tmp_path / "packed"
    folder.mkdir()
    gather.pack_plan(folder)
    packed = [path.name for path in folder.rglob("*") if path.is_file()]
    assert "real.csv" not in packed
    assert sorted(name for name in packed if name.endswith(".ipynb")) == NOTEBOOKS
    assert len(packed) > 200


def test_a_notebook_that_shows_figures_is_not_handed_on(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    notebook = nbformat.read(tmp_path / "notebooks" / "city_report.ipynb", as_version=4)
    notebook.cells[3].outputs = [nbformat.v4.new_output("stream", text="太原市：28起")]
    nbformat.write(notebook, tmp_path / "notebooks" / "city_report.ipynb")
    monkeypatch.setattr(gather, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"city_report\.ipynb"):
        gather.gather(tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_the_wheel_holds_notebooks_and_templates_and_no_data(tmp_path):
    with zipfile.ZipFile(gather.own_wheel(tmp_path)) as wheel:
        files = wheel.namelist()
    assert sorted(Path(f).name for f in files if f.endswith(".ipynb")) == NOTEBOOKS
    assert "gsyf_example/__init__.py" in files, "gsyf example needs it"
    package = ROOT / "gsyf_lib"
    templates = [*(package / "reports" / "template").rglob("*.*")]
    assert templates
    for template in templates:
        assert template.relative_to(ROOT).as_posix() in files
    assert not [f for f in files if f.startswith(("data/", "tests/")) or "submissions/2" in f]


@pytest.mark.skipif("WHEELHOUSE" not in os.environ, reason="takes minutes: make test-offline")
def test_the_linux_folder_installs_without_an_index_and_renders_a_city(tmp_path, monkeypatch):
    monkeypatch.setattr(gather, "PATCHES", [sys.version_info.micro])
    gather.gather(tmp_path / "made", ["linux"], [RUNNING])
    office = tmp_path / "office"
    shutil.move(tmp_path / "made" / "linux", office)
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    kept = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    clean = {**kept, **nowhere, "PYTHON": sys.executable, "PIP_CONFIG_FILE": os.devnull}
    clean["PIP_NO_COMPILE"] = "1"  # half of the time, and only the first start is slower
    subprocess.run(["sh", "install.sh"], cwd=office, env=clean, check=True, timeout=600)
    command = [".venv/bin/gsyf", "report", "--year", "2023", "--area", "太原市"]
    subprocess.run(command, cwd=office, env=clean, check=True, timeout=300)
    written = {path.name for path in (office / "reports" / "2023").iterdir()}
    assert {"index.html", "140100.html", "results.xlsx", "datapackage.json"} <= written
    page = (office / "reports" / "2023" / "140100.html").read_text("utf-8")
    assert "建筑施工事故起数（超控制目标1起）" in page
