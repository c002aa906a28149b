"""The command ``gsyf``: parse, call, print. The answer goes to stdout, everything else to stderr.

Heavy modules are imported by the command that needs them, so that ``--help`` answers at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gsyf_lib.errors import GsyfError, UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["main"]


SYNTHETIC = "示例数据（非真实）：raw/submissions 中还没有报送文件"


class Parser(argparse.ArgumentParser):
    """A parser that tells a wrong option together with those that exist."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and what is allowed; exit with 2."""
        options = "、".join(name for action in self._actions for name in action.option_strings)
        commands = [a for a in self._actions if isinstance(a, argparse._SubParsersAction)]
        names = "、".join(name for action in commands for name in action.choices)
        allowed = f"可用的命令：{names}；选项：{options}" if names else f"可用的选项：{options}"
        self.exit(2, f"{self.prog}：参数有误（{message}）。{allowed}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except GsyfError as error:
        say(f"{options.prog}：{error}")
        return error.exit_code


def say(text: str) -> None:
    """Print a message for the user to stderr."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def answer(frame: "pd.DataFrame", form: str, out: Path | None = None) -> None:
    """Print a frame as the command's answer, or write it to ``out``."""
    from gsyf_lib.export import csv_bytes, json_text
    from gsyf_lib.files import write_atomically

    content = csv_bytes(frame) if form == "csv" else json_text(frame).encode()
    if out is None:
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        write_atomically(out, content)


def targets(options: argparse.Namespace) -> int:
    """Build targets.csv, tasks.csv and duties.csv from the annexes."""
    from gsyf_lib.plan import find_plan
    from gsyf_lib.targets import write_targets

    folder = find_plan(options.data)
    for name, count in write_targets(folder).items():
        say(f"{folder / name}：{count}行")
    return 0


def template(options: argparse.Namespace) -> int:
    """Write the blank workbooks of a year."""
    from gsyf_lib import load_plan
    from gsyf_lib.template import write_templates

    written = write_templates(load_plan(options.data), options.year, options.out)
    say(f"{options.out}：{len(written)}个报表模板")
    return 0


def check(options: argparse.Namespace) -> int:
    """Tell the findings on all submissions, or on some files; 1 if there is an error among them."""
    from gsyf_lib import load_plan, load_submissions
    from gsyf_lib.submissions import submitted_files

    _check_out(options, ["xlsx"])
    plan = load_plan(options.data)
    files = submitted_files(plan, options.paths)
    if options.paths:
        submissions = load_submissions(plan, options.as_of or _today(), files)
    else:
        submissions = load_submissions(plan, options.as_of)
    if submissions.synthetic:
        say(SYNTHETIC)
    _tell_findings(submissions.findings, options, files)
    return int((submissions.findings["severity"] == "error").any())


def _tell_findings(
    findings: "pd.DataFrame", options: argparse.Namespace, files: dict[str, Path]
) -> None:
    """Print the findings, or write the senders' own workbooks with the findings in them."""
    from gsyf_lib.marked import write_marked
    from gsyf_lib.words import SEVERITIES

    if options.format == "xlsx":
        written = write_marked(findings, files, options.out)
        say(f"{options.out}：{len(written)}个标注问题的工作簿")
    elif options.format == "text":
        for severity, message in zip(findings["severity"], findings["message"], strict=True):
            sys.stdout.write(f"{SEVERITIES[severity]}  {message}\n")
    else:
        answer(findings, options.format)


def status(options: argparse.Namespace) -> int:
    """Tell who owes what by when, and what was received."""
    from gsyf_lib import chase, load_plan, load_submissions
    from gsyf_lib.files import write_atomically

    _check_out(options, ["csv", "json", "xlsx"])
    plan = load_plan(options.data)
    submissions = load_submissions(plan, options.as_of or _today())
    if submissions.synthetic:
        say(SYNTHETIC)
    if options.format == "xlsx":
        write_atomically(options.out, chase.chase_book(plan, submissions))
    elif options.format == "text":
        sys.stdout.writelines(f"{line}\n" for line in chase.status_lines(plan, submissions))
    else:
        answer(chase.status(plan, submissions), options.format, options.out)
    return 0


def _check_out(options: argparse.Namespace, writes: Sequence[str]) -> None:
    """Refuse a workbook that has nowhere to go, and an ``--out`` that would not be used."""
    if options.format == "xlsx" and options.out is None:
        raise UsageError("输出xlsx需要用 --out 指定写到哪里")
    if options.out is not None and options.format not in writes:
        raise UsageError(f"--out 只与 --format {'、'.join(writes)} 同用")


def _today() -> str:
    """Return the day of the clock: asked only where no report depends on it."""
    from datetime import date

    return date.today().isoformat()


def results(options: argparse.Namespace) -> int:
    """Print the assessment frame of a year."""
    from gsyf_lib import assess, load_plan, load_submissions

    plan = load_plan(options.data)
    plan.check_year(options.year)
    submissions = load_submissions(plan, options.as_of)
    if submissions.synthetic:
        say(SYNTHETIC)
    answer(assess(plan, submissions.observations, options.year), options.format, options.out)
    return 0


def report(options: argparse.Namespace) -> int:
    """Run the notebooks and render the reports of a year."""
    from gsyf_lib import load_plan
    from gsyf_lib.publish.batch import build_reports

    return build_reports(
        load_plan(options.data),
        year=options.year,
        areas=options.area,
        out=options.out,
        as_of=options.as_of,
        strict=options.strict,
        require_complete=options.require_complete,
        tell=say,
    )


def example(options: argparse.Namespace) -> int:
    """Write the synthetic example submissions."""
    from gsyf_lib import load_plan
    from gsyf_lib.example import write_example

    if options.out.exists() and any(options.out.iterdir()):
        raise UsageError(f"文件夹“{options.out}”已有内容；请用 --out 指定空文件夹")
    written = write_example(load_plan(options.data), options.out, seed=options.seed)
    say(f"{options.out}：{len(written)}个示例文件（非真实数据）")
    return 0


def _parser() -> Parser:
    parser = Parser(prog="gsyf", description="工伤预防五年行动计划：目标、判定、报告")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> Parser:
        added: Parser = commands.add_parser(name, help=help_, description=help_)
        added.add_argument("--data", type=Path, help="行动计划数据文件夹（默认 data/）")
        added.set_defaults(run=run, prog=added.prog)
        return added

    command("targets", targets, "由附件生成 targets.csv、tasks.csv、duties.csv")
    blank = command("template", template, "生成各地区、各部门的空白报表")
    blank.add_argument("--year", type=int, required=True, help="数据年度")
    blank.add_argument("--out", type=Path, required=True, help="输出文件夹")
    checked = command("check", check, "检查全部报送文件，或尚未归档的文件")
    checked.add_argument(
        "paths", nargs="*", type=Path, metavar="文件", help="只检查这些文件或文件夹"
    )
    checked.add_argument("--out", type=Path, help="标注问题的工作簿写入此文件夹（xlsx）")
    _as_of(_format(checked, "text", "csv", "json", "xlsx"))
    owing = command("status", status, "报送情况：谁应报什么、何时到期、收到没有")
    owing.add_argument("--out", type=Path, help="写入文件（催报清单为xlsx）")
    _as_of(_format(owing, "text", "csv", "json", "xlsx"), "截至该日的情况（默认今天）")
    judged = command("results", results, "输出一个年度的判定结果")
    judged.add_argument("--year", type=int, required=True, help="年度")
    judged.add_argument("--out", type=Path, help="写入文件")
    _as_of(_format(judged, "csv", "json"))
    pages = _as_of(command("report", report, "运行笔记本，生成一个年度的报告"))
    pages.add_argument("--year", type=int, help="年度（默认最近有数据的年度）")
    pages.add_argument("--area", nargs="+", metavar="地区", help="只生成这些地区")
    pages.add_argument("--out", type=Path, help="输出文件夹（默认 reports/<年度>）")
    pages.add_argument("--strict", action="store_true", help="有错误级问题时退出码为1")
    pages.add_argument("--require-complete", action="store_true", help="报送不全时退出码为5")
    made = command("example", example, "生成一套示例报送文件（非真实）")
    made.add_argument("--out", type=Path, required=True, help="输出文件夹")
    made.add_argument("--seed", type=int, default=2021, help="随机种子")
    return parser


def _as_of(parser: Parser, help_: str = "只用截至该日收到的文件") -> Parser:
    parser.add_argument("--as-of", metavar="日期", help=help_)
    return parser


def _format(parser: Parser, *forms: str) -> Parser:
    parser.add_argument("--format", choices=forms, default=forms[0], help="输出格式")
    return parser
