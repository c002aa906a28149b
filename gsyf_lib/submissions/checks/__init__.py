"""Figures as read in, findings out: each check is one small function, and CHECKS lists them all.

A check yields one ``Found`` for every fault: a sentence of the register, the cell it points at, and
the figures that must not be used if the register calls it an error. Checks run at three moments, so
that a fault never hides an earlier figure that is right (docs/decisions/0001):

- on one table, then on one file, before its figures meet those of other files;
- on all figures handed in (``AllFigures``), before the ledger decides which of them are in force;
- on all figures in force (``AllFigures``), which compares files, areas and years.

To add a check: write the function in the module where it fits and add it to the list at the end of
that module; add a row to ``register.toml``; write a test. The first line of its docstring, in
Chinese, goes into docs/submissions.md.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gsyf_lib.submissions.checks import across, files, tables, years
from gsyf_lib.submissions.findings import Findings, Found
from gsyf_lib.submissions.read.table import FileReading

__all__ = ["CHECKS", "HANDED_IN_CHECKS", "IN_FORCE_CHECKS", "TABLE_CHECKS", "check_files", "run"]

Check = Callable[[Any], Iterator[Found]]

TABLE_CHECKS: tuple[Check, ...] = tables.TABLE_CHECKS
FILE_CHECKS: tuple[Check, ...] = files.FILE_CHECKS
HANDED_IN_CHECKS: tuple[Check, ...] = across.HANDED_IN_CHECKS
# The row checks run again here: casualties in force may come from another file or day than the
# accidents beside them.
IN_FORCE_CHECKS: tuple[Check, ...] = (
    *tables.ROW_CHECKS,
    *across.IN_FORCE_CHECKS,
    *years.IN_FORCE_CHECKS,
)
CHECKS = tuple(dict.fromkeys((*TABLE_CHECKS, *FILE_CHECKS, *HANDED_IN_CHECKS, *IN_FORCE_CHECKS)))


def run(checks: Iterable[Check], checked: Any, findings: Findings) -> None:
    """Run checks one after the other; what an error withholds, the next does not see."""
    for check in checks:
        # The check runs to its end before anything is withheld: it reads the frame it would change.
        faults = [*check(checked)]
        for fault in faults:
            findings.add(fault)
        # Only an error withholds. A warning is about its figures, and leaves them in use.
        errors = [fault for fault in faults if fault.sentence.severity == "error"]
        checked.withhold([figure for fault in errors for figure in fault.withholds])


def check_files(readings: Iterable[FileReading]) -> None:
    """Check every file by itself, in the order of days."""
    # Shared by all files: a figure held back as swapped is confirmed when a later file repeats it.
    seen_swapped: dict = {}
    for reading in readings:
        reading.seen_swapped = seen_swapped
        run(FILE_CHECKS, reading, reading.findings)
