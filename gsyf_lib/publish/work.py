"""The work of one page: its notebook run and judged, its page rendered. Done by the workers."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager

from gsyf_lib.errors import BuildError
from gsyf_lib.publish.notebooks import NotebookError, run_notebook
from gsyf_lib.publish.pages import render_page
from gsyf_lib.publish.verdict import check_run

__all__ = ["Job", "Outcome", "Site", "get_ready", "make_page"]


@dataclass(frozen=True)
class Job:
    """One page to make.

    name : of its files; an area code, or the name of an overview
    title : of the page
    notebook : its name
    parameters : what the notebook is given
    plan, running, navigation, links : what else stands on the page, see ``render_page``
    as_of : the day up to which its data go
    digest : what the notebook has to say of the figures it used
    key : hash over all that the page is made from
    is_wide : it draws all areas, and takes more memory the more there are
    """

    name: str
    title: str
    notebook: str
    parameters: dict[str, Any]
    plan: str
    running: str
    navigation: tuple[tuple[str, str], ...]
    links: dict[str, str]
    as_of: str
    digest: str = ""
    key: str = ""
    is_wide: bool = False

    def room(self) -> int:
        """Return how many pages' memory it takes, as measured for a hundred areas."""
        return 3 if self.is_wide else 1


@dataclass(frozen=True)
class Site:
    """Where the work is done.

    private : the run's folder
    data, notebooks : the copies of the plan folder and of the notebooks in it
    kernel : name of the kernel
    """

    private: Path
    data: Path
    notebooks: Path
    kernel: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the notebook as run, and its page or what went wrong.

    seconds : how long it took; told in the timings, never in an output
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


def get_ready() -> None:
    """Load all that a page is made with: workers that are forked then share it."""
    KernelSpecManager().kernel_dirs  # noqa: B018 - looks for IPython, which takes 30 MB
    text = nbformat.v4.new_markdown_cell()
    render_page(nbformat.v4.new_notebook(cells=[text]), title="")


def make_page(job: Job, site: Site) -> Outcome:
    """Run the notebook of a job, judge the run, and render the page only if all is well."""
    begun = time.perf_counter()
    outcome = _make_page(job, site)
    return replace(outcome, seconds=time.perf_counter() - begun)


def _make_page(job: Job, site: Site) -> Outcome:
    try:
        executed = run_notebook(
            site.notebooks / f"{job.notebook}.ipynb",
            job.parameters,
            kernel=site.kernel,
            private=site.private,
            data=site.data,
        )
    except NotebookError as error:
        return _failed(job, error.notebook, str(error))
    try:
        check_run(executed, job.digest)
        page = render_page(
            executed,
            title=job.title,
            plan=job.plan,
            navigation=job.navigation,
            links=job.links,
            running=job.running,
        )
    except BuildError as error:
        return _failed(job, executed, str(error))
    return Outcome(job, _written(executed), page)


def _failed(job: Job, notebook: nbformat.NotebookNode, problem: str) -> Outcome:
    """Keep the notebook with what went wrong on top of it."""
    said = nbformat.v4.new_markdown_cell(f"**{job.title}没有生成。** {problem}", id="problem")
    notebook.cells.insert(0, said)
    return Outcome(job, _written(notebook), problem=problem)


def _written(notebook: nbformat.NotebookNode) -> bytes:
    return f"{nbformat.writes(notebook)}\n".encode()
