"""A notebook and its parameters in; the executed notebook out, run by papermill."""

import logging
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillException
from papermill.execute import remove_error_markers
from papermill.log import logger
from traitlets.config import Config

from gsyf_lib.errors import BuildError
from gsyf_lib.processes.engine import FORKED, KERNEL
from gsyf_lib.processes.pool import can_fork
from gsyf_lib.reports.surroundings import working_folder

CELL_SECONDS = 300.0
# For the ordinary kernel. Asked politely to end it sometimes takes seconds: "immediate" kills it.
CLIENT = Config(
    NotebookClient={"shutdown_kernel": "immediate", "record_timing": False},
    KernelManager={"transport_encryption": "auto"},
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# What differs from run to run in error messages: addresses in memory, process ids, cell files.
VARYING = re.compile(
    r"0x[0-9a-f]{6,}|/\S*ipykernel_\d+/\d+\.py|<ipython-input-\d+-[0-9a-f]+>|pid \d+"
)
PLACES = (sys.prefix, sys.base_prefix, str(Path(__file__).parent.parent.parent))

logger.setLevel(logging.CRITICAL)  # papermill logs in English what ``closing`` says in Chinese


class NotebookError(BuildError):
    """A notebook did not run to its end; ``notebook`` has the outputs up to there."""

    def __init__(self, message: str, notebook: nbformat.NotebookNode) -> None:
        """Keep the notebook."""
        super().__init__(message)
        self.notebook = notebook

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the notebook, too: Python would pickle only the message."""
        return type(self), (str(self), self.notebook)


def run_notebook(
    source: Path,
    parameters: dict[str, Any],
    private: Path,
    data: Path,
    seconds: float = CELL_SECONDS,
) -> nbformat.NotebookNode:
    """Run a notebook with these parameters and return it with its outputs.

    It finds the plan's folder as ``data`` in a working folder of its own, in the run's folder
    ``private``. Raises NotebookError if a cell failed or took too long, or its process died.
    """
    # The engine puts the notebook in here: papermill returns it only if all went well.
    kept: list[nbformat.NotebookNode] = []
    with working_folder(private, data) as folder:
        try:
            papermill.execute_notebook(
                str(source),
                None,
                parameters=parameters,
                engine_name=FORKED if can_fork() else KERNEL,
                cwd=str(folder),
                progress_bar=False,
                execution_timeout=seconds,
                config=CLIENT,
                kept=kept,
            )
        except (PapermillException, RuntimeError, TimeoutError) as error:
            notebook = kept[0] if kept else nbformat.read(source, as_version=4)
            message = f"笔记本运行失败：{_reason(error, seconds)}"
            raise NotebookError(message, _without_traces(notebook)) from error
    return _without_traces(kept[0])


def _reason(error: BaseException, seconds: float) -> str:
    """Return in Chinese why a run failed, or the name and message of the cell's exception."""
    if isinstance(error, DeadKernelError):
        return "内核中途退出"
    if isinstance(error, TimeoutError):
        return f"一个单元格超过{seconds:g}秒没有结束"
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
    """Return text without colours, addresses in memory and paths of this machine."""
    text = VARYING.sub("…", COLOURS.sub("", text))
    for place in PLACES:
        text = text.replace(place, "…")
    return text
