"""A prepared process: it answers what it is asked, sees what it is given, ends with who asks."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import done_there
import pytest
from processes import gone, living, orphans

from gsyf_lib.errors import MachineError, UsageError
from gsyf_lib.processes import prepared
from gsyf_lib.processes.prepared import Prepared

HERE = str(Path(__file__).parents[1])
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": HERE, "CHOSEN": "chosen"}


@pytest.fixture
def process(tmp_path, monkeypatch) -> Iterator[Prepared]:
    monkeypatch.setenv("SECRET", "secret")
    started = Prepared(["done_there"], ENVIRONMENT, tmp_path)
    yield started
    started.close()


def test_it_is_one_process_with_the_variables_and_the_folder_that_it_is_given(process, tmp_path):
    ((pid, variables, folder),) = process.run(done_there.who)
    assert pid == process.process.pid
    assert variables["CHOSEN"] == "chosen"
    assert "SECRET" not in variables
    assert Path(folder) == tmp_path
    assert next(process.run(done_there.who))[0] == pid


def test_the_garbage_collector_works_but_spares_what_was_imported(process):
    ((is_at_work, spared),) = process.run(done_there.spared)
    assert is_at_work
    assert spared > 10_000


def test_answers_come_one_after_the_other_and_then_no_more(process):
    assert list(process.run(done_there.count_to, 3)) == [1, 2, 3]


def test_what_a_function_raises_is_raised_here(process):
    answers = process.run(done_there.refused)
    assert next(answers) == 1
    with pytest.raises(UsageError, match="没有这个地区"):
        next(answers)
    assert list(process.run(done_there.count_to, 1)) == [1]


def test_its_death_is_told_in_a_sentence(process):
    answers = process.run(done_there.die)
    assert next(answers) == 1
    with pytest.raises(MachineError, match="中途退出"):
        next(answers)


def test_a_module_that_cannot_be_imported_is_told_in_a_sentence(tmp_path):
    process = Prepared(["no_such_module"], ENVIRONMENT, tmp_path)
    with pytest.raises(MachineError, match="没有启动（ModuleNotFoundError: .*no_such_module"):
        next(process.run(done_there.who))
    process.close()


def test_a_system_that_starts_no_process_is_told_in_a_sentence(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(prepared.subprocess, "Popen", refuse)
    with pytest.raises(MachineError, match="没有启动（内存不足"):
        Prepared([], ENVIRONMENT, tmp_path)


def at_work(marks: Path) -> set[int]:
    """Wait until a job and the program it has started are there; return their numbers."""
    while len(found := list(marks.iterdir())) < 2:
        time.sleep(0.02)
    return {int(path.name) for path in found}


def test_closed_it_ends_with_all_that_its_jobs_have_started(process, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    process.run(done_there.sleep_with_a_child, marks)
    pids = at_work(marks)
    assert living(pids) == pids
    process.close()
    assert gone(pids) == set()


def test_closed_it_ends_though_it_hears_no_signal(process, monkeypatch):
    monkeypatch.setattr(prepared, "END_SECONDS", 0.1)
    next(process.run(done_there.stuck_in_c))
    time.sleep(0.1)
    process.close()
    assert process.process.returncode in (-signal.SIGKILL, -signal.SIGTERM, 0)


OWNER = """
import sys
from pathlib import Path
import done_there
from gsyf_lib.processes.prepared import Prepared
marks = Path(sys.argv[1])
process = Prepared(sys.argv[2:], {"PYTHONPATH": sys.path[0]}, marks)
print(process.process.pid, flush=True)
list(process.run(done_there.sleep_with_a_child, marks))
"""


def owner(tmp_path: Path, *modules: str) -> subprocess.Popen[bytes]:
    program = tmp_path / "owner.py"
    program.write_text(f"import sys\nsys.path.insert(0, {HERE!r})\n{OWNER}")
    (tmp_path / "marks").mkdir()
    command = [sys.executable, program, tmp_path / "marks", *modules]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_its_owner_takes_everything_along(tmp_path):
    with orphans() as left, owner(tmp_path, "done_there") as process:
        at_work(tmp_path / "marks")
        process.kill()
    assert left == set()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_its_owner_takes_it_along_while_it_still_imports(tmp_path):
    """Stuck in C, too, where Python's own handlers never have their turn."""
    with orphans() as left, owner(tmp_path, "ctypes", "stuck_while_imported") as process:
        process.stdout.readline()
        time.sleep(0.5)
        process.kill()
    assert left == set()
