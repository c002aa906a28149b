"""What a document is made of: headings, paragraphs, list items, tables and pictures.

Our own HTML (``gsyf_lib.html``) is taken apart into them, so that a page and a document are made
from the same cells of the same notebook.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Block", "Heading", "Item", "Paragraph", "Picture", "Table", "html_blocks"]

HEADINGS = {"h2": 1, "h3": 2, "h4": 3}
INLINE = ("p", "summary", "li", "caption", "th", "td", "dt", "dd", *HEADINGS)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the highest below the title."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``role`` is the class it has on the page, such as ``lead`` or ``notice``."""

    text: str
    role: str = ""


@dataclass(frozen=True)
class Item:
    """An entry of a list; ``mark`` stands before it, such as its number."""

    text: str
    mark: str = "——"


@dataclass(frozen=True)
class Table:
    """A table: its caption, its heads, its rows, and which columns hold numbers.

    ``widths`` are shares of the whole width; as the texts ask for if not given.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A figure as PNG with the sentence that says what it shows."""

    png: bytes
    alt: str
    caption: str = ""


Block = Heading | Paragraph | Item | Table | Picture


def html_blocks(html: str) -> list[Block]:
    """Return the blocks of a piece of our own HTML, in order.

    A note under a value follows it in a line of its own; shapes that only repeat a word
    (``aria-hidden``) are left out; what is folded away on a page stands open.

    Examples
    --------
    >>> html_blocks('<p class="lead">20项目标中<b>达标18项</b>。</p>')
    [Paragraph(text='20项目标中达标18项。', role='lead')]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks


@dataclass
class _Draft:
    """A table while it is read."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    numeric: set[int] = field(default_factory=set)

    def table(self) -> Table:
        head, *rows = self.rows
        return Table(
            self.caption, tuple(head), tuple(tuple(r) for r in rows), frozenset(self.numeric)
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.draft: _Draft | None = None
        self.text: list[str] = []
        self.role = ""
        self.term = ""
        self.unseen = 0
        self.number: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if self.unseen or given.get("aria-hidden") == "true":
            self.unseen += tag != "br"
        elif tag == "table":
            self.draft = _Draft()
        elif tag in ("ol", "ul"):
            self.number = 0 if tag == "ol" else None
        elif tag == "tr" and self.draft:
            self.draft.rows.append([])
        elif tag in INLINE:
            self.text, self.role = [], " ".join(classes)
            if "n" in classes and self.draft:
                self.draft.numeric.add(len(self.draft.rows[-1]))
        elif "note" in classes or tag == "br":
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.unseen:
            self.unseen -= 1
        elif tag == "table" and self.draft:
            self.blocks.append(self.draft.table())
            self.draft = None
        elif tag in INLINE:
            lines = "".join(self.text).split("\n")
            self._close(tag, "\n".join(line.strip() for line in lines if line.strip()))
            self.text = []

    def _close(self, tag: str, text: str) -> None:
        """Put a finished piece of text where it belongs."""
        if self.draft and tag == "caption":
            self.draft.caption = text
        elif self.draft:
            self.draft.rows[-1].append(text)
        elif tag == "dt":
            self.term = text
        elif tag == "dd":
            self.blocks.append(Paragraph(f"{self.term}：{text}", "fact"))
        elif text and tag in HEADINGS:
            self.blocks.append(Heading(HEADINGS[tag], text))
        elif text and tag == "li":
            self.blocks.append(self._item(text))
        elif text:
            self.blocks.append(Paragraph(text, self.role))

    def _item(self, text: str) -> Item:
        if self.number is None:
            return Item(text)
        self.number += 1
        return Item(text, f"{self.number}. ")
