"""Any of our frames in Chinese: heads and words."""

import re

import pytest

import gsyf_lib as gs
from gsyf_lib import frames, wording
from gsyf_lib.assessment.verdicts.statuses import shown_statuses
from gsyf_lib.wording.readable import title_of

CODE = re.compile("[a-z]+(_[a-z]+)*")


@pytest.mark.parametrize("contract", frames.FRAMES, ids=lambda contract: contract.name)
def test_every_column_of_every_frame_has_a_chinese_head_of_its_own(contract):
    heads = [title_of(name) for name in contract.names]
    assert len(set(heads)) == len(heads)
    assert not [head for head in heads if CODE.fullmatch(head)]
    assert list(gs.readable(contract.empty()).columns) == heads


def test_results_say_what_the_pages_say_and_the_frame_stays_as_it_was(judged):
    results = judged.results(2023)
    shown = gs.readable(results)
    assert shown["结论"].tolist() == [wording.STATUSES[code] for code in shown_statuses(results)]
    assert shown["指标"].tolist() == [wording.INDICATORS[code] for code in results["indicator"]]
    assert shown["与目标之差"].equals(results["margin"])
    assert set(shown["计入目标数"]) == {"是", "否"}
    assert list(results.columns) == frames.RESULTS.names


@pytest.mark.parametrize(
    ("name", "head", "words_of"),
    [
        ("receipts", "状态", set(wording.RECEIPT_STATES.values())),
        ("revised_verdicts", "新结论", set(wording.STATUSES.values())),
    ],
)
def test_codes_of_other_frames_are_words_too(judged, name, head, words_of):
    assert set(gs.readable(getattr(judged, name))[head]) <= words_of


def test_old_and_new_columns_are_named_after_the_column():
    assert (title_of("old_margin"), title_of("new_status")) == ("原与目标之差", "新结论")


def test_a_column_of_somebody_else_stays_as_it_is(judged):
    mine = judged.results(2023).assign(mine="x")[["area", "mine"]]
    assert list(gs.readable(mine).columns) == ["地区", "mine"]
