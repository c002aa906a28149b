"""Intervals and chances against statsmodels, scipy, a simulation, and tables worked out before."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc
from scipy.stats import binom, binomtest, hypergeom, poisson
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gsyf_lib.assessment import luck

PUBLISHED = Path(__file__).parents[1] / "published"
COUNTS = (0, 1, 2, 3, 7, 40, 277, 580, 5000, 10**5, 10**6, 10**9)
TOTALS = (1, 2, 5, 40, 1000, 10**6, 10**9)
SHARES = [(x, n) for n in TOTALS for x in sorted({0, 1, n // 3, n // 2, n - 1, n})]
RULES = {  # what may remain of the baseline, in ten-thousandths: does x now after y before meet it?
    luck.STRICTLY_BELOW: lambda x, y: x < y,
    0: lambda x, y: x == 0,
    9500: lambda x, y: 100 * x <= 95 * y,
    9000: lambda x, y: 10 * x <= 9 * y,
    8000: lambda x, y: 5 * x <= 4 * y,
}


# Intervals


def test_the_exact_interval_agrees_with_statsmodels_over_a_wide_grid():
    """Its limits for a share and those for the rest of it give the ratio without any loss."""
    for then, now in product(COUNTS[1:], COUNTS):
        low, high = luck.decline_interval(then, now)
        least, most = proportion_confint(now, then + now, method="beta")
        rest_least, rest_most = proportion_confint(then, then + now, method="beta")
        assert float(1 - high) == pytest.approx(least / rest_most, rel=1e-12, abs=1e-12)
        assert float(1 - low) == pytest.approx(most / rest_least, rel=1e-12)


def test_the_exact_interval_agrees_with_scipy_as_far_as_its_root_finder_goes():
    for then, now in product(COUNTS[1:-1], COUNTS[:-1]):
        ratios = 1 - np.array(luck.decline_interval(then, now))
        exact = binomtest(now, then + now).proportion_ci(method="exact")
        assert ratios / (1 + ratios) == pytest.approx([exact.high, exact.low], abs=4e-12)


def test_exact_ratio_intervals_agree_with_those_worked_out_elsewhere():
    """Without a case in the baseline year there is a ratio's limit, but no decline."""
    known = pd.read_csv(PUBLISHED / "exact_ratio_intervals.csv").query("x_base > 0")
    assert len(known) == 8
    low, high = luck.decline_interval(known["x_base"], known["x_now"])
    assert 1 - high == pytest.approx(known["ratio_lo95_exact"], rel=2e-8)
    assert 1 - low == pytest.approx(known["ratio_hi95_exact"], rel=2e-8)


def test_an_interval_holds_no_change_unless_the_exact_test_refutes_it():
    then, now = (side.ravel() for side in np.mgrid[1:60, 0:60])
    low, high = luck.decline_interval(then, now)
    assert ((low > 0) == (binom.cdf(now, then + now, 0.5) < 0.025)).all()
    assert ((high < 0) == (binom.sf(now - 1, then + now, 0.5) < 0.025)).all()


def test_wilson_agrees_with_statsmodels_and_scipy_over_a_wide_grid():
    cases, totals = np.array(SHARES).T
    limits = np.array(luck.wilson_interval(cases, totals)).T
    for i, (x, n) in enumerate(SHARES):
        assert limits[i] == pytest.approx(proportion_confint(x, n, method="wilson"), abs=1e-12)
        scipy = binomtest(x, n).proportion_ci(method="wilson")
        assert limits[i] == pytest.approx([scipy.low, scipy.high], abs=1e-12)


def test_newcombe_agrees_with_statsmodels_over_a_wide_grid():
    for (x0, n0), (x1, n1) in product(SHARES, SHARES):
        limits = luck.share_change_interval(x0, n0, x1, n1)
        expected = confint_proportions_2indep(x1, n1, x0, n0, method="newcomb", compare="diff")
        assert np.array(limits) == pytest.approx(expected, abs=1e-12)


# Luck


@pytest.mark.parametrize("kept", RULES)
def test_count_luck_is_the_sum_over_all_outcomes_that_meet_the_target(kept):
    for then, now in ((1, 0), (7, 6), (20, 18), (13, 40), (580, 464)):
        n = then + now
        expected = sum(binom.pmf(x, n, 0.5) for x in range(n + 1) if RULES[kept](x, n - x))
        assert float(luck.count_luck(then, now, kept)) == pytest.approx(expected, abs=1e-12)


def test_share_luck_is_the_sum_over_all_deals_that_fall():
    for k0, n0, k1, n1 in ((5, 40, 6, 48), (1, 2, 0, 2), (20, 100, 3, 17), (120, 900, 80, 850)):
        total, cases = n0 + n1, k0 + k1
        deals = range(max(0, n1 - (total - cases)), min(cases, n1) + 1)
        expected = sum(
            hypergeom.pmf(x, total, cases, n1) for x in deals if x * n0 < (cases - x) * n1
        )
        assert float(luck.share_luck(k0, n0, k1, n1)) == pytest.approx(expected, abs=1e-12)


def likely(drawn: np.ndarray, luck: np.ndarray) -> bool:
    """Tell whether so many hits in a simulation are no wonder (one in 10⁹) at this chance."""
    hits, draws = int(drawn.sum()), len(drawn)
    return min(binom.cdf(hits, draws, luck), binom.sf(hits - 1, draws, luck)) > 1e-9


@settings(max_examples=60)
@given(st.integers(1, 300), st.integers(0, 300), st.sampled_from([*RULES]), st.integers(0, 2**32))
def test_count_luck_agrees_with_a_simulation(then, now, kept, seed):
    """Cases that fall into either year like tossed coins."""
    later = np.random.default_rng(seed).binomial(then + now, 0.5, 4000)
    met = RULES[kept](later, then + now - later)
    assert likely(met, luck.count_luck(then, now, kept))


@settings(max_examples=60)
@given(st.data(), st.integers(1, 120), st.integers(1, 120), st.integers(0, 2**32))
def test_share_luck_agrees_with_a_simulation(data, n0, n1, seed):
    """Both years' reported cases shuffled, and cut where the first year ends."""
    k0, k1 = data.draw(st.integers(0, n0)), data.draw(st.integers(0, n1))
    if k0 + k1 == 0:
        return
    cases = np.arange(n0 + n1) < k0 + k1
    shuffled = np.random.default_rng(seed).permuted(np.tile(cases, (2000, 1)), axis=1)
    before, now = shuffled[:, :n0].sum(axis=1), shuffled[:, n0:].sum(axis=1)
    assert likely(now * n0 < before * n1, luck.share_luck(k0, n0, k1, n1))


# What small counts cannot show (tests/published/detectability.csv)

DETECTABLE = pd.read_csv(PUBLISHED / "detectability.csv").set_index("base_count")
DRAWS = 10_000  # the table is simulated; its last figures fit this many draws


def expected(then: float, now: float, told: Callable) -> float:
    """Return the mean of ``told(x0, x1)`` over Poisson counts, summed up rather than drawn."""
    spread = 8 * np.sqrt(then) + 12
    x = np.arange(max(0, int(then - spread)), int(then + spread))
    x0, x1 = (side.ravel() for side in np.meshgrid(x, x, indexing="ij"))
    weights = poisson.pmf(x0, then) * poisson.pmf(x1, now)
    return float(np.nansum(weights * told(x0, x1)))


def simulated(published: float) -> float:
    """Return how far the table may be off: three standard errors and half of its last digit."""
    return 3 * np.sqrt(published * (1 - published) / DRAWS) + 0.001


@pytest.mark.parametrize("base", DETECTABLE.index)
@pytest.mark.parametrize("kept", [luck.STRICTLY_BELOW, 9500, 9000, 8000])
def test_the_chance_at_a_true_level_leaves_both_years_to_chance(base, kept):
    met = expected(base, base, lambda x0, x1: (x0 > 0) & RULES[kept](x1, x0))
    assert luck.level_luck(base, kept) == pytest.approx(met, abs=1e-4)


@pytest.mark.parametrize("base", DETECTABLE.index)
def test_the_chance_to_meet_a_fifth_without_any_change_is_that_of_the_table(base):
    """The table draws both years; ours holds their sum fixed and averages to the same."""
    found = expected(base, base, lambda x0, x1: luck.count_luck(x0, x1, 8000))
    met = expected(base, base, lambda x0, x1: (x0 > 0) & RULES[8000](x1, x0))
    assert found == pytest.approx(met, abs=1e-4)
    published = DETECTABLE.loc[base, "prob_of_meeting_minus20pct_with_no_real_change"]
    assert found == pytest.approx(published, abs=simulated(published))


@pytest.mark.parametrize("base", [base for base in DETECTABLE.index if base % 5 == 0])
def test_luck_of_a_target_met_exactly_is_the_one_sided_p_value_of_the_table(base):
    published = DETECTABLE.loc[base, "p_value_if_observed_exactly_minus20pct"]
    assert float(luck.count_luck(base, base * 4 // 5, 8000)) == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize("base", DETECTABLE.index)
def test_a_true_fall_by_a_fifth_is_seen_as_often_as_the_table_says(base):
    seen = expected(base, 0.8 * base, lambda x0, x1: binom.cdf(x1, x0 + x1, 0.5) <= 0.05)
    published = DETECTABLE.loc[base, "power_to_detect_true_minus20pct_one_sided5pct"]
    assert seen == pytest.approx(published, abs=simulated(published))


def test_about_360_cases_show_a_true_fall_by_a_fifth_four_times_of_five():
    seen = expected(360, 288, lambda x0, x1: luck.decline_interval(x0, x1)[0] > 0)
    assert seen == pytest.approx(0.8, abs=0.01)


def test_nothing_can_be_said_without_a_baseline_or_a_total():
    assert np.isnan(luck.decline_interval(0, 3)).all()
    assert np.isnan(luck.count_luck(0, 3, 9000))
    assert np.isnan(luck.wilson_interval(0, 0)).all()
    assert np.isnan(luck.share_change_interval(0, 0, 1, 5)).all()
    assert np.isnan(luck.share_luck(0, 0, 1, 5))


FUNNEL = [(n, p) for n in (0, 1, 2, 7, 20, 45, 400, 5000) for p in (0.02, 0.3, 0.46, 0.5, 0.9)]


def test_binomial_limits_keep_exactly_the_counts_that_both_tails_leave():
    """The oracle adds up the probabilities themselves."""
    n, p = np.array(FUNNEL).T
    low, high = luck.binomial_limits(n, p)
    for i, (total, share) in enumerate(FUNNEL):
        chances = binom.pmf(np.arange(total + 1), total, share)
        below, above = np.cumsum(chances), np.cumsum(chances[::-1])[::-1]
        kept = np.flatnonzero((below >= 0.001) & (above >= 0.001))
        assert (low[i], high[i]) == (kept[0], kept[-1]), (total, share)


@pytest.mark.parametrize(("level", "limits"), [(25 / 32, (1, 5)), (5 / 16, (2, 4))])
def test_a_count_whose_tail_is_exactly_the_limit_is_inside(level, limits):
    """Of six cases at even chances P(X <= 1) is 7/64 and P(X <= 2) is 22/64."""
    low, high = luck.binomial_limits(6, 0.5, level)
    assert (float(low), float(high)) == limits


def test_the_funnel_curve_parts_the_same_counts():
    cases = [(n, p) for n, p in FUNNEL if n]
    n, p = np.array(cases).T
    low, high = luck.binomial_limits(n, p)
    lower, upper = luck.funnel_curve(n, p)
    assert np.array_equal(np.where(np.isnan(lower), 0, np.ceil(n * lower)), low)
    assert np.array_equal(np.where(np.isnan(upper), n, np.floor(n * upper)), high)
    known = ~np.isnan(lower)
    tail = betainc(n - n * lower, n * lower + 1, 1 - p)[known]
    assert known.any() and tail == pytest.approx(0.001, rel=1e-6)


@pytest.mark.parametrize("total", [20, 400, 5000])
def test_luck_alone_leaves_the_limits_at_most_twice_in_a_thousand(total):
    random = np.random.default_rng(2)
    low, high = luck.binomial_limits(total, 0.46)
    drawn = random.binomial(total, 0.46, 400_000)
    outside = np.mean((drawn < low) | (drawn > high))
    exact = binom.cdf(low - 1, total, 0.46) + binom.sf(high, total, 0.46)
    assert exact <= 0.002 and outside == pytest.approx(exact, abs=0.0003)
    assert total < 5000 or outside > 0.0017


def test_without_a_share_there_are_no_limits():
    assert np.isnan(luck.binomial_limits(20, np.nan)).all()
    assert np.isnan(luck.funnel_curve(20, np.nan)).all()


def test_wilson_s_limits_of_all_and_of_none_are_exactly_one_and_zero():
    totals = np.arange(1, 3000)
    assert (luck.wilson_interval(totals, totals)[1] == 1).all()
    assert (luck.wilson_interval(0 * totals, totals)[0] == 0).all()


def test_share_luck_knows_how_few_cases_the_later_year_must_have():
    """Nineteen cases of twenty people: ten later have nine or ten, with even chances."""
    assert float(luck.share_luck(9, 10, 10, 10)) == pytest.approx(0.5)


def test_without_a_case_there_is_no_share_luck():
    assert np.isnan(luck.share_luck(0, 5, 0, 7))
