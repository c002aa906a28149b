"""The plan's calendar as cron lines, systemd units and a Windows task."""

import ast
import datetime as dt
import json
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from gsyf_lib.cli.commands import COMMANDS
from gsyf_lib.cli.main import main
from gsyf_lib.errors import UsageError
from gsyf_lib.plan.schedule import FORMS, report_days, timetable
from gsyf_lib.reports.jobs import check_parameters

DATA = Path(__file__).parents[2] / "data"
COMMAND = ["/opt/g s/python", "-m", "gsyf_lib", "report", "--data", '/srv/100% $x "y"/data']
FOLDER = Path('/srv/100% $x "y"')
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def test_reports_are_made_on_the_day_after_every_due_day(plan):
    assert report_days(plan) == [
        dt.date(2021, 8, 1),
        dt.date(2022, 3, 1),
        dt.date(2023, 3, 1),
        dt.date(2024, 3, 1),  # the due day is 29 February
        dt.date(2025, 3, 1),
        dt.date(2026, 1, 1),
    ]


def test_another_plan_has_another_calendar(plan):
    duties = plan.duties.assign(due=plan.duties["due"].max())
    assert report_days(replace(plan, duties=duties)) == [dt.date(2026, 1, 1)]


def cron_lines(plan) -> list[str]:
    return timetable(plan, "cron", COMMAND, FOLDER).splitlines()[1:]


def test_cron_runs_weekly_and_on_each_date_once(plan):
    assert [line.split(" cd ")[0] for line in cron_lines(plan)] == [
        "0 6 * * 1",
        "0 6 1 1 *",
        "0 6 1 3 *",
        "0 6 1 8 *",
    ]


def test_what_cron_hands_to_the_shell_is_the_command_whatever_is_in_its_paths(plan):
    line = cron_lines(plan)[0].removeprefix("0 6 * * 1 ")
    assert "%" not in line.replace(r"\%", "")
    words = shlex.split(line.replace(r"\%", "%"))
    assert words[:2] == ["cd", str(FOLDER)]
    assert words[3 : 3 + len(COMMAND)] == COMMAND


def test_systemd_gets_a_service_and_a_timer(plan):
    text = timetable(plan, "systemd", COMMAND, Path("/srv"))
    service, timer = text.split("# ~/.config/systemd/user/gsyf.timer\n")
    assert service.startswith("# ~/.config/systemd/user/gsyf.service\n[Unit]\n")
    assert r'"/srv/100%% $$x \"y\"/data"' in service
    days = [line for line in timer.splitlines() if line.startswith("OnCalendar=")]
    assert days[:2] == ["OnCalendar=Mon *-*-* 06:00:00", "OnCalendar=2021-08-01 06:00:00"]
    assert len(days) == 7
    assert "Persistent=true" in timer


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_both_units(plan, tmp_path):
    folder = tmp_path / "工伤 100% $x"
    folder.mkdir()
    text = timetable(plan, "systemd", [sys.executable, *COMMAND[1:]], folder)
    for unit in text.removeprefix("# ").split("\n# "):
        name, _, content = unit.partition("\n")
        (tmp_path / Path(name).name).write_text(content, "utf-8")
    units = [str(tmp_path / f"gsyf.{kind}") for kind in ("service", "timer")]
    command = ["systemd-analyze", "verify", "--man=no", *units]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


WINDOWS = [r"C:\计划 & 任务\python.exe", "-m", "gsyf_lib", "report", "--data", r"D:\工伤 预防\data"]


def test_windows_gets_one_task_with_every_date(plan):
    text = timetable(plan, "windows", WINDOWS, Path("D:\\工伤 预防"))
    task = ET.fromstring(text)
    begins = [entry.text for entry in task.iter(f"{TASK}StartBoundary")]
    assert begins[0] == "2021-08-02T06:00:00"  # a Monday
    assert begins[1:] == [f"{day}T06:00:00" for day in report_days(plan)]
    assert task.find(f".//{TASK}Command").text == "cmd.exe"
    assert task.find(f".//{TASK}Arguments").text == (
        '/d /s /c "' + " ".join(f'"{word}"' for word in WINDOWS) + ' >> "gsyf.log" 2>&1"'
    )
    assert task.find(f".//{TASK}WorkingDirectory").text == "D:\\工伤 预防"
    assert text.isascii()


@pytest.mark.parametrize("sign", ["\n", "%", '"'])
def test_a_path_that_windows_would_read_otherwise_is_refused(plan, sign):
    with pytest.raises(UsageError, match="不能表示"):
        timetable(plan, "windows", ["python"], Path(f"/srv/a{sign}b"))


def test_a_line_break_in_a_path_would_begin_another_entry_and_is_refused(plan):
    for form in FORMS:
        with pytest.raises(UsageError, match="请换一个路径"):
            timetable(plan, form, ["python", "a\n* * * * * b"], Path("/srv"))


def test_what_cron_runs_leaves_its_messages_in_the_log_and_its_exit_code(plan, tmp_path):
    folder = tmp_path / "工伤 100% $x"
    folder.mkdir()
    command = [sys.executable, "-c", "import sys; print('说'); sys.exit(3)"]
    line = timetable(plan, "cron", command, folder).splitlines()[1].removeprefix("0 6 * * 1 ")
    environment = {"PYTHONUTF8": "1"}
    ran = subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], env=environment, check=False)
    assert ran.returncode == 3
    assert (folder / "gsyf.log").read_text("utf-8") == "说\n"


@pytest.mark.parametrize("form", FORMS)
def test_the_command_prints_it_for_this_machine_and_nothing_else(form, capsys):
    assert main(["schedule", "--data", str(DATA), "--format", form]) == 0
    said = capsys.readouterr()
    assert sys.executable in said.out
    assert str(DATA.resolve()) in said.out
    assert said.err == ""


def test_the_command_offers_the_forms_there_are():
    (form,) = COMMANDS["schedule"].options
    assert tuple(FORMS) == form.settings["choices"]


def test_the_airflow_example_gives_our_notebook_what_it_takes():
    text = (DATA.parent / "docs" / "schedule.md").read_text("utf-8")
    example = ast.parse(text.split("```python\n")[1].split("```")[0])
    call = next(n for n in ast.walk(example) if getattr(n, "id", "") == "PapermillOperator")
    call = next(n for n in ast.walk(example) if isinstance(n, ast.Call) and n.func is call)
    options = {option.arg: ast.unparse(option.value) for option in call.keywords}
    notebook = Path(ast.literal_eval(options["input_nb"])).name
    stored = json.loads((DATA.parent / "notebooks" / notebook).read_text("utf-8"))
    parameters = eval(options["parameters"], {"city": "太原市"})
    check_parameters(stored, Path(notebook).stem, parameters)


@pytest.mark.parametrize("form", FORMS)
def test_a_path_in_other_bytes_is_refused_as_the_lines_are_utf8(plan, form):
    with pytest.raises(UsageError, match="不能表示"):
        timetable(plan, form, ["python"], Path("/srv/a\udcff"))
