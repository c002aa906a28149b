"""One notebook through papermill."""

import logging
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException
from papermill.execute import remove_error_markers
from papermill.log import logger
from traitlets.config import Config

from gsyf_lib.errors import BuildError
from gsyf_lib.publish.kernels import working_folder
from gsyf_lib.warmkernels.client import PromptClient

__all__ = ["NotebookError", "run_notebook"]

START_TIMEOUT, CELL_TIMEOUT = 60, 300
ENGINE = "gsyf"
# A kernel that is asked politely to end sometimes takes seconds, and complains about plain TCP.
CLIENT = Config(
    NotebookClient={"shutdown_kernel": "immediate", "record_timing": False},
    KernelManager={"transport_encryption": "auto", "client_factory": PromptClient},
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
VARYING = re.compile(r"0x[0-9a-f]{6,}|/\S*ipykernel_\d+/\d+\.py|pid \d+")
PLACES = (sys.prefix, sys.base_prefix, str(Path(__file__).parent.parent.parent))


class NotebookError(BuildError):
    """A notebook did not run to its end; ``notebook`` is what there is of it."""

    def __init__(self, message: str, notebook: nbformat.NotebookNode) -> None:
        """Keep the notebook."""
        super().__init__(message)
        self.notebook = notebook

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it come out of another process whole."""
        return type(self), (str(self), self.notebook)


class KeepingEngine(NBClientEngine):
    """papermill's own engine; it hands out the notebook even if the run fails, and saves nothing.

    (papermill saves after every cell, and returns the notebook only of a run that went well.)
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, kept: list[nbformat.NotebookNode], **options: Any
    ) -> Any:
        """Run the notebook."""
        kept.append(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register(ENGINE, KeepingEngine)
logger.setLevel(logging.CRITICAL)  # what it logs, our own verdict says in Chinese


def run_notebook(
    source: Path, parameters: dict[str, Any], *, kernel: str, private: Path, data: Path
) -> nbformat.NotebookNode:
    """Run a notebook with these parameters and return it with its outputs.

    A kernel that does not start is tried once more.

    Parameters
    ----------
    source : the notebook
    parameters : as checked by ``check_parameters``
    kernel : name of the kernel
    private : a folder of the run, in which the kernel gets an empty folder of its own
    data : the plan's folder, ``data`` in that folder

    Raises
    ------
    NotebookError
        A cell failed or took too long, or the kernel died.
    """
    with working_folder(private, data) as folder:
        try:
            return _run(source, parameters, kernel, folder)
        except NotebookError as error:
            if not isinstance(error.__cause__, RuntimeError) or _has_begun(error.notebook):
                raise
        return _run(source, parameters, kernel, folder)


def _run(
    source: Path, parameters: dict[str, Any], kernel: str, folder: Path
) -> nbformat.NotebookNode:
    kept: list[nbformat.NotebookNode] = []
    try:
        papermill.execute_notebook(
            str(source),
            None,
            parameters=parameters,
            engine_name=ENGINE,
            kernel_name=kernel,
            cwd=str(folder),
            progress_bar=False,
            start_timeout=START_TIMEOUT,
            execution_timeout=CELL_TIMEOUT,
            config=CLIENT,
            kept=kept,
        )
    except (PapermillException, RuntimeError, TimeoutError) as error:
        notebook = kept[0] if kept else nbformat.read(source, as_version=4)
        message = f"笔记本运行失败：{_reason(error)}"
        raise NotebookError(message, _without_traces(notebook)) from error
    return _without_traces(kept[0])


def _has_begun(notebook: nbformat.NotebookNode) -> bool:
    return any(cell.get("execution_count") for cell in notebook.cells)


def _reason(error: BaseException) -> str:
    if isinstance(error, DeadKernelError):
        return "内核中途退出"
    if isinstance(error, TimeoutError):
        return f"一个单元格超过{CELL_TIMEOUT}秒没有结束"
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    return f"{name} {value}".strip() or str(error).strip().split("\n")[0]


def _without_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from run to run: times, paths and the random ids of injected cells."""
    notebook = remove_error_markers(notebook)
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                output.traceback = [_plain(line) for line in output.traceback]
            elif output.output_type == "stream":
                output.text = _plain(output.text)
    return notebook


def _plain(text: str) -> str:
    """Return what Python says without colours, addresses in memory and paths of this machine."""
    text = VARYING.sub("…", COLOURS.sub("", text))
    for place in PLACES:
        text = text.replace(place, "…")
    return text
