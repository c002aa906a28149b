"""Which of the four tables a sheet holds, told by its header, never by the file's name."""

from dataclasses import dataclass
from difflib import get_close_matches

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Findings, Source, listed, shortened
from gsyf_lib.submissions.names import Names
from gsyf_lib.submissions.read import Sheet, cell_address

__all__ = ["Header", "find_header"]

SEARCHED_ROWS = 20
COUNTS = ("reported_cases", "short_exposure_cases")
RATIO = "short_exposure_per_million"


@dataclass(frozen=True)
class Header:
    """The table, the row its header stands in, and the column of each field."""

    table: str
    row: int
    columns: dict[str, int]


def find_header(sheet: Sheet, names: Names, source: Source, findings: Findings) -> Header | None:
    """Find the header below title rows; every fault of it becomes a finding.

    Returns None if there is none (no finding: another sheet may have it), or if it cannot be used.
    """
    row, table = _best_row(sheet, names)
    if table == "":
        return None
    cells = [normalise(str(cell)) for cell in sheet.rows[row]]
    known = names.headers[table]
    columns: dict[str, int] = {}
    usable = True
    for position, text in enumerate(cells):
        address = cell_address(row, position)
        field = known.get(text)
        if field is None and text:
            _unknown_column(text, address, known, source, findings)
        elif field in columns:
            first = cell_address(row, columns[field])
            message = f"“{text}”与{first}重复，无法确定以哪一列为准。请只保留一列"
            findings.add("error", "column-duplicate", source, message, address)
            usable = False
        elif field is not None:
            columns[field] = position
    header = Header(table, row, columns)
    return header if _is_complete(header, names, source, findings) and usable else None


def _best_row(sheet: Sheet, names: Names) -> tuple[int, str]:
    """Return the row and table with the most known headers, at least three."""
    best, found = 2, (0, "")
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        texts = {normalise(cell) for cell in row if isinstance(cell, str)}
        for table, known in names.headers.items():
            fields = {known[text] for text in texts if text in known}
            if len(fields) > best:
                best, found = len(fields), (number, table)
    return found


def _unknown_column(
    text: str, address: str, known: dict[str, str], source: Source, findings: Findings
) -> None:
    """Name a near miss; of other columns only the place: their text may be personal."""
    close = get_close_matches(text, known, 1, 0.6)
    if close:
        message = f"列名“{shortened(text)}”不认识，是否为“{close[0]}”？该列未读取。请更正列名"
        findings.add("error", "column-near-miss", source, message, address)
    else:
        message = "此列不在报表之内，其内容已舍弃，未读取。今后请勿报送"
        findings.add("warning", "column-unknown", source, message, address)


def _is_complete(header: Header, names: Names, source: Source, findings: Findings) -> bool:
    missing = [f for f in names.required[header.table] if f not in header.columns]
    if RATIO in header.columns:
        missing = [field for field in missing if field not in COUNTS]
    if not missing:
        return True
    labels = {field: label for label, field in reversed(names.headers[header.table].items())}
    found = listed(labels[field] for field in header.columns)
    message = f"缺少列：{listed(labels[f] for f in missing)}（已有：{found}）。请补全列后重新报送"
    address = cell_address(header.row, 0)
    findings.add("error", "column-missing", source, message, address)
    return False
