"""Ctrl-C and SIGTERM: the run cleans up and says so, with the exit codes 130 and 143."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = {signal.SIGINT: "中断", signal.SIGTERM: "终止"}


class Stopped(BaseException):
    """The run was told to stop. Not an ``Exception``: nothing on the way catches it."""

    def __init__(self, number: int) -> None:
        """Keep the signal."""
        super().__init__(f"已{SIGNALS[signal.Signals(number)]}，没有留下未写完的文件")
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``Stopped`` where the process is when a signal comes; a second one changes nothing."""
    with _handled_by(_stop):
        yield


@contextmanager
def signals_waiting() -> Iterator[None]:
    """Let signals wait for the end of a short step.

    (Not by a signal mask: a thread of a library, which has none, would take the signal.)
    """
    came: list[int] = []
    with _handled_by(lambda number, _: came.append(number)):
        yield
    for number in came:
        os.kill(os.getpid(), number)


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _stop(number: int, _: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
