"""Memory that a process has used and does not need any more."""

import ctypes
import gc
from contextlib import suppress

__all__ = ["give_back"]


def give_back() -> None:
    """Give it to the system: Python and glibc would keep tens of MB in every process of a run."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # only glibc has this
        ctypes.CDLL(None).malloc_trim(0)
