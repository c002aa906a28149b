"""The commands of ``gsyf``: each takes the options typed, calls the library, and prints.

A command imports heavy modules only when it runs, so that ``--help`` answers at once.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from gsyf_lib.cli.parsing import day_for, named, path, whole
from gsyf_lib.cli.streams import answer, say
from gsyf_lib.errors import OutputError, UsageError
from gsyf_lib.vocabulary import SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd

    from gsyf_lib import Comparison, Plan

Run: TypeAlias = Callable[[argparse.Namespace], int]


class Option(NamedTuple):
    """An option, with its settings as argparse names them."""

    name: str
    settings: dict[str, Any]


class Command(NamedTuple):
    """A command: what ``--help`` says of it, its options (of a list only one), and its function."""

    help: str
    options: Iterable[Option | list[Option]]
    run: Run


COMMANDS: dict[str, Command] = {}


def command(help_: str, *options: Option | list[Option]) -> Callable[[Run], Run]:
    """Make a function the command of its name; it returns the exit code."""

    def add(run: Run) -> Run:
        COMMANDS[run.__name__] = Command(help_, options, run)
        return run

    return add


# Options of several commands, and what they have in common


def option(name: str, **settings: Any) -> Option:
    """Return an option as argparse takes it."""
    return Option(name, settings)


def as_of(help_: str = "只用截至该日收到的文件") -> Option:
    """Return ``--as-of``."""
    return option("--as-of", type=day_for("--as-of"), metavar="日期", help=help_)


def out(help_: str, required: bool = False) -> Option:
    """Return ``--out``."""
    return option("--out", type=path, metavar="路径", required=required, help=help_)


def year(help_: str = "年度", required: bool = True) -> Option:
    """Return ``--year``."""
    return option("--year", type=whole, metavar="年度", required=required, help=help_)


def form(*forms: str) -> Option:
    """Return ``--format``; the first form is the default."""
    return option("--format", choices=forms, default=forms[0], help="输出格式")


def say_synthetic(is_synthetic: bool) -> None:
    """Say that the data are the example, if they are."""
    if is_synthetic:
        say(f"{SYNTHETIC}：raw/submissions 中还没有报送文件")


def answer_frame(
    frame: "pd.DataFrame", options: argparse.Namespace, lines: Iterable[str] = ()
) -> None:
    """Print a frame as the command's answer, or as text ``lines``, or write it to ``--out``."""
    from gsyf_lib.documents.export import csv_bytes, json_text
    from gsyf_lib.processes.files import write_new

    if options.format == "text":
        answer("".join(f"{line}\n" for line in lines))
        return
    content = csv_bytes(frame) if options.format == "csv" else json_text(frame).encode()
    if options.out is None:
        answer(content.decode("utf-8-sig"))  # without the byte-order mark, which is for files
    else:
        write_new(options.out, content)


def today() -> str:
    """Return today's date by the clock; no report may depend on it."""
    return date.today().isoformat()


def check_out(options: argparse.Namespace, *writes: str) -> None:
    """Refuse a workbook without ``--out``, and an ``--out`` that the format would not use."""
    if options.format == "xlsx" and options.out is None:
        raise UsageError("输出xlsx需要用 --out 指定写到哪里")
    if options.out is not None and options.format not in writes:
        raise UsageError(f"--out 只与 --format {'、'.join(writes)} 同用")


def check_out_file(file: Path | None) -> None:
    """Refuse a file that is there already, before anything is read."""
    from gsyf_lib.processes.files import check_new

    if file is not None:
        check_new(file)


# The commands, in the order in which ``--help`` lists them


@command("建立新的数据文件夹：只有行动计划，没有报送文件和示例", out("新的文件夹", required=True))
def init(options: argparse.Namespace) -> int:
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


@command("由附件生成 targets.csv、tasks.csv、duties.csv")
def targets(options: argparse.Namespace) -> int:
    """Build the three tables from the annexes."""
    from gsyf_lib.plan import find_plan, write_targets

    folder = find_plan(options.data)
    for name, count in write_targets(folder).items():
        say(f"{folder / name}：{count}行")
    return 0


@command("生成各地区、各部门的空白报表", year("数据年度"), out("输出文件夹", required=True))
def template(options: argparse.Namespace) -> int:
    """Write the blank workbooks of a year."""
    from gsyf_lib import load_plan
    from gsyf_lib.submissions.collect import write_templates

    written = write_templates(load_plan(options.data), options.year, options.out)
    say(f"{options.out}：{len(written)}个报表模板")
    return 0


@command(
    "检查全部报送文件，或尚未归档的文件",
    option("paths", nargs="*", type=path, metavar="文件", help="只检查这些文件或文件夹"),
    out("标注问题的工作簿写入此文件夹（xlsx）"),
    form("text", "csv", "json", "xlsx"),
    as_of(),
)
def check(options: argparse.Namespace) -> int:
    """Print the findings on submissions; the exit code is 1 if there is an error among them."""
    from gsyf_lib import load_plan, load_submissions
    from gsyf_lib.reports.chase import check_lines
    from gsyf_lib.submissions import submitted_files
    from gsyf_lib.submissions.collect import write_marked

    check_out(options, "xlsx")
    plan = load_plan(options.data)
    files = submitted_files(plan, options.paths)
    # Files not yet filed have no dated folder: they count as received today.
    day = options.as_of or (today() if options.paths else None)
    submissions = load_submissions(plan, day, files if options.paths else None)
    findings = submissions.findings
    say_synthetic(submissions.synthetic)
    if options.format == "xlsx":
        written = write_marked(findings, files, options.out)
        say(f"{options.out}：{len(written)}个标注问题的工作簿")
    else:
        answer_frame(findings, options, check_lines(plan, findings))
    return int((findings["severity"] == "error").any())


@command(
    "报送情况：谁应报什么、何时到期、收到没有",
    out("写入文件（催报清单为xlsx）"),
    form("text", "csv", "json", "xlsx"),
    as_of("截至该日的情况（默认今天）"),
)
def status(options: argparse.Namespace) -> int:
    """Print who owed what by a day, and what had come by then."""
    from gsyf_lib import judge
    from gsyf_lib.processes.files import write_new
    from gsyf_lib.reports import chase

    check_out(options, "csv", "json", "xlsx")
    check_out_file(options.out)
    judged = judge(options.data, options.as_of or today())
    say_synthetic(judged.submissions.synthetic)
    if options.format == "xlsx":
        write_new(options.out, chase.chase_book(judged))
    else:
        answer_frame(judged.receipts, options, chase.status_lines(judged))
    return 0


COMPARED = option(
    "--compare-as-of",
    nargs=2,
    type=day_for("--compare-as-of"),
    metavar="日期",
    help="改为列出从前一日期到后一日期有变化的结果",
)
SWITCHED = option("--readings", action="store_true", help="改为列出换一种条款口径就会改变的结论")


@command(
    "输出一个年度的判定结果，或其在其他口径下、两个日期之间的变化",
    year(),
    [SWITCHED, COMPARED],
    option("--figures", action="store_true", help="与 --compare-as-of 同用：列出有变化的数据"),
    out("写入文件"),
    form("csv", "json"),
    as_of(),
)
def results(options: argparse.Namespace) -> int:
    """Print the verdicts of a year, or how they change by reading or by day."""
    from gsyf_lib import load_plan

    check_out_file(options.out)
    plan = load_plan(options.data)
    plan.check_year(options.year)
    if options.figures and not options.compare_as_of:
        raise UsageError("--figures 只与 --compare-as-of 同用")
    answer_frame(
        _compared(plan, options) if options.compare_as_of else _judged(plan, options), options
    )
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


@command(
    "运行笔记本，生成一个年度的报告",
    as_of(),
    year("年度（默认最近有数据的年度）", required=False),
    option("--area", dest="areas", nargs="+", type=named, metavar="地区", help="只生成这些地区"),
    out("输出文件夹（默认 reports/<年度>）"),
    option("--jobs", type=whole, metavar="N", help="同时运行几个（默认每核一个）"),
    option("--scheduler", type=named, metavar="tcp://…", help="由此地址的 Dask 集群完成"),
    option("--force", action="store_true", help="没有变化的页面也重新生成"),
    option("--strict", action="store_true", help="有错误级问题时退出码为1"),
    option("--require-complete", action="store_true", help="报送不全时退出码为5"),
)
def report(options: argparse.Namespace) -> int:
    """Build the reports of a year: a folder of pages and data files."""
    from dataclasses import fields

    from gsyf_lib.processes.files import find_plan
    from gsyf_lib.reports import run
    from gsyf_lib.reports.request import Request

    typed = vars(options) | {"data": find_plan(options.data)}
    request = Request(**{field.name: typed[field.name] for field in fields(Request)})
    # For the log of a scheduled task only: nothing of the clock gets into a report.
    begun = datetime.now()
    say(f"{begun:%Y-%m-%d %H:%M:%S} 开始")
    code = run.report(request, say, sys.stderr if sys.stderr.isatty() else None)
    ended = datetime.now()
    seconds = (ended - begun).total_seconds()
    say(f"{ended:%Y-%m-%d %H:%M:%S} 结束，用时{seconds:.1f}秒，退出码{code}")
    return code


@command(
    "核对报告文件夹与其清单是否一致",
    option("folder", type=path, metavar="文件夹", help="报告文件夹，如 reports/2023"),
)
def verify(options: argparse.Namespace) -> int:
    """Print every file that is missing, changed or not listed; if there is one, exit with 4."""
    from gsyf_lib.reports.manifest import MANIFEST, differences, read_outputs

    folder = options.folder
    if not folder.is_dir():
        raise UsageError(f"没有“{folder}”这个文件夹")
    outputs = read_outputs(folder)
    if outputs is None:
        raise OutputError(f"“{folder}”中没有完整的清单 {MANIFEST}；请重新运行 gsyf report")
    found = list(differences(folder, outputs))
    for name, problem in found:
        answer(f"{problem}  {name}\n")
    if found:
        raise OutputError(
            f"“{folder}”有{len(found)}个文件与清单不符。如非有意修改，请重新运行生成它的命令"
        )
    answer(f"{folder}：{len(outputs)}个文件与清单一致\n")
    return 0


@command(
    "生成评估报告（Word、网页和幻灯片）",
    year("评估所在的年度（2023、2025）"),
    option("--area", type=named, metavar="地区", help="一个市（默认全省）"),
    out("输出文件夹（默认 reports/briefing-<年度>）"),
    as_of("只用截至该日收到的文件（默认该年度最后一天）"),
)
def briefing(options: argparse.Namespace) -> int:
    """Write the evaluation held in a year, as Word document, slides and page."""
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
        say=say,
    )
    for file in files:
        say(f"{file}：已生成")
    return 0


@command(
    "按行动计划的报送期限输出定时任务（cron、systemd、Windows）", form("cron", "systemd", "windows")
)
def schedule(options: argparse.Namespace) -> int:
    """Print entries for cron, systemd or Windows that make the reports by themselves."""
    from gsyf_lib import load_plan
    from gsyf_lib.plan import timetable

    plan = load_plan(options.data)
    folder = plan.folder.resolve()
    program = [sys.executable, "-m", "gsyf_lib", "report", "--data", str(folder)]
    answer(timetable(plan, options.format, program, folder.parent))
    return 0


@command(
    "生成一套示例报送文件（非真实）",
    out("输出文件夹", required=True),
    option("--seed", type=whole, metavar="N", default=2021, help="随机种子"),
)
def example(options: argparse.Namespace) -> int:
    """Write a synthetic set of submissions into an empty folder."""
    from gsyf_example import write_example
    from gsyf_lib import load_plan

    written = write_example(load_plan(options.data), options.out, seed=options.seed)
    say(f"{options.out}：{len(written)}个示例文件（非真实数据）")
    return 0
