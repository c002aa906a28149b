"""One file as it was handed in: guarded, read, and checked by itself."""

import errno
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from gsyf_lib.errors import MachineError
from gsyf_lib.plan import normalise
from gsyf_lib.submissions import guard, read
from gsyf_lib.submissions.attached import not_read
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
from gsyf_lib.xlsx.limits import LONGEST_NAME

__all__ = ["FileReading", "file_name", "read_submission", "read_submissions"]

KINDS = {"xlsx": "xlsx工作簿", "xls": "xls工作簿", "csv": "文本（CSV或网页）"}
FEWEST_LIMIT, MANY_TIMES = 10_000, 3
# What a workbook may carry besides its sheets (``xlsx.parts.TRAITS``); none of it is followed.
CARRIED = {
    "links": (
        "file-external-link",
        "工作簿含有指向其他文件的外部链接，数据按已保存的值读取。请断开链接并核对",
    ),
    "connections": (
        "file-connection",
        "工作簿含有数据连接（网页、数据库或其他文件），数据按已保存的值读取。请删除连接并核对",
    ),
    "embedded": (
        "file-embedded",
        "工作簿内嵌有控件、对象或其他文件，均未打开，工作表中的数据已读取。请删除后报送",
    ),
}
# What is wrong with the machine at a moment, not with a file.
PASSING = (errno.EAGAIN, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ETIMEDOUT)
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
    """Read one file; whatever is wrong with it is a finding, and it never stops the others.

    Raises
    ------
    MachineError
        What is wrong is not the file: a finding would blame its sender, and stay.
    """
    reading = FileReading(source)
    try:
        _check_name(path)
        guard.check_regular(path)
        if path.suffix.lower() not in guard.TABLE_FILES:
            raise not_read(path, names)
        content = guard.read_content(path)
        seen = guard.inspect(content)
        reading.sha256 = hashlib.sha256(content).hexdigest()
        _check_ending(path, seen.kind)
        sheets = read.read_sheets(content, seen, reader, names.column_names)
        for trait in dict.fromkeys(trait for sheet in sheets for trait in sheet.traits):
            code, message = CARRIED[trait]
            reading.findings.add("warning", code, source, message)
        _read_tables(sheets, names, reading)
    except Refused as refused:
        reading.findings.add(refused.severity, refused.code, source, refused.message)
    except MachineError as error:
        raise MachineError(f"“{source.file}”没有读完：{error}") from error
    except OSError as error:
        if error.errno in PASSING:
            message = f"“{source.file}”没有读完（{error.strerror}）。请检查系统后重新运行"
            raise MachineError(message) from error
        why = "没有读取权限" if isinstance(error, PermissionError) else error.strerror
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
            f"文件名与内容不一致：扩展名是{path.suffix}，内容却是{KINDS[kind]}，未读取。"
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
        if _rows_below(sheet, header) > _most_rows(names):
            message = (
                f"表头之下有{_rows_below(sheet, header)}行，远多于一张报表所需，未读取，"
                "按未报送处理。请删除报表以外的内容后重新报送"
            )
            reading.findings.add("error", "table-too-long", source, message)
        elif not header.is_usable:
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


def _rows_below(sheet: Sheet, header: Header) -> int:
    return int(sheet.filled[:, header.row + 1 :].any(axis=0).sum())


def _most_rows(names: Names) -> int:
    """Return how many rows a table may have: generously more than it has figures to tell."""
    figures = len(names.places) * len(names.years) * len(names.trades)
    return max(FEWEST_LIMIT, MANY_TIMES * figures)


def _candidates(
    sheet: Sheet, names: Names, reading: FileReading
) -> Iterator[tuple[Sheet, Header, Source]]:
    """Yield a sheet with its header if it is seen and has one."""
    source = Source(
        reading.source.file, reading.source.received_on, printable(sheet.name[:LONGEST_NAME])
    )
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
    sheet = judged(first_table(sheet, header, names, source, reading.findings), header, names)
    if header.table == "progress":
        reading.progress += read_progress(sheet, header, names, source, reading.findings)
        return
    table = read_rows(sheet, header, names, source, reading.findings)
    if len(table):
        reading.tables.append(table)
    elif not len(table.unnamed):
        message = "表头之下没有可用的数据行，按未报送处理。请填写后重新报送"
        address = cell_address(header.row, min(header.columns.values()))
        reading.findings.add("error", "table-empty", source, message, address)
    left_out_rows(table, reading.findings)
    check_rows(table, reading.findings)


def _note_unused(
    sheet: Sheet, header: Header, source: Source, names: Names, reading: FileReading
) -> None:
    """Note which figures a sheet is about that is not used, so that they can settle it later."""
    keys = [field for field in names.required[header.table] if field not in names.measures]
    if header.table != "progress" and all(key in header.columns for key in keys):
        unheard = Findings()
        sheet = judged(first_table(sheet, header, names, source, unheard), header, names)
        table = read_rows(sheet, header, names, source, unheard)
        if not any(row["severity"] == "error" and not row["industry"] for row in unheard.rows):
            reading.findings.touch(source.sheet, table.keys_owed())
