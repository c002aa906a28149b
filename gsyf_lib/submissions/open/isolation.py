"""Parse workbooks in a child process, so that a file that crashes or hangs it is only one finding.

One child serves a whole batch. If it dies, a new child tries the same file once more, alone: how
the second child dies tells whether the file is to blame or the machine. The memory limit holds
where the platform has one. Why all this: docs/decisions/0005-isolated-reader.md.
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
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from gsyf_lib.errors import MachineError, reason
from gsyf_lib.processes import family
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open import worker

WORKER = Path(worker.__file__)
MEMORY, SECONDS = 2 * 2**30, 30.0  # address space in bytes; CPU seconds for one file
GRACE = 5  # seconds
# A file may use SECONDS of CPU time. On a busy machine that can take this many times as long.
PATIENCE = 10
# A crashing process dies of one of these signals. Any other signal was sent from outside: by the
# system when memory runs out, by a person, by a limit that somebody has set.
CRASHES = {signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV}
CRASHES |= {getattr(signal, "SIGBUS", signal.SIGSEGV)}  # Windows has no SIGBUS
# The last words of Rust and of Python on stderr when they get no more memory.
OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError")


class Reader(AbstractContextManager["Reader"]):
    """The reading child; a context manager. The child is started with the first workbook.

    script : the program to run; it answers as ``worker.serve`` does
    memory, seconds : how much address space it gets, in bytes, and CPU time for one file
    """

    def __init__(
        self, script: Path = WORKER, memory: int = MEMORY, seconds: float = SECONDS
    ) -> None:
        """Keep the limits; no process is started yet."""
        self.script, self.memory, self.seconds = script, memory, seconds
        self.child: subprocess.Popen[bytes] | None = None

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self._end()

    def sheets(self, content: bytes) -> list[tuple[Any, ...]]:
        """Return the worksheets of a workbook, as ``worker.parsed`` describes them.

        Refused if it is broken, crashed the child twice, or took too long; MachineError if the
        child could not start, was killed from outside, or got no memory or CPU time.
        """
        try:
            answer = self._read(content)
        except _EndedError:
            # Not yet this file's fault: an earlier file may have used up the child's memory, or
            # somebody has killed the child. A new one has nothing before it.
            try:
                answer = self._read(content)
            except _EndedError as ended:
                self._check_machine(*ended.args)
                raise Refused("file-kills-reader") from None
        if answer is None:
            raise Refused("file-broken.unreadable")
        if isinstance(answer, tuple):
            raise Refused(*answer)
        found: list[tuple[Any, ...]] = answer  # for mypy: a pickle may hold anything
        return found

    def _check_machine(self, code: int, stderr: bytes) -> None:
        """Raise MachineError unless the file itself ended the child."""
        if code < 0 and -code not in CRASHES:
            raise MachineError(
                f"读取程序重试后仍被终止（信号{-code}），可能是内存不足，或被人结束。"
                "没有得出任何结论；请释放内存后重新运行"
            )
        is_out_of_memory = any(words in stderr for words in OUT_OF_MEMORY)
        if is_out_of_memory and not _is_available(self.memory):
            raise MachineError(
                f"系统不给读取程序{self.memory // 2**20}MB内存，无法读完。"
                "没有得出任何结论；请释放内存或放宽限制（ulimit -v）后重新运行"
            )
        # A child that cannot even answer an empty request is broken itself.
        try:
            self._read(b"")
        except _EndedError:
            raise MachineError(
                "读取程序无法启动，没有得出任何结论。请运行 make setup 重新安装后再试"
            ) from None

    def _read(self, content: bytes) -> Any:
        """Return what ``worker.parsed`` makes of a file."""
        child, over, stopped = self._running(), threading.Event(), list[Refused | MachineError]()
        clock = threading.Thread(target=_watch, args=(child, self.seconds, over, stopped))
        try:
            clock.start()
        except RuntimeError as error:  # the system gives no more threads
            raise _cannot_start(str(error)) from error
        try:
            answer = _exchange(child, content, self.memory)
        finally:
            over.set()
            # Wait for it: whoever forks next must not copy a process with a second thread in it.
            clock.join()
        if stopped:
            self._end()
            raise stopped[0]
        if answer is None:
            raise self._end(GRACE)
        try:
            return _Plain(io.BytesIO(answer)).load()
        except (pickle.UnpicklingError, EOFError):
            self._end()
            raise _EndedError(0, b"") from None

    def _running(self) -> "subprocess.Popen[bytes]":
        """Return the child; start it if there is none.

        It is a new program, not a fork, so it does not matter which threads a notebook runs.
        """
        if self.child is None:
            limits = (str(self.memory), str(PATIENCE * self.seconds + GRACE))
            # ``family`` runs the script and kills it when we die. Where the system cannot do that,
            # the child ends because its stdin ends, or, if it hangs just then, by its own timer.
            command = (family.__file__, str(os.getpid()), str(self.script))
            try:
                # -W ignore: PYTHONWARNINGS=error would turn a library's warning into a crash.
                self.child = subprocess.Popen(
                    [sys.executable, "-P", "-W", "ignore", *command, *limits],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            except OSError as error:
                raise _cannot_start(reason(error)) from error
        return self.child

    def _end(self, seconds: float = 0) -> "_EndedError":
        """Kill the child; wait some seconds first to learn how it ends by itself."""
        child, self.child = self.child, None
        if child is None:
            return _EndedError(0, b"")
        code = 0
        with suppress(subprocess.TimeoutExpired):
            code = child.wait(seconds)
        child.kill()
        _, stderr = child.communicate()
        return _EndedError(code, stderr)


class _EndedError(Exception):
    """The child has ended: its exit code (-n: by signal n; 0: we had to kill it) and its stderr."""


def _watch(
    child: "subprocess.Popen[bytes]",
    seconds: float,
    over: threading.Event,
    stopped: list[Refused | MachineError],
) -> None:
    """Kill the child if the file it is reading uses up its time; ``stopped`` then says why.

    CPU time counts, so a sound file is not refused because the machine is busy. Where the system
    does not tell CPU time, the clock on the wall has to do.
    """
    begun, last = _cpu_seconds(child.pid), time.monotonic() + PATIENCE * seconds
    left = seconds
    # CPU time never runs faster than the wall clock: no need to look before ``left`` is over.
    while not over.wait(left):
        left = seconds - (_cpu_seconds(child.pid) - begun)
        if left <= 0:
            stopped.append(Refused("file-too-slow", seconds=seconds))
        elif time.monotonic() >= last:
            why = f"等了{PATIENCE * seconds:g}秒，读取程序没有得到足够的处理器时间。"
            stopped.append(MachineError(f"{why}没有得出任何结论；请在系统不忙时重新运行"))
        if stopped:
            child.kill()
            return


def _cannot_start(why: str) -> MachineError:
    return MachineError(
        f"读取程序无法启动（{why}），没有得出任何结论。请释放内存、结束多余的程序后重新运行"
    )


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used; the clock's seconds where that is unknown."""
    try:
        # The name of the program, in brackets, may hold anything; fields are counted behind it.
        # Of these, 11 and 12 are the ticks in user and in system mode.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_available(memory: int) -> bool:
    """Tell whether the system gives a process this much address space."""
    try:
        mmap.mmap(-1, memory).close()
    except (OSError, ValueError):
        return False
    return True


def _exchange(child: "subprocess.Popen[bytes]", content: bytes, largest: int) -> bytes | None:
    """Send a file and return the whole answer; None if the child ended before.

    A size above ``largest``, the child's memory, is not believed.
    """
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
    """Unpickle plain values and dates only.

    A pickle can run code. If a file takes over the child, its answer must not take over us.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of datetime; refuse any other."""
        if module == "datetime" and name in ("date", "datetime", "time", "timedelta"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")
