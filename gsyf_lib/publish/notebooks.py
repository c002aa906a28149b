"""One notebook through papermill, and our own verdict on whether it ran to its end."""

import tempfile
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillException
from traitlets.config import Config

from gsyf_lib.errors import BuildError, PlanError

__all__ = ["notebook_path", "run_notebook"]

PACKAGE = Path(__file__).parent.parent
START_TIMEOUT, CELL_TIMEOUT = 120, 300
# A kernel that is asked politely to end sometimes takes seconds, and complains about plain TCP.
CLIENT = Config(
    NotebookClient={"shutdown_kernel": "immediate", "record_timing": False},
    KernelManager={"transport_encryption": "auto"},
)


def notebook_path(name: str) -> Path:
    """Return the notebook of that name: beside the package in a checkout, else inside it."""
    for folder in (PACKAGE.parent / "notebooks", PACKAGE / "notebooks"):
        if (folder / f"{name}.ipynb").is_file():
            return folder / f"{name}.ipynb"
    raise PlanError(f"找不到笔记本 {name}.ipynb；请重新安装 gsyf")


def run_notebook(name: str, data: Path, parameters: dict[str, Any]) -> nbformat.NotebookNode:
    """Run a notebook with these parameters and return it with its outputs.

    The kernel works in an empty folder of its own, in which ``data`` stands for the plan's folder:
    so no path of this machine gets into the notebook, and nothing lying about gets into the run.

    Raises
    ------
    BuildError
        A cell failed, the kernel died, or a cell was never run.
    """
    source = notebook_path(name)
    with tempfile.TemporaryDirectory(prefix="gsyf-") as folder:
        out = Path(folder) / f"{name}.ipynb"
        work = Path(folder) / "work"
        work.mkdir()
        try:
            papermill.execute_notebook(
                str(source),
                str(out),
                parameters=parameters | _data_parameter(work, data),
                cwd=str(work),
                progress_bar=False,
                start_timeout=START_TIMEOUT,
                execution_timeout=CELL_TIMEOUT,
                config=CLIENT,
            )
        except (PapermillException, RuntimeError, TimeoutError) as error:
            raise BuildError(f"笔记本 {name}.ipynb 运行失败：{_reason(error)}") from error
        executed = nbformat.read(out, as_version=4)
    _check_ran_to_end(name, executed)
    return _without_traces(executed)


def _data_parameter(work: Path, data: Path) -> dict[str, str]:
    try:
        (work / "data").symlink_to(data.resolve(), target_is_directory=True)
    except OSError:
        # Windows lets only administrators make links: the path is then told to the notebook.
        return {"data": str(data.resolve())}
    return {}


def _reason(error: BaseException) -> str:
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    return f"{name} {value}".strip() or str(error).strip().split("\n")[0]


def _check_ran_to_end(name: str, notebook: nbformat.NotebookNode) -> None:
    """Look for code cells without a count: papermill calls them completed all the same."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    not_run = [number for number, cell in enumerate(code, 1) if cell.execution_count is None]
    if not_run:
        raise BuildError(f"笔记本 {name}.ipynb 没有运行到底（第{not_run[0]}个代码格起未运行）")


def _without_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from run to run: times, paths and the random ids of injected cells."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
    return notebook
