"""Before the due day nothing is 未报送: the word, the day, and the reason in the results."""

from dataclasses import replace

import pandas as pd
import pytest
from quick_runs import no_notebooks, read_once

import gsyf_lib as gs
from gsyf_lib.assessment.verdicts.statuses import shown_statuses
from gsyf_lib.plan.dues import is_due, owed
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report


@pytest.fixture(scope="module")
def in_june(plan) -> gs.Submissions:
    """Of 2024 nothing has come; it is due on 28 February 2025."""
    return gs.load_submissions(plan, "2024-06-15")


@pytest.mark.parametrize(("day", "due"), [("2025-02-28", False), ("2025-03-01", True)])
def test_a_figure_is_missing_from_the_day_after_its_due_day_on(plan, in_june, day, due):
    later = replace(in_june, as_of=pd.Timestamp(day))
    results = gs.JudgedPlan(plan, later).results(2024)
    told = set(shown_statuses(results))
    assert told == ({"not_reported", "undefined"} if due else {"not_due"})
    assert set(results["status"]) == {"not_reported"}
    assert (results["reason"] == "not_due").all() != due


def test_without_a_day_everything_is_due(plan, in_june):
    results = gs.assess(plan, in_june.observations, 2024)
    assert "not_due" not in set(results["reason"])


@pytest.mark.parametrize("nothing_came", [None, pd.NaT])
def test_while_nothing_has_come_there_is_no_day_and_everything_is_due(plan, nothing_came):
    codes, years = pd.Series(["accidents", "short_exposure_share"]), pd.Series([2019, 2025])
    assert is_due(plan, codes, years, nothing_came).tolist() == [True, True]


def test_every_figure_is_owed_once(plan):
    key = ["data_year", "table", "department", "industry", "indicator"]
    assert not owed(plan).duplicated(key).any()


def test_training_is_due_with_the_accidents_of_the_same_year(plan):
    codes = pd.Series(["accidents", "safety_training_coverage", "short_exposure_share"])
    years = pd.Series([2025, 2025, 2019])
    assert is_due(plan, codes, years, pd.Timestamp("2025-12-31")).tolist() == [False, False, True]


def test_a_page_before_the_due_day_says_until_when_figures_may_come(plan, in_june):
    results = gs.JudgedPlan(plan, in_june).results(2024)
    said = repr(gs.summary(results, "太原市")) + repr(gs.verdict_table(results, "太原市"))
    assert "2024年，太原市20项年度目标均未到报送期限。" in said
    assert "未报送" not in said
    assert "未到报送期限（未到报送期限）" not in said
    head = repr(gs.page.masthead(gs.JudgedPlan(plan, in_june), "太原市", 2024))
    assert "0/8份报表收齐（报送期限2025年2月28日，尚未到期）" in head
    assert "尚未收到2024年的数据，各项目标均无法判定。" in head


def test_what_came_early_is_judged_and_its_total_waits(plan, observe):
    seen = observe(
        ("太原市", "煤矿", 2019, "accidents", 9), ("太原市", "煤矿", 2024, "accidents", 3)
    )
    results = gs.assess(plan, seen, 2024, pd.Timestamp("2024-12-31"))
    own = results[(results["area"] == "太原市") & (results["indicator"] == "accidents")]
    own = own.set_index("industry")
    assert own.loc["煤矿", "status"] == "met"
    assert own.loc["建筑施工", "reason"] == own.loc["重点行业合计", "reason"] == "not_due"


def test_a_faulty_figure_is_faulty_before_its_due_day_too(plan, observe):
    seen = observe(("太原市", "煤矿", 2024, "accidents", "withheld"))
    results = gs.assess(plan, seen, 2024, pd.Timestamp("2024-12-31"))
    row = results[(results["industry"] == "煤矿") & (results["area"] == "太原市")].iloc[0]
    assert row["reason"] == "withheld"


def test_a_page_of_a_year_with_data_says_nothing_of_the_kind(judged):
    assert "尚未收到2023年的数据" not in repr(gs.page.masthead(judged, "太原市", 2023))


def test_of_a_city_that_has_handed_in_everything_no_due_day_is_told(judged):
    """Another city, of 2025, has not: it may until the end of the year."""
    heads = {
        area: repr(gs.page.masthead(judged, area, 2025)) for area in ("太原市", "忻州市", "山西省")
    }
    assert "尚未到期" not in heads["太原市"]
    assert "7/8份报表收齐（报送期限2025年12月31日，尚未到期）" in heads["忻州市"]
    assert "尚未到期" in heads["山西省"]


def test_a_run_for_a_year_of_which_nothing_came_says_so_once(plan, tmp_path, monkeypatch):
    read_once(monkeypatch)
    no_notebooks(monkeypatch)
    told: list[str] = []
    request = Request(data=plan.folder, year=2024, out=tmp_path / "r", as_of="2024-06-15")
    assert report(request, told.append) == 0
    (line,) = [line for line in told if "尚未收到2024年的数据" in line]
    assert line.endswith("有数据的年度为2021、2022、2023（--year）")
    told.clear()
    assert report(replace(request, year=2023, out=tmp_path / "s"), told.append) == 0
    assert not [line for line in told if "尚未收到" in line]


def test_a_year_of_which_nothing_came_yet_is_told_once_and_is_no_year_of_none_met(plan):
    in_june = gs.load_submissions(plan, as_of="2024-06-30")
    judged = gs.JudgedPlan(plan, in_june)
    said = repr(gs.summary(judged.history, "太原市", 2024))
    assert "2024年，太原市20项年度目标均未到报送期限。" in said
    assert said.count("未到报送期限") <= 3 and "应急管理部门" not in said
    assert repr(gs.overview_table(judged.results(2024), "太原市")) == ""
    met = gs.comparison(judged.history, "太原市", 2024).parts[0].frame.set_index("地区")
    assert met.loc["太原市", "2023年"] == "19/20"
    assert met.loc["太原市", "2024年"] == "未到报送期限"


def test_a_task_of_a_year_that_is_not_over_need_not_be_told_yet(plan):
    judged = gs.JudgedPlan(plan, gs.load_submissions(plan, as_of="2024-06-30"))
    told = {
        year: gs.page.tasks_table(judged, "太原市", year).frame["完成情况"] for year in (2023, 2024)
    }
    assert set(told[2024]) == {"未到报送期限"} and "未到报送期限" not in set(told[2023])
