"""Intervals and chances against figures worked out elsewhere."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gsyf_lib import chance

PUBLISHED = Path(__file__).parent / "published"
GRID = [(x, n) for n in (1, 2, 5, 40, 1000, 10**6) for x in {0, 1, n // 3, n // 2, n - 1, n}]


def test_exact_ratio_intervals_agree_with_those_worked_out_elsewhere():
    known = pd.read_csv(PUBLISHED / "exact_ratio_intervals.csv").query("x_base > 0")
    assert len(known) >= 8
    low, high = chance.decline_interval(known["x_base"], known["x_now"])
    assert 1 - high == pytest.approx(known["ratio_lo95_exact"], rel=2e-8)
    assert 1 - low == pytest.approx(known["ratio_hi95_exact"], rel=2e-8)


def test_chance_of_meeting_a_fifth_without_any_change_agrees_with_the_published_table():
    """The table draws both years; ours holds their sum fixed, and averages to it."""
    known = pd.read_csv(PUBLISHED / "detectability.csv").set_index("base_count")
    random = np.random.default_rng(1)
    for base in (10, 25, 50, 100):
        then, now = random.poisson(base, 40_000), random.poisson(base, 40_000)
        met = np.where(then > 0, 100 * now <= 80 * then, now == 0)
        luck = chance.count_luck(then, now, np.full(40_000, 8000))
        assert np.nanmean(luck) == pytest.approx(met[then > 0].mean(), abs=0.01)
        published = known.loc[base, "prob_of_meeting_minus20pct_with_no_real_change"]
        assert np.nanmean(luck) == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize(
    ("kept", "meets"), [(0, lambda x, y: x < y), (9000, lambda x, y: 10 * x <= 9 * y)]
)
def test_count_luck_is_the_sum_over_all_outcomes_that_meet_the_target(kept, meets):
    for then, now in ((1, 0), (7, 6), (20, 18), (13, 40)):
        n = then + now
        expected = sum(binom.pmf(x, n, 0.5) for x in range(n + 1) if meets(x, n - x))
        assert float(chance.count_luck(then, now, kept)) == pytest.approx(expected, abs=1e-12)


def test_share_luck_is_the_sum_over_all_deals_that_fall():
    for k0, n0, k1, n1 in ((5, 40, 6, 48), (1, 2, 0, 2), (20, 100, 3, 17)):
        total = n0 + n1
        cases = k0 + k1
        deals = range(max(0, n1 - (total - cases)), min(cases, n1) + 1)
        expected = sum(
            hypergeom.pmf(x, total, cases, n1) for x in deals if x * n0 < (cases - x) * n1
        )
        assert float(chance.share_luck(k0, n0, k1, n1)) == pytest.approx(expected, abs=1e-12)


def test_wilson_agrees_with_statsmodels_over_a_wide_grid():
    x, n = np.array(GRID).T
    low, high = chance.wilson_interval(x, n)
    for i, (cases, total) in enumerate(GRID):
        expected = proportion_confint(cases, total, method="wilson")
        assert (low[i], high[i]) == pytest.approx(expected, abs=1e-12)


def test_newcombe_agrees_with_statsmodels_over_a_wide_grid():
    for cases0, total0 in GRID[::3]:
        for cases1, total1 in GRID[1::4]:
            low, high = chance.share_change_interval(cases0, total0, cases1, total1)
            expected = confint_proportions_2indep(
                cases1, total1, cases0, total0, method="newcomb", compare="diff"
            )
            assert (float(low), float(high)) == pytest.approx(expected, abs=1e-10)


def test_nothing_can_be_said_without_a_baseline_or_a_total():
    assert np.isnan(chance.decline_interval(0, 3)).all()
    assert np.isnan(chance.count_luck(0, 3, 9000))
    assert np.isnan(chance.wilson_interval(0, 0)).all()
    assert np.isnan(chance.share_luck(0, 0, 1, 5))
