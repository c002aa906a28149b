"""The inside of a page: an executed notebook's cells as HTML, by nbconvert and our template."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import List

from gsyf_lib.documents.blocks import BLOCKS, Fold, Heading, unpacked, walk
from gsyf_lib.documents.html import Page, render
from gsyf_lib.errors import BuildError
from gsyf_lib.reports.digest import CLOSING
from gsyf_lib.reports.markdown import markdown_blocks, markdown_html

TEMPLATES = Path(__file__).parent / "template"
# The richest first: of an output's forms, a page shows the first of these.
ALLOWED = (BLOCKS, "text/html", "image/svg+xml", "text/plain")
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "notebook-only"})
# Our tables and figures hold none of these; the page's policy stops scripts, but not a redirect.
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|link|meta|base|form)\b", re.IGNORECASE)


def render_cells(
    notebook: nbformat.NotebookNode, title: str, links: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]]]:
    """Return the Markdown and the results of an executed notebook as HTML, and its sections.

    Cells tagged ``parameters``, ``injected-parameters`` or ``notebook-only``, code, printed streams
    and the Markdown title (the page has its own) are left out. So are links to places that the page
    does not have: tables offer them all.

    Parameters
    ----------
    notebook : as executed
    title : of the page
    links : the pages of areas and departments by name

    Returns
    -------
    tuple
        The HTML, and (text, href) of each section.

    Raises
    ------
    BuildError
        A cell ended in an error, or shows something that a page does not take.
    """
    cells = list(_readable(notebook, title))
    page = Page(links, _places(cells))
    sections = _sections(cells)
    shown = nbformat.from_dict({**notebook, "cells": [_rendered(cell, page) for cell in cells]})
    names = [name for _, name in sections]
    fragment, _ = _exporter().from_notebook_node(shown, {"names": iter(names)})
    if active := ACTIVE.search(fragment):
        raise BuildError(
            f"《{title}》含有网页不收的 HTML 元素“{active[0]}”。"
            "请在笔记本中去掉它，只用 gsyf_lib 的表、图和文字函数。"
        )
    return str(fragment), [(text, f"#{name}") for text, name in sections]


def _readable(notebook: nbformat.NotebookNode, title: str) -> Iterator[dict[str, Any]]:
    """Yield the cells reduced to what may be read on a page."""
    for number, cell in enumerate(notebook.cells, 1):
        place = f"《{title}》第{number}个单元格"
        _refuse_error(cell, place)
        if not HIDDEN_TAGS.intersection(cell.metadata.get("tags", ())):
            yield _readable_cell(cell, place)


def _places(cells: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the places that the blocks of a page offer to links."""
    return {
        part.place
        for cell in cells
        for output in cell.get("outputs", ())
        for part in walk(unpacked(output["data"].get(BLOCKS)))
        if getattr(part, "place", "")
    }


def _sections(cells: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the text of every section heading, and a name that it alone has."""
    sections: list[tuple[str, str]] = []
    for cell in cells:
        blocks = markdown_blocks(cell["source"]) if cell["cell_type"] == "markdown" else ()
        for block in blocks:
            if isinstance(block, Heading) and block.level == 1:
                name = re.sub(r"\s+", "-", block.text)
                is_taken = (block.text, name) in sections
                sections.append((block.text, f"{name}-{len(sections)}" if is_taken else name))
    return sections


def _refuse_error(cell: nbformat.NotebookNode, place: str) -> None:
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            raise BuildError(
                f"{place}运行出错：{output.ename}: {output.evalue}。网页未生成；"
                "请在 JupyterLab 中打开该笔记本，按提示改正后重新生成报告。"
            )


def _readable_cell(cell: nbformat.NotebookNode, place: str) -> dict[str, Any]:
    if cell.cell_type == "markdown":
        return {**cell, "source": re.sub(r"\A# .*\n?", "", cell.source)}
    outputs = [_readable_output(o, place) for o in cell.get("outputs", ())]
    return {**cell, "outputs": [output for output in outputs if output]}


def _readable_output(output: nbformat.NotebookNode, place: str) -> dict[str, Any] | None:
    """Return the output in its one allowed form; streams and what ``gs.closing`` says have none."""
    if output.output_type == "stream" or CLOSING in output.data:
        return None
    kind = next((kind for kind in ALLOWED if kind in output.data), None)
    if kind is None or (kind == "text/plain" and len(output.data) > 1):
        raise BuildError(
            f"{place}的输出网页不能显示：{'、'.join(sorted(output.data))}。"
            "请改用 gsyf_lib 的表、图和文字函数，它们只输出 HTML、SVG 和纯文本。"
        )
    return {**output, "output_type": "display_data", "data": {kind: output.data[kind]}}


def _rendered(cell: dict[str, Any], page: Page) -> dict[str, Any]:
    """Return a cell with the HTML of its blocks, and of the numbers under its figures."""
    for output in cell.get("outputs", ()):
        if BLOCKS in output["data"]:
            output["data"] = {"text/html": render(unpacked(output["data"][BLOCKS]), page)}
        if data := output["metadata"].get("image/svg+xml", {}).get("data"):
            table = render(Fold("图中数据", (unpacked(data),)), page)
            output["metadata"] = {**output["metadata"], "table": table}
    return cell


@cache
def _exporter() -> TemplateExporter:
    """Return nbconvert with our cell template.

    Not its ``HTMLExporter``: that one parses every page again to add alt texts, which we have,
    and carries the addresses of script hosts.
    """
    return _Cells(template_name="cells", extra_template_basedirs=[str(TEMPLATES)])


class _Cells(TemplateExporter):
    output_mimetype = "text/html"
    file_extension = ".html"
    # Ours is done already; of each of nbconvert's own the notebook would be validated once more.
    default_preprocessors: Any = List([])

    def default_filters(self) -> Any:
        yield from super().default_filters()
        yield "markdown2html", markdown_html
        yield "inline_svg", _inline_svg
        yield "figure_finding", _figure_finding
        yield "figure_pieces", _figure_pieces


def _alt(output: nbformat.NotebookNode) -> str:
    alt = output.metadata.get("image/svg+xml", {}).get("alt") or output.metadata.get("alt")
    if not alt:
        raise BuildError("图缺少替代文字（alt）。请用 gsyf_lib 的图函数作图，它们自带说明。")
    return str(alt)


def _figure_finding(output: nbformat.NotebookNode) -> Markup:
    """Return what the figure says in one sentence: the first of its alt text."""
    return Markup("<figcaption>{}</figcaption>").format(_alt(output).partition("。")[0] + "。")


def _figure_pieces(output: nbformat.NotebookNode) -> Markup:
    """Return the figure in pieces below each other, for a narrow screen; nothing if it is whole.

    The pieces show parts of the drawing, which stays on the page once.
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
    """Return boxes of a drawing beside each other, in the scale of all pieces of the figure."""
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
    """Return the figure as part of the page, so that its text uses the page's font.

    Its identifiers get a prefix: several figures of one page would otherwise share some.
    """
    source = output.data["image/svg+xml"]
    alt = _alt(output)
    if "aria-label=" in source.split(">", 1)[0]:
        return source  # one of our figures: it has its name, and identifiers of its own
    prefix = f"f{hashlib.sha256(source.encode()).hexdigest()[:8]}-"
    svg = re.sub(r"<metadata>.*?</metadata>", "", source[source.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{prefix}", svg)
    return svg.replace("<svg", str(Markup('<svg role="img" aria-label="{}"').format(alt)), 1)
