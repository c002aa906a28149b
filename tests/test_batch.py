"""Runs that go wrong in every way: nothing half done is shown, the rest goes on, all is told."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from quick_runs import read_once
from small_notebooks import in_city, write_notebooks

from gsyf_lib.publish import notebooks, provenance
from gsyf_lib.publish.manifest import Manifest, differences, read_manifest
from gsyf_lib.publish.request import Request
from gsyf_lib.publish.run import report

DATA = Path(__file__).parent.parent / "data"
FAULTS = {
    "大同市": "import os\nos._exit(0)",
    "阳泉市": "import sys\nsys.exit(0)",
    "长治市": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "晋城市": "while True:\n    pass",
    "朔州市": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)",
    "晋中市": "1 / 0",
    "运城市": "results = results.assign(status='met')",
    "忻州市": (
        "from gsyf_lib.html import Html\n"
        "Html._repr_html_ = lambda self: None\n"
        "get_ipython().user_ns['Out'][99] = Html('lost on its way')"
    ),
    "临汾市": "submissions.observations.loc[0, 'value'] = 4711",
}
PROBLEMS = {
    "140200": "内核中途退出",
    "140300": "SystemExit 0",
    "140400": "内核中途退出",
    "140500": "没有结束",
    "140600": "没有结束",
    "140700": "ZeroDivisionError division by zero",
    "140800": "摘要不符",
    "140900": "收到的却是",
}
SECRET = "hunter2-secret"


@dataclass
class Run:
    """A run: its exit code, what it told, and the folder."""

    code: int
    told: list[str]
    folder: Path

    @property
    def manifest(self) -> Manifest:
        found = read_manifest(self.folder)
        assert found is not None
        return found


def run(folder: Path, **asked: object) -> Run:
    told: list[str] = []
    request = Request(**{"data": DATA, "year": 2023, "out": folder} | asked)
    return Run(report(request, told.append), told, folder)


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        read_once(monkeypatch)
        yield monkeypatch


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch) -> Run:
    """A run in which all goes well."""
    place = tmp_path_factory.mktemp("batch")
    patched.setattr(provenance, "NOTEBOOK_FOLDERS", (write_notebooks(place / "notebooks"),))
    return run(place / "good")


@pytest.fixture(scope="module")
def part(good: Run) -> Run:
    """A run that was asked for two areas."""
    return run(good.folder.with_name("part"), areas=("山西", "太原"))


@pytest.fixture(scope="module")
def faulty(good: Run, part: Run, patched: pytest.MonkeyPatch) -> Run:
    """The next run, in which nine cities fail, each in its own way."""
    faults = "\n".join(in_city(code, city) for city, code in FAULTS.items())
    tell_all = "import os\nprint(dict(os.environ))"
    place = write_notebooks(good.folder.parent / "faulty notebooks", f"{faults}\n{tell_all}")
    patched.setattr(provenance, "NOTEBOOK_FOLDERS", (place,))
    patched.setattr(notebooks, "CELL_TIMEOUT", 5)
    patched.setenv("SECRET", SECRET)
    folder = good.folder.with_name("faulty")
    shutil.copytree(good.folder, folder)
    return run(folder)


def test_all_goes_well(good):
    assert (good.code, good.told[-4:]) == (
        0,
        ["  生成：18页", "  未变：0页", "  失败：0页", "  未更新：0页"],
    )
    assert not (good.folder / "failed").exists()


def test_failures_have_exit_code_3_and_stop_nothing_else(faulty):
    assert faulty.code == 3
    assert faulty.told[-4] == "  生成：10页"
    states = {name: page.state for name, page in faulty.manifest.pages.items()}
    assert {name for name, state in states.items() if state == "failed"} == set(PROBLEMS)


@pytest.mark.parametrize(("name", "problem"), PROBLEMS.items())
def test_every_failure_is_seen_and_told(faulty, name, problem):
    assert problem in faulty.manifest.pages[name].problem
    assert any(problem in line for line in faulty.told)


def test_another_citys_figures_changed_in_a_notebook_are_not_its_own_failure(faulty):
    """临汾市 writes into a figure of the province, which its page does not use."""
    assert faulty.manifest.pages["141000"].state == "current"


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_failed_notebook_is_kept_with_its_error_on_top(faulty, name):
    kept = nbformat.read(faulty.folder / "failed" / f"{name}.ipynb", as_version=4)
    assert "没有生成。" in kept.cells[0].source
    assert PROBLEMS[name] in kept.cells[0].source
    assert len(kept.cells) == 8


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_last_good_page_stays_and_the_index_says_how_old_it_is(good, faulty, name):
    for file in (f"{name}.html", f"notebooks/{name}.ipynb"):
        assert (faulty.folder / file).read_bytes() == (good.folder / file).read_bytes()
    index = (faulty.folder / "index.html").read_text("utf-8")
    row = re.search(rf'<th scope="row"><a href="{name}.html".*?</tr>', index, re.DOTALL)[0]
    assert "未更新" in row
    assert "截至2025年12月26日" in row
    # Counts of now beside a page of then would contradict it: only what came in is counted.
    assert re.findall(r'<td class="n">(.*?)</td>', row) == ["8/8"] or name in ("140900", "141100")


def test_a_failed_page_without_an_older_one_is_listed_without_a_link(faulty, tmp_path):
    first = run(tmp_path / "2023", areas=("阳泉", "太原"))
    assert (first.code, first.manifest.pages["140300"].state) == (3, "failed")
    index = (first.folder / "index.html").read_text("utf-8")
    assert "140300.html" not in index
    assert "生成失败" in index
    assert "尚未生成" in index


def dead_links(folder: Path) -> set[tuple[str, str]]:
    """Return (page, target) of every link that leads nowhere on a USB stick."""
    links = {
        (page.name, unquote(href))
        for page in folder.glob("*.html")
        for href in re.findall(r'href="([^"#]+)', page.read_text("utf-8"))
    }
    return {(page, href) for page, href in links if not (folder / href).is_file()}


def test_no_link_leads_nowhere_though_some_pages_failed_or_were_not_asked_for(good, part, faulty):
    for folder in (good.folder, faulty.folder, part.folder):
        assert dead_links(folder) == set()
    assert 'href="coverage_trajectories.html"' in (part.folder / "140000.html").read_text("utf-8")
    absent = (part.folder / "140200.html").read_text("utf-8")
    for said in ("本页尚未生成", "示例数据（非真实）", '<a href="index.html">目录</a>'):
        assert said in absent
    assert "140200.html" not in (part.folder / "index.html").read_text("utf-8")


def test_the_folder_verifies_all_the_same(faulty):
    assert list(differences(faulty.folder, faulty.manifest)) == []


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")


def test_no_secret_of_the_environment_gets_into_a_file(faulty):
    for name, text in texts(faulty.folder):
        assert SECRET not in text, name
    printed = (faulty.folder / "notebooks" / "140100.ipynb").read_text("utf-8")
    assert "GSYF_SHARED" in printed  # the notebook did print its variables


def test_no_path_of_this_machine_gets_into_a_file_not_even_by_an_error(faulty):
    for name, text in texts(faulty.folder):
        for line in text.splitlines():
            if "GSYF_SHARED" not in line:
                assert str(DATA.parent) not in line, name
                assert "/tmp/" not in line, (name, line)


@pytest.mark.parametrize("before", ["faulty", "part"])
def test_the_next_good_run_makes_up_for_it(good, faulty, part, before, tmp_path):
    folder = tmp_path / "2023"
    shutil.copytree(faulty.folder.with_name(before), folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        good_notebooks = good.folder.parent / "notebooks"
        monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (good_notebooks,))
        again = run(folder)
    made = {"faulty": 10, "part": 16}[before]
    assert (again.code, *again.told[-4:-2]) == (0, f"  生成：{made}页", f"  未变：{18 - made}页")
    for path in good.folder.rglob("*"):
        if path.is_file():
            same = folder / path.relative_to(good.folder)
            assert same.read_bytes() == path.read_bytes(), path.name
    assert not (folder / "failed" / "140200.ipynb").exists()
    made = json.loads((folder / "manifest.json").read_bytes())["pages"]
    assert made.keys() == good.manifest.pages.keys()
    assert {page["state"] for page in made.values()} == {"current"}
