"""What holds for any figures, on the whole street from observations to results."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.plan.readings import Readings

YEAR = 2023
COUNTS = ["accidents", "casualties"]
KEY = ["area_code", "industry", "indicator"]
NAMES = ["area_code", "area"]
RANK = {"missed": 0, "met": 1}
# Small counts tie and vanish more often; a seed stands for a whole province of figures.
# It cannot be made smaller, so that nothing is gained by trying.
few = settings(max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate])
seeds = st.tuples(st.integers(0, 2**32), st.sampled_from([2, 12, 300]))


def province_of_figures(plan: gs.Plan, seed: int, most: int) -> pd.DataFrame:
    """Return random figures of all cities for all measures, in 2019 and the years up to YEAR."""
    cities = plan.areas[plan.areas["level"] == "city"].rename(columns={"code": "area_code"})
    pairs = plan.targets[["industry", "indicator"]].drop_duplicates()
    parts = plan.indicators.melt("code", ["numerator", "denominator"], value_name="measure")
    parts = parts[parts["measure"] != ""].rename(columns={"code": "indicator"})
    years = pd.DataFrame({"year": [2019, 2021, 2022, YEAR]})
    grid = pairs.merge(parts, on="indicator").merge(cities, how="cross").merge(years, how="cross")
    numbers = np.random.default_rng(seed).integers(0, most + 1, len(grid))
    rows = grid.assign(
        area=grid["name"],
        value=numbers + np.where(grid["variable"] == "denominator", most, 0),
        state="figure",
        received_on=pd.Timestamp("2099-01-01"),
        first_received_on=pd.Timestamp("2099-01-01"),
        file="a.csv",
        sheet="",
        cell="A1",
    )
    return frames.conform(rows, frames.OBSERVATIONS)


@few
@given(seeds, st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(plan, seed, order):
    figures = province_of_figures(plan, *seed)
    mixed = figures.sample(frac=1, random_state=order % 2**32)
    pd.testing.assert_frame_equal(gs.assess(plan, mixed, YEAR), gs.assess(plan, figures, YEAR))


@few
@given(seeds)
def test_names_and_codes_of_areas_change_nothing_but_themselves(plan, seed):
    """Each city gets the code of the next and a new name, and keeps its results."""
    cities = plan.areas["level"] == "city"
    codes = plan.areas.loc[cities, "code"].tolist()
    next_code = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    areas = plan.areas.assign(
        code=plan.areas["code"].map(next_code).fillna(plan.areas["code"]),
        name=plan.areas["name"].where(~cities, "新" + plan.areas["name"]),
    )
    figures = province_of_figures(plan, *seed)
    before = gs.assess(plan, figures, YEAR)
    moved = figures.assign(
        area_code=figures["area_code"].map(next_code), area="新" + figures["area"]
    )
    after = gs.assess(replace(plan, areas=areas), moved, YEAR).drop(columns="area")
    before["area_code"] = before["area_code"].map(next_code).fillna(before["area_code"])
    pd.testing.assert_frame_equal(
        after.set_index(KEY).sort_index(), before.drop(columns="area").set_index(KEY).sort_index()
    )


@few
@given(seeds)
def test_the_province_is_the_sum_of_its_cities(plan, seed):
    results = gs.assess(plan, province_of_figures(plan, *seed), YEAR)
    results = results[results["indicator"] != "joint"].set_index(["industry", "indicator"])
    province = results[results["level"] == "province"]
    added = results[results["level"] == "city"].groupby(level=[0, 1])
    for column in ("numerator", "denominator"):
        sums = added[column].sum(min_count=len(plan.cities))
        pd.testing.assert_series_equal(province[column], sums[province.index])
    counted = province[province.index.isin(COUNTS, level=1)]
    assert (counted["baseline"] == added["baseline"].sum()[counted.index]).all()


@few
@given(seeds, st.integers(2, 9))
def test_scaling_all_figures_leaves_declines_shares_and_verdicts(plan, seed, factor):
    figures = province_of_figures(plan, *seed)
    scaled = figures.assign(value=figures["value"] * factor)
    same = [*KEY, "decline", "status", "reason"]
    before, after = (gs.assess(plan, frame, YEAR)[same] for frame in (figures, scaled))
    pd.testing.assert_frame_equal(after, before)


@few
@given(seeds, st.integers(0, 10**6), st.integers(1, 9))
@pytest.mark.parametrize("zero", ["held_at_zero", "undefined", "literal"])
def test_an_accident_more_improves_no_verdict_of_anyone(plan, zero, seed, which, more):
    """Neither the city's own nor the total's, the joint one or the province's."""
    read_so = replace(plan, readings=Readings(zero_baseline=zero))
    figures = province_of_figures(plan, *seed)
    ours = figures.index[figures["measure"].isin(COUNTS) & (figures["year"] == YEAR)]
    worse = figures.copy()
    worse.loc[ours[which % len(ours)], "value"] += more
    before, after = (gs.assess(read_so, frame, YEAR) for frame in (figures, worse))
    judged = before["status"].isin(RANK) & after["status"].isin(RANK)
    assert (after["status"].map(RANK) <= before["status"].map(RANK))[judged].all()
    assert set(after["status"][~judged & (before["status"] == "missed")]) <= {"missed"}
