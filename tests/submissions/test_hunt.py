"""Files made after public bug reports on readers of spreadsheets: what each of them answers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.submissions.file import FileReading, read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.cells import parse_ratio
from gsyf_lib.submissions.read.names import plan_names
from gsyf_lib.submissions.read.table import FIGURE, STATES

FILES = Path(__file__).parents[1] / "hunt"
ACCIDENTS = {"危险化学品": [1, 2], "煤矿": [3, 5], "非煤矿山": [2, 2], "机械制造": [4, 6]}


def cases() -> list:
    with (FILES / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [pytest.param(row["file"], row["answer"], id=row["file"]) for row in rows]


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


def test_the_hunted_dates_are_read(read):
    found = read("A37_太原市_日期各写法.xlsx")
    assert [(task["number"], str(task["completed_on"].date())) for task in found.progress] == [
        (number, "2023-05-09") for number in (3, 4, 5)
    ]
    told = [(row["severity"], row["code"], row["cell"]) for row in found.findings.rows]
    assert told == [
        ("warning", "task-day", "E2"),  # a serial number without its format
        ("error", "task-unknown", "C5"),
        ("error", "task-unknown", "C6"),
    ]


@pytest.mark.parametrize(
    ("name", "percentage"),
    [("G15_太原市_列名带百分号.xlsx", "13.3%"), ("G22_太原市_列名百分号文本0.8.xlsx", "0.8%")],
)
def test_the_hunted_ratios_are_percentages(read, name, percentage):
    (table,) = read(name).tables
    assert table.values.tolist() == [[parse_ratio(percentage).value]]


def test_the_hunted_figures_in_hundreds_are_withheld(read):
    found = read("G05_太原市_标题单位百人.xlsx")
    (table,) = found.tables
    assert [row["code"] for row in found.findings.rows] == ["unit-unfit"]
    assert {STATES[state] for state in table.states.ravel()} == {"withheld", "nothing"}


@pytest.mark.parametrize("name", sorted(FILES.glob("C0*.xlsx")), ids=lambda path: path.stem)
def test_the_hunted_footers_leave_nothing_behind(read, name):
    found = read(name.name)
    assert [(row["severity"], row["code"]) for row in found.findings.rows] == [("info", "row-note")]
    assert not any(
        text in repr(found) for text in ("张某", "4123456", "领导签字：", "（盖章）", "省属")
    )
