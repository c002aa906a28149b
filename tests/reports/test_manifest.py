"""The manifest vouches for a folder: what is missing, changed or foreign is told by name."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from gsyf_lib.cli.main import main
from gsyf_lib.errors import OutputError, UsageError
from gsyf_lib.reports.manifest import (
    Manifest,
    PageRecord,
    check_ours,
    differences,
    read_manifest,
    read_outputs,
    sealed,
)
from gsyf_lib.reports.store import check_writable

PAGES = {"index.html": b"index", "notebooks/a.ipynb": b"{}"}


def manifest(**changes: object) -> Manifest:
    facts = {
        "plan": "五年行动计划",
        "year": 2023,
        "edition": "internal",
        "synthetic": True,
        "asked_as_of": None,
        "as_of": "2024-03-01",
        "latest_year": 2024,
        "errors": 0,
        "lacking": False,
        "readings": {},
        "code": "c",
        "notebooks": {},
        "versions": {"python": "3"},
        "inputs": {"plan.toml": "0"},
        "pages": {"a": PageRecord("k", "2024-03-01")},
        "outputs": {name: sha256(content).hexdigest() for name, content in PAGES.items()},
    }
    return Manifest(**facts | changes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in PAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "manifest.json").write_bytes(manifest().to_bytes())
    return tmp_path


def test_what_is_written_is_read_again(folder):
    assert read_manifest(folder) == manifest()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pages": {}}', b'{"pages": 1}', b"\xff"])
def test_half_a_manifest_is_none(folder, content):
    (folder / "manifest.json").write_bytes(content)
    assert read_manifest(folder) is None


def test_a_byte_changed_anywhere_in_a_manifest_is_seen(folder):
    path = folder / "manifest.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_manifest(folder) is None, whole[place - 20 : place + 20]


@pytest.mark.parametrize(
    "name",
    [
        "../thesis.docx",
        "..",
        ".",
        "",
        "/etc/passwd",
        "notebooks/../../thesis.docx",
        "notebooks/..",
        "a/b/c.html",
        "..\\thesis.docx",
        "notebooks\\a.ipynb",
        "C:thesis.docx",
        ".hidden",
        "notebooks/.hidden",
        "a\0b",
        "a\nb",
    ],
)
def test_a_manifest_that_names_what_is_not_plainly_inside_is_none(folder, name):
    (folder / "manifest.json").write_bytes(manifest(outputs={name: "0"}).to_bytes())
    assert read_manifest(folder) is None
    assert read_outputs(folder) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"outputs": ["index.html"]},
        {"outputs": {"index.html": 1}},
        {"year": "2023"},
        {"latest_year": "../../2023"},
        {"errors": None},
        {"pages": {"a": PageRecord(title=1)}},
    ],
)
def test_a_manifest_of_other_kinds_of_values_is_none(folder, changes):
    (folder / "manifest.json").write_bytes(manifest(**changes).to_bytes())
    assert read_manifest(folder) is None


def planted(folder: Path, kind: str) -> None:
    """Put something in the place of the manifest."""
    path = folder / "manifest.json"
    whole = path.read_bytes()
    path.unlink()
    if kind == "nested":
        path.write_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        (folder / "notebooks" / "m.json").write_bytes(whole)
        path.symlink_to(folder / "notebooks" / "m.json")
    else:
        with path.open("wb") as file:
            file.truncate(4 * 2**30)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
@pytest.mark.parametrize("kind", ["nested", "pipe", "folder", "link", "huge"])
def test_what_is_no_manifest_is_told_without_a_hang(folder, capsys, kind):
    planted(folder, kind)
    code, out, err = verify(folder, capsys)
    assert (code, out) == (4, "")
    assert "没有完整的清单" in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
def test_pipes_and_links_to_folders_are_told_by_name(folder, capsys, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "notebooks" / "a.ipynb").rename(elsewhere / "a.ipynb")
    (folder / "notebooks").rmdir()
    (folder / "notebooks").symlink_to(elsewhere)
    (folder / "index.html").unlink()
    os.mkfifo(folder / "index.html")
    os.mkfifo(folder / "pipe")
    assert verify(folder, capsys)[:2] == (
        4,
        "缺失  index.html\n缺失  notebooks/a.ipynb\n多出  notebooks\n多出  pipe\n",
    )


def test_a_file_that_cannot_be_read_is_told(folder, monkeypatch):
    def closed(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gsyf_lib.reports.manifest.hash_of", closed)
    assert list(differences(folder, manifest().outputs))[0] == ("index.html", "无法读取")


def test_a_manifest_changed_by_one_letter_does_not_verify(folder, capsys):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"sha256"', b'"sha257"'))
    assert verify(folder, capsys)[0] == 4


def whose(folder: Path, kind: str = "report") -> str:
    """Return what is said of a folder; nothing if it may be written."""
    try:
        check_ours(folder, kind)
    except UsageError as error:
        return str(error)
    return ""


def test_a_new_an_empty_and_our_own_folder_may_be_written(folder, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    assert [whose(place) for place in (folder, empty, empty / "new")] == ["", "", ""]


def test_a_folder_of_somebody_is_told_with_what_is_in_it(tmp_path):
    (tmp_path / "index.html").write_text("李工的")
    said = whose(tmp_path)
    assert f"“{tmp_path}”中已有“index.html”" in said
    assert "先移走其中的文件" in said


@pytest.mark.parametrize("name", [".git/config", "子文件夹/a.docx", ".profile", "manifest.json"])
def test_whatever_else_somebody_keeps_there_is_seen(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("{}")
    assert f"已有“{name}”" in whose(tmp_path)


def test_a_link_to_a_folder_in_it_is_somebodys(tmp_path):
    (tmp_path / "there").symlink_to(tmp_path)
    assert "there" in whose(tmp_path)


def test_what_a_killed_run_left_is_nothing(tmp_path):
    for name in (".index.html.123.tmp", "notebooks/.a.ipynb.9.tmp", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    assert whose(tmp_path) == ""


def test_a_run_killed_while_its_files_took_their_names_has_its_folder_back(tmp_path):
    (tmp_path / "index.html").write_bytes(b"index")
    (tmp_path / ".manifest.json.123.tmp").write_bytes(manifest().to_bytes())
    assert whose(tmp_path) == ""


def test_a_folder_of_an_earlier_version_is_ours(folder):
    older = json.loads((folder / "manifest.json").read_bytes())
    del older["latest_year"], older["sha256"]
    older["pages"] = {"a": {"key": "k"}}
    for content in (json.dumps(older).encode(), sealed(older)):
        (folder / "manifest.json").write_bytes(content)
        assert read_manifest(folder) is None
        assert whose(folder) == ""


def test_a_planted_manifest_makes_no_folder_ours(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"thesis")
    content = manifest(outputs={"../thesis.docx": "0"}).to_bytes()
    (tmp_path / "manifest.json").write_bytes(content)
    assert "不是 gsyf report 生成的" in whose(tmp_path)


def test_a_manifest_larger_than_any_of_ours_is_none(folder, monkeypatch):
    """Whoever plants one could fill the memory of a run with it."""
    size = (folder / "manifest.json").stat().st_size
    monkeypatch.setattr("gsyf_lib.reports.manifest.LARGEST", size)
    assert read_outputs(folder) is not None
    monkeypatch.setattr("gsyf_lib.reports.manifest.LARGEST", size - 1)
    assert read_outputs(folder) is None
    with pytest.raises(UsageError):
        check_ours(folder)


def test_a_link_is_not_judged_by_what_it_leads_to(tmp_path):
    """``check_writable`` refuses it as a link, whoever owns what is behind."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "thesis.docx").touch()
    (tmp_path / "2023").symlink_to(tmp_path / "elsewhere")
    check_ours(tmp_path / "2023")
    with pytest.raises(OutputError, match="符号链接"):
        check_writable(tmp_path / "2023")


def test_reports_and_briefings_do_not_share_a_folder(folder, tmp_path_factory):
    briefing = tmp_path_factory.mktemp("briefing")
    (briefing / "manifest.json").write_bytes(sealed({"briefing": 2023, "outputs": {}}))
    assert [whose(briefing, "briefing"), whose(folder, "report")] == ["", ""]
    assert "不是 gsyf briefing 生成的" in whose(folder, "briefing")
    assert "不是 gsyf report 生成的" in whose(briefing, "report")


def verify(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["verify", str(folder)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_untouched_folder_verifies(folder, capsys):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"of the system")
    assert verify(folder, capsys) == (0, f"{folder}：2个文件与清单一致\n", "")


def test_what_does_not_verify_is_told_by_name(folder, capsys):
    (folder / "index.html").write_bytes(b"inde x")
    (folder / "notebooks" / "a.ipynb").unlink()
    (folder / "notebooks" / "b.ipynb").write_bytes(b"{}")
    code, out, err = verify(folder, capsys)
    assert (code, out.splitlines()) == (
        4,
        ["已改动  index.html", "缺失  notebooks/a.ipynb", "多出  notebooks/b.ipynb"],
    )
    assert "3个文件" in err


def test_a_link_to_the_same_bytes_does_not_verify(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "index.html"
    (folder / "index.html").rename(elsewhere)
    (folder / "index.html").symlink_to(elsewhere)
    assert list(differences(folder, manifest().outputs)) == [("index.html", "缺失")]


def test_without_a_whole_manifest_nothing_verifies(folder, capsys):
    (folder / "manifest.json").unlink()
    code, out, err = verify(folder, capsys)
    assert (code, out, "manifest.json" in err) == (4, "", True)


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path, capsys):
    assert verify(tmp_path / "2023", capsys)[0] == 2


def test_verifying_imports_nothing_heavy(folder):
    import subprocess
    import sys

    code = (
        "import sys\nfrom gsyf_lib.cli.main import main\n"
        f"main(['verify', {str(folder)!r}])\n"
        "print([m for m in ('pandas', 'numpy', 'papermill') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
