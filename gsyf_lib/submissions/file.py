"""One file as it was handed in: guarded, read, and checked by itself."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from gsyf_lib.errors import reason
from gsyf_lib.plan import normalise
from gsyf_lib.submissions import guard, read
from gsyf_lib.submissions.check import check_rows, left_out_rows
from gsyf_lib.submissions.findings import Findings, Refused, Source, printable
from gsyf_lib.submissions.header import SEARCHED_ROWS, Header, find_header, first_table
from gsyf_lib.submissions.isolation import Reader
from gsyf_lib.submissions.look import judged, tell_hidden
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.progress import read_progress
from gsyf_lib.submissions.rows import read_rows
from gsyf_lib.submissions.sheet import Sheet, cell_address
from gsyf_lib.submissions.table import Table

__all__ = ["FileReading", "file_name", "read_submission", "read_submissions"]

TABLE_FILES = (".xlsx", ".xls", ".csv")
KINDS = {"xlsx": "xlsx工作簿", "xls": "xls工作簿", "csv": "文本（CSV或网页）"}
LEFT_BY_WINDOWS = ("thumbs.db", "desktop.ini")
NO_HEADER = (
    f"各工作表的前{SEARCHED_ROWS}行中都没有报表的表头（年度、市、行业等列名应在同一行），"
    "按未报送处理。请使用报表模板；文本文件各列用逗号分隔"
)


@dataclass
class FileReading:
    """What one file holds: figures, task progress, findings, and the hash of its bytes."""

    source: Source
    sha256: str = ""
    tables: list[Table] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def file_name(reading: FileReading) -> str:
    """Return the name of a file without folder and ending, normalised."""
    return normalise(PurePosixPath(reading.source.file).stem)


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
        why = "没有读取权限" if isinstance(error, PermissionError) else reason(error)
        message = f"文件无法读取（{why}），按未报送处理。请检查后重新放入"
        reading.findings.add("error", "file-unreadable", source, message)
    return reading


def _check_name(path: Path) -> None:
    if path.name.startswith(("~$", ".")) or path.name.lower() in LEFT_BY_WINDOWS:
        raise Refused(
            "file-skipped", "这是Excel锁文件、隐藏文件或系统文件，未读取。不需处理", "info"
        )


def _check_ending(path: Path, kind: str) -> None:
    if path.suffix.lower() != f".{kind}":
        message = (
            f"扩展名是{path.suffix}，内容却是{KINDS[kind]}，来源可疑，未读取。"
            "请用Excel或WPS打开核对，另存为.xlsx后重新报送"
        )
        raise Refused("file-ending", message)


def _read_tables(sheets: list[Sheet], names: Names, reading: FileReading) -> None:
    filled = [sheet for sheet in sheets if sheet.filled.any()]
    if not filled:
        raise Refused("file-empty", "文件中没有任何内容，按未报送处理。请填写后重新报送")
    tables = [table for sheet in filled for table in _candidates(sheet, names, reading)]
    usable = Counter(header.table for _, header, _ in tables if header.is_usable)
    for sheet, header, source in tables:
        if not header.is_usable:
            _note_unused(sheet, header, source, names, reading)
        elif usable[header.table] == 1:
            _read_table(sheet, header, source, names, reading)
        else:
            message = "同一工作簿有两张同类报表，无法确定以哪张为准，均未采用。请只保留一张"
            address = cell_address(header.row, min(header.columns.values()))
            reading.findings.add("error", "sheet-ambiguous", source, message, address)
            _note_unused(sheet, header, source, names, reading)
    if not tables:
        raise Refused("header-missing", NO_HEADER)


def _candidates(
    sheet: Sheet, names: Names, reading: FileReading
) -> Iterator[tuple[Sheet, Header, Source]]:
    """Yield a sheet with its header if it is seen and has one."""
    source = Source(reading.source.file, reading.source.received_on, printable(sheet.name))
    if sheet.hidden:
        message = "隐藏的工作表，未读取。需要报送的请取消隐藏，不需要的请删除"
        reading.findings.add("warning", "sheet-hidden", source, message)
        return
    header = find_header(sheet, names, source, reading.findings)
    if header is not None:
        yield sheet, header, source
    elif sheet.name:
        message = "工作表中没有报表，未读取。不需处理"
        reading.findings.add("info", "sheet-skipped", source, message)


def _read_table(
    sheet: Sheet, header: Header, source: Source, names: Names, reading: FileReading
) -> None:
    tell_hidden(sheet, header, source, reading.findings)
    sheet = judged(first_table(sheet, header, names, source, reading.findings), header)
    if header.table == "progress":
        reading.progress += read_progress(sheet, header, names, source, reading.findings)
        return
    table = read_rows(sheet, header, names, source, reading.findings)
    if len(table):
        reading.tables.append(table)
    else:
        message = "表头之下没有可用的数据行，按未报送处理。请填写后重新报送"
        address = cell_address(header.row, min(header.columns.values()))
        reading.findings.add("error", "table-empty", source, message, address)
    if not _has_merged_keys(reading.findings, source):
        left_out_rows(table, reading.findings)
    check_rows(table, reading.findings)


def _note_unused(
    sheet: Sheet, header: Header, source: Source, names: Names, reading: FileReading
) -> None:
    """Note which figures a sheet is about that is not used, so that they can settle it later."""
    keys = [field for field in names.required[header.table] if field not in names.measures]
    if header.table != "progress" and all(key in header.columns for key in keys):
        unheard = Findings()
        sheet = judged(first_table(sheet, header, names, source, unheard), header)
        table = read_rows(sheet, header, names, source, unheard)
        if not any(row["severity"] == "error" and not row["industry"] for row in unheard.rows):
            reading.findings.touch(source.sheet, table.keys_owed())


def _has_merged_keys(findings: Findings, source: Source) -> bool:
    """Tell whether rows are there whose names cannot be: they are not left out, and were told."""
    return any(
        row["code"] == "cell-merged" and row["sheet"] == source.sheet and not row["measure"]
        for row in findings.rows
    )
