"""Jobs done side by side, each in a process of its own: if one dies, only its job is lost.

``concurrent.futures`` does not do: if one of its workers is killed, all jobs end, and if the runner
is killed, its workers go on.
"""

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from gsyf_lib.errors import MachineError, reason
from gsyf_lib.processes.family import leave_with_parent

JobT = TypeVar("JobT")
OutcomeT = TypeVar("OutcomeT")

ATTEMPTS = 2  # a process may have died because memory was short for a moment
END_SECONDS = 5


def can_fork() -> bool:
    """Tell whether this process may be forked safely."""
    # A fork has only the thread that forked: a lock that another thread held stays locked for good.
    # macOS offers fork, but its system libraries do not survive one.
    return sys.platform == "linux" and threading.active_count() == 1


def outcomes(
    jobs: Sequence[JobT],
    work: Callable[[JobT], OutcomeT],
    give_up: Callable[[JobT, str], OutcomeT],
    count: int,
) -> Iterator[OutcomeT]:
    """Do the jobs, ``count`` at a time, and yield the outcomes as they come.

    Every job has a process forked from this one, which ends with the job, so that memory which a
    job leaves behind never adds up. Where a fork is not safe, each process imports everything anew.
    ``give_up`` is told why a job's process died at every attempt. MachineError is raised if the
    system starts no more processes.
    """
    waiting = deque((job, 1) for job in jobs)
    busy: list[_Worker[JobT, OutcomeT]] = []
    # A fork shares its parent's memory until one of them writes to it. The garbage collector writes
    # a mark to every object it visits; frozen ones it does not visit, and they stay shared.
    # They are never unfrozen: searching them for garbage would only delay the end of this process.
    gc.collect()
    gc.freeze()
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                busy.append(_Worker(work, *waiting.popleft()))
            for worker in _ready(busy):
                busy.remove(worker)
                try:
                    yield worker.outcome()
                except (EOFError, ConnectionResetError):  # the process died without an answer
                    if worker.attempt < ATTEMPTS:
                        waiting.appendleft((worker.job, worker.attempt + 1))
                    else:
                        yield give_up(worker.job, "执行进程异常退出（可能内存不足）")
    finally:
        _end_all(busy)


class _Worker(Generic[JobT, OutcomeT]):
    """A process, its job, and the connection on which the outcome comes."""

    def __init__(self, work: Callable[[JobT], OutcomeT], job: JobT, attempt: int) -> None:
        self.job, self.attempt = job, attempt
        self.connection, theirs = multiprocessing.Pipe(duplex=False)
        context: Any = multiprocessing.get_context("fork" if can_fork() else "spawn")
        self.process = context.Process(target=_work, args=(theirs, work, job, os.getpid()))
        try:
            self.process.start()
        except OSError as error:
            raise MachineError(
                f"系统不再启动新的进程（{reason(error)}），运行已中止，没有写入任何文件。"
                "请释放内存或减小 --jobs 后重新运行"
            ) from error
        theirs.close()  # only the child holds that end now: if it dies, reading here ends

    def outcome(self) -> OutcomeT:
        """Return the outcome and end the process; EOFError or ConnectionResetError if it died."""
        try:
            outcome: OutcomeT = self.connection.recv()
        finally:
            self.end()
        return outcome

    def end(self) -> None:
        """Wait until the process ends, and kill it if that takes too long."""
        self.connection.close()
        self.process.join(END_SECONDS)
        self.process.kill()
        self.process.join()


def _end_all(busy: list[_Worker[JobT, OutcomeT]]) -> None:
    # Tell all of them first, then wait for each: so they end side by side.
    for worker in busy:
        worker.process.terminate()
    for worker in busy:
        worker.end()


def _ready(busy: list[_Worker[JobT, OutcomeT]]) -> list[_Worker[JobT, OutcomeT]]:
    """Wait until workers have answered or died, and return them."""
    answered = wait([worker.connection for worker in busy])
    return [worker for worker in busy if worker.connection in answered]


def _work(connection: Connection, work: Callable[[JobT], OutcomeT], job: JobT, parent: int) -> None:
    """Do a job and send its outcome; this runs in the job's own process."""
    leave_with_parent(parent)
    connection.send(work(job))
