"""From figures to indicators: what is provisional, and what a sum is made of."""

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.assessment.indicators import own_goals, sum_of_cities, total_values

COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
TAIYUAN, DATONG = "140100", "140200"
COVERAGE = "safety_training_coverage"


@pytest.fixture
def values(plan, observe):
    """Return the indicators of figures, each (area, industry, year, measure, value, received)."""

    def make(*figures: tuple) -> pd.DataFrame:
        observed = [observe(figure[:5], received=figure[5]) for figure in figures]
        return gs.indicator_values(pd.concat(observed, ignore_index=True), plan.indicators)

    return make


def coal(year: int = 2023, received: str = "2024-02-20", value: object = 3, area: str = "太原市"):
    return area, COAL, year, "accidents", value, received


@pytest.mark.parametrize(("day", "provisional"), [("2024-01-30", True), ("2024-01-31", False)])
def test_figures_are_provisional_until_31_january_of_the_next_year(values, day, provisional):
    assert values(coal(received=day))["provisional"].tolist() == [provisional]


@pytest.mark.parametrize("early", ["safety_trained", "safety_personnel"])
def test_a_share_is_provisional_if_either_of_its_counts_is(values, early):
    days = {"safety_trained": "2024-02-20", "safety_personnel": "2024-02-20"} | {early: "2023-12-9"}
    figures = [("太原市", COAL, 2023, name, 9, day) for name, day in days.items()]
    assert values(*figures)["provisional"].tolist() == [True]


def test_a_total_is_provisional_if_one_of_its_parts_is(values):
    parts = values(coal(received="2023-12-20"), ("太原市", BUILDING, *coal()[2:]))
    total = total_values(parts, [COAL, BUILDING])
    assert total[["numerator", "provisional"]].values.tolist() == [[6, True]]


def test_counts_are_judged_and_not_the_ratio_that_came_with_them(values):
    said = {"short_exposure_cases": 12, "reported_cases": 80, "short_exposure_per_million": 10**11}
    share = values(*(("太原市", DUST, 2023, name, n, "2024-02-20") for name, n in said.items()))
    assert share[["numerator", "denominator", "state"]].values.tolist() == [[12, 80, "figure"]]


def test_a_total_adds_up_the_industries_it_is_of_and_no_other(values):
    parts = values(coal(), ("太原市", BUILDING, *coal()[2:4], 40, "2024-02-20"))
    total = total_values(parts, [COAL])
    assert total[["numerator", "state"]].values.tolist() == [[3, "figure"]]


def test_a_total_with_a_single_part_added_up_from_cities_says_so(plan, observe):
    industries = [name for name in plan.industries["name"] if name != DUST]
    own = [
        ("山西省", industry, year, "accidents", value)
        for industry in industries
        if industry != COAL
        for year, value in ((2019, 100), (2023, 80))
    ]
    of_cities = [
        (city, COAL, year, "accidents", value)
        for city in plan.cities
        for year, value in ((2019, 10), (2023, 8))
    ]
    results = gs.assess(plan, observe(*own, *of_cities), 2023)
    rows = results[(results["area"] == "山西省") & (results["indicator"] == "accidents")]
    reasons = rows.set_index("industry")["reason"].to_dict()
    assert reasons["重点行业合计"] == "sum_of_cities"
    assert reasons[COAL] == "sum_of_cities"
    assert reasons[BUILDING] == ""


def test_cities_without_the_industry_add_up_to_none(values):
    parts = values(coal(value="absent"), coal(value="absent", area="大同市"))
    added = sum_of_cities(parts, "140000", [TAIYUAN, DATONG])
    assert added[["state", "basis"]].values.tolist() == [["absent", "sum"]]
    assert added["numerator"].isna().all()


# Where the province's own figures are judged


def own(*figures: tuple[str, str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(figures, columns=["industry", "indicator", "year", "state"])


@pytest.mark.parametrize("state", ["figure", "bare", "absent"])
@pytest.mark.parametrize("year", [2019, 2023])
def test_what_can_be_judged_counts_as_the_province_s_own_in_either_year(state, year):
    figures = own(
        *((DUST, "short_exposure_share", y, state if y == year else "figure") for y in (2019, 2023))
    )
    goals = own_goals(figures, baseline_year=2019, year=2023)
    assert goals == {(DUST, "short_exposure_share")}


@pytest.mark.parametrize("state", ["withheld", "incomplete"])
@pytest.mark.parametrize("year", [2019, 2023])
def test_what_cannot_be_judged_does_not(state, year):
    figures = own(*((COAL, "accidents", y, state if y == year else "figure") for y in (2019, 2023)))
    assert own_goals(figures, baseline_year=2019, year=2023) == frozenset()


def test_a_count_needs_its_own_baseline_and_coverage_does_not():
    figures = own((COAL, "accidents", 2023, "figure"), (COAL, COVERAGE, 2023, "figure"))
    assert own_goals(figures, baseline_year=2019, year=2023) == {(COAL, COVERAGE)}
