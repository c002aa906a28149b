"""Submissions: from the files handed in to figures in force, with every fault as a finding.

guard (safe to open?) → read (cells) → header (which table?) → rows (figures) → check (relations)
→ ledger (what is in force, what was revised).
"""

import datetime as dt
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError, UsageError
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import SEVERITIES, Findings, Source
from gsyf_lib.submissions.folder import FileReading, dated_files, read_submissions
from gsyf_lib.submissions.history import check_history
from gsyf_lib.submissions.incoming import (
    incoming_files,
    only_on,
    tell_revisions,
    with_incoming,
)
from gsyf_lib.submissions.ledger import check_accepted_baselines, figures_in_force
from gsyf_lib.submissions.names import plan_names
from gsyf_lib.submissions.progress import latest_progress
from gsyf_lib.submissions.senders import check_files, files_sent_again, sent_twice
from gsyf_lib.submissions.settle import settled

__all__ = ["Submissions", "load_submissions", "parse_as_of", "submitted_files"]


@dataclass(frozen=True)
class Submissions:
    """All that was handed in up to a day.

    observations, progress, findings, revisions, sources : frames of these names
    synthetic : True while only the example (示例数据) is there
    as_of : the day asked for, or that of the newest file
    """

    observations: pd.DataFrame
    progress: pd.DataFrame
    findings: pd.DataFrame
    revisions: pd.DataFrame
    sources: pd.DataFrame
    synthetic: bool
    as_of: pd.Timestamp


def parse_as_of(as_of: str | dt.date | None) -> dt.date | None:
    """Return the day that ``as_of`` names.

    Raises
    ------
    UsageError
        It is not a day.
    """
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
    """Read everything handed in up to ``as_of`` (default: everything received).

    The example under ``raw/example`` is used only while ``raw/submissions`` holds no file.
    ``incoming`` are files from ``submitted_files``: those not yet filed are judged as if received
    on ``as_of``, against what is held, and only findings on them are told.

    Raises
    ------
    PlanError
        Neither folder exists.
    UsageError
        ``as_of`` is not a day, or a file not yet filed is given without one.

    Examples
    --------
    >>> submissions = gs.load_submissions(plan, as_of="2023-12-31")
    >>> int(submissions.observations["year"].max()), submissions.synthetic
    (2022, True)
    """
    root, synthetic = _root(plan.folder)
    day = parse_as_of(as_of)
    names = plan_names(plan)
    check_accepted_baselines(plan)
    findings = Findings()
    held = list(dated_files(root, day, findings))
    found, synthetic = with_incoming(held, incoming or {}, day, synthetic)
    with _collector_at_rest():
        readings = read_submissions(found, names)
        check_files(readings, names)
        candidates = _candidates(readings)
    for reading in readings:
        findings.rows += reading.findings.rows
    sent_twice(candidates, findings)
    observations, revisions = figures_in_force(plan, candidates, findings)
    _compare_with_sum(plan, observations, findings)
    progress = latest_progress([row for r in readings for row in r.progress], findings)
    sources = _sources(readings)
    seen_from = sources["received_on"].max() if day is None else pd.Timestamp(day)
    check_history(plan, observations, seen_from, findings)
    sent_again = files_sent_again(readings, names)
    tell_revisions(revisions, observations, incoming or {}, findings)
    told = _sorted(settled(findings.frame(), observations, sent_again))
    return Submissions(
        observations=observations,
        progress=progress,
        findings=told if incoming is None else only_on(told, incoming).reset_index(drop=True),
        revisions=revisions,
        sources=sources,
        synthetic=synthetic,
        as_of=seen_from,
    )


def submitted_files(plan: Plan, paths: Iterable[Path] = ()) -> dict[str, Path]:
    """Return files by the name findings know them by: those at ``paths``, or all that are held.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    root, _ = _root(plan.folder)
    held = {source.file: path for path, source in dated_files(root, None, Findings())}
    return incoming_files(paths, root) if paths else held


def _root(folder: Path) -> tuple[Path, bool]:
    real, example = folder / "raw" / "submissions", folder / "raw" / "example"
    if real.is_dir() and any(_is_handed_in(path) for path in real.rglob("*")):
        return real, False
    if example.is_dir():
        return example, True
    if real.is_dir():
        return real, False
    raise PlanError(f"{folder} 中没有 raw/submissions 文件夹；请建立后放入报送文件")


def _is_handed_in(path: Path) -> bool:
    return not path.is_dir() and not path.name.startswith(".") and path.name != "README.md"


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Pause the garbage collector: it would walk millions of new cells that all stay in use."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _candidates(readings: Iterable[FileReading]) -> pd.DataFrame:
    """Return every figure handed in as a row, built column by column: there may be many."""
    handed_in = [
        (row, measure, figure)
        for reading in readings
        for row in reading.rows
        for measure, figure in row.figures.items()
        if figure.state != "missing"
    ]
    rows = [row for row, _, _ in handed_in]
    columns = {
        "area_code": [row.area.code for row in rows],
        "area": [row.area.name for row in rows],
        "level": [row.area.level for row in rows],
        "industry": [row.industry for row in rows],
        "year": pd.array([row.year for row in rows], "Int64"),
        "measure": [measure for _, measure, _ in handed_in],
        "value": pd.array([figure.value for *_, figure in handed_in], "Int64"),
        "state": [figure.state for *_, figure in handed_in],
        "received_on": pd.Series([row.source.received_on for row in rows], dtype="datetime64[s]"),
        "file": [row.source.file for row in rows],
        "sheet": [row.source.sheet for row in rows],
        "cell": [figure.cell for *_, figure in handed_in],
    }
    return pd.DataFrame(columns)


def _sources(readings: Iterable[FileReading]) -> pd.DataFrame:
    rows = [
        {
            "file": reading.source.file,
            "received_on": reading.source.received_on,
            "sha256": reading.sha256,
            "areas": "|".join(
                sorted(
                    {row.area.code for row in reading.rows}
                    | {row["area_code"] for row in reading.progress}
                )
            ),
            "figures": sum(len(row.figures) for row in reading.rows) + len(reading.progress),
        }
        for reading in readings
    ]
    return frames.conform(pd.DataFrame(rows, columns=frames.SOURCES.names), frames.SOURCES)


def _compare_with_sum(plan: Plan, observations: pd.DataFrame, findings: Findings) -> None:
    """Warn where the province's own figure differs from the sum of its cities (reading 18)."""
    figures = observations[observations["state"] == "figure"]
    key = ["industry", "year", "measure"]
    cities = observations[(observations["level"] == "city")]
    cities = cities[cities["state"].isin(["figure", "absent"])]
    added = cities.groupby(key)["value"].agg(["sum", "size"]).reset_index()
    added = added[added["size"] == len(plan.cities)]
    own = figures[figures["level"] == "province"].merge(added, on=key)
    bare = own["measure"].str.endswith("_per_million")
    for row in own[(own["value"] != own["sum"]) & ~bare].to_dict("records"):
        source = Source(row["file"], row["received_on"], row["sheet"])
        gap = row["value"] - row["sum"]
        message = f"{row['area']}报送{row['value']}，各市合计{row['sum']}，相差{gap}"
        about = {name: row[name] for name in ("area", "industry", "year", "measure")}
        findings.add(
            "warning", "province-sum-differs", source, f"{message}。请核对", row["cell"], **about
        )


def _sorted(findings: pd.DataFrame) -> pd.DataFrame:
    rank = {severity: number for number, severity in enumerate(SEVERITIES)}
    order = findings.assign(rank=findings["severity"].map(rank))
    order = order.sort_values(["rank", "file", "sheet", "cell", "code"], kind="stable")
    return findings.loc[order.index].reset_index(drop=True)
