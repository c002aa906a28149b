"""``gsyf results``: the verdicts of a year as a table, or how they change by reading or by day."""

import argparse
from typing import TYPE_CHECKING

from gsyf_lib.cli.console import (
    add_as_of,
    add_format,
    add_out,
    answer,
    check_out_file,
    say_synthetic,
)
from gsyf_lib.cli.parsing import day_for, whole
from gsyf_lib.cli.streams import say
from gsyf_lib.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from gsyf_lib import Comparison, Plan

HELP = "输出一个年度的判定结果，或其在其他口径下、两个日期之间的变化"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--year", type=whole, metavar="年度", required=True, help="年度")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--readings", action="store_true", help="改为列出换一种条款口径就会改变的结论"
    )
    instead.add_argument(
        "--compare-as-of",
        nargs=2,
        type=day_for("--compare-as-of"),
        metavar="日期",
        help="改为列出从前一日期到后一日期有变化的结果",
    )
    parser.add_argument(
        "--figures", action="store_true", help="与 --compare-as-of 同用：列出有变化的数据"
    )
    add_out(parser, "写入文件")
    add_format(parser, "csv", "json")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Print the frame."""
    from gsyf_lib import load_plan

    check_out_file(options.out)
    plan = load_plan(options.data)
    plan.check_year(options.year)
    if options.figures and not options.compare_as_of:
        raise UsageError("--figures 只与 --compare-as-of 同用")
    frame = _compared(plan, options) if options.compare_as_of else _judged(plan, options)
    answer(frame, options.format, options.out)
    return 0


def _judged(plan: "Plan", options: argparse.Namespace) -> "pd.DataFrame":
    from gsyf_lib import JudgedPlan, load_submissions
    from gsyf_lib.plan import SWITCHES

    judged = JudgedPlan(plan, load_submissions(plan, options.as_of))
    say_synthetic(judged.submissions.synthetic)
    if not options.readings:
        return judged.results(options.year)
    uncounted = "、".join(switch.clause for switch in SWITCHES.values() if not switch.recounted)
    say(f"{uncounted}：报送数据中没有按另一口径统计的人数，不能重新判定，不在所列之内")
    return judged.reading_changes(options.year)


def _compared(plan: "Plan", options: argparse.Namespace) -> "pd.DataFrame":
    from gsyf_lib import compare

    if options.as_of is not None:
        raise UsageError("--compare-as-of 已指定两个日期，不与 --as-of 同用")
    changed = compare(plan, *options.compare_as_of, year=options.year)
    say_synthetic(changed.synthetic)
    say(f"数据变化{len(changed.figures)}项，结果变化{len(changed.results)}项，{_flips(changed)}")
    return changed.figures if options.figures else changed.results


def _flips(changed: "Comparison") -> str:
    statuses = changed.results[["old_status", "new_status"]].apply(tuple, axis=1)
    worse, better = ((statuses == pair).sum() for pair in (("met", "missed"), ("missed", "met")))
    return f"其中由达标变为未达标{worse}项，由未达标变为达标{better}项"
