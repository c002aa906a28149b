"""One run in one folder: the lock goes with its process, and so does what a killed run left."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from gsyf_lib.errors import BusyError, OutputError
from gsyf_lib.processes import lock
from gsyf_lib.processes.lock import locked, private_folder, temporary_files_in

HOLD = """
import multiprocessing, sys, time
from pathlib import Path
from gsyf_lib.processes.lock import locked, private_folder
with private_folder() as private, locked(Path(sys.argv[1])):
    worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    worker.start()
    print(private, worker.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the folder, with a worker forked from it."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "2023")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        private, worker = process.stdout.readline().split()
        yield process, Path(private), int(worker)
        process.kill()
        os.kill(int(worker), signal.SIGKILL)


def test_a_held_folder_is_refused(tmp_path, holder):
    with pytest.raises(BusyError, match="另一个 gsyf 命令") as raised, locked(tmp_path / "2023"):
        pass
    assert raised.value.exit_code == 75


def test_a_killed_holder_leaves_no_lock_even_if_its_worker_lives_on(tmp_path, holder):
    process, private, worker = holder
    process.kill()
    process.wait()
    os.kill(worker, 0)
    assert private.is_dir()
    with locked(tmp_path / "2023"), private_folder() as mine:
        assert mine.is_dir()
        assert not private.exists()


def test_two_folders_are_held_apart(tmp_path):
    with locked(tmp_path / "2022"), locked(tmp_path / "2023"):
        pass


def test_only_the_private_folders_of_killed_runs_are_removed(holder):
    _, private, _ = holder
    precious = Path(tempfile.mkdtemp(prefix="gsyf-run-by-hand-"))
    with private_folder():
        assert private.is_dir()
        assert precious.is_dir()
    precious.rmdir()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give away")
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_another_user_has_put_in_the_place_of_a_left_folder_is_not_removed(
    tmp_path, monkeypatch, kind
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    planted, precious = tmp_path / "gsyf-run-x", tmp_path / "precious"
    planted.with_suffix(".lock").touch()
    precious.mkdir()
    planted.symlink_to(precious) if kind == "link" else planted.mkdir()
    (planted / "thesis.docx").touch()
    os.chown(planted, 12345, 12345, follow_symlinks=False)
    with private_folder():
        pass
    assert (planted / "thesis.docx").exists()
    os.chown(planted, 0, 0, follow_symlinks=False)
    with private_folder():
        pass
    assert (kind == "link") == (planted / "thesis.docx").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give away")
def test_a_folder_beside_another_users_lock_is_not_removed(tmp_path, monkeypatch):
    """Our own folder would be taken away on another user's word."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept, planted = tmp_path / "gsyf-run-x", tmp_path / "gsyf-run-x.lock"
    kept.mkdir()
    planted.touch()
    os.chown(planted, 12345, 12345)
    with private_folder():
        pass
    assert kept.is_dir() and planted.exists()


def test_a_private_folder_is_for_this_user_only_and_goes_in_the_end():
    with private_folder() as private, private_folder() as other:
        assert private.stat().st_mode & 0o077 == 0
        assert private != other
    assert not private.exists()
    assert not private.with_suffix(".lock").exists()


def test_a_lock_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="--out"), locked(tmp_path / "file" / "2023"):
        pass


def test_the_lock_is_free_again_at_once(tmp_path):
    begun = time.monotonic()
    for _ in range(3):
        with locked(tmp_path / "2023"):
            pass
    assert time.monotonic() - begun < 5


def test_a_librarys_temporary_files_lie_in_the_runs_own_folder(tmp_path):
    elsewhere = tempfile.gettempdir()
    with temporary_files_in(tmp_path), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == tmp_path
    assert tempfile.gettempdir() == elsewhere


def test_a_lock_that_another_run_swept_before_it_was_held_holds_nothing(tmp_path, monkeypatch):
    """Whoever sweeps takes the file away; a lock on what has no name any more keeps nobody out."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    take = lock._take
    swept: list[Path] = []

    def sweep_the_first(file) -> bool:
        if not swept:
            swept.extend(tmp_path.glob("*.lock"))
            swept[0].unlink()
        return take(file)

    monkeypatch.setattr(lock, "_take", sweep_the_first)
    with private_folder() as private:
        assert private.with_suffix(".lock").exists()
        assert private != swept[0].with_suffix("").resolve()


ENTER_OFTEN = """
from gsyf_lib.processes.lock import private_folder
for _ in range(150):
    with private_folder() as private:
        (private / "kept").touch()
        with private_folder():
            assert (private / "kept").exists()
"""


def test_runs_that_begin_and_end_at_the_same_time_take_nothing_from_each_other():
    runs = [
        subprocess.Popen([sys.executable, "-c", ENTER_OFTEN], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    told = [run.communicate()[1].decode()[-300:] for run in runs]
    assert told == [""] * 4


def test_no_place_for_temporary_files_is_told(monkeypatch):
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(OutputError, match="无法建立临时文件夹：磁盘已满.*TMPDIR"), private_folder():
        pass
