"""Blocks in, plain text out: for a terminal, and for the cells of documents and frames.

Like ``html`` it is imported by ``blocks`` and cannot import it, so it goes by the names of classes.
"""

from typing import Any

# Roles of spans that stand in a line of their own.
OWN_LINE = ("change", "note")


def words(text: Any) -> str:
    """Return a text without shapes, each note in a line of its own."""
    lines = _joined(text, has_shapes=False).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def line(text: Any) -> str:
    """Return a text in one line, with the shapes of its marks."""
    return " ".join(_joined(text, has_shapes=True).split())


def render(block: Any) -> str:
    """Return a block as lines."""
    return "\n".join(filter(None, LINES[type(block).__name__](block)))


def _joined(text: Any, *, has_shapes: bool) -> str:
    if not hasattr(text, "parts"):
        return str(text)
    # A status without parts of its own is shown by its word.
    inner = "".join(_joined(part, has_shapes=has_shapes) for part in text.parts) or text.word
    if text.status and has_shapes:
        inner = f"{text.shape} {inner}"
    return f"\n{inner}\n" if text.role in OWN_LINE else inner


def _paragraph(block: Any) -> list[str]:
    return [line(block.text)]


def _listing(block: Any) -> list[str]:
    return [line(entry) for entry in block.entries]


def _terms(block: Any) -> list[str]:
    return [f"{line(term)}：{'；'.join(map(line, facts))}" for term, facts in block.terms]


def _tally(block: Any) -> list[str]:
    return [f"{line(mark)}{number}项" for mark, number in block.marks]


def _fold(block: Any) -> list[str]:
    return [block.summary, *map(render, block.parts)]


def _box(block: Any) -> list[str]:
    return list(map(render, block.parts))


def _table(block: Any) -> list[str]:
    rows = [block.heads, *(row.cells for row in block.rows)]
    return [block.caption, *("  ".join(map(line, row)) for row in rows)]


LINES = {
    "Heading": _paragraph,
    "Paragraph": _paragraph,
    "Listing": _listing,
    "Terms": _terms,
    "Tally": _tally,
    "Fold": _fold,
    "Box": _box,
    "Table": _table,
}
