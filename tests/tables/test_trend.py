"""This year beside the years before, the baseline and the province."""

import pandas as pd
import pytest
import shown

import gsyf_lib as gs
from gsyf_lib.assessment import TOTAL
from gsyf_lib.documents.blocks import Table
from gsyf_lib.errors import UsageError


def tables(judged, area, year=2023) -> list[Table]:
    return shown.tables(gs.comparison(judged.history, area, year))


def test_a_year_stands_beside_the_one_before_and_the_baseline(judged):
    rows = gs.trend(judged.history, "太原", "煤矿", "accidents").set_index("year")
    own = judged.submissions.observations.query(
        "area == '太原市' and industry == '煤矿' and measure == 'accidents'"
    ).set_index("year")["value"]
    assert rows.loc[2023, ["baseline", "previous", "value"]].tolist() == [
        own[2019], own[2022], own[2023],
    ]  # fmt: skip
    assert rows.loc[2023, "decline_on_previous"] == (own[2022] - own[2023]) / own[2022]
    # Nobody was asked for 2020: there is no year before the first.
    assert pd.isna(rows.loc[2021, "previous"]) and pd.isna(rows.loc[2021, "decline_on_previous"])


def test_from_none_there_is_no_rate_of_change(judged):
    rows = gs.trend(judged.history, indicator="accidents")
    assert rows.loc[rows["previous"] == 0, "decline_on_previous"].isna().all()
    assert (rows["previous"] == 0).any()


def test_areas_stand_in_the_order_of_their_codes_with_the_province_first(judged):
    rows = gs.compare_areas(judged.history, "合计", "伤亡人数", 2022)
    assert rows["area"].tolist() == ["山西省", *judged.plan.cities]
    assert set(rows["year"]) == {2022} and set(rows["industry"]) == {TOTAL}


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ({"area": "太源市"}, "是否为“太原市”"),
        ({"industry": "媒矿"}, "是否为“煤矿”"),
        ({"indicator": "事故数"}, "是否为“事故起数”"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(judged, wrong, nearest):
    with pytest.raises(UsageError, match=nearest):
        gs.trend(judged.history, **wrong)


def test_the_goals_met_are_counted_for_every_year_so_far(judged):
    met, *_ = tables(judged, "大同市")
    for row in (own := shown.lines(met)):
        for year in (2021, 2022, 2023):
            goals = judged.results(year).query(f"area == '{row['地区']}' and counted")
            assert row[f"{year}年"] == f"{(goals['status'] == 'met').sum()}/{len(goals)}"
    assert [row["地区"] for row in own] == ["大同市", "山西省"]
    assert list(own[0]) == ["地区", "2021年", "2022年", "2023年"]


def test_a_count_says_its_change_on_the_baseline_on_last_year_and_the_provinces(judged):
    _, accidents, casualties = tables(judged, "大同市")
    coal = next(row for row in shown.lines(accidents) if row["行业"] == "煤矿")
    assert (coal["2019年"], coal["2022年"], coal["2023年"]) == ("12", "10", "10")
    assert (coal["较2019年"], coal["同比"]) == ("−16.7%", "持平")
    upper = judged.results(2023).query("area == '山西省' and industry == '煤矿'")
    share = upper.loc[upper["indicator"] == "accidents", "decline"].iloc[0]
    assert coal["全省"] == f"−{share:.1%}"
    assert len(shown.lines(casualties)) == len(shown.lines(accidents)) == 7


def test_the_province_is_not_set_beside_itself(judged):
    met, accidents, _ = tables(judged, "山西省")
    assert len(shown.lines(met)) == 1
    assert "全省" not in shown.lines(accidents)[0]


def test_the_heaviest_industry_is_named_with_its_share_and_chance_in_a_sentence(judged):
    said = repr(gs.comparison(judged.history, "大同市", 2023))
    assert "事故起数最多的行业是交通运输（99起，占合计的55.6%）" in said
    assert "年度间升降带有偶然性" in said


def test_what_has_not_come_has_no_change_and_no_zero(plan, observe):
    figures = [("大同市", "煤矿", 2019, "accidents", 12), ("大同市", "煤矿", 2022, "accidents", 0)]
    history = gs.assess(plan, observe(*figures))
    _, accidents, _ = shown.tables(gs.comparison(history, "大同市", 2022))
    coal = next(row for row in shown.lines(accidents) if row["行业"] == "煤矿")
    assert (coal["2021年"], coal["2022年"], coal["同比"]) == ("—", "0", "—")
    assert (coal["较2019年"], coal["全省"]) == ("−100.0%", "—")
