"""``gsyf results``: the assessment frame of a year, without notebooks."""

import argparse

from gsyf_lib.commands.console import add_as_of, add_format, add_out, answer, say_synthetic

__all__ = ["HELP", "arguments", "run"]

HELP = "输出一个年度的判定结果"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--year", type=int, required=True, help="年度")
    add_out(parser, "写入文件")
    add_format(parser, "csv", "json")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Print the frame."""
    from gsyf_lib import assess, load_plan, load_submissions

    plan = load_plan(options.data)
    plan.check_year(options.year)
    submissions = load_submissions(plan, options.as_of)
    say_synthetic(submissions.synthetic)
    answer(assess(plan, submissions.observations, options.year), options.format, options.out)
    return 0
