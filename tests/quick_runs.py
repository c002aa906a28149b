"""Runs of the batch without what takes longest and is no part of the claim."""

from pathlib import Path

import pytest

from gsyf_lib.judged import JudgedPlan, judge
from gsyf_lib.publish import batch, datafiles, places
from gsyf_lib.publish.inputs import hash_inputs
from gsyf_lib.publish.work import Job, Outcome

KNOWN: dict[object, JudgedPlan] = {}


class NoKernels:
    """Stands in for warm kernels."""

    def __enter__(self) -> str:
        return "none"

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and judge the same files once for all runs, and leave out the workbook of results."""
    monkeypatch.setattr(batch, "judge", _judge)
    monkeypatch.setattr(datafiles, "results_book", lambda *_: b"a workbook")


def no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages without notebooks and rendering; each says its key."""
    monkeypatch.setattr(places, "start_kernels", lambda private: NoKernels())
    monkeypatch.setattr(places, "get_ready", lambda: None)
    monkeypatch.setattr(places, "make_page", quick_page)


def quick_page(job: Job, site: object) -> Outcome:
    """Stand in for notebook and rendering."""
    return Outcome(job, b"{}", job.key.encode())


def _judge(folder: Path, as_of: str | None) -> JudgedPlan:
    key = repr((hash_inputs(folder, as_of), as_of))
    if key not in KNOWN:
        KNOWN[key] = judge(folder, as_of)
    return KNOWN[key].at(folder)
