"""A report run: every notebook through papermill, every page rendered, then index and manifest."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from gsyf_lib import words
from gsyf_lib.assessment import assess, latest_year
from gsyf_lib.datapackage import data_package
from gsyf_lib.errors import BuildError, OutputError, UsageError
from gsyf_lib.export import csv_bytes
from gsyf_lib.files import write_atomically
from gsyf_lib.html import notice
from gsyf_lib.indicators import TOTAL
from gsyf_lib.plan import Plan
from gsyf_lib.publish.notebooks import run_notebook
from gsyf_lib.publish.pages import IndexEntry, IndexPage, render_index, render_page
from gsyf_lib.receipts import completeness, receipt_states
from gsyf_lib.results_book import results_book
from gsyf_lib.submissions import Submissions, load_submissions

__all__ = ["build_reports"]

INCOMPLETE = 5
SYNTHETIC = "示例数据（非真实）"
OVERVIEWS = {
    "baseline_declines": "各市事故起数与伤亡人数降幅",
    "coverage_trajectories": "各市培训覆盖率",
}
FILES = (
    ("判定结果", "results.xlsx", "总览和各项指标，用 Excel 或 WPS 打开"),
    ("判定结果（供程序使用）", "results.csv", "每个地区、每项目标一行"),
    ("数据质量问题", "findings.csv", "每个问题一行，注明文件、工作表和单元格"),
    ("数据说明", "datapackage.json", "以上两个CSV文件的字段说明"),
    ("清单", "manifest.json", "每个文件的SHA-256"),
)


@dataclass(frozen=True)
class Job:
    """One page to make: its notebook with parameters, and where it goes."""

    name: str
    title: str
    notebook: str
    area: str | None
    data: Path
    plan: str
    year: int
    as_of: str | None
    running: str
    navigation: tuple[tuple[str, str], ...]

    @property
    def parameters(self) -> dict[str, Any]:
        """The notebook's parameters."""
        return {"area": self.area, "year": self.year, "as_of": self.as_of}


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the page and its notebook, or what went wrong."""

    job: Job
    page: bytes = b""
    notebook: str = ""
    problem: str = ""


def build_reports(
    plan: Plan,
    *,
    tell: Callable[[str], None],
    year: int | None = None,
    areas: Sequence[str] | None = None,
    out: Path | None = None,
    as_of: str | None = None,
    strict: bool = False,
    require_complete: bool = False,
) -> int:
    """Build the reports of a year and return the exit code of the run.

    Parameters
    ----------
    plan : Plan
    tell : takes progress messages, one line an area
    year : year with targets; the latest that a city has reported if not given
    areas : names of the areas to build; all cities, the province and the overviews if not given
    out : the report folder, ``reports/<year>`` if not given
    as_of : only what was received up to that day
    strict, require_complete : exit with 1 on error-level findings, with 5 on a missing submission

    Raises
    ------
    UsageError
        An unknown area, a year without targets, or no submission at all; nothing was started.
    OutputError
        A file could not be written.
    """
    if year is not None:
        plan.check_year(year)
    wanted = None if areas is None else [_page_code(plan, name) for name in areas]
    submissions = load_submissions(plan, as_of)
    if submissions.sources.empty:
        raise UsageError("没有收到任何报送文件。请放入 raw/submissions/<收到日期>/，或更改 --as-of")
    year = year or latest_year(plan, submissions.observations)
    folder = out or plan.folder.parent / "reports" / str(year)
    results = assess(plan, submissions.observations, year)
    running = SYNTHETIC if submissions.synthetic else plan.title
    jobs = list(_jobs(plan, results, year, as_of, wanted, running))
    _make_folder(folder)
    failed = _run(jobs, folder, tell)
    received = receipt_states(plan, submissions.observations, submissions.as_of)
    received = received[received["data_year"] == year]
    tables = {
        "results.csv": csv_bytes(results),
        "findings.csv": csv_bytes(submissions.findings),
    }
    package = data_package(plan, submissions, year, tables)
    book = results_book(plan, submissions, results)
    for name, content in (tables | {"datapackage.json": package, "results.xlsx": book}).items():
        write_atomically(folder / name, content)
    page = _index(plan, submissions, results, received, folder, failed)
    write_atomically(folder / "index.html", render_index(page))
    write_atomically(folder / "manifest.json", _manifest(plan, submissions, year, folder))
    tell(f"{folder}：生成{len(jobs) - len(failed)}页，失败{len(failed)}页")
    if failed:
        return BuildError.exit_code
    if require_complete and (received["received"] < received["expected"]).any():
        return INCOMPLETE
    return int(strict and (submissions.findings["severity"] == "error").any())


def _page_code(plan: Plan, name: str) -> str:
    row = plan.area_row(name)
    if row["level"] == "county":
        raise UsageError(
            f"“{row['name']}”没有单独的报告。可用：{plan.area}、{'、'.join(plan.cities)}"
        )
    return row["code"]


def _jobs(
    plan: Plan,
    results: pd.DataFrame,
    year: int,
    as_of: str | None,
    wanted: list[str] | None,
    running: str,
) -> Iterator[Job]:
    """Yield the jobs of a run: the overviews, then the areas in the order of their codes."""

    def job(name: str, title: str, notebook: str, area: str | None = None) -> Job:
        links = (("目录", "index.html"), *((text, f"{n}.html") for n, text in OVERVIEWS.items()))
        folder = plan.folder
        return Job(name, title, notebook, area, folder, plan.title, year, as_of, running, links)

    if wanted is None:
        for name, text in OVERVIEWS.items():
            yield job(name, f"{year}年{text}", name)
    for area in results.drop_duplicates("area_code").itertuples():
        if wanted is None or area.area_code in wanted:
            kind = "province_report" if area.level == "province" else "city_report"
            yield job(area.area_code, f"{area.area}{year}年工伤预防年度报告", kind, area.area)


def _make_folder(folder: Path) -> None:
    try:
        (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"无法建立输出文件夹“{folder}”：{error.strerror}。请用 --out 另选"
        ) from error


def _run(jobs: list[Job], folder: Path, tell: Callable[[str], None]) -> dict[str, str]:
    """Run the jobs, two at a time on two cores; return the problems of those that failed."""
    failed = {}
    with ProcessPoolExecutor(min(os.cpu_count() or 1, max(len(jobs), 1))) as pool:
        for outcome in pool.map(_make_page, jobs):
            name = outcome.job.name
            if outcome.problem:
                failed[name] = outcome.problem
                tell(f"{outcome.job.title}：失败。{outcome.problem}")
                continue
            write_atomically(folder / "notebooks" / f"{name}.ipynb", outcome.notebook.encode())
            write_atomically(folder / f"{name}.html", outcome.page)
            tell(f"{outcome.job.title}：已生成")
    return failed


def _make_page(job: Job) -> Outcome:
    try:
        executed = run_notebook(job.notebook, job.data, job.parameters)
        page = render_page(
            executed,
            title=job.title,
            plan=job.plan,
            navigation=job.navigation,
            running=job.running,
        )
    except BuildError as error:
        return Outcome(job, problem=str(error))
    return Outcome(job, page, nbformat.writes(executed) + "\n")


def _index(
    plan: Plan,
    submissions: Submissions,
    results: pd.DataFrame,
    received: pd.DataFrame,
    folder: Path,
    failed: dict[str, str],
) -> IndexPage:
    year = int(results["year"].iloc[0])
    goals = results[(results["indicator"] != "joint") & (results["industry"] != TOTAL)]
    tally = pd.crosstab(goals["area_code"], goals["status"]).reindex(
        columns=list(words.STATUSES), fill_value=0
    )
    complete = received["received"] == received["expected"]
    owing = complete.groupby(received["area_code"]).agg(["sum", "size"])
    whole, owing_areas = completeness(received, year)
    entries = [
        IndexEntry(
            name=area.area,
            href=f"{area.area_code}.html",
            built=area.area_code not in failed and (folder / f"{area.area_code}.html").is_file(),
            **{s: int(tally.loc[area.area_code, s]) for s in list(words.STATUSES)[:4]},
            received=int(owing.loc[area.area_code, "sum"]),
            expected=int(owing.loc[area.area_code, "size"]),
            problem=failed.get(area.area_code, ""),
            province=area.level == "province",
        )
        for area in results.drop_duplicates("area_code").itertuples()
    ]
    notices = []
    if submissions.synthetic:
        notices.append(notice(f"{SYNTHETIC}：全部数字为随机生成，仅供演示。", "synthetic"))
    errors = int((submissions.findings["severity"] == "error").sum())
    return IndexPage(
        title=f"{plan.area}{year}年工伤预防年度报告目录",
        plan=plan.title,
        facts={
            "版本": "内部版",
            "数据截至": words.day(submissions.as_of),
            "本年度数据": f"{whole}/{owing_areas}个地区报齐",
            "待核实的错误": f"{errors}处",
        },
        entries=entries,
        overviews=[
            (text, f"{name}.html")
            for name, text in OVERVIEWS.items()
            if name not in failed and (folder / f"{name}.html").is_file()
        ],
        files=FILES,
        notices=notices,
        running=SYNTHETIC if submissions.synthetic else plan.title,
    )


def _manifest(plan: Plan, submissions: Submissions, year: int, folder: Path) -> bytes:
    """Return the manifest: every output and every input with its hash, and what was decided."""
    written = [p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
    names = {path.relative_to(folder).as_posix(): path for path in written}
    outputs = {name: hashlib.sha256(names[name].read_bytes()).hexdigest() for name in sorted(names)}
    content = {
        "plan": plan.title,
        "year": year,
        "edition": "internal",
        "as_of": f"{submissions.as_of:%Y-%m-%d}",
        "synthetic": submissions.synthetic,
        "readings": vars(plan.readings),
        "inputs": dict(
            zip(submissions.sources["file"], submissions.sources["sha256"], strict=True)
        ),
        "outputs": outputs,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
