"""An executed notebook in; a BuildError if it did not run to its end on the right figures.

papermill does not tell: a notebook may leave early, or change its data, and still "complete".
"""

from collections.abc import Iterator
from typing import Any

import nbformat

from gsyf_lib.documents.blocks import SERIES
from gsyf_lib.errors import BuildError
from gsyf_lib.reports.digest import CLOSING


def check_run(notebook: nbformat.NotebookNode, digest: str) -> None:
    """Check that a notebook ran to its end, on our figures, and that nothing it showed was lost.

    Parameters
    ----------
    notebook : as executed
    digest : the hash that its last cell has to show, worked out from our own frames

    Raises
    ------
    BuildError
        A cell failed or was left out, other figures were used, or a result did not arrive.
    """
    if problem := next(_problems(notebook, digest), ""):
        raise BuildError(problem)


def _problems(notebook: nbformat.NotebookNode, digest: str) -> Iterator[str]:
    """Yield what is wrong, the most telling problem first."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, 1):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"第{number}个代码格出错：{output.ename} {output.evalue}"
        # IPython counts the cells it runs: a gap means that a cell was left out.
        if cell.execution_count != number:
            yield f"没有按顺序运行到底（第{number}个代码格起未运行）"
    reported = _closing(code[-1]) if code else None
    if reported is None:
        yield "最后一个代码格没有给出 gs.closing 的结果，不能确认运行完整。请在笔记本末尾加上它"
        return
    if reported["digest"] != digest:
        yield "所用数据与本次读取的数据不同（摘要不符）。请检查笔记本是否改动了数据"
    received = _count_results(code)
    if (reported["figures"], reported["tables"]) != received:
        yield (
            f"显示了图{reported['figures']}幅、表和文字{reported['tables']}处，"
            f"收到的却是{received[0]}幅、{received[1]}处"
        )


def _closing(cell: nbformat.NotebookNode) -> dict[str, Any] | None:
    """Return what ``gs.closing`` showed in a cell; None if it is not there exactly once."""
    found = [output.data[CLOSING] for output in cell.outputs if CLOSING in output.get("data", {})]
    return found[0] if len(found) == 1 else None


def _count_results(code: list[nbformat.NotebookNode]) -> tuple[int, int]:
    """Count the results that are charts, and those that are tables or text."""
    results = [
        output.data
        for cell in code
        for output in cell.outputs
        if _is_result(output) and CLOSING not in output.data
    ]
    figures = sum("image/svg+xml" in data for data in results)
    either = sum("image/svg+xml" in data or "text/html" in data for data in results)
    return figures, either - figures


def _is_result(output: nbformat.NotebookNode) -> bool:
    """Tell whether an output is the result of a cell, or one chart of a series that is."""
    return (
        output.output_type == "execute_result" or output.get("metadata", {}).get("gsyf") == SERIES
    )
