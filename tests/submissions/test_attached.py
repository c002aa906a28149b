"""A report under another ending never passes for an attachment; an attachment passes."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from biff import book
from submitted import construction, sheet, workbook

from gsyf_lib.submissions.open.attached import not_read
from gsyf_lib.submissions.read.names import plan_names

HUNT = Path(__file__).parents[1] / "hunt"
TEXT = construction(12)
CELLS = [line.split(",") for line in TEXT.split()]
BOOK = workbook(CELLS)


def packed(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return content.getvalue()


def with_member(name: str) -> bytes:
    content = io.BytesIO(BOOK)
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(name, b"macro")
    return content.getvalue()


@pytest.fixture
def told(plan, tmp_path):
    names = plan_names(plan)

    def answer(name: str, content: str | bytes) -> tuple[str, str]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        refused = not_read(path, names)
        return refused.severity, refused.code

    return answer


PAGE = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in CELLS)
SPREADSHEET = "".join(
    f'<Cell ss:StyleID="s1"><Data ss:Type="String">{cell}</Data></Cell>'
    for row in CELLS
    for cell in row
)
FORMS = {
    "xlsx": BOOK,
    "xls": book(),
    "excel 4": b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(40),
    "comma": TEXT,
    "three columns": sheet("ratio", "2022,太原市,12.5%"),
    "tab, utf-16": TEXT.replace(",", "\t").encode("utf-16"),
    "tab, utf-16 without a mark": TEXT.replace(",", "\t").encode("utf-16-le"),
    "tab, utf-16 the other way round": TEXT.replace(",", "\t").encode("utf-16-be"),
    "blanks, gbk": "\n".join("".join(c.ljust(12) for c in row) for row in CELLS).encode("gbk"),
    "page": f"<html><style>td {{color: red}}</style><table>{PAGE}</table></html>",
    "page, gbk": f"<html><table>{PAGE}</table></html>".encode("gbk"),
    "xml": f"<Workbook><Row>{SPREADSHEET}</Row></Workbook>",
    "dif": "\n".join(f'1,0\n"{cell}"' for row in CELLS for cell in row),
    "json": '[{"年度": 2022, "市": "太原市", "行业": "建筑施工", "事故起数": 12}]',
    "sylk": "ID;PSheetJS;N;E\nC;Y1;X1;K1",
    "letter": "年度：2022，市：太原市，行业：建筑施工，事故起数：12",
    "ods": packed({"content.xml": b""}).replace(
        b"content.xml", b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 1
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", ["a", "a.txt", "a.doc", "a.wps", "a.pdf", "a.2022年", "a.xls ", "a.xlsx.", "a.csv副本"]
)
def test_a_report_under_another_ending_is_an_error(told, name, form):
    assert told(name, FORMS[form]) == ("error", "file-ending")


@pytest.mark.parametrize(
    "name", ["D13_太原市_SheetJS.txt", "F05_太原市_xls无扩展名", "F26_太原市.xls "]
)
def test_reports_of_other_programs_are_known_by_what_is_inside(told, name):
    assert told("附件", (HUNT / name).read_bytes()) == ("error", "file-ending")


@pytest.mark.parametrize(
    "ending",
    ["et", "ods", "fods", "xlsb", "htm", "HTML", "xml", "dif", "slk", "prn", "tab", "tsv", "wk1"]
    + ["wk3", "dbf", "mht", "zip", "rar"],
)
def test_a_format_in_which_tables_are_kept_counts_as_not_handed_in(told, ending):
    assert told(f"a.{ending}", b"PK\x03\x04 broken") == ("error", "file-type")


@pytest.mark.parametrize(
    "content", [packed({"太原市/报表.xlsx": BOOK}), b"Rar!\x1a\x07\x00", b"\x1f\x8b\x08"]
)
def test_a_packed_file_is_known_by_what_is_inside(told, content):
    assert told("附件", content) == ("error", "file-type")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("a.pdf", b"%PDF-1.4\n" + "年度".encode()),
        ("说明.txt", "现报送太原市2022年度各行业事故起数、伤亡人数，请查收。\n年度报表见附件。"),
        ("询问.txt", "太原市 询问 年度 行业 事故起数 伤亡人数 怎样 填写"),
        ("询问.txt", "请问 2022 年度 行业 事故起数 伤亡人数 怎样 填写"),
        ("函.docx", packed({"[Content_Types].xml": b"", "word/embeddings/a.xlsx": BOOK})),
        ("a.doc", book("WordDocument")),
        ("a", b""),
        ("a.ico", b"\0\0\1\0\4\4"),
    ],
)
def test_a_scan_or_a_letter_is_a_warning(told, name, content):
    assert told(name, content) == ("warning", "file-type")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsm", b"x"),
        ("a.XLTM", BOOK),
        ("a.zip", with_member("xl/vbaProject.bin")),
        ("a.docm", with_member("word/vbaProject.bin")),
        ("a.zip", packed({"报表.xlsm": BOOK})),
    ],
)
def test_macros_are_told_whatever_the_ending(told, name, content):
    assert told(name, content) == ("error", "file-macro")


def test_a_file_too_large_to_be_looked_into_is_judged_by_its_ending(told, monkeypatch):
    monkeypatch.setattr("gsyf_lib.submissions.open.attached.LARGEST_FILE", 10)
    assert told("a.pdf", TEXT) == ("warning", "file-type")
    assert told("a.htm", TEXT) == ("error", "file-type")
