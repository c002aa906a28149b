"""Work done in a process of its own, on another core, while this one goes on."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

__all__ = ["meanwhile"]


@contextmanager
def meanwhile(work: Callable[[], bytes]) -> Iterator[Callable[[], bytes]]:
    """Begin the work; what is yielded waits for its result and returns it.

    The process is forked: it has all that this one has read and drawn. If it fails, or where fork
    is not safe or not there, the work is done here, and raises here what it raises.

    Parameters
    ----------
    work : waits for no thread that runs already, since none survives a fork

    Examples
    --------
    >>> with meanwhile(lambda: b"a picture") as picture:
    ...     drawing = b"a drawing"
    ...     picture()
    b'a picture'
    """
    if sys.platform != "linux":
        yield work
        return
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()

    def result() -> bytes:
        with suppress(EOFError):
            return ours.recv_bytes()
        return work()

    try:
        yield result
    finally:
        ours.close()
        process.kill()
        process.join()


def _do(work: Callable[[], bytes], answer: Connection) -> None:
    # Ctrl-C is for the asker, who then ends this. A handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda *_: None)
    with answer, suppress(Exception):  # the asker does it again, and tells
        answer.send_bytes(work())
