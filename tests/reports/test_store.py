"""A folder changes in one step: whole before, whole after, whatever goes wrong between."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from gsyf_lib.errors import OutputError
from gsyf_lib.reports import store

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="has no such step")
OLD = {"a.html": b"old a", "notebooks/a.ipynb": b"old n", "manifest.json": b"old"}
NEW = {"a.html": b"new a", "notebooks/a.ipynb": b"new n", "manifest.json": b"new"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.check_writable(tmp_path / "2023")
    store.commit(tmp_path / "2023", OLD, last="manifest.json")
    return tmp_path / "2023"


def test_files_are_put_and_taken_away(folder, tmp_path):
    (tmp_path / "staged").write_bytes(b"from a file")
    store.commit(folder, {"b.html": tmp_path / "staged"}, ["a.html", "never there"])
    assert content(folder) == {
        "b.html": b"from a file",
        "notebooks/a.ipynb": b"old n",
        "manifest.json": b"old",
    }


@pytest.fixture(params=["exchange", "refused", "another system"])
def way(request, monkeypatch) -> str:
    """The ways to the new folder: one step of the system, or names one by one without it."""
    if request.param == "refused":
        monkeypatch.setattr(store, "_rename_exchange", lambda *_: False)
    if request.param == "another system":
        monkeypatch.setattr(store.sys, "platform", "darwin")
    return request.param


@on_linux
def test_the_folder_is_exchanged_in_one_step(folder, monkeypatch):
    """No file of it is renamed."""
    monkeypatch.setattr(store, "_take_names", None)
    before = folder.stat().st_ino
    seen = []
    exchange = store._rename_exchange

    def seen_around(*given: Path) -> bool:
        seen.append(content(folder))
        done = exchange(*given)
        seen.append(content(folder))
        return done

    monkeypatch.setattr(store, "_rename_exchange", seen_around)
    store.commit(folder, NEW, last="manifest.json")
    assert seen == [OLD, NEW]
    assert before != folder.stat().st_ino


@on_linux
def test_an_exchange_that_the_system_refuses_is_none(folder, tmp_path):
    """The old folder stands; taken for done, the new one would be removed as the old."""
    assert not store._rename_exchange(tmp_path / "not there", folder)
    assert content(folder) == OLD


def test_what_stays_is_the_same_file_with_the_same_rights(folder, way):
    (folder / "notes").mkdir(mode=0o750)
    (folder / "notes" / "mine.txt").write_text("of the user")
    (folder / "notes" / "link").symlink_to("/nowhere")
    (folder / "notes" / "mine.txt").chmod(0o640)
    folder.chmod(0o2770)
    store.commit(folder, {"a.html": b"new a"}, ["manifest.json"])
    assert content(folder) == {
        "a.html": b"new a",
        "notebooks/a.ipynb": b"old n",
        "notes/mine.txt": b"of the user",
    }
    assert (folder / "notes" / "link").readlink() == Path("/nowhere")
    modes = [(folder / name).stat().st_mode & 0o7777 for name in ("", "notes", "notes/mine.txt")]
    assert modes == [0o2770, 0o750, 0o640]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give away")
def test_a_folder_stays_with_whom_it_belongs_to(folder):
    """A new one would be the run's user's; the files take their names one by one instead."""
    os.chown(folder, 12345, 12346)
    store.commit(folder, NEW, last="manifest.json")
    assert (folder.stat().st_uid, folder.stat().st_gid) == (12345, 12346)
    assert content(folder) == NEW


def test_nothing_is_left_beside_the_folder(folder, way):
    store.commit(folder, NEW, last="manifest.json")
    assert [path.name for path in folder.parent.iterdir()] == ["2023"]


def test_nothing_is_made_before_there_is_something_to_put_in(tmp_path):
    store.check_writable(tmp_path / "2023")
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_takes_the_names_one_by_one(folder, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    store.commit(folder, {"a.html": b"new a"}, last="manifest.json")
    assert content(folder) == OLD | {"a.html": b"new a"}


def test_elsewhere_names_are_taken_one_after_the_other_the_manifest_last(folder, monkeypatch):
    monkeypatch.setattr(store, "_rename_exchange", lambda *_: False)
    taken = []
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda path, to: (taken.append(to.name), replace(path, to))
    )
    files = {"manifest.json": b"1", "z.html": b"2", "b.html": b"3"}
    store.commit(folder, files, last="manifest.json")
    assert taken == ["z.html", "b.html", "manifest.json"]


def test_every_byte_is_on_the_disk_before_a_name_is_taken(folder, monkeypatch, way):
    heard = []
    fsync, replace, exchange = os.fsync, Path.replace, store._rename_exchange
    monkeypatch.setattr(os, "fsync", lambda fd: (heard.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (heard.append("name"), replace(path, to)))
    monkeypatch.setattr(
        store, "_rename_exchange", lambda *two: exchange(*two) and not heard.append("name")
    )
    store.commit(folder, NEW, last="manifest.json")
    first_name = heard.index("name")
    folders = 2 if way == "exchange" else 0  # that name the files
    assert heard[:first_name].count("fsync") >= 3 + folders
    last_name = len(heard) - 1 - heard[::-1].index("name")
    assert heard[-1] == "fsync"
    if way != "exchange":
        assert "fsync" in heard[first_name:last_name]  # the other names, before the manifest's


def test_a_signal_waits_until_the_folder_is_whole(folder, monkeypatch, way):
    def signalling(step: Callable) -> Callable:
        def call(*given: object) -> object:
            os.kill(os.getpid(), signal.SIGTERM)
            return step(*given)

        return call

    seen = []
    before = signal.signal(signal.SIGTERM, lambda *_: seen.append(content(folder)))
    monkeypatch.setattr(Path, "replace", signalling(Path.replace))
    monkeypatch.setattr(store, "_rename_exchange", signalling(store._rename_exchange))
    try:
        store.commit(folder, NEW, last="manifest.json")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen[0] == NEW


def test_what_a_killed_run_left_is_swept_and_nothing_else(folder):
    (folder / ".a.html.123.tmp").write_bytes(b"half")
    (folder / "notebooks" / ".a.ipynb.9.tmp").write_bytes(b"half")
    (folder / ".keep.tmp").write_bytes(b"of the user")
    beside, precious = folder.parent / ".2023.77.tmp", folder.parent / "precious"
    beside.mkdir()
    precious.mkdir()
    (precious / "thesis.docx").touch()
    (beside / "link").symlink_to(precious)
    (folder.parent / ".2023.78.tmp").symlink_to(precious)
    (folder.parent / "..2023.timings.json.5.tmp").touch()
    for name in (".2022.77.tmp", ".2023.1.77.tmp"):  # of other folders' runs, which may go on
        (folder.parent / name).mkdir()
    store.check_writable(folder)
    assert set(content(folder)) == {*OLD, ".keep.tmp"}
    assert sorted(path.name for path in folder.parent.iterdir()) == [
        ".2022.77.tmp",
        ".2023.1.77.tmp",
        "2023",
        "precious",
    ]
    assert (precious / "thesis.docx").exists()


@on_linux
def test_what_is_written_on_trial_is_never_seen(folder, monkeypatch):
    """A run that is killed meanwhile leaves the folder as it was."""
    seen = []

    @contextmanager
    def watched(**where: Path) -> Iterator[None]:
        with TemporaryFile(**where):
            seen.append(content(folder))
            yield

    monkeypatch.setattr(store, "TemporaryFile", watched)
    store.check_writable(folder)
    assert seen == [OLD]


@pytest.mark.parametrize("name", ["", "notebooks", "failed"])
def test_a_symbolic_link_is_refused(tmp_path, name):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "2023" / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="符号链接"):
        store.check_writable(tmp_path / "2023")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "2023").write_text("x")
    with pytest.raises(OutputError, match="无法写入输出文件夹"):
        store.check_writable(tmp_path / "2023")


@pytest.fixture
def mount(tmp_path):
    """Mount a small file system, writable or read-only."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    place = tmp_path / "disk"
    place.mkdir()

    def run(*command: str) -> None:
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")

    run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place))
    yield place, lambda: run("mount", "-o", "remount,ro", str(place))
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_the_folder_as_it_was(mount):
    disk, _ = mount
    store.check_writable(disk / "2023")
    store.commit(disk / "2023", OLD, last="manifest.json")
    with pytest.raises(OutputError, match="磁盘空间") as raised:
        store.commit(disk / "2023", NEW | {"b.html": bytes(2**20)}, last="manifest.json")
    assert raised.value.exit_code == 4
    assert content(disk / "2023") == OLD
    store.commit(disk / "2023", NEW, last="manifest.json")
    assert content(disk / "2023") == NEW


def test_a_read_only_folder_is_refused_before_anything_is_built(mount):
    disk, make_read_only = mount
    store.check_writable(disk / "2023")
    make_read_only()
    with pytest.raises(OutputError, match="磁盘只读") as raised:
        store.check_writable(disk / "2023")
    assert raised.value.exit_code == 4
