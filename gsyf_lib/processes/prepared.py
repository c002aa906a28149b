"""A process that imports modules once and then calls the functions that it is asked to call.

It is a program of its own, not a fork: it has only the environment variables it is given, and only
one thread, so that it can be forked for each job (``pool``), whatever threads its parent has.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, TypeVar

from gsyf_lib.errors import GsyfError, MachineError, reason
from gsyf_lib.processes import family

AnswerT = TypeVar("AnswerT")

ANSWER, ERROR, END = "answer", "error", "end"
END_SECONDS = 5
NOT_STARTED = (
    "运行笔记本的程序没有启动（{}），什么也没有生成。请检查内存和磁盘空间后重新运行；"
    "仍然如此的，请运行 make setup 重新安装"
)
ENDED = "运行笔记本的程序中途退出（可能内存不足），没有写入任何文件。请释放内存后重新运行"


class Prepared:
    """The process, as its parent sees it. It begins to import at once, while the parent goes on.

    It gets these environment variables and no others. MachineError is raised if the system starts
    no more processes.
    """

    def __init__(
        self, modules: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        """Start the process."""
        # In a session of its own, Ctrl-C does not reach it: the parent handles it and calls close.
        program = [family.__file__, str(os.getpid()), __file__, *modules]
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", *program],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise MachineError(NOT_STARTED.format(reason(error))) from error
        assert self.process.stdin and self.process.stdout
        self.calls, self.answers = self.process.stdin, self.process.stdout

    def run(self, function: Callable[..., Iterable[AnswerT]], *arguments: Any) -> Iterator[AnswerT]:
        """Call a function in the process at once, and yield what it yields as it comes.

        Function and arguments can be pickled. A ``GsyfError`` that it raises is raised here;
        MachineError, if the process has died or could not import its modules.
        """
        with suppress(BrokenPipeError):  # it has ended: ``_answered`` reads what it said of that
            _send(self.calls, (function, arguments))
        return self._answered()

    def _answered(self) -> Iterator[Any]:
        try:
            while (answer := pickle.load(self.answers)) != (END, None):
                kind, content = answer
                if kind == ERROR:
                    raise content
                yield content
        except EOFError:
            raise MachineError(ENDED) from None

    def close(self) -> None:
        """End the process, and with it everything that it has started."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.calls, self.answers):
            with suppress(BrokenPipeError):
                pipe.close()


def _send(pipe: IO[bytes], message: object) -> None:
    pipe.write(pickle.dumps(message))
    pipe.flush()


def _answer_calls(modules: Sequence[str]) -> None:
    """Import the modules, then call functions as they come until the pipe closes."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text goes to stderr: among the answers it would break the pickles
    # What is imported stays. The garbage collector would look through it in vain: while it is being
    # imported, in every fork, and when the process ends.
    gc.disable()
    try:
        for name in modules:
            import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever it was, the parent tells the user
        problem = NOT_STARTED.format(f"{type(error).__name__}: {error}")
        _send(answers, (ERROR, MachineError(problem)))
        return
    gc.freeze()
    gc.enable()
    # While it imported, ``family`` had it killed with its parent. From now on it has processes of
    # its own, which it has to end first.
    family.leave_with_parent(os.getppid())
    with suppress(EOFError, BrokenPipeError):  # the parent has closed the pipes, or has ended
        while True:
            function, arguments = pickle.load(calls)
            for message in _answers_of(function, arguments):
                _send(answers, message)


def _answers_of(
    function: Callable[..., Iterable[Any]], arguments: Sequence[Any]
) -> Iterator[tuple[str, Any]]:
    """Yield each answer with its kind; a ``GsyfError`` is one of them.

    Any other exception ends this process, with its traceback on stderr.
    """
    try:
        for answer in function(*arguments):
            yield ANSWER, answer
        yield END, None
    except GsyfError as error:
        yield ERROR, error


if __name__ == "__main__":
    _answer_calls(sys.argv[1:])
