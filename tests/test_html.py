"""Claims about the HTML building blocks."""

from io import BytesIO

import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from gsyf_lib.fonts import subset_woff
from gsyf_lib.html import (
    STATUSES,
    Html,
    definition,
    details,
    escape,
    notice,
    paragraphs,
    status_mark,
    table,
)

HOSTILE = '<script>alert("1")</script> & <b onclick=x>'


def characters_of(font):
    return {chr(code) for code in TTFont(BytesIO(font)).getBestCmap()}


def test_hostile_text_stays_text_wherever_it_enters():
    frame = pd.DataFrame({HOSTILE: [HOSTILE]})
    blocks = (
        table(frame, caption=HOSTILE, row_header=HOSTILE),
        table(frame, html=[HOSTILE], classes=HOSTILE),
        paragraphs([HOSTILE], HOSTILE),
        definition({HOSTILE: HOSTILE}),
        details(HOSTILE, HOSTILE),
        notice(HOSTILE, "synthetic"),
    )
    for block in blocks:
        assert "<script" not in block and "<b " not in block
        assert "&lt;script&gt;" in block


def test_markup_stays_markup_only_in_the_columns_named():
    frame = pd.DataFrame({"判定": [status_mark("met")], "说明": [status_mark("missed")]})
    shown = table(frame, html=["判定"])
    assert '<span class="status met">' in shown
    assert '<span class="status missed">' not in shown


def test_a_missing_value_leaves_its_cell_empty_and_is_never_zero():
    frame = pd.DataFrame({"起数": pd.array([0, None], dtype="Int64")})
    shown = table(frame, numeric=["起数"])
    assert '<td class="n">0</td>' in shown and '<td class="n"></td>' in shown


def test_a_table_names_its_columns_rows_and_scroll_box():
    frame = pd.DataFrame({"行业": ["煤矿"], "起数": [3]})
    shown = table(frame, caption="事故起数", numeric=["起数"], row_header="行业")
    assert '<th scope="col">行业</th><th class="n" scope="col">起数</th>' in shown
    assert '<th scope="row">煤矿</th><td class="n">3</td>' in shown
    assert 'tabindex="0" role="region" aria-label="事故起数"' in shown


@pytest.mark.parametrize("status", STATUSES)
def test_a_verdict_is_told_by_word_shape_and_class(status):
    word, shape = STATUSES[status]
    assert repr(status_mark(status)) == f"{shape} {word}"
    assert f'class="status {status}"' in status_mark(status)


def test_no_two_verdicts_share_a_word_or_a_shape():
    words, shapes = zip(*STATUSES.values(), strict=True)
    assert len(set(words)) == len(set(shapes)) == len(STATUSES)


def test_every_verdict_can_be_drawn_in_the_embedded_font():
    text = "".join(word + shape for word, shape in STATUSES.values())
    assert set(text) <= characters_of(subset_woff(text))


def test_a_terminal_shows_text_and_a_notebook_markup():
    page = Html("<p>{}</p><p>二</p>").format("1 < 2")
    assert repr(page) == "1 < 2\n二"
    assert page._repr_html_() == "<p>1 &lt; 2</p><p>二</p>"
    assert type(page._repr_html_()) is str


def test_escaping_twice_changes_nothing():
    assert escape(escape("<")) == "&lt;"
