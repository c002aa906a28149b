"""Results in sentences: every number from a row, in the words of official statistics."""

import re
from dataclasses import replace

import pandas as pd
import pytest
import shown
from submitted import construction, load, sheet

import gsyf_lib as gs
from gsyf_lib import wording
from gsyf_lib.assessment.indicators import TOTAL
from gsyf_lib.assessment.selection import select_area
from gsyf_lib.documents.blocks import Block
from gsyf_lib.errors import UsageError
from gsyf_lib.submissions import receipt_states

COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
INDUSTRIES = ("危险化学品", COAL, "非煤矿山", BUILDING, "交通运输", "机械制造")
NOT_WORDS = re.compile(r"nan|NaT|<NA>|None|\d\.0起|\d\.0人|（）|，，|。。|--")


@pytest.fixture(scope="module")
def history(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations)


def summary(plan, observe, *figures: tuple, year: int = 2023, area: str = "太原市") -> Block:
    return gs.summary(gs.assess(plan, observe(*figures), year), area)


def sentences(plan, observe, *figures: tuple, year: int = 2023, area: str = "太原市") -> list[str]:
    return told(gs.assess(plan, observe(*figures), year), area)


def totals(then: int, now: int, year: int = 2023, measure: str = "accidents") -> list[tuple]:
    """Return figures that add up to ``then`` and ``now``, all of them in one industry."""
    return [
        ("太原市", industry, y, measure, value if industry == COAL else 0)
        for industry in INDUSTRIES
        for y, value in ((2019, then), (year, now))
    ]


def told(results: pd.DataFrame, area: str) -> list[str]:
    return shown.sentences(gs.summary(results, area))


def about(found: list[str], start: str) -> str:
    chosen = [sentence for sentence in found if sentence.startswith(start)]
    assert len(chosen) == 1, found
    return chosen[0]


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_every_sentence_of_the_example_is_whole(plan, example, history, year):
    results = history[history["year"] == year]
    for area in (plan.area, *plan.cities):
        found = told(results, area)
        assert found[0].startswith(f"{year}年，{area}20项年度目标中，")
        for sentence in found:
            assert sentence.endswith("。")
            assert not NOT_WORDS.search(sentence), sentence
        text = repr(gs.summary(results, area))
        goals = select_area(results, area)
        goals = goals[(goals["indicator"] != "joint") & (goals["industry"] != TOTAL)]
        for _, row in goals[
            goals["status"].isin(["missed", "not_reported", "undefined"])
        ].iterrows():
            assert wording.goal_with_why(row) in text, row


def test_the_tally_counts_every_goal_once(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    for area in plan.cities:
        first = told(results, area)[0]
        counted = re.findall(r"(?:^|，)([^\d，]+)(\d+)项", first.split("中，")[1].rstrip("。"))
        assert {word for word, _ in counted} <= set(wording.STATUSES.values())
        assert sum(int(number) for _, number in counted) == 20


def test_the_total_is_said_in_whole_cases(plan, observe):
    said = {
        (40, 36): "由2019年的40起降至36起，下降10.0%",
        (40, 50): "由2019年的40起升至50起，上升25.0%",
        (40, 40): "与2019年持平，均为40起",
        (10_000, 9_004): "由2019年的10000起降至9004起，下降9.96%",
    }
    names = plan.cities[: len(said)]
    figures = [
        (name, *rest) for name, pair in zip(names, said, strict=True) for _, *rest in totals(*pair)
    ]
    results = gs.assess(plan, observe(*figures), 2023)
    for name, ((then, now), change) in zip(names, said.items(), strict=True):
        found = about(told(results, name), "重点行业合计事故起数")
        assert change in found
        assert ("未达标" in found) == (100 * now > 90 * then)


def test_a_missed_five_per_cent_is_never_printed_as_five(plan, observe):
    found = sentences(plan, observe, *totals(10_000, 9_504, 2022), year=2022)
    total = about(found, "重点行业合计事故起数")
    assert "下降4.96%" in total
    assert "未达标（超控制目标4起）" in total
    assert "5.0%" not in "".join(found)


def test_accidents_are_counted_in_cases_and_casualties_in_persons(plan, observe):
    figures = totals(40, 30) + totals(60, 59, measure="casualties")
    found = sentences(plan, observe, *figures)
    assert "40起降至30起" in about(found, "重点行业合计事故起数")
    casualties = about(found, "重点行业合计伤亡人数")
    assert "60人降至59人" in casualties
    assert "起" not in casualties


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (0, "重点行业合计事故起数2019年、2023年均为0，达标。"),
        (3, "由2019年的0起升至3起（2019年为0，不计算升幅），未达标。"),
    ],
)
def test_a_zero_baseline_has_words_and_no_percentage(plan, observe, now, said):
    total = about(sentences(plan, observe, *totals(0, now)), "重点行业合计事故起数")
    assert total.endswith(said)
    assert "%" not in total


def test_a_total_that_cannot_be_made_says_why(plan, observe):
    found = sentences(plan, observe, ("太原市", COAL, 2023, "accidents", 3))
    total = about(found, "重点行业合计事故起数")
    assert "因有行业未报送或数据有误，无法判定" in total


def test_a_total_of_the_cities_says_so(plan, observe):
    figures = [(city, *rest) for city in plan.cities for _, *rest in totals(40, 30)]
    found = sentences(plan, observe, *figures, area="山西省")
    total = about(found, "重点行业合计事故起数")
    assert "按各市合计" in total
    assert "440起降至330起" in total


def shares(*pairs: tuple) -> list[tuple]:
    return [
        ("太原市", DUST, year, measure, value)
        for year, cases, total in pairs
        for measure, value in (("short_exposure_cases", cases), ("reported_cases", total))
    ]


def test_the_share_changes_in_percentage_points_and_names_both_counts(plan, observe):
    found = sentences(plan, observe, *shares((2019, 10, 100), (2022, 8, 100), (2023, 9, 100)))
    share = about(found, "尘肺病报告比例")
    assert "为9.0%（9/100例）" in share
    assert "较2022年上升1.0个百分点" in share
    assert share.endswith("未达标。")


def test_a_share_that_fell_only_by_more_reports_is_met_with_a_warning(plan, observe):
    found = sentences(plan, observe, *shares((2019, 10, 100), (2022, 8, 80), (2023, 8, 100)))
    share = about(found, "尘肺病报告比例")
    assert (
        "下降2.0个百分点，达标。需要说明的是，新发例数未减少，比例下降只因报告总例数增加，不影响达标结论。"
        in share
    )
    fewer = sentences(plan, observe, *shares((2019, 10, 100), (2022, 8, 80), (2023, 7, 100)))
    assert "注意" not in about(fewer, "尘肺病报告比例")


def test_a_year_without_cases_has_no_share(plan, observe):
    found = sentences(plan, observe, *shares((2019, 10, 100), (2023, 0, 0)))
    assert "当年无病例报告" in about(found, "尘肺病报告比例")
    assert "0.0%" not in "".join(found)


def test_what_is_missed_is_named_with_department_and_by_how_many(plan, observe):
    figures = [
        ("太原市", BUILDING, 2019, "accidents", 40),
        ("太原市", BUILDING, 2023, "accidents", 38),
        ("太原市", COAL, 2023, "safety_personnel", 100),
        ("太原市", COAL, 2023, "safety_trained", 89),
        ("太原市", "机械制造", 2019, "accidents", 0),
        ("太原市", "机械制造", 2023, "accidents", 1),
    ]
    missed = repr(summary(plan, observe, *figures))
    assert "住房和城乡建设部门：× 建筑施工事故起数（超控制目标2起）" in missed
    assert "煤矿安全生产培训覆盖率（差1人）" in missed
    assert "机械制造事故起数（由0升至1起）" in missed


def test_nothing_missed_is_no_list(plan, observe):
    found = repr(summary(plan, observe, *totals(40, 30)))
    assert re.findall(r"^(未达标|无法判定)\d+项", found, re.MULTILINE) == ["无法判定"]


def test_an_area_may_be_called_by_its_short_form(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    expected = told(results, "太原市")
    assert told(results, "太原") == expected
    assert told(results, "140100") == expected
    with pytest.raises(gs.UsageError, match="太原市"):
        gs.summary(results, "北京市")


def test_a_fall_to_zero_is_a_hundred_per_cent_and_not_more_exact_than_that(plan, observe):
    total = about(sentences(plan, observe, *totals(12, 0)), "重点行业合计事故起数")
    assert "由2019年的12起降至0起，下降100%；" in total


def test_equal_figures_are_neither_a_fall_nor_a_rise(plan, observe):
    total = about(sentences(plan, observe, *totals(12, 12)), "重点行业合计事故起数")
    assert "与2019年持平，均为12起；" in total
    assert not re.search("下降0|上升|降至", total)


def test_provisional_figures_are_called_so_and_counted(plan, observe):
    figures = [(*figure[:2], 2023, *figure[3:]) for figure in totals(1, 30) if figure[2] == 2023]
    early = observe(*totals(40, 30)[::2], *figures, received="2024-01-05")
    found = told(gs.assess(plan, early, 2023), "太原市")
    assert any(text.startswith("据初步数据，重点行业合计事故起数由2019年的40起") for text in found)
    assert found[0].endswith("；上述结论均依据初步数据。")
    final = sentences(plan, observe, *totals(40, 30))
    assert not any("初步数据" in text for text in final)


def test_a_bare_share_has_no_counts_and_says_so(plan, observe):
    bare = [
        ("太原市", DUST, y, "short_exposure_per_million", v)
        for y, v in ((2022, 90_000_000_000), (2023, 80_000_000_000))
    ]
    share = about(sentences(plan, observe, *bare), "尘肺病报告比例")
    assert "为8.0%（只报比例），较2022年下降1.0个百分点，达标。" in share


def test_a_share_compared_over_a_gap_names_the_years_between(plan, observe):
    found = sentences(plan, observe, *shares((2019, 10, 100), (2023, 9, 100)))
    assert "较2019年（2020—2022年无可比数据）下降1.0个百分点" in about(found, "尘肺病报告比例")
    found = sentences(plan, observe, *shares((2019, 10, 100), (2021, 9, 100), (2023, 8, 100)))
    assert "较2021年（2022年无可比数据）下降1.0个百分点" in about(found, "尘肺病报告比例")


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ((0, 50), (0, 60), "为0（0/60例），与2022年同为0，达标。"),
        ((0, 50), (3, 60), "为5.0%（3/60例），2022年为0，未达标。"),
        ((5, 50), (0, 60), "为0（0/60例），较2022年下降10.0个百分点，达标。"),
        ((5, 50), (6, 60), "为10.0%（6/60例），与2022年持平，未达标。"),
    ],
)
def test_a_share_of_zero_and_an_equal_share_have_words(plan, observe, then, now, said):
    figures = shares((2019, 10, 100), (2022, *then), (2023, *now))
    share = about(sentences(plan, observe, *figures), "尘肺病报告比例")
    assert share.endswith(said)
    assert not re.search(r"(?<!\d)0\.0%", share)


def test_the_last_year_below_its_forerunner_but_not_the_baseline_is_explained(plan, observe):
    figures = shares((2019, 5, 100), (2024, 9, 100), (2025, 8, 100))
    share = about(sentences(plan, observe, *figures, year=2025), "尘肺病报告比例")
    assert "未达标。需要说明的是，比例低于上年，但未低于基期，不影响达标结论。" in share


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((3, 60), "较2024年（0.0%，0/50例）上升5.0个百分点，较2019年（10.0%，10/100例）下降5.0个"),
        ((0, 60), "与2024年（0.0%，0/50例）持平，较2019年（10.0%，10/100例）下降10.0个百分点"),
    ],
)
def test_in_the_last_year_a_share_after_zero_is_told_against_2019_too(plan, observe, now, said):
    figures = shares((2019, 10, 100), (2024, 0, 50), (2025, *now))
    assert said in about(sentences(plan, observe, *figures, year=2025), "尘肺病报告比例")


def trained(year: int = 2023, **by_industry: tuple[int, int]) -> list[tuple]:
    return [
        ("太原市", industry, year, measure, value)
        for industry, pair in by_industry.items()
        for measure, value in zip(("safety_trained", "safety_personnel"), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({COAL: (90, 100), BUILDING: (95, 100)}, "2个行业全部达标，最低的为煤矿（90.0%）。"),
        ({COAL: (80, 100), BUILDING: (95, 100)}, "中1个达标、1个未达标，最低的为煤矿（80.0%）。"),
        ({COAL: (8999, 10_000)}, "有数据的1个行业未达标，为煤矿（89.99%）。"),
        ({COAL: (7, 7), BUILDING: (9, 9)}, "有数据的2个行业均为100%，全部达标。"),
        ({COAL: (91, 100), BUILDING: (182, 200)}, "有数据的2个行业均为91.0%，全部达标。"),
        ({COAL: (0, 9), BUILDING: (0, 7)}, "有数据的2个行业均为0.0%，均未达标。"),
        (
            {COAL: (82, 100), BUILDING: (41, 50), "交通运输": (9, 10)},
            "中1个达标、2个未达标，最低的为煤矿、建筑施工（82.0%）。",
        ),
        ({COAL: (0, 0)}, "目标为90%，各行业均无法判定。"),
    ],
)  # fmt: skip
def test_coverage_says_how_many_reach_the_target_and_which_is_lowest(plan, observe, figures, said):
    found = sentences(plan, observe, *trained(**figures))
    assert about(found, "重点岗位人员安全生产培训覆盖率").endswith(said)


def test_coverage_of_one_industry_names_both_counts(plan, observe):
    figures = [
        ("太原市", DUST, 2023, "health_trained", 88),
        ("太原市", DUST, 2023, "health_personnel", 100),
    ]
    found = about(sentences(plan, observe, *figures), "重点岗位人员职业卫生培训覆盖率")
    assert found.endswith("涉尘行业为88.0%（88/100人），目标为90%，未达标（差2人）。")


def test_coverage_over_a_hundred_is_never_printed(plan, tmp_path):
    files = {"2024-02-05/a.csv": sheet("training", "2023,太原市,煤矿,安全生产,100,120")}
    submissions = load(plan, tmp_path, files)
    found = repr(gs.summary(gs.assess(plan, submissions.observations, 2023), "太原市"))
    assert "120" not in found
    assert "煤矿安全生产培训覆盖率" in found.partition("无法判定")[2]


def test_a_reading_to_the_letter_says_why_zero_is_missed(plan, observe):
    literal = gs.with_readings(plan, zero_baseline="literal")
    results = gs.assess(literal, observe(*totals(0, 0, 2021)), 2021)
    total = about(told(results, "太原市"), "重点行业合计事故起数")
    assert "2019年、2021年均为0，未达标（对比年度为0，当年保持为0，按字面不低于0）" in total


# What every page says of itself


def test_a_page_of_the_example_says_that_it_is_not_real(judged, plan, example):
    assert "示例数据（非真实）" in repr(gs.page.masthead(judged, "太原市", 2023))
    real = gs.JudgedPlan(plan, replace(example, synthetic=False))
    assert "示例数据" not in repr(gs.page.masthead(real, "太原市", 2023))


def test_a_page_counts_what_was_received(judged, plan, example):
    received = receipt_states(plan, example.observations, example.as_of, example.faulty)
    done, owing = gs.completeness(received, 2023)
    assert f"{done}/{owing}个地区报齐" in repr(gs.page.masthead(judged, None, 2023))
    assert "8/8份报表收齐" in repr(gs.page.masthead(judged, "临汾", 2023))
    assert "2025年12月26日" in repr(gs.page.masthead(judged, None, 2023))


def test_a_page_with_provisional_figures_says_so(plan, tmp_path):
    early = {"2024-01-05/a.csv": construction(3, year=2023)}
    submissions = load(plan, tmp_path, early)
    judged = gs.JudgedPlan(plan, submissions)
    assert "初步数据" in repr(gs.page.masthead(judged, "太原市", 2023))
    assert "初步数据" not in repr(gs.page.masthead(judged, "大同市", 2023))


def test_a_page_before_anything_was_handed_in_says_so(plan, tmp_path):
    (tmp_path / "raw" / "submissions").mkdir(parents=True)
    submissions = load(plan, tmp_path, {})
    shown = repr(gs.page.masthead(gs.JudgedPlan(plan, submissions), None, 2023))
    assert "0/12个地区报齐" in shown
    assert "尚未收到文件" in shown
    assert not NOT_WORDS.search(shown)


def test_the_province_says_what_its_cities_still_lack(judged, plan):
    found = repr(gs.page.masthead(judged, plan.area, 2023))
    assert "省级8/8份、各市86/88份报表收齐（缺：" in found
    assert "忻州市尘肺病报告" in found and "吕梁市安全生产事故" in found
    assert "8/8份报表收齐" in repr(gs.page.masthead(judged, "太原市", 2023))


def test_a_department_tells_its_own_goals_from_those_of_the_cities(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    own = gs.department_results(results, "应急管理部门")
    upper, below = ((own["status"] == "missed") & (own["level"] == n) for n in ("province", "city"))
    title = f"未达标{upper.sum() + below.sum()}项（全省{upper.sum()}项、各市{below.sum()}项）"
    assert upper.any() and title in repr(gs.page.department_shortfalls(own))


def test_of_many_tables_that_lack_six_are_named_and_all_are_counted(plan, tmp_path):
    """Eleven cities owe eight tables each."""
    (tmp_path / "raw" / "submissions").mkdir(parents=True)
    submissions = load(plan, tmp_path, {})
    found = repr(gs.page.masthead(gs.JudgedPlan(plan, submissions), plan.area, 2023))
    named, count = re.search(r"缺：(.+?)等(\d+)份", found).groups()
    assert (len(named.split("、")), count) == (6, "88")


def test_what_cannot_be_worked_out_is_told_among_what_has_no_verdict(plan, observe):
    """A year without cases was reported: its share is undefined, not missing."""
    found = repr(summary(plan, observe, *shares((2019, 10, 100), (2023, 0, 0))))
    assert "尘肺病报告比例（当年无病例报告）" in found.partition("无法判定")[2]


def test_an_edition_that_there_is_not_is_refused(judged):
    with pytest.raises(UsageError, match="没有名为“公开”的版本。可用：internal"):
        gs.page.masthead(judged, "太原市", 2023, "公开")


def test_a_page_of_an_assumed_plan_says_so_beside_the_plans_name(judged, plan, example):
    assumed = gs.with_target(plan, year=2023, indicator="accidents", threshold="0.12")
    assert f"{plan.title}（假设情景）" in repr(
        gs.page.masthead(gs.JudgedPlan(assumed, example), None, 2023)
    )
    assert "假设情景" not in repr(gs.page.masthead(judged, None, 2023))
