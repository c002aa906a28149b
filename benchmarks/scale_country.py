"""Reports of all counties on a Dask cluster, measured on a sample of them.

``python -m benchmarks.scale_country`` starts a scheduler and one worker on this machine, sends some
pages, and rewrites ``benchmarks/scale_country.md``. The figures come from a seed.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import gsyf_lib as gs
from benchmarks.judge_country import country_plan, figures
from benchmarks.machine import machine
from benchmarks.summary import write_page
from benchmarks.watched import memory_of
from gsyf_lib import frames
from gsyf_lib.reports.cluster import Parcel, connect, outcomes, parcel
from gsyf_lib.reports.jobs import make_jobs
from gsyf_lib.reports.provenance import copy_notebooks, makers
from gsyf_lib.reports.workers import Job, Outcome

ROOT = Path(__file__).parent.parent
AREAS, SAMPLE, YEAR = 2844, 8, 2023


class Measured(NamedTuple):
    """Seconds to prepare, MB sent, seconds of the first and of each further page, worker's MB."""

    prepared: float
    megabytes: float
    first: float
    further: list[float]
    memory: float
    page: float


def country(folder: Path) -> gs.JudgedPlan:
    """Return all areas judged, as a batch has them before it sends anything."""
    plan = country_plan(AREAS)
    observations = figures(plan)
    submissions = gs.Submissions(
        observations,
        frames.PROGRESS.empty(),
        frames.FINDINGS.empty(),
        frames.FAULTY.empty(),
        frames.REVISIONS.empty(),
        _source(observations),
        synthetic=True,
        as_of=pd.Timestamp("2099-01-01"),
    )
    judged = gs.JudgedPlan(replace(plan, folder=folder), submissions)
    judged.work_out(YEAR)
    return judged


def _source(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the one file that all figures are said to be from: pages lead to it."""
    first = observations.iloc[0]
    row = {"sha256": "0" * 64, "areas": "", "figures": len(observations)}
    row |= {name: first[name] for name in ("file", "received_on")}
    return frames.conform(pd.DataFrame([row]), frames.SOURCES)


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a scheduler and a worker; yield the address, and the worker's process id."""
    dask, file = str(Path(sys.executable).with_name("dask")), folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen([dask, "scheduler", *map(str, options)], **quiet)
    worker = [dask, "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny"]
    started = subprocess.Popen([*worker, "--no-dashboard"], **quiet)
    try:
        while not file.exists():
            time.sleep(0.1)
        yield str(file), started.pid
    finally:
        for process in (started, scheduler):
            process.terminate()
            process.wait()


def measured() -> Measured:
    """Send a sample of the cities' pages."""
    with tempfile.TemporaryDirectory() as name, started(Path(name)) as (file, pid):
        private = Path(name).resolve()
        (private / "data").mkdir()
        shutil.copyfile(ROOT / "data" / "plan.toml", private / "data" / "plan.toml")
        copy_notebooks(private / "notebooks")
        begun = time.process_time()
        judged = country(private / "data")
        jobs = make_jobs(judged, YEAR, private / "notebooks")
        packed = parcel(judged, private, makers())
        prepared = time.process_time() - begun
        jobs = [job for job in jobs if job.notebook == "city_report"][:: AREAS // SAMPLE][:SAMPLE]
        done = _sent(file, jobs, packed)
        most = memory_of(pid)
    pages = statistics.median(len(outcome.page) for outcome in done) / 1e6
    further = [outcome.seconds for outcome in done[1:]]
    megabytes = len(packed.judged) / 1e6
    return Measured(prepared, megabytes, done[0].seconds, further, most, pages)


def _sent(file: str, jobs: list[Job], packed: Parcel) -> list[Outcome]:
    with connect(json.loads(Path(file).read_text("utf-8"))["address"]) as client:
        done = list(outcomes(jobs, packed, client))
    if problems := [outcome.problem for outcome in done if outcome.problem]:
        raise RuntimeError(problems[0])
    return done


def report(found: Measured) -> str:
    """Return ``benchmarks/scale_country.md`` for what was measured."""
    each = statistics.median(found.further)
    lines = [
        "# Reports of all counties on a Dask cluster",
        "",
        f"{AREAS:,} invented areas with figures of six years; {SAMPLE} of their pages made by one",
        "worker on this machine, over TCP.",
        "",
        f"- The sender judges, hashes and packs everything in {found.prepared:.0f} s of CPU, and",
        f"  sends {found.megabytes:.0f} MB to every worker, once.",
        f"- A page takes {each:.1f} s by the clock (median of {len(found.further)}; most",
        f"  {max(found.further):.1f} s), the first one {found.first:.1f} s once the figures are",
        f"  unpacked and the process that makes pages is ready. It weighs {found.page:.2f} MB.",
        f"- A worker with the processes it has started takes {found.memory:.0f} MB.",
        f"- All {AREAS:,} pages: {AREAS * each / 3600:.1f} hours of one worker.",
        "",
        machine("distributed", "pandas", "papermill"),
        "",
        "Not part of `make bench`: `python -m benchmarks.scale_country`.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and rewrite the page."""
    write_page("scale_country", report(measured()))


if __name__ == "__main__":
    main()
