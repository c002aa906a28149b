"""What several commands share: frames printed as answers, common options and their checks."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gsyf_lib.cli.parsing import day_for, path
from gsyf_lib.cli.streams import say, tell
from gsyf_lib.errors import UsageError
from gsyf_lib.vocabulary import SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd


def say_synthetic(is_synthetic: bool) -> None:
    """Say that the data are the example, if they are."""
    if is_synthetic:
        say(f"{SYNTHETIC}：raw/submissions 中还没有报送文件")


def answer(frame: "pd.DataFrame", form: str, out: Path | None = None) -> None:
    """Print a frame as the command's answer, or write it to ``out``."""
    from gsyf_lib.processes.files import write_new
    from gsyf_lib.reports.export import csv_bytes, json_text

    content = csv_bytes(frame) if form == "csv" else json_text(frame).encode()
    if out is None:
        tell(content.decode("utf-8-sig"))  # without the byte-order mark, which is for files
    else:
        write_new(out, content)


def today() -> str:
    """Return today's date by the clock; no report may depend on it."""
    return date.today().isoformat()


def check_out(options: argparse.Namespace, writes: Sequence[str]) -> None:
    """Refuse a workbook without ``--out``, and an ``--out`` that the format would not use.

    Parameters
    ----------
    options : as typed
    writes : the formats that go to ``--out``

    Raises
    ------
    UsageError
        One of the two.
    """
    if options.format == "xlsx" and options.out is None:
        raise UsageError("输出xlsx需要用 --out 指定写到哪里")
    if options.out is not None and options.format not in writes:
        raise UsageError(f"--out 只与 --format {'、'.join(writes)} 同用")


def check_out_file(out: Path | None) -> None:
    """Refuse a file that is there already, before anything is read.

    Raises
    ------
    UsageError
        Something is there.
    """
    from gsyf_lib.processes.files import check_new

    if out is not None:
        check_new(out)


def add_format(parser: argparse.ArgumentParser, *forms: str) -> None:
    """Add ``--format``; the first form is the default."""
    parser.add_argument("--format", choices=forms, default=forms[0], help="输出格式")


def add_as_of(parser: argparse.ArgumentParser, help_: str = "只用截至该日收到的文件") -> None:
    """Add ``--as-of``."""
    parser.add_argument("--as-of", type=day_for("--as-of"), metavar="日期", help=help_)


def add_out(parser: argparse.ArgumentParser, help_: str, required: bool = False) -> None:
    """Add ``--out``."""
    parser.add_argument("--out", type=path, metavar="路径", required=required, help=help_)
