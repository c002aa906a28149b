"""The text of a Markdown cell in; HTML out, or blocks for Word documents and slides."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gsyf_lib.documents.blocks import Block, Heading, Listing, Paragraph, table

Token = Mapping[str, Any]


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with our ``id`` on section headings and without links beside them."""

    def __init__(self, names: Iterator[str]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.section_names = names

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = next(self.section_names, "") if level == 2 else ""
        return super().heading(text, level, **({"id": escape(name)} if name else attrs))


def markdown_html(source: str, names: Iterator[str]) -> str:
    """Return a Markdown cell as HTML; each section heading takes the next name as its ``id``."""
    return str(MarkdownWithMath(renderer=_Renderer(names)).render(source))


def markdown_blocks(source: str) -> Iterator[Block]:
    """Yield a Markdown cell block by block, without any HTML in it.

    Examples
    --------
    >>> [type(block).__name__ for block in markdown_blocks("## 建议\\n\\n- 补报")]
    ['Heading', 'Listing']
    """
    # Without a renderer mistune returns its tokens, which are nested like the text.
    tokens: Any = MarkdownWithMath(renderer=None)(source)  # type: ignore[arg-type]
    for token in tokens:
        yield from _blocks(token)


def _blocks(token: Token) -> Iterator[Block]:
    match token["type"]:
        # Level 1 in Markdown is the title; the sections, level 2, are level 1 in documents.
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
    """Return the words of tokens, without bold, links and the like."""
    words = []
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            words.append("\n")
        elif not token["type"].endswith("_html"):
            words.append(token.get("raw", "") + _text(token.get("children", ())))
    return "".join(words)
