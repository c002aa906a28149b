"""``gsyf template``: blank workbooks for a year."""

import argparse

from gsyf_lib.cli.console import add_out
from gsyf_lib.cli.parsing import whole
from gsyf_lib.cli.streams import say

HELP = "生成各地区、各部门的空白报表"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--year", type=whole, metavar="年度", required=True, help="数据年度")
    add_out(parser, "输出文件夹", required=True)


def run(options: argparse.Namespace) -> int:
    """Write the blank workbooks of a year."""
    from gsyf_lib import load_plan
    from gsyf_lib.submissions.collect import write_templates

    written = write_templates(load_plan(options.data), options.year, options.out)
    say(f"{options.out}：{len(written)}个报表模板")
    return 0
