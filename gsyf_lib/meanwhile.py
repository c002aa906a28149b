"""Work done in a process of its own, on another core, while this one goes on."""

import gc
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pickle import dumps, loads

from gsyf_lib.family import end_with_parent

__all__ = ["Meanwhile", "meanwhile"]

DONE, FAILED = b"=", b"!"


class Meanwhile:
    """Pieces of work that one forked process does in this order, beginning at once.

    The process has all that this one has read and drawn. Where it dies or cannot start, or where
    fork is not safe or not there, a piece is done here when its result is asked for.

    Parameters
    ----------
    works : each waits for no thread that runs already, since none survives a fork

    Examples
    --------
    >>> drawn = Meanwhile([lambda: b"a picture", lambda: b"a drawing"])
    >>> drawn.result(1)
    b'a drawing'
    >>> drawn.close()
    """

    def __init__(self, works: Sequence[Callable[[], bytes]]) -> None:
        """Begin."""
        self.works = works
        self.told: list[bytes] = []
        self.process: BaseProcess | None = None
        if sys.platform == "linux":
            context = multiprocessing.get_context("fork")
            self.ours, theirs = context.Pipe(duplex=False)
            given = (works, theirs, os.getpid())
            process = context.Process(target=_do, args=given, daemon=True)
            with suppress(OSError):  # the system starts no more: it is done here
                process.start()
                self.process = process
            theirs.close()

    def result(self, number: int) -> bytes:
        """Wait for the result of a piece and return it; raise what the work has raised."""
        while len(self.told) <= number:
            self.told.append(self._next())
        told = self.told[number]
        if told.startswith(FAILED):
            raise loads(told.removeprefix(FAILED))
        return told.removeprefix(DONE)

    def _next(self) -> bytes:
        if self.process is not None:
            with suppress(EOFError):
                return self.ours.recv_bytes()
        return DONE + self.works[len(self.told)]()

    def close(self) -> None:
        """End the process, whether its work is done or not."""
        if self.process is not None:
            self.ours.close()
            self.process.kill()
            self.process.join()


@contextmanager
def meanwhile(work: Callable[[], bytes]) -> Iterator[Callable[[], bytes]]:
    """Begin the work; what is yielded waits for its result and returns it.

    Parameters
    ----------
    work : as of ``Meanwhile``

    Examples
    --------
    >>> with meanwhile(lambda: b"a picture") as picture:
    ...     drawing = b"a drawing"
    ...     picture()
    b'a picture'
    """
    begun = Meanwhile([work])
    try:
        yield lambda: begun.result(0)
    finally:
        begun.close()


def _do(works: Sequence[Callable[[], bytes]], answer: Connection, parent: int) -> None:
    end_with_parent(parent)
    # What this process has taken over would raise "stopped" in the middle of a work.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C is for the asker, who then ends this. A handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda *_: None)
    gc.disable()  # it ends before garbage matters
    with answer:
        for work in works:
            answer.send_bytes(_told(work))


def _told(work: Callable[[], bytes]) -> bytes:
    try:
        return DONE + work()
    except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
        error.add_note(traceback.format_exc())
        return FAILED + _pickled(error)


def _pickled(error: Exception) -> bytes:
    try:
        pickled = dumps(error)
        loads(pickled)
    except Exception:  # noqa: BLE001 - an error may hold anything
        return dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return pickled
