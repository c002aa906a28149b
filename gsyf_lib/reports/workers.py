"""A job in; a page out: its notebook is run and checked, and rendered if all is well.

``LocalWorkers`` does many jobs at a time on this machine; ``cluster`` has the same for a cluster.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import nbformat

from gsyf_lib.assessment import JudgedPlan, hand_over, handed_over
from gsyf_lib.errors import BuildError
from gsyf_lib.processes import pool
from gsyf_lib.reports.closing import check_run
from gsyf_lib.reports.jobs import Job
from gsyf_lib.reports.notebooks import CELL_SECONDS, NotebookError, run_notebook
from gsyf_lib.reports.pages import render_page
from gsyf_lib.reports.surroundings import prepare


@dataclass(frozen=True)
class Outcome:
    """The result of a job: the executed notebook, and the page or the problem.

    seconds : how long it took; never part of an output, which would differ from run to run
    """

    job: Job
    notebook: bytes = b""
    page: bytes = b""
    problem: str = ""
    seconds: float = 0.0

    @classmethod
    def given_up(cls, job: Job, problem: str) -> "Outcome":
        """Return the outcome of a job that no worker could finish."""
        return cls(job, problem=problem)


class LocalWorkers:
    """Processes of this machine that make pages."""

    seconds = CELL_SECONDS

    def __init__(self, private: Path, workers: int) -> None:
        """Start the process that will be forked; it imports while the run reads its inputs."""
        self.private, self.workers = private, workers
        self.prepared = prepare(private)

    def outcomes(self, todo: list[Job], judged: JudgedPlan) -> Generator[Outcome, None, None]:
        """Yield what becomes of each job, as it comes."""
        if not todo:
            return
        hand_over(judged, self.private / "reading")
        yield from self.prepared.run(make_pages, todo, self.private, self.workers, self.seconds)

    def close(self) -> None:
        """End the process, whether it was used or not."""
        self.prepared.close()


def make_pages(
    jobs: Sequence[Job], private: Path, count: int, seconds: float = CELL_SECONDS
) -> Iterator[Outcome]:
    """Make pages, ``count`` at a time, in forks of this process (see ``Prepared.run``).

    ``private`` is the run's folder, with copies of plan and notebooks; a cell may take ``seconds``.
    """
    # Loaded once before the forks, which then share the figures.
    handed_over(str(private / "reading"))
    work = partial(make_page, private=private, seconds=seconds)
    yield from pool.outcomes(jobs, work, Outcome.given_up, count)


def make_page(job: Job, private: Path, seconds: float = CELL_SECONDS) -> Outcome:
    """Run the notebook of a job, check the run, and render the page if all is well."""
    begun = time.perf_counter()
    outcome = _make_page(job, private, seconds)
    return replace(outcome, seconds=time.perf_counter() - begun)


def _make_page(job: Job, private: Path, seconds: float) -> Outcome:
    source = private / "notebooks" / f"{job.notebook}.ipynb"
    try:
        executed = run_notebook(source, job.parameters, private, private / "data", seconds)
        check_run(executed, job.digest)
        page = render_page(
            executed,
            title=job.title,
            plan=job.plan,
            navigation=job.navigation,
            elsewhere=job.elsewhere,
            links=job.links,
            running=job.running,
            footer=job.footer,
        )
    except NotebookError as error:
        return _failed(job, error.notebook, str(error))
    except BuildError as error:
        return _failed(job, executed, str(error))
    return Outcome(job, _written(executed), page)


def _failed(job: Job, notebook: nbformat.NotebookNode, problem: str) -> Outcome:
    """Return the outcome of a failed job: its notebook, with the problem in a first cell."""
    message = nbformat.v4.new_markdown_cell(f"**{job.title}没有生成。** {problem}", id="problem")
    notebook.cells.insert(0, message)
    return Outcome(job, _written(notebook), problem=problem)


def _written(notebook: nbformat.NotebookNode) -> bytes:
    return f"{nbformat.writes(notebook)}\n".encode()
