"""What tests have done in a prepared process, which imports this module."""

import ctypes
import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gsyf_lib.errors import UsageError
from gsyf_lib.processes import pool


def who() -> Iterator[tuple[int, dict[str, str], str]]:
    os.write(1, b"what is printed is no answer\n")
    yield os.getpid(), dict(os.environ), str(Path.cwd())


def spared() -> Iterator[tuple[bool, int]]:
    yield gc.isenabled(), gc.get_freeze_count()


def count_to(last: int) -> Iterator[int]:
    yield from range(1, last + 1)


def refused() -> Iterator[int]:
    yield 1
    raise UsageError("没有这个地区")


def die() -> Iterator[int]:
    yield 1
    os._exit(1)


def sleep_with_a_child(marks: Path) -> Iterator[int]:
    """Be at work: in a process of the pool, which has started a program."""
    yield from pool.outcomes([marks], _sleep, lambda *_: 0, 1)


def _sleep(marks: Path) -> int:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        (marks / str(os.getpid())).touch()
        (marks / str(child.pid)).touch()
        time.sleep(600)
    finally:
        child.kill()
    return 0


def stuck_in_c() -> Iterator[int]:
    yield 1
    ctypes.CDLL(None).sleep(600)
