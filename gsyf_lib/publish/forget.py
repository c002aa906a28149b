"""Lets a batch's kernel forget what it has shown.

An IPython extension. IPython keeps the result of every cell in ``Out``, and a province's charts
are 100 MB; here ``Out`` holds of what kind each was, which is what ``gs.closing`` counts.
"""

from typing import Any

from gsyf_lib.digest import Shown
from gsyf_lib.publish.memory import give_back

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Keep the kind of every result instead of the result."""

    def note(ran: Any) -> None:
        if ran.result is not None:
            shown = Shown.by(ran.result)
            shell.user_ns["Out"][ran.execution_count], ran.result = shown, None
            if shown.figures:
                give_back()

    shell.displayhook.cache_size = 0
    shell.events.register("post_run_cell", note)
