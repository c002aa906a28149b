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
STREAMS = {"stdout": 1, "stderr": 2}
# Nobody scrolls back through what a batch has typed, and the history would be a file and a thread.
SETTINGS = Config(HistoryManager={"enabled": False})


class KernelEngine(NBClientEngine):
    """papermill's own engine with an ordinary kernel, for systems on which a fork is not safe.

    papermill returns the notebook only of a run that went well; ``kept`` gets it in any case.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, kept: list[nbformat.NotebookNode], **options: Any
    ) -> Any:
        """Run the cells."""
        kept.append(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


class ForkedEngine(Engine):
    """Runs the cells one after the other in a forked process, which has all that this one imported.

    The process is another one than papermill's: a cell that dies or hangs, in C code too, takes
    nothing along, and the notebook as far as it came is still here.
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
        """Run the cells up to the first that fails.

        Raises
        ------
        TimeoutError
            A cell took longer than ``execution_timeout`` seconds.
        DeadKernelError
            The process died.
        """
        kept.append(nb_man.nb)
        nb_man.nb.metadata["language_info"] = IPythonKernel.language_info
        shell = _Shell()
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


class _Shell:
    """The forked process as its parent sees it."""

    def __init__(self) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, os.getpid()))
        self.process.start()
        theirs.close()

    def run(self, cell: nbformat.NotebookNode, seconds: float | None) -> None:
        """Run a cell and put its number and its outputs into it."""
        try:
            self.connection.send((cell.source, cell.get("id")))
            if not self.connection.poll(seconds):
                raise TimeoutError
            # JSON, as from a kernel: what a cell shows is text, never an object to be loaded.
            answer = json.loads(self.connection.recv_bytes())
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise DeadKernelError("Kernel died") from error
        cell.execution_count = answer["number"]
        cell.outputs = [nbformat.from_dict(output) for output in answer["outputs"]]

    def end(self) -> None:
        """End the process and all programs that its cells have started."""
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except ProcessLookupError:  # started a moment ago, it has no group of its own yet
            self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(connection: Connection, parent: int) -> None:
    """Run cells as they come, in this forked process; its parent ends it."""
    end_with_parent(parent)
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    random.seed()
    if "numpy.random" in sys.modules:  # every fork would draw the same numbers
        sys.modules["numpy.random"].seed()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    shell = _Interpreter.instance(config=SETTINGS)
    while True:
        source, cell_id = connection.recv()
        connection.send_bytes(json.dumps(shell.ran(source, cell_id)).encode())


class _Results(DisplayHook):
    """Keeps the value of a cell's last line as an output."""

    shell: "_Interpreter"

    def write_output_prompt(self) -> None:
        """Print no ``Out[1]:``."""

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        number = self.prompt_count
        self.shell.show(
            "execute_result", execution_count=number, data=format_dict, metadata=md_dict
        )


class _Displays(DisplayPublisher):
    """Keeps what cells display as outputs."""

    shell: "_Interpreter"

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        self.shell.show("display_data", data=data, metadata=metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.clear()


class _Interpreter(InteractiveShell):
    """An IPython shell that gathers the outputs of a cell instead of printing them."""

    displayhook_class = Type(_Results)
    display_pub_class = Type(_Displays)

    def __init__(self, **given: Any) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.streams = [_Stream(name, number) for name, number in STREAMS.items()]
        super().__init__(**given)

    def ran(self, source: str, cell_id: str | None) -> dict[str, Any]:
        """Run a cell; return its number and its outputs."""
        self.outputs.clear()
        number = self.execution_count
        self.run_cell(source, store_history=True, cell_id=cell_id)
        self._take_printed()
        return {"number": number, "outputs": self.outputs}

    def show(self, kind: str, **content: Any) -> None:
        """Add an output, after what was printed before it."""
        self._take_printed()
        self.outputs.append(json_clean({"output_type": kind, **content}))

    def clear(self) -> None:
        """Drop what the cell has shown and printed so far."""
        self._take_printed()
        self.outputs.clear()

    def _take_printed(self) -> None:
        for stream in self.streams:
            if text := stream.taken():
                self._add_printed(stream.name, text)

    def _add_printed(self, name: str, text: str) -> None:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.show("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


class _Stream:
    """All that is written to stdout or stderr: by Python, by C code, by programs that cells start.

    It goes to a file in memory: unlike a pipe it never fills up, so that nothing has to read along.
    """

    def __init__(self, name: str, number: int) -> None:
        self.name, self.read = name, 0
        self.file = os.memfd_create(name)
        os.dup2(self.file, number)
        raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - open for good
        setattr(sys, name, io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True))

    def taken(self) -> str:
        """Return what was written since the last time."""
        new = os.pread(self.file, os.fstat(self.file).st_size - self.read, self.read)
        self.read += len(new)
        return new.decode("utf-8", "replace")
