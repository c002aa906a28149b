"""Workers: a dead one takes only its own job, a slow one is given up, none outlives the runner."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from processes import gone, orphans

from gsyf_lib.errors import MachineError
from gsyf_lib.publish import pool


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


def test_jobs_run_side_by_side_in_processes_of_their_own():
    pids = done([0.3, 0.3, 0.3], lambda seconds: (time.sleep(seconds), os.getpid())[1], 3)
    assert len({*pids, os.getpid()}) == 4


def test_a_worker_that_dies_is_replaced_and_its_job_tried_once_more(tmp_path):
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


def test_a_job_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(pool, "LONGEST_JOB", 3.0)
    outcomes = done([0, 60, 0.1], lambda seconds: (time.sleep(seconds), str(seconds))[1])
    assert sorted(outcomes) == ["0", "0.1", "60 given up: 超过0.05分钟没有完成，已中止"]


def test_workers_end_when_the_outcomes_are_no_longer_wanted():
    outcomes = pool.outcomes([0, 60], lambda s: (time.sleep(s), os.getpid())[1], give_up, 2)
    pid = next(outcomes)
    outcomes.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_no_worker_outlives_a_runner_that_is_killed():
    code = """
import os, time
from gsyf_lib.publish import pool
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
def test_a_worker_is_replaced_before_what_jobs_leave_behind_adds_up():
    def pids(room: int) -> list[int]:
        return list(pool.outcomes(range(4), lambda _: os.getpid(), give_up, 1, lambda _: room))

    small = pids(1)
    assert [len({*small[:2]}), len({*small})] == [1, 2]
    assert len({*pids(2)}) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_system_that_starts_no_more_processes_is_told_in_a_sentence(monkeypatch):
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(MachineError, match="系统资源不足.*--jobs") as raised:
        done([1, 2], str)
    assert raised.value.exit_code == 2


def test_beside_a_job_that_takes_much_memory_others_wait(tmp_path):
    def work(job: str) -> tuple[float, float]:
        begun = time.monotonic()
        time.sleep(0.3)
        return begun, time.monotonic()

    jobs = ["a", "wide", "b", "c"]
    outcomes = list(pool.outcomes(jobs, work, give_up, 3, lambda job: 2 if job == "wide" else 1))
    at_once = [sum(b < begun < e for b, e in outcomes) for begun, _ in outcomes]
    assert max(at_once) == 1


def test_a_job_that_takes_more_than_there_is_is_done_alone():
    assert sorted(pool.outcomes([1, 2, 3], str, give_up, 2, lambda job: 9)) == ["1", "2", "3"]
