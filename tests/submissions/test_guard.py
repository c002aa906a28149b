"""A file is looked at by its bytes before any parser sees it."""

import io
import os
import random
import zipfile
from pathlib import Path

import pytest
from submitted import table_rows, workbook

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.guard import check_regular, inspect, read_content
from gsyf_lib.submissions.open.isolation import Reader
from gsyf_lib.submissions.read.decode import read_sheets
from gsyf_lib.submissions.read.sheet import Sheet

BOOK = workbook(table_rows("accidents", [2022, "太原市", "建筑施工", 12, 30]))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
XLS = Path(__file__).parents[1] / "workbooks" / "libreoffice.xls"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def rebuilt(change: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the workbook with members replaced or added."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(BOOK)) as old,
        zipfile.ZipFile(content, "w", compression) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return content.getvalue()


def member(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        return book.read(name)


def worksheet(rows: str) -> bytes:
    head = f'<worksheet xmlns="{MAIN}">'
    return f"{head}<sheetData>{rows}</sheetData></worksheet>".encode()


def cell(inside: str) -> bytes:
    return worksheet(f'<row r="1"><c r="A1">{inside}</c></row>')


def refusal(content: bytes) -> str:
    with Reader() as reader, pytest.raises(Refused) as caught:
        read_sheets(content, *inspect(content), reader)
    return caught.value.code


def sheets(content: bytes) -> list[Sheet]:
    with Reader() as reader:
        return read_sheets(content, *inspect(content), reader)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(BOOK, "xlsx"), (XLS.read_bytes(), "xls"), ("年度,市\n".encode("utf-16"), "csv")]
    + [("\ufeff年度,市\n".encode("utf-16-be"), "csv")],
)
def test_the_kind_is_told_by_the_bytes(content, kind):
    assert inspect(content)[0] == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02", "file-type"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "file-macro"),
        (BOOK[:-200], "file-broken"),
        (rebuilt({"xl/vbaProject.bin": b"macro"}), "file-macro"),
        (rebuilt({"xl/macrosheets/sheet1.xml": b""}), "file-macro"),
        (rebuilt({"../outside.xml": b""}), "file-members"),
        (rebuilt({SHEET: cell("<v>1<!-- seen as 12 -->2</v>")}), "file-members"),
        (rebuilt({SHEET: cell("<v><![CDATA[12]]></v>")}), "file-members"),
        (rebuilt({SHEET: cell("<v>3<?seen as 39?>9</v>")}), "file-members"),
        (rebuilt({"/etc/passwd": b""}), "file-members"),
        (rebuilt({SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]>'}), "file-dtd"),
        (rebuilt({"xl/styles.xml": b"<!DOCTYPE x><x/>"}), "file-dtd"),
        (rebuilt({"xl/media/a.bin": bytes(9 * 2**20)}), "file-bomb"),
    ],
)
def test_what_is_broken_locked_or_built_to_harm_is_refused(content, code):
    assert refusal(content) == code


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1000001"><c r="A1000001"><v>1</v></c></row>',
        '<row r="1"><c s="1" r="XFD1"><v>1</v></c></row>',
        "<row r='1'><c  r = 'XFD1'><v>1</v></c></row>",
        f'<row r="1"><c {" " * 250} r="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="&#88;FD1"><v>1</v></c></row>',
        f'<x:row r="1" xmlns:x="{MAIN}"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>',
        f'<row r="1">{"<c/>" * 600}<c><v>1</v></c></row>',
        '<row r="1"><c r="SF1"><v>1</v></c></row><row r="900000"><c><v>1</v></c></row>',
    ],
)
def test_a_cell_far_out_is_refused_however_it_is_written(rows):
    assert refusal(rebuilt({SHEET: worksheet(rows)})) == "file-extent"


def test_a_sheet_stored_under_another_name_is_looked_at_too():
    far = worksheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    relations = member("xl/_rels/workbook.xml.rels").replace(
        b"worksheets/sheet1.xml", b"elsewhere/s.xml"
    )
    moved = {"xl/elsewhere/s.xml": far, "xl/_rels/workbook.xml.rels": relations}
    assert refusal(rebuilt(moved)) == "file-extent"


def test_a_mark_across_two_pieces_of_a_member_is_seen():
    edge = b"<?xml version='1.0'?>" + b" " * (2**20 - 25) + b"<!DOCTYPE x>"
    content = rebuilt({SHEET: edge}, zipfile.ZIP_STORED)
    assert refusal(content) == "file-dtd"


def test_a_workbook_that_asks_for_no_password_is_told_what_its_protection_is():
    """Excel encrypts what is only to be read, with a password of its own; nobody ever typed one."""
    path = next(Path(__file__).parents[1].glob("hunt/D40_*.xlsx"))
    with pytest.raises(Refused, match="若打开时并不要求密码.*“建议只读”.*另存为") as caught:
        inspect(path.read_bytes())
    assert caught.value.code == "file-encrypted"


def test_links_pipes_and_folders_are_never_opened(tmp_path):
    (tmp_path / "real.csv").write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    codes = []
    for name in ("link.csv", "pipe.csv", "folder.csv"):
        with pytest.raises(Refused) as caught:
            check_regular(tmp_path / name)
        codes.append(caught.value.code)
    assert codes == ["file-symlink", "file-not-regular", "file-not-regular"]


def test_a_file_of_fifty_megabytes_is_read_and_a_larger_one_is_not(tmp_path):
    path = tmp_path / "a.csv"
    for more in (0, 1):
        with path.open("wb") as file:
            file.truncate(50 * 2**20 + more)
        if not more:
            assert len(read_content(path)) == 50 * 2**20
    with pytest.raises(Refused) as caught:
        read_content(path)
    assert caught.value.code == "file-too-large"


def test_text_of_nothing_but_line_ends_is_refused_before_it_fills_the_memory():
    assert refusal(b"\n" * 2_000_001) == "file-extent"
    assert refusal(b"," * 10_000_001) == "file-extent"


def test_damaged_workbooks_are_refused_and_nothing_else_happens():
    """Bit rot in a zip raises many unrelated exceptions; each must become a finding."""
    rng = random.Random(7)
    outcomes = set()
    with Reader() as reader:
        for _ in range(300):
            content = bytearray(BOOK)
            for _ in range(rng.randint(1, 8)):
                content[rng.randrange(4, len(content))] = rng.randrange(256)
            try:
                read_sheets(bytes(content), *inspect(bytes(content)), reader)
            except Refused as refused:
                outcomes.add(refused.code)
    assert "file-broken" in outcomes


@pytest.mark.parametrize(
    ("row", "expected"),
    [(b"", []), (b' ht="0" customHeight="1"', [1]), (b' ht="0.9"', [1]), (b' ht="1"', [])]
    + [(b' customHeight="1" ht="0.9"', [1]), (b' customHeight="1" ht="1"', [])],
)
def test_a_margin_is_no_height(row, expected):
    """A page margin of 0.75 is written right="0.75": the end of it must not pass for a height."""
    sheet = member(SHEET)
    assert b'right="0.75"' in sheet
    content = rebuilt({SHEET: sheet.replace(b'<row r="2"', b'<row r="2"' + row)})
    assert [found.looks.hidden_rows for found in sheets(content)] == [expected]
