"""Inputs are copied and hashed first; whatever lies among them, the checks find it in the copy."""

import datetime as dt
import os
import shutil
import stat
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

import gsyf_lib as gs
from gsyf_lib.reports.inputs import copy_inputs, hash_inputs
from gsyf_lib.submissions import submitted_files

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("raw"))
    (folder / "raw" / "submissions").mkdir(parents=True)
    return folder


def put(data: Path, name: str, content: bytes = b"x") -> Path:
    path = data / "raw" / "submissions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_file_a_run_reads_has_its_hash(plan, example):
    hashes = hash_inputs(DATA, None)
    assert {"plan.toml", "targets.csv", "codes/areas.csv"} <= set(hashes)
    submitted = dict(zip(example.sources["file"], example.sources["sha256"], strict=True))
    assert {f"raw/example/{name}": hash_ for name, hash_ in submitted.items()} == {
        name: hash_ for name, hash_ in hashes.items() if name.startswith("raw/")
    }


def test_the_copy_has_the_hashes_of_the_original_and_reads_as_it(tmp_path, example):
    assert copy_inputs(DATA, None, tmp_path) == hash_inputs(DATA, None)
    again = gs.load_submissions(gs.load_plan(tmp_path))
    for name in ("observations", "findings", "sources", "progress", "revisions"):
        assert getattr(again, name).equals(getattr(example, name)), name


def test_a_file_that_changes_after_the_copy_changes_nothing(data, tmp_path):
    path = put(data, "2023-01-01/a.csv", b"old")
    hashes = copy_inputs(data, None, tmp_path / "copy")
    path.write_bytes(b"new")
    name = "raw/submissions/2023-01-01/a.csv"
    assert (tmp_path / "copy" / name).read_bytes() == b"old"
    assert hashes[name] == sha256(b"old").hexdigest()


def test_what_came_later_than_as_of_is_no_input(data):
    put(data, "2023-01-01/a.csv")
    before = hash_inputs(data, "2023-06-30")
    put(data, "2023-07-01/b.csv")
    put(data, ".hidden")
    assert hash_inputs(data, "2023-06-30") == before
    assert hash_inputs(data, None) != before


def test_a_folder_named_by_no_day_is_an_input_of_every_day(data):
    """The checks tell of 20231231 whatever the day, so a report has to read it, too."""
    before = hash_inputs(data, "2023-06-30")
    put(data, "20231231/a.csv")
    assert hash_inputs(data, "2023-06-30").keys() - before == {"raw/submissions/20231231/a.csv"}
    assert ("folder-undated", "20231231") in findings(data)


def test_the_example_is_no_input_once_a_real_file_is_there(data):
    shutil.copytree(DATA / "raw" / "example", data / "raw" / "example")
    put(data, "README.md")
    assert any(name.startswith("raw/example/") for name in hash_inputs(data, None))
    put(data, "2030-01-01/a.csv")
    assert not any("/example/" in name for name in hash_inputs(data, "2023-12-31"))


def findings(folder: Path) -> list[tuple[str, str]]:
    found = gs.load_submissions(gs.load_plan(folder), "2024-01-01").findings
    return sorted(zip(found["code"], found["file"], strict=True))


def test_odd_entries_give_the_same_findings_in_the_copy(data, tmp_path):
    day = put(data, "2023-01-01/空.csv", b"").parent
    os.mkfifo(day / "管道.csv")
    (day / "链接.csv").symlink_to("/etc/hostname")
    (day.parent / "没有日期").mkdir()
    put(data, "也没有日期/a.csv")
    name = os.fsdecode("太原.csv".encode("gb18030"))
    (day / name).write_bytes(b"x")
    hashes = copy_inputs(data, None, tmp_path / "copy")
    assert hashes == hash_inputs(data, None)
    assert findings(tmp_path / "copy") == findings(data)
    assert len(findings(data)) >= 6


def test_what_is_larger_than_any_table_is_neither_copied_nor_read_whole(data, tmp_path):
    """Four GB that take no room on the sender's disk are not to fill ours."""
    for name in ("大.csv", "大.xlsx", "录像.mp4"):
        os.truncate(put(data, f"2023-01-01/{name}", b"PK\x03\x04"), 4 * 2**30)
    archive = put(data, "2023-01-01/大.dat")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("filling", bytes(60 * 2**20))
        packed.writestr("xl/workbook.xml", b"x")
    begun = time.process_time()
    hashes = copy_inputs(data, None, tmp_path / "copy")
    assert hash_inputs(data, None) == hashes
    assert time.process_time() - begun < 3  # 4 GB take longer to hash, and the 60 MB do not
    copies = list((tmp_path / "copy" / "raw" / "submissions" / "2023-01-01").iterdir())
    assert sum(copy.stat().st_blocks * 512 for copy in copies) < 20 * 2**20
    assert findings(tmp_path / "copy") == findings(data)
    codes = [code for code, _ in findings(data)]
    assert (codes.count("file-too-large"), "file-ending" in codes) == (2, True)


def test_a_large_file_that_changes_is_another_input(data):
    path = put(data, "2023-01-01/大.xlsx")
    os.truncate(path, 2**30)
    before = hash_inputs(data, None)
    os.truncate(path, 2**30 + 1)
    longer = hash_inputs(data, None)
    with path.open("r+b") as file:
        file.write(b"PK")
    assert len({repr(hashes) for hashes in (before, longer, hash_inputs(data, None))}) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_closed_files_and_folders_are_told_and_do_not_stop_the_run(data, tmp_path):
    put(data, "2023-01-01/a.csv").chmod(0)
    closed = put(data, "2023-01-02/b.csv").parent
    closed.chmod(0)
    try:
        copy_inputs(data, None, tmp_path / "copy")
        assert findings(tmp_path / "copy") == findings(data)
    finally:
        closed.chmod(stat.S_IRWXU)


def test_no_hash_names_a_path_of_this_machine(data, tmp_path):
    put(data, "2023-01-01/a.csv")
    (data / "raw" / "submissions" / "2023-01-01" / "b.csv").symlink_to(tmp_path)
    assert hash_inputs(data, None)["raw/submissions/2023-01-01/b.csv"] == "link"


@pytest.fixture
def too_deep(tmp_path, monkeypatch) -> Path:
    """A plan folder with a file in it that lies deeper than the system takes paths."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("example"))
    day = folder / "raw" / "submissions" / "2024-02-20"
    day.mkdir(parents=True)
    rows = "年度,市,行业,事故起数,伤亡人数\n2022,大同市,建筑施工,1,3\n"
    (day / "大同市.csv").write_text(rows, "utf-8")
    monkeypatch.chdir(day)
    for _ in range(30):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    Path("太原市.csv").write_text("年度", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere other limits hold")
def test_a_path_too_long_is_one_finding_and_the_others_are_read(too_deep, tmp_path):
    read = gs.load_submissions(gs.load_plan(too_deep))
    (found,) = read.findings[read.findings["code"] == "file-unreadable"].to_dict("records")
    assert "路径或文件名过长" in found["message"]
    assert sorted(read.observations["value"]) == [1, 3]
    day = too_deep / "raw" / "submissions" / "2024-02-20"
    given = submitted_files(gs.load_plan(too_deep), [day])
    assert len(given) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere other limits hold")
def test_a_path_too_long_ends_no_report(too_deep, tmp_path):
    hashes = hash_inputs(too_deep, None)
    assert copy_inputs(too_deep, None, tmp_path / "copy") == hashes
    (name,) = [name for name, hash_ in hashes.items() if hash_ == "unreadable"]
    assert name.endswith("d" * 200)


def test_a_file_of_a_day_to_come_is_another_input_on_that_day(tmp_path, monkeypatch):
    """It is not used before its day, and an unchanged run would keep the pages made without it."""
    plan = tmp_path / "data"
    shutil.copytree(DATA, plan)
    name = "raw/submissions/2027-05-01/太原市.csv"
    (plan / name).parent.mkdir(parents=True)
    (plan / name).write_text("年度,市,行业,事故起数,伤亡人数\n", encoding="utf-8")

    class Clock(dt.date):
        @classmethod
        def today(cls):
            return cls.now

    monkeypatch.setattr("gsyf_lib.reports.inputs.dt.date", Clock)
    found = []
    for now in (Clock(2027, 4, 30), Clock(2027, 5, 1)):
        Clock.now = now
        into = tmp_path / str(now)
        assert copy_inputs(plan, None, into) == hash_inputs(plan, None)
        assert (into / name).is_file()
        found.append(hash_inputs(plan, None)[name])
    assert found[0] == "future" != found[1]
