"""``gsyf example``: a synthetic set of submissions."""

import argparse

from gsyf_lib.cli.console import add_out
from gsyf_lib.cli.parsing import whole
from gsyf_lib.cli.streams import say

HELP = "生成一套示例报送文件（非真实）"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_out(parser, "输出文件夹", required=True)
    parser.add_argument("--seed", type=whole, metavar="N", default=2021, help="随机种子")


def run(options: argparse.Namespace) -> int:
    """Write the synthetic submissions into an empty folder."""
    from gsyf_example import write_example
    from gsyf_lib import load_plan

    written = write_example(load_plan(options.data), options.out, seed=options.seed)
    say(f"{options.out}：{len(written)}个示例文件（非真实数据）")
    return 0
