"""Runs of the batch without what takes longest and is no part of the claim."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gsyf_lib import shared
from gsyf_lib.publish import datafiles, places
from gsyf_lib.publish.inputs import hash_inputs
from gsyf_lib.publish.work import Job, Outcome
from gsyf_lib.shared import Reading

READ, WITH_YEAR = shared.read, Reading.with_year
KNOWN: dict[object, Reading] = {}


class NoNotebooks:
    """Stands in for the process that pages are made in: ``page`` makes each of its job."""

    def __init__(self, page: Callable[[Job, object], Outcome]) -> None:
        self.page = page

    def run(self, _: object, jobs: list[Job], site: object, count: int) -> Iterator[Outcome]:
        return (self.page(job, site) for job in jobs)

    def close(self) -> None:
        pass


def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and judge the same files once for all runs, and leave out the workbook of results."""
    monkeypatch.setattr(shared, "read", _read)
    monkeypatch.setattr(Reading, "with_year", _with_year)
    monkeypatch.setattr(datafiles, "results_book", lambda *_: b"a workbook")


def quick_page(job: Job, site: object) -> Outcome:
    """Stand in for notebook and rendering."""
    return Outcome(job, b"{}", job.digest.encode())


def no_notebooks(
    monkeypatch: pytest.MonkeyPatch, page: Callable[[Job, object], Outcome] = quick_page
) -> None:
    """Make pages without notebooks and rendering; each says which figures it is of."""
    monkeypatch.setattr(places, "prepare", lambda private: NoNotebooks(page))


def _read(folder: Path, as_of: str | None) -> Reading:
    key = repr((hash_inputs(folder, as_of), as_of))
    if key not in KNOWN:
        KNOWN[key] = READ(folder, as_of)
    return replace(KNOWN[key], folder=folder)


def _with_year(reading: Reading, year: int) -> Reading:
    key = id(reading.submissions), year  # never the id of another: what is known is kept
    if key not in KNOWN:
        KNOWN[key] = WITH_YEAR(reading, year)
    return replace(KNOWN[key], folder=reading.folder)
