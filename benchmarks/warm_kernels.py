"""What a notebook costs in a plain kernel, and in one forked from a warm process.

``python -m benchmarks.warm_kernels`` runs the same notebook in a loop of papermill over plain and
over warm kernels, in turn, and prints medians. The start of the warm process is counted in.
"""

import statistics
import sys
from collections.abc import Callable
from contextlib import nullcontext
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

import papermill
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from gsyf_lib.warmkernels import WarmKernels

__all__ = ["main", "measured"]

ROUNDS, NOTEBOOKS = 5, 11
PRELOAD = ("pandas", "matplotlib.figure", "matplotlib.backends.backend_svg", "gsyf_lib")
DRAW = """figure = Figure(figsize=(4, 2))
figure.subplots().plot(pd.Series([1, 3, 2]))
figure.savefig(text := StringIO(), format="svg")
SVG(text.getvalue())"""
CELLS = (
    "import pandas as pd\nimport gsyf_lib as gs\nfrom io import StringIO\n"
    "from IPython.display import SVG\nfrom matplotlib.figure import Figure",
    DRAW,
    DRAW,
)
CLIENT = Config(NotebookClient={"shutdown_kernel": "immediate"})
KINDS: dict[str, Callable[[], Any]] = {
    "plain": lambda: nullcontext("python3"),
    "warm": lambda: WarmKernels(PRELOAD),
}


def _cpu() -> float:
    """Return the CPU seconds of this process and of all that have ended below it."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _loop(kernels: Any, count: int) -> None:
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    with kernels as kernel_name:
        for _ in range(count):
            cells = [new_code_cell(cell) for cell in CELLS]
            notebook = new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
            papermill.execute_notebook(
                notebook, None, kernel_name=kernel_name, progress_bar=False, config=CLIENT
            )


def measured(rounds: int = ROUNDS, count: int = NOTEBOOKS) -> dict[str, tuple[float, float]]:
    """Return wall and CPU seconds per notebook, medians of rounds in turn."""
    seconds: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind, kernels in KINDS.items():
            start, used = perf_counter(), _cpu()
            _loop(kernels(), count)
            seconds[kind].append(((perf_counter() - start) / count, (_cpu() - used) / count))
    medians = {}
    for kind, runs in seconds.items():
        wall, cpu = zip(*runs, strict=True)
        medians[kind] = statistics.median(wall), statistics.median(cpu)
    return medians


def main() -> None:
    """Print a table."""
    lines = ["| kernel | wall (s) | CPU (s) |", "|---|---:|---:|"]
    lines += [f"| {kind} | {w:.2f} | {c:.2f} |" for kind, (w, c) in measured().items()]
    sys.stdout.write("\n".join([*lines, f"{NOTEBOOKS} notebooks, {ROUNDS} rounds", ""]))


if __name__ == "__main__":
    main()
