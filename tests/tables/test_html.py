"""Claims about the one place that writes HTML: what is text stays text, and says what it is."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from gsyf_lib.documents.blocks import (
    Box,
    Fold,
    Listing,
    Paragraph,
    Row,
    Span,
    Table,
    Tally,
    Terms,
    link,
    named,
    note,
    notice,
    rich,
    status_mark,
    table,
)
from gsyf_lib.documents.fonts import subset_woff
from gsyf_lib.documents.html import Page, render
from gsyf_lib.vocabulary import SHAPES, STATUSES

HOSTILE = '<script>alert("1")</script> & <b onclick=x>'


def characters_of(font):
    return {chr(code) for code in TTFont(BytesIO(font)).getBestCmap()}


def test_hostile_text_stays_text_wherever_it_enters():
    grouped = table([{HOSTILE: HOSTILE}], HOSTILE, row_header=HOSTILE, role=HOSTILE)
    blocks = (
        table([{HOSTILE: HOSTILE}], HOSTILE, role="cards", names={HOSTILE: HOSTILE}),
        Table(HOSTILE, grouped.columns, (Row((HOSTILE,), is_group=True), *grouped.rows)),
        Paragraph(rich(HOSTILE, link(HOSTILE, HOSTILE), named(HOSTILE), note(HOSTILE)), HOSTILE),
        Paragraph(Span((HOSTILE,), role=HOSTILE, place=HOSTILE)),
        Terms(((HOSTILE, (HOSTILE,)),), HOSTILE),
        Listing((HOSTILE,)),
        Fold(HOSTILE, (Box((notice(HOSTILE, "synthetic"),), HOSTILE),)),
    )
    for block in blocks:
        shown = render(block, Page({HOSTILE: HOSTILE}))
        assert "<script" not in shown and "<b " not in shown
        assert "&lt;script&gt;" in shown


def test_a_missing_value_leaves_its_cell_empty_and_is_never_zero():
    shown = render(table([{"起数": 0}, {"起数": None}], numeric=["起数"]))
    assert shown.endswith("<tbody><tr><td class=n>0<tr><td class=n></tbody></table></div>")


def test_a_table_names_its_columns_rows_and_scroll_box():
    shown = table([{"行业": "煤矿", "起数": 3}], "事故起数", numeric=["起数"], row_header="行业")
    page = render(shown)
    assert '<th scope="col">行业<th class=n scope="col">起数' in page
    assert '<th scope="row">煤矿<td class=n>3' in page
    assert 'tabindex="0" role="region" aria-label="事故起数"' in page


def test_on_a_card_a_cell_says_its_head():
    lines = [{"行业": "煤矿", "结论": status_mark("met"), "余量 1": "富余1起"}]
    page = render(table(lines, row_header="行业", role="verdicts cards", names={"结论": "verdict"}))
    assert '--h1:"行业";--h2:"结论";--h3:"余量 1"' in page
    assert "--h1" not in render(table(lines, row_header="行业"))


def test_heads_of_groups_stay_in_view_outside_of_a_box_that_scrolls():
    plain = table([{"地区": "太原市", "数值": 3}], "出处", numeric=["数值"])
    shown = render(Table("出处", plain.columns, (Row(("文件",), is_group=True), *plain.rows)))
    assert shown.startswith("<table>") and shown.count("<tbody>") == 1
    assert '<tr class="group"><th colspan="2" scope="rowgroup">文件' in shown


def test_long_numbers_of_a_column_of_numbers_stand_in_groups_of_three():
    shown = render(table([{"人数": "至少12345人"}], numeric=["人数"]))
    assert "至少12<span class=k>345</span>人".replace("=k", '="k"') in shown
    assert "12345" in render(table([{"人数": "至少12345人"}]))


@pytest.mark.parametrize("status", STATUSES)
def test_a_verdict_is_told_by_word_shape_and_class(status):
    word, shape = STATUSES[status], SHAPES[status]
    mark = status_mark(status)
    assert (repr(mark), str(mark)) == (f"{shape} {word}", word)
    assert f'class="status {status}"' in render(Paragraph(mark))


def test_no_two_verdicts_share_a_word_or_a_shape():
    assert len(set(STATUSES.values())) == len(set(SHAPES.values())) == len(STATUSES)


def test_every_verdict_can_be_drawn_in_the_embedded_font():
    text = "".join([*STATUSES.values(), *SHAPES.values()])
    assert set(text) <= characters_of(subset_woff(text))


def test_a_tally_is_told_in_numbers_and_drawn_without_words():
    shown = render(Tally((("met", 18), ("missed", 2))))
    assert '<span class="met" style="flex-grow:18"></span>' in shown
    assert shown.count("<li><b>") == 2 and 'class="bar" aria-hidden="true"' in shown


def test_only_links_that_lead_somewhere_are_kept():
    said = Paragraph(rich(named("太原市"), named("晋中市"), link("8起", "那里"), link("9起", "")))
    page = render(said, Page({"太原市": "140100.html"}, {"那里": "p1"}))
    assert page == "<p><a href=140100.html>太原市</a>晋中市<a href=#p1>8起</a>9起</p>"
    assert render(said, Page(places={})) == "<p>太原市晋中市8起9起</p>"
