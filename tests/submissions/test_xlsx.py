"""The parts of an .xlsx are found as Excel finds them; what was looked at is what is read."""

import datetime as dt
import io
import struct
import time
import warnings
import zipfile
from unittest import mock

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from submitted import codes_alone, figures_alone, read_alone, table_rows

from gsyf_lib.documents.xlsx import sheets
from gsyf_lib.documents.xlsx.limits import MOST_MEMBERS, MOST_SHEETS, most_inflated
from gsyf_lib.documents.xlsx.markup import tree
from gsyf_lib.documents.xlsx.parts import member_names
from gsyf_lib.documents.xlsx.styles import styles_of, text_of
from gsyf_lib.submissions.open.worker import parsed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = ("年度", "市", "行业", "事故起数", "伤亡人数")
BOOK, SHEET, RELATIONS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"


def relations(*items: tuple[str, str, str]) -> str:
    """Return a part of relations: their names, kinds and targets."""
    told = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in items
    )
    return f'<Relationships xmlns="{PACKAGE}">{told}</Relationships>'


def text(address: str, value: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'


def worksheet(figure: str = '<c r="D2"><v>12</v></c>', more: str = "", before: str = "") -> str:
    """Return Taiyuan's table of one row, with one figure as given, and more rows."""
    header = "".join(text(f"{a}1", name) for a, name in zip("ABCDE", HEADER, strict=True))
    keys = '<c r="A2"><v>2022</v></c>' + text("B2", "太原市") + text("C2", "建筑施工")
    rows = f'<row r="1">{header}</row><row r="2">{keys}{figure}<c r="E2"><v>30</v></c></row>'
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}{more}</sheetData></worksheet>'


def workbook(inside: str = "", names: tuple[str, ...] = ("表",)) -> str:
    told = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{told}</sheets>{inside}</workbook>'


PARTS = {
    "_rels/.rels": relations(("r1", "officeDocument", BOOK)),
    BOOK: workbook(),
    RELATIONS: relations(
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("t", "sharedStrings", "sharedStrings.xml"),
        ("s", "styles", "styles.xml"),
    ),
    TEXTS: f'<sst xmlns="{MAIN}"/>',
    STYLES: f'<styleSheet xmlns="{MAIN}"/>',
    SHEET: worksheet(),
}


def packed(*more: tuple[str, str | bytes]) -> bytes:
    """Return a zip of these members."""
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name twice
        for name, part in more:
            archive.writestr(zipfile.ZipInfo(name), part)
    return content.getvalue()


def package(**change: str | bytes) -> bytes:
    return packed(*(PARTS | change).items())


def told(plan, folder, content: bytes) -> list[str]:
    """Return the findings on a workbook; without an error its figures are 12 and 30."""
    found = read_alone(plan, folder, content)
    if not any(code.startswith("error") for code in codes_alone(found)):
        assert figures_alone(found) == [12, 30]
    return codes_alone(found)


def refusal(content: bytes) -> str:
    answer = parsed(content)
    return answer[0] if isinstance(answer, tuple) else "file-broken" if answer is None else ""


# Where the parts are


def moved(places: dict[str, str]) -> bytes:
    """Return the workbook with its parts elsewhere, and relations that say so."""
    told = {
        name: part
        if not name.endswith(".rels")
        else part.replace("worksheets/sheet1.xml", places.get("sheet", "worksheets/sheet1.xml"))
        for name, part in PARTS.items()
    }
    return packed(*((places.get(name, name), part) for name, part in told.items()))


@pytest.mark.parametrize(
    "content",
    [
        packed(*((name.replace("/", "\\"), part) for name, part in PARTS.items())),
        packed(*((name.upper(), part) for name, part in PARTS.items())),
        moved({"sheet": "/xl/sheets/s.xml", SHEET: "xl/sheets/s.xml"}),
        moved({"sheet": "../sheets/s.xml", SHEET: "sheets/s.xml"}),
        moved({"sheet": "sheets\\s.xml", SHEET: "xl/sheets/s.xml"}),
        moved({"sheet": "work%20sheets/s.xml", SHEET: "xl/work sheets/s.xml"}),
        package(**{"xl/media/seal.svg": '<!DOCTYPE svg PUBLIC "a" "b"><svg/>'}),
        package(**{SHEET: "<!-- made by a tool -->" + worksheet()}),
        package(**{SHEET: worksheet().encode("utf-16")}),
        packed(
            *(
                (name, part.replace(MAIN, f"{STRICT}/spreadsheetml/main").replace(OFFICE, STRICT))
                for name, part in PARTS.items()
            )
        ),
    ],
    ids=[
        "strokes",
        "case",
        "root",
        "above",
        "target",
        "percent",
        "svg",
        "comment",
        "utf16",
        "strict",
    ],
)
def test_a_workbook_is_read_wherever_its_parts_are(plan, tmp_path, content):
    assert told(plan, tmp_path, content) == []


def other(value: str) -> str:
    return worksheet(f'<c r="D2"><v>{value}</v></c>')


def two_ends() -> bytes:
    """Return a zip whose 64-bit end names a directory of its own."""
    content = package()
    end = content.rfind(b"PK\x05\x06")
    total, size, offset = struct.unpack_from("<HII", content, end + 10)
    twin = b"PK\x06\x06" + struct.pack(
        "<QHHIIQQQQ", 44, 45, 45, 0, 0, total, total, size, offset + 1
    )
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    return content[:end] + twin + locator + content[end:]


@pytest.mark.parametrize(
    "content",
    [
        package(**{"XL/worksheets/Sheet1.xml": other("3")}),
        package(**{"xl\\worksheets\\sheet1.xml": other("3")}),
        packed(*PARTS.items(), (SHEET, other("3"))),
        package(
            **{
                "_rels/.rels": relations(
                    ("r1", "officeDocument", BOOK), ("r2", "officeDocument", "xl/other.xml")
                ),
                "xl/other.xml": workbook(),
            }
        ),
        package(
            **{
                RELATIONS: relations(
                    ("r1", "worksheet", "worksheets/sheet1.xml"),
                    ("r1", "worksheet", "worksheets/sheet2.xml"),
                ),
                "xl/worksheets/sheet2.xml": other("3"),
            }
        ),
        package() + package(**{SHEET: other("3")}),
        two_ends(),
        package(**{SHEET: worksheet('<c r="D2"><v>12</v></c><c r="D2"><v>3</v></c>')}),
        package(**{SHEET: worksheet(more='<row r="2"><c r="D2"><v>3</v></c></row>')}),
        package(**{SHEET: worksheet('<c r="D2"><v>3<!-- 9 --></v></c>')}),
    ],
    ids=[
        "case",
        "strokes",
        "twice",
        "books",
        "relations",
        "joined",
        "zip64",
        "cell",
        "row",
        "comment",
    ],
)
def test_what_two_programs_may_read_as_two_things_is_refused(content):
    assert refusal(content) == "file-members"


def test_relations_tell_which_workbook_is_read(plan, tmp_path):
    """Another reader looks for xl/workbook.xml; Excel opens what the package names."""
    content = package(
        **{
            "_rels/.rels": relations(("r1", "officeDocument", "real/workbook.xml")),
            "real/workbook.xml": workbook(),
            "real/_rels/workbook.xml.rels": relations(("r1", "worksheet", "s.xml")),
            "real/s.xml": worksheet(),
            SHEET: other("3"),
        }
    )
    assert told(plan, tmp_path, content) == []


def test_cells_outside_of_the_table_of_cells_are_none(plan, tmp_path):
    """A reader that goes by names alone takes 7 for the figure, or reads no sheet at all."""
    decoy = '<extLst><ext><row r="2"><c r="D2"><v>7</v></c></row></ext></extLst>'
    foreign = '<row r="2" xmlns="urn:x"><c r="D2"><v>7</v></c></row>'
    content = package(**{SHEET: worksheet(more=foreign, before=decoy)})
    assert told(plan, tmp_path, content) == []


@pytest.mark.parametrize("missing", [BOOK, "_rels/.rels"])
def test_a_zip_without_a_workbook_is_no_table(missing):
    assert refusal(packed(*((n, p) for n, p in PARTS.items() if n != missing))) == "file-type"


@pytest.mark.parametrize("part", [BOOK, RELATIONS, STYLES, TEXTS, SHEET])
def test_every_part_that_is_read_is_looked_at(part):
    assert refusal(package(**{part: "<!DOCTYPE a>" + PARTS[part]})) == "file-dtd"
    assert refusal(package(**{part: PARTS[part][:-5]})) == "file-broken"


# Bounds


def test_a_sheet_name_is_short_from_the_first():
    answer = parsed(package(**{BOOK: workbook(names=("表" * 1_000_000,))}))
    assert len(answer[0][0]) <= 100


def test_too_many_sheets_or_members_are_refused_at_once():
    begun = time.process_time()
    many = workbook(names=tuple(map(str, range(MOST_SHEETS + 1))))
    assert refusal(package(**{BOOK: many})) == "file-extent"
    members = {f"a{n}": "" for n in range(MOST_MEMBERS)}
    assert refusal(package(**members)) == "file-bomb"
    assert refusal(package() + b"PK\x01\x02" * 900_000) == "file-bomb"
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("size", "most"), [(1_000, 8 * 2**20), (2**20, 200 * 2**20), (50 * 2**20, 200 * 2**20)]
)
def test_a_workbook_may_hold_two_hundred_times_its_size_but_not_more_than_200_mb(size, most):
    assert most_inflated(size) == most


def with_pictures(method: int, *pictures: bytes) -> bytes:
    """Return the workbook with more members, packed in this way."""
    content = io.BytesIO(package())
    with zipfile.ZipFile(content, "a", method) as archive:
        for number, picture in enumerate(pictures):
            archive.writestr(f"xl/media/{number}.bin", picture)
    return content.getvalue()


def test_what_members_hold_is_added_up():
    """A workbook of a few kB may hold 8 MB: one of these members, and not two."""
    assert refusal(with_pictures(zipfile.ZIP_DEFLATED, bytes(5 * 2**20))) == ""
    two = with_pictures(zipfile.ZIP_DEFLATED, bytes(5 * 2**20), bytes(5 * 2**20))
    assert refusal(two) == "file-bomb"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_workbook_packed_as_excel_packs_none_is_refused(method):
    assert refusal(with_pictures(method, b"picture" * 100)) == "file-broken"


def test_members_of_a_zip_are_not_listed_if_there_are_far_too_many(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(package())
    assert SHEET in member_names(path)
    path.write_bytes(packed(*((f"{n:060}", "") for n in range(10_000))))
    assert member_names(path) == []
    path.write_bytes(b"no zip")
    assert member_names(path) == []


@pytest.mark.parametrize(
    "more",
    [
        '<row r="1048576" ht="12.8" customHeight="true"></row>',
        '<row r="1048576"><c r="A1048576" s="1"/></row>',
        '<row r="3"><c r="XFD3" s="1"/><c r="XFC3"><v></v></c></row>',
        '<row r="3"><c r="XFD3" t="inlineStr"><is><t></t></is></c></row>',
    ],
)
def test_what_holds_nothing_may_be_anywhere(plan, tmp_path, more):
    assert told(plan, tmp_path, package(**{SHEET: worksheet(more=more)})) == []


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_a_day_is_the_same_whichever_year_the_workbook_counts_days_from(plan, tmp_path, epoch):
    book = Workbook()
    book.epoch = epoch
    for row in table_rows("progress", [2023, "太原市", 3, "已完成", dt.date(2023, 5, 9)]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = read_alone(plan, tmp_path, content.getvalue())
    assert codes_alone(found) == []
    assert [task["completed_on"] for task in found.progress] == [pd.Timestamp("2023-05-09")]


# What values do not tell


def styled(fonts: str = "", codes: tuple[str, ...] = ()) -> str:
    """Return styles: number 1 has the second font, 2 and so on the number formats."""
    formats = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for n, code in enumerate(codes, 164)
    )
    cells = "".join(f'<xf numFmtId="{n}"/>' for n in range(164, 164 + len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/><font>{fonts}</font>'
        f'</fonts><cellXfs><xf/><xf fontId="1"/>{cells}</cellXfs></styleSheet>'
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<calcPr fullCalcOnLoad='1'/>",
        "<calcPr fullCalcOnLoad='true'/>",
        "<calcPr calcCompleted='0'/>",
    ],
)
def test_a_zero_that_the_file_calls_uncalculated_is_no_figure(plan, tmp_path, inside):
    for value in ("0", "0.0", "-0", "0E0", ""):
        sheet = worksheet(f'<c r="D2"><f>X1</f><v>{value}</v></c>')
        content = package(**{BOOK: workbook(inside), SHEET: sheet})
        assert told(plan, tmp_path / f"a{value}", content) == ["error cell-formula-no-value"]
    read = package(**{BOOK: workbook(inside), SHEET: worksheet('<c r="D2"><f>X1</f><v>12</v></c>')})
    assert told(plan, tmp_path / "read", read) == []
    typed = package(**{BOOK: workbook(inside), SHEET: worksheet('<c r="D2"><v>0</v></c>')})
    assert told(plan, tmp_path / "typed", typed) == ["error casualties-without-accidents"]


def test_a_sheet_may_say_by_itself_that_it_is_not_calculated(plan, tmp_path):
    sheet = worksheet('<c r="D2"><f>X1</f><v>0</v></c>').replace(
        "</sheetData>", '</sheetData><sheetCalcPr fullCalcOnLoad="1"/>'
    )
    assert told(plan, tmp_path, package(**{SHEET: sheet})) == ["error cell-formula-no-value"]


def run(value: str, marks: str = "") -> str:
    return f"<r><rPr>{marks}</rPr><t>{value}</t></r>"


STRIKE, RAISED = "<strike/>", '<vertAlign val="superscript"/>'


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (run("1") + run("2"), ["warning cell-text-number"]),
        (run("1", STRIKE) + run("12"), ["error cell-rich-text"]),
        (run("12") + run("1", RAISED), ["error cell-rich-text"]),
        (run("12") + run("1", '<vertAlign val="subscript"/>'), ["error cell-rich-text"]),
        (run("12", STRIKE), ["warning cell-struck-out", "warning cell-text-number"]),
        (run("12", '<strike val="0"/>'), ["warning cell-text-number"]),
        (run("12", RAISED), ["warning cell-text-number"]),
    ],
)
@pytest.mark.parametrize("is_shared", [True, False])
def test_small_marks_and_struck_out_pieces_are_no_digits(plan, tmp_path, runs, expected, is_shared):
    if is_shared:
        texts = f'<sst xmlns="{MAIN}"><si>{runs}</si></sst>'
        content = package(**{TEXTS: texts, SHEET: worksheet('<c r="D2" t="s"><v>0</v></c>')})
    else:
        cell = f'<c r="D2" t="inlineStr"><is>{runs}</is></c>'
        content = package(**{SHEET: worksheet(cell)})
    assert told(plan, tmp_path, content) == expected


def test_blanks_beside_what_is_struck_out_do_not_make_it_a_part():
    piece = run("12", STRIKE)
    hows = [text_of(tree(f"<is>{piece}{run(more)}</is>".encode())).how for more in ("  ", "3")]
    assert hows == ["struck", "partly"]


def test_figures_merged_into_one_are_both_withheld(plan, tmp_path):
    sheet = worksheet().replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="D2:E2"/></mergeCells>'
    )
    found = read_alone(plan, tmp_path, package(**{SHEET: sheet}))
    assert {row["cell"] for row in found.findings.rows} == {"D2", "E2"}
    assert figures_alone(found) == ["withheld", "withheld"]


def test_the_mark_of_a_footnote_at_a_name_is_left_away(plan, tmp_path):
    sheet = worksheet()
    for name in ("太原市", "事故起数"):
        sheet = sheet.replace(f"<t>{name}</t>", run(name) + run("1", RAISED))
    assert told(plan, tmp_path, package(**{SHEET: sheet})) == []


def test_how_chinese_is_pronounced_is_not_read(plan, tmp_path):
    sheet = worksheet().replace("<t>太原市</t>", "<t>太原市</t><rPh sb='0' eb='1'><t>tai</t></rPh>")
    assert told(plan, tmp_path, package(**{SHEET: sheet})) == []


def test_a_cell_struck_out_is_read_and_told_with_its_address(plan, tmp_path):
    sheet = worksheet('<c r="D2" s="1"><v>12</v></c>')
    found = read_alone(plan, tmp_path, package(**{STYLES: styled(STRIKE), SHEET: sheet}))
    assert [(row["severity"], row["code"], row["cell"]) for row in found.findings.rows] == [
        ("warning", "cell-struck-out", "D2")
    ]
    assert figures_alone(found) == [12, 30]


MISLEADING = [
    *('"9"', '0"0"', "0\\0", "0!0", "0０", '0"万"', '0"百人"', "0,", "#,##0,", '0!.0,"万"'),
    *(";;;", '""', '"无"', '0;-0;"5"', '[>5]"3";0', '[Red]"7"', "0%", "0.00%"),
    *("0*0", "*9#", "-0", '"-"0', "\\-0", "* -0", "[Red]-0", "0 5"),
]
SOUND = [
    *("General", "G/通用格式", "", "@", "0", "#,##0", "#,##0.00", '0"起"', '0"人"', "0_ "),
    "_-* #,##0_-;-* #,##0_-",
    *('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', '0;-0;"-"', "0;-0;;@", "[Red]0;[Blue]-0"),
    *(
        "[DBNum1]General",
        "0_);\\(0\\)",
        "yyyy/m/d",
        'yyyy"年"m"月"d"日"',
        "[h]:mm",
        "# ?/?",
        "0.00E+00",
    ),
]


@pytest.mark.parametrize("code", MISLEADING)
def test_a_format_that_shows_another_number_withholds_it(plan, tmp_path, code):
    sheet = worksheet('<c r="D2" s="2"><v>12</v></c>')
    content = package(**{STYLES: styled(codes=(code,)), SHEET: sheet})
    assert told(plan, tmp_path, content) == ["error cell-format"]


@pytest.mark.parametrize("code", SOUND)
def test_a_format_of_the_usual_kind_is_no_matter(code):
    assert styles_of(styled(codes=(code,)).encode())[0] == {}


def test_a_format_for_text_is_asked_about_text_only(plan, tmp_path):
    styles = styled(codes=('@"0"', "0;0;0;"))
    number = worksheet('<c r="D2" s="2"><v>12</v></c>')
    assert told(plan, tmp_path / "number", package(**{STYLES: styles, SHEET: number})) == []
    for style in (2, 3):
        cell = f'<c r="D2" s="{style}" t="inlineStr"><is><t>12</t></is></c>'
        content = package(**{STYLES: styles, SHEET: worksheet(cell)})
        assert told(plan, tmp_path / f"text{style}", content) == ["error cell-format"]


# What a workbook carries besides


def linked(kind: str, target: str = "x.xml", mode: str = "") -> bytes:
    item = f'<Relationship Id="x" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    part = relations().replace("</Relationships>", f"{item}</Relationships>")
    return package(**{"xl/worksheets/_rels/sheet1.xml.rels": part})


def declared(of_what: str, kind: str) -> bytes:
    types = f'<Types><{of_what} ContentType="application/vnd.{kind}"/></Types>'
    return package(**{"[Content_Types].xml": types})


OLE, MACRO_BOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ms-excel.sheet.macroEnabled.main+xml"
EXTERNAL = ' TargetMode="External"'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (linked("oleObject", "../embeddings/a.bin"), ["warning file-embedded"]),
        (linked("control", "../activeX/a.xml"), ["warning file-embedded"]),
        (linked("queryTable"), ["warning file-connection"]),
        (linked("connections"), ["warning file-connection"]),
        (linked("externalLinkPath", "b.xlsx", EXTERNAL), ["warning file-external-link"]),
        (linked("image", "http://x.test/a.png", EXTERNAL), ["warning file-external-link"]),
        (linked("hyperlink", r"\\server\share", EXTERNAL), ["warning file-external-link"]),
        (linked("hyperlink", "file:///c:/a.xlsx", EXTERNAL), ["warning file-external-link"]),
        (linked("hyperlink", "http://x.test/", EXTERNAL), []),
        (linked("drawing", "../drawings/a.xml"), []),
        (linked("vbaProject", "../a.bin"), ["error file-macro"]),
        (package(**{"xl/a.bin": OLE + "_VBA_PROJECT".encode("utf-16-le")}), ["error file-macro"]),
        (package(**{"xl/a.bin": OLE + b"printer"}), []),
        (declared(f'Override PartName="/{BOOK}"', MACRO_BOOK), ["error file-macro"]),
        (declared('Default Extension="bin"', "ms-office.vbaProject"), []),
    ],
)  # fmt: skip
def test_what_a_workbook_carries_is_told_by_relations_and_content(
    plan, tmp_path, content, expected
):
    assert told(plan, tmp_path, content) == expected


# The quick way decides nothing

VALUES = st.one_of(
    st.integers(0, 99).map(lambda n: f"<v>{n}</v>"),
    st.sampled_from(["", "<v/>", "<v></v>", "<v> 3 </v>", "<v>x</v>", "<v>1</v><v>2</v>"]),
    st.sampled_from(
        [
            "煤矿",
            " a ",
            "\u3000a\u00a0",
            "a b",
            "&amp;",
            "&#24066;",
            "&#0;",
            "&#55296;",
            "&x;",
            "a\rb",
            "",
        ]
    ).map(lambda said: f"<is><t>{said}</t></is>"),
)
NOISE = ["", "", "", "", "<!-- x -->", "<?x?>", " ", "x", '<row r="1"/>', "</sheetData><sheetData>"]


@st.composite
def xml_of_sheets(draw: st.DrawFn) -> str:
    """Return worksheets, most of them plain, some with one thing amiss."""
    rows = ""
    for number in draw(st.lists(st.integers(1, 4), max_size=3, unique=draw(st.booleans()))):
        cells = ""
        for letter in draw(st.lists(st.sampled_from("ABC"), max_size=3)):
            value = draw(VALUES)
            kind = (
                ' t="inlineStr"'
                if "<is>" in value
                else draw(st.sampled_from(["", ' t="n"', ' t="s"']))
            )
            style = draw(st.sampled_from(["", ' s="0"', ' s="1"']))
            row = draw(st.sampled_from([number] * 9 + [7]))
            cells += f'<c r="{letter}{row}"{style}{kind}>{value}</c>'
        tall = draw(st.sampled_from(["", "", ' ht="20"', ' ht="0"', ' hidden="0"', ' hidden="1"']))
        rows += f'<row r="{number}"{tall}>{cells}</row>'
    place = draw(st.integers(0, len(rows)))
    rows = rows[:place] + draw(st.sampled_from(NOISE)) + rows[place:]
    around = draw(
        st.sampled_from(["{}", "{}", "{}", "<!--{}-->", "<x>{}</x>", "<!--<sheetData>-->{}"])
    )
    return (
        f'<worksheet xmlns="{MAIN}">{around.format(f"<sheetData>{rows}</sheetData>")}</worksheet>'
    )


@settings(max_examples=300, deadline=None)
@given(xml=xml_of_sheets())
def test_plain_rows_are_read_as_the_parser_reads_them(xml):
    content = package(**{SHEET: xml, STYLES: styled(STRIKE)})
    quickly = parsed(content)
    with mock.patch.object(sheets, "without_plain_rows", lambda xml, _: (xml, b"")):
        assert quickly == parsed(content)


def test_a_comment_between_cells_is_passed_over():
    cells = '<c r="A1"><v>3</v></c><!-- --><c r="B1"><v>4</v></c><!-- -->'
    rows = f'<!-- --><row r="1"><!-- -->{cells}</row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    ((_, _, columns, *_),) = parsed(package(**{SHEET: sheet}))
    assert [values for values, _ in columns] == [[3], [4]]


def test_a_first_row_without_a_number_is_the_first():
    row = '<row><c r="A1"><v>3</v></c></row><row hidden="1"><c><v>4</v></c></row>'
    content = package(
        **{SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'}
    )
    (sheet,) = parsed(content)
    assert (sheet[2][0][0], sheet[4]) == ([3, 4], [1])


def test_plain_rows_of_a_large_sheet_never_reach_the_parser():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(3, 60_000))
    with mock.patch.object(sheets._Sheet, "add_row") as begun:
        columns = parsed(package(**{SHEET: worksheet(more=rows)}))[0][2]
    assert begun.call_count == 0
    assert len(columns[0][1]) == 4 * 59_999
