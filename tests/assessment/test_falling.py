"""The share that has to keep falling: readings 8 to 11, edge by edge."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gsyf_lib as gs
from gsyf_lib.assessment.verdicts.exact import only_more_reported, share_is_lower
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan.readings import Readings

DUST, SHARE = "涉尘行业", "short_exposure_share"
PATH = {2019: (20, 100), 2021: (19, 100), 2022: (18, 100), 2023: (17, 100), 2024: (16, 100)}


def figures(by_year: dict, area: str = "太原市") -> list[tuple]:
    """Return figures from (cases, total) pairs; a lone text is a bare ratio."""
    made = []
    for year, said in by_year.items():
        if isinstance(said, str):
            value = round(Fraction(said) * RATIO_SCALE)
            made.append((area, DUST, year, "short_exposure_per_million", value))
        else:
            names = ("short_exposure_cases", "reported_cases")
            made += [(area, DUST, year, n, v) for n, v in zip(names, said, strict=True)]
    return made


@pytest.fixture
def judged(plan, observe):
    """Return a judge of one year's share."""

    def judge(by_year: dict, year: int, **readings: str) -> pd.Series:
        other = replace(plan, readings=Readings(**readings))
        results = gs.assess(other, observe(*figures(by_year)), year)
        chosen = (results["area"] == "太原市") & (results["indicator"] == SHARE)
        return results[chosen].iloc[0]

    return judge


@pytest.fixture
def judged_each(plan, observe):
    """Return a judge of one year's share in many places, as many as there are cities at a time."""

    def judge(paths: list[dict], year: int) -> list[pd.Series]:
        found = []
        for part in batched(paths, len(plan.cities)):
            made = [
                figure
                for city, path in zip(plan.cities, part, strict=False)
                for figure in figures(path, city)
            ]
            results = gs.assess(plan, observe(*made), year)
            rows = results[results["indicator"] == SHARE].set_index("area")
            found += [rows.loc[city] for city, _ in zip(plan.cities, part, strict=False)]
        return found

    return judge


def batched(paths: list[dict], size: int) -> list[list[dict]]:
    return [paths[first : first + size] for first in range(0, len(paths), size)]


def verdict(row: pd.Series) -> tuple[str, str]:
    return row["status"], row["reason"]


# Reading 11: bare ratios, as they were written


WRITTEN = [
    ((3, 9), "0.3333334", "missed"),
    ((3, 9), "0.3333333", "met"),
    ((3, 9), "0.333333333333333", "missed"),  # what a spreadsheet shows of 3/9
    ("0.333333333333333", (3, 9), "missed"),
    ("0.3333334", (3, 9), "met"),
    ((2, 3), "0.666666666666667", "missed"),
    ("0.3333334", "0.3333333", "met"),
    ("0.3333333", "0.3333334", "missed"),
    ((57, 100), "0.57", "missed"),
    ((1, 8192), "0.0001220703125", "missed"),  # thirteen decimals
    ((4_999_999, 10_000_000), "0.5", "missed"),
    ("0.5", (4_999_999, 10_000_000), "met"),
]


def test_a_bare_ratio_is_compared_as_it_was_written(judged_each):
    rows = judged_each([{2019: before, 2021: now} for before, now, _ in WRITTEN], 2021)
    assert [row["status"] for row in rows] == [status for *_, status in WRITTEN]


def test_a_year_without_a_case_is_not_lower_than_a_bare_ratio():
    none, one = np.array([0]), np.array([1])
    ratio = np.array([RATIO_SCALE // 2]), np.array([RATIO_SCALE])
    assert share_is_lower(none, one, *ratio).tolist() == [True]
    assert share_is_lower(none, none, *ratio).tolist() == [False]


def test_a_year_without_a_case_is_neither_lower_nor_is_another_lower_than_it():
    cases, none = np.array([1]), np.array([0])
    for total in (np.array([9]), np.array([RATIO_SCALE])):
        assert share_is_lower(cases, total, none, none).tolist() == [False]
        assert share_is_lower(cases, total, cases, none).tolist() == [False]
        assert share_is_lower(none, none, cases, total).tolist() == [False]


# Reading 8: lower than the previous year with a share


def test_the_share_is_compared_with_the_previous_year_to_the_last_case(judged_each):
    shares = {
        (17, 100): "met",
        (18, 100): "missed",
        (19, 100): "missed",
        (179_999, 1_000_000): "met",
        (9, 50): "missed",
    }
    before = {2019: (20, 100), 2021: (19, 100), 2022: (18, 100)}
    rows = judged_each([before | {2023: now} for now in shares], 2023)
    assert [row["status"] for row in rows] == list(shares.values())
    assert {row["baseline_year"] for row in rows} == {2022}


def test_a_year_without_a_share_is_passed_over(judged_each):
    path = {2019: (20, 100), 2021: (15, 100), 2023: (16, 100)}
    gaps = [("withheld", 100), ("absent", "absent"), (0, 0)]
    rows = judged_each([path, *(path | {2022: gap} for gap in gaps)], 2023)
    assert {(row["status"], row["baseline_year"]) for row in rows} == {("missed", 2021)}


def test_without_any_year_between_the_baseline_year_is_compared_with(judged):
    row = judged({2019: (20, 100), 2024: (19, 100)}, 2024)
    assert (row["status"], row["baseline_year"]) == ("met", 2019)


def test_the_first_year_is_compared_with_the_baseline_year_under_both_readings(judged):
    for falling in ("previous_year", "baseline_year"):
        row = judged(PATH, 2021, falling=falling)
        assert (row["status"], row["baseline_year"]) == ("met", 2019)


def test_a_rise_and_four_falls_are_no_success_in_the_last_year(judged):
    path = dict(zip(PATH, [(n, 100) for n in (20, 19, 25, 24, 23)], strict=True))
    found = [judged(path, year)["status"] for year in (2021, 2022, 2023, 2024)]
    assert found == ["met", "missed", "met", "met"]
    row = judged(path | {2025: (22, 100)}, 2025)
    assert verdict(row) == ("missed", "not_below_baseline_year")
    assert (row["allowed"], row["margin"]) == (19, -3)


FIRST = {
    None: ("not_reported", "baseline_not_reported"),
    ("withheld", 100): ("not_reported", "baseline_withheld"),
    ("absent", "absent"): ("undefined", "no_such_industry_at_baseline"),
    (0, 0): ("undefined", "no_reported_cases_at_baseline"),
    (0, 100): ("missed", "not_below_baseline_year"),
    (15, 100): ("missed", "not_below_baseline_year"),
    (16, 100): ("met", ""),
}


def test_the_last_year_needs_the_baseline_year_too(judged_each):
    path = {year: pair for year, pair in PATH.items() if year != 2019} | {2025: (15, 100)}
    rows = judged_each([path if f is None else path | {2019: f} for f in FIRST], 2025)
    assert [verdict(row) for row in rows] == list(FIRST.values())
    assert [pd.notna(row["margin"]) for row in rows] == [False] * 5 + [True] * 2


def test_sequences_at_random_are_judged_as_their_fractions_say(plan, observe):
    """Small numbers, so that ties, zeros and years without a case are among them."""
    draw = random.Random(4)
    paths = {
        city: {year: (draw.randint(0, 2), draw.randint(2, 5)) for year in (2019, *plan.years)}
        for city in plan.cities
    }
    for path in paths.values():
        path[draw.choice(plan.years[:4])] = (0, 0)
    made = [figure for city, path in paths.items() for figure in figures(path, city)]
    results = gs.assess(plan, observe(*made))
    rows = results[(results["level"] == "city") & (results["indicator"] == SHARE)]
    found = {(row.area, row.year): row.status for row in rows.itertuples()}
    assert found == {
        (city, year): expected(path, year) for city, path in paths.items() for year in plan.years
    }
    assert {"met", "missed", "undefined"} == set(found.values())


def expected(path: dict[int, tuple[int, int]], year: int) -> str:
    """Judge a year by reading 8 and 9, with Python's own fractions."""
    shares = {y: Fraction(n, d) for y, (n, d) in path.items() if d}
    if year not in shares:
        return "undefined"
    against = [max(y for y in shares if y < year)] + ([2019] if year == 2025 else [])
    kept = [shares[year] < shares[y] or shares[year] == shares[y] == 0 for y in against]
    return "met" if all(kept) else "missed"


# Reading 9: zero


def test_zero_that_stays_zero_is_held_or_undefined(judged):
    path = {2019: (20, 100), 2021: (0, 100), 2022: (0, 90)}
    assert verdict(judged(path, 2022)) == ("met", "held_at_zero")
    assert verdict(judged(path, 2022, falling_at_zero="undefined")) == (
        "undefined",
        "zero_baseline",
    )


def test_a_fall_to_zero_is_an_ordinary_fall(judged):
    row = judged({2019: (20, 100), 2021: (0, 100)}, 2021)
    assert verdict(row) == ("met", "")
    assert row["decline"] == 1


def test_one_case_after_zero_is_missed(judged):
    assert verdict(judged({2019: (0, 100), 2021: (1, 100)}, 2021)) == ("missed", "rise_from_zero")


def test_zero_in_the_last_year_is_held_against_a_baseline_of_zero(judged):
    path = {2019: (0, 100), 2021: (3, 100), 2024: (2, 100), 2025: (0, 100)}
    assert verdict(judged(path, 2025)) == ("met", "held_at_zero")
    assert verdict(judged(path | {2019: (1, 100)}, 2025)) == ("met", "")
    undefined = judged(path, 2025, falling_at_zero="undefined")
    assert verdict(undefined) == ("undefined", "zero_baseline")


# Reading 10: a fall that comes from the denominator alone


FALLS = [
    ((6, 60), (5, 40), True),
    ((5, 60), (5, 40), True),
    ((4, 60), (5, 40), False),
    ((4, 30), (5, 40), False),
    ((4, 20), (5, 40), False),
    ((6, 48), (5, 40), False),
    ((0, 60), (0, 40), False),
    ((0, 60), (5, 40), False),
    ((1, 60), (0, 40), False),
    ((0, 0), (5, 40), False),
]


def test_only_a_fall_without_fewer_cases_is_warned_of(judged_each):
    warned = [warned for *_, warned in FALLS]
    assert [only_more_reported(*now, *before) for now, before, _ in FALLS] == warned
    rows = judged_each([{2019: before, 2021: now} for now, before, _ in FALLS], 2021)
    assert ["only_more_reported" in row["reason"] for row in rows] == warned


def test_the_warning_is_not_part_of_the_verdict(judged):
    row = judged({2019: (5, 40), 2021: (6, 60)}, 2021)
    assert verdict(row) == ("met", "only_more_reported")
    assert (row["allowed"], row["margin"]) == (7, 1)


def test_the_warning_looks_at_the_year_compared_with_across_a_gap(judged):
    path = {2019: (9, 60), 2021: (5, 40), 2023: (6, 60)}
    assert judged(path, 2023)["reason"] == "only_more_reported"
    assert judged(path, 2023, falling="baseline_year")["reason"] == ""


def test_a_bare_ratio_has_no_counts_to_warn_of(judged):
    for then, now in (("0.2", "0.1"), ((5, 20), "0.1"), ("0.9", (6, 60))):
        assert verdict(judged({2019: then, 2021: now}, 2021)) == ("met", "")


def test_a_fall_that_misses_the_last_year_s_second_test_is_not_warned_of(judged):
    path = {2019: (5, 60), 2024: (5, 40), 2025: (6, 60)}
    assert verdict(judged(path, 2025)) == ("missed", "not_below_baseline_year")


def test_the_warning_stands_beside_the_note_that_a_sum_was_judged(plan, observe):
    made = [f for city in plan.cities for f in figures({2019: (5, 40), 2021: (6, 60)}, city)]
    results = gs.assess(plan, observe(*made), 2021)
    row = results[(results["level"] == "province") & (results["indicator"] == SHARE)].iloc[0]
    assert verdict(row) == ("met", "only_more_reported|sum_of_cities")
    assert (row["numerator"], row["denominator"]) == (66, 660)


counts = st.integers(0, 400)


@given(counts, counts, counts, counts)
def test_a_warned_fall_always_has_more_cases_in_all(a, b, c, d):
    if only_more_reported(a, b, c, d):
        assert b > d
        assert a >= c


# The numbers beside the verdict


def test_the_decline_of_a_share_is_how_much_of_it_is_gone(judged):
    row = judged({2019: (20, 100), 2021: (15, 100)}, 2021)
    assert row["decline"] == pytest.approx(0.25)


def test_the_largest_number_allowed_leaves_the_share_lower_and_not_equal(judged):
    """10 of 50 would be the 20 of 100 of the year before."""
    row = judged({2019: (20, 100), 2021: (5, 50)}, 2021)
    assert (row["allowed"], row["margin"]) == (9, 4)


def test_one_case_more_than_allowed_would_not_be_lower(judged_each):
    """Also where a single case was reported in all, in the year before or now."""
    few = [(cases, total) for total in (1, 2, 3) for cases in range(1, total + 1)]
    pairs = [(then, total) for then in few for total in (1, 2, 5)]
    rows = judged_each([{2019: then, 2021: (1, total)} for then, total in pairs], 2021)
    for (then, total), row in zip(pairs, rows, strict=True):
        lower = [n for n in range(total + 1) if Fraction(n, total) < Fraction(*then)]
        assert row["allowed"] == max(lower)


@pytest.mark.parametrize("now", [0, 1])
def test_compared_with_a_share_of_zero_there_is_no_decline_in_per_cent(judged, now):
    row = judged({2019: (0, 100), 2021: (now, 100)}, 2021)
    assert (row["baseline"], row["value"]) == (0, now / 100)
    assert pd.isna(row["decline"])


def test_the_interval_is_that_of_the_change_from_then_to_now(judged):
    """Newcombe's own example: from 48 of 80 to 56 of 70."""
    row = judged({2019: (48, 80), 2021: (56, 70)}, 2021)
    assert (row["interval_low"], row["interval_high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_luck_deals_the_cases_to_the_later_year(judged):
    """Four cases of ten people: of 210 ways to choose the later six, 115 give the lower share."""
    row = judged({2019: (3, 4), 2021: (1, 6)}, 2021)
    assert row["luck"] == pytest.approx(115 / 210)


def test_only_two_pairs_of_counts_have_an_interval(judged_each):
    pairs = [(then, now) for then in ("0.20", (20, 100)) for now in ("0.19", (19, 100))]
    names = ["interval_low", "interval_high", "luck", "allowed", "margin"]
    rows = judged_each([{2019: then, 2021: now} for then, now in pairs], 2021)
    for (then, now), row in zip(pairs, rows, strict=True):
        assert row["status"] == "met"
        counted = isinstance(then, tuple) and isinstance(now, tuple)
        assert row[names].notna().tolist() == [counted] * len(names)


def test_a_share_without_any_before_it_is_compared_with_the_baseline_year_that_is_lacking(judged):
    row = judged({2023: (17, 100)}, 2023)
    assert verdict(row) == ("not_reported", "baseline_not_reported")
    assert row["baseline_year"] == 2019


@given(
    a=st.integers(0, 10**7),
    b=st.integers(1, 10**7),
    c=st.integers(0, 10**12),
)
def test_a_bare_ratio_lies_where_the_rounded_fraction_says(a, b, c):
    share = Fraction(min(a, b), b)
    rounded = round(share * RATIO_SCALE)
    counts, ratio = (np.array([min(a, b)]), np.array([b])), (np.array([c]), np.array([RATIO_SCALE]))
    assert share_is_lower(*counts, *ratio).tolist() == [rounded < c]
    assert share_is_lower(*ratio, *counts).tolist() == [c < rounded]


@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=4))
def test_counts_are_compared_as_fractions_and_twelve_decimals_never_hide_a_difference(counts):
    a, b, c, d = (np.array([count]) for count in counts)
    expected = Fraction(counts[0], counts[1]) < Fraction(counts[2], counts[3])
    assert share_is_lower(a, b, c, d).tolist() == [expected]
