"""Answers go to stdout (``answer``), messages to stderr (``say``)."""

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
    """Make stdout and stderr take any text, even a path that is not UTF-8, and even if closed."""
    # A closed stream leaves its number (0, 1 or 2) free. The next file to be opened would get that
    # number, and with it everything that is printed. So open /dev/null there, for children as well.
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    # Python sets a stream to None that was closed when it started.
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - until the program ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


class _Closed(io.TextIOBase):
    """Stands in for a closed stdout: printing an answer fails, everything else can go on."""

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def say(text: str) -> None:
    """Print a message for the user to stderr; if that fails, the work goes on all the same."""
    try:
        print(text, file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        _let_go(sys.stderr)


def answer(text: str) -> None:
    """Print an answer, or a part of it, to stdout; ReaderGone if nobody reads it any more."""
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
    """Let a stream lead to /dev/null from now on."""
    # Python flushes the streams when it ends, and would print an error if that fails.
    with suppress(OSError, ValueError):  # a stream of a test, or a closed one, has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
