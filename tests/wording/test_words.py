"""What is printed of a number never says more, or other, than the number: parsed and compared."""

import re
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gsyf_lib as gs
from gsyf_lib import wording
from gsyf_lib.assessment.indicators import TOTAL
from gsyf_lib.assessment.selection import select_department
from gsyf_lib.assessment.verdicts.exact import exact
from gsyf_lib.errors import UsageError
from gsyf_lib.reports.results_book import overview_rows

COUNT = st.integers(0, 200_000)
THRESHOLDS = st.integers(1, 10_000).map(lambda n: n / 10_000)


def read(text: str) -> Fraction:
    """Return what a reader takes a printed percentage for."""
    return Fraction(re.search(r"[\d.]+", text)[0]) / 100


def share_row(now: Fraction, then: Fraction) -> dict:
    return {
        "indicator": "short_exposure_share", "value": float(now), "baseline": float(then),
        "threshold": float("nan"),
    }  # fmt: skip


@st.composite
def shares(draw) -> Fraction:
    whole = draw(st.integers(1, 200_000))
    return Fraction(draw(st.integers(0, whole)), whole)


@given(shares(), THRESHOLDS)
def test_a_printed_coverage_is_on_the_side_of_its_goal_on_which_it_is(share, threshold):
    row = {"indicator": "safety_training_coverage", "value": float(share), "threshold": threshold}
    goal = Fraction(str(threshold))
    assert (read(wording.figure_words(row)) >= goal) == (share >= goal)
    assert (read(wording.figure_words(row)) == 1) == (share == 1)
    assert (read(wording.figure_words(row)) == 0) == (share == 0)


@given(st.integers(1, 200_000), COUNT, THRESHOLDS)
def test_a_printed_decline_is_on_the_side_of_its_goal_on_which_it_is(then, now, threshold):
    row = {"indicator": "accidents", "baseline": then, "value": now, "threshold": threshold}
    told = wording.change_words(row)
    fell = told.startswith("下降") and read(told) >= Fraction(str(threshold))
    assert fell == (Fraction(then - now, then) >= Fraction(str(threshold)))
    assert told.startswith(("下降", "上升", "持平")[(now >= then) + (now == then)])
    assert ("100.0%" in told) == (now in (0, 2 * then)) or read(told) > 1


@given(shares(), shares())
def test_printed_shares_compare_as_the_shares_do(now, then):
    """A falling share has the other one as its goal, strictly."""
    row = share_row(now, then)
    printed = read(wording.figure_words(row)), read(wording.figure_words(row, "baseline"))
    assert (printed[0] < printed[1]) == (now < then)
    assert (printed[0] == printed[1]) == (now == then)
    told = wording.change_words(row)
    assert told.startswith(("下降", "上升", "持平")[(now >= then) + (now == then)])
    assert now == then or read(told) > 0


# Beyond that a change is nearly all, which must not read as all: more places are printed.
@given(st.integers(-998, 998))
def test_percentage_points_are_rounded_half_up_like_everything_else(tenths):
    """Half of a tenth is rounded away from nothing, whatever floats make of it."""
    change = Fraction(2 * tenths + (1 if tenths >= 0 else -1), 2000) if tenths else Fraction(1, 500)
    size = abs(change) * 1000
    wanted = int(size) + (size - int(size) >= Fraction(1, 2))
    assert wording.points(change).endswith(f"{wanted // 10}.{wanted % 10}个百分点")


def test_a_fall_from_an_eighth_to_a_sixteenth_is_six_and_a_quarter_points_rounded_up():
    row = share_row(Fraction(1, 16), Fraction(1, 8))
    assert wording.figure_words(row, "baseline") == "12.5%"
    assert wording.figure_words(row) == "6.3%"
    assert wording.change_words(row) == "下降6.3个百分点"


def test_nearly_all_is_not_all():
    assert wording.percent(Fraction(9996, 10_000)) == "99.96%"
    assert wording.percent(Fraction(999_999, 1_000_000)) == "99.9999%"
    assert wording.change(Fraction(9999, 10_000)) == "下降99.99%"
    assert wording.percent(1.0) == "100.0%"


@pytest.mark.parametrize("share", [0.29 - 0.2795, 0.3 - 0.2995])
def test_a_float_that_stands_for_counts_is_read_as_their_share(share):
    assert exact(share) == Fraction(round(share * 10_000), 10_000)


def test_no_figure_is_no_number():
    assert wording.points(float("nan")) == wording.figure_words(
        {"indicator": "accidents", "value": pd.NA}
    )


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_why_a_goal_is_missed_or_not_judged_is_told_alike_everywhere(plan, example, year):
    """The list of a page, the province's list, the workbook and the department's."""
    results = gs.assess(plan, example.observations, year, example.as_of)
    goals = results[(results["indicator"] != "joint") & (results["industry"] != TOTAL)]
    lists = {area: repr(gs.summary(results, area)) for area in goals["area"].unique()}
    cities, book = repr(gs.page.missed_table(results)), str(list(overview_rows(goals)))
    departments = {
        name: repr(gs.page.department_table(gs.department_results(results, name)))
        for name in goals["department"].unique()
    }
    told = goals[goals["status"].isin(["missed", "not_reported", "undefined"])]
    for row in told.to_dict("records"):
        said = f"（{wording.why_words(row)}）"
        name = wording.INDICATORS[row["indicator"]]
        assert f"{row['industry']}{name}{said}" in lists[row["area"]]
        assert f"{row['industry']}{name}{said}" in book
        assert said[1:-1] in departments[row["department"]]
        assert row["level"] != "city" or said[1:-1] in cities
    assert len(told) > 20


# A row of results in words

MET = {"indicator": "accidents", "status": "met", "threshold": 0.1, "rule": "decline_at_least"}
COVERED = {"indicator": "safety_training_coverage", "rule": "coverage_at_least", "threshold": 0.9}


def test_accidents_may_be_so_many_at_most_and_trained_must_be_so_many_at_least():
    assert wording.allowed_words({**MET, "allowed": 27}) == "27起以内"
    assert wording.allowed_words({**COVERED, "allowed": 450}) == "不少于450人"
    assert wording.allowed_words({**MET, "allowed": pd.NA}) == "—"


@pytest.mark.parametrize(
    ("row", "margin", "said"),
    [
        (MET, 2, "低于控制目标2起"),
        (MET, 0, "等于控制目标"),
        (MET, -1, "超控制目标1起"),
        (COVERED, 3, "超额3人"),
        (COVERED, 0, "达到目标人数"),
        (COVERED, -5, "差5人"),
    ],
)
def test_a_margin_says_on_which_side_of_the_goal_it_is(row, margin, said):
    assert wording.margin_words({**row, "margin": margin}) == said


@pytest.mark.parametrize(
    ("indicator", "reason", "said"),
    [
        ("accidents", "not_reported", "未报送"),
        ("accidents", "withheld", "数据有误"),
        ("accidents", "baseline_not_reported", "未报送"),
        ("accidents", "baseline_withheld", "数据有误"),
        ("accidents", "incomplete", "无法判定"),
        ("accidents", "baseline_cities_incomplete", "无法判定"),
        ("accidents", "not_due", "未到报送期限"),
        ("joint", "not_reported", "无法判定"),
        ("joint", "not_due", "未到报送期限"),
    ],
)
def test_why_there_is_no_verdict_is_the_word_for_it(indicator, reason, said):
    """The joint verdict hands nothing in of its own: it cannot be 未报送."""
    row = {"indicator": indicator, "status": "not_reported", "reason": reason}
    assert wording.status_word(row) == said


@pytest.mark.parametrize("outlook", ["ahead", "on_pace", "behind"])
def test_a_rise_from_zero_is_not_held_at_zero(outlook):
    row = pd.Series({"note": "zero_baseline", "outlook": outlook})
    assert not wording.zero_in_both_years(row)
    assert wording.zero_in_both_years(pd.Series({"note": "zero_baseline", "outlook": "achieved"}))
    assert not wording.zero_in_both_years(pd.Series({"note": "", "outlook": "achieved"}))


def test_a_target_names_its_threshold_or_the_years_it_is_below():
    first = {"baseline_year": 2019, "compared": "", "threshold": float("nan")}
    assert wording.target_words({**first, **MET}) == "下降10%"
    assert wording.target_words({**first, **COVERED}) == "90%以上"
    assert wording.target_words({**first, "rule": "below_baseline"}) == "低于2019年"
    falling = {**first, "rule": "falling", "compared": "2024:1/8|2019:1/10"}
    assert wording.target_words(falling) == "低于2024年、2019年"


def test_a_share_that_stood_still_neither_rose_nor_fell():
    assert wording.points(Fraction(0)) == wording.change(Fraction(0)) == "持平"
    assert wording.points(Fraction(1, 1000)) == "上升0.1个百分点"
    assert wording.points(Fraction(-1, 1000)) == "下降0.1个百分点"


def test_a_department_is_found_with_or_without_its_last_word_but_never_by_nothing():
    frame = pd.DataFrame({"department": ["应急管理部门", "卫生健康部门", ""]})
    for name in ("应急管理", "应急管理部门"):
        assert select_department(frame, name)["department"].tolist() == ["应急管理部门"]
    for name in ("", "部门"):
        with pytest.raises(UsageError, match="可用：应急管理部门、卫生健康部门$"):
            select_department(frame, name)


def test_of_a_total_what_is_due_to_industries_that_went_is_told():
    """10 to 8 without the 12 of 煤矿; an industry that had none before takes nothing with it."""
    total = {"value": 8.0, "baseline": 22.0, "year": 2025, "baseline_year": 2019}
    gone = {"value": [None, None], "baseline": [12.0, 0.0], "status": ["not_applicable"] * 2}
    parts = pd.DataFrame({"industry": ["煤矿", "机械制造"], "reason": "no_such_industry", **gone})
    told = wording.total_words(total | {"indicator": "accidents"}, parts)
    assert told == "2025年无此行业的煤矿12起，不计则为下降20.0%"


def test_targets_of_two_kinds_are_told_apart_whatever_one_of_them_is():
    first = {"baseline_year": 2019, "compared": "", "threshold": float("nan")}
    falling = {**first, "rule": "falling", "industry": "涉尘行业", "compared": "2021:1/8"}
    rows = [{**first, **MET, "industry": "煤矿"}, falling]
    assert wording.target_in_caption(pd.DataFrame(rows)) == "煤矿下降10%，涉尘行业低于2021年"
    other = falling | {"compared": "2022:1/8"}
    assert wording.target_in_caption(pd.DataFrame([falling, other])) == "低于各格所注年度"


DUST = {"indicator": "short_exposure_share"}
LACKS = {"status": "not_reported"}
ACCIDENTS = {"indicator": "accidents", "industry": "煤矿"}
FALLEN = {**ACCIDENTS, "baseline": 12, "value": 9, "decline": 0.25, "threshold": 0.1, "reason": ""}
AFTER_A_GAP = {
    "indicator": "short_exposure_share", "compared": "2021:0.2", "value": 0.15,
    "baseline": 0.2, "baseline_year": 2021, "year": 2023,
}  # fmt: skip
FAULTY = {"faulty": "煤矿|建筑施工", "fault_cells": "D4", "faulty_on": pd.Timestamp("2024-02-20")}


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (wording.day(pd.Timestamp("2024-02-29")), "2024年2月29日"),
        (wording.change(Fraction(1, 4)), "下降25.0%"),
        (wording.change(-0.5), "上升50.0%"),
        (wording.change(0.0496, against=0.05), "下降4.96%"),
        (wording.moved(-13, "起"), "减少13起"),
        (wording.moved(2, "人"), "增加2人"),
        (wording.moved(0, "起"), "持平"),
        (wording.moved(-2.25, "起", wording.rounded(2.25, 1)), "减少2.3起"),
        (wording.rounded(2.5), "3"),
        (wording.rounded(0.04, 1), "0.0"),
        (wording.rounded_up(324 + 1 / 3), "325"),
        (wording.rounded_up(6.61, 1), "6.7"),
        (wording.rounded_up(2.0), "2"),
        (wording.goal(0.05), "5%"),
        (wording.goal(0.025), "2.5%"),
        (wording.goal(1.0), "100%"),
        (wording.points(Fraction(1, 16)), "上升6.3个百分点"),
        (wording.listed(["太原市", "大同市"], 2, "张"), "太原市、大同市"),
        (wording.listed(["太原市", "大同市"], 1, "张"), "太原市等2张"),
        (wording.tally(pd.Series(["b", "a", "b"]), {"a": "甲", "b": "乙"}), ["甲1项", "乙2项"]),
        (wording.figure_words({**COVERED, "value": 0.8996}), "89.96%"),
        (wording.figure_words({**ACCIDENTS, "value": 12.0}), "12起"),
        (
            wording.change_words_by_year({"compared": "2024:1/8|2019:1/10", "value": 0.11}),
            "较2024年下降1.5个百分点，较2019年上升1.0个百分点",
        ),
        (wording.share_change_words(AFTER_A_GAP), "较2021年（2022年无可比数据）下降5.0个百分点"),
        (wording.unjudged_words({**ACCIDENTS, **LACKS, "reason": "not_due"}), "未到报送期限"),
        (
            wording.unjudged_words({**ACCIDENTS, **LACKS, "reason": "withheld"}),
            "因当年数据有误未采用，无法判定",
        ),
        (wording.counts_with_change(pd.Series(FALLEN)), "12→9起，−25.0%"),
        (wording.years(2021, 2023), "2021—2023年"),
        (wording.years(2021, 2021), "2021年"),
        (wording.compared_years({"compared": "2024:12/90|2019:9/60"}), "2024年、2019年"),
        (wording.years_compared({"year": 2023, "baseline_year": 2019}), "2023年与2019年相比"),
        (wording.share_counts({**DUST, "numerator": 12, "denominator": 90}), "12/90例"),
        (wording.share_counts({**DUST, "numerator": pd.NA}), ""),
        (wording.reason_words("held_at_zero|sum_of_cities").count("；"), 1),
        (wording.reason_beside({**ACCIDENTS, **LACKS, "reason": "not_due"}), ""),
        (
            wording.reason_beside({**ACCIDENTS, **LACKS, "reason": "withheld"}),
            "当年数据有误未采用",
        ),
        (
            wording.goal_with_why({**ACCIDENTS, "margin": -2, "status": "missed"}),
            "煤矿事故起数（超控制目标2起）",
        ),
        (wording.last_year_words(2025), "2025年是计划的最后一年，不再作进度预警。"),
        (wording.status_with_shape("met"), "✓ 达标"),
        (wording.faulty_words(FAULTY), "煤矿、建筑施工"),
        (wording.fault_words(FAULTY), "已于2024年2月20日收到，有误未采用（D4），请更正"),
        (wording.receipt_words({**FAULTY, "state": "faulty"}), wording.fault_words(FAULTY)),
        (
            wording.receipt_words({**FAULTY, "state": "partial"}),
            f"部分报送；煤矿、建筑施工{wording.fault_words(FAULTY)}",
        ),
        (wording.receipt_words({"state": "late", "days_late": 3, "faulty": ""}), "逾期报送3天"),
        (wording.signed_percent(-0.25), "−25%"),
        (wording.signed_percent(-0.004), "−0.4%"),
        (wording.signed_percent(0.0), "0"),
        (wording.signed_percent(1.5), "+150%"),
        (wording.verdict_words({**MET, "margin": 2, "allowed": 9}), "达标（上限9起）"),
        (wording.verdict_words({**MET, "margin": 0, "allowed": 9}), "达标（上限9起）"),
        (wording.verdict_words({**MET, "margin": 2, "allowed": 9}, "，{}"), "达标，上限9起"),
        (wording.owed_words({"data_year": 2023, "table": "accidents"}), "2023年安全生产事故"),
    ],
)
def test_a_row_has_its_phrase(phrase, said):
    assert phrase == said


def test_goals_are_counted_in_the_order_of_the_verdicts():
    goals = pd.DataFrame({"status": ["missed", "met", "met"]})
    assert wording.verdict_tally(goals) == ["达标2项", "未达标1项"]
    assert wording.verdict_list(goals) == "2项达标、1项未达标"


def test_a_miss_without_a_margin_says_how_the_count_rose():
    row = {**ACCIDENTS, "status": "missed", "reason": "rise_from_zero", "margin": None}
    assert wording.why_words({**row, "baseline": 0, "value": 1}) == "由0升至1起"


def test_targets_that_differ_are_named_with_their_industries():
    one = {"rule": "decline_at_least", "threshold": 0.1, "industry": "煤矿"}
    assert wording.target_in_caption(pd.DataFrame([one, one])) == "下降10%"
    other = one | {"threshold": 0.2, "industry": "建筑施工"}
    assert wording.target_in_caption(pd.DataFrame([one, other])) == "煤矿下降10%，建筑施工下降20%"
