"""Findings and files in; the senders' workbooks out, faulty cells coloured and commented."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pandas as pd

from gsyf_lib.documents.workbooks import plain_text
from gsyf_lib.processes.files import check_new, make_folder, write_new
from gsyf_lib.submissions.collect.marking import Remark, list_alone, marked_apart
from gsyf_lib.submissions.findings import Refused, Source
from gsyf_lib.submissions.open.guard import check_regular
from gsyf_lib.vocabulary import SEVERITIES

COLOURS = {"error": "F4B6B0", "warning": "FFE08A", "info": "CFE2F3"}
# A workbook is a zip archive, and every zip archive begins with these bytes.
WORKBOOK = b"PK\x03\x04"
LARGEST_MARKED = 5 * 2**20
# A file refused for one of these reasons is dangerous or unreadable: openpyxl must not open it.
CLOSED = (
    "file-bomb",
    "file-broken",
    "file-dtd",
    "file-extent",
    "file-kills-reader",
    "file-macro",
    "file-members",
    "file-not-regular",
    "file-symlink",
    "file-too-large",
    "file-too-slow",
    "file-type",
)
SKIPPED = "file-skipped"
# Bytes. File systems allow 255 for a name, and “（标注2）.xlsx” is still added.
LONGEST_NAME = 200


def write_marked(findings: pd.DataFrame, files: Mapping[str, Path], out: Path) -> list[Path]:
    """Write a marked copy of every file that has findings; return the paths written.

    A workbook is given back as it came, with a list of its findings as first sheet. A file that
    is no readable workbook (csv, xls, broken) gives a workbook with that list alone.

    Parameters
    ----------
    findings : frames.FINDINGS
    files : the path of each file of the findings; a file that is not here gets its list alone
    out : folder, made if it is not there

    Raises
    ------
    UsageError
        A marked workbook of that name is there already; none was written.
    OutputError
        The folder or a file could not be written.
    """
    found = {
        str(name): rows
        for name, rows in findings.groupby("file", sort=True)
        # Excel's locks and .DS_Store: no sender knows of them.
        if not (rows["code"] == SKIPPED).all()
    }
    paths = _names(out, found)
    check_new(*paths.values())
    make_folder(out)
    for name, path in paths.items():
        write_new(path, _marked(name, found[name], files.get(name)))
    return list(paths.values())


def _names(out: Path, found: Iterable[str]) -> dict[str, Path]:
    """Return a path for each marked workbook; files of the same name get a number."""
    paths: dict[str, Path] = {}
    for name in found:
        # Cut in bytes, dropping half a character at the end: Chinese ones have three bytes each.
        stem = PurePosixPath(name).stem.encode()[:LONGEST_NAME].decode(errors="ignore")
        path, number = out / f"{stem}（标注）.xlsx", 2
        while path in paths.values():
            path, number = out / f"{stem}（标注{number}）.xlsx", number + 1
        paths[name] = path
    return paths


def _marked(name: str, findings: pd.DataFrame, path: Path | None) -> bytes:
    """Return the marked workbook, or the list alone if the file is no workbook to write into."""
    # Errors first: a cell gets the colour of its first remark.
    rank = findings["severity"].map(list(COLOURS).index)
    remarks = [
        Remark(
            SEVERITIES[row["severity"]],
            COLOURS[row["severity"]],
            row["sheet"],
            row["cell"],
            _without_address(row),
        )
        for row in findings.assign(rank=rank).sort_values("rank", kind="stable").to_dict("records")
    ]
    title = plain_text(f"{PurePosixPath(name).name}：问题清单")
    content = _content(path, findings)
    # The child may fail at a strange workbook: then the list alone goes back.
    return content and marked_apart(content, title, remarks) or list_alone(title, remarks)


def _content(path: Path | None, findings: pd.DataFrame) -> bytes:
    """Return the bytes of a workbook that is safe to open, or none."""
    if path is None or findings["code"].isin(CLOSED).any():
        return b""
    with suppress(Refused, OSError):
        check_regular(path)
        if path.stat().st_size <= LARGEST_MARKED:
            content = path.read_bytes()
            return content if content.startswith(WORKBOOK) else b""
    return b""


def _without_address(finding: dict) -> str:
    """Return a message without file, sheet and cell, which the list has in columns."""
    address = Source(finding["file"], pd.NaT, finding["sheet"]).place(finding["cell"])
    return plain_text(finding["message"].removeprefix(f"{address}："))
