"""The sender's own workbook back: marked where something is wrong, and otherwise as it came."""

import io
import struct
import sys
from pathlib import Path
from zipfile import ZipFile
from zlib import compress, crc32

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.worksheet.datavalidation import DataValidation
from submitted import HEADERS, construction, hand_in, sheet

import gsyf_lib as gs
from gsyf_lib.submissions import submitted_files
from gsyf_lib.submissions.collect.marked import Remark, marked_apart, write_marked

DAY = "2023-02-20"
RED, YELLOW, GREY = "00F4B6B0", "00FFE08A", "00CFE2F3"


def accidents(*rows: list[object]) -> Workbook:
    """Return a workbook with a title, a formula below the table, and a layout of its own."""
    book = Workbook()
    page = book.active
    page.title = "事故"
    page.append(["太原市安全生产事故"])
    page.merge_cells("A1:E1")
    page.append(HEADERS["accidents"].split(","))
    for row in rows:
        page.append(row)
    page.column_dimensions["C"].width = 33
    return book


def content(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def marked(plan: gs.Plan, folder: Path, name: str, book: Workbook | bytes | str) -> Path:
    """Hand a file in and return its marked copy."""
    given = content(book) if isinstance(book, Workbook) else book
    plan = hand_in(plan, folder, {f"{DAY}/{name}": given})
    findings = gs.load_submissions(plan).findings
    (written,) = write_marked(findings, submitted_files(plan), folder / "out")
    return written


BAD = [2022, "太原市", "建筑施工", "十二", "1,030"]


def test_cells_are_coloured_by_severity_and_say_what_is_wrong(plan, tmp_path):
    page = load_workbook(marked(plan, tmp_path, "a.xlsx", accidents(BAD)))["事故"]
    assert page["D3"].fill.fgColor.rgb == RED
    assert "【错误】“十二”是汉字数字" in page["D3"].comment.text
    assert page["E3"].fill.fgColor.rgb == YELLOW
    assert "已按1030读取" in page["E3"].comment.text
    assert page["C3"].fill.fill_type is None
    assert page["C3"].comment is None


def test_the_sender_s_values_layout_and_formulas_are_kept(plan, tmp_path):
    book = accidents(BAD)
    page = book["事故"]
    page["G3"] = "=SUM(E3:E3)"
    rule = DataValidation("whole", operator="greaterThan", formula1="0")
    rule.add("D3:D9")
    page.add_data_validation(rule)
    page["D3"].comment = Comment("李工填", "甲")
    back = load_workbook(marked(plan, tmp_path, "a.xlsx", book))
    kept = back["事故"]
    assert [[cell.value for cell in row] for row in kept] == [
        [cell.value for cell in row] for row in page
    ]
    assert kept["G3"].data_type == "f"
    assert [str(merged) for merged in kept.merged_cells.ranges] == ["A1:E1"]
    assert kept.column_dimensions["C"].width == 33
    assert str(kept.data_validations.dataValidation[0].sqref) == "D3:D9"
    assert kept["D3"].comment.text.startswith("李工填\n【错误】")


def test_the_list_comes_first_and_is_the_only_sheet_selected(plan, tmp_path):
    back = load_workbook(marked(plan, tmp_path, "a.xlsx", accidents(BAD)))
    assert back.sheetnames == ["问题清单", "事故"]
    assert back.active.title == "问题清单"
    assert [page.sheet_view.tabSelected for page in back] == [True, False]
    rows = list(back["问题清单"].iter_rows(min_row=3, max_col=3, values_only=True))
    assert rows == [("错误", "事故", "D3"), ("警告", "事故", "E3")]


def test_a_finding_inside_a_merged_range_marks_what_is_seen_of_it(plan, tmp_path):
    book = accidents(BAD)
    book["事故"].merge_cells("D3:D4")
    path = tmp_path / "a.xlsx"
    path.write_bytes(content(book))
    found = one_finding("a.xlsx", "D4")
    (written,) = write_marked(found, {"a.xlsx": path}, tmp_path / "out")
    assert load_workbook(written)["事故"]["D3"].comment is not None


def one_finding(file: str, cell: str = "", message: str = "不对") -> pd.DataFrame:
    about = {"area": "", "industry": "", "year": None, "measure": "", "sheet": "事故"}
    row = {"severity": "error", "code": "x", "file": file, "cell": cell, "message": message}
    return pd.DataFrame([row | about])


@pytest.mark.parametrize("said", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@a", "#N/A"])
def test_submitted_text_never_becomes_a_live_formula(tmp_path, said):
    (written,) = write_marked(one_finding("a.csv", message=said), {}, tmp_path)
    cell = load_workbook(written)["问题清单"]["D3"]
    assert (cell.value, cell.data_type) == (said, "s")


def test_text_that_looks_like_a_formula_stays_text_in_the_sender_s_own_cells(plan, tmp_path):
    book = accidents([2022, "太原市", "建筑施工", 3, 5])
    book["事故"]["D3"].value = "=1+1"
    book["事故"]["D3"].data_type = "s"
    written = marked(plan, tmp_path, "a.xlsx", book)
    assert load_workbook(written)["事故"]["D3"].data_type == "s"
    assert b"<f>" not in ZipFile(written).read("xl/worksheets/sheet2.xml")


def test_control_characters_do_not_break_the_list(tmp_path):
    (written,) = write_marked(one_finding("a.csv", message="煤\x01矿\x0b"), {}, tmp_path)
    assert load_workbook(written)["问题清单"]["D3"].value == "煤矿"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("a.csv", construction("十二")),
        ("a.xlsx", b"PK\x03\x04 no zip at all"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"),
        ("a.xlsx", b""),
    ],
)
def test_what_is_no_readable_workbook_gives_the_list_alone(plan, tmp_path, name, given):
    back = load_workbook(marked(plan, tmp_path, name, given))
    assert back.sheetnames == ["问题清单"]
    assert back["问题清单"]["A3"].value == "错误"


def test_a_workbook_that_only_openpyxl_cannot_read_gives_the_list_alone(tmp_path):
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(content(accidents(BAD)))) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<styles" if name == "xl/styles.xml" else old.read(name))
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    (written,) = write_marked(one_finding("a.xlsx", "D3"), {"a.xlsx": path}, tmp_path / "out")
    assert load_workbook(written).sheetnames == ["问题清单"]


def test_a_file_that_killed_its_reader_is_not_opened_again(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr("gsyf_lib.submissions.collect.marked.marked_apart", refuse)
    path = tmp_path / "a.xlsx"
    path.write_bytes(content(accidents(BAD)))
    found = one_finding("a.xlsx").assign(code="file-kills-reader")
    (written,) = write_marked(found, {"a.xlsx": path}, tmp_path / "out")
    assert load_workbook(written).sheetnames == ["问题清单"]


@pytest.mark.parametrize("code", ["file-bomb", "file-dtd", "file-members", "file-extent"])
def test_what_was_not_opened_to_be_read_is_not_opened_to_be_marked(tmp_path, monkeypatch, code):
    (tmp_path / "a.xlsx").write_bytes(content(accidents(BAD)))
    monkeypatch.setattr("gsyf_lib.submissions.collect.marked.marked_apart", None)
    found = one_finding("a.xlsx").assign(code=code)
    (path,) = write_marked(found, {"a.xlsx": tmp_path / "a.xlsx"}, tmp_path / "out")
    assert load_workbook(path).sheetnames == ["问题清单"]


def test_two_files_of_the_same_name_do_not_overwrite_each_other(tmp_path):
    found = pd.concat([one_finding("甲/a.csv"), one_finding("乙/a.csv")])
    written = write_marked(found, {}, tmp_path)
    assert len({path.name for path in written}) == 2


def test_files_without_findings_are_not_written(plan, tmp_path):
    files = {f"{DAY}/good.csv": construction(3), f"{DAY}/bad.csv": sheet("accidents")}
    plan = hand_in(plan, tmp_path, files)
    found = gs.load_submissions(plan).findings
    written = write_marked(found, submitted_files(plan), tmp_path / "out")
    assert [path.name for path in written] == ["bad（标注）.xlsx"]


def test_the_same_bytes_on_every_run(plan, tmp_path):
    book = content(accidents(BAD))
    first, second = (marked(plan, tmp_path / name, "a.xlsx", book) for name in ("甲", "乙"))
    assert first.read_bytes() == second.read_bytes()


def test_corrected_and_sent_back_it_passes(plan, tmp_path):
    book = load_workbook(marked(plan, tmp_path, "a.xlsx", accidents(BAD)))
    book["事故"]["D3"], book["事故"]["E3"] = 12, 30
    again = hand_in(plan, tmp_path / "again", {f"{DAY}/a.xlsx": content(book)})
    read = gs.load_submissions(again)
    assert read.findings["code"].tolist() == ["sheet-skipped"]
    assert sorted(read.observations["value"]) == [12, 30]


def test_a_name_as_long_as_the_system_takes_gets_its_marked_workbook(tmp_path):
    names = [f"{'长' * 80}{last}.csv" for last in ("一", "二")]  # 247 bytes
    found = pd.concat([one_finding(name) for name in names])
    written = write_marked(found, {}, tmp_path)
    assert all(path.name.startswith("长长") and path.is_file() for path in written)
    assert len({path.name for path in written}) == 2


def test_what_no_sender_sent_gets_no_workbook(plan, tmp_path):
    files = {f"{DAY}/.DS_Store": b"of the system", f"{DAY}/~$a.xlsx": b"lock"}
    plan = hand_in(plan, tmp_path, {**files, f"{DAY}/bad.csv": construction("十二")})
    found = gs.load_submissions(plan).findings
    assert {f"{DAY}/.DS_Store", f"{DAY}/~$a.xlsx"} <= set(found["file"])
    written = write_marked(found, submitted_files(plan), tmp_path / "out")
    assert [path.name for path in written] == ["bad（标注）.xlsx"]


def test_nothing_is_written_if_one_marked_workbook_is_there_already(tmp_path):
    (tmp_path / "b（标注）.xlsx").write_bytes(b"with remarks")
    found = pd.concat([one_finding("a.csv"), one_finding("b.csv")])
    with pytest.raises(gs.UsageError, match="b（标注）.xlsx"):
        write_marked(found, {}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["b（标注）.xlsx"]


def picture(width: int, height: int) -> bytes:
    """Return a PNG that says it is that large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000)])
@pytest.mark.parametrize("warnings", ["error", "default"])
def test_a_picture_of_any_size_ends_no_command(tmp_path, monkeypatch, size, warnings):
    monkeypatch.setenv("PYTHONWARNINGS", warnings)
    book = accidents(BAD)
    book["事故"].add_image(Image(io.BytesIO(picture(4, 4))), "H1")
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(content(book))) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, picture(*size) if name.endswith(".png") else old.read(name))
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    (written,) = write_marked(one_finding("a.xlsx", "D3"), {"a.xlsx": path}, tmp_path / "out")
    assert load_workbook(written)["问题清单"]["D3"].value == "不对"


REMARKS = [Remark("错误", "事故", "D3", "不对")]


def test_a_workbook_that_takes_too_long_is_given_up():
    assert marked_apart(content(accidents(BAD)), "a", REMARKS, seconds=0.0) == b""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory has no such limit")
def test_a_workbook_that_takes_all_memory_is_given_up():
    large = content(accidents(*([BAD] * 20_000)))
    assert marked_apart(large, "a", REMARKS, memory=2**20) == b""


def test_a_workbook_within_the_limits_is_marked():
    marked_copy = marked_apart(content(accidents(BAD)), "a", REMARKS)
    assert load_workbook(io.BytesIO(marked_copy))["事故"]["D3"].comment


def test_a_workbook_too_large_to_be_marked_is_not_even_read(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(40 * 2**30)
    (written,) = write_marked(one_finding("a.xlsx", "D3"), {"a.xlsx": path}, tmp_path / "out")
    assert load_workbook(written).sheetnames == ["问题清单"]
