"""A sheet is kept by column; every value comes back as it was, at its place."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsyf_lib.submissions.findings import Refused
from gsyf_lib.submissions.read.decode import columns_of
from gsyf_lib.submissions.read.sheet import Sheet

CELL = st.one_of(
    st.text(max_size=3),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.0, -0.0, 1.0, 2.5, math.inf, "1", "1.0", "True"]),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
)
ROWS = st.lists(st.lists(CELL, max_size=5), max_size=20)


def exactly(row: list) -> list[tuple[type, str]]:
    return [(type(value), str(value)) for value in row]


@given(ROWS)
def test_rows_of_any_cells_and_lengths_come_back_as_they_were(rows):
    sheet = Sheet("", columns_of(rows))
    assert sheet.height == (len(rows) if any(rows) else 0)
    for number, row in enumerate(rows[: sheet.height]):
        assert exactly(sheet.row(number)) == exactly(row)


def test_equal_values_of_other_kinds_are_kept_apart():
    rows = [[1], [1.0], [True], ["1"], [0.0], [-0.0], [0], [False], [dt.timedelta(0)]]
    for some in (rows, rows[4:6], rows[:2], rows[1:3]):
        (column,) = columns_of(some)
        assert len(column.values) == len(some)
        found = [column.at(number) for number in range(len(some))]
        assert exactly(found) == exactly([row[0] for row in some])


def test_a_question_is_asked_once_of_each_value_and_answered_for_every_row():
    asked = []
    (column,) = columns_of([["甲"], ["乙"], ["甲"], ["甲"]])
    answers = column.apply(lambda value: (asked.append(value), value == "甲")[1])
    assert answers.tolist() == [True, False, True, True]
    assert asked == ["甲", "乙"]


def test_a_row_that_ends_early_is_blank_from_there_on():
    sheet = Sheet("", columns_of([["年度", "市"], ["2023"], ["", " "]]))
    assert (sheet.row(1), sheet.columns[1].at(1)) == (["2023"], "")
    assert sheet.filled.tolist() == [[True, True, False], [True, False, False]]


def test_one_endless_row_among_many_is_refused_before_it_is_unfolded():
    rows = [["x"]] * 20_000 + [["x"] * 501]
    with pytest.raises(Refused) as caught:
        columns_of(rows)
    assert caught.value.code == "file-extent"
