"""The last cell of a notebook in; whether the notebook ran to its end on the right figures out.

Every notebook ends with ``gs.page.closing``: a hash over the figures used, and how many results it
has shown. ``gsyf report`` works out the same hash from its own frames and counts the results that
it received. If a notebook stopped early, used other figures, or if a chart got lost on the way, no
page is made of it. papermill alone does not tell.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.util import hash_pandas_object

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.documents.blocks import SERIES
from gsyf_lib.errors import BuildError
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions

if TYPE_CHECKING:
    from nbformat import NotebookNode

CLOSING = "application/vnd.gsyf.closing+json"
FRAMES = ("observations", "progress", "faulty", "revisions", "sources", "findings")


@dataclass(frozen=True)
class Closing:
    """What a notebook reports of itself at its end.

    digest : hash over the figures used
    figures, tables : how many charts its cells have shown, and how many tables or texts
    """

    digest: str
    figures: int
    tables: int

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {CLOSING: asdict(self), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the counts and the hash as a sentence."""
        return f"显示图{self.figures}幅、表和文字{self.tables}处；所用数据的摘要：{self.digest}"


def closing(judged: JudgedPlan, results: pd.DataFrame) -> Closing:
    """记录笔记本用到和显示的内容；写在最后一个单元格。

    Parameters
    ----------
    judged : 判定的行动计划（``gs.judge``）
    results : frames.RESULTS，笔记本所用的这一年度的判定结果

    Examples
    --------
    >>> gs.page.closing(judged, results).figures
    0
    """
    # IPython keeps the results of all cells in the dictionary ``Out``.
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    shown = [shown_by(result) for result in shell.user_ns.get("Out", {}).values()] if shell else []
    digest = digest_of(judged.plan, judged.submissions, results)
    return Closing(digest, sum(figures for figures, _ in shown), sum(tables for _, tables in shown))


def digest_of(plan: Plan, submissions: Submissions, results: pd.DataFrame) -> str:
    """Return a hash over the plan, the submissions and the year's results, row by row."""
    content = {entry.name: getattr(plan, entry.name) for entry in fields(plan)}
    del content["folder"]  # a run works on a copy of the plan, in another folder
    texts = {
        name: value.to_csv(index=False) if isinstance(value, pd.DataFrame) else repr(value)
        for name, value in content.items()
    }
    text = json.dumps(texts, ensure_ascii=False) + f"{submissions.as_of} {submissions.synthetic}"
    hashed = sha256(text.encode())
    for frame in (*(getattr(submissions, name) for name in FRAMES), results):
        # With the number of rows, so that none can move from one frame to the next unseen.
        rows = hash_pandas_object(frame, index=False).to_numpy("uint64")
        hashed.update(f"\n{len(rows)} ".encode() + rows.tobytes())
    return hashed.hexdigest()


def shown_by(result: Any) -> tuple[int, int]:
    """Return how many charts, and how many tables or texts, Jupyter shows for a cell's result."""
    if hasattr(result, "drawings"):  # a series of charts
        return len(result), 0
    if hasattr(result, "svg"):  # one chart
        return 1, 0
    return 0, int(hasattr(result, "_repr_mimebundle_") or hasattr(result, "_repr_html_"))


def check_run(notebook: "NotebookNode", digest: str) -> None:
    """Check that a notebook ran to its end, on our figures, and that nothing it showed was lost.

    ``digest`` is the hash that its last cell has to show. Raises BuildError if a cell failed or was
    left out, other figures were used, or a result did not arrive.
    """
    if problem := next(_problems(notebook, digest), ""):
        raise BuildError(problem)


def _problems(notebook: "NotebookNode", digest: str) -> Iterator[str]:
    """Yield what is wrong, the most telling problem first."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, 1):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"第{number}个代码格出错：{output.ename} {output.evalue}"
        # IPython counts the cells it runs: a gap means that a cell was left out.
        if cell.execution_count != number:
            yield f"没有按顺序运行到底（第{number}个代码格起未运行）"
    outputs = [output for cell in code[-1:] for output in cell.outputs]
    reported = [output.data[CLOSING] for output in outputs if CLOSING in output.get("data", {})]
    if len(reported) != 1:
        yield (
            "最后一个代码格没有给出 gs.page.closing 的结果，不能确认运行完整。请在笔记本末尾加上它"
        )
        return
    if reported[0]["digest"] != digest:
        yield "所用数据与本次读取的数据不同（摘要不符）。请检查笔记本是否改动了数据"
    shown, received = (reported[0]["figures"], reported[0]["tables"]), _count_results(code)
    if shown != received:
        yield (
            f"显示了图{shown[0]}幅、表和文字{shown[1]}处，"
            f"收到的却是{received[0]}幅、{received[1]}处"
        )


def _count_results(code: "list[NotebookNode]") -> tuple[int, int]:
    """Count the results that are charts, and those that are tables or text."""
    outputs = [output for cell in code for output in cell.outputs]
    results = [
        output.data
        for output in outputs
        # The result of a cell, or one chart of a series that is.
        if output.output_type == "execute_result"
        or output.get("metadata", {}).get("gsyf") == SERIES
    ]
    figures = sum("image/svg+xml" in data for data in results)
    tables = sum("text/html" in data and "image/svg+xml" not in data for data in results)
    return figures, tables
