"""Processes that end with the process that started them, however that one ends.

As a program it runs another one that way: ``python family.py PARENT PROGRAM ARGUMENT…``
"""

import ctypes
import os
import runpy
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has none


def end_with_parent(parent: int, number: int = KILL) -> None:
    """Make this process end when its parent does, even if that one is killed.

    On Linux the kernel sends the signal, whatever this process is doing at that moment. (It sends
    it when the *thread* ends that started this process: start none from a thread that ends before
    the work is done.) Elsewhere a thread of this process notices, if ``multiprocessing`` started
    it; another program is left with the pipe that closes when its parent ends.

    Parameters
    ----------
    parent : process id of the parent, which may be gone already
    number : the signal; one that can be caught lets the process tidy up first
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it ended before the kernel was told
            os._exit(1)
    else:
        threading.Thread(target=_watch, daemon=True).start()


def leave_with_parent(parent: int) -> None:
    """Make this process end when its parent does or ends it, and end first what it has started.

    SIGTERM is raised as ``SystemExit``, so that each ``finally`` on the way has its turn.
    """
    signal.signal(signal.SIGTERM, _leave)
    end_with_parent(parent, signal.SIGTERM)


def _leave(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would break off the tidying up
    raise SystemExit


def _watch() -> None:
    from multiprocessing import connection, parent_process

    process = parent_process()
    if process is not None:
        connection.wait([process.sentinel])
        os._exit(1)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    del sys.argv[:2]
    runpy.run_path(sys.argv[0], run_name="__main__")
