"""``gsyf briefing``: the evaluation held in a year, as Word document, slides and page."""

import argparse
import gc

from gsyf_lib.cli.console import add_as_of, add_out
from gsyf_lib.cli.parsing import named, whole
from gsyf_lib.cli.streams import say

HELP = "生成评估报告（Word、网页和幻灯片）"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--year", type=whole, metavar="年度", required=True, help="评估所在的年度（2023、2025）"
    )
    parser.add_argument("--area", type=named, metavar="地区", help="一个市（默认全省）")
    add_out(parser, "输出文件夹（默认 reports/briefing-<年度>）")
    add_as_of(parser, "只用截至该日收到的文件（默认该年度最后一天）")


def run(options: argparse.Namespace) -> int:
    """Write the briefing and say where it is."""
    # The process ends soon and leaves little garbage; looking for it takes a tenth of the time.
    gc.disable()
    from gsyf_lib.processes.files import find_plan
    from gsyf_lib.reports.briefing import build_briefing

    files = build_briefing(
        find_plan(options.data),
        year=options.year,
        area=options.area,
        as_of=options.as_of,
        out=options.out,
        tell=say,
    )
    for path in files:
        say(f"{path}：已生成")
    return 0
