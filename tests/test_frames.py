"""Every frame keeps its contract."""

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.frames import FRAMES, Column, Contract, conform
from gsyf_lib.submissions import receipt_states

PAIR = Contract("pair", "a test", ("a",), (Column("a", "str", "甲"), Column("b", "Int64", "乙")))


@pytest.mark.parametrize("contract", FRAMES, ids=lambda contract: contract.name)
def test_an_empty_frame_has_its_columns_and_types(contract):
    empty = contract.empty()
    assert list(empty.columns) == contract.names
    assert [str(kind) for kind in empty.dtypes] == [column.dtype for column in contract.columns]
    assert set(contract.key) <= set(contract.names)


def test_columns_are_put_in_order_and_others_dropped():
    frame = conform(pd.DataFrame({"x": [1], "b": [2.0], "a": ["甲"]}), PAIR)
    assert list(frame.columns) == ["a", "b"]
    assert frame["b"].tolist() == [2]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"a": ["甲"]}, r"columns missing: \['b'\]"),
        ({"a": ["甲", "甲"], "b": [1, 2]}, "key stands twice: {'a': '甲'}"),
        ({"a": ["甲"], "b": [1.5]}, "."),
        ({"a": ["甲"], "b": ["十二"]}, "."),
    ],
)
def test_a_frame_that_breaks_its_contract_is_refused(frame, said):
    with pytest.raises((ValueError, TypeError), match=said):
        conform(pd.DataFrame(frame), PAIR)


def test_missing_stays_missing_in_whole_numbers():
    frame = conform(pd.DataFrame({"a": ["甲"], "b": [None]}), PAIR)
    assert frame["b"].isna().tolist() == [True]


def test_the_frames_of_the_example_keep_their_contracts(plan, example):
    results = gs.assess(plan, example.observations)
    received = receipt_states(plan, example.observations, example.as_of, example.faulty)
    for frame, contract in (
        (example.observations, frames.OBSERVATIONS),
        (example.progress, frames.PROGRESS),
        (example.findings, frames.FINDINGS),
        (example.revisions, frames.REVISIONS),
        (example.sources, frames.SOURCES),
        (results, frames.RESULTS),
        (received, frames.RECEIPTS),
        (gs.indicator_values(example.observations, plan.indicators), frames.VALUES),
    ):
        pd.testing.assert_frame_equal(frame, conform(frame, contract))


def test_every_public_name_can_be_called_however_modules_were_loaded():
    """A module of the same name would take its place once imported."""
    import gsyf_lib.cli.main  # noqa: F401

    for door in (gs, gs.page):
        assert all(callable(getattr(door, name)) for name in door.__all__)


def test_a_key_that_stands_twice_is_refused_in_categories_too():
    rows = pd.DataFrame({"code": ["a", "a"], "name": ["甲", "乙"], "aliases": ["", ""]})
    for kept in (rows, rows.astype({"code": "category"})):
        with pytest.raises(ValueError, match="key stands twice: {'code': 'a'}"):
            frames.conform(kept, frames.DEPARTMENTS)
    other = rows.assign(code=["a", "b"]).astype({"code": "category"})
    assert frames.conform(other, frames.DEPARTMENTS)["code"].tolist() == ["a", "b"]
