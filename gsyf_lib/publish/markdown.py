"""Markdown cells: as HTML by nbconvert, and as the parts of a document."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gsyf_lib.blocks import Listing, Paragraph, table
from gsyf_lib.office import Heading, Part, laid_open

__all__ = ["markdown_html", "markdown_parts"]

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


def markdown_parts(source: str) -> Iterator[Part]:
    """Yield what a Markdown cell holds, one part after the other; HTML in it is left out.

    Examples
    --------
    >>> [type(part).__name__ for part in markdown_parts("## 建议\\n\\n- 补报")]
    ['Heading', 'Paragraph']
    """
    # Without a renderer mistune returns what it has read instead of HTML.
    tokens: Any = MarkdownWithMath(renderer=None)(source)  # type: ignore[arg-type]
    for token in tokens:
        yield from _parts(token)


def _parts(token: Token) -> Iterator[Part]:
    text = _text([token])
    match token["type"]:
        case "heading":
            # The title of the notebook is no heading of the document: sections are of level 1.
            yield Heading(max(1, min(3, token["attrs"]["level"] - 1)), text)
        case "paragraph":
            yield Paragraph(text)
        case "list":
            entries = tuple(_text([entry]) for entry in token["children"])
            yield from laid_open(Listing(entries, token["attrs"]["ordered"]))
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
