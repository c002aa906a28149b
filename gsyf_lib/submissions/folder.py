"""Folders in; the files in them with the day each was received out, dated or not filed yet."""

import datetime as dt
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.processes.files import day_of_folder, is_submission
from gsyf_lib.submissions.findings import Findings, Source, printable

DatedFile = tuple[Path, Source]

# Corrections may come this many years after the plan has ended; a later day is a typing error.
YEARS_AFTER = 5


def dated_files(
    root: Path,
    as_of: dt.date | None,
    findings: Findings,
    years: Sequence[int] = (),
    today: dt.date | None = None,
) -> Iterator[DatedFile]:
    """Yield the files received up to ``as_of``, day by day, in the order of their paths.

    These are findings: a file outside the dated folders; a folder not named by a day, or by a day
    before or long after the plan's ``years``; a folder after ``today`` (None: not checked), whose
    figures would win over every correction until that day has come.
    """
    for entry in sorted(root.iterdir(), key=lambda path: path.name):
        received = day_of_folder(entry.name)
        if not is_submission(entry.name):
            continue
        # The timestamp of no day is NaT.
        source = Source(as_text(entry.relative_to(root)), pd.Timestamp(received))
        if received is None or not entry.is_dir() or entry.is_symlink():
            findings.flag("folder-undated.outside", replace(source, received_on=pd.NaT))
        elif years and not years[0] <= received.year <= (last := years[-1] + YEARS_AFTER):
            findings.flag("folder-undated.far_off", source, first=years[0], last=last)
        elif as_of is not None and received > as_of:
            continue
        elif today is not None and received > today:
            findings.flag("folder-in-future", source)
        else:
            for path in below(entry):
                yield path, replace(source, file=as_text(path.relative_to(root)))


def below(folder: Path) -> list[Path]:
    """Return every file below a folder, links not followed, and every folder that cannot be opened.

    A folder that may not be opened becomes a finding, so that nothing in it is silently missing.
    """
    closed: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    found = [Path(place, name) for place, inner, names in walk for name in (*inner, *names)]
    # ``os.path``, because pathlib raises where a path is too long for the system.
    files = {path for path in found if os.path.islink(path) or not os.path.isdir(path)}  # noqa: PTH112, PTH114
    return sorted(files.union(closed), key=lambda path: path.as_posix())


def as_text(path: Path) -> str:
    """Return a path as people can read it; different paths stay different.

    Invisible characters are spelt out, and so are bytes that are not UTF-8: an archive packed on a
    Chinese Windows often has names in GBK.
    """
    # Backslashes are doubled first, so that a name with a real ``\\x`` in it stays another name.
    name = os.fsencode(path.as_posix()).replace(b"\\", b"\\\\")
    return printable(name.decode("utf-8", "backslashreplace"))


def incoming_files(paths: Iterable[Path], root: Path) -> dict[str, Path]:
    """Return the files at paths, or in folders at paths, by the name that findings use for them.

    A file below ``root`` is named from there; any other by its path as it was typed. UsageError if
    a path does not exist.
    """
    files: dict[str, Path] = {}
    inside = root.resolve()
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UsageError(f"没有文件或文件夹“{path}”。请检查路径")
        for file in below(path) if path.is_dir() else [path]:
            # The folder is resolved and not the file: a link is told of, not where it leads.
            full = file.parent.resolve() / file.name
            is_filed = full.is_relative_to(inside)
            files[as_text(full.relative_to(inside)) if is_filed else as_text(file)] = file
    return files


def with_incoming(
    filed: Sequence[DatedFile],
    incoming: Mapping[str, Path],
    day: dt.date | None,
    is_synthetic: bool,
) -> tuple[list[DatedFile], bool]:
    """Return all files to read, and whether they are the example, which real files never mix with.

    UsageError if there is a new file, but no day to judge it from.
    """
    known = {source.file for _, source in filed}
    new = {name: path for name, path in incoming.items() if name not in known}
    if not new:
        return list(filed), is_synthetic
    if day is None:
        raise UsageError("检查尚未归档的文件，需要用 as_of 说明收到日期")
    added = [(path, Source(name, pd.Timestamp(day))) for name, path in new.items()]
    return [*([] if is_synthetic else filed), *added], False


def only_on(findings: pd.DataFrame, incoming: Collection[str]) -> pd.DataFrame:
    """Return the findings that are on these files, or on another but name one of these."""
    names = [f"《{name}》" for name in incoming]
    named = [any(name in message for name in names) for message in findings["message"]]
    # The dtype is for a frame without rows, where pandas would make objects of no booleans.
    is_named = pd.Series(named, findings.index, dtype=bool)
    return findings[findings["file"].isin(incoming) | is_named].reset_index(drop=True)
