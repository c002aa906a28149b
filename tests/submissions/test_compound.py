"""A file system in one file: its chains and tables end, whatever they claim."""

import struct
import time
from pathlib import Path

import pytest

from gsyf_lib.submissions.xls.compound import BROKEN, contents, opened, packed, streams

CONTENT = (Path(__file__).parents[1] / "workbooks" / "libreoffice.xls").read_bytes()
SECTOR = 512
NOTHING = 0xFFFFFFFF


def patched(content: bytes, place: int, *words: int) -> bytes:
    new = struct.pack(f"<{len(words)}I", *words)
    return content[:place] + new + content[place + len(new) :]


def names(content: bytes) -> list[str]:
    return [stream.name for stream in streams(opened(content))]


def is_broken(content: bytes) -> bool:
    try:
        reader = opened(content)
        return not [contents(reader, stream) for stream in streams(reader)]
    except BROKEN:
        return True


def test_a_chain_of_sectors_in_a_ring_is_never_longer_than_the_file():
    """The second sector of the data is followed by the first, and the stream claims it all."""
    content = packed("Workbook", bytes(4096 * 40))
    (table,) = struct.unpack_from("<I", content, 76)
    ring = patched(content, 4096 * (table + 1) + 4 * 3, 2)
    for claimed in (len(content), len(content) + 1, 2**31, 2**32 - 1):
        found = patched(ring, 4096 + 128 + 120, claimed)
        (stream,) = streams(opened(found))
        if claimed > len(content):
            with pytest.raises(LookupError):
                contents(opened(found), stream)
        else:
            assert is_broken(found) or len(contents(opened(found), stream)) <= len(content)


def test_a_table_that_claims_more_than_the_file_holds_is_cut_short():
    """Every place of the header's table names the same sector."""
    first = struct.unpack_from("<I", CONTENT, 76)[0]
    assert len(opened(patched(CONTENT, 76, *[first] * 109)).fat) <= len(CONTENT) // SECTOR


@pytest.mark.parametrize("place", [44, 64], ids=["table", "table of small streams"])
@pytest.mark.parametrize("claimed", [2**20, 2**31, NOTHING])
def test_a_table_that_cannot_be_in_the_file_is_an_error(place, claimed):
    with pytest.raises(LookupError):
        opened(patched(CONTENT, place, claimed))


def test_small_streams_that_claim_more_than_the_file_holds_are_an_error():
    (folder,) = struct.unpack_from("<I", CONTENT, 48)
    with pytest.raises(LookupError):
        opened(patched(CONTENT, SECTOR * (folder + 1) + 120, 2**31))


def test_entries_in_a_ring_are_an_error():
    """The only stream names itself as the one to its left."""
    with pytest.raises(LookupError):
        opened(patched(packed("Workbook", b"x"), 4096 + 128 + 68, 1))


def test_a_stream_of_a_new_file_bears_its_name():
    assert names(packed("Workbook", b"x")) == ["Workbook"]


def test_a_small_stream_is_as_long_as_it_says():
    """It lies in pieces of 64 bytes; what follows in the last one is not its own."""
    reader = opened(CONTENT)
    found = {stream.size: len(contents(reader, stream)) for stream in streams(reader)}
    assert any(length % 64 for length in found if length < 4096)
    assert all(length == read for length, read in found.items())


def test_a_table_that_goes_on_in_a_ring_ends():
    """The place of its second part (word 68) is a sector that names itself as the next."""
    content = packed("Workbook", struct.pack("<I", 2) * 5000)
    assert names(patched(content, 68, 2)) == ["Workbook"]
    tables = 109 + len(content) * 4 // 4096**2
    assert is_broken(patched(patched(content, 44, tables + 1), 68, 2, 1))


def folder_of(count: int) -> bytes:
    """Return a file that is nearly all folder: a balanced tree of streams."""
    entries = [packed("Workbook", b"")[4096 : 4096 + 128]]
    for number in range(1, count + 1):
        children = [n if n <= count else NOTHING for n in (2 * number, 2 * number + 1)]
        name = str(number).encode("utf-16-le")
        head = struct.pack("<64sHBB", name, len(name) + 2, 2, 1)
        links = struct.pack("<3I36x", *children, NOTHING)
        entries.append(head + links + struct.pack("<IQ", number, 5000))
    return patched(packed("Workbook", b"".join(entries)), 48, 2)


def test_a_file_that_is_all_folder_is_an_error_at_once():
    """olefile compares every stream with all before it: 12 s for 40,000."""
    start = time.process_time()
    with pytest.raises(LookupError):
        opened(folder_of(50_000))
    assert len(streams(opened(folder_of(5_000)))) == 5_000
    assert time.process_time() - start < 5
