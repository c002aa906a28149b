"""Memory that a process has used and does not need any more."""

import ctypes
import gc
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["give_back", "resident", "trim"]


def give_back() -> None:
    """Give it to the system: Python and glibc would keep tens of MB in every process of a run."""
    gc.collect()
    trim()


def trim() -> None:
    """Give to the system what is free already, without looking for garbage."""
    with suppress(OSError, AttributeError, TypeError):  # only glibc has this
        ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
