"""Workbooks are parsed in a child process: a file that kills or hangs its reader is one finding.

A child serves a whole batch; only after a file that ended it is there a new one. The memory limit
holds where the platform has one (docs/decisions/0005-isolated-reader.md).
"""

import io
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gsyf_lib.submissions import worker
from gsyf_lib.submissions.findings import Refused

__all__ = ["Reader"]

WORKER = Path(worker.__file__)
MEMORY, SECONDS = 2 * 2**30, 30.0
GRACE = 5


class Reader:
    """The reading child; a context manager that starts it with the first workbook.

    Parameters
    ----------
    script : the program that answers, see ``worker.serve``
    memory : its address space, in bytes
    seconds : what it may take for one file
    """

    def __init__(
        self, script: Path = WORKER, memory: int = MEMORY, seconds: float = SECONDS
    ) -> None:
        """Keep the limits; no process is started yet."""
        self.script, self.memory, self.seconds = script, memory, seconds
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self._end()

    def sheets(self, content: bytes, closely: bool) -> list[tuple[Any, ...]]:
        """Return the worksheets of a workbook, as ``worker.parsed`` describes them.

        Raises
        ------
        Refused
            The workbook is broken, or ended its reader, or took too long.
        """
        begun = time.monotonic()
        answer = self._answer(content, closely)
        if answer is None:
            self._end()
            raise self._refusal(time.monotonic() - begun)
        try:
            sheets = _Plain(io.BytesIO(answer)).load()
        except pickle.UnpicklingError:
            self._end()
            raise self._refusal(0) from None
        if sheets is None:
            raise Refused("file-broken", "工作簿已损坏，无法读取。请重新导出后报送")
        if isinstance(sheets, tuple):
            raise Refused(*sheets)
        return sheets

    def _refusal(self, seconds: float) -> Refused:
        if seconds >= self.seconds:
            message = (
                f"读取超过{self.seconds:g}秒仍未完成，已中止，按未报送处理。请只保留报表后报送"
            )
            return Refused("file-too-slow", message)
        message = "读取程序因该文件异常退出，按未报送处理。请把数据复制到新建的工作簿后重新报送"
        return Refused("file-kills-reader", message)

    def _answer(self, content: bytes, closely: bool) -> bytes | None:
        """Return the child's answer, or None if it ended without a whole one."""
        child = self._running()
        timer = threading.Timer(self.seconds, child.kill)
        timer.start()
        try:
            return _exchange(child, content, closely, self.memory)
        finally:
            timer.cancel()
            timer.join()  # nobody who forks next finds a thread that is about to end

    def _running(self) -> "subprocess.Popen[bytes]":
        """Start the child if there is none: a new program, no fork, so threads do not matter."""
        if self.child is None:
            limits = (str(self.memory), str(self.seconds + GRACE))
            self.child = subprocess.Popen(
                [sys.executable, "-P", str(self.script), *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.child

    def _end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            child.communicate()


def _exchange(
    child: "subprocess.Popen[bytes]", content: bytes, closely: bool, largest: int
) -> bytes | None:
    """Send a file and return the whole answer, or None; it cannot be larger than the child."""
    if child.stdin is None or child.stdout is None:
        return None
    try:
        child.stdin.write(worker.REQUEST.pack(len(content), closely) + content)
        child.stdin.flush()
    except OSError:
        return None
    head = child.stdout.read(worker.SIZE.size)
    if len(head) < worker.SIZE.size:
        return None
    (size,) = worker.SIZE.unpack(head)
    answer = child.stdout.read(size) if size <= largest else b""
    return answer if len(answer) == size else None


class _Plain(pickle.Unpickler):
    """Accept plain values and days only: a child that was taken over can make nothing run."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of datetime, refuse all else."""
        if module == "datetime" and name in ("date", "datetime", "time", "timedelta"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")
