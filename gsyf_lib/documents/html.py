"""Blocks as HTML: the only place that writes any of what functions show.

It takes the values of ``blocks`` by the names of their classes, as
``ast.NodeVisitor`` does: they show themselves with it, so they import it and not the other way
round.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

# No digits after the point, and none that are part of a name or a code.
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.#_-])\d{5,}")
PLAIN_VALUE = re.compile(r"[\w.-]+")
ELEMENTS = ("strong", "code")


@dataclass(frozen=True)
class Page:
    """What is known of the page that a block comes to stand on.

    names : the pages of areas and departments by name
    places : the places that there are; a link to another is left out. None: all are kept
    """

    names: Mapping[str, str] = field(default_factory=dict)
    places: Collection[str] | None = None


def render(block: Any, page: Page | None = None) -> str:
    """Return a block as HTML; what is text stays text, whatever it says.

    Parameters
    ----------
    block : a block of ``blocks``
    page : the page it is for; JupyterLab if not given
    """
    return _Renderer(page or Page()).block(block)


class _Renderer:
    def __init__(self, page: Page) -> None:
        self.page = page

    def block(self, block: Any) -> str:
        made: str = getattr(self, type(block).__name__.lower())(block)
        return made

    def blocks(self, blocks: Iterable[Any]) -> str:
        return "".join(map(self.block, blocks))

    def paragraph(self, block: Any) -> str:
        role = ' role="note"' if block.role.startswith("notice") else ""
        return f"<p{_classes(block.role)}{role}>{self.text(block.text)}</p>"

    def heading(self, block: Any) -> str:
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"

    def listing(self, block: Any) -> str:
        entries = "".join(f"<li>{self.text(entry)}</li>" for entry in block.entries)
        return f"<ol>{entries}</ol>" if block.is_numbered else f"<ul>{entries}</ul>"

    def terms(self, block: Any) -> str:
        return f"<dl{_classes(block.role)}>{''.join(map(self.term, block.terms))}</dl>"

    def term(self, term: tuple[Any, Any]) -> str:
        name, said = term
        facts = "".join(f"<dd>{self.text(fact)}</dd>" for fact in said)
        return f"<div><dt>{self.text(name)}</dt>{facts}</div>"

    def tally(self, block: Any) -> str:
        # The bar has no text: a twentieth of a telephone is narrower than any word.
        bar = "".join(
            f'<span class="{status}" style="flex-grow:{n}"></span>' for status, n in block.counts
        )
        entries = "".join(f"<li><b>{n}</b>{self.text(mark)}</li>" for mark, n in block.marks)
        bar = f'<div class="bar" aria-hidden="true">{bar}</div>'
        return f'<div class="tally">{bar}<ul>{entries}</ul></div>'

    def fold(self, block: Any) -> str:
        summary = f"<summary>{escape(block.summary)}</summary>"
        return f"<details>{summary}{self.blocks(block.parts)}</details>"

    def box(self, block: Any) -> str:
        inner = self.blocks(block.parts)
        return f"<div{_classes(block.role)}>{inner}</div>" if block.role else inner

    def table(self, block: Any) -> str:
        # A page has thousands of cells: end tags and quotes that HTML can do without are left out.
        heads = "".join(
            f'<th{_classes("n" * column.is_number, column.name)} scope="col">{escape(column.head)}'
            for column in block.columns
        )
        caption = f"<caption><span>{escape(block.caption)}</span></caption>" * bool(block.caption)
        rows = "".join(self.row(row, block) for row in block.rows)
        body = f"<tbody>{rows}</tbody>".removeprefix("<tbody></tbody>")
        start = f"<table{_classes(block.role)}>{caption}<thead><tr>{heads}</thead>"
        made = f"{start}{body}</table>"
        if any(row.is_group for row in block.rows):
            return made  # the heads of groups stay in view only outside of a box that scrolls
        box = f'tabindex="0" role="region" aria-label="{escape(block.caption or "表格")}"'
        return f'<div class="table-scroll" {box}>{made}</div>'

    def row(self, row: Any, table: Any) -> str:
        if row.is_group:
            head = f'<th colspan="{len(table.columns)}" scope="rowgroup">{self.text(row.cells[0])}'
            return f'</tbody><tbody><tr class="group">{head}'
        has_heads = "cards" in table.role.split()
        pairs = zip(row.cells, table.columns, strict=True)
        cells = "".join(self.cell(cell, column, has_heads) for cell, column in pairs)
        return f"<tr{_id(row.place)}>{cells}"

    def cell(self, cell: Any, column: Any, has_head: bool) -> str:
        """Return a cell; on a card it says what its head is, unless a mark says all."""
        shown = self.text(cell, is_number=column.is_number)
        classes = _classes("n" * column.is_number, column.name)
        if column.is_head:
            return f'<th{classes} scope="row">{shown}'
        head = _given("data-head", column.head) if has_head and not _is_marked(cell) else ""
        return f"<td{classes}{head}>{shown}"

    def text(self, text: Any, *, is_number: bool = False) -> str:
        if hasattr(text, "parts"):
            return self.span(text, is_number)
        shown = escape(str(text)).replace("\n", "<br>")
        return LONG_NUMBER.sub(_grouped, shown) if is_number else shown

    def span(self, span: Any, is_number: bool) -> str:
        inner = "".join(self.text(part, is_number=is_number) for part in span.parts)
        role = span.role
        if span.status:
            # Before other text the shape has the colour; a mark of its own has it as a whole.
            colour = span.status if span.parts else ""
            shape = f'<span{_classes("shape", colour)} aria-hidden="true">{span.shape}</span>'
            inner = f"{shape}{inner}" if span.parts else f"{shape} {span.word}"
            role = role if span.parts else f"status {span.status} {role}"
        if href := self.href(span):
            inner = f'<a href="{escape(href)}">{inner}</a>'
        element, _, others = role.partition(" ")
        if element in ELEMENTS:
            return f"<{element}{_id(span.place)}{_classes(others)}>{inner}</{element}>"
        form = f"{_id(span.place)}{_classes(role)}"
        return f"<span{form}>{inner}</span>" if form else inner

    def href(self, span: Any) -> str:
        """Return where a span leads: nowhere if the page has no such place, or nobody has one."""
        if span.is_name:
            return self.page.names.get("".join(span.parts), "")
        places = self.page.places
        return f"#{span.link}" if span.link and (places is None or span.link in places) else ""


def _given(name: str, value: str) -> str:
    """Return an attribute that has a value, in quotes only where HTML needs them."""
    said = value if PLAIN_VALUE.fullmatch(value) else f'"{escape(value)}"'
    return f" {name}={said}" if value else ""


def _classes(*names: str) -> str:
    return _given("class", " ".join(names).strip())


def _id(place: str) -> str:
    return _given("id", place)


def _is_marked(cell: Any) -> bool:
    """Tell whether a cell begins with a mark."""
    return any(getattr(part, "status", "") for part in (cell, *getattr(cell, "parts", ())))


def _grouped(number: re.Match[str]) -> str:
    """Set digits in groups of three (GB/T 15835).

    The gap is no character: what is copied from the page is the plain number.
    """
    digits = number[0]
    first = len(digits) % 3 or 3
    rest = (digits[place : place + 3] for place in range(first, len(digits), 3))
    return digits[:first] + "".join(f'<span class="k">{group}</span>' for group in rest)
