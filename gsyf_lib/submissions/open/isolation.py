"""Workbooks are parsed in a child process: a file that kills or hangs its reader is one finding.

A child serves a whole batch; only after a file that ended it is there a new one, in which that file
is tried once more alone. How the second child ended tells whether the file did it or the machine.
The memory limit holds where the platform has one (docs/decisions/0005-isolated-reader.md).
"""

import io
import mmap
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from gsyf_lib.errors import MachineError, reason
from gsyf_lib.processes import family
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open import worker

WORKER = Path(worker.__file__)
MEMORY, SECONDS = 2 * 2**30, 30.0
GRACE = 5
# On a busy machine a file's seconds of CPU time may take so many times as long.
PATIENCE = 10
# By these a process ends itself. Any other signal came from outside: from the system when it is
# out of memory, from a person, from a limit that somebody has set.
CRASHES = (
    signal.SIGABRT,
    signal.SIGFPE,
    signal.SIGILL,
    signal.SIGSEGV,
    getattr(signal, "SIGBUS", 0),
)
# What Rust and Python say at last when they are given no more memory.
OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError")


class Reader:
    """The reading child; a context manager that starts it with the first workbook.

    Parameters
    ----------
    script : the program that answers, see ``worker.serve``
    memory : its address space, in bytes
    seconds : the CPU time it may take for one file
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

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self._end()

    def sheets(self, content: bytes) -> list[tuple[Any, ...]]:
        """Return the worksheets of a workbook, as ``worker.parsed`` describes them.

        Raises
        ------
        Refused
            The workbook is broken, or ended its reader twice, or took too long.
        MachineError
            The reader could not start, or was ended from outside, or was not given what it needs.
        """
        try:
            sheets = self._read(content)
        except _EndedError:  # another file may have left it in need, or somebody has ended it
            sheets = self._read_again(content)
        if sheets is None:
            raise Refused("file-broken.unreadable")
        if isinstance(sheets, tuple):
            code, message = sheets
            raise Refused(code, message)
        found: list[tuple[Any, ...]] = sheets
        return found

    def _read_again(self, content: bytes) -> Any:
        """Read a file with a new child and nothing before it."""
        try:
            return self._read(content)
        except _EndedError as ended:
            self._check_machine(ended)
        raise Refused("file-kills-reader")

    def _check_machine(self, ended: "_EndedError") -> None:
        """Raise MachineError unless the file is what ended the child."""
        if ended.code < 0 and -ended.code not in CRASHES:
            raise MachineError(
                f"读取程序重试后仍被终止（信号{-ended.code}），可能是内存不足，或被人结束。"
                "没有得出任何结论；请释放内存后重新运行"
            )
        if any(said in ended.said for said in OUT_OF_MEMORY) and not _is_given(self.memory):
            raise MachineError(
                f"系统不给读取程序{self.memory // 2**20}MB内存，无法读完。"
                "没有得出任何结论；请释放内存或放宽限制（ulimit -v）后重新运行"
            )
        try:
            self._read(b"")
        except _EndedError:
            raise MachineError(
                "读取程序无法启动，没有得出任何结论。请运行 make setup 重新安装后再试"
            ) from None

    def _read(self, content: bytes) -> Any:
        """Return what the child makes of a file, see ``worker.parsed``."""
        child = self._running()
        with _Clock(child, self.seconds) as clock:
            answer = _exchange(child, content, self.memory)
        if clock.verdict is not None:
            self._end()
            raise clock.verdict
        if answer is None:
            raise self._end(GRACE)
        try:
            return _Plain(io.BytesIO(answer)).load()
        except (pickle.UnpicklingError, EOFError):
            self._end()
            raise _EndedError(0, b"") from None

    def _running(self) -> "subprocess.Popen[bytes]":
        """Start the child if there is none: a new program, no fork, so threads do not matter.

        No warning of a library ends it, whatever ``PYTHONWARNINGS`` says. Our end is its end
        (``family``); where that does not hold, stdin ends with us, and a child that hangs meanwhile
        ends by its own clock.
        """
        if self.child is None:
            limits = (str(self.memory), str(PATIENCE * self.seconds + GRACE))
            with_us = (family.__file__, str(os.getpid()), str(self.script))
            try:
                self.child = subprocess.Popen(
                    [sys.executable, "-P", "-W", "ignore", *with_us, *limits],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            except OSError as error:
                raise _cannot_start(reason(error)) from error
        return self.child

    def _end(self, seconds: float = 0) -> "_EndedError":
        """End the child and return how it had ended, if it had within some seconds."""
        child, self.child = self.child, None
        if child is None:
            return _EndedError(0, b"")
        code = 0
        with suppress(subprocess.TimeoutExpired):
            code = child.wait(seconds)
        child.kill()
        _, said = child.communicate()
        return _EndedError(code, said)


class _EndedError(Exception):
    """A child that is no more.

    Parameters
    ----------
    code : its exit code, negative for a signal; 0 if it had to be ended
    said : what it wrote to stderr
    """

    def __init__(self, code: int, said: bytes) -> None:
        super().__init__(code, said)
        self.code, self.said = code, said


class _Clock:
    """Ends a child whose file has used up its time.

    It is CPU time that counts: on a busy machine a sound file takes no longer. Where the system
    does not tell it, the clock on the wall has to do.

    Parameters
    ----------
    child : about to read a file
    seconds : what it may take

    Attributes
    ----------
    verdict : why it was ended: the file takes too long, or the machine gave it no time
    """

    def __init__(self, child: "subprocess.Popen[bytes]", seconds: float) -> None:
        self.child, self.seconds = child, seconds
        self.verdict: Refused | MachineError | None = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self.begun = _spent(self.child.pid)
        try:
            self.thread.start()
        except RuntimeError as error:  # the system gives no more threads
            raise _cannot_start(str(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()  # nobody who forks next finds a thread that is about to end

    def _watch(self) -> None:
        last = time.monotonic() + PATIENCE * self.seconds
        left = self.seconds
        while not self.over.wait(left):
            left = self.seconds - (_spent(self.child.pid) - self.begun)
            if left <= 0:
                self._stop(Refused("file-too-slow", seconds=self.seconds))
            elif time.monotonic() >= last:
                self._stop(_no_time(PATIENCE * self.seconds))

    def _stop(self, verdict: Refused | MachineError) -> None:
        self.verdict = verdict
        self.child.kill()
        self.over.set()


def _cannot_start(why: str) -> MachineError:
    return MachineError(
        f"读取程序无法启动（{why}），没有得出任何结论。请释放内存、结束多余的程序后重新运行"
    )


def _no_time(seconds: float) -> MachineError:
    return MachineError(
        f"等了{seconds:g}秒，读取程序没有得到足够的处理器时间。"
        "没有得出任何结论；请在系统不忙时重新运行"
    )


def _spent(pid: int) -> float:
    """Return the seconds of CPU time that a process has used; those of the clock if unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_given(memory: int) -> bool:
    """Tell whether the system gives a process so much address space."""
    try:
        mmap.mmap(-1, memory).close()
    except (OSError, ValueError):
        return False
    return True


def _exchange(child: "subprocess.Popen[bytes]", content: bytes, largest: int) -> bytes | None:
    """Send a file and return the whole answer, or None; it cannot be larger than the child."""
    if child.stdin is None or child.stdout is None:
        return None
    try:
        child.stdin.write(worker.SIZE.pack(len(content)) + content)
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
