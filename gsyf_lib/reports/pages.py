"""An executed notebook in; a self-contained HTML page out, without code.

nbconvert makes the HTML of the cells with our template; ``render_template`` puts the rest around
it. ``markdown_blocks`` reads Markdown cells for Word documents and slides as well.
"""

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import jinja2
import nbformat
import pandas as pd
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import List

from gsyf_lib import wording
from gsyf_lib.documents import blocks
from gsyf_lib.documents.fonts import subset_woff
from gsyf_lib.documents.html import Page, csv_link, render
from gsyf_lib.errors import BuildError
from gsyf_lib.reports.closing import CLOSING

# Text and address of links to other pages; the address of the page itself is left empty.
Links: TypeAlias = Sequence[tuple[str, str]]

TEMPLATES = Path(__file__).parent / "template"
FONT_MARK = "/* @font-face */"
# A notebook keeps every output in several forms. A page shows the first of these that is there.
ALLOWED = (blocks.BLOCKS, "text/html", "image/svg+xml", "text/plain")
# The tag of the heading that begins what is folded: on what the page rests, and all in detail.
ANNEX = "annex"
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "notebook-only"})
# Our own tables and charts hold none of these. The page's content security policy (CSP), a <meta>
# at its top, stops scripts, but not, for example, another <meta> that leads the reader elsewhere.
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|link|meta|base|form)\b", re.IGNORECASE)


def render_page(
    notebook: nbformat.NotebookNode,
    *,
    title: str,
    plan: str = "",
    navigation: Links = (),
    elsewhere: Mapping[str, Links] | None = None,
    links: Mapping[str, str] | None = None,
    notices: Sequence[blocks.Paragraph] = (),
    running: str = "",
    footer: Mapping[str, str] | None = None,
) -> bytes:
    """Return the page of an executed notebook.

    Cells tagged ``parameters``, ``injected-parameters`` or ``notebook-only``, code, printed streams
    and the Markdown title (the page has its own) are left out. Tables link to every part that a
    page could have; a link to a part that this page does not have becomes plain text.

    Raises BuildError if a cell ended in an error, or shows something that a page does not take.

    Parameters
    ----------
    notebook : as executed
    title : of the page; ``plan``, the plan's title, stands above it
    navigation : links to other pages; the page's own sections follow by themselves
    elsewhere : links to the pages of other years and places, by what stands before them
    links : the pages of areas and departments by name: what ``blocks.named`` marks becomes a link
    notices : banners below the title, such as 示例数据（非真实）
    running : printed at the top of every sheet beside the title
    footer : who answers for the page, term by term
    """
    cells = list(_readable(notebook, title))
    headings = _headings(cells)
    return render_template(
        "page.html.j2",
        title=title,
        plan=plan,
        navigation=navigation,
        elsewhere=elsewhere or {},
        sections=[(text, f"#{place}") for level, text, place in headings if level == 1],
        notices=notices,
        running=running,
        footer=footer or {},
        body=_body(notebook, title, cells, headings, links or {}),
    )


def render_template(template: str, **content: Any) -> bytes:
    """Return a page: the template filled in, and the font with the characters that it then has."""
    page = _environment().get_template(template).render(content)
    font = base64.b64encode(subset_woff("".join(sorted(set(html.unescape(page))))))
    rule = (
        '@font-face{font-family:"Noto Sans SC";'
        f'src:url(data:font/woff;base64,{font.decode()}) format("woff")}}'
    )
    return page.replace(FONT_MARK, rule, 1).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        # A name that the template misspells is an error, not an empty place on the page.
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(_style_sheet())
    environment.filters["css_text"] = _css_text
    environment.filters["day"] = lambda text: wording.day(pd.Timestamp(text))
    environment.filters["block"] = lambda block: Markup(render(block))
    return environment


def _style_sheet() -> str:
    """Return the style sheet without what only its readers need: comments, lines, indents."""
    sheet = re.sub(r"/\*.*?\*/", "", (TEMPLATES / "style.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", sheet)).strip()


def _css_text(text: str) -> Markup:
    """Return text as a CSS string; characters that could end the string or sheet are escaped."""
    safe = re.sub(r'["\\<>&\n\r\f]', lambda mark: f"\\{ord(mark[0]):x} ", text)
    return Markup(f'"{safe}"')


# Cells


def _readable(notebook: nbformat.NotebookNode, title: str) -> Iterator[dict[str, Any]]:
    """Yield the visible cells, each output reduced to the one form that a page shows."""
    for number, cell in enumerate(notebook.cells, 1):
        where = f"《{title}》第{number}个单元格"
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise BuildError(
                    f"{where}运行出错：{output.ename}: {output.evalue}。网页未生成；"
                    "请在 JupyterLab 中打开该笔记本，按提示改正后重新生成报告。"
                )
        if HIDDEN_TAGS.intersection(cell.metadata.get("tags", ())):
            continue
        if cell.cell_type == "markdown":
            # Without the notebook's title: the page has its own.
            yield {**cell, "source": re.sub(r"\A# .*\n?", "", cell.source)}
        else:
            outputs = [_readable_output(o, where) for o in cell.get("outputs", ())]
            yield {**cell, "outputs": [output for output in outputs if output]}


def _readable_output(output: nbformat.NotebookNode, where: str) -> dict[str, Any] | None:
    """Return the output in the form that a page shows; None for streams and ``gs.page.closing``."""
    if output.output_type == "stream" or CLOSING in output.data:
        return None
    kind = next((kind for kind in ALLOWED if kind in output.data), None)
    # Plain text beside other forms stands for something that a page cannot show, such as a widget.
    if kind is None or (kind == "text/plain" and len(output.data) > 1):
        raise BuildError(
            f"{where}的输出网页不能显示：{'、'.join(sorted(output.data))}。"
            "请改用 gsyf_lib 的表、图和文字函数，它们只输出 HTML、SVG 和纯文本。"
        )
    return {**output, "output_type": "display_data", "data": {kind: output.data[kind]}}


def _headings(cells: Sequence[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    """Return level and text of every heading, and its ``id``, which no other one has."""
    headings: list[tuple[int, str, str]] = []
    for cell in cells:
        for block in markdown_blocks(cell["source"]) if cell["cell_type"] == "markdown" else ():
            if isinstance(block, blocks.Heading):
                place = blocks.anchor(block.text)
                is_taken = any(place == taken for *_, taken in headings)
                place = f"{place}-{len(headings)}" if is_taken else place
                headings.append((block.level, block.text, place))
    return headings


def _annex(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return what the annex holds, by its headings: for paper, where it stays folded; or "".

    A heading cell tagged ``annex`` begins it, and it goes to the end of the page.
    """
    begins = next((n for n, cell in enumerate(cells) if _is_annex(cell)), len(cells))
    titles = [
        block.text
        for cell in cells[begins + 1 :]
        if cell["cell_type"] == "markdown"
        for block in markdown_blocks(cell["source"])
        if isinstance(block, blocks.Heading)
    ]
    return "、".join(titles)


def _is_annex(cell: Mapping[str, Any]) -> bool:
    return ANNEX in cell["metadata"].get("tags", ())


def _body(
    notebook: nbformat.NotebookNode,
    title: str,
    cells: Sequence[dict[str, Any]],
    headings: Sequence[tuple[int, str, str]],
    links: Mapping[str, str],
) -> Markup:
    """Return the readable cells as HTML."""
    names = [place for *_, place in headings]
    page = Page(links, {**_places(cells), **dict(zip(names, names, strict=True))})
    shown = nbformat.from_dict({**notebook, "cells": [_rendered(cell, page) for cell in cells]})
    resources = {"names": iter(names), "annex": _annex(cells)}
    fragment, _ = _exporter().from_notebook_node(shown, resources)
    if active := ACTIVE.search(fragment):
        raise BuildError(
            f"《{title}》含有网页不收的 HTML 元素“{active[0]}”。"
            "请在笔记本中去掉它，只用 gsyf_lib 的表、图和文字函数。"
        )
    return Markup(fragment)


def _places(cells: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the places of a page that links can lead to, with a short identifier for each.

    Hundreds of figures lead to their origin: by their full names, these links were 20 KB.
    """
    places = dict.fromkeys(
        part.place
        for cell in cells
        for output in cell.get("outputs", ())
        for part in blocks.walk(blocks.unpacked(output["data"].get(blocks.BLOCKS)))
        if getattr(part, "place", "")
    )
    return {place: f"p{n}" for n, place in enumerate(places, 1)}


def _rendered(cell: dict[str, Any], page: Page) -> dict[str, Any]:
    """Return a cell with its blocks, and the numbers of its charts, turned into HTML."""
    for output in cell.get("outputs", ()):
        if packed := output["data"].get(blocks.BLOCKS):
            output["data"] = {"text/html": render(blocks.unpacked(packed), page)}
        said = output["metadata"].get("image/svg+xml", {})
        if data := said.get("data"):
            table = blocks.unpacked(data)
            fold = render(blocks.Fold("图中数据", (table,)), page)
            link = Markup(csv_link(said.get("csv", ""), table.caption))
            output["metadata"] = {**output["metadata"], "table": fold, "csv": link}
    return cell


@cache
def _exporter() -> TemplateExporter:
    """Return nbconvert with our cell template."""
    # Its own HTMLExporter parses every page again to add alt texts, which ours have, and puts in
    # the addresses of servers for scripts.
    return _Cells(template_name="cells", extra_template_basedirs=[str(TEMPLATES)])


class _Cells(TemplateExporter):
    output_mimetype = "text/html"
    file_extension = ".html"
    # No preprocessor: after each of them nbconvert validates the whole notebook again.
    default_preprocessors: Any = List([])

    def default_filters(self) -> Any:
        yield from super().default_filters()
        yield "markdown2html", markdown_html
        yield "inline_svg", _inline_svg
        yield "figure_finding", _figure_finding
        yield "figure_pieces", _figure_pieces


# Charts


def _alt(output: nbformat.NotebookNode) -> str:
    alt = output.metadata.get("image/svg+xml", {}).get("alt") or output.metadata.get("alt")
    if not alt:
        raise BuildError("图缺少替代文字（alt）。请用 gsyf_lib 的图函数作图，它们自带说明。")
    return str(alt)


def _figure_finding(output: nbformat.NotebookNode) -> Markup:
    """Return the first sentence of the chart's alt text, which tells what it shows."""
    return Markup("<figcaption>{}</figcaption>").format(_alt(output).partition("。")[0] + "。")


def _figure_pieces(output: nbformat.NotebookNode) -> Markup:
    """Return a wide chart cut into pieces below each other, for phones; "" if it needs no cutting.

    The drawing is on the page only once: each piece shows a part of it by ``<use>``.
    """
    rows = output.metadata.get("image/svg+xml", {}).get("pieces") or []
    width = max((sum(box[2] for box in row) for row in rows), default=0)
    found = re.findall(r'<g id="([^"]*-((?:axes|legend)_\d+))"', output.data["image/svg+xml"])
    names = {group: name for name, group in found}
    shown = Markup("").join(_piece(row, width, names) for row in rows)
    finding = _alt(output).partition("。")[0]
    pattern = Markup('<div class="pieces" role="img" aria-label="{}">{}</div>')
    return pattern.format(finding, shown) if rows else shown


def _piece(row: Sequence[Sequence[Any]], width: float, names: Mapping[str, str]) -> Markup:
    """Return one piece: some boxes of the drawing side by side, in the scale of all pieces."""
    left, boxes = 0.0, []
    for x, y, wide, high, group in row:
        place = Markup('<svg x="{:g}" width="{:g}" height="{:g}"').format(left, wide, high)
        view = Markup('viewBox="{:g} {:g} {:g} {:g}"').format(x, y, wide, high)
        boxes.append(Markup('{} {}><use href="#{}"/></svg>').format(place, view, names[group]))
        left += wide
    return Markup('<svg viewBox="0 0 {:g} {:g}">{}</svg>').format(
        width, row[0][3], Markup("").join(boxes)
    )


def _inline_svg(output: nbformat.NotebookNode) -> str:
    """Return the chart as part of the page, so that its text uses the page's font."""
    source = output.data["image/svg+xml"]
    alt = _alt(output)
    if "aria-label=" in source.split(">", 1)[0]:
        return source  # one of our charts: it has its alt text and unique identifiers already
    # matplotlib gives the same identifiers to every figure. A prefix makes them unique on the page.
    prefix = f"f{sha256(source.encode()).hexdigest()[:8]}-"
    svg = re.sub(r"<metadata>.*?</metadata>", "", source[source.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{prefix}", svg)
    return svg.replace("<svg", str(Markup('<svg role="img" aria-label="{}"').format(alt)), 1)


# Markdown


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with our ``id`` on headings and without links beside them."""

    def __init__(self, names: Iterator[str]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.names = names

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = next(self.names, "") if 2 <= level <= 4 else ""
        return super().heading(text, level, **({"id": html.escape(name)} if name else attrs))


def markdown_html(source: str, names: Iterator[str]) -> str:
    """Return a Markdown cell as HTML; each heading takes the next name as its ``id``."""
    return str(MarkdownWithMath(renderer=_Renderer(names)).render(source))


def markdown_blocks(source: str) -> Iterator[blocks.Block]:
    """Yield a Markdown cell block by block, without any HTML in it."""
    # Without a renderer mistune returns its tokens, which are nested like the text.
    tokens: Any = MarkdownWithMath(renderer=None)(source)  # type: ignore[arg-type]
    for token in tokens:
        yield from _blocks(token)


def _blocks(token: Mapping[str, Any]) -> Iterator[blocks.Block]:
    match token["type"]:
        # Level 1 in Markdown is the title; the sections, level 2, are level 1 in documents.
        case "heading" if 2 <= token["attrs"]["level"] <= 4:
            yield blocks.Heading(token["attrs"]["level"] - 1, _text([token]))
        case "heading" | "paragraph":
            yield blocks.Paragraph(_text([token]))
        case "block_quote":
            for child in token["children"]:
                yield from _blocks(child)
        case "list":
            entries = tuple(_text([entry]) for entry in token["children"])
            yield blocks.Listing(entries, token["attrs"]["ordered"])
        case "table":
            head, body = token["children"]
            heads = [_text([cell]) for cell in head["children"]]
            rows = ([_text([cell]) for cell in row["children"]] for row in body["children"])
            yield blocks.table([dict(zip(heads, row, strict=True)) for row in rows])


def _text(tokens: Iterable[Mapping[str, Any]]) -> str:
    """Return the words of tokens, without bold, links and the like."""
    words = []
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            words.append("\n")
        elif not token["type"].endswith("_html"):
            words.append(token.get("raw", "") + _text(token.get("children", ())))
    return "".join(words)
