"""Text of the annexes in; the cells of their tables out. What the words mean is not looked at.

A line that begins with a tab starts a cell. A cell may hold numbered items (``1、…；``), which may
stand on lines of their own, with or without a blank line between them. Every part knows where it
stands in the file, so that a message can name that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gsyf_lib.errors import PlanError

_ANNEX = re.compile(r"附件\s*(\d+)")
_YEAR = re.compile(r"\d{4}年度?")
# 1、 counts an item only at the start of a line or after ； or 。: 第1、2项 is text.
_NUMBER = re.compile(r"(?:^|(?<=[；。\n]))\s*(\d+)、")
_NAMES = ("附件1", "附件2")


@dataclass(frozen=True)
class AnnexCell:
    """A cell: its text, its items (without number and closing mark), and where it stands."""

    text: str
    items: tuple[str, ...]
    where: str

    def numbered_items(self) -> list[tuple[int, str, str]]:
        """Return number, where it is, and text of each item; a cell without any is refused."""
        if not self.items:
            raise PlanError(f"{self.where}：应为编号的条目（1、…；2、…），现为“{self.text}”")
        return [(n, f"{self.where}第{n}项", text) for n, text in enumerate(self.items, 1)]


# A row: its cells by column.
Row = Mapping[str, AnnexCell]


@dataclass(frozen=True)
class AnnexTable:
    """The table of one annex; ``where`` says where its header stands."""

    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    where: str


class Annexes(NamedTuple):
    """Annex 1 (goals and departments by industry) and Annex 2 (goals and tasks by year)."""

    goals_table: AnnexTable
    yearly_table: AnnexTable


@dataclass
class _Draft:
    """A cell while it is being read; ``after_blank``: an empty line stood before it."""

    line: int
    text: str
    after_blank: bool

    def short(self) -> str:
        first = self.text.split("\n", 1)[0]
        return first if len(first) <= 20 else f"{first[:20]}…"


@dataclass
class _Part:
    """An annex while it is being read; its cells are not in rows yet."""

    name: str
    title: list[str] = field(default_factory=list)
    cells: list[_Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def where(self, line: int) -> str:
        return f"{self.name}（annexes.txt 第{line}行）"


def read_annexes(path: Path) -> Annexes:
    """Read the file that holds both annexes; one that is missing or damaged is refused."""
    try:
        return transcribe(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PlanError(f"缺少 raw/{path.name}：请放入印发的附件原文") from None
    except UnicodeDecodeError as error:
        raise PlanError(f"raw/{path.name} 不是 UTF-8 编码，请另存为 UTF-8：{error}") from None


def transcribe(text: str) -> Annexes:
    """Return the cells of both annexes; damaged ones are refused, naming line, row and cell."""
    goals, yearly = _parts(text)
    return Annexes(
        # Cells of Annex 2 hold blank lines, so there only a year can start a row.
        _table(goals, lambda cell: cell.after_blank),
        _table(yearly, lambda cell: _YEAR.fullmatch(cell.text.split("\n")[0]) is not None),
    )


def _parts(text: str) -> list[_Part]:
    """Return both annexes with their lines sorted into title, cells and notes."""
    parts: list[_Part] = []
    blank = True
    for line, raw in enumerate(text.splitlines(), 1):
        if found := _ANNEX.fullmatch(raw.strip()):
            name = f"附件{int(found[1])}"
            if name not in _NAMES[len(parts) : len(parts) + 1]:
                expected = "、".join(_NAMES)
                wrong = f"多余或次序不对的“{name}”；应依次为{expected}，各一次"
                raise PlanError(f"annexes.txt 第{line}行：{wrong}")
            parts.append(_Part(name))
        elif raw.strip() and not parts:
            raise PlanError(f"annexes.txt 第{line}行：“附件1”之前有多余的文字“{raw.strip()}”")
        elif raw.startswith("\t") or raw.strip():
            _take(parts[-1], line, raw, blank)
        # A line with a tab and nothing else is an empty cell, no blank line.
        blank = not raw.strip() and not raw.startswith("\t")
    if len(parts) < len(_NAMES):
        raise PlanError(f"annexes.txt 缺少“{_NAMES[len(parts)]}”的标题行，请补全")
    return parts


def _take(part: _Part, line: int, raw: str, after_blank: bool) -> None:
    """Add a line to where it belongs: title, new cell, last cell or notes."""
    text, is_cell = raw.strip(), raw.startswith("\t")
    if part.notes and is_cell:
        raise PlanError(
            f"{part.where(line)}：注之后又有单元格“{text}”；请检查是否缺少下一附件的标题行"
        )
    if part.notes or (part.cells and text.startswith("注：")):
        part.notes.append(text)
    elif is_cell:
        part.cells.append(_Draft(line, text, after_blank))
    elif part.cells and part.name == _NAMES[0]:
        raise PlanError(f"{part.where(line)}：“{text}”之前缺少制表符，不成单元格")
    elif part.cells:
        part.cells[-1].text += f"\n{text}"
    else:
        part.title.append(text)


def _table(part: _Part, starts_row: Callable[[_Draft], bool]) -> AnnexTable:
    if not part.title or not part.cells:
        raise PlanError(f"{part.name}：缺少{'表' if part.title else '标题'}，请补全 annexes.txt")
    # The header ends at the first blank line: that is where the first row of data starts.
    width = next((n for n, c in enumerate(part.cells) if n and c.after_blank), len(part.cells))
    header = tuple(cell.text for cell in part.cells[:width])
    where = f"{part.where(part.cells[0].line)}表头"
    if twice := [name for name in header if header.count(name) > 1]:
        raise PlanError(f"{where}：列“{twice[0]}”重复")
    groups: list[list[_Draft]] = []
    for cell in part.cells[width:]:
        if starts_row(cell):
            groups.append([])
        elif not groups:
            raise PlanError(
                f"{part.where(cell.line)}：“{cell.short()}”不属于任何一行；"
                "行应以年度（如“2021年”）开头"
            )
        groups[-1].append(cell)
    if not groups:
        raise PlanError(f"{where}：表头之后没有数据行")
    rows = tuple(_row(part, header, group) for group in groups)
    notes = "\n".join(part.notes).removeprefix("注：")
    return AnnexTable("".join(part.title), header, rows, _items(notes, f"{part.name}注"), where)


def _row(part: _Part, header: tuple[str, ...], group: list[_Draft]) -> Row:
    name = group[0].short()
    if len(group) != len(header):
        found = "、".join(f"“{cell.short()}”" for cell in group)
        raise PlanError(
            f"{part.where(group[0].line)}“{name}”行有{len(group)}个单元格，"
            f"应为{len(header)}个（{'、'.join(header)}）；现有：{found}"
        )
    row = {}
    for column, cell in zip(header, group, strict=True):
        where = f"{part.where(cell.line)}“{name}”行“{column}”"
        row[column] = AnnexCell(cell.text, _items(cell.text, where), where)
    return row


def _items(text: str, where: str) -> tuple[str, ...]:
    """Return the numbered items of a cell; none if nothing in it is numbered."""
    # The pattern has a group: ``split`` returns text, number, text, number, text, …
    before, *pieces = _NUMBER.split(text)
    if not pieces:
        return ()
    numbers = [int(number) for number in pieces[::2]]
    if before.strip() or numbers != list(range(1, len(numbers) + 1)):
        found = "、".join(map(str, numbers))
        raise PlanError(f"{where}：条目编号应从1起连续，现为{found}；第一条之前不应有文字")
    items = tuple(re.sub(r"\s*\n\s*|[；。]\s*$", "", piece.strip()) for piece in pieces[1::2])
    if "" in items:
        raise PlanError(f"{where}第{items.index('') + 1}项：没有内容")
    return items
