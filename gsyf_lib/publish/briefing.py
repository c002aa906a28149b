"""The evaluation briefing of a year: one notebook run, and Word, slides and a page made of it."""

import tempfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from gsyf_lib.briefing.review import COVER_TYPE, evaluation_kind
from gsyf_lib.errors import BuildError, OutputError
from gsyf_lib.files import write_atomically
from gsyf_lib.office import (
    Block,
    Heading,
    Picture,
    Slide,
    Table,
    html_blocks,
    slides_file,
    word_file,
)
from gsyf_lib.office.word import Cover
from gsyf_lib.plan import Plan
from gsyf_lib.publish.cells import markdown_html
from gsyf_lib.publish.notebooks import run_notebook
from gsyf_lib.publish.pages import render_page
from gsyf_lib.publish.provenance import notebook_path
from gsyf_lib.submissions import parse_as_of

__all__ = ["build_briefing"]

NOTEBOOK, KERNEL = "briefing", "python3"
HIDDEN = {"notebook-only", "parameters", "injected-parameters"}


def build_briefing(
    plan: Plan,
    *,
    year: int,
    area: str | None = None,
    as_of: str | None = None,
    out: Path | None = None,
) -> list[Path]:
    """Write the briefing of the evaluation held in ``year``; return the files.

    Parameters
    ----------
    plan : Plan
    year : a year whose tasks hold an evaluation
    area : the province if not given
    as_of : day until which figures count; the last day of ``year`` if not given
    out : the folder, ``reports/briefing-<year>`` if not given

    Raises
    ------
    UsageError
        No evaluation in that year, an unknown area, or not a day; nothing was started.
    BuildError
        The notebook did not run to its end.
    OutputError
        A file could not be written.
    """
    evaluation_kind(plan, year)
    code = plan.area_row(area or plan.area)["code"]
    parse_as_of(as_of)
    folder = out or plan.folder.parent / "reports" / f"briefing-{year}"
    executed = _executed(plan, {"area": area, "year": year, "as_of": as_of})
    contents = {
        f"{code}.docx": _word(executed),
        f"{code}.pptx": _slides(executed),
        f"{code}.html": _page(executed, plan),
        f"{code}.ipynb": (nbformat.writes(executed) + "\n").encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"无法建立输出文件夹“{folder}”：{error.strerror}。请用 --out 另选"
        raise OutputError(message) from error
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return [folder / name for name in contents]


def _executed(plan: Plan, parameters: dict[str, Any]) -> nbformat.NotebookNode:
    with tempfile.TemporaryDirectory(prefix="gsyf-") as private:
        return run_notebook(
            notebook_path(NOTEBOOK),
            parameters,
            kernel=KERNEL,
            private=Path(private),
            data=plan.folder.resolve(),
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


def _word(notebook: nbformat.NotebookNode) -> bytes:
    told = _cover(notebook)
    cover = Cover(
        told["title"],
        told["subtitle"],
        tuple(told["facts"]),
        told["running"],
        day=datetime.fromisoformat(told["day"]),
    )
    return word_file(cover, [block for _, blocks in _cells(notebook) for block in blocks])


def _page(notebook: nbformat.NotebookNode, plan: Plan) -> bytes:
    told = _cover(notebook)
    title = told["title"].split("\n")[-1] + told["subtitle"]
    return render_page(notebook, title=title, plan=plan.title, running=told["running"])


def _slides(notebook: nbformat.NotebookNode) -> bytes:
    told = _cover(notebook)
    title = told["title"]
    return slides_file(
        title,
        [told["subtitle"], *told["facts"]],
        list(_slides_of(notebook, told["sources"])),
        running=told["running"],
        day=datetime.fromisoformat(told["day"]),
    )


def _slides_of(notebook: nbformat.NotebookNode, sources: str) -> Iterator[Slide]:
    """Yield the slides of the cells tagged ``slide``: a table or picture ends one."""
    title = ""
    gathered: list[Block] = []
    for is_shown, blocks in _cells(notebook):
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


def _cells(notebook: nbformat.NotebookNode) -> Iterator[tuple[bool, list[Block]]]:
    """Yield for each cell that readers see whether it goes on slides, and its blocks.

    A picture is captioned by the heading it stands under.
    """
    heading = ""
    for cell in notebook.cells[1:]:
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN:
            continue
        blocks: list[Block] = []
        for block in _blocks(cell):
            if isinstance(block, Heading):
                heading = block.text
            blocks.append(_captioned(block, heading))
        yield "slide" in tags, blocks


def _captioned(block: Block, heading: str) -> Block:
    return replace(block, caption=heading) if isinstance(block, Picture) else block


def _blocks(cell: nbformat.NotebookNode) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        yield from html_blocks(markdown_html(cell.source))
        return
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if COVER_TYPE in data:
            continue
        if "image/png" in data:
            yield Picture(b64decode(data["image/png"]), data["text/plain"])
        elif "text/html" in data:
            yield from html_blocks(data["text/html"])
