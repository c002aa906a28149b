"""Runs that go wrong in every way: nothing half done is shown, the rest goes on, all is told."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from quick_runs import read_once
from small_notebooks import in_city, write_notebooks

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.errors import UsageError
from gsyf_lib.reports import provenance
from gsyf_lib.reports.manifest import Manifest, differences, read_manifest
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report
from gsyf_lib.reports.workers import LocalWorkers

DATA = Path(__file__).parents[2] / "data"
FAULTS = {
    "大同市": "import os\nos._exit(0)",
    "阳泉市": "import sys\nsys.exit(0)",
    "长治市": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "晋城市": "while True:\n    pass",
    "朔州市": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)",
    "晋中市": "1 / 0",
    "运城市": "results = results.assign(status='met')",
    "忻州市": (
        "from gsyf_lib.documents.blocks import Block, Paragraph\n"
        "Block._repr_mimebundle_ = lambda self, **_: {}\n"
        "get_ipython().user_ns['Out'][99] = Paragraph('lost on its way')"
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
    "141000": "摘要不符",
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
def patched(judged: JudgedPlan) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        read_once(monkeypatch, judged)
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
    patched.setattr(LocalWorkers, "seconds", 5)
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
    assert faulty.told[-6:-4] == ["  生成：9页", "  未变：0页"]
    states = {name: page.state for name, page in faulty.manifest.pages.items()}
    assert {name for name, state in states.items() if state == "failed"} == set(PROBLEMS)


@pytest.mark.parametrize(("name", "problem"), PROBLEMS.items())
def test_every_failure_is_seen_and_told(faulty, name, problem):
    assert problem in faulty.manifest.pages[name].problem
    assert any(problem in line for line in faulty.told)


def test_the_summary_names_the_failed_pages_once_and_says_where_to_look(faulty):
    failed, stale, where, why = faulty.told[-4:]
    assert failed.startswith(
        "  失败：9页（大同市2023年工伤预防年度报告，保留截至2025-12-26的旧页、"
    )
    assert stale == "  未更新：0页"
    assert where == f"  失败的笔记本及其错误：{faulty.folder / 'failed'}"
    assert why == "有页面没有生成，其余页面不受影响；退出码为3"
    assert not re.search(r"14\d{4}", "".join(faulty.told))


@pytest.mark.parametrize(
    ("asked", "code", "why"),
    [
        ({"strict": True}, 1, "--strict：报送数据有1项错误级问题"),
        ({"require_complete": True}, 5, "--require-complete：2023年数据没有报齐"),
        ({"strict": True, "require_complete": True}, 5, "--require-complete："),
    ],
)
def test_a_run_that_does_not_end_with_0_says_why(good, asked, code, why, monkeypatch):
    monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (good.folder.parent / "notebooks",))
    again = run(good.folder, **asked)
    assert (again.code, again.told[-1].startswith(why)) == (code, True)
    assert again.told[-1].endswith(f"退出码为{code}")


def test_a_folder_of_somebody_is_refused_before_anything_is_made(good, tmp_path, monkeypatch):
    (tmp_path / "2023").mkdir()
    (tmp_path / "2023" / "index.html").write_bytes(b"mine")
    monkeypatch.setattr("gsyf_lib.reports.batch.locked", lambda _: pytest.fail("begun"))
    for asked in ({}, {"force": True}, {"year": None}):
        with pytest.raises(UsageError, match="已有“index.html”"):
            run(tmp_path / "2023", **asked)
    assert [path.name for path in (tmp_path / "2023").iterdir()] == ["index.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["2023"]


def test_a_planted_manifest_deletes_nothing(good, tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (good.folder.parent / "notebooks",))
    thesis = tmp_path / "precious" / "thesis.docx"
    thesis.parent.mkdir()
    thesis.write_bytes(b"years of work")
    folder = tmp_path / "2023"
    shutil.copytree(good.folder, folder)
    hash_ = sha256(b"years of work").hexdigest()
    planted = replace(
        good.manifest, outputs=good.manifest.outputs | {"../precious/thesis.docx": hash_}
    )
    (folder / "manifest.json").write_bytes(planted.to_bytes())
    with pytest.raises(UsageError):
        run(folder)
    assert thesis.read_bytes() == b"years of work"


def test_what_is_no_longer_made_goes_unless_somebody_has_edited_it(good, tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (good.folder.parent / "notebooks",))
    folder = tmp_path / "2023"
    shutil.copytree(good.folder, folder)
    for name in ("old.html", "edited.html"):
        (folder / name).write_bytes(b"made once")
    outputs = dict.fromkeys(("old.html", "edited.html"), sha256(b"made once").hexdigest())
    before = replace(good.manifest, outputs=good.manifest.outputs | outputs)
    (folder / "manifest.json").write_bytes(before.to_bytes())
    (folder / "edited.html").write_bytes(b"made once, edited since")
    assert run(folder).code == 0
    assert not (folder / "old.html").exists()
    assert (folder / "edited.html").read_bytes() == b"made once, edited since"


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
    assert list(differences(faulty.folder, faulty.manifest.outputs)) == []


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
    made = {"faulty": 9, "part": 16}[before]
    assert (again.code, *again.told[-4:-2]) == (0, f"  生成：{made}页", f"  未变：{18 - made}页")
    for path in good.folder.rglob("*"):
        if path.is_file():
            same = folder / path.relative_to(good.folder)
            assert same.read_bytes() == path.read_bytes(), path.name
    assert not (folder / "failed" / "140200.ipynb").exists()
    made = json.loads((folder / "manifest.json").read_bytes())["pages"]
    assert made.keys() == good.manifest.pages.keys()
    assert {page["state"] for page in made.values()} == {"current"}
