"""Which city and which industry made the province's change: exact, whole, nothing filled in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.assessment.contributions import contributions
from gsyf_lib.assessment.indicators import COUNTS, TOTAL
from gsyf_lib.plan.readings import Readings

COAL, BUILDING = "煤矿", "建筑施工"
INDUSTRIES = ("危险化学品", COAL, "非煤矿山", BUILDING, "交通运输", "机械制造")


def everything(plan, pairs, area: str | None = None) -> list[tuple]:
    """Return accidents of every industry, the same (2019, 2023) pair in all cities or one area."""
    then, now = pairs
    areas = plan.cities if area is None else [area]
    return [
        (name, industry, year, "accidents", value)
        for name in areas
        for industry in INDUSTRIES
        for year, value in ((2019, then), (2023, now))
    ]


def changed(figures: list[tuple], *changes: tuple) -> list[tuple]:
    """Return the figures with some replaced; a value of None leaves the figure out."""
    new = {change[:4]: change[4] for change in changes}
    kept = [(*figure[:4], new.get(figure[:4], figure[4])) for figure in figures]
    return [figure for figure in kept if figure[4] is not None]


def cell(found, part, industry=COAL, area="山西省", indicator="accidents") -> pd.Series:
    rows = found[(found["indicator"] == indicator) & (found["industry"] == industry)]
    rows = rows[(rows["part"] == part) & (rows["area"] == area)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_city_and_industry_stands_in_the_matrix_in_the_order_of_the_plan(plan, example):
    found = contributions(plan, example.observations, 2023)
    one = found[(found["indicator"] == "accidents") & (found["part"] == "city")]
    assert list(one["industry"].unique()) == [*INDUSTRIES, TOTAL]
    for _, rows in one.groupby("industry"):
        assert list(rows["area"]) == plan.cities
    assert list(found["indicator"].unique()) == list(COUNTS)
    assert set(found["year"]) == {2023} and set(found["baseline_year"]) == {2019}


def test_the_cities_make_up_the_province_where_it_handed_in_nothing(plan, observe):
    found = contributions(plan, observe(*everything(plan, (10, 7))), 2023)
    assert cell(found, "city", area="太原市")["change"] == -3
    assert cell(found, "cities")["change"] == cell(found, "province")["change"] == -33
    assert cell(found, "difference")["change"] == 0
    whole = cell(found, "province", TOTAL)
    assert (whole["baseline"], whole["value"], whole["change"]) == (660, 462, -198)


def test_a_province_that_differs_leaves_the_difference_as_a_line_of_its_own(plan, observe):
    figures = everything(plan, (10, 7)) + everything(plan, (112, 80), plan.area)
    found = contributions(plan, observe(*figures), 2023)
    gap = cell(found, "difference")
    assert (gap["baseline"], gap["value"], gap["change"], gap["state"]) == (2, 3, 1, "figure")
    assert cell(found, "province")["change"] == -32
    assert cell(found, "difference", TOTAL)["change"] == 6


def test_under_the_other_reading_the_province_is_the_sum_of_its_cities(plan, observe):
    figures = everything(plan, (10, 7)) + everything(plan, (112, 80), plan.area)
    always = replace(plan, readings=Readings(province="sum_of_cities"))
    found = contributions(always, observe(*figures), 2023)
    assert cell(found, "province")["change"] == -33
    assert cell(found, "difference")["change"] == 0


def test_an_industry_with_goals_in_other_years_only_has_no_line(plan, observe):
    goals = plan.targets
    kept = goals[(goals["industry"] != COAL) | (goals["year"] != 2023)]
    found = contributions(replace(plan, targets=kept), observe(*everything(plan, (10, 7))), 2023)
    assert COAL not in set(found["industry"])
    assert cell(found, "province", TOTAL)["baseline"] == 550


def test_a_missing_figure_is_never_zero_and_its_sum_says_so(plan, observe):
    figures = changed(everything(plan, (10, 7)), ("大同市", COAL, 2023, "accidents", None))
    found = contributions(plan, observe(*figures), 2023)
    gap = cell(found, "city", area="大同市")
    assert gap["state"] == "missing" and gap["baseline"] == 10
    assert pd.isna(gap["value"]) and pd.isna(gap["change"])
    cities = cell(found, "cities")
    assert (cities["state"], cities["missing"]) == ("partial", 1)
    assert (cities["baseline"], cities["value"], cities["change"]) == (100, 70, -30)
    assert cell(found, "city", TOTAL, "大同市")[["state", "change"]].tolist() == ["partial", -15]
    for industry in (COAL, TOTAL):
        for part in ("province", "difference"):
            row = cell(found, part, industry)
            assert row["state"] == "missing" and pd.isna(row["change"])
    assert cell(found, "province", BUILDING)["change"] == -33


def test_the_difference_holds_what_a_city_lacks_where_the_province_handed_in(plan, observe):
    figures = everything(plan, (10, 7)) + everything(plan, (110, 77), plan.area)
    figures = changed(figures, ("大同市", COAL, 2023, "accidents", None))
    found = contributions(plan, observe(*figures), 2023)
    gap = cell(found, "difference")
    assert (gap["baseline"], gap["value"], gap["change"]) == (10, 7, -3)
    assert (gap["state"], gap["missing"]) == ("partial", 1)
    assert cell(found, "province", TOTAL)["change"] == -198


@pytest.mark.parametrize(
    ("then", "now", "change", "state"),
    [("absent", "absent", 0, "absent"), ("absent", 4, 4, "figure"), (6, "absent", -6, "figure")],
)
def test_an_industry_that_is_not_there_adds_no_case(plan, observe, then, now, change, state):
    years = {2019: then, 2023: now}
    swaps = [("大同市", COAL, year, "accidents", value) for year, value in years.items()]
    found = contributions(plan, observe(*changed(everything(plan, (10, 7)), *swaps)), 2023)
    row = cell(found, "city", area="大同市")
    assert (row["change"], row["state"], row["missing"]) == (change, state, 0)
    assert cell(found, "province")["change"] == -30 + change


def test_a_withheld_figure_is_missing(plan, observe):
    swap = ("大同市", COAL, 2023, "accidents", "withheld")
    found = contributions(plan, observe(*changed(everything(plan, (10, 7)), swap)), 2023)
    assert cell(found, "city", area="大同市")["state"] == "missing"


def test_without_a_figure_everything_is_missing(plan, observe):
    found = contributions(plan, observe(), 2023)
    assert set(found["state"]) == {"missing"} and found["change"].isna().all()
    assert cell(found, "cities", TOTAL)["missing"] == len(plan.cities) * len(INDUSTRIES)


def test_a_year_without_targets_is_refused(plan, observe):
    with pytest.raises(gs.UsageError, match="2020"):
        contributions(plan, observe(), 2020)


def random_observations(plan, seed: int) -> pd.DataFrame:
    """Return figures of all areas, some missing, absent or withheld; the province may differ."""
    rng = np.random.default_rng(seed)
    areas = plan.areas[plan.areas["level"] != "county"].rename(
        columns={"code": "area_code", "name": "area"}
    )
    grid = areas[["area_code", "area", "level"]].merge(
        pd.DataFrame({"industry": INDUSTRIES}), how="cross"
    )
    grid = grid.merge(pd.DataFrame({"measure": COUNTS}), how="cross")
    grid = grid.merge(pd.DataFrame({"year": [2019, 2023]}), how="cross")
    lost = rng.choice([0.0, 0.01, 0.2])
    odds = [0.92 - 2 * lost, 0.08, lost, lost]
    grid["state"] = rng.choice(["figure", "absent", "withheld", "gone"], len(grid), p=odds)
    grid["value"] = rng.poisson(rng.choice([0.5, 8, 60]), len(grid))
    grid = grid[(grid["state"] != "gone") & ((grid["level"] == "city") | (rng.random() < 0.6))]
    grid["value"] = grid["value"].where(grid["state"] == "figure").astype("Int64")
    day = pd.Timestamp("2024-02-20")
    rest = {"received_on": day, "first_received_on": day, "file": "", "sheet": "", "cell": ""}
    return frames.conform(grid.assign(**rest), frames.OBSERVATIONS)


@pytest.mark.parametrize("seed", range(16))
def test_every_sum_adds_up_exactly_whatever_is_missing(plan, seed):
    found = contributions(plan, random_observations(plan, seed), 2023)
    known = found[found["change"].notna()]
    for _, rows in known.groupby(["indicator", "industry"]):
        change = rows.set_index("part")["change"]
        by_city = change.get(["city"], pd.Series(dtype="Int64")).sum()
        if "cities" in change:
            assert by_city == change["cities"]
        if "province" in change:
            assert by_city + change["difference"] == change["province"]
    for (_, part, _), rows in known.groupby(["indicator", "part", "area_code"]):
        of_industries = rows[rows["industry"] != TOTAL]["change"].sum()
        total = rows.loc[rows["industry"] == TOTAL, "change"]
        if len(total) and part != "difference":
            assert of_industries == total.iloc[0]
    with_total = known[(known["industry"] == TOTAL) & (known["part"] == "province")]
    for indicator in with_total["indicator"]:
        gaps = known[(known["indicator"] == indicator) & (known["part"] == "difference")]
        gaps = gaps.set_index("industry")["change"]
        assert gaps.drop(TOTAL).sum() == gaps[TOTAL]


@pytest.mark.parametrize("seed", range(8))
def test_the_province_is_that_of_the_verdict(plan, seed):
    observations = random_observations(plan, seed)
    results = gs.assess(plan, observations, 2023)
    judged = results[results["status"].isin(["met", "missed"]) & (results["level"] == "province")]
    judged = judged[judged["indicator"].isin(COUNTS)].set_index(["indicator", "industry"])
    found = contributions(plan, observations, 2023)
    whole = found[found["part"] == "province"].set_index(["indicator", "industry"])
    for key, row in judged.iterrows():
        assert whole.loc[key, "change"] == row["value"] - row["baseline"]
    unknown = whole[whole["state"] == "missing"].index
    assert not set(unknown) & set(judged.index)


def test_what_is_missing_is_counted(plan):
    found = contributions(plan, random_observations(plan, 2), 2023)
    cells = found[(found["part"] == "city") & (found["industry"] != TOTAL)]
    assert (cells["state"] == "missing").eq(cells["missing"] == 1).all()
    for indicator, rows in cells.groupby("indicator"):
        assert cell(found, "cities", TOTAL, indicator=indicator)["missing"] == rows["missing"].sum()
