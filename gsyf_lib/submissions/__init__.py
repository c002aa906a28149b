"""Files as handed in; figures in force, findings, revisions and receipts out.

``open.guard`` (safe to open?) → ``read`` (cells, header, rows) → ``checks`` (do figures fit
together?) → ``ledger`` (which are in force, what was revised?) → ``settled`` (what has been put
right since?). ``collect`` makes what goes to the senders.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError, UsageError
from gsyf_lib.plan import Plan
from gsyf_lib.processes.files import is_submission
from gsyf_lib.submissions import folder
from gsyf_lib.submissions.baselines import check_accepted_baselines
from gsyf_lib.submissions.checks import HANDED_IN_CHECKS, IN_FORCE_CHECKS, check_files, run
from gsyf_lib.submissions.checks.all_figures import AllFigures
from gsyf_lib.submissions.file import read_submissions
from gsyf_lib.submissions.findings import Findings, Source, listed, shortened
from gsyf_lib.submissions.folder import DatedFile
from gsyf_lib.submissions.ledger import figures_in_force, flag_revisions, handed_in
from gsyf_lib.submissions.measures import AREA_INDUSTRY_YEAR, KEY, RATIO, SHARE_COUNTS
from gsyf_lib.submissions.read.cells import LARGEST
from gsyf_lib.submissions.read.names import Names, did_you_mean, plan_names
from gsyf_lib.submissions.read.table import FileReading
from gsyf_lib.submissions.read.tasks import latest_progress
from gsyf_lib.submissions.receipts import completeness, lacking, receipt_states, still_owed
from gsyf_lib.submissions.settled import check_replaced_files, settle

__all__ = [
    "AREA_INDUSTRY_YEAR",
    "KEY",
    "LARGEST",
    "RATIO",
    "SHARE_COUNTS",
    "Source",
    "Submissions",
    "completeness",
    "did_you_mean",
    "lacking",
    "listed",
    "load_submissions",
    "parse_as_of",
    "receipt_states",
    "shortened",
    "still_owed",
    "submitted_files",
]


@dataclass(frozen=True, repr=False)
class Submissions:
    """截至某一天收到的全部报送数据。

    observations, progress, findings, faulty, revisions, sources : 同名的各数据表（frames）
    synthetic : 只有示例数据时为 True
    as_of : 指定的截止日期；没有指定的，为最新一份文件的收到日期
    """

    observations: pd.DataFrame
    progress: pd.DataFrame
    findings: pd.DataFrame
    faulty: pd.DataFrame
    revisions: pd.DataFrame
    sources: pd.DataFrame
    synthetic: bool
    as_of: pd.Timestamp

    def __repr__(self) -> str:
        """Return how many files and figures there are, and up to which day."""
        kind = "示例数据（非真实）" if self.synthetic else "报送数据"
        return (
            f"{kind}：截至{self.as_of:%Y-%m-%d}，文件{len(self.sources)}份，"
            f"数据{len(self.observations)}条，问题{len(self.findings)}个"
        )


def parse_as_of(as_of: str | dt.date | None) -> dt.date | None:
    """Return the day that ``as_of`` names."""
    # A datetime (and pandas' Timestamp) is a date to isinstance, too: it goes first.
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if as_of is None or isinstance(as_of, dt.date):
        return as_of
    try:
        return dt.date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"“{as_of}”不是日期。请按2023-12-31的格式填写 as_of") from None


def load_submissions(
    plan: Plan, as_of: str | dt.date | None = None, incoming: Mapping[str, Path] | None = None
) -> Submissions:
    """读入截至 ``as_of`` 收到的全部文件；不写的，读入截至今天收到的。

    ``raw/submissions`` 中没有文件时，才使用 ``raw/example`` 中的示例数据。``incoming`` 是
    ``submitted_files`` 列出的文件；其中尚未放入以日期命名的文件夹的，视为 ``as_of`` 当天收到，与其
    他文件对照检查；这时只保留 ``incoming`` 的问题。

    Raises
    ------
    PlanError
        两个文件夹都没有。
    UsageError
        ``as_of`` 不是日期，或有尚未归档的文件而没有写 ``as_of``。

    Examples
    --------
    >>> submissions = gs.load_submissions(plan, as_of="2023-12-31")
    >>> int(submissions.observations["year"].max()), submissions.synthetic
    (2022, True)
    """
    day, names, findings = parse_as_of(as_of), plan_names(plan), Findings()
    check_accepted_baselines(plan)
    files, synthetic = _files_to_read(plan, day, incoming or {}, findings)
    readings = read_submissions(files, names)
    check_files(readings)
    findings.rows += [row for reading in readings for row in reading.findings.rows]
    # From here on files are compared with each other.
    progress = latest_progress([row for r in readings for row in r.progress], findings)
    sources = _sources(readings)
    seen_from = sources["received_on"].max() if day is None else pd.Timestamp(day)
    observations, revisions = _in_force(plan, names, readings, seen_from, findings)
    flag_revisions(revisions, observations, incoming or {}, findings)
    listing, faulty = settle(plan, readings, findings, observations, progress)
    return Submissions(
        observations=observations,
        progress=progress,
        findings=listing if incoming is None else folder.only_on(listing, incoming),
        faulty=faulty,
        revisions=revisions,
        sources=sources,
        synthetic=synthetic,
        as_of=seen_from,
    )


def _files_to_read(
    plan: Plan, day: dt.date | None, incoming: Mapping[str, Path], findings: Findings
) -> tuple[list[DatedFile], bool]:
    """Return the files received up to a day with the incoming ones; are they the example?"""
    root, synthetic = _root(plan.folder)
    # The clock only keeps out folders of the future; the example may be of any days.
    today = None if synthetic else _today()
    filed = list(folder.dated_files(root, day, findings, plan.years, today))
    if plan.replaced_files:
        # Against all days, whatever ``as_of`` is: a mistyped name in plan.toml is refused at once.
        every = folder.dated_files(root, None, Findings())
        check_replaced_files(plan, {source.file: source.received_on for _, source in every})
    return folder.with_incoming(filed, incoming, day, synthetic)


def _in_force(
    plan: Plan,
    names: Names,
    readings: Iterable[FileReading],
    seen_from: pd.Timestamp,
    findings: Findings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose the figures in force, checking all figures before and those chosen after."""
    tables = [table for reading in readings for table in reading.tables]
    candidates = AllFigures(plan, names, handed_in(tables, names))
    run(HANDED_IN_CHECKS, candidates, findings)
    observations, revisions = figures_in_force(plan, candidates.rows, findings)
    in_force = AllFigures(plan, names, observations, revisions, seen_from)
    run(IN_FORCE_CHECKS, in_force, findings)
    return in_force.rows, revisions


def _today() -> dt.date:
    # A function of its own so that tests can set the day.
    return dt.date.today()


def submitted_files(plan: Plan, paths: Iterable[Path] = ()) -> dict[str, Path]:
    """Return files by the name findings know them by: those at ``paths``, or all that are filed."""
    root, _ = _root(plan.folder)
    filed = {source.file: path for path, source in folder.dated_files(root, None, Findings())}
    return folder.incoming_files(paths, root) if paths else filed


def _root(plan_folder: Path) -> tuple[Path, bool]:
    """Return the folder of submissions, and whether it is the example."""
    real, example = plan_folder / "raw" / "submissions", plan_folder / "raw" / "example"
    is_there = real.is_dir()
    # An empty folder in git needs a ``.gitkeep`` or a README: neither was handed in.
    names = [path.name for path in folder.below(real)] if is_there else []
    has_files = any(map(is_submission, names))
    if example.is_dir() and not has_files:
        return example, True
    if is_there:
        return real, False
    raise PlanError(f"{plan_folder} 中没有 raw/submissions 文件夹；请建立后放入报送文件")


def _sources(readings: Iterable[FileReading]) -> pd.DataFrame:
    rows = []
    for reading in readings:
        areas = {area.code for table in reading.tables for area in table.areas_in_order()}
        areas |= {row["area_code"] for row in reading.progress}
        figures = sum(int(table.is_there.sum()) for table in reading.tables)
        source, codes = reading.source, "|".join(sorted(areas))
        number = figures + len(reading.progress)
        rows.append((source.file, source.received_on, reading.sha256, codes, number))
    return frames.conform(pd.DataFrame(rows, columns=frames.SOURCES.names), frames.SOURCES)
