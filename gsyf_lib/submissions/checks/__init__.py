"""The checks of what was handed in. Each is one small function, and CHECKS lists them all.

A check takes what is checked and yields what it has found (``Found``): a sentence of the register,
where it is told, and which figures are not used for it. What is checked are three things, because
a fault must not hide an earlier figure that is right (docs/decisions/0001):

- a table by itself, and a file by itself, before its figures meet those of others;
- all figures handed in (``Held``), while it is open which of them are in force;
- all figures in force (``Held``): files, areas and years beside each other.

A new check is a function in the module that it fits, and in the list at its end; its row in
``register.toml``; and its test. The first line of its docstring is what docs/submissions.md says.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gsyf_lib.submissions.checks import across, files, levels, tables, years
from gsyf_lib.submissions.findings import Findings, Found
from gsyf_lib.submissions.read.reading import FileReading

__all__ = ["CHECKS", "HANDED_IN", "IN_FORCE", "TABLE", "check_files", "run"]

Check = Callable[[Any], Iterator[Found]]

TABLE: tuple[Check, ...] = tables.TABLE_CHECKS
FILE: tuple[Check, ...] = files.FILE_CHECKS
HANDED_IN: tuple[Check, ...] = across.HANDED_IN_CHECKS
# The parts of a row may be from different files or days: they are checked again.
IN_FORCE: tuple[Check, ...] = (
    *tables.ROW_CHECKS,
    *across.IN_FORCE_CHECKS,
    *levels.IN_FORCE_CHECKS,
    *years.IN_FORCE_CHECKS,
)
CHECKS = tuple(dict.fromkeys((*TABLE, *FILE, *HANDED_IN, *IN_FORCE)))


def run(checks: Iterable[Check], checked: Any, findings: Findings) -> None:
    """Run checks one after the other; what one withholds, the next does not see."""
    for check in checks:
        told = [*check(checked)]
        for found in told:
            findings.tell(found)
        checked.withhold([figure for found in told for figure in found.withholds])


def check_files(readings: Iterable[FileReading]) -> None:
    """Check every file by itself, in the order of days."""
    seen_swapped: dict = {}
    for reading in readings:
        reading.seen_swapped = seen_swapped
        run(FILE, reading, reading.findings)
