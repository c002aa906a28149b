"""``gsyf schedule``: entries for cron, systemd or Windows that make the reports by themselves."""

import argparse
import sys

from gsyf_lib.cli.streams import tell

HELP = "按行动计划的报送期限输出定时任务（cron、systemd、Windows）"
FORMS = ("cron", "systemd", "windows")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--format", choices=FORMS, default=FORMS[0], help="输出格式")


def run(options: argparse.Namespace) -> int:
    """Print the lines, units or task."""
    from gsyf_lib import load_plan
    from gsyf_lib.plan import timetable

    plan = load_plan(options.data)
    folder = plan.folder.resolve()
    command = [sys.executable, "-m", "gsyf_lib", "report", "--data", str(folder)]
    tell(timetable(plan, options.format, command, folder.parent))
    return 0
