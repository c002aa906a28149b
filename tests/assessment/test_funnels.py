"""The cities beside each other: exact limits around the others, no ranking, nothing made up."""

import numpy as np
import pandas as pd
import pytest
from cities_factory import CITIES, RESULTS, accidents
from results_factory import ABSENT, MISSING, TOTAL
from scipy.stats import binom

import gsyf_lib as gs
from gsyf_lib.assessment import luck
from gsyf_lib.assessment.funnels import LEVEL, funnel

COAL, BUILDING = "煤矿", "建筑施工"


def row(rows: pd.DataFrame, area: str, industry: str = COAL) -> pd.Series:
    found = rows[(rows["area"] == area) & (rows["industry"] == industry)]
    assert len(found) == 1
    return found.iloc[0]


def coal(**pairs: tuple) -> pd.DataFrame:
    """Return the funnel of one industry; letters stand for cities in order."""
    names = dict(zip("abcdef", CITIES, strict=True))
    return funnel(accidents({COAL: {names[letter]: pair for letter, pair in pairs.items()}}))


def test_a_city_is_measured_by_the_others_alone():
    found = coal(a=(10, 20), b=(10, 5), c=(10, 5))
    assert row(found, "太原市")["others"] == 10 / 30
    assert row(found, "大同市")["others"] == 25 / 45


def test_a_city_with_a_figure_of_one_year_only_is_no_measure_for_others():
    found = coal(a=(10, 20), b=(10, 5), c=(MISSING, 7), d=(9, MISSING))
    assert row(found, "太原市")["others"] == 5 / 15


def test_its_own_figures_move_the_limits_of_others_and_never_its_own():
    before, after = (coal(a=pair, b=(40, 36), c=(50, 44)) for pair in ((60, 50), (50, 60)))
    mine = ["others", "low", "high"]
    assert row(before, "太原市")[mine].tolist() == row(after, "太原市")[mine].tolist()
    assert row(before, "大同市")["others"] < row(after, "大同市")["others"]


def test_the_limits_are_the_counts_that_both_tails_leave():
    for _, city in coal(a=(60, 50), b=(40, 36), c=(9, 4), d=(300, 260)).iterrows():
        n, p, tail = int(city["cases"]), city["others"], (1 - LEVEL) / 2
        inside = [x for x in range(n + 1)
                  if binom.cdf(x, n, p) >= tail and binom.sf(x - 1, n, p) >= tail]  # fmt: skip
        assert (city["low"], city["high"]) == (inside[0], inside[-1])


def test_a_city_beyond_the_limits_is_told_apart_and_the_limit_itself_is_inside():
    others = {"b": (50, 50), "c": (50, 50)}
    low, high = (int(x) for x in luck.binomial_limits(100, 0.5, LEVEL))
    for value, position in ((low - 1, "below"), (low, "inside"), (high, "inside"),
                            (high + 1, "above")):  # fmt: skip
        assert row(coal(a=(100 - value, value), **others), "太原市")["position"] == position


def test_zeros_are_kept_and_missing_figures_are_not_zero():
    found = funnel(RESULTS)
    building = found[found["industry"] == BUILDING].set_index("area")
    assert building["position"].to_dict() == {
        "太原市": "no_cases", "大同市": "inside", "阳泉市": "inside", "长治市": "not_reported",
        "晋城市": "inside", "朔州市": "inside",
    }  # fmt: skip
    assert building.loc["大同市", "share"] == 1 and building.loc["阳泉市", "share"] == 0
    assert pd.isna(building.loc["太原市", "share"])
    assert building.loc["长治市", "baseline"] == 4 and pd.isna(building.loc["长治市", "cases"])
    assert building.loc["朔州市", "others"] == 6 / 10
    assert row(found, "晋城市")["position"] == "not_applicable"
    unplaced = found[~found["position"].isin(["inside", "above", "below"])]
    assert unplaced[["low", "high"]].isna().all(axis=None)


def test_where_the_others_have_no_case_nothing_is_said():
    assert row(coal(a=(3, 5), b=(0, 0), c=(0, ABSENT)), "太原市")["position"] == "no_others"


def test_the_share_of_the_goal_is_the_one_of_the_year():
    results = accidents({COAL: {"太原市": (10, 9), "大同市": (10, 9)}})
    assert funnel(results)["goal"].tolist() == pytest.approx([0.9 / 1.9] * 2)
    strict = accidents({COAL: {"太原市": (10, 9), "大同市": (10, 9)}}, year=2021)
    assert funnel(strict)["goal"].tolist() == [0.5, 0.5]


def test_the_order_is_that_of_the_codes_and_the_annex():
    found = funnel(RESULTS)
    assert list(found["industry"].unique()) == [COAL, BUILDING, TOTAL]
    for _, rows in found.groupby("industry"):
        assert list(rows["area"]) == list(CITIES)


def test_neither_the_province_nor_other_indicators_nor_other_years_enter(plan, example):
    history = gs.assess(plan, example.observations)
    found = funnel(history, 2022)
    assert list(found["area"].unique()) == plan.cities
    assert set(found["year"]) == {2022}
    alone = gs.assess(plan, example.observations, 2022)
    pd.testing.assert_frame_equal(found, funnel(alone))
    pd.testing.assert_frame_equal(found, funnel(alone[alone["indicator"] == "accidents"]))


def test_results_without_cities_are_refused_in_words():
    with pytest.raises(gs.UsageError, match="事故起数"):
        funnel(RESULTS[RESULTS["level"] == "province"])


def test_without_a_figure_every_city_says_why(plan, observe):
    found = funnel(gs.assess(plan, observe(), 2023))
    assert set(found["position"]) == {"not_reported"}


def test_unchanged_cities_lie_outside_about_twice_in_a_thousand():
    """Eleven cities with one common change; the others' share is itself a little off by luck."""
    random = np.random.default_rng(4)
    outside = {}
    for mean in (10, 30, 200, 2000):
        then, now = random.poisson(mean, (5_000, 11)), random.poisson(0.86 * mean, (5_000, 11))
        cases = then + now
        others = (now.sum(1, keepdims=True) - now) / (cases.sum(1, keepdims=True) - cases)
        low, high = luck.binomial_limits(cases, others, LEVEL)
        outside[mean] = np.mean((now < low) | (now > high))
    assert all(0.001 < share < 0.0035 for share in outside.values()), outside


def test_a_city_whose_figure_was_withheld_is_not_said_to_have_sent_none(example, plan):
    rows = gs.funnel(gs.assess(plan, example.observations, 2023)).set_index(["area", "industry"])
    assert rows.loc[("吕梁市", "煤矿"), "position"] == "withheld"
    assert rows.loc[("吕梁市", "重点行业合计"), "position"] == "undefined"
