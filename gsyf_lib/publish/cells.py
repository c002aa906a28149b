"""The inside of a page: an executed notebook's cells as HTML, by nbconvert and our template."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import List

from gsyf_lib.digest import CLOSING
from gsyf_lib.errors import BuildError
from gsyf_lib.html import Html, details

__all__ = ["markdown_html", "render_cells"]

TEMPLATES = Path(__file__).parent / "template"
# The richest first: of an output's forms, a page shows the first of these.
ALLOWED = ("text/html", "image/svg+xml", "text/plain")
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "notebook-only"})
# Our tables and figures hold none of these; the page's policy stops scripts, but not a redirect.
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|link|meta|base|form)\b", re.IGNORECASE)


def render_cells(notebook: nbformat.NotebookNode, title: str) -> str:
    """Return the Markdown and the results of an executed notebook as HTML, without code.

    Cells tagged ``parameters``, ``injected-parameters`` or ``notebook-only``, printed streams and
    the Markdown title (the page has its own) are left out.

    Raises
    ------
    BuildError
        A cell ended in an error, or shows something that a page does not take.
    """
    fragment, _ = _exporter().from_notebook_node(_readable(notebook, title))
    if active := ACTIVE.search(fragment):
        raise BuildError(
            f"《{title}》含有网页不收的 HTML 元素“{active[0]}”。"
            "请在笔记本中去掉它，只用 gsyf_lib 的表、图和文字函数。"
        )
    return str(fragment)


def _readable(notebook: nbformat.NotebookNode, title: str) -> nbformat.NotebookNode:
    """Return the notebook reduced to what may be read on a page."""
    cells = []
    for number, cell in enumerate(notebook.cells, 1):
        place = f"《{title}》第{number}个单元格"
        _refuse_error(cell, place)
        if not HIDDEN_TAGS.intersection(cell.metadata.get("tags", ())):
            cells.append(_readable_cell(cell, place))
    return nbformat.from_dict({**notebook, "cells": cells})


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
        yield "figure_data", _figure_data
        yield "figure_pieces", _figure_pieces


def markdown_html(source: str) -> str:
    """Return a Markdown cell as HTML, without links beside its headings."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))


def _alt(output: nbformat.NotebookNode) -> str:
    alt = output.metadata.get("image/svg+xml", {}).get("alt") or output.metadata.get("alt")
    if not alt:
        raise BuildError("图缺少替代文字（alt）。请用 gsyf_lib 的图函数作图，它们自带说明。")
    return str(alt)


def _figure_finding(output: nbformat.NotebookNode) -> Html:
    """Return what the figure says in one sentence: the first of its alt text."""
    return Html("<figcaption>{}</figcaption>").format(_alt(output).partition("。")[0] + "。")


def _figure_data(output: nbformat.NotebookNode) -> Html:
    """Return the table of the numbers drawn, folded; nothing if the figure brings none."""
    data = output.metadata.get("image/svg+xml", {}).get("data")
    return details("图中数据", Html(data)) if data else Html("")


def _figure_pieces(output: nbformat.NotebookNode) -> Html:
    """Return the figure in pieces below each other, for a narrow screen; nothing if it is whole.

    The pieces show parts of the drawing, which stays on the page once.
    """
    rows = output.metadata.get("image/svg+xml", {}).get("pieces") or []
    width = max((sum(box[2] for box in row) for row in rows), default=0)
    found = re.findall(r'<g id="([^"]*-((?:axes|legend)_\d+))"', output.data["image/svg+xml"])
    names = {group: name for name, group in found}
    shown = Html("").join(_piece(row, width, names) for row in rows)
    finding = _alt(output).partition("。")[0]
    pattern = Html('<div class="pieces" role="img" aria-label="{}">{}</div>')
    return pattern.format(finding, shown) if rows else shown


def _piece(row: Sequence[Sequence[Any]], width: float, names: Mapping[str, str]) -> Html:
    """Return boxes of a drawing beside each other, in the scale of all pieces of the figure."""
    left, boxes = 0.0, []
    for x, y, wide, high, group in row:
        place = Html('<svg x="{:g}" width="{:g}" height="{:g}"').format(left, wide, high)
        view = Html('viewBox="{:g} {:g} {:g} {:g}"').format(x, y, wide, high)
        boxes.append(Html('{} {}><use href="#{}"/></svg>').format(place, view, names[group]))
        left += wide
    return Html('<svg viewBox="0 0 {:g} {:g}">{}</svg>').format(
        width, row[0][3], Html("").join(boxes)
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
    return svg.replace("<svg", str(Html('<svg role="img" aria-label="{}"').format(alt)), 1)
