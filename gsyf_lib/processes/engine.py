"""Two engines for papermill: cells run in an IPython shell of a forked process, or in a kernel."""

import io
import json
import os
import random
import signal
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import nbformat
from ipykernel.ipkernel import IPythonKernel
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_clean
from nbclient.exceptions import DeadKernelError
from papermill.engines import Engine, NBClientEngine, papermill_engines
from traitlets import Type
from traitlets.config import Config

from gsyf_lib.processes.family import end_with_parent

FORKED, KERNEL = "gsyf-forked", "gsyf-kernel"
# IPython would keep a history in a database file, with a thread that writes it. A batch needs none.
SETTINGS = Config(HistoryManager={"enabled": False})


class KernelEngine(NBClientEngine):
    """papermill's own engine with an ordinary kernel, for systems on which a fork is not safe.

    papermill returns the notebook only if the run went well. The notebook is therefore appended to
    the list ``kept`` when the run begins, so that the caller has it after a failure, too.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, kept: list[nbformat.NotebookNode], **options: Any
    ) -> Any:
        """Run the cells."""
        kept.append(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


class ForkedEngine(Engine):
    """Runs the cells one by one in a fork of this process, so that nothing is imported anew.

    If a cell crashes or hangs, even in C code, only the fork is lost. The notebook stays in this
    process, with the outputs of all cells that had ended.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        kept: list[nbformat.NotebookNode],
        execution_timeout: float | None = None,
        **_: Any,
    ) -> None:
        """Run the cells up to the first one that fails.

        TimeoutError is raised if a cell took longer than ``execution_timeout`` seconds,
        DeadKernelError if the process died.
        """
        kept.append(nb_man.nb)
        nb_man.nb.metadata["language_info"] = IPythonKernel.language_info
        shell = _ForkedShell()
        try:
            for number, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, number)
                if cell.cell_type == "code" and cell.source.strip():
                    shell.run(cell, execution_timeout)
                nb_man.cell_complete(cell, number)
                if any(output.output_type == "error" for output in cell.get("outputs", ())):
                    nb_man.cell_exception(cell, number)
                    break
        finally:
            shell.end()


papermill_engines.register(FORKED, ForkedEngine)
papermill_engines.register(KERNEL, KernelEngine)


class _ForkedShell:
    """The forked process as its parent sees it."""

    def __init__(self) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_run_cells, args=(theirs, os.getpid()))
        self.process.start()
        theirs.close()  # only the child holds that end now: when it dies, reading here ends

    def run(self, cell: nbformat.NotebookNode, seconds: float | None) -> None:
        """Run a cell and put its number and its outputs into it."""
        try:
            self.connection.send((cell.source, cell.get("id")))
            if not self.connection.poll(seconds):
                raise TimeoutError
            # JSON, as a kernel sends it, and no pickle: loading a pickle can run code.
            answer = json.loads(self.connection.recv_bytes())
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise DeadKernelError("Kernel died") from error
        cell.execution_count = answer["number"]
        cell.outputs = [nbformat.from_dict(output) for output in answer["outputs"]]

    def end(self) -> None:
        """End the process and all programs that its cells have started."""
        # _run_cells makes the child the leader of a process group, which its programs belong to.
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except ProcessLookupError:  # it has just started and has not made its group yet
            self.process.kill()
        self.process.join()
        self.connection.close()


def _run_cells(connection: Connection, parent: int) -> None:
    """Run cells as they come, in the forked process, until the parent kills it."""
    # A session of its own: ``_ForkedShell.end`` kills this process with all that cells have
    # started, and Ctrl-C in the terminal does not reach it.
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    end_with_parent(parent, signal.SIGTERM)
    # The cells run in a child of this process. This one only waits, so that no cell can hold it up
    # when it has to end.
    if child := os.fork():
        connection.close()
        _wait_and_end(child)
    # The parent's handlers came along with the fork; notebooks get Python's own.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    random.seed()
    if "numpy.random" in sys.modules:  # without new seeds every fork would draw the same numbers
        sys.modules["numpy.random"].seed()
    # A cell that calls ``input`` must not wait for somebody at the terminal.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    shell = _CollectingShell.instance(config=SETTINGS)
    while True:
        source, cell_id = connection.recv()
        connection.send_bytes(json.dumps(shell.run_and_collect(source, cell_id)).encode())


def _wait_and_end(child: int) -> None:
    """Wait until the process of the cells ends; then kill its programs, and this process with them.

    If the parent is killed, SIGTERM comes meanwhile and does the same.
    """
    os.waitpid(child, 0)
    os.killpg(0, signal.SIGKILL)


class _ResultCollector(DisplayHook):
    """Takes the value of a cell's last line as an output, where IPython would print it."""

    shell: "_CollectingShell"

    def write_output_prompt(self) -> None:
        """Print no ``Out[1]:``."""

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        shown = {"data": format_dict, "metadata": md_dict, "execution_count": self.prompt_count}
        self.shell.show("execute_result", **shown)


class _DisplayCollector(DisplayPublisher):
    """Takes what a cell gives to ``display`` as an output."""

    shell: "_CollectingShell"

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        self.shell.show("display_data", data=data, metadata=metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.take_printed()
        self.shell.outputs.clear()


class _CollectingShell(InteractiveShell):
    """An IPython shell that gathers the outputs of a cell instead of printing them."""

    displayhook_class = Type(_ResultCollector)
    display_pub_class = Type(_DisplayCollector)

    def __init__(self, **options: Any) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.streams = [_StreamCollector("stdout", 1), _StreamCollector("stderr", 2)]
        super().__init__(**options)

    def run_and_collect(self, source: str, cell_id: str | None) -> dict[str, Any]:
        """Run a cell; return its number and its outputs."""
        self.outputs.clear()
        number = self.execution_count
        self.run_cell(source, store_history=True, cell_id=cell_id)
        self.take_printed()
        return {"number": number, "outputs": self.outputs}

    def show(self, kind: str, **content: Any) -> None:
        """Add an output, after what was printed before it."""
        self.take_printed()
        self.outputs.append(json_clean({"output_type": kind, **content}))

    def take_printed(self) -> None:
        """Add what was printed since the last output; text of one stream is one output."""
        for stream in self.streams:
            text, last = stream.taken(), self.outputs[-1] if self.outputs else {}
            if text and last.get("name") == stream.name:
                last["text"] += text
            elif text:
                output = {"output_type": "stream", "name": stream.name, "text": text}
                self.outputs.append(output)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.show("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


class _StreamCollector:
    """Catches what is written to stdout or stderr: by Python, C code and programs that cells start.

    It goes to a file in memory. A pipe would fill up and block the writer unless somebody reads it.
    """

    def __init__(self, name: str, number: int) -> None:
        self.name, self.read = name, 0
        self.file = os.memfd_create(name)
        # C code and other programs know only the number, 1 or 2: that has to lead to the file.
        os.dup2(self.file, number)
        raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - open for good
        setattr(sys, name, io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True))

    def taken(self) -> str:
        """Return what was written since the last time."""
        # pread leaves alone the position at which the next text is written.
        new = os.pread(self.file, os.fstat(self.file).st_size - self.read, self.read)
        self.read += len(new)
        return new.decode("utf-8", "replace")
