"""The same pages from a Dask cluster: over TCP, from workers without a disk in common."""

import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dask
import pytest
from quick_runs import read_once
from small_notebooks import write_notebooks

import gsyf_lib as gs
from gsyf_lib.cli.main import main
from gsyf_lib.errors import UsageError
from gsyf_lib.reports import cluster, provenance
from gsyf_lib.reports.manifest import differences, read_manifest
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

DATA = Path(__file__).parents[2] / "data"
SLOW = "import time\ntime.sleep(0.5)"


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory, judged: gs.JudgedPlan) -> Iterator[Path]:
    folder = write_notebooks(tmp_path_factory.mktemp("notebooks"), SLOW)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (folder,))
        read_once(monkeypatch, judged)
        yield folder


@pytest.fixture(scope="module")
def local(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder made on this machine."""
    out = tmp_path_factory.mktemp("local") / "2023"
    assert report(Request(DATA, year=2023, out=out), str) == 0
    return out


def start(kind: str, place: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start a scheduler or a worker in an empty folder of its own."""
    place.mkdir()
    code = f"from distributed.cli.dask_{kind} import main; main()"
    environment = {"PATH": os.environ["PATH"], "HOME": str(place)}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *options],
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own, on TCP."""
    file = tmp_path / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
    processes = [start("scheduler", tmp_path / "s", *options, "--scheduler-file", str(file))]
    try:
        address = _address(file)
        for name in ("w1", "w2"):
            options = [address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name]
            processes.append(start("worker", tmp_path / name, *options))
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    end = time.monotonic() + 60
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    return json.loads(file.read_text("utf-8"))["address"]


def test_the_pages_are_those_of_a_local_run_though_a_worker_is_killed(local, running, tmp_path):
    address, workers = running
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 4:
            workers[0].send_signal(signal.SIGKILL)

    out = tmp_path / "2023"
    assert report(Request(DATA, year=2023, out=out, scheduler=address), tell) == 0
    assert told[-4] == "  生成：18页"
    assert workers[0].wait() == -signal.SIGKILL
    assert content(out) == content(local)


def test_a_cluster_is_not_asked_when_nothing_has_changed(local, tmp_path):
    told: list[str] = []
    request = Request(DATA, year=2023, out=local, scheduler="tcp://127.0.0.1:9")
    assert report(request, told.append) == 0
    assert told[-4:-2] == ["  生成：0页", "  未变：18页"]


def test_our_own_notebooks_show_the_same_there(running, tmp_path):
    address, _ = running
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (DATA.parent / "notebooks",))
        for name, scheduler in (("here", None), ("there", address)):
            out = tmp_path / name / "2023"
            request = Request(DATA, 2023, areas=("太原",), out=out, scheduler=scheduler)
            assert report(request, str) == 0
    assert content(tmp_path / "there" / "2023") == content(tmp_path / "here" / "2023")


def test_a_cluster_that_is_lost_leaves_a_whole_folder_and_says_so(running, tmp_path, notebooks):
    address, workers = running
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        for worker in workers:
            worker.kill()

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(cluster, "LONGEST_WAIT", 3.0)
        out = tmp_path / "2023"
        assert report(Request(DATA, year=2023, out=out, scheduler=address), tell) == 3
    assert any("已放弃" in line for line in told)
    manifest = read_manifest(out)
    assert manifest is not None
    assert not list(differences(out, manifest.outputs))


@pytest.mark.parametrize(
    ("address", "said"),
    [("tls://127.0.0.1:9", "需要证书"), ("no://127.0.0.1:9", "unknown address")],
)
def test_an_address_that_dask_cannot_use_is_told_at_once_in_a_sentence(address, said, capfd):
    begun = time.monotonic()
    with pytest.raises(UsageError, match=said):
        cluster.connect(address)
    assert time.monotonic() - begun < cluster.CONNECT_SECONDS
    gc.collect()
    assert "Traceback" not in capfd.readouterr().err


def test_certificates_that_are_not_there_are_told_in_a_sentence(tmp_path):
    names = {"ca-file": "ca", "client.cert": "cert", "client.key": "key"}
    tls = {f"distributed.comm.tls.{key}": str(tmp_path / name) for key, name in names.items()}
    with dask.config.set(tls), pytest.raises(UsageError, match="No such file"):
        cluster.connect("tls://127.0.0.1:9")


def test_without_distributed_nothing_is_started_and_it_is_said_what_to_install(
    tmp_path, monkeypatch, notebooks, capsys
):
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = ["--year", "2023", "--out", str(tmp_path / "2023"), "--scheduler", "tcp://x:1"]
    assert main(["report", "--data", str(DATA), *arguments]) == 2
    assert "需要软件包 distributed" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_no_address_is_refused_before_anything_is_asked(tmp_path, notebooks):
    with pytest.raises(UsageError, match="“foo”不是 Dask 调度器的地址"):
        report(Request(DATA, year=2023, out=tmp_path / "2023", scheduler="foo"), str)
    assert not list(tmp_path.iterdir())


def test_no_scheduler_at_the_address_is_wrong_usage(tmp_path, monkeypatch, notebooks):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    request = Request(DATA, year=2023, out=tmp_path / "2023", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match="无法连接 Dask 调度器 tcp://127.0.0.1:9"):
        report(request, str)
    assert not list(tmp_path.iterdir())


def test_a_scheduler_without_workers_is_wrong_usage(running, tmp_path, monkeypatch, notebooks):
    address, workers = running
    for worker in workers:
        worker.kill()
        worker.wait()
    time.sleep(1)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with pytest.raises(UsageError, match="没有工作节点"):
        report(Request(DATA, year=2023, out=tmp_path / "2023", scheduler=address), str)


@pytest.fixture
def packed(notebooks: Path, judged: gs.JudgedPlan, tmp_path: Path) -> cluster.Parcel:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "plan.toml").write_bytes((DATA / "plan.toml").read_bytes())
    provenance.copy_notebooks(tmp_path / "notebooks")
    made_by = provenance.makers()
    return cluster.parcel(judged, tmp_path, made_by)


@pytest.mark.parametrize("change", [{"code": "other"}, {"versions": {"pandas": "0"}}])
def test_a_worker_with_another_version_makes_no_page(packed, change):
    job = cluster.Job("140100", "太原市", "city_report", {}, "", "", {}, (), {}, {}, "")
    outcome = cluster.page_from_parcel(job, replace(packed, **change))
    assert (outcome.page, "与发送方不同" in outcome.problem) == (b"", True)


def test_a_parcel_is_known_by_its_content(packed, tmp_path):
    again = cluster.parcel(pickle.loads(packed.judged), tmp_path, provenance.makers())
    assert again.files == packed.files
    notebook = next((tmp_path / "notebooks").iterdir())
    notebook.write_text("{}", "utf-8")
    other = cluster.parcel(pickle.loads(packed.judged), tmp_path, provenance.makers())
    assert other.name != again.name
