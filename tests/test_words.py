"""What is printed of a number never says more, or other, than the number: parsed and compared."""

import re
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gsyf_lib as gs
from gsyf_lib import words
from gsyf_lib.indicators import TOTAL
from gsyf_lib.results_book import overview

COUNT = st.integers(0, 200_000)
THRESHOLDS = st.integers(1, 10_000).map(lambda n: n / 10_000)


def read(text: str) -> Fraction:
    """Return what a reader takes a printed percentage for."""
    return Fraction(re.search(r"[\d.]+", text)[0]) / 100


def share_row(now: Fraction, then: Fraction) -> dict:
    return {
        "indicator": "short_exposure_share", "value": float(now), "baseline": float(then),
        "threshold": float("nan"),
    }  # fmt: skip


@st.composite
def shares(draw) -> Fraction:
    whole = draw(st.integers(1, 200_000))
    return Fraction(draw(st.integers(0, whole)), whole)


@given(shares(), THRESHOLDS)
def test_a_printed_coverage_is_on_the_side_of_its_goal_on_which_it_is(share, threshold):
    row = {"indicator": "safety_training_coverage", "value": float(share), "threshold": threshold}
    goal = Fraction(str(threshold))
    assert (read(words.figure_words(row)) >= goal) == (share >= goal)
    assert (read(words.figure_words(row)) == 1) == (share == 1)
    assert (read(words.figure_words(row)) == 0) == (share == 0)


@given(st.integers(1, 200_000), COUNT, THRESHOLDS)
def test_a_printed_decline_is_on_the_side_of_its_goal_on_which_it_is(then, now, threshold):
    row = {"indicator": "accidents", "baseline": then, "value": now, "threshold": threshold}
    told = words.change_words(row)
    fell = told.startswith("下降") and read(told) >= Fraction(str(threshold))
    assert fell == (Fraction(then - now, then) >= Fraction(str(threshold)))
    assert told.startswith(("下降", "上升", "持平")[(now >= then) + (now == then)])
    assert ("100.0%" in told) == (now in (0, 2 * then)) or read(told) > 1


@given(shares(), shares())
def test_printed_shares_compare_as_the_shares_do(now, then):
    """A falling share has the other one as its goal, strictly."""
    row = share_row(now, then)
    printed = read(words.figure_words(row)), read(words.figure_words(row, "baseline"))
    assert (printed[0] < printed[1]) == (now < then)
    assert (printed[0] == printed[1]) == (now == then)
    told = words.change_words(row)
    assert told.startswith(("下降", "上升", "持平")[(now >= then) + (now == then)])
    assert now == then or read(told) > 0


@given(st.integers(-1999, 1999))
def test_percentage_points_are_rounded_half_up_like_everything_else(tenths):
    """Half of a tenth is rounded away from nothing, whatever floats make of it."""
    change = Fraction(2 * tenths + (1 if tenths >= 0 else -1), 2000) if tenths else Fraction(1, 500)
    size = abs(change) * 1000
    wanted = int(size) + (size - int(size) >= Fraction(1, 2))
    assert words.points(change).endswith(f"{wanted // 10}.{wanted % 10}个百分点")


def test_a_fall_from_an_eighth_to_a_sixteenth_is_six_and_a_quarter_points_rounded_up():
    row = share_row(Fraction(1, 16), Fraction(1, 8))
    assert words.figure_words(row, "baseline") == "12.5%"
    assert words.figure_words(row) == "6.3%"
    assert words.change_words(row) == "下降6.3个百分点"


def test_nearly_all_is_not_all():
    assert words.percent(Fraction(9996, 10_000)) == "99.96%"
    assert words.percent(Fraction(999_999, 1_000_000)) == "99.9999%"
    assert words.change(Fraction(9999, 10_000)) == "下降99.99%"
    assert words.percent(1.0) == "100.0%"


@pytest.mark.parametrize("share", [0.29 - 0.2795, 0.3 - 0.2995])
def test_a_float_that_stands_for_counts_is_read_as_their_share(share):
    assert words.exact(share) == Fraction(round(share * 10_000), 10_000)


def test_no_figure_is_no_number():
    assert words.points(float("nan")) == words.figure_words(
        {"indicator": "accidents", "value": pd.NA}
    )


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_why_a_goal_is_missed_or_not_judged_is_told_alike_everywhere(plan, example, year):
    """The list of a page, its sentences, the province's list, the workbook and the department's."""
    results = gs.assess(plan, example.observations, year, example.as_of)
    goals = results[(results["indicator"] != "joint") & (results["industry"] != TOTAL)]
    lists = {area: repr(gs.summary(results, area)) for area in goals["area"].unique()}
    sentences = {
        area: "".join(gs.summary_sentences(results, area)) for area in goals["area"].unique()
    }
    cities, book = repr(gs.missed_table(results)), str(list(overview.rows(goals)))
    told = goals[goals["status"].isin(["missed", "not_reported", "undefined"])]
    for row in told.to_dict("records"):
        said = f"（{words.why_words(row)}）"
        name = words.INDICATORS[row["indicator"]]
        assert f"{row['industry']}{name}{said}" in lists[row["area"]]
        assert f"{row['industry']}{name}{said}" in book
        assert f"{name}{said}" in sentences[row["area"]] or row["status"] != "missed"
        department = gs.department_results(results, row["department"])
        assert said[1:-1] in repr(gs.department_table(department))
        assert row["level"] != "city" or said[1:-1] in cities
    assert len(told) > 20
