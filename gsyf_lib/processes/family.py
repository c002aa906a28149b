"""Child processes that end with their parent, even if the parent is killed.

Run as a program, this file starts another one as such a child:
``python family.py PARENT PROGRAM ARGUMENT…``
"""

import ctypes
import os
import runpy
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>: the signal that a process gets when its parent ends
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has none


def end_with_parent(parent: int, number: int = KILL) -> None:
    """Make this process end when its parent ends, even if the parent is killed or is gone already.

    On Linux the kernel then sends this process the signal; one that can be caught lets it tidy up
    first. (It does so when the *thread* ends that started this process: never start one from a
    thread that ends before the work is done.) On other systems a thread of this process watches the
    parent, which works only if ``multiprocessing`` started this process; any other program notices
    only that its pipe from the parent closes.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # the parent ended before the kernel knew of our wish
            os._exit(1)
    else:
        threading.Thread(target=_watch, daemon=True).start()


def leave_with_parent(parent: int) -> None:
    """End tidily, with every ``finally``, when the parent ends or sends SIGTERM."""
    signal.signal(signal.SIGTERM, _leave)
    end_with_parent(parent, signal.SIGTERM)


def _leave(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would interrupt the tidying up
    raise SystemExit


def _watch() -> None:
    from multiprocessing import connection, parent_process

    # ``sentinel`` is a handle that becomes ready when the parent ends.
    process = parent_process()
    if process is not None:
        connection.wait([process.sentinel])
        os._exit(1)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    # The other program finds its own name and arguments, as if it had been started by itself.
    del sys.argv[:2]
    runpy.run_path(sys.argv[0], run_name="__main__")
