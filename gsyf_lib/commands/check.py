"""``gsyf check``: the findings on all submissions, or on files not yet filed."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gsyf_lib.commands.console import (
    add_as_of,
    add_format,
    add_out,
    answer,
    check_out,
    say,
    say_synthetic,
    today,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HELP", "arguments", "run"]

HELP = "检查全部报送文件，或尚未归档的文件"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="文件", help="只检查这些文件或文件夹"
    )
    add_out(parser, "标注问题的工作簿写入此文件夹（xlsx）")
    add_format(parser, "text", "csv", "json", "xlsx")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Tell the findings; 1 if there is an error among them."""
    from gsyf_lib import load_plan, load_submissions
    from gsyf_lib.submissions import submitted_files

    check_out(options, ["xlsx"])
    plan = load_plan(options.data)
    files = submitted_files(plan, options.paths)
    if options.paths:
        submissions = load_submissions(plan, options.as_of or today(), files)
    else:
        submissions = load_submissions(plan, options.as_of)
    say_synthetic(submissions.synthetic)
    _tell(submissions.findings, options, files)
    return int((submissions.findings["severity"] == "error").any())


def _tell(findings: "pd.DataFrame", options: argparse.Namespace, files: dict[str, Path]) -> None:
    """Print the findings, or write the senders' own workbooks with the findings in them."""
    from gsyf_lib.marked import write_marked
    from gsyf_lib.words import SEVERITIES

    if options.format == "xlsx":
        written = write_marked(findings, files, options.out)
        say(f"{options.out}：{len(written)}个标注问题的工作簿")
    elif options.format == "text":
        for severity, message in zip(findings["severity"], findings["message"], strict=True):
            sys.stdout.write(f"{SEVERITIES[severity]}  {message}\n")
    else:
        answer(findings, options.format)
