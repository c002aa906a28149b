"""``gsyf status``: who owes what by when, and what was received."""

import argparse

from gsyf_lib.cli.console import (
    add_as_of,
    add_format,
    add_out,
    answer,
    check_out,
    check_out_file,
    say_synthetic,
    today,
)
from gsyf_lib.cli.streams import tell

HELP = "报送情况：谁应报什么、何时到期、收到没有"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_out(parser, "写入文件（催报清单为xlsx）")
    add_format(parser, "text", "csv", "json", "xlsx")
    add_as_of(parser, "截至该日的情况（默认今天）")


def run(options: argparse.Namespace) -> int:
    """Print what was owed and what had come by a day."""
    from gsyf_lib import judge
    from gsyf_lib.processes.files import write_new
    from gsyf_lib.reports import chase

    check_out(options, ["csv", "json", "xlsx"])
    check_out_file(options.out)
    judged = judge(options.data, options.as_of or today())
    say_synthetic(judged.submissions.synthetic)
    if options.format == "xlsx":
        write_new(options.out, chase.chase_book(judged))
    elif options.format == "text":
        tell("".join(f"{line}\n" for line in chase.status_lines(judged)))
    else:
        answer(judged.receipts, options.format, options.out)
    return 0
