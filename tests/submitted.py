"""Submissions written into small folders: where the tests of reading and judging start from."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from openpyxl import Workbook

import gsyf_lib as gs
from gsyf_lib.submissions import file
from gsyf_lib.submissions.file import FileReading, read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.names import Names, plan_names
from gsyf_lib.submissions.read.table import FIGURE, NOTHING, STATES

HEADERS = {
    "accidents": "年度,市,行业,事故起数,伤亡人数",
    "pneumoconiosis": "年度,市,尘肺病报告例数,接尘工龄不足5年例数",
    "ratio": "年度,市,尘肺病报告比例",
    "training": "年度,市,行业,培训类别,重点岗位人员数,已培训人数",
    "progress": "年度,市,任务序号,完成情况,完成日期",
}


def sheet(table: str, *rows: str) -> str:
    """Return a table as CSV text."""
    return "\n".join([HEADERS[table], *rows]) + "\n"


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """Return an xlsx file with these sheets of rows."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        page = book.create_sheet(f"表{number}")
        for row in rows:
            page.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def table_rows(table: str, *rows: Sequence[object]) -> list[Sequence[object]]:
    """Return a table as rows of a workbook."""
    return [HEADERS[table].split(","), *rows]


def hand_in(plan: gs.Plan, folder: Path, files: Mapping[str, str | bytes]) -> gs.Plan:
    """Put files below ``raw/submissions`` of a folder; return the plan that looks there.

    Its baseline is not due yet: the small submissions of most tests hold no figure of 2019.
    """
    for name, content in files.items():
        path = folder / "raw" / "submissions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    is_baseline = plan.duties["data_year"] == plan.baseline_year
    due = plan.duties["due"].mask(is_baseline, pd.Timestamp("2099-12-31"))
    return replace(plan, folder=folder, duties=plan.duties.assign(due=due))


class KeptReader(Reader):
    """A reading child that serves all tests of a process, and ends with it (``family``)."""

    def __exit__(self, *_: object) -> None:
        """Leave the child for the next test."""


READER = KeptReader()
RECEIVED = pd.Timestamp("2026-02-10")
NAMES: dict[int, tuple[gs.Plan, Names]] = {}


def load(
    plan: gs.Plan, folder: Path, files: Mapping[str, str | bytes], as_of: str | None = None
) -> gs.Submissions:
    """Hand files in and read them; a test that wants a reader of its own has set it before."""
    asked = file.Reader
    with patch.object(file, "Reader", (lambda: READER) if asked is Reader else asked):
        return gs.load_submissions(hand_in(plan, folder, files), as_of)


def read_alone(plan: gs.Plan, folder: Path, content: bytes, name: str = "a.xlsx") -> FileReading:
    """Read one file by itself: quicker than ``load``, and without what others say to it."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    if id(plan) not in NAMES:
        NAMES[id(plan)] = plan, plan_names(plan)  # the plan is kept: its id is never another's
    return read_submission(path, Source(name, RECEIVED), NAMES[id(plan)][1], READER)


def codes_alone(found: FileReading) -> list[str]:
    """Return the findings on one file as ``codes`` does."""
    return sorted({f"{row['severity']} {row['code']}" for row in found.findings.rows})


def figures_alone(found: FileReading) -> list[object]:
    """Return the figures of one file row by row, or why there is none."""
    return [
        table.value(row, measure) if state == FIGURE else STATES[state]
        for table in found.tables
        for row, states in enumerate(table.states.tolist())
        for measure, state in zip(table.columns, states, strict=True)
        if state != NOTHING
    ]


def codes(submissions: gs.Submissions) -> list[str]:
    """Return the findings as "severity code", sorted, each once."""
    found = submissions.findings
    return sorted(set(found["severity"] + " " + found["code"]))


def figures(submissions: gs.Submissions) -> dict[tuple[str, str, int, str], object]:
    """Return the figures in force by area, industry, year and measure; words for other states."""
    key = ["area", "industry", "year", "measure"]
    return {
        tuple(row[name] for name in key): row["value"] if row["state"] == "figure" else row["state"]
        for row in submissions.observations.to_dict("records")
    }


def construction(accidents: object, casualties: object = 30, year: int = 2022) -> str:
    """Return Taiyuan's figures of 建筑施工, the only industry of its department."""
    return sheet("accidents", f"{year},太原市,建筑施工,{accidents},{casualties}")


def the_figure(submissions: gs.Submissions, measure: str = "accidents") -> pd.Series:
    """Return the one observation of a measure."""
    rows = submissions.observations
    rows = rows[rows["measure"] == measure]
    assert len(rows) == 1
    return rows.iloc[0]
