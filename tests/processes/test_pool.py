"""Jobs in processes of their own: a dead one takes only its own job, none outlives the runner."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from processes import gone, orphans

from gsyf_lib.errors import MachineError
from gsyf_lib.processes import pool


@pytest.fixture(autouse=True)
def no_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever tests before these have left running: here it is safe to fork."""
    monkeypatch.setattr(pool.threading, "active_count", lambda: 1)


def give_up(job: str, problem: str) -> str:
    return f"{job} given up: {problem}"


def done(jobs: list, work, count: int = 2) -> list[str]:
    return list(pool.outcomes(jobs, work, give_up, count))


def test_every_job_is_done_once():
    assert sorted(done([3, 1, 2], lambda job: job * 10)) == [10, 20, 30]
    assert done([], str) == []


def test_each_job_has_a_process_of_its_own_and_not_more_run_at_once_than_asked():
    def work(seconds: float) -> tuple[float, float, int]:
        begun = time.monotonic()
        time.sleep(seconds)
        return begun, time.monotonic(), os.getpid()

    outcomes = done([0.3] * 4, work)
    assert len({pid for _, _, pid in outcomes} | {os.getpid()}) == 5
    at_once = [sum(b <= begun < e for b, e, _ in outcomes) for begun, _, _ in outcomes]
    assert max(at_once) == 2


def test_a_process_that_dies_is_replaced_and_its_job_tried_once_more(tmp_path):
    def work(job: str) -> str:
        mark = tmp_path / job
        if job == "once" and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if job == "always":
            os._exit(1)
        return job

    outcomes = done(["once", "a", "always", "b", "c"], work)
    assert sorted(outcomes)[:1] + sorted(outcomes)[2:] == ["a", "b", "c", "once"]
    assert [text for text in outcomes if "given up" in text] == [
        "always given up: 执行进程异常退出（可能内存不足）"
    ]


def test_all_processes_end_when_the_outcomes_are_no_longer_wanted(tmp_path):
    def work(seconds: float) -> int:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(seconds)
        return os.getpid()

    outcomes = pool.outcomes([0, 60, 60], work, give_up, 3)
    next(outcomes)
    outcomes.close()
    assert gone({int(path.name) for path in tmp_path.iterdir()}, seconds=0) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_no_process_outlives_a_runner_that_is_killed():
    code = """
import os, time
from gsyf_lib.processes import pool
def work(job):
    os.write(1, f"{os.getpid()}{os.linesep}".encode())
    time.sleep(60)
list(pool.outcomes([1, 2, 3], work, print, 3))
"""
    with (
        orphans() as left,
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as runner,
    ):
        pids = [int(runner.stdout.readline()) for _ in range(3)]
        runner.kill()
    assert (left, gone(set(pids))) == (set(), set())


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_system_that_starts_no_more_processes_is_told_in_a_sentence(monkeypatch):
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(MachineError, match="系统资源不足.*--jobs") as raised:
        done([1, 2], str)
    assert raised.value.exit_code == 2


def test_where_fork_is_not_safe_jobs_are_done_all_the_same(monkeypatch):
    monkeypatch.setattr(pool.threading, "active_count", lambda: 2)
    assert sorted(done([3, 1], str)) == ["1", "3"]
