"""What happens on Ctrl-C or SIGTERM: the run cleans up, says so, and exits with 130 or 143."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = {signal.SIGINT: "中断", signal.SIGTERM: "终止"}


class Stopped(BaseException):
    """The run was told to stop. No ``Exception``, so that ``except Exception`` lets it through."""

    def __init__(self, number: int) -> None:
        """Work out message and exit code from the number of the signal."""
        super().__init__(f"已{SIGNALS[signal.Signals(number)]}，没有留下未写完的文件")
        self.exit_code = 128 + number  # as shells report a program that a signal has ended


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``Stopped`` when a signal comes; ignore all further ones while the run cleans up."""
    with _handled_by(_stop):
        yield


@contextmanager
def signals_waiting() -> Iterator[None]:
    """Hold signals back until a short step is done, then deliver them."""
    # A signal mask would not do: it holds for one thread, and the system would give the signal to
    # any thread of a library that has no mask.
    came: list[int] = []
    with _handled_by(lambda number, _: came.append(number)):
        yield
    for number in came:
        os.kill(os.getpid(), number)


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
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
