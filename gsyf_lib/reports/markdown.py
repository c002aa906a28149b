"""Markdown cells: as HTML by nbconvert, and as blocks."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gsyf_lib.documents.blocks import Block, Heading, Listing, Paragraph, table

Token = Mapping[str, Any]


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, without links beside headings but with names on those of sections."""

    def __init__(self, names: Iterator[str]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.section_names = names

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = next(self.section_names, "") if level == 2 else ""
        return super().heading(text, level, **({"id": escape(name)} if name else attrs))


def markdown_html(source: str, names: Iterator[str]) -> str:
    """Return a Markdown cell as HTML; each of its sections takes one of the names."""
    return str(MarkdownWithMath(renderer=_Renderer(names)).render(source))


def markdown_blocks(source: str) -> Iterator[Block]:
    """Yield what a Markdown cell holds, one block after the other; HTML in it is left out.

    Examples
    --------
    >>> [type(block).__name__ for block in markdown_blocks("## 建议\\n\\n- 补报")]
    ['Heading', 'Listing']
    """
    # Without a renderer mistune returns what it has read instead of HTML.
    tokens: Any = MarkdownWithMath(renderer=None)(source)  # type: ignore[arg-type]
    for token in tokens:
        yield from _blocks(token)


def _blocks(token: Token) -> Iterator[Block]:
    match token["type"]:
        # The title of the notebook is no heading of the document: its sections are of level 1.
        case "heading" if 2 <= token["attrs"]["level"] <= 4:
            yield Heading(token["attrs"]["level"] - 1, _text([token]))
        case "heading" | "paragraph":
            yield Paragraph(_text([token]))
        case "block_quote":
            for child in token["children"]:
                yield from _blocks(child)
        case "list":
            entries = tuple(_text([entry]) for entry in token["children"])
            yield Listing(entries, token["attrs"]["ordered"])
        case "table":
            head, body = token["children"]
            heads = [_text([cell]) for cell in head["children"]]
            rows = ([_text([cell]) for cell in row["children"]] for row in body["children"])
            yield table([dict(zip(heads, row, strict=True)) for row in rows])


def _text(tokens: Iterable[Token]) -> str:
    """Return the words of tokens, whatever form they have."""
    said = []
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            said.append("\n")
        elif not token["type"].endswith("_html"):
            said.append(token.get("raw", "") + _text(token.get("children", ())))
    return "".join(said)
