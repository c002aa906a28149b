"""A workbook that kills or hangs its reader is one finding; the next one is read."""

import datetime as dt
import errno
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from quick_runs import no_notebooks
from submitted import (
    codes,
    codes_alone,
    construction,
    figures,
    figures_alone,
    hand_in,
    load,
    read_alone,
    table_rows,
    workbook,
)

import gsyf_lib as gs
from gsyf_lib.errors import MachineError
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report
from gsyf_lib.submissions import file
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open import isolation, worker
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.decode import unpacked

DATA = Path(__file__).parents[2] / "data"
DAY = "2026-02-10"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="signals, CPU time, limits")
BOOK = workbook(table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30]))
KILLER, SLEEPER, GARBLER, FORGER = b"KILLER", b"SLEEPER", b"GARBLER", b"FORGER"
SPINNER, VICTIM = b"SPINNER", b"VICTIM"
SCRIPT = f"""
import os, pathlib, sys, time
sys.path.insert(0, {str(Path(worker.__file__).parent)!r})
from worker import parsed, serve

def parse(content):
    if content == {KILLER!r}:
        os.abort()
    if content == {SLEEPER!r}:
        time.sleep(60)
    if content == {SPINNER!r}:
        while True:
            pass
    if content == {VICTIM!r}:
        left = int(pathlib.Path("left").read_text())
        pathlib.Path("left").write_text(str(left - 1))
        if left:
            os.kill(os.getpid(), int(pathlib.Path("signal").read_text()))
        return []
    if content == {FORGER!r}:
        return os.system
    if content == {GARBLER!r}:
        os.write(1, b"not an answer")
        os._exit(0)
    return parsed(content)

serve(parse, int(sys.argv[1]), float(sys.argv[2]))
"""


@pytest.fixture
def script(tmp_path) -> Path:
    path = tmp_path / "reader.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "seconds", "code"),
    [
        (KILLER, 30, "file-kills-reader"),
        (GARBLER, 30, "file-kills-reader"),
        (FORGER, 30, "file-kills-reader"),
        (SPINNER, 0.3, "file-too-slow"),
    ],
)
def test_a_file_that_ends_its_reader_is_refused_and_the_next_is_read(
    script, content, seconds, code
):
    with Reader(script, seconds=seconds) as reader:
        with pytest.raises(Refused) as caught:
            reader.sheets(content)
        reader.seconds = 30
        columns = [unpacked(column) for column in reader.sheets(BOOK)[0][2]]
        assert [column.at(1) for column in columns] == [2022, "太原市", "建筑施工", 12, 30]
    assert (caught.value.code, caught.value.severity) == (code, "error")


@pytest.fixture
def victim(tmp_path, monkeypatch) -> Callable[[int, int], None]:
    """Say how often the reader of the victim is killed from outside, and by which signal."""
    monkeypatch.chdir(tmp_path)

    def prepare(times: int, number: int = signal.SIGKILL) -> None:
        Path("left").write_text(str(times))
        Path("signal").write_text(str(int(number)))

    return prepare


@on_linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU])
def test_a_file_whose_reader_is_killed_from_outside_is_read_by_the_next(script, victim, number):
    victim(1, number)
    with Reader(script) as reader:
        assert reader.sheets(VICTIM) == []


@on_linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_is_killed_from_outside_twice_blames_no_file(script, victim, number):
    victim(2, number)
    with Reader(script) as reader:
        with pytest.raises(MachineError, match=f"信号{int(number)}") as caught:
            reader.sheets(VICTIM)
        assert len(reader.sheets(BOOK)) == 1
    assert caught.value.exit_code == 2


@on_linux
def test_a_parser_that_crashes_once_after_other_files_is_not_the_files_fault(script, victim):
    """What they left in its memory may have been too much."""
    victim(1, signal.SIGSEGV)
    with Reader(script) as reader:
        assert reader.sheets(VICTIM) == []
        victim(2, signal.SIGSEGV)
        with pytest.raises(Refused, match="因该文件异常退出"):
            reader.sheets(VICTIM)


def test_a_reader_that_cannot_start_blames_no_file(script, monkeypatch):
    script.write_text("raise ImportError('python_calamine')", encoding="utf-8")
    with Reader(script) as reader, pytest.raises(MachineError, match="无法启动"):
        reader.sheets(BOOK)
    monkeypatch.setattr(isolation.sys, "executable", str(script))  # it is no program
    with Reader() as reader, pytest.raises(MachineError, match="无法启动（"):
        reader.sheets(BOOK)


def test_a_warning_that_the_users_settings_make_an_error_blames_no_file(script, monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    warn = "import warnings; warnings.warn('of a library')"
    script.write_text(f"{warn}\n{script.read_text('utf-8')}", encoding="utf-8")
    with Reader(script) as reader:
        assert len(reader.sheets(BOOK)) == 1


def test_a_system_that_gives_no_more_threads_blames_no_file(script, monkeypatch):
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(isolation.threading.Thread, "start", refuse)
    with Reader(script) as reader, pytest.raises(MachineError, match="无法启动（can't start new"):
        reader.sheets(BOOK)


@on_linux
def test_a_file_is_not_blamed_for_memory_that_the_system_does_not_give(script):
    """As below ``ulimit -v``: the reader is promised more than it gets."""
    code = f"""
import resource
from gsyf_lib.errors import MachineError
from gsyf_lib.submissions.open.isolation import Reader
resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
with Reader(memory=2**30) as reader:
    try:
        reader.sheets(open({str(script.with_name("swells.xlsx"))!r}, "rb").read())
    except MachineError as error:
        print(error)
"""
    script.with_name("swells.xlsx").write_bytes(swelling())
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "系统不给读取程序1024MB内存" in done.stdout, done.stderr


@on_linux
def test_a_file_has_its_time_of_the_processor_however_busy_that_is(script):
    """A reader that is stopped uses none."""
    with Reader(script, seconds=1) as reader:
        reader.sheets(BOOK)
        timer = threading.Timer(2.5, os.kill, (reader.child.pid, signal.SIGCONT))
        os.kill(reader.child.pid, signal.SIGSTOP)
        timer.start()
        assert len(reader.sheets(BOOK)) == 1
        timer.join()


@on_linux
def test_a_reader_that_gets_no_time_at_all_blames_no_file(script):
    with Reader(script) as reader:
        reader.sheets(BOOK)  # its start takes time, too
        reader.seconds = 0.2
        with pytest.raises(MachineError, match="处理器时间"):
            reader.sheets(SLEEPER)


@on_linux
@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE])
def test_a_disk_that_fails_for_a_moment_blames_no_file(plan, tmp_path, monkeypatch, number):
    def fail(path: Path) -> bytes:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(file.guard, "read_content", fail)
    with pytest.raises(MachineError, match=f"“{DAY}/a.xlsx”没有读完"):
        load(plan, tmp_path, {f"{DAY}/a.xlsx": BOOK})


@on_linux
def test_a_run_whose_reader_is_killed_ends_keeps_nothing_and_the_next_one_reads_all(
    tmp_path, monkeypatch
):
    out = tmp_path / "2023"
    request = Request(DATA, year=2023, out=out)
    dead = tmp_path / "dead.py"
    dead.write_text("import os; os.kill(os.getpid(), 9)")
    no_notebooks(monkeypatch)
    monkeypatch.setattr(file, "Reader", partial(Reader, dead))
    with pytest.raises(MachineError, match=r"“2.*没有读完：读取程序重试后仍被终止"):
        report(request, str)
    assert not out.exists()
    monkeypatch.undo()
    no_notebooks(monkeypatch)
    assert report(request, str) == 0
    findings = (out / "findings.csv").read_text("utf-8-sig")
    assert "file-kills-reader" not in findings


def test_in_a_batch_the_file_that_kills_its_reader_is_one_finding(
    plan, tmp_path, script, monkeypatch
):
    """The killer is a workbook that the guard lets through."""
    script.write_text(SCRIPT.replace(f"== {KILLER!r}", "[-5:] == b'ABORT'"), encoding="utf-8")
    archive = io.BytesIO(BOOK)
    with zipfile.ZipFile(archive, "a") as book:
        book.comment = b"ABORT"
    monkeypatch.setattr(file, "Reader", partial(Reader, script))
    files = {f"{DAY}/a.xlsx": archive.getvalue(), f"{DAY}/b.xlsx": BOOK}
    submissions = load(plan, tmp_path, files)
    told = submissions.findings[["severity", "code", "file"]].values.tolist()
    assert told == [["error", "file-kills-reader", f"{DAY}/a.xlsx"]]
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12


def swelling() -> bytes:
    """Return one text of 32 000 characters named by 40 000 cells: a 6 KB zip, 1.3 GB in memory."""
    text = "煤" * 32_000
    shared = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'.encode()
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 40_001))
    return with_sheet(f"<sheetData>{cells}</sheetData>", {"xl/sharedStrings.xml": shared})


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on the address space")
def test_a_workbook_that_swells_in_memory_ends_its_reader_and_not_us():
    with Reader(memory=2**29) as reader:
        with pytest.raises(Refused) as caught:
            reader.sheets(swelling())
        assert len(reader.sheets(BOOK)) == 1
    assert caught.value.code == "file-kills-reader"


def test_one_child_serves_the_batch_and_ends_with_it():
    with Reader() as reader:
        assert reader.child is None
        reader.sheets(BOOK)
        first = reader.child
        reader.sheets(BOOK)
        assert reader.child is first
    assert first.poll() is not None


def test_no_child_is_started_for_text(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": construction(12)})
    assert len(submissions.observations) == 2


def orphan(script: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-P", str(script), str(2**31), "0.3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def test_the_child_ends_when_its_parent_does():
    """The parent's end closes the pipe."""
    with orphan(Path(worker.__file__)) as child:
        child.stdin.close()
        assert child.wait(20) == 0


def test_a_hanging_child_ends_itself_when_nobody_is_left_to_kill_it(script):
    with orphan(script) as child:
        child.stdin.write(worker.SIZE.pack(len(SLEEPER)) + SLEEPER)
        child.stdin.flush()
        assert child.wait(20) != 0


def test_days_and_times_come_through_and_anything_else_does_not():
    values = [dt.date(2023, 1, 2), dt.datetime(2023, 1, 2, 3), dt.time(4), dt.timedelta(5), 1.5]
    assert isolation._Plain(io.BytesIO(pickle.dumps(values))).load() == values
    with pytest.raises(pickle.UnpicklingError):
        isolation._Plain(io.BytesIO(pickle.dumps(os.system))).load()


def test_the_reader_starts_without_the_package_and_its_libraries():
    code = (
        f"import sys; sys.argv=['w','0','1']; import runpy; runpy.run_path({worker.__file__!r}); "
    )
    code += "print('pandas' in sys.modules, 'gsyf_lib.submissions' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


# What values do not tell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(body: str, more: dict[str, bytes] | None = None) -> bytes:
    """Return the workbook with another body of its sheet."""
    xml = f'<worksheet xmlns="{MAIN}">{body}</worksheet>'.encode()
    change = {SHEET: xml} | (more or {})
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(content, "w", 8) as new:
        for name in [n for n in old.namelist() if n not in change]:
            body_of = old.read(name)
            if name.endswith("workbook.xml.rels") and "xl/sharedStrings.xml" in change:
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
                kind, target = f"{kind}/sharedStrings", "sharedStrings.xml"
                item = f'<Relationship Id="rs" Type="{kind}" Target="{target}"/>'
                body_of = body_of.replace(b"</Relationships>", item.encode() + b"</Relationships>")
            new.writestr(name, body_of)
        for name, member in change.items():
            new.writestr(name, member)
    return content.getvalue()


def text(address: str, value: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'


def body(figure: str, row: str = "", before: str = "", after: str = "") -> str:
    """Return Taiyuan's sheet with one figure cell as given."""
    header = "".join(
        text(f"{letter}1", label)
        for letter, label in zip(
            "ABCDE", ["年度", "市", "行业", "事故起数", "伤亡人数"], strict=True
        )
    )
    keys = '<c r="A2"><v>2022</v></c>' + text("B2", "太原市") + text("C2", "建筑施工")
    last = '<c r="E2"><v>30</v></c>'
    rows = f'<row r="1">{header}</row><row r="2"{row}>{keys}{figure}{last}</row>'
    return f"{before}<sheetData>{rows}</sheetData>{after}"


TWELVE = '<c r="D2"><v>12</v></c>'


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ('<c r="D2"><f>10+2</f></c>', "cell-formula-no-value"),
        ('<c r="D2"><f>10+2</f><v></v></c>', "cell-formula-no-value"),
        ('<c r="D2"><f>10+2</f><v/></c>', "cell-formula-no-value"),
        ('<c r="D2"><f t="shared" si="0"/></c>', "cell-formula-no-value"),
        ('<c r="D2" t="str"><f>""</f><v></v></c>', "cell-missing"),
        ('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell-excel-error"),
        ('<c r="D2" t="e"><v>#REF!</v></c>', "cell-excel-error"),
        ("", "cell-missing"),
    ],
)
def test_a_cell_without_a_value_says_why(plan, tmp_path, figure, code):
    found = read_alone(plan, tmp_path, with_sheet(body(figure)))
    (told,) = found.findings.rows
    assert (told["severity"], told["code"], told["cell"]) == ("error", code, "D2")
    assert figures_alone(found)[-1] == 30
    if code == "cell-excel-error":
        assert "#DIV/0!" in told["message"] or "#REF!" in told["message"]


def test_a_formula_beyond_every_sheet_is_not_looked_for(plan, tmp_path):
    content = body(TWELVE).replace(
        "</sheetData>", '<row r="99999999999"><c><f>1</f></c></row></sheetData>'
    )
    assert codes(load(plan, tmp_path, {f"{DAY}/a.xlsx": with_sheet(content)})) in (
        [],
        ["error file-broken"],
    )


def test_a_formula_with_its_value_is_a_figure(plan, tmp_path):
    book = with_sheet(body('<c r="D2"><f>10+2</f><v>12</v></c>'))
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": book})
    assert submissions.findings.empty
    assert figures(submissions)["太原市", "建筑施工", 2022, "accidents"] == 12


def test_a_name_without_a_value_is_told_at_its_cell(plan, tmp_path):
    content = body(TWELVE).replace(text("B2", "太原市"), '<c r="B2"><f>A9</f></c>')
    found = load(plan, tmp_path, {f"{DAY}/a.xlsx": with_sheet(content)}).findings
    assert ["cell-formula-no-value", "B2"] in found[["code", "cell"]].values.tolist()
    assert "area-unknown" not in set(found["code"])


@pytest.mark.parametrize(
    ("content", "code", "cell"),
    [
        (body(TWELVE, row=' hidden="1"'), "rows-hidden", "A2"),
        (body(TWELVE, row=' ht="0" customHeight="1"'), "rows-hidden", "A2"),
        (body(TWELVE, row=' ht="0.75" customHeight="1"'), "rows-hidden", "A2"),
        (
            body(TWELVE, before='<cols><col min="4" max="4" width="0" customWidth="1"/></cols>'),
            "columns-hidden",
            "D1",
        ),
        (
            body(TWELVE, before='<cols><col min="4" max="4" hidden="true"/></cols>'),
            "columns-hidden",
            "D1",
        ),
    ],
)
def test_hidden_data_are_named_and_read(plan, tmp_path, content, code, cell):
    found = read_alone(plan, tmp_path, with_sheet(content))
    (told,) = found.findings.rows
    assert (told["severity"], told["code"], told["cell"]) == ("warning", code, cell)
    assert figures_alone(found) == [12, 30]


def test_hidden_rows_and_columns_without_data_are_no_matter(plan, tmp_path):
    columns = '<cols><col min="7" max="16384" hidden="1"/></cols>'
    content = body(TWELVE, before=columns).replace(
        "</sheetData>", '<row r="3" hidden="1"/></sheetData>'
    )
    assert load(plan, tmp_path, {f"{DAY}/a.xlsx": with_sheet(content)}).findings.empty


def merged(reference: str) -> str:
    return f'<mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>'


def test_merged_figures_are_withheld_each_with_its_address(plan, tmp_path):
    book = with_sheet(body(TWELVE, after=merged("D2:E2")))
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": book})
    found = submissions.findings
    assert found[["code", "cell"]].values.tolist() == [["cell-merged", "D2"], ["cell-merged", "E2"]]
    assert found["message"].str.contains("D2:E2").all()
    assert set(figures(submissions).values()) == {"withheld"}


@pytest.mark.parametrize("reference", ["A3:E3", "A3:E4", "E2:H2", "A1:A1"])
def test_a_merged_note_or_margin_is_no_merged_figure(plan, tmp_path, reference):
    content = body(TWELVE, after=merged(reference)).replace(
        "</sheetData>", f'<row r="3">{text("A3", "说明：本表由住建部门填报")}</row></sheetData>'
    )
    found = read_alone(plan, tmp_path, with_sheet(content))
    assert codes_alone(found) == ["info row-note"]
    assert figures_alone(found) == [12, 30]


def test_merged_ranges_that_overlap_are_refused_before_they_are_unfolded(plan, tmp_path):
    many = "".join(f'<mergeCell ref="A2:E{n}"/>' for n in range(2, 2000))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(3, 2000))
    content = body(TWELVE, after=f"<mergeCells>{many}</mergeCells>")
    content = content.replace("</sheetData>", f"{rows}</sheetData>")
    assert codes(load(plan, tmp_path, {f"{DAY}/a.xlsx": with_sheet(content)})) == [
        "error file-broken"
    ]


def test_a_link_to_another_workbook_is_named_and_nothing_is_fetched(plan, tmp_path):
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old:
        relations = old.read("xl/_rels/workbook.xml.rels")
    link = (
        b'<Relationship Id="x" Type="' + kind + b'" Target="file:///etc/x" TargetMode="External"/>'
    )
    relations = relations.replace(b"</Relationships>", link + b"</Relationships>")
    book = with_sheet(body(TWELVE), {"xl/_rels/workbook.xml.rels": relations})
    submissions = load(plan, tmp_path, {f"{DAY}/a.xlsx": book})
    assert codes(submissions) == ["warning file-external-link"]
    assert list(figures(submissions).values()) == [12, 30]


class SlowToEnd(threading.Thread):
    def run(self) -> None:
        super().run()
        time.sleep(0.2)


def test_loading_leaves_no_thread_behind_so_that_what_follows_may_fork(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(isolation.threading, "Thread", SlowToEnd)
    plan = hand_in(plan, tmp_path, {f"{DAY}/a.xlsx": BOOK})
    before = set(threading.enumerate())
    gs.load_submissions(plan)
    assert set(threading.enumerate()) <= before


def test_loading_from_a_thread_needs_no_fork(plan, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    plan = hand_in(plan, tmp_path, {f"{DAY}/a.xlsx": BOOK})
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(gs.load_submissions, [plan, plan]))
    assert [figures(submissions) for submissions in found] == 2 * [figures(found[0])]
