"""What if: new plans and figures beside the real ones, never instead of them."""

from dataclasses import FrozenInstanceError, asdict

import numpy as np
import pandas as pd
import pytest
from submitted import construction, load

import gsyf_lib as gs

COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
TOTAL = "重点行业合计"
INDUSTRIES = ("危险化学品", COAL, "非煤矿山", BUILDING, "交通运输", "机械制造")


def cell(results: pd.DataFrame, indicator="accidents", industry=COAL, area="太原市") -> pd.Series:
    rows = results[(results["indicator"] == indicator) & (results["industry"] == industry)]
    rows = rows[rows["area"] == area]
    assert len(rows) == 1
    return rows.iloc[0]


def counts(by_industry: dict, measure: str = "accidents") -> list[tuple]:
    """Return Taiyuan's figures from (2019, 2023) pairs."""
    return [
        ("太原市", industry, year, measure, value)
        for industry, pair in by_industry.items()
        for year, value in zip((2019, 2023), pair, strict=True)
    ]


@pytest.fixture
def unchanged(plan, example):
    """Fail if a test has changed the plan or the submissions it started from."""

    def contents() -> list[str]:
        tables = [*asdict(plan).values(), *asdict(example).values()]
        return [t.to_csv() if isinstance(t, pd.DataFrame) else repr(t) for t in tables]

    before = contents()
    yield
    assert contents() == before


# Targets


def test_a_target_of_no_case_at_all_has_the_luck_of_no_case(plan, observe):
    """Of 5 + 3 cases every one would have to fall into 2019: not just fewer than in 2019."""
    none = gs.with_target(plan, year=2023, indicator="accidents", threshold="1")
    row = cell(gs.assess(none, observe(*counts({COAL: (5, 3)})), 2023))
    assert (row["status"], row["allowed"], row["margin"]) == ("missed", 0, -3)
    assert row["luck"] == pytest.approx(0.5**8)


def test_another_target_is_judged_exactly_and_the_plan_stays(plan, observe, unchanged):
    observed = observe(*counts({COAL: (100, 88), BUILDING: (100, 89)}))
    other = gs.with_target(plan, year=2023, indicator="accidents", threshold="0.12")
    results = gs.assess(other, observed, 2023)
    assert (cell(results)["status"], cell(results)["margin"]) == ("met", 0)
    building = cell(results, industry=BUILDING)
    assert (building["status"], building["margin"], building["threshold"]) == ("missed", -1, 0.12)
    assert set(gs.assess(plan, observed, 2023)["threshold"].dropna()) == {0.1, 0.9}
    assert cell(gs.assess(plan, observed, 2023), industry=BUILDING)["status"] == "met"
    assert other.scenario == ("2023年各行业事故起数目标改为下降12%",)
    assert plan.scenario == ()


def test_another_target_leaves_other_years_and_indicators_alone(plan):
    other = gs.with_target(plan, year=2023, indicator="accidents", threshold="0.12").targets
    same = (plan.targets["year"] != 2023) | (plan.targets["indicator"] != "accidents")
    pd.testing.assert_frame_equal(other[same], plan.targets[same])
    assert (~same).sum() == len(INDUSTRIES)


def test_a_target_of_one_industry_leaves_no_common_target_for_the_total(plan, observe):
    observed = observe(*counts(dict.fromkeys(INDUSTRIES, (100, 89))))
    other = gs.with_target(plan, year=2023, indicator="accidents", threshold="0.2", industry=COAL)
    results = gs.assess(other, observed, 2023)
    assert cell(results)["status"] == "missed"
    assert cell(results, industry=BUILDING)["status"] == "met"
    assert results[(results["industry"] == TOTAL) & (results["indicator"] == "accidents")].empty
    assert other.scenario == ("2023年煤矿事故起数目标改为下降20%",)


def test_a_percentage_turns_below_the_baseline_into_a_decline(plan, observe):
    figures = [("太原市", COAL, 2019, "accidents", 100), ("太原市", COAL, 2021, "accidents", 98)]
    other = gs.with_target(plan, year=2021, indicator="accidents", threshold="0.03")
    assert cell(gs.assess(plan, observe(*figures), 2021))["status"] == "met"
    row = cell(gs.assess(other, observe(*figures), 2021))
    assert (row["status"], row["rule"], row["allowed"]) == ("missed", "decline_at_least", 97)


def test_another_coverage_is_said_as_reached(plan):
    other = gs.with_target(plan, year=2023, indicator="safety_training_coverage", threshold=0.925)
    assert other.scenario == ("2023年各行业安全生产培训覆盖率目标改为92.5%",)


@pytest.mark.parametrize("threshold", ["12%", "0.12345", "-0.1", 12, "1.0001", "nan", "", "inf"])
def test_a_threshold_is_a_fraction_of_at_most_four_decimals(plan, threshold):
    with pytest.raises(gs.UsageError, match="0到1之间、最多四位小数.*12%写作0.12"):
        gs.with_target(plan, year=2023, indicator="accidents", threshold=threshold)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"year": 2020}, "2020年没有年度目标.*2021、2022、2023、2024、2025"),
        ({"indicator": "accidnts"}, "没有名为“accidnts”的指标。是否为“accidents”？"),
        ({"indicator": "short_exposure_share"}, "有百分比目标的指标中没有“short_exposure_share”"),
        ({"industry": "煤炭"}, "没有“煤炭”。是否为“煤矿”？"),
        ({"industry": DUST}, "没有“涉尘行业”.*可填：危险化学品、煤矿"),
    ],
)
def test_a_target_that_does_not_exist_is_refused(plan, changed, said):
    given = {"year": 2023, "indicator": "accidents", "threshold": "0.12"} | changed
    with pytest.raises(gs.UsageError, match=said):
        gs.with_target(plan, **given)


# An industry left out


def test_without_an_industry_totals_and_joint_rows_are_of_the_others(plan, observe, unchanged):
    pairs = dict.fromkeys(INDUSTRIES, (10, 9)) | {COAL: (50, 60)}
    observed = observe(*counts(pairs), *counts(pairs, "casualties"))
    before = gs.assess(plan, observed, 2023)
    after = gs.assess(gs.without_industry(plan, COAL), observed, 2023)
    assert COAL in set(before["industry"])
    assert COAL not in set(after["industry"])
    was, now = cell(before, industry=TOTAL), cell(after, industry=TOTAL)
    assert (was["baseline"], was["value"], was["status"]) == (100, 105, "missed")
    assert (now["baseline"], now["value"], now["status"]) == (50, 45, "met")
    assert cell(before, "joint", TOTAL)["status"] == "missed"
    assert cell(after, "joint", TOTAL)["status"] == "met"
    rest = before[(before["industry"] != COAL) & (before["industry"] != TOTAL)]
    kept = after[after["industry"] != TOTAL]
    pd.testing.assert_frame_equal(rest.reset_index(drop=True), kept.reset_index(drop=True))


def test_an_industry_that_did_not_report_no_longer_holds_up_the_total(plan, observe):
    observed = observe(*counts({name: (10, 9) for name in INDUSTRIES if name != COAL}))
    assert cell(gs.assess(plan, observed, 2023), industry=TOTAL)["status"] == "not_reported"
    without = gs.without_industry(plan, "煤矿企业")
    assert cell(gs.assess(without, observed, 2023), industry=TOTAL)["status"] == "met"
    assert without.scenario == ("不含煤矿",)


def test_an_industry_without_targets_is_refused_also_when_left_out_twice(plan):
    with pytest.raises(gs.UsageError, match="没有“煤矿业”。是否为“煤矿”？"):
        gs.without_industry(plan, "煤矿业")
    with pytest.raises(gs.UsageError, match="没有“煤矿”"):
        gs.without_industry(gs.without_industry(plan, COAL), COAL)


def test_a_plan_of_accidents_alone_can_do_without_the_dust_exposed(plan, example):
    results = gs.assess(gs.without_industry(plan, DUST), example.observations, 2023)
    assert len(results) == 12 * (18 + 2 + 7)


# Readings


def test_another_reading_is_a_new_plan(plan, observe, unchanged):
    other = gs.with_readings(plan, zero_baseline="undefined", falling="baseline_year")
    assert (other.readings.zero_baseline, other.readings.falling) == ("undefined", "baseline_year")
    assert other.readings.province == plan.readings.province
    assert [note.partition("改按")[0] for note in other.scenario] == ["基期为0", "“持续降低”"]
    observed = observe(*counts({COAL: (0, 0)}))
    assert cell(gs.assess(other, observed, 2023))["status"] == "undefined"
    assert cell(gs.assess(plan, observed, 2023))["status"] == "met"


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        ({"faling": "baseline_year"}, "没有“faling”。是否为“falling”？"),
        ({"falling": "baselin_year"}, "没有“baselin_year”。是否为“baseline_year”？"),
    ],
)
def test_a_reading_that_does_not_exist_is_refused(plan, readings, said):
    with pytest.raises(gs.UsageError, match=said):
        gs.with_readings(plan, **readings)


# Figures

BASELINE = {"area": "太原", "industry": COAL, "year": 2019, "measure": "accidents"}


def test_another_baseline_changes_the_city_its_total_and_nothing_else(plan, example, unchanged):
    other = gs.with_figure(plan, example, **BASELINE, value=999)
    before = gs.assess(plan, example.observations, 2023)
    after = gs.assess(plan, other.observations, 2023)
    assert cell(after)["baseline"] == 999
    assert cell(after, industry=TOTAL)["baseline"] - cell(before, industry=TOTAL)["baseline"] == (
        999 - cell(before)["baseline"]
    )
    differ = ~(before["baseline"].eq(after["baseline"]) | before["baseline"].isna())
    assert set(before.loc[differ, "area"]) == {"太原市"}
    assert set(before.loc[differ, "industry"]) == {COAL, TOTAL}
    assert len(other.observations) == len(example.observations)


def test_a_figure_may_be_assumed_where_none_was_handed_in(plan, tmp_path):
    handed_in = load(plan, tmp_path, {"2024-02-20/a.csv": construction(27, year=2023)})
    given = {"area": "太原市", "industry": BUILDING, "year": 2019, "measure": "accidents"}
    other = gs.with_figure(plan, handed_in, **given, value=np.int64(30))
    row = cell(gs.assess(plan, other.observations, 2023), industry=BUILDING)
    assert (row["status"], row["baseline"], row["margin"]) == ("met", 30, 0)
    assert len(other.observations) == len(handed_in.observations) + 1


def test_an_assumed_figure_is_marked_and_keeps_its_days(plan, example):
    other = gs.with_figure(plan, example, **BASELINE, value=7)
    key = ("太原市", COAL, 2019, "accidents")
    index = ["area", "industry", "year", "measure"]
    was = example.observations.set_index(index).loc[key]
    now = other.observations.set_index(index).loc[key]
    assert (now["value"], now["file"], now["cell"]) == (7, "假设情景", "")
    days = ["received_on", "first_received_on"]
    assert now[days].tolist() == was[days].tolist()


def test_both_counts_of_a_share_are_changed_whole_first(plan, example):
    given = {"area": "太原市", "industry": DUST, "year": 2023}
    with pytest.raises(gs.UsageError, match="多于尘肺病报告例数.*请先改尘肺病报告例数"):
        gs.with_figure(plan, example, **given, measure="short_exposure_cases", value=500)
    more = gs.with_figure(plan, example, **given, measure="reported_cases", value=1000)
    more = gs.with_figure(plan, more, **given, measure="short_exposure_cases", value=500)
    row = cell(gs.assess(plan, more.observations, 2023), "short_exposure_share", DUST)
    assert (row["numerator"], row["denominator"], row["value"]) == (500, 1000, 0.5)


def test_no_case_may_be_assumed_and_all_cases_of_a_share_may_be_new_ones(plan, example):
    given = {"area": "太原市", "year": 2023}
    none = gs.with_figure(plan, example, **given, industry=COAL, measure="accidents", value=0)
    assert cell(gs.assess(plan, none.observations, 2023))["value"] == 0
    given |= {"industry": DUST}
    total = cell(gs.assess(plan, example.observations, 2023), "short_exposure_share", DUST)
    whole = {"measure": "short_exposure_cases", "value": int(total["denominator"])}
    every = gs.with_figure(plan, example, **given, **whole)
    row = cell(gs.assess(plan, every.observations, 2023), "short_exposure_share", DUST)
    assert row["value"] == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"area": "太愿市"}, "是否为“太原市”？"),
        ({"area": "140105"}, "小店区是县级"),
        ({"industry": "煤炭"}, "是否为“煤矿”？"),
        ({"industry": DUST}, "没有“涉尘行业”"),
        ({"industry": TOTAL}, "没有“重点行业合计”"),
        ({"year": 2020}, "判定不用2020年的数据。可用：2019、2021"),
        ({"measure": "accident"}, "是否为“accidents”？"),
        ({"measure": "deaths"}, "统计项中没有“deaths”"),
        ({"value": -1}, "“-1”不能用：应为0到10000000之间的整数"),
        ({"value": True}, "“True”不能用"),
        ({"value": 10_000_001}, "“10000001”不能用"),
        ({"value": 10**400}, "不能用：应为0到"),
        ({"value": 2.0}, "“2.0”不能用"),
        ({"value": 1.5}, "“1.5”不能用"),
        ({"value": "12"}, "“12”不能用"),
    ],
)
def test_a_figure_that_no_target_rests_on_is_refused(plan, example, changed, said):
    with pytest.raises(gs.UsageError, match=said):
        gs.with_figure(plan, example, **(BASELINE | {"value": 12} | changed))


# Never mistaken for the plan


def test_every_page_of_a_what_if_says_so_and_names_what_was_assumed(judged, plan, example):
    other = gs.without_industry(
        gs.with_target(plan, year=2023, indicator="accidents", threshold="0.12"), COAL
    )
    figure = gs.with_figure(plan, example, **BASELINE, value=12)
    shown = repr(gs.page.masthead(gs.JudgedPlan(other, example), "太原市", 2023))
    assert "假设情景：2023年各行业事故起数目标改为下降12%；不含煤矿。" in shown
    assert f"{plan.title}（假设情景）" in shown
    assert "太原市煤矿2019年事故起数改为12。" in repr(
        gs.page.masthead(gs.JudgedPlan(plan, figure), "大同市", 2023)
    )
    assert "假设情景" not in repr(gs.page.masthead(judged, "太原市", 2023))


def test_a_plan_read_from_its_folder_is_no_what_if(plan, example):
    from gsyf_lib.assessment.scenarios import assumptions

    assert assumptions(plan, example) == []
    with pytest.raises(FrozenInstanceError):
        plan.scenario = ("改动",)  # type: ignore[misc]
