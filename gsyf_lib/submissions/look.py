"""What the values of a sheet do not tell: merged, hidden or struck-out cells, formulas, formats."""

import re
from collections.abc import Iterator, Sequence

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.cells import Cell, parse_ratio
from gsyf_lib.submissions.findings import Findings, Refused, Source, shortened
from gsyf_lib.submissions.header import RATIO, Header
from gsyf_lib.submissions.keys import KEYS
from gsyf_lib.submissions.names import Names, is_total
from gsyf_lib.submissions.notes import begins_note
from gsyf_lib.submissions.sheet import Sheet, cell_address
from gsyf_lib.submissions.uneven import uneven_rows
from gsyf_lib.xlsx.limits import LAST_ROW
from gsyf_lib.xlsx.styles import NOTE, PARTLY, STRUCK

__all__ = ["judged", "tell_hidden"]

Marks = dict[tuple[int, int], Cell]
Range = tuple[tuple[int, int], tuple[int, int]]
PERCENT = re.compile(r"[0#?.]+%(_.)*(;[^\"\\!]*)?")
FOOTNOTE_MARK = (
    "单元格中有上标或下标，可能是脚注号，数字无法确定。请只填数字，脚注号写在备注列或表下"
)
STRUCK_IN_PART = "单元格中部分字符有删除线，内容无法确定。请删除作废的字符，只留有效的内容"
MOST_NAMED = 20


def judged(sheet: Sheet, header: Header, names: Names) -> Sheet:
    """Return the sheet with a judgement instead of a value where a data cell has none of its own.

    The later steps take a ``cells.Cell`` for what it says. One without a note was told already.
    """
    marks = _seen_otherwise(sheet, header) | _without_value(sheet, header)
    marks |= _merged(sheet, header) | uneven_rows(sheet, header, names)
    return sheet.changed(marks) if marks else sheet


def _without_value(sheet: Sheet, header: Header) -> Marks:
    wanted = set(header.columns.values())
    return {
        (row, column): _no_value(error)
        for row, column, error in sheet.without_value
        if header.row < row < LAST_ROW and column in wanted
    }


def _no_value(error: str) -> Cell:
    if error:
        note = f"单元格是Excel错误值“{shortened(error)}”。请改正公式，或直接填写数字"
        return Cell("bad", None, "cell-excel-error", note)
    note = "单元格是公式，但没有计算结果。请用Excel打开并保存，或直接填写数字"
    return Cell("bad", None, "cell-formula-no-value", note)


def _seen_otherwise(sheet: Sheet, header: Header) -> Marks:
    """Judge the cells that show something else than their value."""
    fields = {column: field for field, column in header.columns.items()}
    told = {
        (row, column): _odd(fields[column], how, code, sheet.columns[column].at(row))
        for row, column, how, code in sheet.odd
        if header.row < row and column in fields
    }
    return {place: cell for place, cell in told.items() if cell is not None}


def _odd(field: str, how: str, code: str, raw: object) -> Cell | None:
    """Return why a cell does not count; the mark of a footnote at a name was left away.

    A ratio shown as 13.3% is 0.133, even where the head of its column says %.
    """
    if how == PARTLY:
        return Cell("bad", None, "cell-rich-text", STRUCK_IN_PART)
    if how == NOTE and field not in KEYS:
        return Cell("bad", None, "cell-rich-text", FOOTNOTE_MARK)
    if field == RATIO and PERCENT.fullmatch(code):
        return parse_ratio(raw)
    if code:
        note = (
            f"单元格的数字格式是“{shortened(code)}”，显示的与实际填写的不同。"
            "请改为常规格式，核对后重新填写"
        )
        return Cell("bad", None, "cell-format", note)
    return None


def _merged(sheet: Sheet, header: Header) -> Marks:
    """Judge the cells of merged ranges: what the one value holds for cannot be told."""
    ranges = [_clipped(sheet, header, merged) for merged in sheet.merged]
    if sum(_area(found) for found in ranges) > sheet.filled.size:
        raise Refused("file-broken", "合并单元格互相重叠，工作簿已损坏。请重新制表报送")
    marks: Marks = {}
    for merged, clipped in zip(sheet.merged, ranges, strict=True):
        marks |= _merged_range(sheet, header, merged, clipped)
    return marks


def _clipped(sheet: Sheet, header: Header, merged: Range) -> Range:
    """Return the part of a range that lies below the header and inside of the sheet."""
    (top, left), (bottom, right) = merged
    last_row, last_column = sheet.height - 1, len(sheet.columns) - 1
    return (max(top, header.row + 1), left), (min(bottom, last_row), min(right, last_column))


def _area(cells: Range) -> int:
    (top, left), (bottom, right) = cells
    return max(0, bottom - top + 1) * max(0, right - left + 1)


def _merged_range(sheet: Sheet, header: Header, merged: Range, clipped: Range) -> Marks:
    fields = {column: field for field, column in header.columns.items()}
    (top, left), (bottom, right) = clipped
    places = [
        (row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if column in fields
    ]
    if len(places) < 2 or not _is_data(sheet, merged, clipped, fields):
        return {}
    name = ":".join(cell_address(*corner) for corner in merged)
    note = f"{name}是合并单元格，各行的内容无法确定。请取消合并后逐格填写"
    told = Cell("bad", None, "cell-merged", note)
    silent = Cell("bad", None, "cell-merged", "")
    return {
        place: silent if fields[place[1]] in KEYS and place != places[0] else told
        for place in places
    }


def _is_data(sheet: Sheet, merged: Range, clipped: Range, fields: dict[int, str]) -> bool:
    """Tell merged data from a note or a total below the table, which are told elsewhere."""
    (row, column), _ = merged
    (top, left), (bottom, right) = clipped
    first = next((text for cell in sheet.row(row) if (text := normalise(str(cell)))), "")
    if is_total(normalise(str(sheet.columns[column].at(row)))) or begins_note(first):
        return False
    others = [place for place in fields if not left <= place <= right]
    return bool(sheet.filled[others, top : bottom + 1].any())


def tell_hidden(sheet: Sheet, header: Header, source: Source, findings: Findings) -> None:
    """Warn of hidden rows and columns that hold data, and of cells struck out: they are read."""
    rows = [n for n in sorted(set(sheet.hidden_rows)) if header.row < n < sheet.height]
    rows = [n for n in rows if sheet.filled[:, n].any()]
    if rows:
        message = f"第{_stretches([n + 1 for n in rows])}行被隐藏，数据已读取。请核对并取消隐藏"
        findings.add("warning", "rows-hidden", source, message, cell_address(rows[0], 0))
    hidden = {n for n in header.columns.values() if _is_within(n, sheet.hidden_columns)}
    columns = [n for n in sorted(hidden) if sheet.filled[n, header.row + 1 :].any()]
    if columns:
        letters = "、".join(cell_address(0, n)[:-1] for n in columns)
        message = f"{letters}列被隐藏，数据已读取。请核对并取消隐藏"
        findings.add("warning", "columns-hidden", source, message, cell_address(0, columns[0]))

    _tell_struck(sheet, header, source, findings)


def _tell_struck(sheet: Sheet, header: Header, source: Source, findings: Findings) -> None:
    wanted = set(header.columns.values())
    struck = [
        cell_address(row, column)
        for row, column, how, _ in sheet.odd
        if how == STRUCK and row > header.row and column in wanted
    ]
    if struck:
        more = f"等{len(struck)}格" if len(struck) > MOST_NAMED else ""
        cells = "、".join(struck[:MOST_NAMED])
        message = f"{cells}{more}有删除线，数据已读取。请核对，作废的请更正后重新报送"
        findings.add("warning", "cell-struck-out", source, message, struck[0])


def _is_within(number: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in stretches)


def _stretches(numbers: list[int]) -> str:
    """Name numbers in few words.

    Examples
    --------
    >>> _stretches([3, 5, 6, 7])
    '3、5至7'
    """
    return "、".join(f"{a}至{b}" if b > a else f"{a}" for a, b in _runs(numbers))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
