"""Whose is a file? Ours only while it is what we wrote; nothing else is written over."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from gsyf_lib.errors import OutputError, UsageError, reason
from gsyf_lib.processes.files import (
    check_new,
    check_new_folder,
    check_rebuilt,
    may_write,
    write_atomically,
    write_new,
)

OURS = sha256(b"ours").hexdigest()


def test_a_path_at_which_nothing_is_may_be_written(tmp_path):
    assert may_write(tmp_path / "a.csv")
    assert may_write(tmp_path / "a.csv", OURS)
    assert may_write(tmp_path / "no folder" / "a.csv")


def test_what_we_wrote_may_be_written_again_until_somebody_edits_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"ours")
    assert may_write(path, OURS)
    assert not may_write(path)
    path.write_bytes(b"ours, edited")
    assert not may_write(path, OURS)


def test_what_cannot_be_read_is_not_known_to_be_ours(tmp_path, monkeypatch):
    def closed(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.csv"
    path.write_bytes(b"ours")
    monkeypatch.setattr("gsyf_lib.processes.files.hash_of", closed)
    assert not may_write(path, OURS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
def test_links_pipes_and_folders_are_nobodys_to_write(tmp_path):
    (tmp_path / "ours").write_bytes(b"ours")
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "nowhere", "folder", "pipe"):
        assert not may_write(tmp_path / name, OURS), name


def test_all_files_are_looked_at_before_one_is_written(tmp_path):
    paths = [tmp_path / name for name in "abc"]
    paths[1].write_bytes(b"mine")
    paths[2].write_bytes(b"mine")
    with pytest.raises(UsageError, match="“.*b”等2个文件已存在"):
        check_new(*paths)
    with pytest.raises(UsageError, match="“.*b”已存在"):
        write_new(paths[1], b"ours")
    assert paths[1].read_bytes() == b"mine"


def test_what_is_rebuilt_replaces_only_what_it_would_be(tmp_path):
    paths = [tmp_path / name for name in ("new.csv", "same.csv", "edited.csv")]
    check_rebuilt(dict.fromkeys(paths, b"built"))
    paths[1].write_bytes(b"built")
    check_rebuilt(dict.fromkeys(paths, b"built"))
    paths[2].write_bytes(b"built, edited")
    with pytest.raises(UsageError, match="“.*edited.csv”与将要生成的内容不同"):
        check_rebuilt(dict.fromkeys(paths, b"built"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
@pytest.mark.parametrize("kind", ["link", "link to nowhere", "pipe", "folder"])
def test_what_is_no_file_is_not_rebuilt_over(tmp_path, kind):
    path, other = tmp_path / "targets.csv", tmp_path / "other.csv"
    if kind == "link":
        other.write_bytes(b"built")
    if kind.startswith("link"):
        path.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(UsageError, match="不覆盖"):
        check_rebuilt({path: b"built"})


@pytest.mark.parametrize("kind", ["file", "full", "link"])
def test_a_folder_that_is_not_new_or_empty_is_refused(tmp_path, kind):
    place = tmp_path / "place"
    check_new_folder(place)
    (tmp_path / "empty").mkdir()
    check_new_folder(tmp_path / "empty")
    if kind == "file":
        place.write_bytes(b"")
    elif kind == "full":
        place.mkdir()
        (place / ".hidden").write_bytes(b"")
    else:
        place.symlink_to(tmp_path / "empty")
    with pytest.raises(UsageError, match="已有内容"):
        check_new_folder(place)


def test_a_name_as_long_as_the_system_takes_can_be_written(tmp_path):
    path = tmp_path / ("长" * 83 + ".csv")  # 253 bytes
    write_atomically(path, b"1")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_why_a_file_could_not_be_written_is_said_in_chinese(tmp_path):
    with pytest.raises(OutputError, match="文件或文件夹不存在"):
        write_atomically(tmp_path / "none" / "a.csv", b"1")
    with pytest.raises(OutputError, match="路径或文件名过长"):
        write_atomically(tmp_path / ("x" * 300), b"1")
    assert reason(OSError("odd")) == "odd"
    assert list(Path(tmp_path).iterdir()) == []
