"""A part is never more than the whole; where all parts are known, their sum is the whole."""

from collections.abc import Callable

import pytest

from gsyf_lib.submissions.checks import across, run
from gsyf_lib.submissions.checks.all_figures import AllFigures
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.read.names import plan_names

ABOUT = ("建筑施工", 2022)


@pytest.fixture
def told(plan, observe) -> Callable[..., list[tuple[str, str]]]:
    """Return what the checks say about values of areas."""

    def tell(values: dict[str, object], measure: str = "accidents") -> list[tuple[str, str]]:
        findings = Findings()
        observations = observe(*((area, *ABOUT, measure, v) for area, v in values.items()))
        checks = (across.cities_add_up, across.counties_within_city)
        run(checks, AllFigures(plan, plan_names(plan), observations), findings)
        return [(row["code"], row["message"].partition("：")[2]) for row in findings.rows]

    return tell


@pytest.mark.parametrize(
    ("own", "said"),
    [(22, ""), (23, "报送23，各市合计22，相差1"), (21, "报送21，各市合计22，相差1")]
    + [("absent", "填“无此行业”，各市合计22，相差22"), ("withheld", "")],
)
def test_the_province_is_the_sum_of_its_cities(plan, told, own, said):
    found = told({"山西省": own} | dict.fromkeys(plan.cities, 2))
    assert [code for code, _ in found] == (["province-sum-differs"] if said else [])
    assert said in "".join(message for _, message in found)


@pytest.mark.parametrize(("own", "count"), [(5, 1), (6, 0), (60, 0)])
def test_a_province_below_the_cities_that_are_known_is_told_before_all_are_there(
    plan, told, own, count
):
    found = told({"山西省": own} | dict.fromkeys(plan.cities[:3], 2))
    assert len(found) == count
    assert all("已报送的3个市合计6" in message for _, message in found)


def test_cities_without_the_industry_add_nothing(plan, told):
    assert told({"山西省": 0} | dict.fromkeys(plan.cities, "absent")) == []
    assert len(told({"山西省": 1} | dict.fromkeys(plan.cities, "absent"))) == 1


@pytest.mark.parametrize(
    ("city", "count"), [(4, 1), (5, 0), (9, 0), ("absent", 1), ("withheld", 0)]
)
def test_counties_are_not_more_than_their_city(told, city, count):
    found = told({"太原市": city, "140105": 2, "140106": 3, "140213": 50})
    assert [code for code, _ in found] == ["counties-above-city"] * count


def test_bare_ratios_do_not_add_up(plan, told):
    values = {"山西省": 1} | dict.fromkeys(plan.cities, 100_000)
    assert told(values, "short_exposure_per_million") == []
