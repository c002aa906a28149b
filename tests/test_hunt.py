"""Files made after public bug reports on readers of spreadsheets: what each of them answers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.submissions.file import FileReading, read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.isolation import Reader
from gsyf_lib.submissions.names import plan_names
from gsyf_lib.submissions.table import FIGURE, STATES

FILES = Path(__file__).parent / "hunt"
ACCIDENTS = {"危险化学品": [1, 2], "煤矿": [3, 5], "非煤矿山": [2, 2], "机械制造": [4, 6]}
# Not yet answered as they should be.
PENDING = {
    "A27", "A37", "B20", "B35", "C01", "C03", "C05", "C06", "G05", "G15",
}  # fmt: skip


def cases() -> list:
    with (FILES / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        pytest.param(
            row["file"],
            row["answer"],
            id=row["file"],
            marks=[pytest.mark.xfail(strict=True)] if row["file"][:3] in PENDING else [],
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def read(plan: gs.Plan):
    with Reader() as reader:
        yield lambda name: read_submission(
            FILES / name, Source(name, pd.Timestamp("2024-02-20")), plan_names(plan), reader
        )


def figures(found: FileReading) -> dict[str, list[object]]:
    """Return the figures of a file by industry, or why there is none."""
    return {
        table.about(row)["industry"]: [
            table.value(row, measure) if state == FIGURE else STATES[state]
            for measure, state in zip(table.columns, states, strict=True)
            if measure in ("accidents", "casualties")
        ]
        for table in found.tables
        for row, states in enumerate(table.states.tolist())
    }


def levels(found: FileReading) -> set[str]:
    return {row["severity"] for row in found.findings.rows}


@pytest.mark.parametrize(("name", "answer"), cases())
def test_a_file_of_this_kind_is_answered(read, name, answer):
    found = read(name)
    if answer == "read":
        assert "error" not in levels(found)
        assert found.tables
        assert "尘肺" in name or "列名" in name or "日期" in name or figures(found) == ACCIDENTS
    elif answer == "error":
        assert "error" in levels(found)
    elif answer == "warn":
        assert "warning" in levels(found)
