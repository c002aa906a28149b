"""Tables, paragraphs and lists as plain values, which is what functions for notebooks return.

``html`` renders them for pages and JupyterLab, ``office`` for Word and slides. An executed notebook
holds them as JSON beside their HTML, so that nobody has to parse HTML.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from numbers import Integral
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from gsyf_lib import vocabulary
from gsyf_lib.documents import html
from gsyf_lib.documents.export import csv_bytes

# Marks the figures of a series in a notebook: each is shown as an output of its own.
SERIES = "series"
# The MIME type under which an output of a notebook holds its blocks.
BLOCKS = "application/vnd.gsyf.blocks+json"
OWN_LINE = ("change", "note")  # roles of spans that stand in a line of their own


# Text


@dataclass(frozen=True, repr=False)
class Span:
    """A piece of text with a role, status or link; with none of these, it only joins its parts.

    ``role`` is the class it has on a page; ``note`` stands small in a line of its own. ``status``
    is a code of ``vocabulary.STATUSES``: its shape stands before the parts or, without parts,
    before its word. ``link`` is the place of the same page that it leads to, ``place`` its own name
    as a place. With ``is_name`` it names an area or department, which a page links if it can.

    Examples
    --------
    >>> rich(status_mark("missed"), note("超出1起"))
    × 未达标 超出1起
    >>> str(rich(status_mark("missed"), note("超出1起")))
    '未达标\\n超出1起'
    """

    parts: tuple["Text", ...] = ()
    role: str = ""
    status: str = ""
    link: str = ""
    place: str = ""
    is_name: bool = False

    def __str__(self) -> str:
        """Return the words as a document has them: no shapes, notes in lines of their own."""
        lines = _joined(self, has_shapes=False).split("\n")
        return "\n".join(filter(None, map(str.strip, lines)))

    def __repr__(self) -> str:
        """Return it as one line of a terminal, with the shapes of its marks."""
        return line(self)


Text: TypeAlias = str | Span


def _joined(text: Text | int, *, has_shapes: bool) -> str:
    if not isinstance(text, Span):
        return str(text)
    # A status without parts of its own is shown by its word.
    inner = "".join(_joined(part, has_shapes=has_shapes) for part in text.parts)
    if text.status:
        inner = inner or vocabulary.STATUSES[text.status]
        inner = f"{vocabulary.SHAPES[text.status]} {inner}" if has_shapes else inner
    return f"\n{inner}\n" if text.role in OWN_LINE else inner


def line(text: Text | int) -> str:
    """Return a text in one line, as a terminal shows it."""
    return " ".join(_joined(text, has_shapes=True).split())


def rich(*parts: Text) -> Span:
    """Return pieces of text as one."""
    return Span(parts)


def note(*parts: Text) -> Span:
    """Return what stands small under a value."""
    return Span(parts, role="note")


def with_note(text: Text, under: str) -> Text:
    """Return a text with a note under it, unless the note is empty."""
    return rich(text, note(under)) if under else text


def in_a_row(parts: Iterable[Text], between: str = "、") -> Span:
    """Return pieces of text in a row, with a sign between each two."""
    pieces = [piece for part in parts for piece in (between, part)]
    return rich(*pieces[1:])


def link(text: object, place: str) -> Span:
    """Return ``text`` as a link to a place of the same page."""
    return Span((str(text),), link=place)


def named(name: str) -> Span:
    """Return the name of an area or department, which a page links if there is a page about it."""
    return Span((name,), is_name=True)


def status_mark(status: str, *, derived: bool = False, place: str = "") -> Span:
    """Return a status by word, shape and colour; light if it is ``derived`` from other verdicts."""
    return Span(status=status, role="derived" if derived else "", place=place)


def anchor(*parts: object) -> str:
    """Return the identifier of a place on a page, the same in every run."""
    return re.sub(r"\s+", "-", "-".join(str(part) for part in parts))


# Blocks


class Block:
    """The base of all blocks: what a cell of a notebook shows."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # JupyterLab shows the HTML; the JSON is for those who make pages and documents.
        shown = f"{html.LAB_STYLE}<div class=gsyf>{html.render(self)}</div>"
        return {BLOCKS: packed(self), "text/html": shown, "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return it as a terminal shows it."""
        return "\n".join(filter(None, _entries(self)))


@dataclass(frozen=True, repr=False)
class Paragraph(Block):
    """A paragraph; ``role`` is its class on the page, such as ``lead`` or ``notice synthetic``."""

    text: Text
    role: str = ""


@dataclass(frozen=True, repr=False)
class Heading(Block):
    """A heading of a Markdown cell; level 1 is the highest below the title."""

    level: int
    text: str


@dataclass(frozen=True, repr=False)
class Listing(Block):
    """A list of entries."""

    entries: tuple[Text, ...]
    is_numbered: bool = False


@dataclass(frozen=True, repr=False)
class Terms(Block):
    """Terms, each with one or more facts; ``role`` is ``facts`` or ``shortfalls``."""

    terms: tuple[tuple[Text, tuple[Text, ...]], ...]
    role: str = "facts"


@dataclass(frozen=True, repr=False)
class Tally(Block):
    """How many goals have which status (code of ``STATUSES``, number), as numbers and as a bar."""

    counts: tuple[tuple[str, int], ...]

    @property
    def marks(self) -> tuple[tuple[Text, int], ...]:
        """The counts with a mark in place of each code."""
        return tuple((status_mark(status), number) for status, number in self.counts)


@dataclass(frozen=True, repr=False)
class Fold(Block):
    """Blocks folded under a summary; a printed page leaves them out, a document has them open."""

    summary: str
    parts: tuple[Block, ...]


@dataclass(frozen=True, repr=False)
class Box(Block):
    """Blocks that belong together: with a role in a box of that class, else one after the other."""

    parts: tuple[Block, ...] = ()
    role: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table; the style sheet finds it by its ``name``.

    Numbers are aligned right, in figures of equal width; cells of a head name their rows.
    """

    head: str
    is_number: bool = False
    is_head: bool = False
    name: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table; with ``is_group``, its only cell is the heading of the rows below it."""

    cells: tuple[Text | int, ...]
    place: str = ""
    is_group: bool = False


@dataclass(frozen=True, repr=False)
class Table(Block):
    """A table; a row of one with the role ``cards`` is a card on a narrow screen.

    Examples
    --------
    >>> shown = table([{"行业": "煤矿", "起数": 3}], "事故起数", numeric=["起数"])
    >>> shown
    事故起数
    行业  起数
    煤矿  3
    >>> shown.frame["起数"].tolist()
    [3]
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    role: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return tuple(column.head for column in self.columns)

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The words of every row; headings of groups are left out."""
        return tuple(tuple(map(str, row.cells)) for row in self.rows if not row.is_group)

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a plain frame: numbers as such, everything else in words."""
        rows = (row.cells for row in self.rows if not row.is_group)
        shown = [[cell if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
        return pd.DataFrame(shown, columns=self.heads)

    def to_csv(self, path: str | Path) -> None:
        """Save the table as CSV that Excel opens with its Chinese characters, without formulas."""
        Path(path).write_bytes(csv_bytes(self.frame))

    def to_excel(self, path: str | Path) -> None:
        """Save the table as a workbook that can be printed and filtered."""
        # Imported here, since pages need no workbooks.
        from gsyf_lib.documents.workbooks import save_frame

        save_frame(self.frame, self.caption, Path(path))


def _entries(block: Block) -> Iterable[str]:
    """Return the entries in which a terminal shows a block, each of one line or several."""
    match block:
        case Paragraph() | Heading():
            return [line(block.text)]
        case Listing():
            return map(line, block.entries)
        case Terms():
            return [f"{line(term)}：{'；'.join(map(line, facts))}" for term, facts in block.terms]
        case Tally():
            return [f"{line(mark)}{number}项" for mark, number in block.marks]
        case Fold():
            return [block.summary, *map(repr, block.parts)]
        case Box():
            return map(repr, block.parts)
        case Table():
            rows = [block.heads, *(row.cells for row in block.rows)]
            return [block.caption, *("  ".join(map(line, row)) for row in rows)]
    raise TypeError(f"no terminal shows a {type(block).__name__}")


def paragraphs(texts: Iterable[Text], role: str = "") -> Box:
    """Return one paragraph per text, all with the same role."""
    return Box(tuple(Paragraph(text, role) for text in texts))


def notice(text: str, kind: str) -> Paragraph:
    """Return a banner; ``kind`` is ``synthetic``, ``provisional``, ``scenario`` or ``nothing``."""
    return Paragraph(text, f"notice {kind}")


def table(
    lines: Iterable[Mapping[str, Any]],
    caption: str = "",
    *,
    numeric: Collection[str] = (),
    row_header: str = "",
    role: str = "",
    names: Mapping[str, str] | None = None,
    places: Sequence[str] = (),
) -> Table:
    """Return lines (head of a column -> text or whole number) as a table.

    What a line lacks leaves its cell empty. ``numeric`` and ``row_header`` are heads of columns: of
    those with numbers, and of the one that names a row. ``role`` is the classes of the table on a
    page, such as ``verdicts cards``; ``names`` are those of columns, by their heads; ``places`` are
    what links lead to, one per row.
    """
    lines, names = list(lines), names or {}
    heads = list(dict.fromkeys(head for each in lines for head in each))
    columns = (Column(h, h in numeric, h == row_header, names.get(h, "")) for h in heads)
    cells = [tuple(_cell(each.get(head)) for head in heads) for each in lines]
    rows = map(Row, cells, places or [""] * len(lines))
    return Table(caption, tuple(columns), tuple(rows), role)


def _cell(value: object) -> Text | int:
    if isinstance(value, Integral):
        return int(value)  # json cannot write numpy's whole numbers
    if isinstance(value, Span):
        return value
    return "" if pd.isna(value) else str(value)


# As JSON, for the notebook


def packed(value: Any) -> Any:
    """Return a value as JSON, without the fields that have their default."""
    if is_dataclass(value):
        # A page has thousands of spans, most of which have one or two fields that say anything.
        own = ((field, getattr(value, field.name)) for field in fields(value))
        changed = {field.name: packed(part) for field, part in own if part != field.default}
        return {"kind": type(value).__name__, **changed}
    return [packed(part) for part in value] if isinstance(value, tuple) else value


def unpacked(value: Any) -> Any:
    """Return the value that ``packed`` made JSON of."""
    if isinstance(value, Mapping):
        own = {name: unpacked(field) for name, field in value.items() if name != "kind"}
        return KINDS[value["kind"]](**own)
    # JSON has lists only; blocks, which cannot change, have tuples only.
    return tuple(map(unpacked, value)) if isinstance(value, list) else value


def walk(value: Any) -> Iterator[Any]:
    """Yield every span, row, column and block of a value, from the outside to the inside."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from walk(part)


KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (Span, Heading, Paragraph, Listing, Terms, Tally, Fold, Box, Column, Row, Table)
}
