"""Where answers and messages go: the answer to stdout, everything else to stderr."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from gsyf_lib.errors import OutputError, reason


class ReaderGone(Exception):  # noqa: N818 - no error: the reader has seen enough
    """Whoever read the answer has gone (`gsyf status | head`)."""


def open_streams() -> None:
    """Make stdout and stderr take any text, a path in other bytes too, also if they are closed.

    What is closed is opened on nothing first, for the processes that are started as well: else the
    next file to be opened would take its number and be given all that is meant for the screen.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - until the program ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


class _Closed(io.TextIOBase):
    """Stands for a stdout that was closed: an answer cannot be given, all else can be done."""

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def say(text: str) -> None:
    """Print a message for the user to stderr; if nobody takes it, the work goes on all the same."""
    try:
        print(text, file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        _let_go(sys.stderr)


def tell(text: str) -> None:
    """Print an answer, or a part of it, to stdout.

    Raises
    ------
    ReaderGone
        Nobody reads any more.
    OutputError
        It cannot be written.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)
        raise ReaderGone from None
    except OSError as error:
        _let_go(sys.stdout)
        raise OutputError(f"结果无法写到标准输出：{reason(error)}") from error


def _let_go(stream: IO[str]) -> None:
    """Lead a stream to nowhere: Python writes out what is left when it ends, and would complain."""
    with suppress(OSError, ValueError):  # a stream of a test, or a closed one, has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
