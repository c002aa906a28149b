"""Where a series leads: held against statsmodels' Poisson regression and against simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from gsyf_lib.assessment.verdicts.projection import constant_rate, loglinear_trend, straight_line

YEARS = np.array([2019, 2021, 2022, 2023, 2024])
SERIES = [
    [100, 92, 90, 84, 80],
    [10, 12, 9, 14, 8],
    [3, 0, 1, 0, 2],
    [1295, 1300, 1280, 1240, 1190],
    [5, 9, 20, 41, 77],
]


@pytest.mark.parametrize("counts", SERIES)
def test_the_trend_is_that_of_a_poisson_regression(counts):
    design = sm.add_constant(YEARS - 2021.0)
    model = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12)
    prediction = model.get_prediction([[1, 4.0]])
    mean, error = prediction.predicted_mean, prediction.linpred.se_mean
    expected, low, high = loglinear_trend([counts], YEARS, 2025)
    spread = 1.959963984540054 * np.sqrt(error**2 + 1 / mean)
    assert expected == pytest.approx(mean, rel=1e-8)
    assert low == pytest.approx(mean * np.exp(-spread), rel=1e-6)
    assert high == pytest.approx(mean * np.exp(spread), rel=1e-6)


def test_a_year_without_a_figure_is_left_out_and_not_taken_for_zero():
    gap = [100, np.nan, 90, 84, 80]
    without, *_ = loglinear_trend([[100, 90, 84, 80]], YEARS[[0, 2, 3, 4]], 2025)
    assert loglinear_trend([gap], YEARS, 2025)[0] == pytest.approx(without)


def test_series_are_projected_each_for_itself():
    together = loglinear_trend(SERIES, YEARS, 2025)
    for number, counts in enumerate(SERIES):
        alone = loglinear_trend([counts], YEARS, 2025)
        assert [a[number] for a in together] == pytest.approx([a[0] for a in alone])


@pytest.mark.parametrize("counts", [[0, 0, 0, 0, 0], [7, 0, 0, 0, 0]])
def test_a_series_that_has_ended_leads_to_zero_without_an_interval(counts):
    expected, low, high = loglinear_trend([counts], YEARS, 2025)
    assert (expected[0], np.isnan(low[0]), np.isnan(high[0])) == (0, True, True)


def test_a_series_that_grows_tenfold_a_year_is_carried_on():
    expected, *_ = loglinear_trend([[1, 100, 1_000, 10_000, 100_000]], YEARS, 2025)
    assert expected[0] == pytest.approx(1_000_000)


def test_a_series_that_has_only_just_begun_leads_nowhere_and_never_to_zero():
    assert np.isnan(loglinear_trend([[1, 0, 0, 0, 10**6]], YEARS, 2025)).all()


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=5).filter(any))
def test_the_fitted_counts_have_the_sum_and_the_mean_year_of_the_cases(counts):
    """What maximum likelihood asks for; the trend of two years is the fitted series itself."""
    fitted = np.array([loglinear_trend([counts], YEARS, year)[0][0] for year in YEARS])
    if fitted.all() and not np.isnan(fitted).any():
        assert fitted.sum() == pytest.approx(sum(counts), rel=1e-9)
        assert fitted @ (YEARS - 2019) == pytest.approx(np.dot(counts, YEARS - 2019), rel=1e-8)


def test_the_interval_holds_the_count_of_the_year_about_95_times_of_100():
    random = np.random.default_rng(20231231)
    mean = 60 * np.exp(-0.05 * (YEARS - 2019))
    drawn = random.poisson(mean, size=(4000, len(YEARS)))
    come = random.poisson(60 * np.exp(-0.05 * 6), size=4000)
    _, low, high = loglinear_trend(drawn, YEARS, 2025)
    assert np.mean((low <= come) & (come <= high)) == pytest.approx(0.95, abs=0.02)


def test_a_constant_rate_goes_through_both_figures():
    assert constant_rate(100, 81, 4, 0) == pytest.approx(81)
    assert constant_rate(100, 81, 2, 2) == pytest.approx(65.61)
    assert np.isnan(constant_rate(0, 3, 4, 2))


def test_a_share_goes_on_in_a_straight_line_and_stays_a_share():
    assert straight_line(0.7, 0.8, 2, 2) == pytest.approx(0.9)
    assert (straight_line(0.7, 0.9, 1, 3), straight_line(0.3, 0.1, 1, 3)) == (1, 0)
    assert np.isnan(straight_line(0.8, 0.8, 0, 3))


def test_a_line_through_counts_that_leads_to_all_is_all_to_the_last_digit():
    """From 0.4 over 0.7 to 1: as floats a rounding error less, which would print 100.0 %."""
    assert float(straight_line(0.7, 0.9, 2, 1)) == 1
    assert float(straight_line(0.4, 0.7, 2, 2)) == 1
