"""The manifest vouches for a folder: what is missing, changed or foreign is told by name."""

from hashlib import sha256
from pathlib import Path

import pytest

from gsyf_lib.cli import main
from gsyf_lib.publish.manifest import Manifest, PageRecord, differences, read_manifest

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


def verify(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["verify", str(folder)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_untouched_folder_verifies(folder, capsys):
    (folder / ".DS_Store").write_bytes(b"of the system")
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
    assert list(differences(folder, manifest())) == [("index.html", "缺失")]


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
        "import sys\nfrom gsyf_lib.cli import main\n"
        f"main(['verify', {str(folder)!r}])\n"
        "print([m for m in ('pandas', 'numpy', 'papermill') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
