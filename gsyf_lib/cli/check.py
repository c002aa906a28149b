"""``gsyf check``: the findings on all submissions, or on files not yet filed."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gsyf_lib.cli.console import (
    add_as_of,
    add_format,
    add_out,
    answer,
    check_out,
    say_synthetic,
    today,
)
from gsyf_lib.cli.parsing import path
from gsyf_lib.cli.streams import say, tell

if TYPE_CHECKING:
    import pandas as pd

    from gsyf_lib import Plan

HELP = "检查全部报送文件，或尚未归档的文件"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "paths", nargs="*", type=path, metavar="文件", help="只检查这些文件或文件夹"
    )
    add_out(parser, "标注问题的工作簿写入此文件夹（xlsx）")
    add_format(parser, "text", "csv", "json", "xlsx")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Print the findings; the exit code is 1 if there is an error among them."""
    from gsyf_lib import load_plan, load_submissions
    from gsyf_lib.submissions import submitted_files

    check_out(options, ["xlsx"])
    plan = load_plan(options.data)
    files = submitted_files(plan, options.paths)
    if options.paths:
        # Files not yet filed have no dated folder: they count as received today.
        submissions = load_submissions(plan, options.as_of or today(), files)
    else:
        submissions = load_submissions(plan, options.as_of)
    say_synthetic(submissions.synthetic)
    _tell(plan, submissions.findings, options, files)
    return int((submissions.findings["severity"] == "error").any())


def _tell(
    plan: "Plan", findings: "pd.DataFrame", options: argparse.Namespace, files: dict[str, Path]
) -> None:
    """Print the findings, or write the senders' own workbooks with the findings in them."""
    from gsyf_lib.reports.chase import check_lines
    from gsyf_lib.submissions.collect import write_marked

    if options.format == "xlsx":
        written = write_marked(findings, files, options.out)
        say(f"{options.out}：{len(written)}个标注问题的工作簿")
    elif options.format == "text":
        tell("".join(f"{line}\n" for line in check_lines(plan, findings)))
    else:
        answer(findings, options.format)
