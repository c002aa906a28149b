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
from gsyf_lib.reports.pages import markdown_blocks, render_page

HIDDEN = {"notebook-only", "parameters", "injected-parameters"}
Cell = tuple[bool, list[Part]]  # whether it goes on slides, and what it holds


def briefing_files(
    notebook: nbformat.NotebookNode, name: str, plan: str, form: bytes | None = None
) -> dict[str, bytes]:
    """Return the files made from a briefing's executed notebook, by their names.

    Parameters
    ----------
    notebook : as executed
    name : of the files, without ending
    plan : title of the plan
    form : an office's own template for the Word document

    Raises
    ------
    BuildError
        The notebook does not show what it is about.
    PlanError
        The template cannot be used.
    """
    cover, cells = _cover(notebook), list(_cells(notebook))
    page = render_page(notebook, title=cover["name"], plan=plan, running=cover["running"])
    return {
        f"{name}.docx": _word(cover, cells, form),
        f"{name}.pptx": _slides(cover, cells),
        f"{name}.html": page,
        f"{name}.ipynb": f"{nbformat.writes(notebook)}\n".encode(),
    }


def _word(cover: dict[str, Any], cells: Iterable[Cell], form: bytes | None) -> bytes:
    """Return the briefing as a Word document."""
    first_page = Cover(
        cover["title"],
        cover["subtitle"],
        tuple(cover["facts"]),
        cover["running"],
        day=datetime.fromisoformat(cover["day"]),
    )
    return word_file(first_page, [block for _, blocks in cells for block in blocks], form)


def _slides(cover: dict[str, Any], cells: Iterable[Cell]) -> bytes:
    """Return the cells tagged ``slide`` as slides."""
    return slides_file(
        cover["title"],
        [cover["subtitle"], *cover["facts"]],
        list(_slides_of(cells, cover["sources"])),
        running=cover["running"],
        day=datetime.fromisoformat(cover["day"]),
    )


def _cover(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Return what the notebook's ``review`` shows of the evaluation: title, area, day and more."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if COVER_TYPE in output.get("data", {}):
                return dict(output.data[COVER_TYPE])
    raise BuildError(
        "笔记本没有显示评估对象（review），不能生成文件。请保留最后一行为 review 的单元格"
    )


def _slides_of(cells: Iterable[Cell], sources: str) -> Iterator[Slide]:
    """Yield the slides of the cells tagged ``slide``.

    A heading begins a slide and gives it its title, whichever cell it is in; a table or picture
    ends it.
    """
    title = ""
    gathered: list[Part] = []
    for is_shown, blocks in cells:
        for block in blocks:
            if isinstance(block, Heading):
                if gathered:
                    yield Slide(title, tuple(gathered), sources)
                title, gathered = block.text, []
            elif is_shown:
                gathered.append(block)
                if isinstance(block, Table | Picture):
                    yield Slide(_titled(title, block), tuple(gathered), sources)
                    gathered = []
    if gathered:
        yield Slide(title, tuple(gathered), sources)


def _titled(title: str, block: Table | Picture) -> str:
    """Return the title of a slide that ends with a block: the caption, if that is a table."""
    return block.caption or title if isinstance(block, Table) else title


def _cells(notebook: nbformat.NotebookNode) -> Iterator[Cell]:
    """Yield for each visible cell whether it goes on slides, and its blocks."""
    heading, cover = "", _cover(notebook)
    for cell in notebook.cells[1:]:  # the first one is the title, which is on the cover
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN:
            continue
        blocks: list[Part] = []
        for block in _blocks(cell):
            if isinstance(block, Heading):
                heading = block.text
            blocks.append(_captioned(block, heading, cover))
        yield "slide" in tags, blocks


def _captioned(block: Part, heading: str, cover: dict[str, Any]) -> Part:
    """Caption a picture with what it shows, or else the heading above it, and the area and year."""
    if not isinstance(block, Picture):
        return block
    shown = (block.caption or heading).removeprefix(cover["area"])  # the scope names it again
    return replace(block, caption=f"{shown}{cover['scope']}")


def _blocks(cell: nbformat.NotebookNode) -> Iterator[Part]:
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
