"""A page is made anew only if its figures change: so a city's page must use no other city's."""

import shutil
from pathlib import Path

from gsyf_lib.cli import main

DATA = Path(__file__).parent.parent / "data"


def pages(data: Path, out: Path) -> bytes:
    """Make the page of Taiyuan anew, and return it."""
    arguments = ["--data", str(data), "--year", "2023", "--area", "太原市", "--out", str(out)]
    assert main(["report", *arguments]) == 0
    return (out / "140100.html").read_bytes()


def test_a_citys_page_stands_on_its_own_figures_alone(tmp_path):
    before = pages(DATA, tmp_path / "before")
    changed = tmp_path / "data"
    shutil.copytree(DATA, changed)
    gone = list(changed.rglob("大同市*_2023年.*"))
    assert len(gone) == 5
    for path in gone:
        path.unlink()
    assert pages(changed, tmp_path / "after") == before
