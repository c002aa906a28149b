"""The sentences beside figures: natural Chinese, whole numbers, true in every corner."""

import re

import numpy as np
import pandas as pd
import pytest
from cities_factory import CHANGES, RESULTS, accidents, contributed
from many_pairs import judge_counts
from results_factory import TOTAL, count_row, frame, share_rows

import gsyf_lib as gs
from gsyf_lib.assessment.indicators import COUNTS
from gsyf_lib.tables.contributions import contributions_sentences
from gsyf_lib.tables.funnel import funnel_sentences
from gsyf_lib.tables.luck import (
    CLASSES,
    class_words,
    expected_met,
    luck_class,
    luck_percent,
    luck_sentences,
)

COAL = "煤矿"
NOT_WORDS = re.compile(r"nan|NaT|<NA>|None|\d\.0[起人]|（）|，，|。。|--|[:：]。|、等|-\d")
RANKING = re.compile(r"排名|第一|最好|最差|最多|最少|名列")


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_every_sentence_of_the_example_is_whole_and_ranks_nobody(plan, example, year):
    results = gs.assess(plan, example.observations, year)
    contributions = gs.contributions(plan, example.observations, year)
    found = [*funnel_sentences(results), *luck_sentences(results)]
    for indicator in COUNTS:
        found += contributions_sentences(contributions, indicator)
    for area in (plan.area, *plan.cities):
        found += luck_sentences(results, area)
    for area in plan.cities:
        found += funnel_sentences(results, area)
    assert len(found) > 30
    for sentence in found:
        assert sentence.endswith("。")
        assert not NOT_WORDS.search(sentence), sentence
        assert not RANKING.search(sentence), sentence


# Contributions


def test_the_change_is_told_in_all_by_industry_and_by_city():
    found = contributions_sentences(CHANGES)
    assert found[0] == (
        f"2023年与2019年相比，山西省{TOTAL}事故起数减少7起（120起→113起）。"
        "按行业：煤矿减少10起，建筑施工增加3起。"
    )
    assert found[1] == "数据完整的2个市中，1个减少（太原市），1个增加（大同市）。"
    assert found[2] == (
        "阳泉市煤矿缺数，其余合计减少1起。"
        "全省数为省级报送数，与各市合计的差（差额减少6起）列为“差额”，其中包括所缺的数。"
    )


def whole(*changes: int, gap: int = 0) -> pd.DataFrame:
    """Return the accidents of one industry in cities with these changes from 20 cases each."""
    names = ["太原市", "大同市", "阳泉市", "长治市"][: len(changes)]
    cities, base = sum(changes), 20 * len(changes)
    rows = [
        row
        for industry in (COAL, TOTAL)
        for row in (
            *((industry, "city", name, 20, 20 + change, change, "figure", 0)
              for name, change in zip(names, changes, strict=True)),
            (industry, "cities", "山西省", base, base + cities, cities, "figure", 0),
            (industry, "difference", "山西省", 0, gap, gap, "figure", 0),
            (industry, "province", "山西省", base, base + cities + gap, cities + gap, "figure", 0),
        )
    ]  # fmt: skip
    return contributed(rows)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((-1, -2), "2个市都减少。"),
        ((0, 0, 0), "3个市都持平。"),
        ((3,), "1个市增加。"),
        (
            (-1, 0, 2, -5),
            "4个市中，2个减少（太原市、长治市），1个增加（阳泉市），1个持平（大同市）。",
        ),
    ],
)
def test_cities_are_counted_not_ranked(changes, said):
    assert contributions_sentences(whole(*changes))[1] == said


def test_no_change_is_said_as_such():
    first, _ = contributions_sentences(whole(-2, 2))
    assert "事故起数持平（40起→40起）" in first and "煤矿持平" in first


def test_a_difference_between_the_province_and_its_cities_is_said():
    assert contributions_sentences(whole(-2, 1, gap=3))[2] == (
        "省级报送数与各市合计不一致，相差的部分列为“差额”。"
    )


def test_without_a_whole_nothing_is_added_up(plan, observe):
    found = contributions_sentences(gs.contributions(plan, observe(), 2023), "casualties")
    assert found[0].startswith("2023年与2019年相比，山西省重点行业合计伤亡人数因数据不全不作合计。")
    assert found[1] == "各市数据均不完整。"
    assert found[2] == "太原市等11个市的66项缺数，不作各市合计。"


def test_a_province_without_a_total_still_tells_the_sum_of_the_cities():
    rows = CHANGES.copy()
    upper = rows["part"].isin(["province", "difference"]) & rows["industry"].isin([COAL, TOTAL])
    rows.loc[upper, ["baseline", "value", "change"]] = pd.NA
    rows.loc[upper, "state"] = "missing"
    first, _, last = contributions_sentences(rows)
    assert "因数据不全不作合计。按行业：煤矿数据不全，建筑施工增加3起。" in first
    assert last == "阳泉市煤矿缺数，其余合计减少1起。"


# The funnel


def test_the_funnel_names_who_lies_outside_and_who_is_not_in_it():
    found, how, left_out = funnel_sentences(RESULTS)
    assert (
        "14项比较中，1项在界限之外（即使各市毫无差别，平均也会有不到0.1项偶然落在界限外）" in found
    )
    assert "朔州市煤矿高于界限（5起→31起，界限为" in found
    assert "虚线之内" in how and "属偶然波动范围" in how and "99.8%" in how
    assert left_out == (
        "图中没有：晋城市煤矿（无此行业）、太原市建筑施工（两年均为0起）、长治市建筑施工（未报送）、"
        f"长治市{TOTAL}（未报送）。"
    )


def test_a_funnel_with_all_inside_says_that_luck_explains_it():
    results = accidents({COAL: {"太原市": (10, 9), "大同市": (12, 10)}})
    assert funnel_sentences(results)[0] == (
        "2023年与2019年相比，2项比较都在界限之内：各市之间的差别属偶然波动范围，不宜据此评价优劣。"
    )
    assert funnel_sentences(results)[2] == "各市各行业都在图中。"


def test_a_city_gets_one_sentence():
    (shuozhou,) = funnel_sentences(RESULTS, "朔州")
    assert shuozhou.startswith(f"与其他市相比，朔州市{TOTAL}事故起数的变化在99.8%界限之内")
    assert "；分行业，煤矿高于界限（5起→31起" in shuozhou
    (changzhi,) = funnel_sentences(RESULTS, "长治市")
    assert changzhi == f"与其他市相比，长治市{TOTAL}事故起数的变化不作比较（未报送）。"


def test_a_city_beyond_the_limits_is_to_be_looked_into():
    pairs = {"太原市": (50, 90), "大同市": (500, 400), "阳泉市": (500, 400)}
    (said,) = funnel_sentences(accidents({TOTAL: pairs}), "太原市")
    assert said.endswith("高于界限（99.8%界限），超出偶然性能解释的范围，值得查明原因。")


def test_without_any_figure_the_funnel_says_so(plan, observe):
    results = gs.assess(plan, observe(), 2023)
    assert funnel_sentences(results)[0] == "2023年因数据不全，不作比较。"
    assert "不作比较（未报送）" in funnel_sentences(results, "太原市")[0]


# Luck


def judged(*pairs: tuple, indicator: str = "accidents", industry: str = COAL) -> pd.DataFrame:
    """Return results from (status, luck) pairs, one city each."""
    return frame(
        [
            count_row(f"第{n}市", industry, indicator, 2023, 10, 9,
                      area_code=f"14{n:02}00") | {"status": status, "luck": luck}
            for n, (status, luck) in enumerate(pairs)
        ]
    )  # fmt: skip


def test_the_expected_number_is_the_sum_of_luck_over_what_was_judged():
    told = expected_met(judged(("met", 0.5), ("missed", 0.25), ("met", None), ("undefined", None)))
    assert (told.judged, told.met, told.by_luck, told.left_out) == (2, 1, 0.75, 1)


@pytest.mark.parametrize("more", [{"industry": TOTAL}, {"indicator": "joint"},
                                  {"indicator": "safety_training_coverage"}])  # fmt: skip
def test_totals_joint_rows_and_coverage_do_not_count_twice(more):
    assert expected_met(judged(("met", 0.5), **more)).judged == 0


def test_luck_meets_as_many_targets_as_expected_where_nothing_has_changed(plan):
    """A hundred worlds without change: the average number met is the average expected."""
    random = np.random.default_rng(3)
    pairs = [tuple(int(x) for x in pair) for pair in random.poisson(25, (4000, 2))]
    told = expected_met(judge_counts(pairs, "0.10"))
    assert told.by_luck == pytest.approx(told.met, abs=3 * (4000 * 0.24) ** 0.5)
    assert told.judged == 4000


def test_the_sentence_counts_the_verdicts_of_its_page():
    rows = judged(("met", 0.42), ("missed", 0.3), ("met", None))
    assert luck_sentences(rows, "第0市") == [
        "能推算的1项事故、伤亡目标中，1项达标；假设风险水平未变，仅凭偶然平均也会有约0.4项达标。"
    ]
    both = luck_sentences(rows)
    assert both[0] == (
        "能推算的2项事故、伤亡目标中，1项达标；假设各地风险水平未变，"
        "仅凭偶然平均也会有约0.7项达标。另有1项对比年度为0或缺少例数，不能推算。"
    )
    assert both[1] == (
        "例如，一个行业每年平均10起的市，两年的起数都有偶然波动，即使风险水平未变，"
        "也有约42%的可能达到“下降10%”。"
    )


def test_many_expected_are_told_without_a_decimal():
    assert "约42项达标" in luck_sentences(judged(*[("met", 0.42)] * 100))[0]


def test_the_share_counts_where_the_page_shows_it():
    share = frame(share_rows("太原市", 0.1, ((4, 44), (3, 42), (3, 50))))
    share.loc[share["year"] == 2023, "luck"] = 0.5
    rows = pd.concat([judged(("met", 0.4)), share[share["year"] == 2023]], ignore_index=True)
    assert "2项事故、伤亡和尘肺病目标" in luck_sentences(rows)[0]
    assert "1项事故、伤亡目标" in luck_sentences(rows, indicators=COUNTS)[0]


def test_what_cannot_be_told_has_the_reason_that_fits_the_page():
    rows = judged(("met", 0.4), ("met", None))
    assert "另有1项对比年度为0或缺少例数，" in luck_sentences(rows)[0]
    assert "另有1项对比年度为0，" in luck_sentences(rows, indicators=COUNTS)[0]


def test_nothing_to_tell_is_said(plan, observe):
    results = gs.assess(plan, observe(), 2023)
    assert luck_sentences(results, "太原市") == ["事故、伤亡和尘肺病目标的结论均不能推算偶然性。"]


def test_the_example_of_a_small_city_is_that_of_the_year(plan, example):
    """46, 42 and 32 of 100 for fewer, -10 % and -20 %: Poisson counts of both years, by hand."""
    years = (2021, 2022, 2023, 2025)
    said = {y: luck_sentences(gs.assess(plan, example.observations, y))[1] for y in years}
    assert "46%的可能达到“低于2019年”" in said[2021]
    assert "46%的可能达到“下降5%”" in said[2022]
    assert "42%的可能达到“下降10%”" in said[2023]
    assert "32%的可能达到“下降20%”" in said[2025]


@pytest.mark.parametrize(
    ("luck", "said"),
    [(0.42, "42%"), (0.05, "5%"), (0.0496, "4.96%"), (0.0001, "不到1%"), (1.0, "99%以上")],
)
def test_luck_is_never_rounded_across_the_limit_of_its_class(luck, said):
    assert luck_percent(luck) == said


def test_the_classes_are_explained_by_their_own_limits():
    assert [luck_class(luck) for luck in (1, 0.2, 0.1999, 0.05, 0.0499, 0)] == list("大大中中小小")
    assert all(f"为{name}" in class_words() for name in CLASSES)
    assert "20%及以上" in class_words() and "不足5%" in class_words()
