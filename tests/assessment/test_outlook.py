"""The early warning: its classes by the plan's own path, its pace, its trend; never the verdict."""

import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from shown import blanks, tables

import gsyf_lib as gs
from gsyf_lib.assessment import verdicts
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.tables.outlook import outlook_sentences, over_by_trend

TOTAL = "重点行业合计"
COAL, DUST = "煤矿", "涉尘行业"
INDUSTRIES = ("危险化学品", COAL, "非煤矿山", "建筑施工", "交通运输", "机械制造")


def series(measure: str, by_year: dict, area: str = "太原市", industry: str = COAL) -> list[tuple]:
    return [(area, industry, year, measure, value) for year, value in by_year.items()]


@pytest.fixture
def warned(plan, observe):
    """Return the outlook of coal mining accidents in Taiyuan from their counts."""

    def warn(by_year: dict, year: int = 2023, measure: str = "accidents") -> pd.Series:
        return row(verdicts.outlook(plan, observe(*series(measure, by_year)), year), measure)

    return warn


def row(outlook, indicator="accidents", area="太原市", industry=COAL) -> pd.Series:
    rows = outlook[
        (outlook["area"] == area)
        & (outlook["industry"] == industry)
        & (outlook["indicator"] == indicator)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (91, "behind"),
        (90, "on_pace"),
        (86, "on_pace"),
        (85, "ahead"),
        (81, "ahead"),
        (80, "achieved"),
        (0, "achieved"),
    ],
)
def test_the_class_is_that_of_the_farthest_milestone_met(warned, value, expected):
    assert warned({2019: 100, 2023: value})["outlook"] == expected


def test_in_2021_any_fall_is_the_milestone_and_five_per_cent_the_next(warned):
    of_2021 = {value: warned({2019: 100, 2021: value}, 2021)["outlook"] for value in (99, 95, 100)}
    assert of_2021 == {99: "on_pace", 95: "ahead", 100: "behind"}


def test_what_is_to_be_done_is_told_in_whole_cases_and_by_year(warned):
    told = warned({2019: 33, 2023: 30})
    assert (told["goal"], told["to_go"], told["pace_needed"]) == (26, 4, 2.0)
    assert told["pace_seen"] == pytest.approx(3 / 4)


def test_what_is_done_needs_no_pace(warned):
    told = warned({2019: 100, 2023: 70})
    assert (told["to_go"], told["pace_needed"]) == (0, 0)


def test_two_figures_after_the_baseline_carry_no_interval(warned):
    told = warned({2019: 100, 2021: 97, 2022: 94}, 2022)
    assert told["note"] == "few_points"
    assert told["projected"] == pytest.approx(100 * 0.94**2)
    assert np.isnan(told["projected_low"])


def test_three_figures_after_the_baseline_carry_an_interval_around_the_trend(warned):
    told = warned({2019: 100, 2021: 97, 2022: 94, 2023: 90})
    assert told["note"] == ""
    assert told["projected_low"] < told["projected"] < told["projected_high"]


def test_the_trend_looks_back_only(warned):
    until_2023 = {2019: 100, 2021: 97, 2022: 94, 2023: 90}
    assert warned(until_2023 | {2024: 10})["projected"] == warned(until_2023)["projected"]


def test_a_trend_may_miss_the_goal_of_an_area_that_is_on_pace(warned):
    """The plan's path is steeper at its end: who meets each milestone exactly has to speed up."""
    told = warned({2019: 100, 2021: 99, 2022: 95, 2023: 90})
    assert told["outlook"] == "on_pace"
    assert told["projected"] > told["goal"]


@pytest.mark.parametrize("unused", ["withheld", "absent"])
@pytest.mark.parametrize(("year", "note"), [(2023, "few_points"), (2024, "")])
def test_a_year_without_a_usable_figure_is_no_year_without_accidents(warned, unused, year, note):
    """The trend passes over it as over a year of which nothing came."""
    known = {2019: 100, 2021: 97, 2023: 90, 2024: 85}
    told, without = warned(known | {2022: unused}, year), warned(known, year)
    assert told["note"] == without["note"] == note
    assert told["projected"] == without["projected"]


@pytest.mark.parametrize(("value", "expected"), [(0, "achieved"), (2, "behind")])
def test_a_zero_baseline_has_zero_for_a_goal_and_no_trend(warned, value, expected):
    told = warned({2019: 0, 2021: 0, 2022: 0, 2023: value})
    assert (told["outlook"], told["goal"], told["note"]) == (expected, 0, "zero_baseline")
    assert np.isnan(told["projected"])


@pytest.mark.parametrize(
    ("by_year", "note"),
    [
        ({2019: 100}, "no_verdict"),
        ({2023: 90}, "no_verdict"),
        ({2019: 100, 2023: "absent"}, "no_such_industry"),
        ({2019: 100, 2023: "withheld"}, "no_verdict"),
    ],
)
def test_without_a_verdict_there_is_no_warning(warned, by_year, note):
    told = warned(by_year)
    assert (told["outlook"], told["note"]) == ("", note)
    assert told[["to_go", "pace_needed", "projected"]].isna().all()


def test_in_the_last_year_nothing_is_left_to_warn_of(warned):
    told = warned({2019: 100, 2025: 90}, 2025)
    assert (told["outlook"], told["note"]) == ("", "last_year")


@pytest.mark.parametrize(
    ("trained", "expected"),
    [(899, "behind"), (900, "on_pace"), (950, "ahead"), (999, "ahead"), (1000, "achieved")],
)
def test_coverage_is_classed_by_the_people_still_to_be_trained(plan, observe, trained, expected):
    figures = series("safety_personnel", {2022: 1000, 2023: 1000})
    figures += series("safety_trained", {2022: 800, 2023: trained})
    told = row(verdicts.outlook(plan, observe(*figures), 2023), "safety_training_coverage")
    assert (told["outlook"], told["to_go"]) == (expected, 1000 - trained)
    assert told["projected"] == pytest.approx(min(1, (trained + 2 * (trained - 800)) / 1000))


def test_coverage_of_one_year_has_no_trend(plan, observe):
    figures = series("safety_personnel", {2023: 1000}) + series("safety_trained", {2023: 900})
    told = row(verdicts.outlook(plan, observe(*figures), 2023), "safety_training_coverage")
    assert told["note"] == "few_points"
    assert np.isnan(told["projected"])


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ({2019: 20, 2022: 30, 2023: 25}, "behind"),
        ({2019: 20, 2022: 19, 2023: 18}, "on_pace"),
        ({2019: 20, 2022: 18, 2023: 19}, "behind"),
        ({2019: 20, 2022: 1, 2023: 0}, "achieved"),
    ],
)
def test_a_share_has_to_fall_and_to_lie_below_the_baseline_year(plan, observe, cases, expected):
    """25 of 100 after 30 of 100 has fallen and met its goal, but not yet that of the last year."""
    figures = series("short_exposure_cases", cases, industry=DUST)
    figures += series("reported_cases", dict.fromkeys(cases, 100), industry=DUST)
    told = row(
        verdicts.outlook(plan, observe(*figures), 2023), "short_exposure_share", industry=DUST
    )
    assert (told["outlook"], told["note"]) == (expected, "no_level")


@pytest.mark.parametrize(
    ("now", "expected"),
    [("0.57", "behind"), ("0.569999999999", "on_pace"), ("0.58", "behind"), ("0", "achieved")],
)
def test_a_bare_ratio_lies_below_the_baseline_year_exactly_or_not(plan, observe, now, expected):
    """As a float 0.57 is a little less than 57 of 100, and told so."""
    ratios = {2021: "0.60", 2022: now}
    figures = series("short_exposure_per_million", {
        year: int(Fraction(ratio) * RATIO_SCALE) for year, ratio in ratios.items()
    }, industry=DUST)  # fmt: skip
    figures += series("short_exposure_cases", {2019: 57}, industry=DUST)
    figures += series("reported_cases", {2019: 100}, industry=DUST)
    told = row(
        verdicts.outlook(plan, observe(*figures), 2022), "short_exposure_share", industry=DUST
    )
    assert told["outlook"] == expected


def test_the_total_and_the_province_are_warned_of_by_their_sums(plan, observe):
    figures = [
        (area, industry, year, "accidents", value)
        for area in plan.cities
        for industry in INDUSTRIES
        for year, value in {2019: 10, 2021: 9, 2022: 9, 2023: 8}.items()
    ]
    outlook = verdicts.outlook(plan, observe(*figures), 2023)
    whole = row(outlook, area="山西省", industry=TOTAL)
    assert (whole["value"], whole["goal"], whole["to_go"]) == (528, 528, 0)
    assert whole["outlook"] == "achieved"
    one, sixty_six = row(outlook)["projected"], whole["projected"]
    assert sixty_six == pytest.approx(66 * one)


def test_the_assessment_carries_the_outlook_and_no_verdict_hangs_on_it(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    outlook = verdicts.outlook(plan, example.observations, 2023)
    key = ["area_code", "industry", "indicator"]
    both = results.merge(outlook, on=key, suffixes=("", "_told"))
    assert len(both) == len(outlook) == 12 * 22
    assert (both["outlook"] == both["outlook_told"]).all()
    joint = results[results["indicator"] == "joint"]
    assert (joint["outlook"] == "").all() and joint["projected"].isna().all()
    assert set(results.loc[~results["status"].isin(["met", "missed"]), "outlook"]) == {""}


def test_the_order_of_figures_does_not_matter(plan, example):
    shuffled = example.observations.sample(frac=1, random_state=7)
    told = verdicts.outlook(plan, example.observations, 2024)
    pd.testing.assert_frame_equal(told, verdicts.outlook(plan, shuffled, 2024))


def test_the_note_says_the_answer_the_rule_and_that_it_is_no_verdict(plan, example):
    outlook = verdicts.outlook(plan, example.observations, 2023)
    first, *others = outlook_sentences(outlook, "太原")
    of_area = outlook[(outlook["area"] == "太原市") & (outlook["industry"] != TOTAL)]
    told = dict(zip(("achieved", "behind"), ("提前实现", "滞后"), strict=True))
    for code, word in told.items():
        assert f"{word}{(of_area['outlook'] == code).sum()}项" in first
    rule = next(sentence for sentence in others if sentence.startswith("划分办法"))
    assert "已达到2025年目标的为提前实现，已达到2024年目标的为快于预期" in rule
    assert "不改变达标结论" in rule


def test_the_note_names_goals_whose_trend_misses_the_last_target(plan, observe):
    figures = series("accidents", {2019: 100, 2021: 99, 2022: 95, 2023: 90})
    sentences = outlook_sentences(verdicts.outlook(plan, observe(*figures), 2023), "太原市")
    assert sentences[1] == (
        "煤矿事故起数目前进度符合要求，按历年变化率推算难以如期实现2025年目标，需加大力度。"
    )


@pytest.mark.parametrize(
    ("by_year", "case", "said"),
    [
        ({2019: 100, 2021: 99, 2022: 95, 2023: 90}, "faster", "需加大力度"),
        ({2019: 100, 2021: 100, 2022: 95, 2023: 86}, "unsure", "能否实现尚有不确定性，需巩固成果"),
        ({2019: 100, 2021: 100, 2022: 100, 2023: 80}, "reached", "近年有回升趋势，需巩固成果"),
    ],
)
def test_the_note_asks_for_a_faster_fall_only_where_it_is_needed(
    plan, observe, by_year, case, said
):
    outlook = verdicts.outlook(plan, observe(*series("accidents", by_year)), 2023)
    (found,) = over_by_trend(outlook[outlook["area"] == "太原市"]).to_dict("records")
    assert (found["industry"], found["case"]) == (COAL, case)
    assert (found["pace_needed"] > found["pace_seen"]) == (case == "faster")
    trend = outlook_sentences(outlook, "太原市")[1]
    assert trend.startswith("煤矿事故起数") and said in trend


def test_no_sentence_on_trends_contradicts_its_table(plan, example):
    for year in (2021, 2022, 2023, 2024):
        found = over_by_trend(verdicts.outlook(plan, example.observations, year))
        assert (found["projected"] > found["goal"]).all()
        faster = found["pace_needed"] > found["pace_seen"]
        assert (faster == (found["case"] == "faster")).all()


def cells(outlook, indicator: str = "事故起数") -> dict[str, str]:
    """Return the row of coal mining in Taiyuan's table."""
    (table,) = tables(gs.outlook_table(outlook, "太原市"))
    row = next(row for row in table.texts if row[:2] == (COAL, indicator))
    return dict(zip(table.heads, row, strict=True))


def test_what_is_needed_is_rounded_up_and_what_was_is_rounded_half_up(plan, observe):
    people = series("safety_personnel", {2022: 1000}) + series("safety_trained", {2022: 800})
    told = cells(verdicts.outlook(plan, observe(*people), 2022), "安全生产培训")
    assert (told["尚需"], told["今后年均需"]) == ("新增200人", "新增67人")
    accidents = series("accidents", {2019: 100, 2023: 91})
    assert cells(verdicts.outlook(plan, observe(*accidents), 2023))["以往年均"] == "减少2.3起"
    accidents = series("accidents", {2019: 100, 2022: 90})
    told = cells(verdicts.outlook(plan, observe(*accidents), 2022))
    assert (told["尚需"], told["今后年均需"]) == ("减少10起", "减少3.4起")


def test_the_pace_shown_reaches_the_goal(plan, example):
    for year in (2021, 2022, 2023, 2024):
        outlook = verdicts.outlook(plan, example.observations, year)
        for area in outlook["area"].unique():
            (table,) = tables(gs.outlook_table(outlook, area))
            for *_, to_go, needed, _, _ in table.texts:
                if needed != "—":
                    pace, to_go = (Fraction(re.sub(r"[^\d.]", "", t)) for t in (needed, to_go))
                    assert pace * (2025 - year) >= to_go


def test_a_coverage_projected_to_all_or_more_is_not_shown(plan, observe):
    def coverage(trained: int) -> str:
        people = series("safety_personnel", {2021: 1000, 2022: 1000})
        figures = people + series("safety_trained", {2021: 700, 2022: trained})
        return cells(verdicts.outlook(plan, observe(*figures), 2022), "安全生产培训")[
            "按变化率推算2025年"
        ]

    assert (coverage(820), coverage(710)) == ("—", "74.0%")


def test_industries_a_city_does_not_have_are_no_goals_of_it(plan, observe):
    figures = series("accidents", {2019: "absent", 2023: "absent"})
    figures += series("casualties", {2019: "absent", 2023: "absent"})
    first = outlook_sentences(verdicts.outlook(plan, observe(*figures), 2023), "太原市")[0]
    assert first == (
        "对照2025年目标，太原市18项目标中，因数据不全，暂不作进度评价；18项无法判定，不作预警；"
        "另有2项当地无此行业。"
    )


def test_what_was_zero_and_is_zero_is_not_told_as_a_fall(plan, observe):
    figures = series("accidents", {2019: 0, 2023: 0})
    outlook = verdicts.outlook(plan, observe(*figures), 2023)
    first, *_, last = outlook_sentences(outlook, "太原市")
    assert "提前实现1项（其中1项基期和本年均为零）" in first
    assert "基期为零的没有降幅" in last
    assert "提前实现 基期和本年均为零" in repr(gs.outlook_table(outlook, "太原市"))


def test_what_fell_to_zero_is_told_as_a_fall(plan, observe):
    outlook = verdicts.outlook(plan, observe(*series("accidents", {2019: 3, 2023: 0})), 2023)
    shown = repr(gs.outlook_table(outlook, "太原市")) + outlook_sentences(outlook, "太原市")[0]
    assert "提前实现1项" in shown and "均为零" not in shown


def test_few_figures_are_said_to_carry_no_interval(plan, observe):
    figures = series("accidents", {2019: 100, 2021: 97, 2022: 94})
    outlook = verdicts.outlook(plan, observe(*figures), 2022)
    assert "不列误差区间" in outlook_sentences(outlook, "太原市")[-1]
    assert "约88起" in repr(gs.outlook_table(outlook, "太原市"))


def test_the_table_leaves_nothing_blank(plan, example):
    for year in (2021, 2023, 2024):
        outlook = verdicts.outlook(plan, example.observations, year)
        for area in outlook["area"].unique():
            shown = gs.outlook_table(outlook, area)
            assert "nan" not in repr(shown) and "<NA>" not in repr(shown) and not blanks(shown)


def test_the_last_year_has_a_sentence_instead_of_a_table(plan, example):
    outlook = verdicts.outlook(plan, example.observations, 2025)
    assert "不再作进度预警" in repr(gs.outlook_table(outlook, "山西省"))
    assert outlook_sentences(outlook, "山西省") == ["2025年是计划的最后一年，不再作进度预警。"]
