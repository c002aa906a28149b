"""A report run: copies and reads the inputs, makes the pages that are not current, and puts the
new folder in place of the old one.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from os import cpu_count
from pathlib import Path
from time import perf_counter
from typing import TextIO

from gsyf_lib.assessment import JudgedPlan, judge
from gsyf_lib.errors import UsageError
from gsyf_lib.plan import Plan
from gsyf_lib.processes.files import write_atomically
from gsyf_lib.processes.lock import beside, locked, private_folder, temporary_files_in
from gsyf_lib.reports import store
from gsyf_lib.reports.cluster import Cluster
from gsyf_lib.reports.datafiles import data_files
from gsyf_lib.reports.folders import write_folders_page
from gsyf_lib.reports.index import absent_page, index_page
from gsyf_lib.reports.inputs import copy_inputs
from gsyf_lib.reports.jobs import make_jobs
from gsyf_lib.reports.manifest import Manifest, check_ours
from gsyf_lib.reports.messages import Progress, say_end
from gsyf_lib.reports.provenance import Makers, copy_notebooks, makers
from gsyf_lib.reports.renewal import Renewal
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.workers import Job, LocalWorkers, Outcome

EDITION = "internal"


def build_reports(
    request: Request, say: Callable[[str], None], terminal: TextIO | None = None
) -> int:
    """Build what a request asks for and return the exit code of the run.

    Parameters
    ----------
    request : what to build, and where
    say : takes messages, one line a page
    terminal : where one line counts the pages instead

    Raises UsageError before anything is started if an area, year or cluster is unknown, nothing was
    submitted, or the folder is somebody's; BusyError if another run holds it.
    """
    begun = perf_counter()
    with private_folder() as private:
        inputs = copy_inputs(request.data, request.as_of, private / "data")
        copy_notebooks(private / "notebooks")
        made_by = makers(private / "notebooks")
        # Before anything is read: the processes import meanwhile, and a wrong address ends the run.
        with contextlib.closing(_workers(request, private, made_by)) as workers:
            judged = judge(private / "data", request.as_of)
            year, names = _checked(request, judged, say)
            folder, others = request.folder(year), request.others(year)
            jobs = make_jobs(judged, year, private / "notebooks", others)
            check_ours(folder)
            with locked(folder):
                store.check_writable(folder)
                about = judged.plan.title, year, EDITION, judged.submissions.synthetic
                key = made_by.key(inputs, request.as_of, [other.year for other in others])
                renewal = Renewal(folder, private / "out", about, key)
                todo = _todo(request, jobs, names, renewal)
                if todo:
                    judged.work_out(year)
                with contextlib.closing(workers.outcomes(todo, judged)) as outcomes:
                    seconds = _stage_pages(outcomes, renewal, Progress(say, len(todo), terminal))
                with temporary_files_in(private):
                    _stage_files(judged, year, renewal, others)
                manifest = _manifest(judged, year, inputs, made_by, renewal, others)
                _put_in_place(renewal, manifest, say)
                _write_timings(folder, seconds, perf_counter() - begun)
    if request.out is None:
        write_folders_page(folder.parent, say)
    return say_end(request, manifest, say, seconds)


def _workers(request: Request, private: Path, made_by: Makers) -> LocalWorkers | Cluster:
    """Return what makes the pages: processes of this machine, or a Dask cluster."""
    if request.scheduler is not None:
        return Cluster(request.scheduler, private, made_by)
    return LocalWorkers(private, request.jobs or cpu_count() or 1)


def _checked(
    request: Request, judged: JudgedPlan, say: Callable[[str], None]
) -> tuple[int, list[str] | None]:
    """Return the year to report on, and the names of the requested pages; None: all pages."""
    plan, submissions = judged.plan, judged.submissions
    if request.year is not None:
        plan.check_year(request.year)
    areas = request.areas
    names = None if areas is None else [_page_name(plan, area) for area in areas]
    if submissions.sources.empty:
        raise UsageError("没有收到任何报送文件。请放入 raw/submissions/<收到日期>/，或更改 --as-of")
    year, reported = request.year or judged.latest_year, set(submissions.observations["year"])
    if year not in reported:
        known = "、".join(str(year) for year in plan.years if year in reported)
        years = f"，有数据的年度为{known}（--year）" if known else ""
        say(f"尚未收到{year}年的数据，各项目标均无法判定{years}")
    return year, names


def _page_name(plan: Plan, area: str) -> str:
    """Return the name of an area's page."""
    row = plan.area_row(area)
    if row["level"] == "county":
        raise UsageError(
            f"“{row['name']}”没有单独的报告。可用：{plan.area}、{'、'.join(plan.cities)}"
        )
    return row["code"]


def _todo(
    request: Request, jobs: list[Job], names: list[str] | None, renewal: Renewal
) -> list[Job]:
    """Return the jobs to be done, and have ``renewal`` keep the pages of the others."""
    todo = []
    for job in jobs:
        is_requested = names is None or job.name in names
        if is_requested and (request.force or not renewal.is_current(job)):
            todo.append(job)
        else:
            renewal.keep(job)
    return todo


def _stage_pages(
    outcomes: Iterator[Outcome], renewal: Renewal, progress: Progress
) -> dict[str, float]:
    """Stage what the jobs make, as it comes; return how many seconds each of them took."""
    seconds = {}
    for outcome in outcomes:
        progress.page(outcome.job.title, outcome.problem)
        renewal.take(outcome)
        seconds[outcome.job.name] = outcome.seconds
    return seconds


def _stage_files(
    judged: JudgedPlan, year: int, renewal: Renewal, others: Sequence[Manifest]
) -> None:
    """Stage the index, the data files and stand-ins for absent pages."""
    # Where pages are linked that were never made, a page says so.
    absent = [f"{name}.html" for name, page in renewal.pages.items() if not page.key]
    files = dict.fromkeys(absent, absent_page(judged)) if absent else {}
    for name, content in (files | data_files(judged, year)).items():
        renewal.put(name, content)
    renewal.put("index.html", index_page(judged, year, renewal.pages, renewal.outputs, others))


def _manifest(
    judged: JudgedPlan,
    year: int,
    inputs: dict[str, str],
    made_by: Makers,
    renewal: Renewal,
    others: Sequence[Manifest],
) -> Manifest:
    """Return the manifest of what is staged."""
    plan, submissions = judged.plan, judged.submissions
    received = judged.receipts[judged.receipts["data_year"] == year]
    return Manifest(
        plan=plan.title,
        year=year,
        edition=EDITION,
        synthetic=submissions.synthetic,
        asked_as_of=judged.as_of,
        as_of=f"{submissions.as_of:%Y-%m-%d}",
        latest_year=judged.latest_year,
        errors=int((submissions.findings["severity"] == "error").sum()),
        lacking=bool((received["received"] < received["expected"]).any()),
        readings=vars(plan.readings),
        inputs=inputs,
        other_years=[other.year for other in others],
        pages=dict(sorted(renewal.pages.items())),
        outputs=dict(sorted(renewal.outputs.items())),
        **vars(made_by),
    )


def _put_in_place(renewal: Renewal, manifest: Manifest, say: Callable[[str], None]) -> None:
    """Exchange the folder for what was staged; files that somebody edited are kept beside it."""
    for edited, copy in renewal.set_aside():
        say(f"“{edited}”不是本程序生成的原样，已重新生成；原来的另存为“{copy}”")
    renewal.commit(manifest.to_bytes())


def _write_timings(folder: Path, seconds: dict[str, float], total: float) -> None:
    """Write how long the pages took, into a hidden file beside the folder."""
    # Inside the folder, no two runs would give the same bytes.
    if seconds:
        rounded = {name: round(time, 2) for name, time in sorted(seconds.items())}
        content = json.dumps({"total": round(total, 2), "pages": rounded}, indent=1)
        write_atomically(beside(folder, "timings.json"), f"{content}\n".encode())
