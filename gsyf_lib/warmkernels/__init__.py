"""Kernels forked from one process that has imported what notebooks need, for papermill as it is.

>>> import papermill
>>> from gsyf_lib.warmkernels import WarmKernels
>>> with WarmKernels(["pandas"]) as kernel_name:
...     for year in (2022, 2023):
...         papermill.execute_notebook(
...             "report.ipynb", f"{year}.ipynb", {"year": year}, kernel_name=kernel_name
...         )  # doctest: +SKIP

A short notebook spends most of its time on imports; here they are paid once. The kernels are
those of ipykernel and speak Jupyter's protocol. See docs/warm-kernels.md.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

__all__ = ["PreloadError", "WarmKernels"]

SERVER = Path(__file__).with_name("server.py")
IMPORT_SECONDS = 120
END_SECONDS = 5
LONGEST_REASON = 2**20
# zmq takes 107 bytes for the path of a socket, of which a kernel adds fewer than 20.
LONGEST_FOLDER = 80


class PreloadError(RuntimeError):
    """A module could not be imported for all kernels."""


class WarmKernels:
    """A server of kernels, and a name under which jupyter_client finds them.

    It starts to import at once; ``with`` waits until that is done. What the program itself imports
    and reads in between overlaps with it. Processes that are started inside of the ``with`` may
    use the same name.

    Parameters
    ----------
    preload : names of the modules that kernels shall have imported
    environment : all variables that kernels shall see; if None, each sees those of its client

    Notes
    -----
    Fork is not safe on macOS and not there on Windows: there, kernels of that name are ordinary.

    Examples
    --------
    >>> with WarmKernels(["decimal"]) as kernel_name:
    ...     kernel_name.startswith("warm-")
    True
    """

    def __init__(
        self, preload: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start the server, where there can be one."""
        self.environment = None if environment is None else dict(environment)
        self.folder = _private_folder()
        self.process: subprocess.Popen[bytes] | None = None
        if sys.platform == "linux":
            self._start(preload)
        self._write_kernelspec()

    def _start(self, preload: Sequence[str]) -> None:
        """Start the server with a socket that clients can already connect to."""
        self.news, told = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with listener, told:
            listener.bind(str(self.folder / "server"))
            listener.listen(socket.SOMAXCONN)
            passed = (listener.fileno(), told.fileno())
            self.process = subprocess.Popen(
                [sys.executable, SERVER, *map(str, (*passed, os.getpid())), self.folder, *preload],
                pass_fds=passed,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the owner, who then ends the server
            )

    def _write_kernelspec(self) -> None:
        """Write the kernelspec, with a name that nobody else can have used for a command."""
        # Only now: the server has started to import, too.
        from ipykernel.kernelspec import get_kernel_dict

        config = {
            "server": str(self.folder / "server") if self.process else "",
            "environment": self.environment,
        }
        # Of encryption it says what the installed ipykernel understands: an older one none at all.
        kernelspec = get_kernel_dict() | {"display_name": "Python 3 (warm)"}
        kernelspec["metadata"]["kernel_provisioner"] = {
            "provisioner_name": "warm-provisioner",
            "config": config,
        }
        # nbclient does this for kernels that are called python: many cannot share one history.
        kernelspec["argv"].append("--HistoryManager.hist_file=:memory:")
        folder = self.folder / "kernels" / self.folder.name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps(kernelspec), encoding="utf-8")

    def __enter__(self) -> str:
        """Wait for the imports and return the name of the kernel.

        Raises
        ------
        PreloadError
            A module cannot be imported, or not for use in forked processes.
        """
        try:
            self._wait()
        except BaseException:
            self.close()
            raise
        self._path = os.environ.get("JUPYTER_PATH")
        found_first = filter(None, [str(self.folder), self._path])
        os.environ["JUPYTER_PATH"] = os.pathsep.join(found_first)
        return self.folder.name

    def _wait(self) -> None:
        if self.process is None:
            return
        self.news.settimeout(IMPORT_SECONDS)
        try:
            told = self.news.recv(LONGEST_REASON).decode()
        except TimeoutError as error:
            raise PreloadError(f"not imported within {IMPORT_SECONDS} seconds") from error
        if told != "ready":
            ended = f"the server ended with {self.process.wait()} while it imported"
            raise PreloadError(told or ended)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the server and every kernel that still runs."""
        if self._path is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = self._path
        self.close()

    def close(self) -> None:
        """End the server; for one that was started and is not to be entered."""
        if self.process is not None:
            self.news.close()
            self.process.terminate()
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _private_folder() -> Path:
    """Return a new folder that only this user can enter, with a short enough path."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    if sys.platform == "linux" and len(os.fsencode(folder)) > LONGEST_FOLDER:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="warm-", dir="/tmp"))
    return folder
