"""The tables of contributions, funnel and uncertainty: whole, plain, never blank."""

import pandas as pd
import pytest
from cities_factory import CHANGES, CITIES, RESULTS, accidents
from results_factory import TOTAL, count_rows, frame, share_rows
from shown import lines
from test_tables import complete

import gsyf_lib as gs
from gsyf_lib.assessment.indicators import COUNTS
from gsyf_lib.documents.blocks import Fold
from gsyf_lib.tables.contributions import contributions_sentences

COAL, BUILDING = "煤矿", "建筑施工"


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_the_tables_of_the_example_hold_neither_blanks_nor_nan(plan, example, year):
    results = gs.assess(plan, example.observations, year)
    contributed = gs.contributions(plan, example.observations, year)
    shown = [gs.contributions_table(contributed, indicator) for indicator in COUNTS]
    shown += [gs.funnel_table(results)]
    shown += [gs.uncertainty_table(results, area) for area in (plan.area, *plan.cities)]
    for table in shown:
        complete(table)


# Contributions


def test_the_matrix_has_both_margins_the_difference_and_the_province():
    found = lines(gs.contributions_table(CHANGES))
    assert [row["地区"] for row in found] == [
        "太原市", "大同市", "阳泉市", "各市合计", "差额", "山西省",
    ]  # fmt: skip
    assert list(found[0]) == ["地区", COAL, BUILDING, TOTAL]


def test_a_cell_holds_the_change_and_both_figures_or_says_why_not():
    cells = {row["地区"]: row for row in lines(gs.contributions_table(CHANGES))}
    assert cells["太原市"][COAL] == "−4 17→13"
    assert cells["大同市"][COAL] == "—" and cells["大同市"][BUILDING] == "+5 40→45"
    assert cells["阳泉市"][COAL] == "缺数" and cells["阳泉市"][BUILDING] == "0 7→7"
    assert cells["阳泉市"][TOTAL] == "0 7→7 两年均不含煤矿"
    assert cells["各市合计"][COAL] == "−4 17→13 不含所缺1项"
    assert cells["差额"][COAL] == "−6 26→20 含所缺1项"
    assert cells["山西省"][TOTAL] == "−7 120→113"


def test_the_numbers_of_a_column_add_up_to_the_province():
    for industry in (COAL, BUILDING, TOTAL):
        cells = {row["地区"]: row[industry] for row in lines(gs.contributions_table(CHANGES))}
        change = {
            name: int(text.split()[0].replace("−", "-"))
            for name, text in cells.items()
            if text not in ("—", "缺数")
        }
        assert change["各市合计"] + change["差额"] == change["山西省"]
        assert sum(change.get(name, 0) for name in CITIES) == change["各市合计"]


def test_a_difference_of_nothing_has_no_line():
    whole = CHANGES[CHANGES["industry"] == BUILDING]
    assert "差额" not in repr(gs.contributions_table(whole))


# The funnel


def test_only_who_lies_outside_is_listed_and_all_figures_are_one_click_away():
    shown = gs.funnel_table(RESULTS)
    outside, fold = shown.parts
    (row,) = lines(outside)
    assert (row["地区"], row["行业"], row["位置"]) == ("朔州市", COAL, "高于界限")
    assert (row["2019年"], row["2023年"]) == ("5起", "31起")
    everything = {row["地区"]: row for row in lines(fold)}
    assert list(everything) == list(CITIES)
    assert everything["太原市"][COAL].startswith("17→13 ")
    assert everything["朔州市"][COAL].endswith("高于界限")
    assert everything["太原市"][BUILDING] == "0→0 —"
    assert everything["长治市"][BUILDING] == "未报送"


def test_a_funnel_with_all_inside_lists_nobody():
    calm = RESULTS[RESULTS["industry"] == TOTAL]
    assert isinstance(gs.funnel_table(calm), Fold)


# Uncertainty


def uncertain(*changes: dict, **more) -> list[dict[str, str]]:
    """Return the lines of the table for rows of accidents of one city, changed one by one."""
    rows = [
        {**count_rows("太原市", f"行业{n}", "accidents", 10, (9, 9, 9))[2], **change}
        for n, change in enumerate(changes)
    ]
    return lines(gs.uncertainty_table(frame(rows), "太原市"))


def test_the_interval_is_told_from_its_worse_end_to_its_better_one():
    ends = {
        (-0.12, 0.45): "区间：上升12%至下降45%",
        (0.05, 0.45): "区间：下降5%至45%",
        (-0.60, -0.05): "区间：上升5%至60%",
        (-7.5, 0.70): "区间：上升200%以上至下降70%",
        (-7.5, -0.10): "区间：上升10%至200%以上",
        (0.0, 0.30): "区间：持平至下降30%",
        (-0.004, 1.0): "区间：上升0.4%至下降100%",
        (-0.3, 0.0996): "区间：上升30%至下降9.96%",
    }
    rows = [
        {"status": "met", "luck": 0.3, "interval_low": low, "interval_high": high}
        for low, high in ends
    ]
    for row, said in zip(uncertain(*rows), ends.values(), strict=True):
        assert row["变化"].endswith(said)


def test_luck_stands_in_words_with_its_class():
    met, missed = uncertain({"status": "met", "luck": 0.42}, {"status": "missed", "luck": 0.03})
    assert met["偶然达标的可能性"] == "42% 偶然影响大"
    assert missed["偶然达标的可能性"] == "3% 偶然影响小"


def test_what_was_not_judged_is_not_listed():
    rows = [{"status": status} for status in ("not_reported", "undefined", "not_applicable")]
    assert len(uncertain(*rows, {"status": "met", "luck": 0.3})) == 1
    none = frame(count_rows("太原市", COAL, "accidents", None, ()))
    assert "不作推算" in repr(gs.uncertainty_table(none, "太原市", 2023))


def test_a_zero_baseline_has_a_reason_instead_of_a_number(plan, observe):
    figures = [("太原市", COAL, year, "accidents", 0) for year in (2019, 2023)]
    figures += [("大同市", COAL, 2019, "accidents", 0), ("大同市", COAL, 2023, "accidents", 3)]
    results = gs.assess(plan, observe(*figures), 2023)
    (risen,) = lines(gs.uncertainty_table(results, "大同市"))
    assert risen["变化"] == "由0升至3起"
    (row,) = lines(gs.uncertainty_table(results, "太原市"))
    assert row["偶然达标的可能性"] == "对比年度为0，不能推算"
    assert row["变化"] == "保持为0"


def test_a_share_has_newcombes_interval_in_points_and_a_bare_ratio_none(plan, observe):
    figures = [
        ("太原市", "涉尘行业", year, measure, value)
        for year, cases, total in ((2022, 12, 80), (2023, 7, 70))
        for measure, value in (("short_exposure_cases", cases), ("reported_cases", total))
    ]
    figures += [
        ("大同市", "涉尘行业", year, "short_exposure_per_million", ratio)
        for year, ratio in ((2022, 150_000_000_000), (2023, 140_000_000_000))
    ]
    results = gs.assess(plan, observe(*figures), 2023)
    (row,) = lines(gs.uncertainty_table(results, "太原市"))
    assert row["变化"] == "下降5.0个百分点 区间：上升6.1个百分点至下降15.7个百分点"
    (bare,) = lines(gs.uncertainty_table(results, "大同市"))
    assert bare["变化"] == "下降1.0个百分点"
    assert bare["偶然达标的可能性"] == "只报比例，不能推算"


def test_a_share_that_stays_at_zero_says_why_nothing_is_told():
    share = frame(share_rows("太原市", 0.0, ((0, 44), (0, 42), (0, 50))))
    share["status"] = "met"
    (row,) = lines(gs.uncertainty_table(share, "太原市", 2023))
    assert row["偶然达标的可能性"] == "两年都没有新发例数，不能推算"


def test_the_page_says_why_the_interval_of_casualties_is_too_narrow(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    shown = repr(gs.uncertainty_table(results, "太原市"))
    assert "伤亡人数的区间偏窄" in shown and "一起事故往往伤亡数人" in shown
    assert "不改变达标结论" in shown and "培训覆盖率" in shown
    only = results[results["indicator"] != "casualties"]
    assert "伤亡人数的区间偏窄" not in repr(gs.uncertainty_table(only, "太原市"))


def test_verdicts_are_the_same_with_and_without_this_table(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    before = results.copy()
    gs.uncertainty_table(results, "太原市")
    gs.funnel_table(results)
    pd.testing.assert_frame_equal(results, before)


def test_the_change_of_the_other_cities_is_never_rounded_onto_the_goal():
    """Of 10000 cases before, 9504 are a fall of 4.96 %: the goal of 5 % is missed."""
    results = accidents({TOTAL: {"太原市": (100, 30), "大同市": (10_000, 9504)}}, year=2022)
    assert repr(gs.funnel_table(results)).splitlines()[2].endswith("下降4.96%")
    assert "大同市下降4.96%" in gs.funnel_figure(results).alt


def opened_and_closed(observe) -> pd.DataFrame:
    """Return figures of a city: a mine closed, machines came, building fell, nothing else."""
    others = ["危险化学品", "非煤矿山", "交通运输"]
    return observe(
        *(
            ("晋城市", industry, year, measure, value)
            for measure in COUNTS
            for industry, years in {
                "煤矿": (12, "absent"), "机械制造": ("absent", 37), "建筑施工": (40, 30),
                **dict.fromkeys(others, ("absent", "absent")),
            }.items()
            for year, value in zip((2019, 2025), years, strict=True)
        ),
        received="2026-03-01",
    )  # fmt: skip


def test_an_industry_that_came_or_went_has_no_number_in_that_year(plan, observe):
    """No cell under “—”为该年度无此行业 prints a 0 for it, and sums say what they hold of it."""
    contributed = gs.contributions(plan, opened_and_closed(observe), 2025)
    (row,) = [r for r in lines(gs.contributions_table(contributed)) if r["地区"] == "晋城市"]
    assert row["煤矿"].split() == ["−12", "12→—"]
    assert row["机械制造"].split() == ["+37", "—→37"]
    assert row["建筑施工"].split() == ["−10", "40→30"]
    assert row["危险化学品"] == "—"
    told = "含2019年无此行业的机械制造（增加37起）；含2025年无此行业的煤矿（减少12起）"
    assert row["重点行业合计"].split() == ["+15", "52→67", told]
    data = gs.contributions_figure(contributed).data
    assert not any("0起" in row for row in data.texts)


def test_a_total_that_rose_only_because_an_industry_is_new_says_so(plan, observe):
    results = gs.assess(plan, opened_and_closed(observe), 2025)
    said = repr(gs.summary(results, "晋城市"))
    assert (
        "重点行业合计事故起数由2019年的52起升至67起，上升28.8%"
        "（其中2019年无此行业的机械制造37起、2025年无此行业的煤矿12起，不计则为下降25.0%）" in said
    )
    assert "机械制造伤亡人数（对比年度当地无此行业）" in said
    row = next(r for r in lines(gs.verdict_table(results, "晋城市")) if r["行业"] == "重点行业合计")
    assert "不计则为下降25.0%" in row["结论"]
    shown = lines(gs.verdict_table(results, "晋城市"))
    new = [row for row in shown if row["行业"] == "机械制造" and row["指标"] != "安全生产培训"]
    assert {row["结论"] for row in new} == {"○ 无法判定 对比年度当地无此行业"}


def test_a_city_in_which_nothing_is_lacking_is_not_called_incomplete(plan, observe):
    seen = opened_and_closed(observe)
    told = "".join(contributions_sentences(gs.contributions(plan, seen, 2025)))
    assert "数据完整的1个市增加" in told  # ten cities handed in nothing
    nothing = observe(
        *(
            ("晋城市", i, y, "accidents", "absent")
            for i in plan.industries["name"]
            for y in (2019, 2025)
        )
    )
    results = gs.assess(plan, nothing, 2025)
    assert "不作比较（无此行业）" in repr(gs.page.funnel_note(results, "晋城市"))
