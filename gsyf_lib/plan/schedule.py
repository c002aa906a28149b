"""Plan in; its calendar out, for cron, systemd or the Windows task scheduler.

The same command runs on every date: it builds the latest year reported, and costs nothing while
nothing has changed. It runs weekly, for late and corrected figures, and the day after each due day.
"""

import datetime as dt
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from gsyf_lib.errors import UsageError
from gsyf_lib.plan.plan import Plan

TIME = dt.time(6)
LOG = "gsyf.log"
DESCRIPTION = "工伤预防行动计划年度报告：每周一，以及各报送期限的次日"


def report_days(plan: Plan) -> list[dt.date]:
    """Return the days after the due days of ``duties.csv``, in order."""
    return [due.date() + dt.timedelta(days=1) for due in sorted(plan.duties["due"].unique())]


def timetable(plan: Plan, form: str, command: Sequence[str], folder: Path) -> str:
    """Return the crontab lines, unit files or task that build the reports on their days.

    ``form`` is one of ``FORMS``, ``command`` program and arguments, run in ``folder``, where cron
    and Windows keep its messages, too. A path that the form cannot carry is refused.
    """
    forbidden = '%"\r\n' if form == "windows" else "\r\n"
    for path in (*command, str(folder)):
        # Python keeps bytes of a path that are not UTF-8 as surrogates; they cannot be printed.
        if found := {c for c in path if c in forbidden or "\ud800" <= c <= "\udfff"}:
            raise UsageError(f"路径{path!r}含有{form}不能表示的字符{sorted(found)}。请换一个路径")
    return FORMS[form](report_days(plan), command, folder)


def _cron(days: Sequence[dt.date], command: Sequence[str], folder: Path) -> str:
    """Return lines for ``crontab``, which knows no years: a run too many changes nothing."""
    line = f"cd {shlex.quote(str(folder))} && {shlex.join(command)} >> {LOG} 2>&1"
    # To cron a bare % is the end of the line.
    line = line.replace("%", r"\%")
    dates = [f"{day} {month} *" for month, day in sorted({(d.month, d.day) for d in days})]
    runs = [f"{TIME.minute} {TIME.hour} {date} {line}" for date in ("* * 1", *dates)]
    return "\n".join([f"# {DESCRIPTION}", *runs, ""])


def _systemd(days: Sequence[dt.date], command: Sequence[str], folder: Path) -> str:
    """Return two unit files, the service and its timer."""
    return _template("systemd_units.conf").format(
        description=DESCRIPTION,
        folder=str(folder).replace("%", "%%"),
        command=" ".join(map(_unit_word, command)),
        calendar="\n".join(f"OnCalendar={day} {TIME}" for day in ("Mon *-*-*", *days)),
    )


def _unit_word(word: str) -> str:
    """Return an argument quoted so that systemd takes it literally."""
    for mark, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(mark, written)
    return f'"{word}"'


def _windows(days: Sequence[dt.date], command: Sequence[str], folder: Path) -> str:
    """Return a task for ``schtasks /Create /TN gsyf /XML <file>``.

    In ASCII, because cmd and PowerShell write other characters to a file in different encodings.
    The command runs in ``cmd.exe``, because a task by itself cannot keep messages in a file.
    """
    # A weekly task needs a first day: the first Monday that is not before the first report.
    monday = days[0] + dt.timedelta(days=-days[0].weekday() % 7)
    line = " ".join(f'"{word}"' for word in command)
    task = _template("windows_task.xml").format(
        description=DESCRIPTION,
        weekly=_from(monday),
        once="\n".join(f"    <TimeTrigger>{_from(day)}</TimeTrigger>" for day in days),
        arguments=escape(f'/d /s /c "{line} >> "{LOG}" 2>&1"'),
        folder=escape(str(folder)),
    )
    return task.encode("ascii", "xmlcharrefreplace").decode()


def _template(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _from(day: dt.date) -> str:
    return f"<StartBoundary>{dt.datetime.combine(day, TIME).isoformat()}</StartBoundary>"


FORMS: Mapping[str, Callable[[Sequence[dt.date], Sequence[str], Path], str]] = {
    "cron": _cron,
    "systemd": _systemd,
    "windows": _windows,
}
