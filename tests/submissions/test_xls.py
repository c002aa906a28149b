"""An .xls made by LibreOffice: it answers as an .xlsx does, and a damaged one ends in a finding."""

import struct
from pathlib import Path

import pytest
from biff import BIFF5, ROWS, Formula, book, record, stream
from submitted import codes, figures, load

from gsyf_lib.documents.xlsx.styles import Style
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.open.guard import inspect
from gsyf_lib.submissions.read.decode import _as_looked_at
from gsyf_lib.submissions.read.sheet import Sheet
from gsyf_lib.submissions.xls import workbook
from gsyf_lib.submissions.xls.compound import contents, opened, packed, streams
from gsyf_lib.submissions.xls.looks import Font, looks_of_texts, odd_cells
from gsyf_lib.submissions.xls.workbook import OldBook, inspect_xls

CONTENT = (Path(__file__).parents[1] / "workbooks" / "libreoffice.xls").read_bytes()
DAY = "2026-02-10"
ACCIDENTS = ("太原市", "建筑施工", 2022, "accidents")


def patched(place: int, data: bytes) -> bytes:
    return CONTENT[:place] + data + CONTENT[place + len(data) :]


def found(kind: int) -> int:
    """Return where the first record of a kind stands in the file."""
    place = CONTENT.index(b"\x09\x08\x10\x00")
    while struct.unpack_from("<H", CONTENT, place)[0] != kind:
        place += 4 + struct.unpack_from("<H", CONTENT, place + 2)[0]
    return place


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        inspect(content)
    return caught.value.code


def test_every_fault_of_an_old_workbook_is_told_at_its_cell(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": CONTENT})
    told = submissions.findings
    told = set(zip(told["code"], told["cell"], strict=True)) - {("row-left-out", "")}
    assert told == {
        ("cell-text-number", "D3"),
        ("cell-excel-error", "D4"),
        ("cell-type", "D5"),
        ("cell-excel-error", "F5"),
        ("cell-type", "D7"),
        ("rows-hidden", "A8"),
        ("cell-merged", "D9"),
        ("cell-merged", "E9"),
        ("row-note", "A10"),
        ("columns-hidden", "F1"),
        ("sheet-hidden", ""),
    }
    messages = submissions.findings["message"]
    assert messages.str.contains("#DIV/0!").sum() == 1
    assert messages.str.contains("#N/A").sum() == 1
    assert not messages.str.contains("张三").any()


def test_what_is_sound_in_it_is_used(plan, tmp_path):
    known = figures(load(plan, tmp_path, {f"{DAY}/a.xls": CONTENT}))
    accidents = {
        industry: known["太原市", industry, 2023, "accidents"] for _, industry, *_ in known
    }
    assert accidents == {
        "危险化学品": 12,
        "煤矿": "withheld",
        "非煤矿山": "withheld",
        "机械制造": 7,
        "建筑施工": "withheld",
        "交通运输": 6,
    }


def test_the_look_tells_each_sheet_s_own():
    seen = inspect_xls(CONTENT)
    assert not seen.links
    assert seen.looks == [
        ([], [7], [(5, 5)], [(3, 3, "#DIV/0!"), (4, 5, "#N/A")], []),
        ([], [], [], [], []),
    ]


def test_a_password_is_told():
    codepage = found(0x42)
    assert refusal(patched(codepage, struct.pack("<H", workbook.FILEPASS))) == "file-encrypted"


def test_a_sheet_of_macros_is_refused():
    assert refusal(patched(found(workbook.BOUNDSHEET) + 9, b"\x01")) == "file-macro"


@pytest.mark.parametrize(
    ("characters", "links"), [(3, True), (workbook.OWN_BOOK, False), (workbook.ADD_IN, False)]
)
def test_a_link_to_another_workbook_is_named(characters, links):
    """The record of the user's name, which is long enough, is turned into a link."""
    link = struct.pack("<HHHH", workbook.SUPBOOK, 112, 1, characters)
    assert inspect(patched(found(0x5C), link))[1].links is links


@pytest.mark.parametrize(
    "content",
    [
        CONTENT[:8],
        CONTENT[:600],
        CONTENT[:3000],
        CONTENT[:8] + bytes(4000),
        patched(30, b"\xff\xff"),
        patched(48, b"\x00\x00\x00\x00"),
        patched(76, b"\x99\x99\x00\x00"),
    ],
    ids=["magic", "header", "half", "nothing", "sector", "folder", "table"],
)
def test_a_damaged_file_is_broken(content):
    assert refusal(content) == "file-broken"


def test_a_sheet_that_only_one_of_both_readers_sees_is_broken():
    with pytest.raises(Refused) as caught:
        _as_looked_at([Sheet("事故", [])], OldBook(b"", "", False, []))
    assert caught.value.code == "file-broken"


def test_a_sheet_that_breaks_off_is_broken():
    whole = stream()
    assert refusal(packed("Workbook", whole[:-30].ljust(5000, b"\1"))) == "file-broken"


# Whose words it is written in, and which of its streams is the workbook


@pytest.mark.parametrize("codepage", [1200, 936, 1252, 367, 0])
def test_texts_are_read_whatever_a_new_workbook_says_of_its_code_page(plan, tmp_path, codepage):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(codepage=codepage)})
    assert submissions.findings.empty
    assert figures(submissions)[ACCIDENTS] == 12


@pytest.mark.parametrize(("codepage", "encoding"), [(936, "gbk"), (54936, "gb18030")])
@pytest.mark.parametrize("name", ["Book", "BOOK", "Workbook"])
def test_texts_of_excel_95_are_read_by_its_code_page(plan, tmp_path, codepage, encoding, name):
    content = book(name, version=BIFF5, codepage=codepage, encoding=encoding)
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": content})
    assert submissions.findings.empty
    assert figures(submissions)[ACCIDENTS] == 12
    assert submissions.observations["sheet"].unique().tolist() == ["事故"]


def test_every_byte_read_as_a_letter_is_the_byte_again():
    letters = workbook.text_in("latin-1", "".join(map(chr, range(0x80))) + "€‚ž\x81\x9dÿ")
    assert letters.encode("latin-1") == bytes(range(0x80)) + b"\x80\x82\x9e\x81\x9d\xff"


def test_bytes_that_are_no_text_of_the_code_page_are_told(plan, tmp_path):
    content = book(version=BIFF5, codepage=936).replace("煤".encode("gbk"), b"\xff\xff")
    content = content.replace("太原".encode("gbk"), b"\xff\xff\xff\xff")
    assert codes(load(plan, tmp_path, {f"{DAY}/a.xls": content})) == ["error file-encoding"]


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook", "BOOK", "Book"])
def test_the_workbook_is_found_whatever_the_case_of_its_name(plan, tmp_path, name):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(name)})
    assert submissions.findings.empty
    assert figures(submissions)[ACCIDENTS] == 12


def rewritten(names: list[tuple[str, int]]) -> bytes:
    """Return a file whose root has entries of these names and kinds, one beside the other.

    The first holds the sound table, each other one with 45 in the place of 12.
    """
    others = [(2022, "太原市", "建筑施工", 45, 30)]
    sizes = 2 * 4096
    data = [stream(), *(stream(rows=[ROWS[0], *others]) for _ in names[1:])]
    content = bytearray(packed("Workbook", b"".join(one.ljust(sizes, b"\0") for one in data)))
    folder = 4096
    for number, (name, kind) in enumerate(names):
        entry = bytearray(content[folder + 128 : folder + 256])
        letters = name.encode("utf-16-le") + b"\0\0"
        entry[:66] = letters.ljust(64, b"\0") + struct.pack("<H", len(letters))
        entry[66] = kind
        right = number + 2 if number + 1 < len(names) else 0xFFFFFFFF
        struct.pack_into("<I", entry, 72, right)
        struct.pack_into("<IQ", entry, 116, 2 + 2 * number, sizes)
        content[folder + 128 * (number + 1) : folder + 128 * (number + 2)] = entry
    return bytes(content)


@pytest.mark.parametrize(
    "names",
    [
        [("Workbook", 2), ("Book", 2)],
        [("WORKBOOK", 2), ("Book", 2)],
        [("Workbook", 2), ("Workbook", 1)],
        [("Workbook", 2), ("WorkBook1", 2)],
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_only_the_stream_that_was_looked_at_is_read(plan, tmp_path, names, turned):
    """A decoy of another name or kind is not read, wherever in the folder it stands."""
    content = bytearray(rewritten(names))
    if turned:
        first, second = 4096 + 128, 4096 + 256
        one, two = content[first:second], content[second : second + 128]
        struct.pack_into("<I", two, 72, 2)
        struct.pack_into("<I", one, 72, 0xFFFFFFFF)
        content[first : second + 128] = two + one
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": bytes(content)})
    assert figures(submissions)[ACCIDENTS] == 12


def test_two_workbooks_in_one_file_are_refused(plan, tmp_path):
    content = rewritten([("Workbook", 2), ("WORKBOOK", 2)])
    assert codes(load(plan, tmp_path, {f"{DAY}/a.xls": content})) == ["error file-broken"]


def test_a_workbook_inside_of_an_embedded_object_is_not_the_file_s_own():
    """The entry is in the list, but no entry of the root leads to it."""
    content = bytearray(rewritten([("WordDocument", 2), ("Workbook", 2)]))
    struct.pack_into("<I", content, 4096 + 128 + 72, 0xFFFFFFFF)
    assert refusal(bytes(content)) == "file-type"


def test_a_new_file_holds_what_was_put_into_it_whatever_its_size():
    for size in (0, 1, 4096, 4097, 4096 * 1023, 4096 * 1024 * 3):
        data = bytes(range(256)) * (size // 256 + 1)
        file = opened(packed("Workbook", data[:size]))
        (found,) = streams(file)
        assert contents(file, found).rstrip(b"\0") == data[:size].rstrip(b"\0")


# Formulas

ZERO, NO_TEXT = bytes(8), b"\3\0\0\0\0\0\xff\xff"
FOUR, SIX = struct.pack("<d", 4), struct.pack("<d", 6)
JXL = b"\0\0\xe0\xfc"
EXCEL, NOBODY = (record(0x1C1, b"\xc1\1\0\0", struct.pack("<I", n)) for n in (191029, 0))


@pytest.mark.parametrize(
    ("formula", "made", "known"),
    [
        (Formula(ZERO, 2), {}, "withheld"),  # POI
        (Formula(ZERO, 3), {}, "withheld"),  # Spreadsheet::WriteExcel, PEAR
        (Formula(ZERO, 2), {"globals_": EXCEL}, "withheld"),  # the same, from Excel's template
        (Formula(FOUR, 2, JXL), {}, "withheld"),  # JExcelAPI
        (Formula(NO_TEXT), {}, "withheld"),  # xlwt
        (Formula(ZERO), {"globals_": NOBODY}, "withheld"),  # a template to be calculated anew
        (Formula(ZERO), {"globals_": EXCEL, "local": record(0x5E, b"\0\0")}, "withheld"),
        (Formula(SIX, 2), {}, 6),  # POI, calculated
        (Formula(FOUR, 2), {}, 4),
        (Formula(SIX), {"globals_": NOBODY}, 6),
        (Formula(ZERO), {"globals_": EXCEL}, 0),
        (Formula(ZERO, 1), {"globals_": EXCEL}, 0),  # it has TODAY in it
        (Formula(ZERO), {}, 0),  # Excel 97
        (Formula(FOUR, 1), {}, 4),
    ],
)
def test_a_result_that_nobody_calculated_is_no_figure(plan, tmp_path, formula, made, known):
    rows = [ROWS[0], (2022, "太原市", "建筑施工", formula, 0 if known in (0, 6) else 30)]
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(rows=rows, **made)})
    assert figures(submissions)[ACCIDENTS] == known
    told = [("error cell-formula-no-value")] if known == "withheld" else []
    assert [code for code in codes(submissions) if "formula" in code] == told


def test_a_blank_that_excel_calculated_is_a_blank(plan, tmp_path):
    rows = [(*ROWS[0], "死亡人数"), (*ROWS[1], Formula(NO_TEXT))]
    content = book(rows=rows, globals_=EXCEL)
    assert load(plan, tmp_path, {f"{DAY}/a.xls": content}).findings.empty


def test_a_workbook_older_than_excel_5_is_told_as_what_it_is():
    with pytest.raises(Refused, match=r"Excel 4\.0"):
        inspect(b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(40))


# What is seen of a value


def style(code: str = "", font: int = 0) -> bytes:
    """Return the records of a style that every cell has: a number format, a font."""
    text = struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le")
    fonts = [0, 0, 0, 0, 8]  # the fifth, which cells call number 5, is struck out
    made = [record(0x31, bytes(2), struct.pack("<H", flags), bytes(10)) for flags in fonts]
    formats = [record(0x41E, text)] if code else []
    numbers = struct.pack("<HH", font, 164 if code else 0)
    return b"".join([*made, *formats, record(0xE0, numbers, bytes(16))])


@pytest.mark.parametrize("code", ['0"0"', '"9"', "0,", "0%", ";;;", '0"十"'])
def test_a_number_format_that_shows_another_number_is_told(plan, tmp_path, code):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(globals_=style(code))})
    assert "error cell-format" in codes(submissions)
    assert ACCIDENTS not in figures(submissions) or figures(submissions)[ACCIDENTS] == "withheld"


@pytest.mark.parametrize("code", ["0", "General", "#,##0", '0"人"', "0.00", '0;-0;"-"', "@"])
def test_a_number_format_that_shows_the_number_is_no_matter(plan, tmp_path, code):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(globals_=style(code))})
    assert submissions.findings.empty
    assert figures(submissions)[ACCIDENTS] == 12


def test_cells_that_are_struck_out_are_told(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": book(globals_=style(font=5))})
    assert codes(submissions) == ["warning cell-struck-out"]
    assert load(plan, tmp_path / "b", {f"{DAY}/a.xls": book(globals_=style(font=3))}).findings.empty


def test_each_cell_of_a_row_of_numbers_in_one_record_has_its_own_style():
    styles = {7: Style(number='0"0"')}
    row = struct.pack("<HH", 4, 2) + struct.pack("<HIHIHI", 7, 0, 8, 0, 7, 0) + b"\4\0"
    assert odd_cells(0xBD, row, styles, {}) == [(4, 2, "", '0"0"'), (4, 4, "", '0"0"')]


FONTS = [Font(), Font(), Font(), Font(), Font(is_small=True), Font(is_struck=True)]
SMALL, STRUCK_FONT, OTHER = 5, 6, 2


def shared_text(text: str, *runs: tuple[int, int], is_wide: bool = True) -> bytes:
    flags = (1 if is_wide else 0) | (8 if runs else 0)
    letters = text.encode("utf-16-le" if is_wide else "latin-1")
    count = struct.pack("<H", len(runs)) if runs else b""
    changes = b"".join(struct.pack("<HH", *run) for run in runs)
    return struct.pack("<HB", len(text), flags) + count + letters + changes


@pytest.mark.parametrize(
    ("text", "look"),
    [
        (shared_text("51", (1, SMALL)), "note"),
        (shared_text("51", (0, SMALL)), ""),
        (shared_text("75", (0, STRUCK_FONT), (1, OTHER)), "partly"),
        (shared_text("75", (0, STRUCK_FONT)), "struck"),
        (shared_text("75 ", (0, STRUCK_FONT), (2, OTHER)), "struck"),
        (shared_text("751", (0, STRUCK_FONT), (2, SMALL)), "struck"),
        (shared_text("煤矿", (1, OTHER)), ""),
        (shared_text("51", (1, 99)), ""),
        (shared_text("51"), ""),
    ],
)
def test_letters_that_stand_high_or_are_struck_out_are_seen(text, look):
    records = [(0xFC, struct.pack("<II", 2, 2) + shared_text("市") + text), (0x3C, b"")]
    assert looks_of_texts(records, FONTS).get(1, "") == look


@pytest.mark.parametrize("is_wide", [True, False])
def test_a_list_of_texts_may_go_on_in_another_record_at_any_letter(is_wide):
    """Inside of letters the next record says anew how wide they are, elsewhere it does not."""
    head = struct.pack("<II", 2, 2) + shared_text("ab", is_wide=is_wide)
    last = shared_text("x51", (2, SMALL), is_wide=is_wide)
    letters = range(5, 5 + 3 * (1 + is_wide))
    for cut in range(1, len(last)):
        is_inside = cut in letters
        if is_inside and is_wide and (cut - letters[0]) % 2:
            continue
        flag = bytes([is_wide]) if is_inside else b""
        pieces = [(0xFC, head + last[:cut]), (0x3C, flag + last[cut:])]
        assert looks_of_texts(pieces, FONTS) == {1: "note"}, cut


def test_a_list_of_texts_that_breaks_off_gives_those_before():
    records = [(0xFC, struct.pack("<II", 9, 9) + shared_text("51", (1, SMALL)) + b"\x09")]
    assert looks_of_texts(records, FONTS) == {0: "note"}
    assert looks_of_texts([], FONTS) == {}


def test_a_footnote_mark_in_a_cell_of_an_xls_is_told(plan, tmp_path):
    fonts = b"".join(record(0x31, bytes(8), bytes([n == 4]), bytes(7)) for n in range(5))
    texts = record(0xFC, struct.pack("<II", 1, 1), shared_text("121", (2, SMALL)))
    cell = record(0xFD, struct.pack("<HHHI", 1, 3, 0, 0))
    content = book(rows=[ROWS[0], (*ROWS[1][:3], "", 30)], globals_=fonts + texts, local=cell)
    submissions = load(plan, tmp_path, {f"{DAY}/a.xls": content})
    assert codes(submissions) == ["error cell-rich-text"]
    assert figures(submissions)[ACCIDENTS] == "withheld"
