"""Blocks in, HTML out: the only module that writes HTML for them.

Blocks show themselves in JupyterLab by calling this module, so ``blocks`` imports it and it cannot
import ``blocks``: it finds the method for a block by the name of its class, as
``ast.NodeVisitor`` does.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from gsyf_lib import vocabulary

# No digits after the point, and none that are part of a name or a code.
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.#_-])\d{5,}")
PLAIN_VALUE = re.compile(r"[\w.#-]+")
ELEMENTS = ("strong", "code")  # roles of spans that HTML has elements for
# How blocks look in JupyterLab, whose own colours follow its light or dark theme. Only our own
# outputs are meant: a style of an output holds for the whole notebook.
LAB_STYLE = (
    "<style>.gsyf table{font-size:inherit}.gsyf :is(th,td){text-align:left!important;"
    "vertical-align:top}.gsyf .n{text-align:right!important;font-variant-numeric:tabular-nums}"
    ".gsyf caption{text-align:left;font-weight:bold;color:inherit}"
    ".gsyf .note{display:block;color:var(--jp-ui-font-color2)}"
    ".gsyf .status{white-space:nowrap}.gsyf :is(.status.met,.shape.met){color:"
    "color-mix(in srgb,#1f9d55 65%,var(--jp-ui-font-color0))}.gsyf .status.missed{padding:0 .3em;"
    "color:#fff;background:#a11d1d}.gsyf .shape.missed{color:color-mix(in srgb,#e03131 75%,"
    "var(--jp-ui-font-color0))}.gsyf :is(.status,.shape):is(.not_reported,.not_due,.withheld,"
    ".undefined){color:color-mix(in srgb,#b26a00 70%,var(--jp-ui-font-color0))}"
    ".gsyf .notice{padding:.3em .6em;"
    "border:1px solid;font-weight:bold}.gsyf .bar{display:none}.gsyf .tally ul{list-style:none;"
    "padding:0}.gsyf a{color:inherit;text-decoration:none}</style>"
)


def render(block: Any, page: "Page | None" = None) -> str:
    """Return a block as HTML for a page, or for JupyterLab; no text can become markup."""
    return (page or Page()).block(block)


def csv_link(csv: str, caption: str) -> str:
    """Return a link that saves the numbers of a chart; the page itself is all that it needs."""
    # Excel takes a CSV file for UTF-8 only if it begins with the mark U+FEFF.
    data = base64.b64encode(f"\ufeff{csv}".encode()).decode()
    name = escape(re.sub(r"（.*", "", caption))
    link = f'<a class="csv" download="{name}.csv" href="data:text/csv;base64,{data}">'
    return f"{link}下载数据（CSV）</a>" if csv else ""


@dataclass(frozen=True)
class Page:
    """What blocks have to know of their page, with a method for each class of block.

    ``names`` are the pages of areas and departments, by name. ``places`` are the places of the
    page with the identifiers they have on it: links to any other are left out (None: all are kept,
    under their own names).
    """

    names: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] | None = None

    def block(self, *blocks: Any) -> str:
        """Return blocks one after the other."""
        return "".join(getattr(self, f"_{type(each).__name__.lower()}")(each) for each in blocks)

    def _paragraph(self, block: Any) -> str:
        role = ' role="note"' if block.role.startswith("notice") else ""
        return f"<p{_classes(block.role)}{role}>{self._text(block.text)}</p>"

    def _heading(self, block: Any) -> str:
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"

    def _listing(self, block: Any) -> str:
        entries = "".join(f"<li>{self._text(entry)}</li>" for entry in block.entries)
        return f"<ol>{entries}</ol>" if block.is_numbered else f"<ul>{entries}</ul>"

    def _terms(self, block: Any) -> str:
        terms = ""
        for name, facts in block.terms:
            described = "".join(f"<dd>{self._text(fact)}</dd>" for fact in facts)
            terms += f"<div><dt>{self._text(name)}</dt>{described}</div>"
        return f"<dl{_classes(block.role)}>{terms}</dl>"

    def _tally(self, block: Any) -> str:
        # The bar has no text: its parts may be narrower than any word. The list says it all.
        bar = "".join(
            f'<span class="{status}" style="flex-grow:{n}"></span>' for status, n in block.counts
        )
        entries = "".join(f"<li><b>{n}</b>{self._text(mark)}</li>" for mark, n in block.marks)
        bar = f'<div class="bar" aria-hidden="true">{bar}</div>'
        return f'<div class="tally">{bar}<ul>{entries}</ul></div>'

    def _fold(self, block: Any) -> str:
        summary = f"<summary>{escape(block.summary)}</summary>"
        return f"<details>{summary}{self.block(*block.parts)}</details>"

    def _box(self, block: Any) -> str:
        inner = self.block(*block.parts)
        return f"<div{_classes(block.role)}>{inner}</div>" if block.role else inner

    def _table(self, block: Any) -> str:
        # A page has thousands of cells: end tags and quotes that HTML can do without are left out.
        heads = "".join(
            f'<th{_classes("n" * column.is_number, column.name)} scope="col">{escape(column.head)}'
            for column in block.columns
        )
        caption = f"<caption><span>{escape(block.caption)}</span></caption>" * bool(block.caption)
        rows = "".join(self._row(row, block.columns) for row in block.rows)
        # A group of rows is a tbody of its own; one before the first group would be empty.
        body = f"<tbody>{rows}</tbody>".removeprefix("<tbody></tbody>")
        table = f"<table{_classes(block.role)}{_heads_on_cards(block)}>"
        start = f"{table}{caption}<thead><tr>{heads}</thead>"
        element = f"{start}{body}</table>"
        if any(row.is_group for row in block.rows):
            return element  # the heads of groups stay in view only outside of a box that scrolls
        # With tabindex, the box can be scrolled by keyboard too.
        box = f'tabindex="0" role="region" aria-label="{escape(block.caption or "表格")}"'
        return f'<div class="table-scroll" {box}>{element}</div>'

    def _row(self, row: Any, columns: Any) -> str:
        if row.is_group:
            head = f'<th colspan="{len(columns)}" scope="rowgroup">{self._text(row.cells[0])}'
            return f'</tbody><tbody><tr class="group">{head}'
        pairs = zip(row.cells, columns, strict=True)
        cells = "".join(self._cell(cell, column) for cell, column in pairs)
        return f"<tr{_attribute('id', self._id(row.place))}>{cells}"

    def _cell(self, cell: Any, column: Any) -> str:
        shown = self._text(cell, is_number=column.is_number)
        # What is a dash in a table is left out of a card.
        is_none = cell == vocabulary.NONE and not column.is_number
        classes = _classes("n" * column.is_number, column.name, "none" * is_none)
        if column.is_head:
            return f'<th{classes} scope="row">{shown}'
        return f"<td{classes}>{shown}"

    def _text(self, text: Any, *, is_number: bool = False) -> str:
        if hasattr(text, "parts"):
            return self._span(text, is_number)
        shown = escape(str(text)).replace("\n", "<br>")
        return LONG_NUMBER.sub(_grouped, shown) if is_number else shown

    def _span(self, span: Any, is_number: bool) -> str:
        inner = "".join(self._text(part, is_number=is_number) for part in span.parts)
        role = span.role
        if span.status:
            # Before other text the shape has the colour; a mark of its own has it as a whole.
            colour = span.status if span.parts else ""
            shape, word = vocabulary.SHAPES[span.status], vocabulary.STATUSES[span.status]
            shape = f'<span{_classes("shape", colour)} aria-hidden="true">{shape}</span>'
            inner = f"{shape}{inner}" if span.parts else f"{shape} {word}"
            role = role if span.parts else f"status {span.status} {role}"
        if href := self._href(span):
            inner = f"<a{_attribute('href', href)}>{inner}</a>"
        place = _attribute("id", self._id(span.place))
        # The first class may be the name of an element; without any class no element is needed.
        element, _, others = role.partition(" ")
        if element in ELEMENTS:
            return f"<{element}{place}{_classes(others)}>{inner}</{element}>"
        attributes = f"{place}{_classes(role)}"
        return f"<span{attributes}>{inner}</span>" if attributes else inner

    def _href(self, span: Any) -> str:
        """Return where a span leads; nowhere if there is no such place or page."""
        if span.is_name:
            return self.names.get("".join(span.parts), "")
        place = self._id(span.link)
        return f"#{place}" if place else ""

    def _id(self, place: str) -> str:
        return place if self.places is None else self.places.get(place, "")


def _heads_on_cards(table: Any) -> str:
    """Return the heads for the style sheet, which puts them before the cells of a card.

    Told once for a table: beside each of its cells they would be a sixth of the page.
    """
    if "cards" not in table.role.split():
        return ""
    # Neither the quotes of CSS nor those of the attribute may stand in a head.
    heads = (re.sub(r"[\\\"']", "", escape(column.head, quote=False)) for column in table.columns)
    told = ";".join(f'--h{n}:"{head}"' for n, head in enumerate(heads, 1))
    return f" style='{told}'"


def _attribute(name: str, value: str) -> str:
    """Return an attribute, quoted only where HTML needs it; nothing if it has no value."""
    quoted = value if PLAIN_VALUE.fullmatch(value) else f'"{escape(value)}"'
    return f" {name}={quoted}" if value else ""


def _classes(*names: str) -> str:
    return _attribute("class", " ".join(filter(None, names)).strip())


def _grouped(number: re.Match[str]) -> str:
    """Set digits in groups of three, as GB/T 15835 has it.

    The style sheet makes the gap: as no character is added, the number can be copied plain.
    """
    digits = number[0]
    first = len(digits) % 3 or 3
    rest = (digits[place : place + 3] for place in range(first, len(digits), 3))
    return digits[:first] + "".join(f'<span class="k">{group}</span>' for group in rest)
