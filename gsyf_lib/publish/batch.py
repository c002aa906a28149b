"""A report run: inputs copied and read, pages made where something changed, all put in place."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from os import cpu_count
from typing import TextIO

from gsyf_lib import shared
from gsyf_lib.assessment import latest_year
from gsyf_lib.errors import UsageError
from gsyf_lib.export import csv_bytes
from gsyf_lib.plan import Plan
from gsyf_lib.publish import pool, store
from gsyf_lib.publish.contents import index_page
from gsyf_lib.publish.inputs import copy_inputs
from gsyf_lib.publish.jobs import make_jobs
from gsyf_lib.publish.kernels import start_kernels
from gsyf_lib.publish.lock import held, private_folder
from gsyf_lib.publish.manifest import Manifest
from gsyf_lib.publish.pages import render_index
from gsyf_lib.publish.progress import Progress, closing_table
from gsyf_lib.publish.provenance import Makers, copy_notebooks, makers
from gsyf_lib.publish.renewal import Renewal
from gsyf_lib.publish.request import Request
from gsyf_lib.publish.work import Job, Outcome, Site, make_page
from gsyf_lib.receipts import receipt_states
from gsyf_lib.shared import Reading

__all__ = ["build_reports"]

WORKERS_PER_CORE = 2
EDITION = "internal"


def build_reports(
    request: Request, tell: Callable[[str], None], terminal: TextIO | None = None
) -> int:
    """Build what a request asks for and return the exit code of the run.

    Parameters
    ----------
    request : what is asked for
    tell : takes messages, one line a page
    terminal : where one line counts the pages instead

    Raises
    ------
    UsageError
        An unknown area, a year without targets, or no submission at all; nothing was started.
    BusyError
        Another run holds the report folder.
    OutputError
        A file could not be written.
    """
    with ExitStack() as stack:
        private = stack.enter_context(private_folder())
        inputs = copy_inputs(request.data, request.as_of, private / "data")
        copy_notebooks(private / "notebooks")
        made_by = makers(private / "notebooks")
        kernels = start_kernels(private)
        stack.callback(kernels.close)
        reading = shared.read(private / "data", request.as_of)
        year, names = _checked(request, reading)
        folder = request.folder(year)
        jobs = make_jobs(reading, year, made_by, private / "notebooks")
        stack.enter_context(held(folder))
        store.prepare(folder)
        renewal = Renewal(folder, private / "out", partial(_belongs, reading, year))
        todo = _todo(request, jobs, names, renewal)
        if todo:
            shared.keep(reading, private / "reading")
            site = Site(
                private, private / "data", private / "notebooks", stack.enter_context(kernels)
            )
            _make(todo, site, request, renewal, Progress(tell, len(todo), terminal))
        manifest = _manifest(reading, year, inputs, made_by, renewal)
        renewal.commit(manifest.to_bytes())
    for line in closing_table(folder, manifest.pages, [job.name for job in todo]):
        tell(line)
    failed = [job for job in todo if manifest.pages[job.name].state == "failed"]
    return request.exit_code(manifest, len(failed))


def _checked(request: Request, reading: Reading) -> tuple[int, list[str] | None]:
    """Return the year, and the names of the pages asked for; None if all are."""
    plan, submissions = reading.plan, reading.submissions
    if request.year is not None:
        plan.check_year(request.year)
    areas = request.areas
    names = None if areas is None else [_page_name(plan, area) for area in areas]
    if submissions.sources.empty:
        raise UsageError("没有收到任何报送文件。请放入 raw/submissions/<收到日期>/，或更改 --as-of")
    return request.year or latest_year(plan, submissions.observations), names


def _page_name(plan: Plan, area: str) -> str:
    row = plan.area_row(area)
    if row["level"] == "county":
        raise UsageError(
            f"“{row['name']}”没有单独的报告。可用：{plan.area}、{'、'.join(plan.cities)}"
        )
    return row["code"]


def _belongs(reading: Reading, year: int, manifest: Manifest) -> bool:
    """Tell whether an earlier manifest is about the same reports, and not of the example."""
    asked = reading.plan.title, year, EDITION, reading.submissions.synthetic
    return (manifest.plan, manifest.year, manifest.edition, manifest.synthetic) == asked


def _todo(
    request: Request, jobs: list[Job], names: list[str] | None, renewal: Renewal
) -> list[Job]:
    """Return the jobs to be done; the pages of the others stay."""
    todo = []
    for job in jobs:
        asked = names is None or job.name in names
        if asked and (request.force or not renewal.is_current(job)):
            todo.append(job)
        else:
            renewal.keep(job)
    return todo


def _make(
    todo: list[Job], site: Site, request: Request, renewal: Renewal, progress: Progress
) -> None:
    """Have the jobs done, and stage what they make."""
    workers = request.jobs or WORKERS_PER_CORE * (cpu_count() or 1)
    for outcome in pool.outcomes(todo, partial(make_page, site=site), Outcome.given_up, workers):
        progress.page(outcome.job.title, outcome.problem)
        renewal.take(outcome)


def _manifest(
    reading: Reading, year: int, inputs: dict[str, str], made_by: Makers, renewal: Renewal
) -> Manifest:
    """Stage the index and the tables, and return the manifest of it all."""
    plan, submissions = reading.plan, reading.submissions
    results = reading.of_year(year)
    received = receipt_states(plan, submissions.observations, submissions.as_of)
    received = received[received["data_year"] == year]
    renewal.put("results.csv", csv_bytes(results))
    renewal.put("findings.csv", csv_bytes(submissions.findings))
    contents = index_page(reading, results, received, renewal.pages, renewal.outputs)
    renewal.put("index.html", render_index(contents))
    return Manifest(
        plan=plan.title,
        year=year,
        edition=EDITION,
        synthetic=submissions.synthetic,
        asked_as_of=reading.as_of,
        as_of=f"{submissions.as_of:%Y-%m-%d}",
        latest_year=latest_year(plan, submissions.observations),
        errors=int((submissions.findings["severity"] == "error").sum()),
        lacking=bool((received["received"] < received["expected"]).any()),
        readings=vars(plan.readings),
        inputs=inputs,
        pages=dict(sorted(renewal.pages.items())),
        outputs=dict(sorted(renewal.outputs.items())),
        **vars(made_by),
    )
