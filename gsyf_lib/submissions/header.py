"""Which of the four tables a sheet holds, told by its header, never by the file's name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.findings import Findings, Source, listed, shortened
from gsyf_lib.submissions.names import TABLE_WORDS, Names
from gsyf_lib.submissions.sheet import Sheet, cell_address
from gsyf_lib.submissions.units import undressed, without_unit

__all__ = [
    "COUNTS",
    "FEWEST_COLUMNS",
    "RATIO",
    "SEARCHED_ROWS",
    "Header",
    "find_header",
    "first_table",
]

SEARCHED_ROWS, FEWEST_COLUMNS = 20, 3
COUNTS = ("reported_cases", "short_exposure_cases")
RATIO = "short_exposure_per_million"
NEAR = 0.65


@dataclass(frozen=True)
class Header:
    """The table, the row its header stands in, and the column of each field.

    ``is_usable`` is False where columns are missing or stand there twice.
    """

    table: str
    row: int
    columns: dict[str, int]
    is_usable: bool = True


def find_header(sheet: Sheet, names: Names, source: Source, findings: Findings) -> Header | None:
    """Find the header below title rows; every fault of it becomes a finding.

    Returns None if there is none (no finding: another sheet may have it).
    """
    row, table = _best_row(sheet, names)
    if table == "":
        return None
    header = Header(table, row, {})
    others: dict[int, str] = {}
    for position, text in enumerate(_texts(sheet, row)):
        field = _field(text, names.headers[table])
        if field is None:
            others[position] = text
        elif field in header.columns:
            first = cell_address(row, header.columns[field])
            message = f"“{shortened(text)}”与{first}重复，无法确定以哪一列为准。请只保留一列"
            address = cell_address(row, position)
            findings.add("error", "column-duplicate", source, message, address)
            header = replace(header, is_usable=False)
        else:
            header.columns[field] = position
    missing = _missing(header, names)
    for position, text in others.items():
        _other_column(sheet, header, position, text, missing, names, source, findings)
    if missing:
        _tell_missing(sheet, header, missing, names, source, findings)
    return replace(header, is_usable=header.is_usable and not missing)


def _texts(sheet: Sheet, row: int) -> list[str]:
    return [normalise(str(cell)) for cell in sheet.row(row)]


def _field(text: str, known: dict[str, str]) -> str | None:
    """Return the field a column is named for; a unit may follow the name, if it fits.

    Examples
    --------
    >>> _field("事故起数(起)", {"事故起数": "accidents"})
    'accidents'
    """
    text = undressed(text)
    if text in known:
        return known[text]
    name, unit = without_unit(text)
    field = known.get(name)
    return field if field and unit and unit.fits(field) else None


def _best_row(sheet: Sheet, names: Names) -> tuple[int, str]:
    """Return the row and table with the most known headers, at least three."""
    best, found = FEWEST_COLUMNS - 1, (0, "")
    for number in range(min(sheet.height, SEARCHED_ROWS)):
        texts = {normalise(cell) for cell in sheet.row(number) if isinstance(cell, str)}
        for table, known in names.headers.items():
            fields = {_field(text, known) for text in texts} - {None}
            if len(fields) > best:
                best, found = len(fields), (number, table)
    return found


def _missing(header: Header, names: Names) -> list[str]:
    missing = [f for f in names.required[header.table] if f not in header.columns]
    if RATIO in header.columns:
        missing = [field for field in missing if field not in COUNTS]
    return missing


def _other_column(
    sheet: Sheet,
    header: Header,
    position: int,
    text: str,
    missing: list[str],
    names: Names,
    source: Source,
    findings: Findings,
) -> None:
    """Tell of a column that is not read; of one unknown only the place, it may be personal."""
    address = cell_address(header.row, position)
    if not text:
        if sheet.name and sheet.filled[position, header.row + 1 :].any():
            message = "此列没有列名，其内容已舍弃，未读取。需要报送的请填列名，其他内容请勿报送"
            findings.add("warning", "column-unknown", source, message, address)
    elif other := _table_of(text, header, names):
        message = (
            f"“{shortened(text)}”是{TABLE_WORDS[other]}表的列，本工作表是"
            f"{TABLE_WORDS[header.table]}表，该列未读取。请把两张表分开，各用一张工作表"
        )
        findings.add("error", "column-misplaced", source, message, address)
    elif close := _meant(text, header, missing, names):
        message = f"列名“{shortened(text)}”不认识，是否为“{close}”？该列未读取。请更正列名"
        findings.add("error", "column-near-miss", source, message, address)
    else:
        message = "此列不在报表之内，其内容已舍弃，未读取。今后请勿报送"
        findings.add("warning", "column-unknown", source, message, address)


def _table_of(text: str, header: Header, names: Names) -> str | None:
    """Return the other table whose figures this column holds."""
    others = (table for table in names.headers if table != header.table)
    return next((t for t in others if _field(text, names.headers[t]) in names.measures), None)


def _meant(text: str, header: Header, missing: list[str], names: Names) -> str | None:
    """Return the column that a name may have meant: one that is missing, or left out."""
    known = names.headers[header.table]
    left_out = [f for f in dict.fromkeys(known.values()) if f not in (*missing, *header.columns)]
    for fields in (missing, left_out):
        words = [word for word, field in known.items() if field in fields]
        if close := get_close_matches(text, words, 1, NEAR):
            return names.label(header.table, known[close[0]])
    return None


def _tell_missing(
    sheet: Sheet,
    header: Header,
    missing: list[str],
    names: Names,
    source: Source,
    findings: Findings,
) -> None:
    known = names.headers[header.table]
    labels = listed(names.label(header.table, field) for field in missing)
    found = listed(names.label(header.table, field) for field in header.columns)
    below = _texts(sheet, header.row + 1) if header.row + 1 < sheet.height else []
    is_split = {_field(text, known) for text in below} & set(missing)
    hint = "下一行还有列名：表头请合成一行。" if is_split else ""
    message = f"缺少列：{labels}（已有：{found}）。{hint}请补全列后重新报送"
    first = next(n for n, text in enumerate(_texts(sheet, header.row)) if text)
    findings.add("error", "column-missing", source, message, cell_address(header.row, first))


def first_table(
    sheet: Sheet, header: Header, names: Names, source: Source, findings: Findings
) -> Sheet:
    """Return the sheet up to a second table below the first: its columns may be others.

    A header that is only repeated, as on every printed page, is passed over.
    """
    top = _texts(sheet, header.row)
    repeated: list[int] = []
    for number in _header_rows(sheet, header, names):
        address = cell_address(number, header.columns["year"])
        if _texts(sheet, number) == top:
            repeated.append(number)
            message = "此行重复表头，未读取。不需处理"
            findings.add("info", "row-note", source, message, address)
        else:
            message = (
                "此行又是表头：一张工作表只放一张表，此行及以下未读取。请另用一张工作表或另一个文件"
            )
            findings.add("error", "sheet-two-tables", source, message, address)
            sheet = sheet.above(number)
            break
    width = len(sheet.columns)
    return sheet.changed({(row, column): None for row in repeated for column in range(width)})


def _header_rows(sheet: Sheet, header: Header, names: Names) -> Iterable[int]:
    """Return the rows below the header that have a column's name where a year belongs."""

    def is_name(raw: object) -> bool:
        is_word = isinstance(raw, str) and not raw[:1].isdigit()
        return is_word and normalise(str(raw)) in names.column_names

    is_header = sheet.columns[header.columns["year"]].asked(is_name)
    return (np.flatnonzero(is_header[header.row + 1 :]) + header.row + 1).tolist()
