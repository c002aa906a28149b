"""An .xls made by LibreOffice: it answers as an .xlsx does, and a damaged one ends in a finding."""

import struct
from pathlib import Path

import pytest
from submitted import figures, load

from gsyf_lib.submissions import xls
from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.guard import inspect
from gsyf_lib.submissions.read import _with_looks
from gsyf_lib.submissions.sheet import Sheet
from gsyf_lib.submissions.xls import inspect_xls

CONTENT = (Path(__file__).parent / "workbooks" / "libreoffice.xls").read_bytes()
DAY = "2026-02-10"
SECTOR = 512


def patched(place: int, data: bytes) -> bytes:
    return CONTENT[:place] + data + CONTENT[place + len(data) :]


def record(kind: int) -> int:
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
    found = submissions.findings
    told = set(zip(found["code"], found["cell"], strict=True)) - {("row-left-out", "")}
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
    assert found["message"].str.contains("#DIV/0!").sum() == 1
    assert found["message"].str.contains("#N/A").sum() == 1
    assert not found["message"].str.contains("张三").any()


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
    links, looks = inspect_xls(CONTENT)
    assert not links
    assert looks == [([7], [(5, 5)], [(3, 3, "#DIV/0!"), (4, 5, "#N/A")]), ([], [], [])]


def test_a_password_is_told():
    codepage = record(0x42)
    assert refusal(patched(codepage, struct.pack("<H", xls.FILEPASS))) == "file-encrypted"


def test_a_sheet_of_macros_is_refused():
    assert refusal(patched(record(xls.BOUNDSHEET) + 9, b"\x01")) == "file-macro"


@pytest.mark.parametrize(
    ("characters", "links"), [(3, True), (xls.OWN_BOOK, False), (xls.ADD_IN, False)]
)
def test_a_link_to_another_workbook_is_named(characters, links):
    """The record of the user's name, which is long enough, is turned into a link."""
    link = struct.pack("<HHHH", xls.SUPBOOK, 112, 1, characters)
    assert inspect(patched(record(0x5C), link)).links is links


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


def test_a_chain_of_sectors_in_a_ring_ends():
    assert list(xls._follow([1, 2, 0xFFFFFFFE], 0)) == [0, 1, 2]
    with pytest.raises(LookupError):
        list(xls._follow([1, 0], 0))


def test_a_table_that_claims_more_than_the_file_holds_is_cut_short():
    """Every place of the header's table names the same sector."""
    first = struct.unpack_from("<I", CONTENT, 76)[0]
    content = patched(76, struct.pack("<I", first) * 109)
    assert len(xls._sector_table(content, SECTOR)) <= len(CONTENT) // 4


def test_a_sheet_that_only_one_of_both_readers_sees_is_broken():
    with pytest.raises(Refused) as caught:
        _with_looks([Sheet("事故", [])], [])
    assert caught.value.code == "file-broken"
