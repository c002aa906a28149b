"""Workers on this machine: each does one job at a time, and one that dies takes none but its own.

Not ``concurrent.futures``: there one worker that is killed ends all jobs, no job can be given up
after a time, and the workers outlive a runner that is killed.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from gsyf_lib.errors import MachineError, reason
from gsyf_lib.family import end_with_parent
from gsyf_lib.publish.memory import give_back

__all__ = ["LONGEST_JOB", "outcomes"]

JobT = TypeVar("JobT")
OutcomeT = TypeVar("OutcomeT")

LONGEST_JOB = 1800.0
ATTEMPTS = 2
END_SECONDS = 5
# What a page leaves behind in its worker adds up; a new worker takes 0.04 s more for a page.
RENEWED_AFTER = 2


def outcomes(
    jobs: Sequence[JobT],
    work: Callable[[JobT], OutcomeT],
    give_up: Callable[[JobT, str], OutcomeT],
    count: int,
    room: Callable[[JobT], int] = lambda _: 1,
) -> Iterator[OutcomeT]:
    """Do the jobs with ``count`` workers and yield the outcomes as they come.

    Parameters
    ----------
    jobs : in the order in which they are begun
    work : does a job; whatever it raises ends its worker
    give_up : returns the outcome of a job whose worker died each time, or took too long
    count : how many workers
    room : tells how many workers' memory a job takes; the others wait meanwhile, and a forked
        worker is replaced the sooner

    Raises
    ------
    MachineError
        The system starts no more workers.
    """
    waiting = deque((job, 1) for job in jobs)
    give_back()
    gc.freeze()  # what a worker's collector leaves alone stays shared with the others
    workers = [_Worker(work) for _ in range(min(count, len(jobs)))]
    try:
        while True:
            for worker in workers:
                if worker.job is None and waiting and _have_room(workers, room(waiting[0][0])):
                    job, attempt = waiting.popleft()
                    worker.begin(job, attempt, room(job))
            busy = [worker for worker in workers if worker.job is not None]
            if not busy:
                return
            for worker in _ready(busy):
                yield from _hear(worker, waiting, give_up)
    finally:
        for worker in workers:
            worker.end()
        gc.unfreeze()


def _have_room(workers: list["_Worker[JobT, OutcomeT]"], room: int) -> bool:
    taken = sum(worker.room for worker in workers if worker.job is not None)
    return not taken or taken + room <= len(workers)


class _Worker(Generic[JobT, OutcomeT]):
    """A process, the connection to it, and what it is doing."""

    def __init__(self, work: Callable[[JobT], OutcomeT]) -> None:
        self.work = work
        self.job: JobT | None = None
        self.attempt, self.room, self.until = 0, 0, 0.0
        self.start()

    def start(self) -> None:
        self.used = 0
        self.connection, theirs = multiprocessing.Pipe()
        # Threads do not survive a fork; without fork everything is imported once more.
        self.is_forked = sys.platform == "linux" and threading.active_count() == 1
        context: Any = multiprocessing.get_context("fork" if self.is_forked else "spawn")
        self.process = context.Process(
            target=_serve, args=(theirs, self.work, os.getpid(), not self.is_forked), daemon=True
        )
        try:
            self.process.start()
        except OSError as error:
            raise MachineError(
                f"系统不再启动新的进程（{reason(error)}），运行已中止，没有写入任何文件。"
                "请释放内存或减小 --jobs 后重新运行"
            ) from error
        theirs.close()

    def begin(self, job: JobT, attempt: int, room: int) -> None:
        self.job, self.attempt, self.room = job, attempt, room
        self.until = time.monotonic() + LONGEST_JOB
        try:
            self.connection.send(job)
        except (BrokenPipeError, ConnectionResetError):  # killed while it had nothing to do
            self.renew()
            self.connection.send(job)
        self.used += room

    def renew(self) -> None:
        self.end()
        self.start()

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join(END_SECONDS)


def _ready(busy: list[_Worker[JobT, OutcomeT]]) -> list[_Worker[JobT, OutcomeT]]:
    """Wait until a worker has answered or died, or has taken too long."""
    longest = min(worker.until for worker in busy) - time.monotonic()
    answered = wait([worker.connection for worker in busy], max(longest, 0))
    late = [worker for worker in busy if time.monotonic() >= worker.until]
    return [worker for worker in busy if worker.connection in answered or worker in late]


def _hear(
    worker: _Worker[JobT, OutcomeT],
    waiting: deque[tuple[JobT, int]],
    give_up: Callable[[JobT, str], OutcomeT],
) -> Iterator[OutcomeT]:
    """Yield the worker's outcome; put the job of a dead one back, or give it up."""
    job, worker.job = worker.job, None
    assert job is not None
    if not worker.connection.poll():
        worker.renew()
        yield give_up(job, f"超过{LONGEST_JOB / 60:g}分钟没有完成，已中止")
        return
    try:
        outcome = worker.connection.recv()
    except (EOFError, ConnectionResetError):
        worker.renew()
        if worker.attempt < ATTEMPTS:
            waiting.appendleft((job, worker.attempt + 1))
        else:
            yield give_up(job, "执行进程异常退出（可能内存不足）")
    else:
        yield outcome
        del outcome
        give_back()
        if worker.is_forked and worker.used >= RENEWED_AFTER:
            worker.renew()


def _serve(
    connection: Connection, work: Callable[[JobT], OutcomeT], parent: int, stays: bool
) -> None:
    """Do jobs until there is no more; one that stays to the end gives memory back in between."""
    end_with_parent(parent)
    # Ctrl-C is for the runner. A handler, unlike SIG_IGN, is not inherited by kernels.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(work(job))
        if stays:
            give_back()
