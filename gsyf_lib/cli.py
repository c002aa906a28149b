"""The command ``gsyf``: parse, call, print. What each command does stands in ``commands/``.

A command imports heavy modules only when it runs, so that ``--help`` answers at once.
"""

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from gsyf_lib.commands import (
    briefing,
    check,
    example,
    init,
    report,
    results,
    schedule,
    status,
    targets,
    template,
    verify,
)
from gsyf_lib.commands.console import say
from gsyf_lib.errors import GsyfError

__all__ = ["main"]

# At its end Python would look through all that is there for garbage, for a quarter of a second.
atexit.register(gc.freeze)
# No matrix here is large: threads for them only take time from the processes that work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
STDOUT_CLOSED = 141
COMMANDS = {
    "init": init,
    "targets": targets,
    "template": template,
    "check": check,
    "status": status,
    "results": results,
    "report": report,
    "verify": verify,
    "briefing": briefing,
    "schedule": schedule,
    "example": example,
}


class Parser(argparse.ArgumentParser):
    """A parser that tells a wrong option together with those that exist."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and what is allowed; exit with 2."""
        options = "、".join(name for action in self._actions for name in action.option_strings)
        commands = [a for a in self._actions if isinstance(a, argparse._SubParsersAction)]
        names = "、".join(name for action in commands for name in action.choices)
        allowed = f"可用的命令：{names}；选项：{options}" if names else f"可用的选项：{options}"
        self.exit(2, f"{self.prog}：参数有误（{message}）。{allowed}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    from gsyf_lib.publish.stop import Stopped, stoppable

    try:
        with stoppable():
            code = COMMANDS[options.command].run(options)
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _stdout_closed()
    except (GsyfError, Stopped) as error:
        say(f"gsyf {options.command}：{error}")
        return error.exit_code


def _stdout_closed() -> int:
    """End as other programs do whose reader has gone (`gsyf status | head`): quietly, by 141."""
    # Python writes out what is left when it ends, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return STDOUT_CLOSED


def _parser() -> Parser:
    parser = Parser(prog="gsyf", description="工伤预防五年行动计划：目标、判定、报告")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.HELP, description=command.HELP)
        added.add_argument("--data", type=Path, help="行动计划数据文件夹（默认 data/）")
        command.arguments(added)
    return parser
