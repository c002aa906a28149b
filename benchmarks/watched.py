"""A program in; out how long it took and how much memory, with all processes that it started."""

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 600.0
SAMPLE_SECONDS = 0.25  # looking at the memory of twenty processes takes 40 ms


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, seconds of all processors, and the most memory at a time in MB."""

    wall: float
    cpu: float
    memory: float = 0.0


def run_watched(command: Sequence[str], folder: Path, *, memory: bool = False) -> Taken:
    """Run a program and return what it took.

    Parameters
    ----------
    command : program and arguments
    folder : where it is run
    memory : look at the memory, too, which takes time itself

    Raises
    ------
    RuntimeError
        It did not end well.
    TimeoutExpired
        It did not end within ten minutes.
    """
    # Processes that outlive the program become our children: we can wait for them then, and the
    # system counts only the time of children that were waited for.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before, begun = os.times(), time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        most = [0.0]
        if memory:
            threading.Thread(target=_watch, args=(process.pid, most), daemon=True).start()
        try:
            errors = process.communicate(timeout=PATIENCE)[1]
        finally:
            process.kill()  # does something only if it took too long
    wall = time.perf_counter() - begun
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}: {errors[-2000:]}")
    _wait_for_orphans()
    after = os.times()
    user = after.children_user - before.children_user
    return Taken(wall, user + after.children_system - before.children_system, most[0])


def _wait_for_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def _watch(pid: int, most: list[float]) -> None:
    """Keep the largest sum of memory over a process and all it has started."""
    while Path(f"/proc/{pid}/stat").exists():
        most[0] = max(most[0], memory_of(pid))
        time.sleep(SAMPLE_SECONDS)


def memory_of(pid: int) -> float:
    """Return the memory in MB of a process and all it has started; what is shared counts once."""
    return sum(_memory(each) for each in _family(pid))


def _family(pid: int) -> set[int]:
    """Return the process and all its descendants."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # ``PID (name) state PARENT …``; the name may hold brackets and spaces of its own.
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - family
        family |= new
    return family


def _memory(pid: int) -> float:
    """Return the memory of a process in MB; what is shared counts in parts (PSS)."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024
