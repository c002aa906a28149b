"""The tutorial: every command, every cell to fill in and every line of Python is run as written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from openpyxl import load_workbook

ROOT = Path(__file__).parent.parent
ENGLISH, CHINESE = (ROOT / "docs" / name for name in ("tutorial.md", "tutorial.zh-CN.md"))
FENCE = re.compile(r"^```(\w+(?: \w+)?)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TO_FILL = re.compile(r"^\| `([^`]+)` \| (\S+) \| ([A-Z]+\d+) \| (\d+) \|$", re.MULTILINE)
# What a set-up leaves, without installing everything once more: a command, and the mark of make.
PROGRAMS = {
    "python": f'exec "{sys.executable}" "$@"',
    "gsyf": f'exec "{sys.executable}" -m gsyf_lib "$@"',
}
# The address is a placeholder, so a copy of this checkout stands for what git brings.
CLONE = 'set -e\ngit() { mv checkout "$3"; }\n'


def blocks(path: Path, kind: str) -> list[str]:
    return [text for name, text in FENCE.findall(path.read_text("utf-8")) if name == kind]


def cells_to_fill(path: Path) -> list[tuple[str, ...]]:
    return TO_FILL.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("kind", ["sh", "python", "python parameters"])
def test_both_languages_ask_for_the_same_steps(kind):
    assert blocks(ENGLISH, kind) == blocks(CHINESE, kind)
    assert blocks(ENGLISH, kind)


def test_both_languages_ask_for_the_same_figures():
    assert cells_to_fill(ENGLISH) == cells_to_fill(CHINESE)
    assert cells_to_fill(ENGLISH)


def checkout(folder: Path) -> Path:
    """Copy what a clone would bring, set up already; return the folder of its programs."""
    for name in ("data", "notebooks", "gsyf_lib"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    (programs / "activate").write_text('PATH="$PWD/.venv/bin:$PATH"\n')
    (folder / ".venv" / "ready").touch()
    return programs


def typed(lines: list[str], folder: Path, **environment: str) -> str:
    """Type lines into a shell; return what was answered."""
    command = ["bash", "-c", "set -e\n" + "".join(lines)]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fill_in(forms: Path) -> None:
    for workbook, sheet, cell, count in cells_to_fill(ENGLISH):
        book = load_workbook(forms / workbook)
        assert book[sheet][cell].value is None
        assert not book[sheet][cell].protection.locked
        book[sheet][cell] = int(count)
        book.save(forms / workbook)


def shown(notebook: nbformat.NotebookNode, folder: Path) -> list[str]:
    """Run all cells; return what each of them shows."""
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    return ["".join(map(str, cell.get("outputs", []))) for cell in notebook.cells]


def test_every_step_works_from_the_code_to_the_report_of_a_city(tmp_path):
    programs = checkout(tmp_path / "checkout")
    get, start, ask, *rest = blocks(ENGLISH, "sh")
    typed([CLONE, get, start, ask], tmp_path)
    office, city = tmp_path / "gsyf", tmp_path / "mycity"
    page = (office / "reports" / "2023" / "140100.html").read_text("utf-8")
    assert "示例数据（非真实）" in page

    fill_in(city / "forms")
    path = str(programs).replace("checkout", "gsyf") + os.pathsep + os.environ["PATH"]
    assert "合计：错误0项，警告0项，" in typed(rest, city, PATH=path)
    assert (city / "chase.xlsx").stat().st_size
    results = pd.read_csv(city / "results.csv").query("area == '太原市' and level == 'city'")
    built = results.query("industry == '建筑施工'")
    assert built["status"].unique().tolist() == ["met"]
    others = results.query("industry != '建筑施工'")
    assert others["status"].unique().tolist() == ["not_reported"]
    page = (city / "reports" / "2023" / "140100.html").read_text("utf-8")
    assert "示例数据" not in page
    assert "建筑施工" in page
    assert (city / "reports" / "2023" / "results.xlsx").is_file()

    cells = [nbformat.v4.new_code_cell(text) for text in blocks(ENGLISH, "python")]
    own = nbformat.v4.new_notebook(cells=cells)
    table, what_if = shown(own, city)
    assert "建筑施工" in table
    assert "未达标" in what_if

    copied = nbformat.read(office / "notebooks" / "city_report.ipynb", as_version=4)
    first = next(cell for cell in copied.cells if cell.cell_type == "code")
    (parameters,) = blocks(ENGLISH, "python parameters")
    assert re.findall(r"^\w+", first.source, re.M) == re.findall(r"^\w+", parameters, re.M)
    first.source = parameters
    assert "太原市" in "".join(shown(copied, city))
