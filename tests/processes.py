"""Which processes there are, and what becomes of those whose parent was killed. Linux only."""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def descendants(pid: int) -> set[int]:
    """Return the processes started by a process, by those, and so on."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def living(pids: set[int]) -> set[int]:
    """Return those that are there and more than a dead one that nobody has reaped."""
    found = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                found.add(pid)
        except OSError:
            pass
    return found


def gone(pids: set[int], seconds: float = 20) -> set[int]:
    """Wait for processes to end, and return those that do not."""
    end = time.monotonic() + seconds
    while living(pids) and time.monotonic() < end:
        time.sleep(0.05)
    return living(pids)


@contextmanager
def orphans() -> Iterator[set[int]]:
    """Adopt what is orphaned; at the end, put those into the set that do not end by themselves.

    They are looked for as long as any is there, for twenty seconds: one that is about to end may
    start another one first. They are killed then.
    """
    libc = ctypes.CDLL(None)
    before = descendants(os.getpid())
    left: set[int] = set()
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield left
        end = time.monotonic() + 20
        while (found := living(descendants(os.getpid()) - before)) and time.monotonic() < end:
            time.sleep(0.05)
        left |= found
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0)
        for pid in descendants(os.getpid()) - before:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
            with suppress(ChildProcessError):  # the child of another one
                os.waitpid(pid, 0)
