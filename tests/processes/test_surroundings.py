"""What notebooks of a batch run in: nothing of the user's, and all that they need imported."""

import shutil
import sys
from pathlib import Path

import page_made_there
import pytest
from small_notebooks import write_notebooks

import gsyf_lib as gs
from gsyf_lib.assessment import hand_over
from gsyf_lib.processes.prepared import Prepared
from gsyf_lib.reports.closing import digest_of
from gsyf_lib.reports.surroundings import notebook_environment, working_folder
from gsyf_lib.reports.workers import Job

DATA = Path(__file__).parents[2] / "data"


def test_a_notebook_sees_nothing_of_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "geheim")
    monkeypatch.setenv("LANG", "zh_CN.GBK")
    seen = notebook_environment(tmp_path)
    assert "TOKEN" not in seen
    assert "LANG" not in seen
    assert seen["HOME"].startswith(str(tmp_path))


def test_it_works_in_an_empty_folder_with_data_that_goes_afterwards(tmp_path):
    with working_folder(tmp_path, DATA) as folder:
        assert [path.name for path in folder.iterdir()] == ["data"]
        assert (folder / "data" / "plan.toml").exists()
    assert not folder.exists()
    assert (DATA / "plan.toml").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_pages_are_made_with_what_is_imported_once_for_all(tmp_path, judged):
    """What each process imported by itself, it would hold by itself: 40 MB once."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("annexes.txt"))
    hand_over(gs.judge(tmp_path / "data"), tmp_path / "reading")
    write_notebooks(tmp_path / "notebooks")
    digest = digest_of(judged.plan, judged.submissions, judged.results(2023))
    parameters = {"area": "太原市", "year": 2023}
    job = Job("140100", "", "city_report", parameters, "", "", {}, (), {}, {}, "", digest)
    environment = notebook_environment(tmp_path) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = Prepared(["gsyf_lib.reports.preload", "page_made_there"], environment, tmp_path)
    (imported,) = process.run(page_made_there.imported_for, job, tmp_path)
    process.close()
    assert imported <= {"multiprocessing.popen_fork"}  # of the first fork
