"""What is made of a briefing's notebook when it has run: Word document, slides, page."""

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
from gsyf_lib.reports.markdown import markdown_blocks
from gsyf_lib.reports.pages import render_page

HIDDEN = {"notebook-only", "parameters", "injected-parameters"}
Cell = tuple[bool, list[Part]]  # does it go on slides, and what does it hold


def briefing_files(
    notebook: nbformat.NotebookNode, name: str, plan: str, form: bytes | None = None
) -> dict[str, bytes]:
    """Return the files made of a briefing's notebook that has run, by their names.

    Parameters
    ----------
    notebook : as executed
    name : of the files, without ending
    plan : title of the plan
    form : the template for the Word document, of an office that has its own

    Raises
    ------
    BuildError
        The notebook does not show what it is about.
    PlanError
        The template cannot be used.
    """
    told, cells = _cover(notebook), list(_cells(notebook))
    return {
        f"{name}.docx": _word(told, cells, form),
        f"{name}.pptx": _slides(told, cells),
        f"{name}.html": _page(notebook, told, plan),
        f"{name}.ipynb": f"{nbformat.writes(notebook)}\n".encode(),
    }


def _word(told: dict[str, Any], cells: Iterable[Cell], form: bytes | None) -> bytes:
    """Return the briefing as a Word document; ``told`` is its cover."""
    cover = Cover(
        told["title"],
        told["subtitle"],
        tuple(told["facts"]),
        told["running"],
        day=datetime.fromisoformat(told["day"]),
    )
    return word_file(cover, [block for _, blocks in cells for block in blocks], form)


def _page(notebook: nbformat.NotebookNode, told: dict[str, Any], plan: str) -> bytes:
    """Return the briefing as one self-contained page; ``plan`` is the plan's title."""
    return render_page(notebook, title=told["name"], plan=plan, running=told["running"])


def _slides(told: dict[str, Any], cells: Iterable[Cell]) -> bytes:
    """Return the cells tagged ``slide`` as slides."""
    return slides_file(
        told["title"],
        [told["subtitle"], *told["facts"]],
        list(_slides_of(cells, told["sources"])),
        running=told["running"],
        day=datetime.fromisoformat(told["day"]),
    )


def _cover(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Return what the review in the notebook says of itself."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if COVER_TYPE in output.get("data", {}):
                return dict(output.data[COVER_TYPE])
    raise BuildError(
        "笔记本没有显示评估对象（review），不能生成文件。请保留最后一行为 review 的单元格"
    )


def _slides_of(cells: Iterable[Cell], sources: str) -> Iterator[Slide]:
    """Yield the slides of the cells tagged ``slide``: a table or picture ends one."""
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
    """Return the title of a slide; a table says itself what it is."""
    return block.caption or title if isinstance(block, Table) else title


def _cells(notebook: nbformat.NotebookNode) -> Iterator[Cell]:
    """Yield for each cell that readers see whether it goes on slides, and its blocks.

    A picture is captioned by what it shows, or else by the heading it stands under, and by the area
    and the year.
    """
    heading, told = "", _cover(notebook)
    for cell in notebook.cells[1:]:
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN:
            continue
        blocks: list[Part] = []
        for block in _blocks(cell):
            if isinstance(block, Heading):
                heading = block.text
            blocks.append(_captioned(block, heading, told))
        yield "slide" in tags, blocks


def _captioned(block: Part, heading: str, told: dict[str, Any]) -> Part:
    if not isinstance(block, Picture):
        return block
    shown = (block.caption or heading).removeprefix(told["area"])
    return replace(block, caption=f"{shown}{told['scope']}")


def _blocks(cell: nbformat.NotebookNode) -> Iterator[Part]:
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
    """Return what a figure shows: the caption of its numbers, without what follows in brackets."""
    numbers = output.get("metadata", {}).get("image/svg+xml", {}).get("data")
    return unpacked(numbers).caption.partition("（")[0] if numbers else ""
