"""Runs of the batch without what takes longest and is no part of the claim."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gsyf_lib.assessment import JudgedPlan, judge
from gsyf_lib.reports import batch, datafiles, workers
from gsyf_lib.reports.inputs import hash_inputs
from gsyf_lib.reports.workers import Job, Outcome

KNOWN: dict[object, JudgedPlan] = {}


class NoNotebooks:
    """Stands in for the process that pages are made in: ``page`` makes each of its job."""

    def __init__(self, page: Callable[[Job, object], Outcome]) -> None:
        self.page = page

    def run(self, _: object, jobs: list[Job], private: object, *__: object) -> Iterator[Outcome]:
        return (self.page(job, private) for job in jobs)

    def close(self) -> None:
        pass


def read_once(monkeypatch: pytest.MonkeyPatch, example: JudgedPlan | None = None) -> None:
    """Read and judge the same files once for all runs, and leave out the workbook of results.

    ``example`` has been judged already, for other tests.
    """
    if example is not None:
        KNOWN.setdefault(repr((hash_inputs(example.plan.folder, None), None)), example)
    monkeypatch.setattr(batch, "judge", _judge)
    monkeypatch.setattr(datafiles, "results_book", lambda *_: b"a workbook")


def quick_page(job: Job, private: object) -> Outcome:
    """Stand in for notebook and rendering."""
    return Outcome(job, b"{}", job.digest.encode())


def no_notebooks(
    monkeypatch: pytest.MonkeyPatch, page: Callable[[Job, object], Outcome] = quick_page
) -> None:
    """Make pages without notebooks and rendering; each says which figures it is of."""
    monkeypatch.setattr(workers, "prepare", lambda private: NoNotebooks(page))


def _judge(folder: Path, as_of: str | None) -> JudgedPlan:
    key = repr((hash_inputs(folder, as_of), as_of))
    if key not in KNOWN:
        KNOWN[key] = judge(folder, as_of)
    moved = KNOWN[key].at(folder)
    # What one run works out is known to the next one.
    object.__setattr__(moved, "_frames", KNOWN[key]._frames)
    return moved
