"""The runner is killed, stopped, doubled, poisoned: nothing is torn, nothing lives on.

Moments are drawn from a fixed seed. Where a run is killed over and over again, a stand-in makes the
pages in no time, so that the moments fall on the runner itself.
"""

import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import descendants, gone, orphans
from quick_runs import no_notebooks, read_once
from small_notebooks import write_notebooks

import gsyf_lib as gs
from gsyf_lib.processes.stop import Stopped
from gsyf_lib.reports import batch, datafiles, provenance, store
from gsyf_lib.reports.inputs import hash_inputs
from gsyf_lib.reports.manifest import differences, read_manifest
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report
from gsyf_lib.reports.workers import Job, Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc, forks")

DATA = Path(__file__).parents[2] / "data"
BIN = Path(sys.executable).parent
MOMENTS = 25
KILLED = 4
AREAS = ("太原市", "山西省")
PAGE_FILES = ("{}.html", "notebooks/{}.ipynb")
# A run of the command with small notebooks and without the workbook of results.
RUN = """
import pickle, sys
from pathlib import Path
from gsyf_lib.cli.main import main
from gsyf_lib.reports import batch, datafiles, provenance
provenance.NOTEBOOK_FOLDERS = (Path({notebooks!r}),)
datafiles.results_book = lambda *_: b"a workbook"
{more}
sys.exit(main(sys.argv[1:]))
"""
# Where reading is no part of the claim.
READ_ALREADY = "batch.judge = lambda at, _: pickle.loads(Path({file!r}).read_bytes()).at(at)"
# A notebook that is at work leaves a mark.
AT_WORK = """
import os, pathlib, time
pathlib.Path({marks!r}, str(os.getpid())).touch()
time.sleep(600)
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def command(notebooks: Path, out: Path, *more: str, judged: Path | None = None) -> list[str]:
    """Return the command of a run with small notebooks, as a user would type it."""
    known = READ_ALREADY.format(file=str(judged)) if judged else ""
    code = RUN.format(notebooks=str(notebooks), more=known)
    given = ["report", "--data", str(DATA), "--year", "2023", "--out", str(out), *more]
    return [sys.executable, "-c", code, *given]


def quick_page(job: Job, private: object) -> Outcome:
    """Stand in for notebook and rendering: a page that tells its name, long enough to be torn."""
    time.sleep(0.01)
    text = f"{job.name} {os.environ['EDITION']}\n".encode() * 3000
    return Outcome(job, b"{}" + text, text)


@pytest.fixture(scope="module")
def answers(judged: gs.JudgedPlan) -> dict[str, object]:
    """What the functions of a run answer, by name: worked out once for all runs."""
    judged.work_out(2023)
    return {
        "judge": judged,
        "make_jobs": batch.make_jobs(judged, 2023, provenance.NOTEBOOK_FOLDERS[0]),
        "makers": provenance.makers(),
        "copy_inputs": hash_inputs(DATA, None),
        "data_files": datafiles.data_files(judged, 2023),
    }


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answers: dict[str, object]) -> Path:
    """Leave out of a run what is slow and writes nothing: notebooks, reading, asking for versions.

    Returns the folder of temporary files.
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for name, answer in answers.items():
        monkeypatch.setattr(batch, name, lambda *_, answer=answer: answer)
    monkeypatch.setattr(batch, "index_page", lambda *of: repr(of[2]).encode())
    no_notebooks(monkeypatch, quick_page)
    return temporary


def run_in_child(out: Path, edition: str, step: int = 0) -> int:
    """Start a run in a forked process; it kills itself at a step on its way to the disk."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.environ["EDITION"] = edition
        if step:
            _die_at(step)
        report(Request(DATA, year=2023, out=out, force=True), lambda _: None)
    finally:
        os._exit(0)


def _die_at(step: int) -> None:
    """Kill this process just before it writes, syncs or names something for the nth time."""
    steps = iter(range(step - 1, -1, -1))

    def counted(function: Callable) -> Callable:
        def call(*given: object, **named: object) -> object:
            if next(steps) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*given, **named)

        return call

    store._write = counted(store._write)
    store._rename_exchange = counted(store._rename_exchange)
    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)


BESIDE = "2023（改动过的文件）"


def killed_over_and_over(folder: Path, steps: int) -> Iterator[tuple[dict, dict, dict]]:
    """Kill runs over a folder; yield what two whole ones hold, and what it holds each time."""
    wholes = []
    for edition in "AB":
        out = folder / edition / "2023"
        begun = time.monotonic()
        os.waitpid(run_in_child(out, edition), 0)
        seconds = time.monotonic() - begun
        wholes.append(content(out))
    out = folder / "2023"
    shutil.copytree(folder / "A" / "2023", out)
    moments = random.Random(2021)
    for number in range(MOMENTS):
        edition = "A" if content(out) == wholes[1] else "B"
        if number % 2:
            pid = run_in_child(out, edition, step=moments.randint(1, steps * len(wholes[0]) + 4))
        else:
            pid = run_in_child(out, edition)
            time.sleep(moments.uniform(0, seconds))
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        yield *wholes, content(out)
    os.waitpid(run_in_child(out, "B"), 0)
    assert content(out) == wholes[1]
    left = {path.name for path in folder.iterdir() if "2023" in path.name}
    assert left - {BESIDE} == {"2023", ".2023.lock", ".2023.timings.json"}


def test_kill_9_at_25_moments_leaves_the_old_folder_or_the_new_one(quick, tmp_path):
    # Files are written and synced, and so are the folders; then comes the one step.
    for old, new, now in killed_over_and_over(tmp_path, steps=2):
        assert now in (old, new)
    assert not (tmp_path / BESIDE).exists()
    assert list(quick.iterdir()) == []


def test_where_folders_cannot_be_exchanged_no_file_is_torn_by_kill_9(quick, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_rename_exchange", lambda *_: False)
    mixed = 0
    for old, new, now in killed_over_and_over(tmp_path, steps=3):
        for name, bytes_ in now.items():
            assert bytes_ in (old[name], new[name]), f"{name} is torn"
        mixed += now not in (old, new)
    assert mixed > 2  # some were killed while files took their names
    assert list(quick.iterdir()) == []


def test_a_reader_sees_the_old_folder_or_the_new_one(quick, tmp_path):
    """Between the two lies a moment, not the length of a run."""
    out = tmp_path / "2023"
    os.waitpid(run_in_child(out, "A"), 0)
    old = content(out)
    pid = run_in_child(out, "B")
    seen = set()
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        manifest = read_manifest(out)
        assert manifest is not None
        seen.add(all(name in old for name in manifest.outputs))
        time.sleep(0.01)
    assert seen == {True}
    assert list(differences(out, read_manifest(out).outputs)) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_run_that_is_stopped_leaves_no_folder(quick, tmp_path, monkeypatch, number):
    def stopped(*_: object) -> None:
        raise Stopped(number)

    no_notebooks(monkeypatch, stopped)
    with pytest.raises(Stopped):
        report(Request(DATA, year=2023, out=tmp_path / "reports" / "2023"), str)
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [".2023.lock"]


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notebooks(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def slow_notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slow")
    return write_notebooks(folder, AT_WORK.format(marks=str(folder / "marks")))


@pytest.fixture(scope="module")
def judged_file(judged: gs.JudgedPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of what has been read and judged."""
    judged.work_out(2023)
    file = tmp_path_factory.mktemp("judged") / "judged.pickle"
    file.write_bytes(pickle.dumps(judged))
    return file


@pytest.fixture(scope="module")
def folder(notebooks: Path, judged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder made by a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "2023"
    run = command(notebooks, out, judged=judged_file)
    subprocess.run(run, check=True, capture_output=True)
    return out


@pytest.fixture
def busy(
    slow_notebooks: Path, judged_file: Path, folder: Path, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], Path, set[int]]]:
    """A run over a whole folder, at the moment when notebooks are at work."""
    out, marks = tmp_path / "2023", slow_notebooks / "marks"
    shutil.rmtree(marks, ignore_errors=True)
    marks.mkdir()
    shutil.copytree(folder, out)
    run = command(slow_notebooks, out, "--jobs", "4", judged=judged_file)
    process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
    while len(list(marks.iterdir())) < 4:  # a run that fails before ends
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    yield process, out, descendants(process.pid)
    process.kill()
    process.communicate()


def test_nothing_lives_on_at_whatever_moment_a_run_is_killed(notebooks, tmp_path):
    """While it reads, while another process imports, while notebooks run, while it writes."""
    moments = random.Random(9)
    run = command(notebooks, tmp_path / "2023", "--force", "--area", *AREAS)
    begun = time.monotonic()
    subprocess.run(run, check=True, capture_output=True)
    seconds = time.monotonic() - begun
    for nth in range(KILLED):
        with orphans() as left:
            process = subprocess.Popen(run, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(nth, nth + 1) * seconds / KILLED)
            process.send_signal((signal.SIGKILL, signal.SIGHUP)[nth % 2])
            process.wait()
        assert left == set(), f"after {nth + 1} of {KILLED} parts of {seconds:.1f} s"


def test_all_processes_and_the_lock_go_with_a_killed_runner(busy, folder, notebooks, judged_file):
    process, out, started = busy
    process.kill()
    process.wait()
    assert gone(started) == set()
    assert content(out) == content(folder)
    run = command(notebooks, out, "--force", "--area", *AREAS, judged=judged_file)
    again = subprocess.run(run, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_run_leaves_the_folder_whole_and_nothing_running(busy, folder, number, code):
    process, out, started = busy
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == code
    assert told.splitlines()[-1].endswith("没有留下未写完的文件")
    assert "Traceback" not in told
    assert gone(started) == set()
    assert content(out) == content(folder)


def test_a_second_run_is_refused_while_the_first_goes_on(busy, slow_notebooks, judged_file):
    process, out, _ = busy
    run = command(slow_notebooks, out, judged=judged_file)
    second = subprocess.run(run, capture_output=True, text=True)
    assert second.returncode == 75
    assert "另一个 gsyf 命令正在写入" in second.stderr
    assert process.poll() is None


def assert_same_pages(folder: Path, whole: Path) -> None:
    """Compare all but what says which pages there are."""
    names = [name.format(code) for code in ("140000", "140100") for name in PAGE_FILES]
    files = {name: content(folder)[name] for name in names}
    assert files.items() <= content(whole).items()
    for name in ("results.csv", "findings.csv"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes()


def poison(place: Path) -> None:
    """Put a kernel and modules where they are looked for; each of them leaves a mark."""
    marks = place / "marks"
    marks.mkdir()
    leave = f"open({str(marks)!r} + '/' + __name__, 'w')\n"
    for name in ("openpyxl", "pandas", "numpy", "data", "ipykernel_launcher", "sitecustomize"):
        (place / f"{name}.py").write_text(leave)
    kernel = place / "kernels" / "python3"
    kernel.mkdir(parents=True)
    touch = f'["touch", "{marks}/kernel"]'
    (kernel / "kernel.json").write_text(f'{{"argv": {touch}, "display_name": "", "language": "p"}}')
    startup = place / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "first.py").write_text(leave)
    (place / "home" / "matplotlibrc").write_text("font.size: 40\n")


@pytest.fixture(scope="module")
def elsewhere(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a run in a poisoned folder, with nothing in its environment that is usual."""
    place = tmp_path_factory.mktemp("elsewhere")
    poison(place)
    odd = ["LANG=C", "LC_ALL=POSIX", "TZ=Pacific/Kiritimati", "PYTHONHASHSEED=7"]
    homes = [f"{name}={place / 'home'}" for name in ("HOME", "MATPLOTLIBRC", "JUPYTER_CONFIG_DIR")]
    run = command(notebooks, place / "2023", "--jobs", "1", "--area", *AREAS)
    run[1:1] = ["-P"]  # the command gsyf does not look into the working folder
    bare = ["env", "-i", *odd, *homes, f"JUPYTER_PATH={place}", *run]
    ran = subprocess.run(bare, cwd=place, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    assert "已生成" in ran.stderr.decode("utf-8")
    return place


def test_poison_in_the_working_folder_and_on_jupyters_path_is_not_run(elsewhere):
    assert list((elsewhere / "marks").iterdir()) == []


def test_a_bare_environment_with_another_locale_and_clock_gives_the_same_bytes(elsewhere, folder):
    assert_same_pages(elsewhere / "2023", folder)


def test_the_module_is_not_taken_from_the_working_folder(tmp_path):
    (tmp_path / "argparse.py").write_text("raise SystemExit('poisoned')")
    run = [sys.executable, "-m", "gsyf_lib", "verify", str(tmp_path / "nowhere")]
    ran = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, "poisoned" in ran.stderr) == (2, False)


def test_inputs_that_change_during_the_run_change_nothing(tmp_path, monkeypatch, judged):
    data = tmp_path / "data"
    shutil.copytree(DATA, data)

    def page(job: Job, private: object) -> Outcome:
        (data / "plan.toml").write_text("broken")
        shutil.rmtree(data / "raw", ignore_errors=True)
        return quick_page(job, private)

    read_once(monkeypatch, judged)
    monkeypatch.setenv("EDITION", "A")
    for place, make_page in (("whole", quick_page), ("changed", page)):
        no_notebooks(monkeypatch, make_page)
        assert report(Request(data, year=2023, out=tmp_path / place / "2023"), str) == 0
    assert content(tmp_path / "changed" / "2023") == content(tmp_path / "whole" / "2023")
    assert not (data / "raw").exists()
