"""An executed notebook in; the HTML of its cells out, made by nbconvert with our template.

``pages`` puts the rest of the page around it.
"""

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
# A notebook keeps every output in several forms. A page shows the first of these that is there.
ALLOWED = (BLOCKS, "text/html", "image/svg+xml", "text/plain")
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "notebook-only"})
# Our own tables and charts hold none of these. The page's content security policy stops scripts,
# but not, for example, a <meta> that redirects the reader to another site.
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|link|meta|base|form)\b", re.IGNORECASE)


def render_cells(
    notebook: nbformat.NotebookNode, title: str, links: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]]]:
    """Return the Markdown and the results of an executed notebook as HTML, and its sections.

    Cells tagged ``parameters``, ``injected-parameters`` or ``notebook-only``, code, printed streams
    and the Markdown title (the page has its own) are left out. Tables link to every part that a
    page could have; a link to a part that this page does not have becomes plain text.

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
    """Yield the visible cells, each output reduced to the one form that a page shows."""
    for number, cell in enumerate(notebook.cells, 1):
        where = f"《{title}》第{number}个单元格"
        _refuse_error(cell, where)
        if not HIDDEN_TAGS.intersection(cell.metadata.get("tags", ())):
            yield _readable_cell(cell, where)


def _places(cells: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the names of the parts of a page that links can lead to."""
    return {
        part.place
        for cell in cells
        for output in cell.get("outputs", ())
        for part in walk(unpacked(output["data"].get(BLOCKS)))
        if getattr(part, "place", "")
    }


def _sections(cells: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the text of every section heading, and its ``id``, which no other one has."""
    sections: list[tuple[str, str]] = []
    for cell in cells:
        blocks = markdown_blocks(cell["source"]) if cell["cell_type"] == "markdown" else ()
        for block in blocks:
            if isinstance(block, Heading) and block.level == 1:
                name = re.sub(r"\s+", "-", block.text)
                is_taken = (block.text, name) in sections
                sections.append((block.text, f"{name}-{len(sections)}" if is_taken else name))
    return sections


def _refuse_error(cell: nbformat.NotebookNode, where: str) -> None:
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            raise BuildError(
                f"{where}运行出错：{output.ename}: {output.evalue}。网页未生成；"
                "请在 JupyterLab 中打开该笔记本，按提示改正后重新生成报告。"
            )


def _readable_cell(cell: nbformat.NotebookNode, where: str) -> dict[str, Any]:
    if cell.cell_type == "markdown":
        # Without the notebook's title: the page has its own.
        return {**cell, "source": re.sub(r"\A# .*\n?", "", cell.source)}
    outputs = [_readable_output(o, where) for o in cell.get("outputs", ())]
    return {**cell, "outputs": [output for output in outputs if output]}


def _readable_output(output: nbformat.NotebookNode, where: str) -> dict[str, Any] | None:
    """Return the output in the form that a page shows; None for streams and ``gs.closing``."""
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


def _rendered(cell: dict[str, Any], page: Page) -> dict[str, Any]:
    """Return a cell with its blocks, and the numbers of its charts, turned into HTML."""
    for output in cell.get("outputs", ()):
        if BLOCKS in output["data"]:
            output["data"] = {"text/html": render(unpacked(output["data"][BLOCKS]), page)}
        if data := output["metadata"].get("image/svg+xml", {}).get("data"):
            table = render(Fold("图中数据", (unpacked(data),)), page)
            output["metadata"] = {**output["metadata"], "table": table}
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
    prefix = f"f{hashlib.sha256(source.encode()).hexdigest()[:8]}-"
    svg = re.sub(r"<metadata>.*?</metadata>", "", source[source.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{prefix}", svg)
    return svg.replace("<svg", str(Markup('<svg role="img" aria-label="{}"').format(alt)), 1)
