"""The ways to make the pages that ``report_batch`` compares with ``gsyf report``.

``python -m benchmarks.report_ways WAY DATA OUT STEP`` makes every STEP-th page of a year one way.
Each way is a program of its own, so that none profits from what another has imported.
"""

import ast
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
YEAR = 2023


class Page(NamedTuple):
    """One notebook with its parameters, as every way of running gets it."""

    name: str
    notebook: str
    parameters: dict[str, Any]


def loop(out: Path, todo: Sequence[Page]) -> None:
    """Make pages as the manuals of papermill and nbconvert tell."""
    import papermill
    from nbconvert import HTMLExporter

    for page in todo:
        path = out / f"{page.name}.ipynb"
        source = ROOT / "notebooks" / f"{page.notebook}.ipynb"
        papermill.execute_notebook(source, path, parameters=page.parameters, progress_bar=False)
        html, _ = HTMLExporter().from_filename(str(path))
        path.with_suffix(".html").write_text(html, encoding="utf-8")


def floor(todo: Sequence[Page]) -> int:
    """Make the same charts and tables without a notebook; return how many there were."""
    stored = {p.notebook: (ROOT / "notebooks" / f"{p.notebook}.ipynb").read_bytes() for p in todo}
    shown = [each for page in todo for each in _shown(page, json.loads(stored[page.notebook]))]
    return len(shown)


def _shown(page: Page, notebook: dict[str, Any]) -> Iterator[str]:
    """Run the code of a notebook's cells and yield what each would show."""
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            # As Jupyter does: run the cell, and show the value of its last line if it has one.
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, page.notebook, "exec"), names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= page.parameters
            if last is not None:
                assert isinstance(last, ast.Expr)
                shown = eval(compile(ast.Expression(last.value), page.notebook, "eval"), names)
                yield _form(shown)


def _form(shown: Any) -> str:
    if hasattr(shown, "drawings"):
        return "".join(map(_form, shown))
    return str(shown._repr_mimebundle_())


def in_two(work: Any, todo: Sequence[Page]) -> None:
    """Do the work in two forked processes."""
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        list(pool.map(work, [todo[0::2], todo[1::2]]))


def main(way: str, data: Path, out: Path, step: int) -> None:
    """Make every ``step``-th page of a year in one way; none if ``step`` is 0."""
    todo = [Page(*page) for page in json.loads((data.parent / "pages.json").read_text("utf-8"))]
    todo = todo[step // 2 :: step] if step else []
    if way == "loop":
        loop(out, todo)
    elif way == "two loops":
        in_two(partial(loop, out), todo)
    else:
        _read_once(data, out)
        in_two(floor, todo)


def _read_once(data: Path, out: Path) -> None:
    """Read and judge the figures once for both processes, as a batch does."""
    from gsyf_lib.assessment import hand_over, handed_over, judge
    from gsyf_lib.processes.files import READING

    judged = judge(data)
    judged.work_out(YEAR)
    hand_over(judged, out / "reading")
    os.environ[READING] = str(out / "reading")
    handed_over(str(out / "reading"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
