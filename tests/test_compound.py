"""A file system in one file: its chains and tables end, whatever they claim."""

import struct
from pathlib import Path

import pytest

from gsyf_lib.submissions.compound import (
    _follow,
    _sector_table,
    _siblings,
    contents,
    packed,
    streams,
)

CONTENT = (Path(__file__).parent / "workbooks" / "libreoffice.xls").read_bytes()
SECTOR = 512


def test_a_chain_of_sectors_in_a_ring_ends():
    assert list(_follow([1, 2, 0xFFFFFFFE], 0)) == [0, 1, 2]
    with pytest.raises(LookupError):
        list(_follow([1, 0], 0))


def test_a_table_that_claims_more_than_the_file_holds_is_cut_short():
    """Every place of the header's table names the same sector."""
    first = struct.unpack_from("<I", CONTENT, 76)[0]
    content = CONTENT[:76] + struct.pack("<I", first) * 109 + CONTENT[76 + 4 * 109 :]
    assert len(_sector_table(content, SECTOR)) <= len(CONTENT) // 4


def test_entries_in_a_ring_are_an_error():
    entry = bytes(68) + struct.pack("<II", 0, 0xFFFFFFFF) + bytes(52)
    with pytest.raises(LookupError):
        list(_siblings([entry], 0))


def test_a_stream_of_a_new_file_bears_its_name():
    assert [stream.name for stream in streams(packed("Workbook", b"x"))] == ["Workbook"]


def test_a_small_stream_is_as_long_as_it_says():
    """It lies in pieces of 64 bytes; what follows in the last one is not its own."""
    found = {stream.length: len(contents(CONTENT, stream)) for stream in streams(CONTENT)}
    assert any(length % 64 for length in found if length < 4096)
    assert all(length == read for length, read in found.items())


def test_a_table_that_goes_on_in_a_ring_ends():
    """The place of its second part (word 68) is a sector that names itself as the next."""
    content = packed("Workbook", struct.pack("<I", 2) * 5000)
    ring = content[:68] + struct.pack("<I", 2) + content[72:]
    assert [stream.name for stream in streams(ring)] == ["Workbook"]
