"""What a run keeps, renews and takes away of a report folder: page by page, file by file."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from test_manifest import manifest

from gsyf_lib.reports.manifest import Manifest, PageRecord
from gsyf_lib.reports.renewal import Renewal
from gsyf_lib.reports.workers import Job, Outcome

OLD = {"a.html": b"old a", "notebooks/a.ipynb": b"{}", "results.csv": b"1"}


def job(name: str) -> Job:
    return Job(name, f"{name}的报告", "city_report", {}, "", "", {}, (), {}, {}, "2024-03-01")


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in files.items()}


def record(pages: dict[str, PageRecord] | None = None, **files: bytes) -> Manifest:
    pages = pages or {"a": PageRecord("k", "2024-03-01")}
    return manifest(pages=pages, outputs=hashes(OLD | files))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one page, ``a``, as the last run left it."""
    place = tmp_path / "2023"
    for name, content in OLD.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    (place / "manifest.json").write_bytes(record().to_bytes())
    return place


def renewal(folder: Path, belongs: bool = True, key: str = "k") -> Renewal:
    old = manifest()
    about = old.plan, old.year, old.edition, old.synthetic is belongs
    return Renewal(folder, folder.parent / "staging", about, key)


def files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "manifest.json"}


def state(run: Renewal, name: str) -> str:
    return run.pages[name].state


def test_a_page_made_from_the_same_is_current_and_one_made_from_other_figures_is_stale(folder):
    run = renewal(folder)
    run.keep(job("a"))
    assert state(run, "a") == "current"
    run = renewal(folder, key="other")
    run.keep(job("a"))
    assert state(run, "a") == "stale"


def test_a_page_that_never_was_is_missing(folder):
    run = renewal(folder)
    run.keep(job("b"))
    assert state(run, "b") == "missing"
    assert run.outputs == {}


@pytest.mark.parametrize("name", ["a.html", "notebooks/a.ipynb"])
def test_a_page_that_somebody_edited_is_not_kept(folder, name):
    (folder / name).write_bytes(b"edited")
    run = renewal(folder)
    assert not run.is_current(job("a"))
    run.keep(job("a"))
    assert state(run, "a") == "missing"


def test_pages_of_other_reports_are_not_kept_and_their_files_go(folder):
    run = renewal(folder, belongs=False)
    run.keep(job("a"))
    assert state(run, "a") == "missing"
    run.put("results.csv", b"2")
    run.commit(b"new")
    assert files(folder) == {"results.csv": b"2"}


def test_what_is_no_longer_made_goes_unless_somebody_edited_it(folder):
    (folder / "a.html").write_bytes(b"edited")
    run = renewal(folder)
    run.put("results.csv", b"1")
    run.commit(b"new")
    assert files(folder) == {"a.html": b"edited", "results.csv": b"1"}


def test_a_file_that_comes_out_the_same_is_not_written_again(folder):
    before = (folder / "results.csv").stat()
    run = renewal(folder)
    run.put("results.csv", b"1")
    run.put("index.html", b"new")
    run.keep(job("a"))
    run.commit(b"new")
    after = (folder / "results.csv").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert files(folder) == OLD | {"index.html": b"new"}


def test_what_a_page_is_alone_is_put_down_too(folder):
    """No file but the manifest changes when a page is found to be older than its figures."""
    run = renewal(folder, key="other")
    run.put("results.csv", b"1")
    run.keep(job("a"))
    run.commit(b"stale now")
    assert (folder / "manifest.json").read_bytes() == b"stale now"


def test_a_page_that_failed_is_told_so_until_it_is_made(folder):
    """Its older page stays; the notebook that failed stands beside it."""
    run = renewal(folder, key="new")
    run.take(Outcome(job("a"), notebook=b"as far as it came", problem="除以零"))
    assert run.pages["a"] == PageRecord("k", "2024-03-01", "failed", "除以零", "a的报告")
    run.put("results.csv", b"1")
    run.commit(replace(record(), pages=run.pages, outputs=run.outputs).to_bytes())
    assert files(folder) == OLD | {"failed/a.ipynb": b"as far as it came"}
    later = renewal(folder, key="newer")
    later.keep(job("a"))
    assert (state(later, "a"), later.pages["a"].problem) == ("failed", "除以零")
    assert "failed/a.ipynb" in later.outputs
    later.take(Outcome(job("a"), b"{}", b"new a"))
    assert later.pages["a"] == PageRecord("newer", "2024-03-01", title="a的报告")


@pytest.mark.parametrize("times", [1, 2])
def test_what_somebody_edited_is_kept_beside_the_folder_before_it_is_made_anew(folder, times):
    beside = folder.parent / "2023（改动过的文件）"
    for number in range(1, times + 1):
        (folder / "a.html").write_bytes(b"edited %d" % number)
        run = renewal(folder)
        run.put("a.html", b"new a")
        assert [path.name for path, _ in run.set_aside()] == ["a.html"]
        assert [copy.name for _, copy in run.set_aside()] == [
            "a.html" if number == 1 else "a（2）.html"
        ]
    assert len(files(beside)) == times


def test_somebody_s_own_file_with_the_name_of_a_page_is_kept_beside(folder):
    (folder / "b.html").write_bytes(b"my own page")
    run = renewal(folder)
    run.put("b.html", b"new b")
    ((_, copy),) = run.set_aside()
    assert copy.read_bytes() == b"my own page"


def test_what_nobody_edited_is_not_kept_beside(folder):
    run = renewal(folder)
    run.put("a.html", b"new a")
    run.put("b.html", b"another page")
    assert [*run.set_aside()] == []
