"""Jobs done side by side, each in a process of its own: one that dies takes none but its own job.

Not ``concurrent.futures``: there one worker that is killed ends all jobs, and the workers outlive a
runner that is killed.
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

ATTEMPTS = 2
END_SECONDS = 5


def can_fork() -> bool:
    """Tell whether this process may be forked: no thread survives that, and only Linux is safe."""
    return sys.platform == "linux" and threading.active_count() == 1


def outcomes(
    jobs: Sequence[JobT],
    work: Callable[[JobT], OutcomeT],
    give_up: Callable[[JobT, str], OutcomeT],
    count: int,
) -> Iterator[OutcomeT]:
    """Do the jobs, ``count`` at a time, and yield the outcomes as they come.

    Parameters
    ----------
    jobs : in the order in which they are begun
    work : does a job, in a process forked from this one, which then ends. So what a job leaves in
        memory never adds up. Where fork is not safe, each process imports everything anew
    give_up : returns the outcome of a job whose process died each time
    count : how many processes at a time

    Raises
    ------
    MachineError
        The system starts no more processes.
    """
    waiting = deque((job, 1) for job in jobs)
    busy: list[_Worker[JobT, OutcomeT]] = []
    gc.collect()
    gc.freeze()  # what the collector leaves alone stays shared between the forked processes
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                busy.append(_Worker(work, *waiting.popleft()))
            for worker in _ready(busy):
                busy.remove(worker)
                try:
                    outcome = worker.outcome()
                except (EOFError, ConnectionResetError):  # it died
                    if worker.attempt < ATTEMPTS:
                        waiting.appendleft((worker.job, worker.attempt + 1))
                        continue
                    outcome = give_up(worker.job, "执行进程异常退出（可能内存不足）")
                yield outcome
    finally:
        for worker in busy:
            worker.process.terminate()
        for worker in busy:
            worker.end()
        gc.unfreeze()


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
        theirs.close()

    def outcome(self) -> OutcomeT:
        """Return the outcome; the process has done its work then."""
        try:
            outcome: OutcomeT = self.connection.recv()
        finally:
            self.end()
        return outcome

    def end(self) -> None:
        """See that the process ends: it has done its work, or was told to end."""
        self.connection.close()
        self.process.join(END_SECONDS)
        self.process.kill()
        self.process.join()


def _ready(busy: list[_Worker[JobT, OutcomeT]]) -> list[_Worker[JobT, OutcomeT]]:
    """Wait until workers have answered or died, and return them."""
    answered = wait([worker.connection for worker in busy])
    return [worker for worker in busy if worker.connection in answered]


def _work(connection: Connection, work: Callable[[JobT], OutcomeT], job: JobT, parent: int) -> None:
    """Do a job, in the process of its own."""
    leave_with_parent(parent)
    connection.send(work(job))
