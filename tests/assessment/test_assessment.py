"""The assessment from observations to results: cities, totals, the joint rows, the province."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from submitted import load, sheet

import gsyf_lib as gs
from gsyf_lib.assessment import verdicts
from gsyf_lib.assessment.changes import reading_changes
from gsyf_lib.assessment.indicators import values_judged
from gsyf_lib.assessment.verdicts import latest_year
from gsyf_lib.errors import PlanError
from gsyf_lib.plan.clauses import write_targets
from gsyf_lib.plan.readings import Readings
from gsyf_lib.submissions import receipt_states

TOTAL = "重点行业合计"
COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
INDUSTRIES = ("危险化学品", COAL, "非煤矿山", BUILDING, "交通运输", "机械制造")
KEY = ["area_code", "industry", "indicator", "year"]


def cell(results, area="太原市", industry=COAL, indicator="accidents", year=None) -> pd.Series:
    rows = results[
        (results["area"] == area)
        & (results["industry"] == industry)
        & (results["indicator"] == indicator)
    ]
    if year is not None:
        rows = rows[rows["year"] == year]
    assert len(rows) == 1
    return rows.iloc[0]


def verdict(row: pd.Series) -> tuple[str, str]:
    return row["status"], row["reason"]


def counts(area: str, by_industry: dict, measure: str = "accidents") -> list[tuple]:
    """Return figures from (2019, 2023) pairs; None is a figure not handed in."""
    return [
        (area, industry, year, measure, value)
        for industry, pair in by_industry.items()
        for year, value in zip((2019, 2023), pair, strict=True)
        if value is not None
    ]


def cities(plan, pair: tuple, lacking: int = 0, industry: str = COAL) -> list[tuple]:
    """Return the same pair of figures for all cities but the last ``lacking``."""
    names = plan.cities[: len(plan.cities) - lacking]
    return [figure for name in names for figure in counts(name, {industry: pair})]


# The frame


def test_a_year_has_a_row_for_every_area_and_goal_and_the_total_and_joint_rows(plan, observe):
    results = gs.assess(plan, observe(), 2023)
    assert len(results) == 12 * (20 + 2 + 7)
    assert not results.duplicated(KEY).any()
    assert results["area_code"].is_monotonic_increasing
    first = results[results["area"] == "太原市"]
    assert list(dict.fromkeys(first["industry"])) == [*INDUSTRIES, DUST, TOTAL]
    assert first["indicator"].tolist()[:4] == [
        "accidents",
        "casualties",
        "joint",
        "safety_training_coverage",
    ]


def test_nothing_handed_in_is_not_reported_everywhere_and_never_a_number(plan, observe):
    results = gs.assess(plan, observe())
    assert set(results["status"]) == {"not_reported"}
    assert results[["value", "baseline", "decline", "luck"]].isna().all(axis=None)
    assert results["margin"].isna().all()


def test_all_years_at_once_are_the_years_one_by_one(plan, example):
    together = gs.assess(plan, example.observations)
    singly = [gs.assess(plan, example.observations, year) for year in plan.years]
    pd.testing.assert_frame_equal(together, pd.concat(singly, ignore_index=True))
    assert not together.duplicated(KEY).any()


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_and_columns_changes_nothing(plan, example, seed):
    shuffled = example.observations.sample(frac=1, random_state=seed)
    shuffled = shuffled[sorted(shuffled.columns, reverse=bool(seed))]
    expected = gs.assess(plan, example.observations, 2023)
    pd.testing.assert_frame_equal(gs.assess(plan, shuffled, 2023), expected)


@pytest.mark.parametrize("year", [2019, 2020, 2026])
def test_a_year_without_targets_is_refused_with_those_that_have(plan, observe, year):
    with pytest.raises(gs.UsageError, match=f"{year}年.*2021、2022、2023、2024、2025"):
        gs.assess(plan, observe(), year)


def test_the_latest_year_is_the_last_one_a_city_has_reported(plan, observe, example):
    assert latest_year(plan, observe()) == 2021
    alone = observe(("太原市", "煤矿", 2023, "accidents", 1))
    assert type(latest_year(plan, alone)) is int  # a manifest is JSON
    baseline_only = observe(("太原市", COAL, 2019, "accidents", 1))
    assert latest_year(plan, baseline_only) == 2021
    province = observe(
        ("山西省", COAL, 2024, "accidents", 1), ("太原市", COAL, 2022, "accidents", 1)
    )
    assert latest_year(plan, province) == 2022
    assert latest_year(plan, example.observations) == 2025
    up_to_2023 = example.observations[example.observations["year"] <= 2023]
    for observations in (example.observations, up_to_2023):  # a manifest takes no numpy integer
        assert type(latest_year(plan, observations)) is int


# Some results by hand


def test_results_computed_by_hand(plan, observe):
    figures = counts("太原市", {COAL: (40, 36), BUILDING: (10, 10), "非煤矿山": (0, 0)})
    figures += counts("太原市", {"机械制造": (0, 1), "交通运输": (131, 118)})
    figures += [
        ("太原市", COAL, 2023, "safety_trained", 90),
        ("太原市", COAL, 2023, "safety_personnel", 100),
        ("太原市", BUILDING, 2023, "safety_trained", 89),
        ("太原市", BUILDING, 2023, "safety_personnel", 99),
        ("太原市", DUST, 2019, "short_exposure_cases", 10),
        ("太原市", DUST, 2019, "reported_cases", 100),
        ("太原市", DUST, 2022, "short_exposure_cases", 8),
        ("太原市", DUST, 2022, "reported_cases", 100),
        ("太原市", DUST, 2023, "short_exposure_cases", 7),
        ("太原市", DUST, 2023, "reported_cases", 90),
    ]
    results = gs.assess(plan, observe(*figures), 2023)

    def shown(industry: str, indicator: str = "accidents") -> tuple:
        row = cell(results, industry=industry, indicator=indicator)
        names = ("status", "reason", "baseline", "value", "allowed", "margin")
        return tuple(row[name] for name in names)

    # 40 x 0.9 = 36, 10 x 0.9 = 9, 131 x 0.9 = 117.9
    assert shown(COAL) == ("met", "", 40, 36, 36, 0)
    assert shown(BUILDING) == ("missed", "", 10, 10, 9, -1)
    assert shown("交通运输") == ("missed", "", 131, 118, 117, -1)
    assert shown("非煤矿山")[:2] == ("met", "held_at_zero")
    assert shown("机械制造")[:2] == ("missed", "rise_from_zero")
    assert shown("危险化学品")[:2] == ("not_reported", "not_reported")
    assert shown(COAL, "safety_training_coverage")[3:] == (0.9, 90, 0)
    # 99 x 0.9 = 89.1: ninety persons are needed
    assert shown(BUILDING, "safety_training_coverage")[3:] == (89 / 99, 90, -1)
    # 7/90 < 8/100; 8/90 would be more than 8/100
    assert shown(DUST, "short_exposure_share") == ("met", "", 0.08, 7 / 90, 7, 0)
    assert cell(results, industry=DUST, indicator="short_exposure_share")["baseline_year"] == 2022
    assert cell(results)["decline"] == pytest.approx(0.1)
    assert cell(results, industry=BUILDING)["decline"] == 0


# Totals and joint rows


def test_a_total_adds_up_and_no_such_industry_adds_nothing(plan, observe):
    pairs = dict.fromkeys(INDUSTRIES, (10, 9)) | {COAL: ("absent", "absent")}
    row = cell(gs.assess(plan, observe(*counts("太原市", pairs)), 2023), industry=TOTAL)
    assert (row["baseline"], row["value"], row["allowed"], row["margin"]) == (50, 45, 45, 0)
    assert verdict(row) == ("met", "")


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        ((10, None), "incomplete"),
        ((10, "withheld"), "incomplete"),
        ((None, 9), "baseline_incomplete"),
        (("withheld", 9), "baseline_incomplete"),
    ],
)
def test_a_total_lacks_a_verdict_while_one_industry_is_missing(plan, observe, pair, reason):
    pairs = dict.fromkeys(INDUSTRIES, (10, 9)) | {COAL: pair}
    row = cell(gs.assess(plan, observe(*counts("太原市", pairs)), 2023), industry=TOTAL)
    assert verdict(row) == ("not_reported", reason)
    assert pd.isna(row["decline"])


def test_a_total_of_nothing_but_missing_industries_is_not_applicable(plan, observe):
    pairs = dict.fromkeys(INDUSTRIES, ("absent", "absent"))
    row = cell(gs.assess(plan, observe(*counts("太原市", pairs)), 2023), industry=TOTAL)
    assert row["status"] == "not_applicable"


@pytest.mark.parametrize(
    ("accidents", "casualties", "joint"),
    [
        ((10, 9), (10, 9), "met"),
        ((10, 9), (10, 10), "missed"),
        ((10, 10), (10, None), "missed"),
        ((10, 9), (10, None), "not_reported"),
        ((10, 9), ("absent", 9), "undefined"),
        (("absent", "absent"), ("absent", "absent"), "not_applicable"),
    ],
)
def test_both_must_fall(plan, observe, accidents, casualties, joint):
    figures = counts("太原市", {COAL: accidents})
    figures += counts("太原市", {COAL: casualties}, "casualties")
    row = cell(gs.assess(plan, observe(*figures), 2023), indicator="joint")
    assert row["status"] == joint
    assert row[["value", "decline", "luck"]].isna().all()


def without_goals(plan: gs.Plan, industry: str, year: int) -> gs.Plan:
    goals = plan.targets
    kept = goals[(goals["industry"] != industry) | (goals["year"] != year)]
    return replace(plan, targets=kept.reset_index(drop=True))


def test_a_total_is_of_the_industries_with_goals_in_its_own_year(plan, observe):
    """Coal has goals in the other years only, and has not reported: the total waits for nobody."""
    others = dict.fromkeys((name for name in INDUSTRIES if name != COAL), (10, 9))
    other = without_goals(plan, COAL, 2023)
    row = cell(gs.assess(other, observe(*counts("太原市", others)), 2023), industry=TOTAL)
    assert (row["status"], row["baseline"], row["value"]) == ("met", 50, 45)


def test_a_total_has_a_goal_only_if_all_industries_have_the_same(plan, observe):
    goals = plan.targets
    is_coal = (goals["industry"] == COAL) & (goals["indicator"] == "accidents")
    of_year = is_coal & (goals["year"] == 2023)
    other = replace(
        plan, targets=goals.assign(threshold=goals["threshold"].mask(of_year, Decimal("0.2")))
    )
    results = gs.assess(other, observe(), 2023)
    of_total = results.loc[results["industry"] == TOTAL, "indicator"]
    assert set(of_total) == {"casualties"}


# The province


def test_a_province_that_handed_in_nothing_is_the_sum_of_its_cities(plan, observe):
    row = cell(gs.assess(plan, observe(*cities(plan, (10, 9))), 2023), "山西省")
    assert (row["baseline"], row["value"], row["allowed"]) == (110, 99, 99)
    assert verdict(row) == ("met", "sum_of_cities")


def test_the_province_s_own_figure_is_judged_where_it_was_handed_in(plan, observe):
    figures = cities(plan, (10, 9)) + counts("山西省", {COAL: (110, 100)})
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省")
    assert (row["value"], *verdict(row)) == (100, "missed", "")
    always = replace(plan, readings=Readings(province="sum_of_cities"))
    row = cell(gs.assess(always, observe(*figures), 2023), "山西省")
    assert (row["value"], *verdict(row)) == (99, "met", "sum_of_cities")


@pytest.mark.parametrize("own", [(None, 100), (110, None), ("withheld", 100), (110, "withheld")])
def test_the_province_s_own_figure_is_never_compared_with_a_sum(plan, observe, own):
    figures = cities(plan, (10, 9)) + counts("山西省", {COAL: own})
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省")
    assert (row["baseline"], row["value"]) == (110, 99)
    assert verdict(row) == ("met", "sum_of_cities")


def test_the_province_is_judged_by_its_own_figure_in_one_year_and_by_the_sum_in_another(
    plan, observe
):
    """All years at once are no other than each by itself."""
    figures = [
        (area, COAL, year, "accidents", value)
        for area in (*plan.cities, "山西省")
        for year, value in ((2019, 10), (2022, 9), (2023, 8))
        if area != "山西省" or year != 2023
    ]
    results = gs.assess(plan, observe(*figures))
    found = {year: cell(results, "山西省", year=year) for year in (2022, 2023)}
    assert {year: row["value"] for year, row in found.items()} == {2022: 9, 2023: 88}
    assert {year: row["baseline"] for year, row in found.items()} == {2022: 10, 2023: 110}


def test_values_as_judged_hold_the_sum_where_the_other_reading_asks_for_it(plan, observe):
    figures = cities(plan, (10, 9)) + counts("山西省", {COAL: (110, 100)})
    values = gs.indicator_values(observe(*figures), plan.indicators)
    always = replace(plan, readings=Readings(province="sum_of_cities"))
    for other, value in ((plan, 100), (always, 99)):
        ((_, judged),) = values_judged(other, values, [2023])
        own = judged[(judged["area_code"] == "140000") & (judged["year"] == 2023)]
        assert own.set_index("industry").loc[COAL, "numerator"] == value


def test_ten_of_eleven_cities_are_no_sum_and_no_verdict(plan, observe):
    row = cell(gs.assess(plan, observe(*cities(plan, (10, 9), lacking=1)), 2023), "山西省")
    assert verdict(row) == ("not_reported", "cities_incomplete")
    assert pd.isna(row["value"])
    figures = cities(plan, (10, 9), lacking=1) + counts("吕梁市", {COAL: (10, "withheld")})
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省")
    assert verdict(row) == ("not_reported", "cities_incomplete")


def test_a_missing_city_at_the_baseline_is_no_sum_either(plan, observe):
    figures = cities(plan, (10, 9), lacking=1) + [("吕梁市", COAL, 2023, "accidents", 9)]
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省")
    assert verdict(row) == ("not_reported", "baseline_cities_incomplete")


def test_a_city_without_the_industry_adds_nothing_to_the_province(plan, observe):
    absent = counts("吕梁市", {COAL: ("absent", "absent")})
    figures = cities(plan, (10, 9), lacking=1) + absent
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省")
    assert (row["baseline"], row["value"], row["status"]) == (100, 90, "met")


def test_the_share_of_the_province_is_summed_before_it_is_divided(plan, observe):
    figures = []
    for number, city in enumerate(plan.cities):
        for year, cases in ((2019, 2), (2023, 1)):
            figures.append((city, DUST, year, "short_exposure_cases", cases))
            figures.append((city, DUST, year, "reported_cases", 10 + number))
    row = cell(gs.assess(plan, observe(*figures), 2023), "山西省", DUST, "short_exposure_share")
    assert (row["numerator"], row["denominator"]) == (11, sum(range(10, 21)))
    assert row["baseline"] == pytest.approx(22 / 165)
    assert verdict(row) == ("met", "sum_of_cities")


def test_a_bare_ratio_is_judged_but_not_added_up(plan, observe):
    figures = [
        (city, DUST, year, "short_exposure_per_million", value)
        for city in plan.cities
        for year, value in ((2019, 100_000_000_000), (2023, 90_000_000_000))
    ]
    results = gs.assess(plan, observe(*figures), 2023)
    own = cell(results, "太原市", DUST, "short_exposure_share")
    assert (own["status"], own["value"], own["baseline"]) == ("met", 0.09, 0.1)
    assert own[["numerator", "denominator", "margin", "interval_low"]].isna().all()
    above = cell(results, "山西省", DUST, "short_exposure_share")
    assert above["status"] == "not_reported"


def test_the_example_s_province_is_the_sum_of_its_cities_under_the_other_reading(plan, example):
    always = replace(plan, readings=Readings(province="sum_of_cities"))
    results = gs.assess(always, example.observations, 2025)
    judged = results[results["indicator"].isin(["accidents", "casualties"])]
    judged = judged[judged["status"].isin(["met", "missed", "not_applicable"])]
    below = judged[judged["level"] == "city"].groupby(["industry", "indicator"])
    sums = below["value"].sum()[below.size() == len(plan.cities)]
    province = judged[judged["level"] == "province"].set_index(["industry", "indicator"])["value"]
    assert len(province) > 8
    assert province.to_dict() == sums[province.index].to_dict()


# Counties


def test_a_county_is_not_judged_and_does_not_stand_for_its_city(plan, observe):
    figures = [("140105", COAL, 2019, "accidents", 10), ("140105", COAL, 2023, "accidents", 9)]
    results = gs.assess(plan, observe(*figures), 2023)
    assert list(dict.fromkeys(results["area"])) == [plan.area, *plan.cities]
    assert cell(results, "太原市")["status"] == "not_reported"


# Another plan

CODES = {
    "areas": "code,name,aliases,level,parent\n990000,乙省,乙,province,\n"
    "990100,甲市,甲,city,990000\n990200,丙市,丙,city,990000\n",
    "industries": "code,name,aliases\nfishing,远洋渔业,渔业\nforestry,林业采伐,\ndust,涉尘行业,\n",
    "departments": "code,name,aliases\nsea,海洋部门,\nwood,林草部门,\n"
    "health,疾控部门,\nhr,社保部门,\n",
}
SETTINGS = """title = "乙省工伤预防三年行动计划"
issuer = "乙省社保厅"
area = "乙省"
baseline_year = 2025
first_year = 2026
last_year = 2028
"""
DECLINES = {2026: "低于2025年度", 2027: "较2025年下降2.5%", 2028: "较2025年下降30%"}


def annexes() -> str:
    table = ["行业名称", "安全生产事故起数及伤亡人数降幅", "尘肺病报告比例"]
    table += ["重点岗位人员安全生产培训覆盖率", "重点岗位人员职业卫生培训覆盖率", "责任部门"]
    rows = [
        ["远洋渔业", "均下降30%", "－", "90%", "－", "海洋部门"],
        ["林业采伐", "均下降30%", "－", "90%", "－", "林草部门"],
        ["涉尘行业", "－", "持续下降", "－", "90%", "疾控部门"],
    ]
    lines = ["附件1", "乙省目标表", *("\t" + name for name in table), ""]
    for row in rows:
        lines += [*("\t" + text for text in row), ""]
    lines += ["附件2", "乙省任务表", "\t年度", "\t工作目标", "\t工作任务", ""]
    for year, decline in DECLINES.items():
        due, years = ("于4月底", f"{year - 1}年度")
        if year == 2028:
            due, years = "分别于4月底和12月底", "2027年和2028年"
        lines += [f"\t{year}年", f"\t1、重点行业安全生产事故发生起数及伤亡人数{decline}；"]
        lines += ["2、涉尘行业尘肺病报告比例持续降低；"]
        lines += ["3、重点行业用人单位的重点岗位人员安全生产培训覆盖率达90%。"]
        lines += ["4、涉尘行业用人单位的重点岗位人员职业卫生培训覆盖率达90%。", ""]
        report = f"{due}前向同级社保部门提供本地区{years}"
        lines += [f"\t1、重点行业责任部门{report}安全生产事故起数和伤亡人数；"]
        lines += [f"2、疾控部门{report}尘肺病报告比例；", "3、出台《乙省办法》。", ""]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def other_plan(plan, tmp_path_factory) -> gs.Plan:
    folder = tmp_path_factory.mktemp("乙省")
    (folder / "raw").mkdir()
    (folder / "codes").mkdir()
    (folder / "raw" / "annexes.txt").write_text(annexes(), encoding="utf-8")
    (folder / "plan.toml").write_text(SETTINGS, encoding="utf-8")
    for name, text in CODES.items():
        (folder / "codes" / f"{name}.csv").write_text(text, encoding="utf-8")
    for name in ("indicators", "columns"):
        shutil.copy(plan.folder / "codes" / f"{name}.csv", folder / "codes")
    write_targets(folder)
    return gs.load_plan(folder)


OTHER_FILES = {
    "2027-04-20/甲.csv": sheet(
        "accidents",
        *("2025,甲市,渔业,40,50", "2025,甲市,林业采伐,0,0"),
        *("2026,甲市,渔业,39,50", "2026,甲市,林业采伐,0,0"),
    ),
    "2027-05-02/丙.csv": sheet(
        "accidents",
        *("2025,丙市,渔业,20,20", "2025,丙市,林业采伐,10,10"),
        *("2026,丙市,渔业,21,10", "2026,丙市,林业采伐,9,9"),
    ),
    "2027-04-21/比例.csv": sheet("ratio", "2025,甲市,20%", "2026,甲市,19.5%"),
    "2027-04-22/培训.csv": sheet("training", "2026,甲市,涉尘行业,职业卫生,100,89"),
}


def test_another_plan_runs_the_whole_street(other_plan, tmp_path):
    submissions = load(other_plan, tmp_path, OTHER_FILES)
    assert submissions.findings.empty
    results = gs.assess(other_plan, submissions.observations, 2026)
    assert set(results["area"]) == {"乙省", "甲市", "丙市"}
    found = {
        name: verdict(cell(results, *name))
        for name in (
            ("甲市", "远洋渔业", "accidents"),
            ("甲市", "远洋渔业", "casualties"),
            ("甲市", "林业采伐", "accidents"),
            ("甲市", "涉尘行业", "short_exposure_share"),
            ("甲市", "涉尘行业", "health_training_coverage"),
            ("甲市", TOTAL, "joint"),
            ("乙省", TOTAL, "accidents"),
            ("乙省", TOTAL, "casualties"),
        )
    }
    assert found == {
        ("甲市", "远洋渔业", "accidents"): ("met", ""),
        ("甲市", "远洋渔业", "casualties"): ("missed", ""),
        ("甲市", "林业采伐", "accidents"): ("met", "held_at_zero"),
        ("甲市", "涉尘行业", "short_exposure_share"): ("met", ""),
        ("甲市", "涉尘行业", "health_training_coverage"): ("missed", ""),
        ("甲市", TOTAL, "joint"): ("missed", ""),
        ("乙省", TOTAL, "accidents"): ("met", "sum_of_cities"),
        ("乙省", TOTAL, "casualties"): ("met", "sum_of_cities"),
    }
    assert cell(results, "乙省", TOTAL)[["baseline", "value"]].tolist() == [70, 69]


def test_another_plan_s_thresholds_are_exact_and_printed_in_full(other_plan, tmp_path):
    files = {"2028-04-20/a.csv": sheet("accidents", "2025,甲市,渔业,40,40", "2027,甲市,渔业,39,40")}
    results = gs.assess(other_plan, load(other_plan, tmp_path, files).observations, 2027)
    row = cell(results, "甲市", "远洋渔业")
    assert (row["status"], row["allowed"], row["margin"]) == ("met", 39, 0)
    assert "2.5%" in repr(gs.verdict_table(results, "甲市"))


def test_another_plan_s_receipts_have_its_own_days(other_plan, tmp_path):
    submissions = load(other_plan, tmp_path, OTHER_FILES)
    rows = receipt_states(
        other_plan, submissions.observations, submissions.as_of, submissions.faulty
    )
    rows = rows[(rows["data_year"] == 2026) & (rows["table"] == "accidents")]
    late = rows[(rows["area"] == "丙市")]
    assert late["days_late"].tolist() == [2, 2]
    assert set(rows.loc[rows["area"] == "甲市", "state"]) == {"on_time"}
    assert set(rows["due"]) == {pd.Timestamp("2027-04-30")}
    assert gs.completeness(rows, 2026) == (2, 3)


def test_names_of_the_first_plan_are_unknown_to_another(other_plan, tmp_path):
    files = {"2027-04-20/a.csv": sheet("accidents", "2026,太原市,煤矿,1,1")}
    found = load(other_plan, tmp_path, files).findings
    assert {"area-unknown", "industry-unknown"} <= set(found["code"])
    assert Path(other_plan.folder).name.startswith("乙省")


def test_the_latest_year_is_a_plain_number_even_if_few_years_came_in(plan, observe):
    """The manifest is JSON, which takes no number of numpy's."""
    figures = observe(("太原市", "煤矿", 2023, "accidents", 1))
    assert type(latest_year(plan, figures)) is int


# A withheld share


@pytest.mark.parametrize(
    "figures",
    [
        [("short_exposure_per_million", "withheld")],
        [("reported_cases", 80), ("short_exposure_cases", "withheld")],
        [("reported_cases", "withheld"), ("short_exposure_cases", 12)],
    ],
)
def test_a_share_with_an_error_has_no_numbers_at_all_and_stops_no_page(
    plan, example, observe, figures
):
    others = example.observations.query("area != '太原市' or industry != @DUST or year != 2021")
    faulty = observe(*(("太原市", DUST, 2021, *figure) for figure in figures))
    faulty = faulty.assign(file=others["file"].iloc[0])
    submissions = replace(example, observations=pd.concat([others, faulty], ignore_index=True))
    values = gs.indicator_values(submissions.observations, plan.indicators)
    (value,) = values[values["state"] == "withheld"].query("industry == @DUST").to_dict("records")
    assert pd.isna(value["numerator"])
    assert pd.isna(value["denominator"])
    judged = gs.JudgedPlan(plan, submissions)
    history = judged.history
    row = cell(history, industry=DUST, indicator="short_exposure_share", year=2021)
    assert verdict(row) == ("not_reported", "withheld")
    assert row[["value", "numerator", "denominator", "decline", "margin"]].isna().all()
    for year in plan.years:
        results = history[history["year"] == year].reset_index(drop=True)
        assert gs.share_figure(history, "太原市", year)
        assert gs.summary(results, "太原市")
        assert gs.page.trace_table(judged, "太原市", results=results)
        shown = repr(gs.share_table(judged, "太原市", year))
        assert "数据有误" in shown
        assert "nan" not in shown


def test_all_submissions_in_place_of_their_figures_are_told(plan, example):
    for function in (gs.contributions, gs.assess, verdicts.outlook, reading_changes):
        with pytest.raises(gs.UsageError, match="submissions.observations，不能是Submissions"):
            function(plan, example, 2023)
    with pytest.raises(gs.UsageError, match="submissions.observations"):
        latest_year(plan, example)
    with pytest.raises(gs.UsageError, match="submissions.observations"):
        receipt_states(plan, example, example.as_of, example.faulty)
    with pytest.raises(gs.UsageError, match="缺少.*state.*列"):
        gs.assess(plan, example.findings, 2023)


@pytest.mark.parametrize("year", ["2023", 2023.0, None])
def test_a_year_that_is_no_whole_number_is_told(plan, example, year):
    with pytest.raises(gs.UsageError, match="年度应为整数，如2021，不能是"):
        plan.check_year(year)
    if year is not None:
        with pytest.raises(gs.UsageError, match="年度应为整数"):
            gs.assess(plan, example.observations, year)


def test_a_plan_that_is_not_there_is_told_without_an_option_of_the_command():
    with pytest.raises(PlanError, match="/nowhere") as raised:
        gs.load_plan("/nowhere")
    assert "--" not in str(raised.value)
