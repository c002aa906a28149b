"""Claims about the values: they say the same on every medium and come back whole."""

import json
import pickle

import numpy as np
import pandas as pd

import gsyf_lib as gs
from gsyf_lib.documents.blocks import (
    BLOCKS,
    Box,
    Paragraph,
    link,
    note,
    packed,
    rich,
    status_mark,
    table,
    unpacked,
)
from gsyf_lib.documents.html import LAB_STYLE


def test_a_terminal_shows_text_and_a_notebook_markup_and_the_value():
    shown = Box((Paragraph("1 < 2"), Paragraph("二")))
    assert repr(shown) == "1 < 2\n二"
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"].endswith("<div class=gsyf><p>1 &lt; 2</p><p>二</p></div>")
    assert unpacked(bundle[BLOCKS]) == shown


def test_a_note_stands_in_a_line_of_its_own_and_shapes_are_no_words():
    cell = rich(status_mark("missed"), note("超出", link("1起", "那里")), note("初步数据"))
    assert str(cell) == "未达标\n超出1起\n初步数据"
    assert repr(cell) == "× 未达标 超出1起 初步数据"


def test_a_table_hands_out_its_frame_with_numbers_as_numbers():
    shown = table([{"地区": "太原市", "达标": np.int64(18)}, {"地区": "大同市", "达标": 7}])
    expected = pd.DataFrame({"地区": ["太原市", "大同市"], "达标": [18, 7]})
    pd.testing.assert_frame_equal(shown.frame, expected)


def test_lines_of_different_columns_share_a_table_and_what_is_missing_is_empty():
    shown = table([{"年度": "2022年", "逾期": pd.NA}, {"年度": "2023年", "说明": "补报"}])
    assert shown.heads == ("年度", "逾期", "说明")
    assert shown.texts == (("2022年", "", ""), ("2023年", "", "补报"))


def test_every_value_of_the_example_comes_back_whole_from_a_notebook(judged):
    results = judged.results(2023)
    for shown in (
        gs.page.masthead(judged, "太原市", 2023),
        gs.summary(results, "太原市"),
        gs.verdict_table(results, "太原市"),
        gs.page.trace_table(judged, "太原市", results=results),
        gs.funnel_table(results),
    ):
        again = unpacked(json.loads(json.dumps(packed(shown), ensure_ascii=False)))
        assert again == shown and hash(again) == hash(shown)
        assert pickle.loads(pickle.dumps(shown)) == shown


def test_a_table_is_saved_for_excel_with_its_chinese_characters(tmp_path):
    shown = table([{"行业": "煤矿", "起数": 3}], "事故起数", numeric=["起数"])
    shown.to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeff行业,起数".encode())
    table([{"文件": "=cmd|' /C calc'!A0"}]).to_csv(tmp_path / "b.csv")
    assert "\n'=cmd" in (tmp_path / "b.csv").read_text("utf-8-sig"), "no sender's formula may run"
    shown.to_excel(tmp_path / "a.xlsx")
    assert pd.read_excel(tmp_path / "a.xlsx", header=1, engine="openpyxl").to_dict("records") == [
        {"行业": "煤矿", "起数": 3}
    ]


def test_the_style_of_jupyterlab_stays_in_our_own_outputs():
    style = LAB_STYLE.removeprefix("<style>").removesuffix("</style>")
    rules = [rule.partition("{")[0] for rule in style.split("}") if rule]
    assert rules and all(rule.startswith(".gsyf ") for rule in rules)
