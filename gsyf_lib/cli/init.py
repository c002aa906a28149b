"""``gsyf init``: an empty plan folder to start from."""

import argparse

from gsyf_lib.cli.console import add_out
from gsyf_lib.cli.streams import say

HELP = "建立新的数据文件夹：只有行动计划，没有报送文件和示例"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_out(parser, "新的文件夹", required=True)


def run(options: argparse.Namespace) -> int:
    """Put the plan into a new folder, and say what to do next."""
    from gsyf_lib import load_plan
    from gsyf_lib.plan import SUBMISSIONS, start_plan

    plan = load_plan(options.data)
    start_plan(plan, options.out)
    say(f"{options.out}：{plan.title}，还没有报送文件")
    say(f"报送文件放入 {options.out / SUBMISSIONS}/<收到日期>/，例如 2024-02-20/")
    # Both name files of the folder that was copied.
    if plan.accepted_baselines or plan.replaced_files:
        say("plan.toml 中的 accepted_baselines 和 replaced_files 针对原来的报送文件，请逐条核对")
    return 0
