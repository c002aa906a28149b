"""How long an analyst waits in JupyterLab: each cell of a city's notebook in a fresh kernel."""

import statistics
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from benchmarks.machine import machine
from benchmarks.summary import write_page

FIRST, LATER, ALL, ROUNDS = 1.5, 0.5, 8.0, 5
NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "city_report.ipynb"
SHOWN = 0.1  # seconds: quicker cells are not listed


def timed() -> tuple[list[tuple[str, float]], float]:
    """Run the notebook in a new kernel; return each cell's last line and seconds, and the whole."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, kernel_name="python3", resources=where, record_timing=True).execute()
    told = [
        (cell.source.splitlines()[-1], cell.metadata.execution)
        for cell in notebook.cells
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", [])
    ]
    cells = [(line, _seconds(times)) for line, times in told]
    return cells, sum(seconds for _, seconds in cells)


def _seconds(times: dict[str, str]) -> float:
    begun, ended = (
        datetime.fromisoformat(times[f"iopub.status.{state}"].replace("Z", "+00:00"))
        for state in ("busy", "idle")
    )
    return (ended - begun).total_seconds()


def _lines(rounds: list[list[tuple[str, float]]]) -> Iterator[tuple[str, float]]:
    """Yield each cell with its median."""
    for same in zip(*rounds, strict=True):
        yield same[0][0], statistics.median(seconds for _, seconds in same)


def page_of(rounds: list[tuple[list[tuple[str, float]], float]]) -> str:
    """Return the page with what was found."""
    (_, first), *later = _lines([cells for cells, _ in rounds])
    slowest, whole = max(s for _, s in later), statistics.median(total for _, total in rounds)
    outcome = [
        f"**{'Met' if taken < goal else 'Missed'}: {what} {taken:.2f} s** (goal: {goal:g} s)."
        for what, taken, goal in (
            ("the first cell takes", first, FIRST),
            ("the slowest of the others takes", slowest, LATER),
            ("all cells together take", whole, ALL),
        )
    ]
    return "\n".join(
        [
            "# The cells of a city's notebook in a fresh kernel",
            "",
            "The first cell loads the library, reads plan and submissions, and judges all years;",
            "the others draw and tabulate.",
            "",
            *outcome,
            "",
            "| Cell | Median, s |",
            "|:---|---:|",
            f"| first | {first:.2f} |",
            *(f"| `{line}` | {seconds:.2f} |" for line, seconds in later if seconds >= SHOWN),
            "",
            f"`city_report.ipynb` as stored, {ROUNDS} rounds, each in a kernel of its own;",
            "from busy to idle, as the kernel tells. Two thirds of the first cell are the reading",
            "of the submissions: each file is hashed, looked at and checked anew, workbooks by a",
            "process with limits. Half of the first chart is the loading of matplotlib. Nothing is",
            "kept on disk between two sessions.",
            "",
            machine("ipykernel", "pandas", "matplotlib"),
            "",
            "Written by `make bench`.",
            "",
        ]
    )


def main() -> None:
    """Run the notebook some times, and rewrite the page of this benchmark."""
    write_page("notebook_cells", page_of([timed() for _ in range(ROUNDS)]))


if __name__ == "__main__":
    main()
