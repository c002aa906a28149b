"""``gsyf report``: the reports of a year, as a folder of pages and data files."""

import argparse
import sys
from datetime import datetime

from gsyf_lib.cli.console import add_as_of, add_out
from gsyf_lib.cli.parsing import named, whole
from gsyf_lib.cli.streams import say

HELP = "运行笔记本，生成一个年度的报告"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_as_of(parser)
    parser.add_argument("--year", type=whole, metavar="年度", help="年度（默认最近有数据的年度）")
    parser.add_argument("--area", nargs="+", type=named, metavar="地区", help="只生成这些地区")
    add_out(parser, "输出文件夹（默认 reports/<年度>）")
    parser.add_argument("--jobs", type=whole, metavar="N", help="同时运行几个（默认每核一个）")
    by = "由此地址的 Dask 集群完成"
    parser.add_argument("--scheduler", type=named, metavar="tcp://…", help=by)
    parser.add_argument("--force", action="store_true", help="没有变化的页面也重新生成")
    parser.add_argument("--strict", action="store_true", help="有错误级问题时退出码为1")
    parser.add_argument("--require-complete", action="store_true", help="报送不全时退出码为5")


def run(options: argparse.Namespace) -> int:
    """Build the reports, and return the exit code of the run."""
    from gsyf_lib.processes.files import find_plan
    from gsyf_lib.reports.request import Request
    from gsyf_lib.reports.run import report

    request = Request(
        data=find_plan(options.data),
        year=options.year,
        areas=options.area and tuple(options.area),
        out=options.out,
        as_of=options.as_of,
        strict=options.strict,
        require_complete=options.require_complete,
        jobs=options.jobs,
        force=options.force,
        scheduler=options.scheduler,
    )
    # For the log of a scheduled task only: nothing of the clock gets into a report.
    begun = datetime.now()
    say(f"{begun:%Y-%m-%d %H:%M:%S} 开始")
    code = report(request, say, sys.stderr if sys.stderr.isatty() else None)
    ended = datetime.now()
    seconds = (ended - begun).total_seconds()
    say(f"{ended:%Y-%m-%d %H:%M:%S} 结束，用时{seconds:.1f}秒，退出码{code}")
    return code
