"""What functions show, taken as values: tables as lines, the places and the links of a page."""

from collections.abc import Iterable

from gsyf_lib.documents.blocks import Block, Paragraph, Span, Table, line, walk


def tables(shown: Block) -> list[Table]:
    return [part for part in walk(shown) if isinstance(part, Table)]


def lines(shown: Block) -> list[dict[str, str]]:
    """Return the rows of all tables, as a terminal shows them: head -> text."""
    return [
        dict(zip(table.heads, map(line, row.cells), strict=True))
        for table in tables(shown)
        for row in table.rows
        if not row.is_group
    ]


def sentences(shown: Block) -> list[str]:
    """Return the paragraphs of a summary, without the heads of its lists."""
    parts = (part for part in walk(shown) if isinstance(part, Paragraph))
    return [str(part.text) for part in parts if not part.role.startswith("shortfalls")]


def marks(shown: Block) -> list[tuple[str, str]]:
    """Return every status that is drawn, and its role."""
    parts = (part for part in walk(shown) if isinstance(part, Span))
    return [(part.status, part.role) for part in parts if part.status]


def places(*shown: Block) -> list[str]:
    parts = (part for block in shown for part in walk(block))
    return [part.place for part in parts if getattr(part, "place", "")]


def links(*shown: Block) -> dict[str, str]:
    """Return the links by their texts; of several with one text the last."""
    return dict(all_links(shown))


def all_links(shown: Iterable[Block]) -> list[tuple[str, str]]:
    parts = (part for block in shown for part in walk(block))
    return [(str(part), part.link) for part in parts if isinstance(part, Span) and part.link]


def blanks(shown: Block) -> list[Block]:
    """Return the paragraphs that say nothing, and the tables with an empty cell."""
    silent = [part for part in walk(shown) if isinstance(part, Paragraph) and not str(part.text)]
    return [*silent, *(table for table in tables(shown) if not all(map(all, table.texts)))]
