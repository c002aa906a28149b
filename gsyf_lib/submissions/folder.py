"""The dated folders: which files there are, on which day they came, and what each one holds."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib.submissions import guard, read
from gsyf_lib.submissions.check import check_rows, left_out_rows
from gsyf_lib.submissions.findings import Findings, Refused, Source, shortened
from gsyf_lib.submissions.header import Header, find_header
from gsyf_lib.submissions.isolation import Reader
from gsyf_lib.submissions.look import judged, tell_hidden
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.progress import read_progress
from gsyf_lib.submissions.read import Sheet
from gsyf_lib.submissions.rows import Row, read_rows

__all__ = [
    "FileReading",
    "as_text",
    "below",
    "dated_files",
    "read_submission",
    "read_submissions",
    "shown",
]

TABLE_FILES = (".xlsx", ".xls", ".csv")


@dataclass
class FileReading:
    """What one file holds: figures, task progress, findings, and the hash of its bytes."""

    source: Source
    sha256: str = ""
    rows: list[Row] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def dated_files(
    root: Path, as_of: dt.date | None, findings: Findings
) -> Iterator[tuple[Path, Source]]:
    """Yield the files received up to ``as_of``, day by day, in the order of their paths.

    A folder that is not named by a day, and a file outside of the dated folders, are findings.
    """
    for entry in sorted(root.iterdir(), key=lambda path: path.name):
        received = _day(entry.name)
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        if received is None or not entry.is_dir() or entry.is_symlink():
            message = "不在以收到日期命名的文件夹（如2023-02-20）之内，未读取。请移入相应文件夹"
            nowhere = Source(shortened(shown(entry, root)), pd.NaT)
            findings.add("error", "folder-undated", nowhere, message)
        elif as_of is None or received <= as_of:
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
    """Return a path for people; a name that is not UTF-8 (from a GBK archive) with its bytes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None


def read_submissions(found: Iterable[tuple[Path, Source]], names: Names) -> list[FileReading]:
    """Read files one after the other, the workbooks among them in one child process."""
    with Reader() as reader:
        return [read_submission(path, source, names, reader) for path, source in found]


def read_submission(path: Path, source: Source, names: Names, reader: Reader) -> FileReading:
    """Read one file; whatever is wrong with it is a finding, and it never stops the others."""
    reading = FileReading(source)
    try:
        _check_name(path)
        guard.check_regular(path)
        if path.suffix.lower() not in TABLE_FILES:
            raise guard.unwanted(path)
        content = guard.read_content(path)
        seen = guard.inspect(content)
        reading.sha256 = hashlib.sha256(content).hexdigest()
        _check_ending(path, seen.kind)
        if seen.links:
            message = "工作簿含有指向其他文件的外部链接，数据按已保存的值读取。请断开链接并核对"
            reading.findings.add("warning", "file-external-link", source, message)
        _read_tables(read.read_sheets(content, seen, reader), names, reading)
    except Refused as refused:
        reading.findings.add(refused.severity, refused.code, source, refused.message)
    except OSError as error:
        message = f"文件无法读取（{error.strerror}），按未报送处理。请重新放入"
        reading.findings.add("error", "file-unreadable", source, message)
    return reading


def _check_name(path: Path) -> None:
    if path.name.startswith(("~$", ".")):
        raise Refused("file-skipped", "这是Excel锁文件或隐藏文件，未读取", "info")


def _check_ending(path: Path, kind: str) -> None:
    if path.suffix.lower() != f".{kind}":
        message = f"文件扩展名是{path.suffix}，内容却是{kind}，来源可疑，未读取。请另存为正确格式"
        raise Refused("file-ending", message)


def _read_tables(sheets: list[Sheet], names: Names, reading: FileReading) -> None:
    tables: list[tuple[Sheet, Header, Source]] = []
    for sheet in sheets:
        source = Source(reading.source.file, reading.source.received_on, sheet.name)
        filled = any(str(cell).strip() for row in sheet.rows for cell in row)
        if sheet.hidden and filled:
            message = "隐藏的工作表，未读取。如需报送请取消隐藏"
            reading.findings.add("warning", "sheet-hidden", source, message)
        elif filled:
            _read_header(sheet, names, source, reading, tables)
    for sheet, header, source in tables:
        if [other.table for _, other, _ in tables].count(header.table) > 1:
            message = "同一工作簿有两张同类报表，无法确定以哪张为准，均未采用。请只保留一张"
            reading.findings.add("error", "sheet-ambiguous", source, message)
        else:
            _read_table(sheet, header, source, names, reading)
    if not tables and not any(row["severity"] == "error" for row in reading.findings.rows):
        message = "没有找到报表的表头，按未报送处理。请使用报表模板重新报送"
        reading.findings.add("error", "header-missing", reading.source, message)


def _read_header(
    sheet: Sheet,
    names: Names,
    source: Source,
    reading: FileReading,
    tables: list[tuple[Sheet, Header, Source]],
) -> None:
    before = len(reading.findings.rows)
    header = find_header(sheet, names, source, reading.findings)
    if header is not None:
        tables.append((sheet, header, source))
    elif len(reading.findings.rows) == before:
        message = "工作表中没有报表，未读取"
        reading.findings.add("info", "sheet-skipped", source, message)


def _read_table(
    sheet: Sheet, header: Header, source: Source, names: Names, reading: FileReading
) -> None:
    tell_hidden(sheet, header, source, reading.findings)
    sheet = judged(sheet, header)
    if header.table == "progress":
        reading.progress += read_progress(sheet, header, names, source, reading.findings)
        return
    rows = read_rows(sheet, header, names, source, reading.findings)
    if not rows:
        message = "报表中没有可用的数据行，按未报送处理。请填写后重新报送"
        reading.findings.add("error", "table-empty", source, message)
    if not _has_merged_keys(reading.findings, source):
        left_out_rows(rows, names, reading.findings)
    reading.rows += check_rows(rows, reading.findings)


def _has_merged_keys(findings: Findings, source: Source) -> bool:
    """Tell whether rows are there whose names cannot be: they are not left out, and were told."""
    return any(
        row["code"] == "cell-merged" and row["sheet"] == source.sheet and not row["measure"]
        for row in findings.rows
    )
