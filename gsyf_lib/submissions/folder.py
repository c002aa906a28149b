"""The dated folders: which files there are, and on which day they came."""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from gsyf_lib.submissions.findings import Findings, Source, printable

__all__ = ["as_text", "below", "dated_files", "shown"]

YEARS_AFTER = 5


def dated_files(
    root: Path,
    as_of: dt.date | None,
    findings: Findings,
    years: Sequence[int] = (),
    today: dt.date | None = None,
) -> Iterator[tuple[Path, Source]]:
    """Yield the files received up to ``as_of``, day by day, in the order of their paths.

    A folder that is not named by a day, or by one long before or after the plan's ``years``, and
    a file outside of the dated folders, are findings. So is a folder after ``today`` (None: not
    asked), which would outrank every correction until its day has come.
    """
    for entry in sorted(root.iterdir(), key=lambda path: path.name):
        received = _day(entry.name)
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        if received is None or not entry.is_dir() or entry.is_symlink():
            message = "不在以收到日期命名的文件夹（如2023-02-20）之内，未读取。请移入相应文件夹"
            nowhere = Source(shown(entry, root), pd.NaT)
            findings.add("error", "folder-undated", nowhere, message)
        elif years and not years[0] <= received.year <= years[-1] + YEARS_AFTER:
            last = years[-1] + YEARS_AFTER
            message = f"文件夹的日期不在{years[0]}年至{last}年之间，未读取。请改为实际收到的日期"
            source = Source(shown(entry, root), pd.Timestamp(received))
            findings.add("error", "folder-undated", source, message)
        elif as_of is not None and received > as_of:
            continue
        elif today is not None and received > today:
            message = (
                "文件夹的日期在今天之后，其中的文件均未采用。"
                "请改为实际收到的日期；电脑的日期不对的，请先改正"
            )
            source = Source(shown(entry, root), pd.Timestamp(received))
            findings.add("error", "folder-in-future", source, message)
        else:
            for path in below(entry):
                yield path, Source(shown(path, root), pd.Timestamp(received))


def below(folder: Path) -> list[Path]:
    """Return all that is no folder, and the folders that cannot be opened: none goes unseen."""
    closed: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    found = [Path(place, name) for place, inner, names in walk for name in (*inner, *names)]
    files = [path for path in found if path.is_symlink() or not path.is_dir()]
    return sorted(files + closed, key=lambda path: path.as_posix())


def shown(path: Path, root: Path) -> str:
    """Return a path below a folder as findings name it."""
    return as_text(path.relative_to(root))


def as_text(path: Path) -> str:
    """Return a path for people, no two the same.

    What cannot be seen is spelt out, and the bytes of a name that is not UTF-8 (from a GBK
    archive).
    """
    name = os.fsencode(path.as_posix()).replace(b"\\", b"\\\\")
    return printable(name.decode("utf-8", "backslashreplace"))


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
