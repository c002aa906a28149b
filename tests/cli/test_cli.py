"""The command: answers on stdout, messages on stderr, exit codes as in the contract."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from time import struct_time

import pandas as pd
import pytest
from quick_runs import read_once

from gsyf_lib.cli.commands import COMMANDS
from gsyf_lib.cli.main import main

DATA = Path(__file__).parents[2] / "data"

pytestmark = pytest.mark.usefixtures("the_example_is_read_once")


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if anything starts a notebook."""

    def refuse(*_: object) -> None:
        raise AssertionError("a notebook was started")

    monkeypatch.setattr("gsyf_lib.processes.prepared.Prepared.run", refuse)
    read_once(monkeypatch)


def test_results_prints_the_frame_and_nothing_else(capsys):
    assert main(["results", "--data", str(DATA), "--year", "2023"]) == 0
    said = capsys.readouterr()
    frame = pd.read_csv(StringIO(said.out))
    assert len(frame) == 12 * (20 + 2 + 7)
    assert said.err.startswith("示例数据（非真实）")


def test_json_is_a_list_of_objects_one_per_row(capsys):
    assert main(["results", "--data", str(DATA), "--year", "2021", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 348
    assert rows[0]["area"] == "山西省"


def test_results_written_to_a_file_open_in_excel_as_utf8(tmp_path, capsys):
    out = tmp_path / "results.csv"
    assert main(["results", "--data", str(DATA), "--year", "2023", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", ["results", "report"])
def test_a_year_without_targets_is_refused_with_those_that_have_some(command, capsys, no_kernel):
    assert main([command, "--data", str(DATA), "--year", "2020"]) == 2
    said = capsys.readouterr()
    assert "2020年没有年度目标" in said.err
    assert "2021、2022、2023、2024、2025" in said.err
    assert said.out == ""


def test_an_unknown_city_is_refused_with_the_cities_there_are(capsys, no_kernel):
    assert main(["report", "--data", str(DATA), "--year", "2023", "--area", "太愿市"]) == 2
    said = capsys.readouterr().err
    assert "是否为“太原市”" in said
    assert "吕梁市" in said


@pytest.mark.parametrize(
    "arguments", [["results", "--yaer", "2023"], ["resluts"], [], ["check", "--format", "pdf"]]
)
def test_an_unknown_option_or_command_tells_what_exists(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    said = capsys.readouterr()
    assert "参数有误" in said.err
    assert "可用" in said.err
    assert said.out == ""


def test_a_folder_without_a_plan_is_refused(tmp_path, capsys, no_kernel):
    assert main(["report", "--data", str(tmp_path), "--year", "2023"]) == 2
    said = capsys.readouterr().err
    assert "plan.toml" in said
    assert "--data" in said


@pytest.mark.parametrize("name", ["targets.csv", "codes/areas.csv"])
def test_a_table_of_the_plan_that_is_a_folder_is_a_broken_plan(tmp_path, capsys, name):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("raw"))
    (folder / name).unlink()
    (folder / name).mkdir()
    assert main(["results", "--data", str(folder), "--year", "2023"]) == 2
    assert f"{Path(name).name} 无法读取：是文件夹，不是文件" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["resluts"], "是否为“results”"),
        (["results", "--yaer", "2023"], "是否为“--year”"),
        (["report", "--require-complet=1", "--frce"], "是否为“--force”"),
        (["check", "--as_of=2023-01-01"], "是否为“--as-of”"),
        (["--verson"], "是否为“--version”"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_one_that_was_probably_meant(typed, meant, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(typed)
    assert exit_.value.code == 2
    assert meant in capsys.readouterr().err


def test_an_option_may_be_cut_short_and_its_figures_full_width(capsys):
    assert main(["results", "--data", str(DATA), "--yea=２０２０", "--form", "json"]) == 2
    assert "2020年没有年度目标" in capsys.readouterr().err


WRONG = [
    [],
    ["results"],
    ["results", "--year"],
    ["results", "--year", "20x3"],
    ["results", "--year", "2023", "--f", "csv"],
    ["results", "--year", "2023", "--compare-as-of", "2024-02-29"],
    ["results", "--year", "2023", "--readings=1"],
    ["results", "--year", "2023", "--readings", "--compare-as-of", "2024-01-01", "2024-02-01"],
    ["report", "--area"],
    ["check", "--format", "pdf"],
    ["verify", "a", "b"],
    ["verify"],
    ["nothing"],
    ["targets", "--nothing"],
]


@pytest.mark.parametrize("typed", [*WRONG, ["--help"], *([name, "--help"] for name in COMMANDS)])
def test_no_english_sentence_reaches_an_official(typed, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(typed)
    said = capsys.readouterr()
    assert exit_.value.code == (0 if "--help" in typed else 2)
    told = re.sub("gsyf [a-z]+", "", said.out + said.err)
    assert not re.search(r"[a-z]{2,} [a-z]{2,}\b(?!:)", told), told


@pytest.mark.parametrize(
    "typed",
    [
        ["report", "--area", ""],
        ["report", "--area", "太原", " "],
        ["report", "--scheduler", ""],
        ["briefing", "--year", "2023", "--area", ""],
    ],
)
def test_an_empty_name_is_not_taken_for_none_given(typed, capsys, no_kernel):
    with pytest.raises(SystemExit) as exit_:
        main([*typed, "--data", str(DATA)])
    assert exit_.value.code == 2
    assert "内容是空的" in capsys.readouterr().err


def test_the_version_is_told_as_an_answer(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"gsyf {version('gsyf')}\n"


@pytest.mark.parametrize(
    "typed",
    [
        *([name, "--data", ""] for name in COMMANDS),
        ["init", "--out", ""],
        ["example", "--out", " "],
        ["template", "--year", "2023", "--out", ""],
        ["check", "--format", "xlsx", "--out", ""],
        ["status", "--format", "csv", "--out", ""],
        ["results", "--year", "2023", "--out", ""],
        ["report", "--out="],
        ["briefing", "--year", "2023", "--out", ""],
        ["check", ""],
        ["verify", ""],
        ["verify", "x" * 300],
    ],
)
def test_a_path_that_is_empty_or_too_long_is_wrong_usage(typed, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        main(typed)
    assert exit_.value.code == 2
    assert re.search("路径是空的|过长", capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("--as-of", ["check", "--as-of", "2024-2-30"]),
        ("--as-of", ["report", "--as-of", "2024-2-30"]),
        ("--as-of", ["briefing", "--year", "2023", "--as-of", ""]),
        ("--compare-as-of", ["results", "--year", "2023", "--compare-as-of", "2024-02-30", "x"]),
    ],
)
def test_a_day_that_is_none_is_refused_by_the_name_of_its_option(option, arguments, capsys):
    assert main([*arguments, "--data", str(DATA)]) == 2
    said = capsys.readouterr().err
    assert f"{option} 的“" in said
    assert "不是日期" in said
    assert "as_of" not in said


def test_check_exits_with_1_when_there_is_an_error(capsys):
    assert main(["check", "--data", str(DATA)]) == 1
    assert "12例左右" in capsys.readouterr().out


def test_check_exits_with_0_when_there_is_none_and_says_so(capsys):
    assert main(["check", "--data", str(DATA), "--as-of", "2022-12-31"]) == 0
    assert capsys.readouterr().out == "合计：错误0项，警告0项，提示0项，涉及0个文件\n"


def test_targets_are_rebuilt_as_committed(tmp_path, capsys):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(DATA / "plan.toml", folder)
    shutil.copytree(DATA / "codes", folder / "codes")
    (folder / "raw").mkdir()
    shutil.copy(DATA / "raw" / "annexes.txt", folder / "raw")
    assert main(["targets", "--data", str(folder)]) == 0
    for name in ("targets.csv", "tasks.csv", "duties.csv"):
        assert (folder / name).read_bytes() == (DATA / name).read_bytes()
    assert "100行" in capsys.readouterr().err


@pytest.fixture
def of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gsyf_lib.cli.commands.today", lambda: "2024-02-20")


@pytest.mark.parametrize(
    "typed",
    [
        ["results", "--year", "2023"],
        ["results", "--year", "2023", "--format", "json"],
        ["status", "--format", "csv"],
        ["status", "--format", "xlsx"],
    ],
)
def test_a_file_that_is_there_is_never_written_over(typed, tmp_path, capsys, of_today):
    out = tmp_path / "表"
    out.write_text("李工的")
    assert main([*typed, "--data", str(DATA), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert f"“{out}”已存在" in said
    assert "换一个名称，或先移走原文件" in said
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("表", "李工的")]


def test_a_link_that_leads_nowhere_is_somebodys_as_well(tmp_path, capsys):
    out = tmp_path / "a.csv"
    out.symlink_to(tmp_path / "elsewhere.csv")
    assert main(["results", "--data", str(DATA), "--year", "2023", "--out", str(out)]) == 2
    assert out.is_symlink()
    assert not (tmp_path / "elsewhere.csv").exists()


def test_targets_edited_by_hand_are_not_rebuilt_over(tmp_path, capsys):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("example", "submissions"))
    edited = folder / "targets.csv"
    edited.write_bytes(edited.read_bytes().replace(b"0.05", b"0.06"))
    before = edited.read_bytes()
    assert main(["targets", "--data", str(folder)]) == 2
    assert "targets.csv" in capsys.readouterr().err
    assert edited.read_bytes() == before
    edited.unlink()
    assert main(["targets", "--data", str(folder)]) == 0
    assert edited.read_bytes() == (DATA / "targets.csv").read_bytes()


def test_the_example_is_never_written_into_a_folder_with_files(tmp_path, capsys):
    (tmp_path / "real.csv").write_text("x")
    assert main(["example", "--data", str(DATA), "--out", str(tmp_path)]) == 2
    assert "已有内容" in capsys.readouterr().err


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> Path:
    """The templates of 2023, to be copied."""
    out = tmp_path_factory.mktemp("templates") / "2023"
    assert main(["template", "--data", str(DATA), "--year", "2023", "--out", str(out)]) == 0
    return out


@pytest.fixture
def blank(templates, tmp_path) -> Path:
    """Taiyuan's blank workbook of the housing department for 2023."""
    shutil.copytree(templates, tmp_path / "blank")
    return tmp_path / "blank" / "太原市_住房和城乡建设部门_2023年.xlsx"


def test_templates_are_written_and_counted(tmp_path, capsys):
    arguments = ["template", "--data", str(DATA), "--year", "2023", "--out", str(tmp_path)]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert (said.out, "60个报表模板" in said.err) == ("", True)
    assert len(list(tmp_path.iterdir())) == 60


def test_filled_in_templates_are_not_written_over(blank, capsys):
    blank.write_bytes(b"filled in")
    (blank.parent / "山西省_应急管理部门_2023年.xlsx").unlink()
    before = {path.name: path.read_bytes() for path in blank.parent.iterdir()}
    arguments = ["template", "--data", str(DATA), "--year", "2023", "--out", str(blank.parent)]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "等59个文件已存在，不覆盖，没有写入任何文件" in said
    assert {path.name: path.read_bytes() for path in blank.parent.iterdir()} == before


def test_templates_of_another_year_stand_beside(blank):
    arguments = ["template", "--data", str(DATA), "--year", "2022", "--out", str(blank.parent)]
    assert main(arguments) == 0


def test_a_template_of_a_year_nothing_is_owed_for_is_refused(tmp_path, capsys):
    arguments = ["template", "--data", str(DATA), "--year", "2020", "--out", str(tmp_path)]
    assert main(arguments) == 2
    assert "2019、2021" in capsys.readouterr().err


def test_a_file_not_yet_filed_is_checked_as_of_today(blank, capsys, monkeypatch):
    monkeypatch.setattr("gsyf_lib.cli.commands.today", lambda: "2022-06-01")
    assert main(["check", "--data", str(DATA), str(blank)]) == 1
    assert "2023年尚未到来" in capsys.readouterr().out
    assert main(["check", "--data", str(DATA), str(blank), "--as-of", "2024-02-20"]) == 1
    said = capsys.readouterr()
    assert "单元格D4：空白" in said.out
    assert "示例数据" not in said.err


def test_status_is_of_today_unless_told(capsys, monkeypatch):
    monkeypatch.setattr("gsyf_lib.cli.commands.today", lambda: "2023-02-01")
    assert main(["status", "--data", str(DATA)]) == 0
    assert "截至2023年2月1日" in capsys.readouterr().out


def test_findings_come_as_marked_workbooks(blank, tmp_path, capsys):
    arguments = ["check", "--data", str(DATA), "--as-of", "2024-02-20", str(blank)]
    assert main([*arguments, "--format", "xlsx"]) == 2
    assert "--out" in capsys.readouterr().err
    assert main([*arguments, "--format", "xlsx", "--out", str(tmp_path / "back")]) == 1
    said = capsys.readouterr()
    assert (said.out, "1个" in said.err) == ("", True)
    (written,) = (tmp_path / "back").iterdir()
    assert written.name == f"{blank.stem}（标注）.xlsx"
    written.write_bytes(b"with remarks of the chaser")
    assert main([*arguments, "--format", "xlsx", "--out", str(tmp_path / "back")]) == 2
    assert written.name in capsys.readouterr().err
    assert written.read_bytes() == b"with remarks of the chaser"


def test_an_out_that_would_not_be_used_is_refused(tmp_path, capsys):
    assert main(["check", "--data", str(DATA), "--out", str(tmp_path / "x")]) == 2
    assert main(["status", "--data", str(DATA), "--out", str(tmp_path / "x")]) == 2
    assert not (tmp_path / "x").exists()


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom gsyf_lib.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('pandas', 'matplotlib', 'papermill') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_it_speaks_utf8_whatever_the_locale():
    command = [sys.executable, "-m", "gsyf_lib", "results", "--data", str(DATA), "--year", "2020"]
    ran = subprocess.run(command, capture_output=True, env={"LANG": "C", "LC_ALL": "C"})
    assert ran.returncode == 2
    assert "2020年没有年度目标" in ran.stderr.decode("utf-8")


def results_of(*options: str) -> list[str]:
    return ["results", "--data", str(DATA), "--year", "2023", *options]


def test_readings_lists_the_verdicts_that_hang_on_one(capsys):
    assert main(results_of("--readings")) == 0
    said = capsys.readouterr()
    frame = pd.read_csv(StringIO(said.out))
    assert {"reading", "alternative", "old_status", "new_status"} <= set(frame.columns)
    assert len(frame) > 0
    assert "培训覆盖率" in said.err
    assert main(results_of("--readings", "--format", "json")) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(frame)


def test_two_days_are_compared_row_by_row_and_figure_by_figure(capsys):
    days = ["--compare-as-of", "2024-02-20", "2024-02-29"]
    assert main(results_of(*days)) == 0
    said = capsys.readouterr()
    rows = pd.read_csv(StringIO(said.out))
    assert {"old_status", "new_status", "old_margin", "new_margin"} <= set(rows.columns)
    assert f"结果变化{len(rows)}项" in said.err
    assert main(results_of(*days, "--figures", "--format", "json")) == 0
    said = capsys.readouterr()
    figures = json.loads(said.out)
    assert {row["change"] for row in figures} == {"first"}
    assert f"数据变化{len(figures)}项" in said.err


def test_a_flip_is_counted(tmp_path, capsys):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("example"))
    head = "年度,市,行业,事故起数,伤亡人数\n"
    for day, rows in {
        "2024-02-01": "2019,太原市,建筑施工,40,80\n2023,太原市,建筑施工,30,60\n",
        "2024-03-01": "2023,太原市,建筑施工,37,60\n",
    }.items():
        path = folder / "raw" / "submissions" / day / "a.csv"
        path.parent.mkdir(parents=True)
        path.write_text(head + rows, encoding="utf-8")
    compared = ["--compare-as-of", "2024-02-15", "2024-03-15"]
    assert main(["results", "--data", str(folder), "--year", "2023", *compared]) == 0
    said = capsys.readouterr()
    assert "数据变化1项，结果变化2项，其中由达标变为未达标2项，由未达标变为达标0项" in said.err
    assert "示例数据" not in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--compare-as-of", "2024-03-01", "2024-02-01"], "先早后晚"),
        (["--compare-as-of", "2024-02-01", "2024-03-01", "--as-of", "2024-03-01"], "不与 --as-of"),
        (["--figures"], "只与 --compare-as-of 同用"),
    ],
)
def test_a_comparison_that_means_nothing_is_refused(options, said, capsys):
    assert main(results_of(*options)) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_readings_and_days_are_not_asked_for_at_once():
    with pytest.raises(SystemExit) as exit_:
        main(results_of("--readings", "--compare-as-of", "2024-02-01", "2024-03-01"))
    assert exit_.value.code == 2


def test_a_reader_that_leaves_early_is_no_error_to_tell_of():
    command = [sys.executable, "-m", "gsyf_lib", "status", "--data", str(DATA)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        said = running.stderr.read().decode()
    assert running.returncode == 141
    assert "Traceback" not in said
    assert "Broken pipe" not in said


GSYF = f"{shlex.quote(sys.executable)} -m gsyf_lib"
CHECK = f"{GSYF} check --data {shlex.quote(str(DATA))} --as-of 2021-12-31"
TOLD = "合计：错误0项，警告0项，提示0项，涉及0个文件\n"


def shell(line: str, **about: object) -> tuple[int, str, str]:
    ran = subprocess.run(["bash", "-c", line], capture_output=True, **about)
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX shells")
@pytest.mark.parametrize(
    ("line", "code", "out", "err"),
    [
        (f"{CHECK} >&-", 4, "", "标准输出：已关闭"),
        (f"{CHECK} > /dev/full", 4, "", "标准输出：磁盘已满"),
        (f"{CHECK} 2>&-", 0, TOLD, ""),
        (f"{CHECK} 2>/dev/full", 0, TOLD, ""),
        (f"{CHECK} <&- >&- 2>&-", 4, "", ""),
        (f"{GSYF} --help > /dev/full", 4, "", "磁盘已满"),
        (f"{GSYF} --version >&-", 4, "", "已关闭"),
        (f"{GSYF} resluts 2>/dev/full", 2, "", ""),
    ],
)
def test_a_stream_that_takes_nothing_gives_a_sentence_and_no_traceback(line, code, out, err):
    returned, told, said = shell(line)
    assert (returned, told) == (code, out)
    assert err in said
    assert "Traceback" not in said
    assert "Exception" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX shells")
def test_what_is_started_finds_no_stream_closed():
    code = (
        "import subprocess, sys\nfrom gsyf_lib.cli.streams import open_streams\n"
        "open_streams()\nlook = 'import os; [os.fstat(number) for number in range(3)]'\n"
        "sys.exit(subprocess.run([sys.executable, '-c', look]).returncode)"
    )
    line = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} <&- >&- 2>&-"
    assert shell(line) == (0, "", "")


@pytest.mark.parametrize("typed", [["status"], ["template", "--year", "2023", "--out", "a"]])
def test_a_clock_before_the_first_day_of_zip_files_is_told(typed, capsys, monkeypatch):
    monkeypatch.setattr("time.localtime", lambda *_: struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0)))
    assert main([*typed, "--data", str(DATA)]) == 2
    assert "时钟早于1980年" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no folder that is in use")
def test_a_working_folder_that_was_deleted_is_told(tmp_path):
    command = CHECK.replace(GSYF, shlex.quote(str(Path(sys.executable).with_name("gsyf"))))
    code, out, err = shell(f"rmdir {shlex.quote(str(tmp_path))}; {command}", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err == "gsyf check：当前文件夹已被删除。请换到另一个文件夹再运行\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_path_in_other_bytes_is_told_and_written(tmp_path):
    name = os.fsencode(tmp_path) + "/结果.csv".encode("gb18030")
    typed = [sys.executable, "-m", "gsyf_lib", "results", "--data", str(DATA), "--year", "2023"]
    first, second = (subprocess.run([*typed, "--out", name], capture_output=True) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 2)
    assert "已存在" in second.stderr.decode()


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device", "/tmp/x"), OSError(5, "x")]
)
def test_whatever_the_system_refuses_is_a_sentence_and_no_finding(error, monkeypatch, capsys):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("gsyf_lib.load_submissions", refuse)
    assert main(["check", "--data", str(DATA)]) == 4
    said = capsys.readouterr().err
    assert re.search("“/tmp/x”：磁盘已满|磁盘读写出错", said)
