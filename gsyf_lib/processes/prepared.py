"""A process that imports once what much work needs, and then does that work.

It is a program of its own: it begins with the variables it is given, has one thread, and can so be
forked at any time (``pool``), whatever runs in the process that asks.
"""

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
    """The process; it begins to import at once, while the one that asks goes on.

    Parameters
    ----------
    modules : names of what it imports
    environment : all its variables
    folder : where it works

    Raises
    ------
    MachineError
        The system starts no more processes.
    """

    def __init__(
        self, modules: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        """Start it."""
        # In a session of its own: Ctrl-C is for the process that asks, which then ends this one.
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
        self.questions, self.answers = self.process.stdin, self.process.stdout

    def run(self, function: Callable[..., Iterable[AnswerT]], *given: Any) -> Iterator[AnswerT]:
        """Call a function there, now, and yield what it yields as it comes.

        Parameters
        ----------
        function : of a module, like all that is pickled
        given : its arguments

        Raises
        ------
        GsyfError
            What the function has raised.
        MachineError
            The process has died, or could not import its modules.
        """
        with suppress(BrokenPipeError):  # it has ended: what it said of that is read below
            _send(self.questions, (function, given))
        return self._answers()

    def _answers(self) -> Iterator[Any]:
        while True:
            try:
                kind, told = pickle.load(self.answers)
            except EOFError:
                raise MachineError(ENDED) from None
            if kind == ERROR:
                raise told
            if kind == END:
                return
            yield told

    def close(self) -> None:
        """End it, and with it all that it has started."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.questions, self.answers):
            with suppress(BrokenPipeError):
                pipe.close()


def _send(pipe: IO[bytes], told: object) -> None:
    pipe.write(pickle.dumps(told))
    pipe.flush()


def _serve(modules: Sequence[str]) -> None:
    """Be the process: import, then call functions until nobody asks any more."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints here is no answer
    try:
        for name in modules:
            import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever it was, the one who asks tells the user
        said = NOT_STARTED.format(f"{type(error).__name__}: {error}")
        _send(answers, (ERROR, MachineError(said)))
        return
    family.leave_with_parent(os.getppid())  # until now its end was the parent's, at once
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, given = pickle.load(questions)
            for told in _called(function, given):
                _send(answers, told)


def _called(function: Callable[..., Iterable[Any]], given: Sequence[Any]) -> Iterator[Any]:
    try:
        for answer in function(*given):
            yield ANSWER, answer
        yield END, None
    except GsyfError as error:
        yield ERROR, error


if __name__ == "__main__":
    _serve(sys.argv[1:])
