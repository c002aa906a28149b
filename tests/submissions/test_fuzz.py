"""Damaged submissions end in findings or in figures, never in a traceback or a hang."""

import io
import random
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from submitted import construction, load, sheet, table_rows, workbook

import gsyf_lib as gs
from gsyf_lib.submissions.file import read_submission
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.names import plan_names

GOOD = Path(__file__).parents[1] / "faults" / "good"
ROUNDS = 110
PIECES = [
    *(
        b"<f>1/0</f>",
        b"<v></v>",
        b"<v>-3</v>",
        b"<v>1e308</v>",
        b"<v>NaN</v>",
        b"<v>99999999999</v>",
    ),
    *(b' t="e"', b' t="s"', b' t="b"', b' t="d"', b' t="inlineStr"', b' t="x"', b' s="99"'),
    *(b' r="A1"', b' r="ZZ9"', b' r="A0"', b' r="1A"', b' r=""', b' hidden="1"', b' min="-5"'),
    *(b'<mergeCell ref="A2:E9"/>', b'<mergeCell ref="E9:A2"/>', b'<mergeCell ref=""/>'),
    *(
        b"<row>",
        b"</row>",
        b"</sheetData>",
        b"<c>",
        b"</c>",
        b"&#0;",
        b"&amp",
        b"<![CDATA[",
        b"<!--",
    ),
    *(
        b"\x00",
        b"\xff\xfe",
        "煤".encode("gb18030"),
        "①".encode(),
        b'"',
        b"\n",
        b",",
        b"-",
        b"#REF!",
    ),
]
Mutation = Callable[[bytes, random.Random], bytes]


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Return good files of a kind."""
    if kind == "xls":
        return ((Path(__file__).parents[1] / "workbooks" / "libreoffice.xls").read_bytes(),)
    if kind == "csv":
        training = sheet("training", "2022,太原市,建筑施工,安全生产,90,72")
        return (
            (GOOD / "太原市_培训.csv").read_bytes(),
            construction(12).encode("gb18030"),
            training.encode("utf-16"),
        )
    made = workbook(
        table_rows("pneumoconiosis", [2022, "太原市", 40, 3]),
        table_rows("progress", [2022, "太原市", 3, "已完成", pd.Timestamp("2022-05-06")]),
    )
    files = (GOOD / "太原市_安全生产事故.xlsx", GOOD / "太原市_尘肺病报告.xlsx")
    return (*(path.read_bytes() for path in files), made)


def flipped(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 12)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(content: bytes, rng: random.Random) -> bytes:
    first, last = sorted(rng.randrange(len(content)) for _ in range(2))
    return content[:first] if rng.random() < 0.5 else content[:first] + content[last:]


def swapped(content: bytes, rng: random.Random) -> bytes:
    a, b, c = sorted(rng.randrange(len(content)) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def spliced(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + rng.choice(PIECES) + content[place + rng.randrange(8) :]


def inside(mutation: Mutation) -> Mutation:
    """Return the mutation of one member of a workbook, zipped soundly again."""

    def mutated(content: bytes, rng: random.Random) -> bytes:
        changed = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            names = old.namelist()
            chosen = rng.choice([n for n in names if "sheet" in n or rng.random() < 0.3])
            for name in names:
                member = old.read(name)
                new.writestr(name, mutation(member, rng) if name == chosen else member)
        return changed.getvalue()

    return mutated


def retagged(content: bytes, rng: random.Random) -> bytes:
    """Edit cells: put a piece where a cell, a row or a value begins or ends."""
    marks = [n for n, byte in enumerate(content) if byte in b"<> "]
    for place in sorted(rng.sample(marks, min(3, len(marks))), reverse=True):
        content = content[:place] + rng.choice(PIECES) + content[place:]
    return content


MUTATIONS = [
    *(("xlsx", mutation) for mutation in (flipped, cut, swapped)),
    *(("xlsx", inside(mutation)) for mutation in (flipped, cut, swapped, spliced, retagged)),
    *(("csv", mutation) for mutation in (flipped, cut, swapped, spliced)),
    *(("xls", mutation) for mutation in (flipped, cut, swapped, spliced)),
]


@pytest.mark.parametrize("number", range(len(MUTATIONS)))
def test_damaged_files_end_in_findings_or_figures(plan, tmp_path, number):
    """Sixteen kinds of damage, 110 files each; the same ones in every run."""
    kind, mutation = MUTATIONS[number]
    rng = random.Random(number)
    path, names = tmp_path / f"a.{kind}", plan_names(plan)
    source = Source(path.name, pd.Timestamp("2026-02-10"))
    told = 0
    with Reader(seconds=10) as reader:
        for _ in range(ROUNDS):
            path.write_bytes(mutation(rng.choice(seeds(kind)), rng))
            reading = read_submission(path, source, names, reader)
            assert reading.tables or reading.progress or reading.findings.rows
            told += bool(reading.findings.rows)
            codes = {row["code"] for row in reading.findings.rows}
            assert "file-too-slow" not in codes
    assert told > ROUNDS // 4


def test_a_folder_of_damaged_files_is_read_to_its_end(plan, tmp_path):
    rng = random.Random(0)
    files = {}
    for number in range(120):
        kind, mutation = rng.choice(MUTATIONS)
        files[f"2026-02-10/{number}.{kind}"] = mutation(rng.choice(seeds(kind)), rng)
    submissions = load(plan, tmp_path, files)
    assert len(submissions.sources) == len(files)
    assert isinstance(submissions, gs.Submissions)
