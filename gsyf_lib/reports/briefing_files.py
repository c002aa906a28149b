"""The executed notebook of a briefing in; a Word document, slides and a page out."""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import nbformat

from gsyf_lib.briefing.review import COVER_TYPE
from gsyf_lib.documents.blocks import BLOCKS, Heading, Table, unpacked
from gsyf_lib.documents.office import Part, Picture, Slide, laid_open, slides_file, word_file
from gsyf_lib.documents.office.word import Cover
from gsyf_lib.errors import BuildError
from gsyf_lib.reports.pages import HIDDEN_TAGS, markdown_blocks, render_page

Cell = tuple[bool, list[Part]]  # whether it goes on slides, and what it holds


def briefing_files(
    notebook: nbformat.NotebookNode, name: str, plan: str, form: bytes | None = None
) -> dict[str, bytes]:
    """Return the files made from a briefing's executed notebook, by their names.

    ``name`` is that of the files, ``plan`` the plan's title, ``form`` an office's own template for
    the Word document. Raises BuildError if the notebook does not show what it is about, PlanError
    if the template cannot be used.
    """
    cover = _cover(notebook)
    cells, day = list(_cells(notebook, cover)), datetime.fromisoformat(cover["day"])
    title, subtitle, facts = cover["title"], cover["subtitle"], cover["facts"]
    running = cover["running"]
    page = render_page(notebook, title=cover["name"], plan=plan, running=running)
    first_page = Cover(title, subtitle, tuple(facts), running, day=day)
    parts = [part for _, parts in cells for part in parts]
    slides = list(_slides(cells, cover["sources"]))
    return {
        f"{name}.docx": word_file(first_page, parts, form),
        f"{name}.pptx": slides_file(title, [subtitle, *facts], slides, running=running, day=day),
        f"{name}.html": page,
        f"{name}.ipynb": f"{nbformat.writes(notebook)}\n".encode(),
    }


def _cover(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Return what the notebook's ``review`` shows of the evaluation: title, area, day and more."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if COVER_TYPE in output.get("data", {}):
                return dict(output.data[COVER_TYPE])
    raise BuildError(
        "笔记本没有显示评估对象（review），不能生成文件。请保留最后一行为 review 的单元格"
    )


def _slides(cells: Iterable[Cell], sources: str) -> Iterator[Slide]:
    """Yield the slides of the cells tagged ``slide``.

    A heading begins a slide and gives it its title, whichever cell it is in; a table or picture
    ends it. A table's caption comes before that title.
    """
    title = ""
    gathered: list[Part] = []
    for is_shown, parts in cells:
        for part in parts:
            if isinstance(part, Heading):
                if gathered:
                    yield Slide(title, tuple(gathered), sources)
                title, gathered = part.text, []
            elif is_shown:
                gathered.append(part)
                if isinstance(part, Table | Picture):
                    own = part.caption if isinstance(part, Table) else ""
                    yield Slide(own or title, tuple(gathered), sources)
                    gathered = []
    if gathered:
        yield Slide(title, tuple(gathered), sources)


def _cells(notebook: nbformat.NotebookNode, cover: dict[str, Any]) -> Iterator[Cell]:
    """Yield for each visible cell whether it goes on slides, and its parts."""
    heading = ""
    for cell in notebook.cells[1:]:  # the first one is the title, which is on the cover
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN_TAGS:
            continue
        parts = list(_parts(cell))
        for number, part in enumerate(parts):
            if isinstance(part, Heading):
                heading = part.text
            elif isinstance(part, Picture):
                # What it shows, or else the heading above it; the scope names area and year.
                shown = (part.caption or heading).removeprefix(cover["area"])
                parts[number] = replace(part, caption=f"{shown}{cover['scope']}")
        yield "slide" in tags, parts


def _parts(cell: nbformat.NotebookNode) -> Iterator[Part]:
    """Yield the headings, paragraphs, tables and pictures of a cell."""
    if cell.cell_type == "markdown":
        for block in markdown_blocks(cell.source):
            yield from laid_open(block)
        return
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if COVER_TYPE in data:
            continue
        if "image/png" in data:
            yield Picture(b64decode(data["image/png"]), data["text/plain"], _shown(output))
        elif BLOCKS in data:
            yield from laid_open(unpacked(data[BLOCKS]))


def _shown(output: nbformat.NotebookNode) -> str:
    """Return what a chart shows: the caption of its table of numbers, up to the first bracket."""
    numbers = output.get("metadata", {}).get("image/svg+xml", {}).get("data")
    return unpacked(numbers).caption.partition("（")[0] if numbers else ""
