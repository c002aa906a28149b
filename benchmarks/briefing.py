"""How long the province's mid-term briefing takes, from the command to the last file.

``python -m benchmarks.briefing`` measures and rewrites ``benchmarks/briefing.md``.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from benchmarks.machine import machine
from benchmarks.summary import write_page

ROOT = Path(__file__).parent.parent
ROUNDS, GOAL = 7, 4.0


def measured() -> tuple[float, float]:
    """Return wall and CPU seconds of one ``gsyf briefing``: new processes."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "gsyf_lib", "briefing", "--year", "2023", "--out", out]
        begun, spent = perf_counter(), _spent()
        subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        return perf_counter() - begun, _spent() - spent


def _spent() -> float:
    """Return the CPU seconds of all processes waited for so far."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(rounds: list[tuple[float, float]]) -> str:
    """Return the page."""
    walls, spent = zip(*rounds, strict=True)
    wall, cpu = statistics.median(walls), statistics.median(spent)
    verdict = "Met" if wall < GOAL else "Missed"
    return f"""# The province's briefing

Goal: `gsyf briefing --year 2023` makes Word document, slides, page and notebook
of the province in under {GOAL:g} s on two cores. **{verdict}: {wall:.1f} s** (median of
{len(rounds)} runs; least {min(walls):.1f} s, most {max(walls):.1f} s; CPU {cpu:.1f} s).

Each run is made by new processes: start, imports, reading and judging of
all submissions, the notebook with its four figures, three documents.

{machine("papermill", "matplotlib", "python-docx", "python-pptx")}

Written by `make bench`.
"""


def main() -> None:
    """Measure, write the page and print it."""
    measured()
    write_page("briefing", report([measured() for _ in range(ROUNDS)]))


if __name__ == "__main__":
    main()
