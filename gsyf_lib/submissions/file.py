"""A path in; a ``FileReading`` out: the file guarded, opened, read and its tables checked."""

import errno
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from gsyf_lib.documents.xlsx.limits import LONGEST_NAME
from gsyf_lib.errors import MachineError, reason
from gsyf_lib.submissions.checks import TABLE_CHECKS, run
from gsyf_lib.submissions.findings import Findings, Refused, Source, printable
from gsyf_lib.submissions.open import guard
from gsyf_lib.submissions.open.attached import not_read
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.decode import read_sheets
from gsyf_lib.submissions.read.doubts import flag_hidden, with_doubts
from gsyf_lib.submissions.read.figures import read_figures
from gsyf_lib.submissions.read.header import SEARCHED_ROWS, first_table, read_header
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.read.rows import read_rows
from gsyf_lib.submissions.read.sheet import Sheet, SheetReading
from gsyf_lib.submissions.read.table import FileReading
from gsyf_lib.submissions.read.tasks import read_progress

KINDS = {"xlsx": "xlsx工作簿", "xls": "xls工作簿", "csv": "文本（CSV或网页）"}
# A table may have three times the rows that the plan could fill, and 10000 in any case.
FEWEST_LIMIT, MANY_TIMES = 10_000, 3
# What a workbook may carry besides its sheets (``xlsx.parts.TRAITS``); none of it is followed.
CARRIED = {
    "links": "file-external-link",
    "connections": "file-connection",
    "embedded": "file-embedded",
}
# These errors come from the machine and pass (a share that drops out, no memory): a finding would
# blame the sender, so the run stops instead.
PASSING = (errno.EAGAIN, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ETIMEDOUT)
# Explorer leaves these in every folder that it shows.
LEFT_BY_WINDOWS = ("thumbs.db", "desktop.ini")


def read_submissions(found: Iterable[tuple[Path, Source]], names: Names) -> list[FileReading]:
    """Read files one after the other; all workbooks are opened by one child process."""
    with Reader() as reader:
        return [read_submission(path, source, names, reader) for path, source in found]


def read_submission(path: Path, source: Source, names: Names, reader: Reader) -> FileReading:
    """Read one file; whatever is wrong with it is a finding, and it never stops the others.

    MachineError if the machine failed, not the file.
    """
    reading = FileReading(source, names)
    try:
        _read_file(path, reading, reader)
    except Refused as refused:
        reading.findings.flag(refused.name, source, **refused.fields)
    except MachineError as error:
        raise MachineError(f"“{source.file}”没有读完：{error}") from error
    except OSError as error:
        if error.errno in PASSING:
            message = f"“{source.file}”没有读完（{reason(error)}）。请检查系统后重新运行"
            raise MachineError(message) from error
        why = "没有读取权限" if isinstance(error, PermissionError) else reason(error)
        reading.findings.flag("file-unreadable", source, why=why)
    return reading


def _read_file(path: Path, reading: FileReading, reader: Reader) -> None:
    # ``~$`` is Excel's lock beside an open workbook; a dot hides a file on macOS and Linux.
    if path.name.startswith(("~$", ".")) or path.name.lower() in LEFT_BY_WINDOWS:
        raise Refused("file-skipped")
    guard.check_regular(path)
    if path.suffix.lower() not in guard.TABLE_FILES:
        # No table: a scan, an archive, a letter. The finding says what to send instead.
        raise not_read(path, reading.names)
    # Hashed, inspected and read from the same bytes: the file may be replaced meanwhile.
    content = guard.read_content(path)
    kind, old = guard.inspect(content)
    reading.sha256 = hashlib.sha256(content).hexdigest()
    if path.suffix.lower() != f".{kind}":
        raise Refused("file-ending.other_kind", ending=path.suffix, inside=KINDS[kind])
    sheets = read_sheets(content, kind, old, reader, reading.names.column_names)
    for trait in dict.fromkeys(trait for sheet in sheets for trait in sheet.traits):
        reading.findings.flag(CARRIED[trait], reading.source)
    _read_tables(sheets, reading)


def _read_tables(sheets: list[Sheet], reading: FileReading) -> None:
    """Read every usable table; two of the same kind in one file are ambiguous, neither is read."""
    filled = [sheet for sheet in sheets if sheet.filled.any()]
    if not filled:
        raise Refused("file-empty.blank")
    tables = [table for sheet in filled if (table := _begun(sheet, reading))]
    if not tables:
        raise Refused("header-missing", rows=SEARCHED_ROWS)
    usable = Counter(table.table for table in tables if table.is_usable)
    names = reading.names
    figures = len(names.areas_by_code) * len(names.years) * len(names.all_industries)
    for table in tables:
        rows = int(table.sheet.filled[:, table.header_row + 1 :].any(axis=0).sum())
        if rows > max(FEWEST_LIMIT, MANY_TIMES * figures):
            table.flag("table-too-long", rows=rows)
        elif not table.is_usable:
            _note_unused(table)
        elif usable[table.table] == 1:
            _read_table(table, reading)
        else:
            table.flag("sheet-ambiguous", table.address(table.header_row))
            _note_unused(table)


def _begun(sheet: Sheet, reading: FileReading) -> SheetReading | None:
    """Return a sheet with its header, or none if it is hidden or has no header."""
    source = replace(reading.source, sheet=printable(sheet.name[:LONGEST_NAME]))
    if sheet.hidden:
        reading.findings.flag("sheet-hidden", source)
        return None
    begun = read_header(sheet, reading.names, source, reading.findings)
    # A CSV file has one sheet without a name: ``header-missing`` is told of the file instead.
    if begun is None and sheet.name:
        reading.findings.flag("sheet-skipped", source)
    return begun


def _read_table(sheet: SheetReading, reading: FileReading) -> None:
    flag_hidden(sheet)
    sheet = with_doubts(first_table(sheet))
    table = read_rows(sheet)
    if sheet.table == "progress":
        reading.progress += read_progress(sheet, table)
        return
    read_figures(sheet, table)
    if len(table):
        reading.tables.append(table)
    elif not len(table.unnamed):
        sheet.flag("table-empty", sheet.address(sheet.header_row))
    run(TABLE_CHECKS, table, reading.findings)


def _note_unused(sheet: SheetReading) -> None:
    """Note which figures an unused sheet is about; sending these again settles its faults."""
    names = sheet.names
    keys = [field for field in names.required[sheet.table] if field not in names.measures]
    if sheet.table == "progress" or not all(key in sheet.column_of for key in keys):
        return
    # Read only for its keys: what is wrong with its cells is collected and thrown away.
    aside = with_doubts(first_table(replace(sheet, findings=Findings())))
    table = read_rows(aside)
    read_figures(aside, table)
    # An error without an industry is about a whole row or the sheet: then the keys are not all
    # known, and nothing is noted.
    rows = aside.findings.rows
    if not any(row["severity"] == "error" and not row["industry"] for row in rows):
        sheet.findings.touch(sheet.source.sheet, table.keys_owed())
