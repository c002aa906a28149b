"""``gsyf targets``: the annexes as targets.csv, tasks.csv and duties.csv."""

import argparse

from gsyf_lib.cli.streams import say

HELP = "由附件生成 targets.csv、tasks.csv、duties.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has no options of its own."""


def run(options: argparse.Namespace) -> int:
    """Build the three tables."""
    from gsyf_lib.plan import find_plan, write_targets

    folder = find_plan(options.data)
    for name, count in write_targets(folder).items():
        say(f"{folder / name}：{count}行")
    return 0
