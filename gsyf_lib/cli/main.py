"""The command ``gsyf``: the words typed in, the exit code out. ``commands`` does the work."""

import argparse
import atexit
import gc
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gsyf_lib.cli.commands import COMMANDS, Option, option
from gsyf_lib.cli.parsing import Parser, check_words, path
from gsyf_lib.cli.streams import ReaderGone, answer, open_streams, say
from gsyf_lib.errors import GsyfError, NoPlanError, OutputError, UsageError, reason

# When it ends, Python looks for garbage among all objects, which takes a quarter of a second. It
# passes over frozen ones.
atexit.register(gc.freeze)
# No matrix here is large: threads for linear algebra only take time from the processes that work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# 128 + SIGPIPE, as shells report a program whose reader has gone (``gsyf status | head``).
STDOUT_CLOSED = 141
# Workbooks, documents and slides are zip files, which cannot hold an earlier date.
FIRST_YEAR = 1980
DATA = option("--data", type=path, metavar="文件夹", help="行动计划数据文件夹（默认 data/）")


class Version(argparse.Action):
    """The option ``--version``."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end."""
        # Imported only here: it takes longer than all the rest of the parsing.
        from importlib.metadata import version

        answer(f"gsyf {version('gsyf')}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    from gsyf_lib.processes.stop import Stopped, stoppable

    open_streams()
    words = sys.argv[1:] if arguments is None else list(arguments)
    name = " ".join(["gsyf", *(word for word in words[:1] if word in COMMANDS)])
    try:
        options = _parsed(words)
        with stoppable():
            return COMMANDS[options.command].run(options)
    except ReaderGone:  # end quietly, as other programs do
        return STDOUT_CLOSED
    except OSError as error:
        where = f"无法读写“{os.fsdecode(error.filename)}”" if error.filename else "读写失败"
        hint = "请检查输出位置和临时文件夹（TMPDIR）的空间和权限"
        say(f"{name}：{where}：{reason(error)}。{hint}")
        return OutputError.exit_code
    except (GsyfError, Stopped) as error:
        hint = "。请用 --data 指定" if isinstance(error, NoPlanError) else ""
        say(f"{name}：{error}{hint}")
        return error.exit_code


def _parsed(words: list[str]) -> argparse.Namespace:
    """Return the options that were typed."""
    parser = Parser(prog="gsyf", description="工伤预防五年行动计划：目标、判定、报告")
    parser.add_argument("--version", action=Version, nargs=0, help="显示版本")
    added = parser.add_subparsers(dest="command", required=True, metavar="命令")
    own = {}
    for name, command in COMMANDS.items():
        own[name] = added.add_parser(name, help=command.help, description=command.help)
        _add(own[name], [DATA, *command.options])
    check_words(words, parser, own)
    options = parser.parse_args(words)
    _check_surroundings()
    return options


def _add(parser: Any, options: Iterable[Option | list[Option]]) -> None:
    for one in options:
        if isinstance(one, list):
            _add(parser.add_mutually_exclusive_group(), one)
        else:
            parser.add_argument(one.name, **one.settings)


def _check_surroundings() -> None:
    """Refuse a deleted working folder and a wrong clock, which would fail later and obscurely."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise UsageError("当前文件夹已被删除。请换到另一个文件夹再运行") from None
    if time.localtime().tm_year < FIRST_YEAR:
        raise UsageError(f"本机时钟早于{FIRST_YEAR}年。请先校准日期和时间")
