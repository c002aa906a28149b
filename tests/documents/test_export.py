"""Frames for other programs: exact, UTF-8, and never a live formula."""

import csv
import io
import json
from decimal import Decimal

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.documents.export import csv_bytes, json_text


def cells(frame: pd.DataFrame) -> list[list[str]]:
    text = csv_bytes(frame).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def test_a_csv_file_begins_with_a_byte_order_mark_and_has_plain_line_ends():
    content = csv_bytes(pd.DataFrame({"地区": ["太原市"]}))
    assert content == b"\xef\xbb\xbf" + "地区\n太原市\n".encode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("kind", ["str", "object"])
def test_text_is_never_a_live_formula(start, kind):
    frame = pd.DataFrame({"a": pd.Series([f"{start}cmd|'/c calc'!A1", "煤矿", None], dtype=kind)})
    first, second, _ = cells(frame)
    assert first[0][0] == "'"
    assert "calc" in first[0]
    assert second == ["煤矿"]


def test_a_carriage_return_does_not_begin_a_new_row():
    assert cells(pd.DataFrame({"a": ["煤矿\r=1+1"], "b": [1]})) == [["煤矿 =1+1", "1"]]


def test_numbers_below_zero_stay_numbers():
    frame = pd.DataFrame({"a": [-0.25], "b": pd.Series([-3], dtype="Int64")})
    assert cells(frame) == [["-0.25", "-3"]]


def test_missing_is_empty_in_csv_and_null_in_json():
    frame = pd.DataFrame(
        {
            "a": pd.Series([None, 1], dtype="Int64"),
            "b": [float("nan"), 0.1],
            "c": pd.to_datetime([None, "2024-02-29"]),
            "d": [True, False],
        }
    )
    assert cells(frame) == [["", "", "", "True"], ["1", "0.1", "2024-02-29", "False"]]
    assert json.loads(json_text(frame)) == [
        {"a": None, "b": None, "c": None, "d": True},
        {"a": 1, "b": 0.1, "c": "2024-02-29", "d": False},
    ]


def test_json_is_a_list_and_an_empty_frame_an_empty_one():
    assert json.loads(json_text(pd.DataFrame({"a": []}))) == []
    assert "太原市" in json_text(pd.DataFrame({"地区": ["太原市"]}))


def test_decimals_and_empty_frames_are_written(plan):
    assert csv_bytes(plan.targets).startswith(b"\xef\xbb\xbf")
    assert cells(pd.DataFrame({"t": [Decimal("0.10"), None]})) == [["0.10"], [""]]
    assert cells(pd.DataFrame({"t": []})) == []


def test_whole_numbers_of_the_results_have_no_decimals_and_come_back(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    back = pd.read_csv(io.BytesIO(csv_bytes(results)), dtype={"area_code": "str"})
    assert len(back) == len(results)
    shown = [row[list(results).index("margin")] for row in cells(results)]
    assert any(shown)
    assert not any("." in margin for margin in shown)
    decline = results["decline"].dropna()
    pd.testing.assert_series_equal(back["decline"].dropna(), decline, check_index=False)
    assert len(json.loads(json_text(results))) == len(results)


def test_the_same_frame_gives_the_same_bytes(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    assert csv_bytes(results) == csv_bytes(results.copy())
