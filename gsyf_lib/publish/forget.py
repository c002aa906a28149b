"""Lets a batch's kernel forget what it has shown.

An IPython extension. IPython keeps the result of every cell in ``Out``, and a province's charts
are 100 MB; here ``Out`` holds of what kind each was, which is what ``gs.closing`` counts.
"""

import gc
from typing import Any

from gsyf_lib.digest import Shown
from gsyf_lib.publish.memory import give_back, resident

__all__ = ["load_ipython_extension"]

GROWN = 32 * 2**20  # bytes; giving back what a city's charts take would cost more than it gives


def load_ipython_extension(shell: Any) -> None:
    """Keep the kind of every result instead of the result; look for garbage after growth only."""
    kept = resident()
    if kept:  # elsewhere growth is not seen
        gc.disable()

    def note(ran: Any) -> None:
        nonlocal kept
        if ran.result is not None:
            shell.user_ns["Out"][ran.execution_count] = Shown.by(ran.result)
            ran.result = None
        if resident() > kept + GROWN:
            give_back()
            kept = resident()

    shell.displayhook.cache_size = 0
    shell.events.register("post_run_cell", note)
