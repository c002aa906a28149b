"""The words typed after ``gsyf`` in; checked options out, or a message in Chinese.

A message about a wrong name suggests the one that was probably meant.
"""

import argparse
import datetime as dt
import errno
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from gsyf_lib.cli.streams import answer, say
from gsyf_lib.errors import UsageError, reason

# The messages of argparse (Python 3.11 to 3.13), word for word, because they are looked up by their
# text. A message that is not here stays English.
IN_CHINESE = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "the following arguments are required: %s": "缺少 %s",
    "one of the arguments %s is required": "需要 %s 之一",
    "unrecognized arguments: %s": "多余的 %s",
    "ambiguous option: %(option)s could match %(matches)s": (
        "“%(option)s”不明确，可以是 %(matches)s"
    ),
    "expected one argument": "后面缺少内容",
    "expected at least one argument": "后面至少要有一项内容",
    "expected %s argument": "后面应有%s项内容",
    "expected %s arguments": "后面应有%s项内容",
    "invalid choice: %(value)r (choose from %(choices)s)": ("不能是%(value)r，可选：%(choices)s"),
    "not allowed with argument %s": "不能与 %s 同用",
    "ignored explicit argument %r": "后面不能有内容，多余的是%r",
}
NEGATIVE_NUMBER = re.compile(r"-\d+")


def _in_chinese(message: str) -> str:
    return IN_CHINESE.get(message, message)


def _counted(one: str, many: str, count: int) -> str:
    return _in_chinese(one if count == 1 else many)


# argparse translates by gettext, which needs a catalogue file and a Chinese locale. We replace the
# two functions that it calls.
setattr(argparse, "_", _in_chinese)  # noqa: B010 - the name is not in its stubs
setattr(argparse, "ngettext", _counted)  # noqa: B010


class Parser(argparse.ArgumentParser):
    """A parser whose error messages list the options that exist."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and what is allowed; exit with 2."""
        options = "、".join(name for action in self._actions for name in action.option_strings)
        commands = [a for a in self._actions if isinstance(a, argparse._SubParsersAction)]
        names = "、".join(name for action in commands for name in action.choices)
        allowed = f"可用的命令：{names}；选项：{options}" if names else f"可用的选项：{options}"
        self.exit(2, f"{self.prog}：参数有误（{message}）。{allowed}\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the program."""
        if message:
            say(message.rstrip())
        sys.exit(status)

    def print_help(self, file: object = None) -> None:
        """Print the help to stdout, as an answer."""
        answer(self.format_help())


def check_words(words: Sequence[str], parser: Parser, commands: Mapping[str, Parser]) -> None:
    """Refuse a command or an option that does not exist.

    argparse would first complain of missing options, though the wrong one is the cause.
    """
    position = next((n for n, word in enumerate(words) if not word.startswith("-")), len(words))
    _check_options(words[:position], parser)
    if position < len(words):
        name = words[position]
        if name not in commands:
            parser.error(f"没有“{name}”这个命令{_suggestion(name, commands)}")
        _check_options(words[position + 1 :], commands[name])


def _check_options(words: Sequence[str], parser: Parser) -> None:
    known = list(parser._option_string_actions)
    for word in words:
        if word == "--":
            return
        option = word.partition("=")[0]
        is_option = option.startswith("-") and len(option) > 1
        if not is_option or NEGATIVE_NUMBER.fullmatch(option):
            continue
        if not any(name.startswith(option) for name in known):
            parser.error(f"没有“{option}”这个选项{_suggestion(option, known)}")


def _suggestion(word: str, known: Iterable[str]) -> str:
    # Needed only after a mistake.
    from difflib import get_close_matches

    close = get_close_matches(word, known, 1, 0.5)
    return f"，是否为“{close[0]}”？" if close else ""


def path(text: str) -> Path:
    """Return a path that was typed; refuse an empty one, which would mean the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("路径是空的，请写明文件或文件夹")
    # Only to find out whether the system takes so long a name; the path need not exist.
    try:
        Path(text).lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise argparse.ArgumentTypeError(f"“{text[:40]}…”{reason(error)}") from None
    return Path(text)


def named(text: str) -> str:
    """Return a name that was typed; refuse an empty one, which would count as no option at all."""
    if not text.strip():
        raise argparse.ArgumentTypeError("内容是空的")
    return text


def whole(text: str) -> int:
    """Return a whole number that was typed."""
    # \d takes the full-width digits of Chinese keyboards, too.
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise argparse.ArgumentTypeError(f"“{text}”不是整数，或位数过多")
    return int(text)


def day_for(option: str) -> Callable[[str], str]:
    """Return the function that reads the day typed after an option."""

    def day(text: str) -> str:
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            raise UsageError(f"{option} 的“{text}”不是日期。请按2023-12-31的格式填写") from None

    return day
