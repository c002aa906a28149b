"""The tables officials read: nothing blank, nothing rounded across a threshold, text as text."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from shown import lines, links, marks, tables
from submitted import construction, load, sheet

import gsyf_lib as gs
from gsyf_lib import frames, wording
from gsyf_lib.assessment.verdicts.statuses import shown_statuses
from gsyf_lib.documents.blocks import Block
from gsyf_lib.documents.html import render
from gsyf_lib.submissions import receipt_states
from gsyf_lib.vocabulary import NONE
from gsyf_lib.wording import points

COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
NOT_WORDS = re.compile(r"\bnan\b|NaT|<NA>|None|inf\b|\bError\b", re.IGNORECASE)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def history(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations)


def line(shown: Block, **chosen: str) -> dict[str, str]:
    found = [row for row in lines(shown) if all(row[k] == v for k, v in chosen.items())]
    assert len(found) == 1
    return found[0]


def verdicts(plan, observe, *figures: tuple, year: int = 2023) -> list[dict[str, str]]:
    return lines(gs.verdict_table(gs.assess(plan, observe(*figures), year), "太原市"))


def coal(plan, observe, *pairs: tuple, year: int = 2023) -> list[dict[str, str]]:
    """Return the lines of 煤矿 accidents for (2019, year) pairs, one city each."""
    figures = [
        (city, COAL, y, "accidents", value)
        for city, pair in zip(plan.cities, pairs, strict=False)
        for y, value in zip((2019, year), pair, strict=True)
        if value is not None
    ]
    results = gs.assess(plan, observe(*figures), year)
    results = results[results["indicator"] == "accidents"]
    return [line(gs.verdict_table(results, city), 行业=COAL) for city in plan.cities[: len(pairs)]]


def complete(shown: Block) -> None:
    assert all(text.strip() for table in tables(shown) for row in table.texts for text in row)
    assert not NOT_WORDS.search(repr(shown)), NOT_WORDS.search(repr(shown))


# Nothing blank


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_no_verdict_of_the_example_has_a_blank_or_a_nan(judged, plan, history, year):
    results = history[history["year"] == year]
    for area in (plan.area, *plan.cities):
        complete(gs.verdict_table(results, area))
        complete(gs.overview_table(results, area))
        complete(gs.page.tasks_table(judged, area, year))
    for indicator in wording.INDICATORS:
        if indicator != "joint":
            complete(gs.declines_table(results, indicator=indicator))
    complete(gs.page.cities_table(results))


def test_no_share_and_no_receipt_of_the_example_has_a_blank_or_a_nan(judged, plan, history):
    for area in (plan.area, *plan.cities):
        complete(gs.share_table(judged, area, plan.last_year))
        complete(gs.page.receipts_table(judged, area, plan.last_year))
    complete(gs.page.late_table(judged, plan.last_year))


def test_findings_revisions_sources_and_readings_have_no_blank_either(judged, plan):
    for area in (None, plan.area, *plan.cities):
        complete(gs.page.findings_table(judged, area))
        complete(gs.page.revisions_table(judged, area))
        complete(gs.page.sources_table(judged, area))
    complete(gs.page.readings_table(plan))


def test_with_nothing_handed_in_every_table_still_says_so(plan, tmp_path):
    (tmp_path / "raw" / "submissions").mkdir(parents=True)
    empty = gs.JudgedPlan(plan, load(plan, tmp_path, {}))
    results = empty.results(2023)
    for shown in (
        gs.verdict_table(results, "太原市"),
        gs.overview_table(results, "太原市"),
        gs.share_table(empty, "太原市", 2023),
        gs.page.reading_changes_table(empty, None, 2023),
        gs.page.receipts_table(empty, "太原市", 2023),
        gs.page.tasks_table(empty, "太原市", 2023),
        gs.page.findings_table(empty),
        gs.page.revisions_table(empty),
        gs.page.sources_table(empty),
        gs.page.cities_table(results),
        gs.declines_table(results),
        gs.page.late_table(empty, 2023),
    ):
        complete(shown)
    assert "未报送" in repr(gs.verdict_table(results, "太原市"))
    receipts = gs.page.receipts_table(empty, "太原市", 2023)
    assert "尚未收到文件" in repr(receipts)


def test_every_code_has_its_words(plan):
    assert set(wording.INDICATORS) == {*plan.indicators["code"], "joint"}
    assert set(plan.indicators["code"]) <= set(wording.UNITS)
    measures = plan.columns.loc[plan.columns["role"].str.endswith("measure"), "field"]
    assert set(measures) - {"state", "completed_on"} <= set(wording.MEASURES)
    assert set(frames.OBSERVATIONS.names) >= {"measure"}


# Numbers


def test_a_missed_five_per_cent_is_never_printed_as_five(plan, observe):
    (row,) = coal(plan, observe, (10_000, 9_504), year=2022)
    assert row["变化"] == "下降4.96%"
    assert row["结论"].endswith("未达标")
    assert (row["控制目标"], row["与目标之差"]) == ("9500起以内", "超控制目标4起")


def test_a_change_is_said_as_a_fall_or_a_rise(plan, observe):
    said = {
        (40, 36): ("下降10.0%", "等于控制目标"),
        (40, 35): ("下降12.5%", "低于控制目标1起"),
        (40, 40): ("持平", "超控制目标4起"),
        (40, 50): ("上升25.0%", "超控制目标14起"),
        (100_000, 90_001): ("下降9.999%", "超控制目标1起"),
        (100_000, 100_001): ("上升0.001%", "超控制目标10001起"),
    }
    rows = coal(plan, observe, *said)
    assert [(row["变化"], row["与目标之差"]) for row in rows] == list(said.values())


def test_a_fall_too_small_for_one_place_is_not_printed_as_none(plan, observe):
    (row,) = coal(plan, observe, (10_000, 9_999), year=2021)
    assert (row["变化"], row["结论"][-3:]) == ("下降0.01%", " 达标")


def test_a_zero_baseline_has_words_instead_of_a_percentage(plan, observe):
    held, rose = coal(plan, observe, (0, 0), (0, 2))
    assert "当年保持为0" in held["结论"]
    assert "当年有发生" in rose["结论"]
    assert (held["变化"], rose["变化"]) == ("保持为0", "由0升至2起")
    for row in (held, rose):
        assert (row["控制目标"], row["与目标之差"]) == ("—", "—")
        assert "%" not in row["结论"]


def test_what_cannot_be_judged_says_why(plan, observe):
    said = {
        (None, 3): "对比年度数据未报送",
        (3, None): "当年数据未报送",
        (3, "withheld"): "当年数据有误未采用",
        ("withheld", 3): "对比年度数据有误未采用",
        ("absent", "absent"): "当地无此行业",
        ("absent", 3): "对比年度当地无此行业",
    }
    for row, why in zip(coal(plan, observe, *said), said.values(), strict=True):
        assert why in row["结论"]
        assert row["与目标之差"] == "—"


def test_ninety_nine_point_96_is_not_a_hundred_per_cent(plan, observe):
    figures = [
        ("太原市", COAL, 2025, "safety_trained", 9_996),
        ("太原市", COAL, 2025, "safety_personnel", 10_000),
    ]
    rows = verdicts(plan, observe, *figures, year=2025)
    row = next(r for r in rows if r["行业"] == COAL and "培训" in r["指标"])
    assert row["实际值"].startswith("99.96%")
    assert "9996/10000人" in row["实际值"]
    assert (row["控制目标"], row["与目标之差"]) == ("不少于10000人", "差4人")


def test_a_share_falls_in_percentage_points_and_shows_both_counts(plan, observe):
    figures = [
        ("太原市", DUST, year, measure, value)
        for year, pair in ((2019, (10, 100)), (2023, (7, 90)))
        for measure, value in zip(("short_exposure_cases", "reported_cases"), pair, strict=True)
    ]
    row = next(
        r
        for r in verdicts(plan, observe, *figures)
        if r["行业"] == DUST and "例" in r["与目标之差"]
    )
    assert row["变化"] == "下降2.2个百分点"
    assert "7/90例" in row["实际值"]
    assert row["与目标之差"] == "低于控制目标1例"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.021, "上升2.1个百分点"),
        (-0.0004, "下降0.04个百分点"),
        (-4e-8, "下降0.000004个百分点"),
        (0.0, "持平"),
    ],
)
def test_points_never_round_a_change_away(change, said):
    assert points(change) == said


def test_provisional_figures_are_marked(plan, observe):
    early = observe(
        ("太原市", COAL, 2019, "accidents", 10), ("太原市", COAL, 2023, "accidents", 9),
        received="2024-01-05",
    )  # fmt: skip
    shown = gs.verdict_table(gs.assess(plan, early, 2023), "太原市")
    assert "*" in next(r for r in lines(shown) if r["行业"] == COAL)["实际值"]
    assert "初步数据" in repr(shown)


# The share year by year


def test_the_share_table_says_what_each_year_is(judged, observe):
    figures = [
        ("太原市", DUST, 2019, "short_exposure_cases", 5),
        ("太原市", DUST, 2019, "reported_cases", 40),
        ("太原市", DUST, 2021, "short_exposure_per_million", 125_000_000_000),
        ("太原市", DUST, 2022, "short_exposure_cases", 0),
        ("太原市", DUST, 2022, "reported_cases", 0),
        ("太原市", DUST, 2023, "short_exposure_cases", "withheld"),
        ("太原市", DUST, 2023, "reported_cases", 40),
        ("太原市", DUST, 2024, "short_exposure_cases", "absent"),
        ("太原市", DUST, 2024, "reported_cases", "absent"),
    ]
    shown = lines(share_table(judged, observe(*figures)))
    names = ("年度", "尘肺病报告比例", "对比年度", "较对比年度", "结论")
    assert [tuple(row[name] for name in names) for row in shown] == [
        ("2019年", "12.5%", "—", "—", "（基期）"),
        ("2021年", "12.5%", "2019年", "持平", "× 未达标"),
        ("2022年", "无病例", "2021年", "—", "○ 无法判定 当年无病例报告"),
        ("2023年", "数据有误", "2021年", "—", "！ 数据有误 当年数据有误未采用"),
        ("2024年", "无此行业", "2021年", "—", "— 无此行业 当地无此行业"),
        ("2025年", "未报送", "2021年、2019年", "—", "… 未报送 当年数据未报送"),
    ]
    assert [row["报告总例数"] for row in shown[:3]] == ["40例", "只报比例", "0例"]


def share_table(
    judged: gs.JudgedPlan, observed: pd.DataFrame, area: str = "太原", year: int = 2025
) -> Block:
    late = pd.Timestamp("2099-01-01")  # after every due day
    handed_in = replace(judged.submissions, observations=observed, as_of=late)
    return gs.share_table(gs.JudgedPlan(judged.plan, handed_in), area, year)


def dust(by_year: dict, area: str = "太原市") -> list[tuple]:
    names = ("short_exposure_cases", "reported_cases")
    return [
        (area, DUST, year, name, value)
        for year, pair in by_year.items()
        for name, value in zip(names, pair, strict=True)
    ]


def test_the_share_table_bridges_a_gap_and_names_the_year_compared_with(judged, observe):
    observed = observe(*dust({2019: (8, 40), 2021: (6, 40), 2023: (7, 40)}))
    shown = line(share_table(judged, observed), 年度="2023年")
    assert shown["对比年度"] == "2021年"
    assert (shown["较对比年度"], shown["结论"]) == ("上升2.5个百分点", "× 未达标")


def test_the_share_table_of_a_province_without_figures_of_its_own_is_the_sum(judged, plan, observe):
    observed = observe(*(f for c in plan.cities for f in dust({2019: (8, 40), 2021: (6, 40)}, c)))
    first, second, *_ = lines(share_table(judged, observed, "山西省"))
    assert (first["报告总例数"], second["报告总例数"]) == ("440例", "440例")
    assert "按各市合计判定" in second["结论"]
    lacking = observed[observed["area"] != "吕梁市"]
    first, second, *_ = lines(share_table(judged, lacking, "山西省"))
    assert (first["报告总例数"], second["报告总例数"]) == ("各市数据不全", "各市数据不全")


def test_the_share_table_marks_what_is_provisional(judged, observe):
    figures = dust({2019: (8, 40), 2021: (6, 40)})
    final = share_table(judged, observe(*figures), year=2021)
    early = share_table(judged, observe(*figures, received="2022-01-05"), year=2021)
    assert "*" not in repr(final)
    assert line(early, 年度="2021年")["尘肺病报告比例"] == "15.0%*"
    assert line(early, 年度="2019年")["尘肺病报告比例"] == "20.0%"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((5, 60), "新发例数仍为5例，报告总例数由40例增至60例"),
        ((6, 60), "新发例数由5例增至6例，报告总例数由40例增至60例"),
    ],
)
def test_a_fall_by_the_denominator_alone_is_warned_of_with_all_counts(judged, observe, now, said):
    shown = share_table(judged, observe(*dust({2019: (5, 40), 2021: now})))
    assert f"2021年与2019年相比，{said}。" in repr(shown)
    assert "不影响达标结论" in repr(shown)
    assert line(shown, 年度="2021年")["结论"].startswith("✓ 达标")


def test_without_the_goal_there_is_no_share_table(plan, example):
    other = gs.without_industry(plan, DUST)
    with pytest.raises(gs.UsageError, match="没有尘肺病报告比例目标"):
        gs.share_table(gs.JudgedPlan(other, example), "太原市", 2023)


def test_a_fall_of_the_cases_is_not_warned_of(judged, observe):
    shown = share_table(judged, observe(*dust({2019: (5, 40), 2021: (4, 60)})))
    assert "注意" not in repr(shown)
    assert "应结合两项例数分析" in repr(shown)


# Findings, revisions, sources


@pytest.mark.parametrize("name", ["吕梁市", "吕梁", "141100"])
def test_an_area_s_findings_and_sources_are_found_by_every_name_of_it(judged, name):
    assert "12例左右" in repr(gs.page.findings_table(judged, name))
    assert len(lines(gs.page.sources_table(judged, name))) > 5


def test_an_unknown_area_is_an_error_and_never_no_finding(judged):
    for table in (gs.page.findings_table, gs.page.revisions_table, gs.page.sources_table):
        with pytest.raises(gs.UsageError, match="太原市"):
            table(judged, "太愿市")


def test_the_sources_of_an_area_are_the_files_that_hold_its_figures(judged, example):
    files = {row["文件"] for row in lines(gs.page.sources_table(judged, "临汾市"))}
    codes = example.sources.set_index("file")["areas"].str.split("|")
    assert files == {file for file, areas in codes.items() if "141000" in areas}
    assert any("更正" in file for file in files)


def test_an_error_that_belongs_to_no_area_is_counted_on_every_area_s_page(plan, tmp_path):
    files = {"2024-02-20/太原市.xlsx": b"", "2024-02-20/a.csv": construction(3)}
    submissions = load(plan, tmp_path, files)
    judged = gs.JudgedPlan(plan, submissions)
    shown = gs.page.findings_table(judged, "太原市")
    assert "未发现" in repr(shown)
    assert "另有1个错误不能确定属于哪个地区" in repr(shown)
    assert "太原市.xlsx" in repr(gs.page.findings_table(judged))


def test_hostile_text_stays_text(plan, tmp_path):
    name = f"2024-02-20/{HOSTILE.replace('/', '')}.csv"
    files = {
        name: construction(HOSTILE),
        "2024-02-20/b.csv": sheet("accidents", f"2022,{HOSTILE},{HOSTILE},1,1"),
    }
    submissions = load(plan, tmp_path, files)
    judged = gs.JudgedPlan(plan, submissions)
    for shown in (gs.page.findings_table(judged), gs.page.sources_table(judged)):
        page = render(shown)
        assert "<script" not in page and "&lt;script&gt;alert(1)" in page


def test_a_revised_ratio_is_shown_as_a_percentage(plan, tmp_path):
    files = {
        "2023-02-20/a.csv": sheet("ratio", "2022,太原市,12.5%"),
        "2023-03-20/a.csv": sheet("ratio", "2022,太原市,8%"),
    }
    (row,) = lines(
        gs.page.revisions_table(gs.JudgedPlan(plan, load(plan, tmp_path, files)), "太原市")
    )
    assert (row["原值"], row["新值"]) == ("12.5%", "8.0%")


def test_a_revision_to_no_such_industry_has_words(plan, tmp_path):
    files = {
        "2023-02-20/a.csv": construction(12),
        "2023-03-20/a.csv": construction("无此行业", "无此行业"),
    }
    rows = lines(gs.page.revisions_table(gs.JudgedPlan(plan, load(plan, tmp_path, files))))
    assert [(row["原值"], row["新值"]) for row in rows] == [("12", "无此行业"), ("30", "无此行业")]


# Receipts, tasks, overviews


def test_receipts_say_what_is_late_missing_and_not_yet_due(plan, tmp_path):
    files = {"2024-03-05/a.csv": construction(3, year=2023)}
    submissions = load(plan, tmp_path, files)
    shown = gs.page.receipts_table(gs.JudgedPlan(plan, submissions), "太原", 2024)
    chosen = {"报表": "安全生产事故", "报送部门": "住房和城乡建设部门"}
    assert line(shown, 数据年度="2023年", **chosen)["情况"] == "逾期报送5天"
    assert line(shown, 数据年度="2023年", **chosen)["收到"] == "1/1个行业"
    assert line(shown, 数据年度="2022年", **chosen)["情况"] == "逾期未报"
    assert line(shown, 数据年度="2024年", **chosen)["情况"] == "未到期"
    late = lines(gs.page.late_table(gs.JudgedPlan(plan, submissions), 2024))
    assert "未到期" not in {row["情况"] for row in late}
    assert sum(row["情况"] == "逾期报送5天" for row in late) == 1


def test_completeness_counts_what_was_received_by_area_and_department(plan, tmp_path):
    submissions = load(plan, tmp_path, {"2024-03-05/a.csv": construction(3, year=2023)})
    shown = gs.page.completeness_table(gs.JudgedPlan(plan, submissions), 2023)
    own = line(shown, 地区="太原市")
    assert own["住房和城乡建设部门"] == "… 1/2（缺1项）"
    assert own["应急管理部门"] == "… 0/8（缺8项）"
    assert len(lines(shown)) == 12
    later = line(gs.page.completeness_table(gs.JudgedPlan(plan, submissions), 2024), 地区="太原市")
    assert later["交通运输部门"] == "… 0/2（未到期）"


def test_a_page_tells_a_faulty_report_as_received(plan):
    """吕梁 of the example: every table of the pages, and the head of the province's."""
    seen = gs.load_submissions(plan, "2024-06-15")
    told = "已于2024年2月19日收到，有误未采用（D4），请更正"
    assert (
        line(
            gs.page.receipts_table(gs.JudgedPlan(plan, seen), "吕梁市", 2023),
            报送部门="应急管理部门",
            数据年度="2023年",
            报表="安全生产事故",
        )["情况"]
        == told
    )
    assert line(gs.page.late_table(gs.JudgedPlan(plan, seen), 2023), 地区="吕梁市")["情况"] == told
    whole = line(gs.page.completeness_table(gs.JudgedPlan(plan, seen), 2023), 地区="吕梁市")
    assert whole["应急管理部门"] == "… 7/8（有误1项）"
    duties = line(
        gs.page.duties_table(gs.JudgedPlan(plan, seen), "应急管理部门"),
        数据年度="2023年",
        报表="安全生产事故",
    )
    assert (duties["已报有误"], duties["逾期未报"]) == (f"1个 吕梁市（{told}）", "—")
    head = repr(gs.page.masthead(gs.JudgedPlan(plan, seen), "山西省", 2023))
    assert "缺：忻州市尘肺病报告；有误待更正：吕梁市安全生产事故" in head
    shown = gs.page.findings_table(gs.JudgedPlan(plan, seen), "忻州市", 2023)
    assert "缺报、未报齐或有误的报表1份" in repr(shown)


def test_completeness_of_the_example_agrees_with_its_receipts(judged, plan, example):
    received = receipt_states(plan, example.observations, example.as_of, example.faulty)
    of_year = received[received["data_year"] == 2023]
    shown = "".join(
        v for row in lines(gs.page.completeness_table(judged, 2023)) for v in row.values()
    )
    counted = [tuple(map(int, pair.split("/"))) for pair in re.findall(r"\d+/\d+", shown)]
    assert sum(a for a, _ in counted) == of_year["received"].sum()
    assert sum(b for _, b in counted) == of_year["expected"].sum()


def test_a_city_is_not_asked_for_the_province_s_own_tasks(judged):
    of_city = lines(gs.page.tasks_table(judged, "太原市", 2021))
    of_province = lines(gs.page.tasks_table(judged, "山西省", 2021))
    assert not any("《山西省" in row["工作任务"] for row in of_city)
    assert any("《山西省" in row["工作任务"] for row in of_province)


def test_the_cities_table_counts_every_goal_once_and_ranks_nobody(plan, example):
    rows = lines(gs.page.cities_table(gs.assess(plan, example.observations, 2023)))
    assert [row["地区"] for row in rows] == [plan.area, *plan.cities]
    for row in rows:
        counted = sum(int(row.get(word, 0)) for word in wording.STATUSES.values())
        assert counted == int(row["年度目标"]) + int(row["无此行业"]) == 20
    assert {row["地区"]: row["数据有误"] for row in rows if row["数据有误"] != "0"} == {
        "吕梁市": "1"
    }


def test_a_matrix_has_the_verdict_in_every_cell(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    rows = lines(gs.declines_table(results))
    chosen = results[results["indicator"] == "accidents"].set_index(["area", "industry"])
    statuses = shown_statuses(chosen)
    for row in rows:
        for industry in (name for name in row if name != "地区"):
            assert wording.STATUSES[statuses[row["地区"], industry]] in row[industry]


def of_figures(plan: gs.Plan, example: gs.Submissions, observed: pd.DataFrame) -> gs.JudgedPlan:
    return gs.JudgedPlan(plan, replace(example, observations=observed))


def test_the_verdicts_under_another_reading_are_shown_with_both_readings(plan, example, observe):
    figures = dust({2019: (20, 100), 2022: (10, 100), 2023: (15, 100)})
    judged = of_figures(plan, example, observe(*figures))
    shown = gs.page.reading_changes_table(judged, None, 2023)
    assert "“持续降低”：本报告按“逐年低于上一有数据的年度，末年还须低于基期”" in repr(shown)
    assert "如改按“低于基期”" in repr(shown)
    assert lines(shown) == [
        {
            "地区": "太原市",
            "目标": "涉尘行业尘肺病报告比例",
            "本报告结论": "× 未达标 超控制目标6例",
            "另一口径结论": "✓ 达标 低于控制目标4例",
        }
    ]
    assert lines(gs.page.reading_changes_table(judged, "太原", 2023))[0]["地区"] == "太原市"
    none = gs.page.reading_changes_table(judged, "大同", 2023)
    assert "除培训口径无法推算外，换用其他口径，大同市的结论都不改变" in repr(none)
    assert "不能由现有数据推算，见山西省报告" in repr(none)


def test_goals_that_change_alike_share_a_line(plan, example, observe):
    figures = [
        ("太原市", COAL, year, measure, 0)
        for year in (2019, 2023)
        for measure in ("accidents", "casualties")
    ]
    judged = of_figures(plan, example, observe(*figures))
    shown = gs.page.reading_changes_table(judged, None, 2023)
    (row,) = lines(shown)
    assert row["目标"] == "煤矿事故起数、伤亡人数、均下降"
    assert row["本报告结论"] == "✓ 达标 对比年度为0，当年保持为0"
    assert row["另一口径结论"] == "○ 无法判定 对比年度为0，按所选口径不作判定"


def test_what_cannot_be_told_of_trainees_is_said_with_or_without_changes(plan, example, observe):
    shown = repr(gs.page.reading_changes_table(of_figures(plan, example, observe()), None, 2023))
    assert "各地区的结论都不改变" in shown
    assert "当年已培训的比例" in shown
    assert "未达标的仍未达标，达标的可能改变" in shown
    within = gs.with_readings(plan, training="within_year")
    shown = repr(gs.page.reading_changes_table(of_figures(within, example, observe()), None, 2023))
    assert "达标的仍达标，未达标的可能改变" in shown


def test_no_change_of_reading_in_the_example_leaves_a_blank(judged):
    for year in judged.plan.years:
        complete(gs.page.reading_changes_table(judged, None, year))


def test_the_readings_in_force_are_printed(plan):
    other = replace(plan, readings=replace(plan.readings, province="sum_of_cities"))
    assert "未报送的按各市合计" in repr(gs.page.readings_table(plan))
    assert "一律按各市合计" in repr(gs.page.readings_table(other))


def test_a_day_without_a_file_is_said_in_words():
    assert wording.day(pd.NaT) == "尚未收到文件"
    assert wording.day(pd.Timestamp("2024-02-29")) == "2024年2月29日"


def test_a_city_without_findings_says_what_it_still_owes(judged):
    assert "未发现数据质量问题。" in repr(gs.page.findings_table(judged, "太原市", 2023))
    owing = repr(gs.page.findings_table(judged, "忻州市", 2023))
    assert "未发现数据质量问题；缺报、未报齐或有误的报表1份，见报送情况。" in owing


def test_findings_and_revisions_of_all_areas_name_the_area(judged):
    for shown in (gs.page.findings_table(judged), gs.page.revisions_table(judged)):
        assert all(row["地区"] for row in lines(shown))
    assert "地区" not in lines(gs.page.revisions_table(judged, "临汾市"))[0]


def test_the_files_of_an_area_are_not_said_to_be_those_of_the_page(judged):
    assert "太原市历年报送的文件" in repr(gs.page.sources_table(judged, "太原市"))


def test_how_much_is_to_spare_stands_beside_the_verdict(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    heads = list(lines(gs.verdict_table(results, "太原市"))[0])
    assert heads.index("与目标之差") == heads.index("结论") + 1


def test_what_the_cities_miss_is_listed_goal_by_goal_with_who_is_responsible(plan, example):
    results = gs.assess(plan, example.observations, 2023)
    goals = results[(results["indicator"] != "joint") & (results["industry"] != "重点行业合计")]
    cities = goals[(goals["level"] == "city") & ~goals["status"].isin(["met", "not_applicable"])]
    rows = lines(gs.page.missed_table(results))
    assert [row["地区"] for row in rows] == list(cities["area"])
    assert all(row["责任部门"].endswith("部门") and row["与目标之差或原因"] != "—" for row in rows)
    (withheld,) = [row for row in rows if "数据有误" in row["结论"]]
    assert (withheld["地区"], withheld["目标"]) == ("吕梁市", "煤矿事故起数")


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_what_is_counted_is_drawn_and_what_is_not_is_drawn_lightly_and_said(plan, example, year):
    """Filled marks are as many as the sentence counts; totals and joint verdicts come on top."""
    results = gs.assess(plan, example.observations, year)
    for area in results["area"].unique():
        shown = gs.overview_table(results, area)
        counted = re.search(r"(\d+)项年度目标中", repr(gs.summary(results, area)))[1]
        assert [role for _, role in marks(shown)].count("") == int(counted) == 20
        assert f"重点行业合计、均下降另行判定，不计入{counted}项" in shown.caption
        listed = gs.verdict_table(results, area)
        assert "（20项，另列重点行业合计2行" in listed.caption
        assert [role for _, role in marks(listed)].count("derived") == 2


def test_in_the_last_year_a_share_shows_both_years_it_hangs_on_with_their_counts(plan, observe):
    """Of 1000 cases in 2025 fewer than 12 % (2024) and fewer than 10 % (2019) may be short: 99."""
    counts = {2019: (60, 600), 2021: (90, 600), 2022: (80, 600), 2023: (75, 600), 2024: (96, 800)}
    seen = observe(
        *(
            ("太原市", "涉尘行业", year, measure, count)
            for year, pair in {**counts, 2025: (210, 1000)}.items()
            for measure, count in zip(("short_exposure_cases", "reported_cases"), pair, strict=True)
        )
    )
    results = gs.assess(plan, seen, 2025)
    row = line(gs.verdict_table(results, "太原市"), 行业="涉尘行业", 指标="尘肺病报告比例")
    assert row["与目标之差"] == "超控制目标111例"
    assert row["对比值"].split() == ["12.0%", "2024年，96/800例", "10.0%", "2019年，60/600例"]
    assert row["变化"] == "较2024年上升9.0个百分点，较2019年上升11.0个百分点"
    assert row["年度目标"] == "低于2024年、2019年"
    said = "较2024年（12.0%，96/800例）上升9.0个百分点，较2019年（10.0%，60/600例）上升11.0个百分点"
    assert said in repr(gs.summary(results, "太原市"))
    history = gs.assess(plan, seen)
    assert said in gs.share_figure(history, "太原市", 2025).alt
    department = repr(gs.page.department_table(gs.department_results(results, "卫生健康部门")))
    assert "2024年96/800例、2019年60/600例→210/1000例" in department
    assert "低于2019年" not in department.replace("低于2024年、2019年", "")
    earlier = history[history["year"] == 2024]
    assert (
        line(gs.verdict_table(earlier, "太原市"), 指标="尘肺病报告比例")["年度目标"] == "低于2023年"
    )


def test_the_target_of_a_caption_is_that_of_all_its_rows(plan, observe):
    """One city has no share in 2021, so that 2022 is compared with 2019 there."""
    years = {"太原市": (2019, 2021, 2022), "大同市": (2019, 2022)}
    seen = observe(
        *(
            (city, "涉尘行业", year, measure, count)
            for city, known in years.items()
            for year in known
            for measure, count in (("short_exposure_cases", 3020 - year), ("reported_cases", 2000))
        )
    )
    own = gs.department_results(gs.assess(plan, seen, 2022), "卫生健康部门")
    own = own[own["area"].isin(years)]
    shown = repr(gs.page.department_table(own))
    assert "2022年尘肺病报告比例（目标：低于各格所注年度）" in shown
    assert "2021年999/2000例→998/2000例" in shown and "2019年1001/2000例→998/2000例" in shown


def test_a_matrix_of_coverage_has_the_share_with_both_counts_and_no_change(plan, observe):
    measures = (("safety_personnel", 200), ("safety_trained", 186))
    seen = observe(*(("太原市", COAL, 2023, name, value) for name, value in measures))
    results = gs.assess(plan, seen, 2023)
    row = line(gs.declines_table(results, indicator="safety_training_coverage"), 地区="太原市")
    assert re.fullmatch(r"93\.0%.*达标.*186/200人", row[COAL])
    assert row[BUILDING].strip().endswith("未报送") and NONE not in row[BUILDING]


def test_each_figure_of_a_verdict_leads_to_where_it_came_from(plan, observe):
    """Also the two counts of a share and the figure compared with; what is not there, nowhere."""
    seen = observe(
        ("太原市", COAL, 2019, "accidents", 10),
        ("太原市", COAL, 2023, "accidents", 8),
        ("太原市", COAL, 2023, "safety_personnel", 200),
        ("太原市", COAL, 2023, "safety_trained", 186),
        ("太原市", BUILDING, 2023, "accidents", 5),
    )
    assert links(gs.verdict_table(gs.assess(plan, seen, 2023), "太原市")) == {
        "10起": "出处-140100-煤矿-accidents-2019",
        "8起": "出处-140100-煤矿-accidents-2023",
        "186": "出处-140100-煤矿-safety_training_coverage-2023",
        "200": "出处-140100-煤矿-safety_training_coverage-2023-总数",
        "5起": "出处-140100-建筑施工-accidents-2023",
    }
