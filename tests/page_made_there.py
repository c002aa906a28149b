"""A page that tests have made in a prepared process."""

import sys
from collections.abc import Iterator
from pathlib import Path

from gsyf_lib.reports.workers import Job, make_page


def imported_for(job: Job, private: Path) -> Iterator[set[str]]:
    """Yield what a process imports by itself when it makes a page."""
    before = set(sys.modules)
    outcome = make_page(job, private)
    assert outcome.page, outcome.problem
    yield set(sys.modules) - before
