"""Checks over years, and what revisions do to verdicts."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from submitted import codes, construction, hand_in, load, sheet

import gsyf_lib as gs
from gsyf_lib.assessment.changes import revised_verdicts
from gsyf_lib.plan.plan import AcceptedBaseline
from gsyf_lib.submissions.checks import run, years
from gsyf_lib.submissions.checks.all_figures import AllFigures
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.read.names import plan_names

FAULTS = Path(__file__).parents[1] / "faults"
DAY = pd.Timestamp("2026-02-10")
INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "机械制造")


@pytest.fixture
def told(plan, observe):
    """Return what the checks say about figures."""

    def tell(*figures: tuple, as_of: pd.Timestamp = DAY) -> list[dict]:
        findings = Findings()
        held = AllFigures(plan, plan_names(plan), observe(*figures), as_of=as_of)
        run(years.IN_FORCE_CHECKS, held, findings)
        return findings.rows

    return tell


def said(rows: list[dict]) -> list[str]:
    return [row["code"] for row in rows]


def series(measure: str, **values: int) -> list[tuple]:
    return [("太原市", "煤矿", int(year[1:]), measure, value) for year, value in values.items()]


def accidents(year: int, counts: list[int], more: int = 1, area: str = "太原市") -> list[tuple]:
    return [
        (area, industry, year, measure, count * factor)
        for industry, count in zip(INDUSTRIES, counts, strict=True)
        for measure, factor in (("accidents", 1), ("casualties", more))
    ]


@pytest.mark.parametrize(
    ("values", "years"),
    [
        ({"y2019": 53, "y2021": 500, "y2022": 51}, []),
        ({"y2019": 50, "y2021": 500, "y2022": 51}, [2021]),
        ({"y2019": 50, "y2021": 5, "y2022": 51}, [2021]),
        ({"y2019": 50, "y2021": 500, "y2022": 490}, [2021]),
        ({"y2019": 0, "y2021": 30}, [2021]),
        ({"y2019": 0, "y2021": 29}, []),
        ({"y2019": 2, "y2021": 29}, []),
    ],
)
def test_a_jump_by_ten_is_told_where_it_happens_and_not_on_the_way_back(told, values, years):
    rows = told(*series("accidents", **values))
    assert [row["year"] for row in rows if row["code"] == "jump-tenfold"] == years


def test_persons_trained_may_start_from_nothing(told):
    assert told(*series("safety_trained", y2021=3, y2022=300)) == []


def test_a_table_that_repeats_the_year_before_is_told_once(told):
    rows = told(*accidents(2019, [9, 8, 7, 6]), *accidents(2021, [9, 8, 7, 6]))
    assert said(rows) == ["copied-last-year"]
    assert (rows[0]["area"], rows[0]["year"], rows[0]["industry"]) == ("太原市", 2021, "")
    assert "与2019年完全相同" in rows[0]["message"]


def test_one_other_figure_or_a_few_industries_are_no_copy(told):
    assert told(*accidents(2019, [9, 8, 7, 6]), *accidents(2021, [9, 8, 7, 5])) == []
    assert told(*accidents(2019, [9, 8, 7, 6])[:6], *accidents(2021, [9, 8, 7, 6])[:6]) == []


def test_a_table_of_zeros_is_told_as_that_and_not_as_a_copy(told):
    rows = told(*accidents(2019, [0, 0, 0, 0]), *accidents(2021, [0, 0, 0, 0]))
    assert said(rows) == ["all-zero", "all-zero"]
    assert told(*accidents(2019, [0, 0, 0, 1])) == []


def test_a_county_may_report_zeros(told):
    assert told(*accidents(2019, [0, 0, 0, 0], area="140105")) == []


def test_every_industry_on_its_target_is_told_for_the_record(told):
    base = accidents(2019, [40, 59, 37, 7], more=3)
    rows = told(*base, *accidents(2025, [32, 47, 30, 6], more=4))
    assert [(row["severity"], row["code"], row["measure"]) for row in rows] == [
        ("info", "exactly-on-target", "accidents")
    ]
    assert told(*base, *accidents(2025, [32, 47, 29, 6], more=4)) == []
    assert told(*base, *accidents(2025, [32, 47, 30, 6], more=4)[:6]) == []


def test_an_industry_without_a_baseline_has_no_target_to_be_on(told):
    """Four of five had accidents in the baseline year; the fifth had none, and one now."""
    base = [*accidents(2019, [40, 59, 37, 7]), ("太原市", "建筑施工", 2019, "accidents", 0)]
    now = [*accidents(2025, [32, 47, 30, 6]), ("太原市", "建筑施工", 2025, "accidents", 1)]
    rows = told(*base, *now)
    assert "accidents" in [r["measure"] for r in rows if r["code"].endswith("on-target")]


def test_a_year_without_one_of_the_industries_is_not_on_target(told):
    base = [*accidents(2019, [40, 59, 37, 7]), ("太原市", "建筑施工", 2019, "accidents", 20)]
    rows = told(*base, *accidents(2025, [32, 47, 30, 6], more=2))
    assert [row for row in rows if "target" in row["code"]] == []


def test_half_a_case_beside_the_target_is_not_on_it(told):
    """5 % off 10 are 9.5: neither 9 nor 10 is that, rounded or not."""
    for count in (9, 10):
        rows = told(*accidents(2019, [10] * 4, more=3), *accidents(2022, [count] * 4, more=2))
        assert "accidents" not in [r["measure"] for r in rows if "target" in r["code"]]


def test_a_copied_table_of_pneumoconiosis_is_told_though_it_has_one_industry(told):
    names = ("reported_cases", "short_exposure_cases")
    figures = [
        ("太原市", "涉尘行业", year, name, value)
        for year in (2019, 2021)
        for name, value in zip(names, (80, 12), strict=True)
    ]
    assert said(told(*figures)) == ["copied-last-year"]


def test_figures_older_than_last_year_s_are_no_copy_of_it(told):
    """Of four industries that come again in 2022 one had reported in 2019, and not in 2021."""
    building = [("太原市", "建筑施工", 2021, name, 5) for name in ("accidents", "casualties")]
    rows = told(
        *accidents(2019, [9, 8, 7, 6])[:2],
        *accidents(2021, [9, 8, 7, 6])[2:],
        *building,
        *accidents(2022, [9, 8, 7, 6]),
    )
    assert "copied-last-year" not in said(rows)


def test_the_same_area_on_target_twice_is_a_warning(told):
    base = accidents(2019, [40, 59, 37, 7], more=3)
    one = accidents(2025, [32, 47, 30, 6], more=4)
    other = accidents(2024, [34, 50, 31, 6], more=4)
    both = [*accidents(2019, [40, 59, 37, 7]), *accidents(2025, [32, 47, 30, 6])]
    for rows in (told(*both), told(*base, *one, *other)):
        assert [(row["severity"], row["code"]) for row in rows] == [
            ("warning", "repeatedly-on-target")
        ] * 2
        assert all("共2次" in row["message"] for row in rows)
    elsewhere = [
        *accidents(2019, [40, 59, 37, 7], more=3, area="大同市"),
        *accidents(2025, [32, 47, 30, 6], more=4, area="大同市"),
    ]
    alone = ["like-another-area"] * 2 + ["exactly-on-target"] * 2
    assert said(told(*base, *one, *elsewhere)) == alone


# An industry that is not there


def gone(year: int, measure: str = "accidents") -> tuple:
    return ("太原市", "煤矿", year, measure, "absent")


@pytest.mark.parametrize(
    ("figures", "where"),
    [
        ([*series("accidents", y2021=9), gone(2022)], "2021年有"),
        ([*series("accidents", y2023=9), gone(2022)], "2023年有"),
        (
            [*series("accidents", y2021=9, y2023=4), gone(2022), gone(2022, "casualties")],
            "2021、2023年",
        ),
        ([*series("safety_personnel", y2022=90), gone(2022)], "同年的另一张表"),
    ],
)
def test_an_industry_that_comes_and_goes_is_told_once(told, figures, where):
    rows = [row for row in told(*figures) if row["code"] == "industry-comes-and-goes"]
    assert [(row["severity"], row["year"]) for row in rows] == [("warning", 2022)]
    assert where in rows[0]["message"]


@pytest.mark.parametrize(
    "figures",
    [
        [*series("accidents", y2021=0), gone(2022)],
        [gone(2021), gone(2022)],
        [("大同市", "煤矿", 2021, "accidents", 9), gone(2022)],
        [("太原市", "建筑施工", 2021, "accidents", 9), gone(2022)],
        [("太原市", "煤矿", 2021, "accidents", "withheld"), gone(2022)],
    ],
)
def test_an_industry_that_never_was_there_is_no_matter(told, figures):
    assert "industry-comes-and-goes" not in said(told(*figures))


@pytest.mark.parametrize(
    ("people", "trained", "expected"),
    [
        ((100, 89), (80, 80), ["denominator-shrinks"]),
        ((100, 90), (80, 80), []),
        ((100, 80), (80, 64), []),
        ((100, 80), (80, 60), []),
    ],
)
def test_a_shrinking_denominator_under_a_rising_coverage_is_told(told, people, trained, expected):
    rows = told(
        *series("safety_personnel", y2021=people[0], y2022=people[1]),
        *series("safety_trained", y2021=trained[0], y2022=trained[1]),
    )
    assert said(rows) == expected


# The baseline


def test_a_missing_baseline_is_told_once_per_table_with_its_industries(plan, tmp_path):
    path = FAULTS / "bad" / "X09_缺基期.xlsx"
    there = hand_in(plan, tmp_path, {f"{DAY.date()}/{path.name}": path.read_bytes()})
    submissions = gs.load_submissions(replace(there, duties=plan.duties))
    assert codes(submissions) == ["error baseline-missing"]
    assert len(submissions.findings) == 1
    assert "煤矿" in submissions.findings["message"].iloc[0]
    judged = gs.assess(plan, submissions.observations, 2025)
    city = judged[(judged["area"] == "太原市") & (judged["indicator"] == "accidents")]
    assert city["decline"].isna().all()
    assert set(city["status"]) == {"not_reported"}


def test_a_baseline_that_is_not_due_or_was_handed_in_is_not_missing(told):
    figure = ("太原市", "煤矿", 2021, "accidents", 9)
    assert said(told(figure)) == ["baseline-missing"]
    assert told(figure, as_of=pd.Timestamp("2021-07-31")) == []
    for given in (9, 0, "absent", "withheld"):
        there = told(figure, ("太原市", "煤矿", 2019, "accidents", given))
        assert "baseline-missing" not in said(there)


def test_training_and_counties_owe_no_baseline(told):
    assert told(("太原市", "煤矿", 2021, "safety_personnel", 9)) == []
    assert told(("140105", "煤矿", 2021, "accidents", 9)) == []


# What revisions change


def test_a_revision_that_turns_a_verdict_is_a_change(plan, tmp_path):
    files = {
        "2021-07-20/a.csv": construction(40, 80, 2019),
        "2023-02-20/a.csv": construction(30, 60),
        "2023-03-20/a.csv": construction(39, 60),
        "2023-04-20/a.csv": construction(31, 60),
    }
    changes = revised_verdicts(plan, load(plan, tmp_path, files))
    changes = changes[changes["area"] == "太原市"]
    rows = changes[["indicator", "old_status", "new_status", "received_on"]].values.tolist()
    first, second = pd.Timestamp("2023-03-20"), pd.Timestamp("2023-04-20")
    assert rows == [
        ["accidents", "met", "missed", first],
        ["joint", "met", "missed", first],
        ["accidents", "missed", "met", second],
        ["joint", "missed", "met", second],
    ]
    assert set(changes["year"]) == {2022}


def test_a_figure_revised_twice_changed_its_verdict_on_each_of_both_days(plan, tmp_path):
    """At most 18 of 20 accidents: 18 was met, 19 was not, and 17 is again."""
    days = {"2021-07-01": (20, 2019), "2024-02-20": (18, 2023)}
    days |= {"2024-03-01": (19, 2023), "2024-04-01": (17, 2023)}
    files = {f"{day}/a.csv": construction(n, n, year=year) for day, (n, year) in days.items()}
    changes = revised_verdicts(plan, load(plan, tmp_path, files))
    changes = changes[(changes["area"] == "太原市") & (changes["indicator"] == "accidents")]
    changes = changes[changes["industry"] == "建筑施工"]
    found = [
        (str(row.received_on.date()), row.old_status, row.new_status)
        for row in changes.itertuples()
    ]
    assert found == [("2024-03-01", "met", "missed"), ("2024-04-01", "missed", "met")]


def test_a_revision_from_no_such_industry_is_put_back_as_such(plan, tmp_path):
    files = {
        "2021-07-20/a.csv": construction(40, 80, 2019),
        "2023-02-20/a.csv": construction("无此行业", ""),
        "2023-03-20/a.csv": construction(30, 60),
    }
    changes = revised_verdicts(plan, load(plan, tmp_path, files))
    assert set(changes["old_status"]) == {"not_applicable"}
    assert set(changes["new_status"]) == {"met"}


def test_without_a_revision_that_matters_nothing_changes(plan, example, tmp_path):
    assert revised_verdicts(plan, example).empty
    none = load(plan, tmp_path, {"2023-02-20/a.csv": construction(30, 60)})
    assert revised_verdicts(plan, none).empty


def test_the_table_of_revisions_says_which_verdicts_changed(plan, tmp_path):
    files = {
        "2021-07-20/a.csv": sheet("accidents", "2019,太原市,建筑施工,40,80"),
        "2023-02-20/a.csv": construction(30, 60),
        "2023-03-20/a.csv": construction(39, 60),
    }
    judged = gs.JudgedPlan(plan, load(plan, tmp_path, files))
    shown = gs.page.revisions_table(judged, "太原市").frame
    told = "2022年事故起数：达标→未达标；2022年均下降：达标→未达标"
    assert shown["结论变化"].str.contains(told).any()


def test_a_revision_is_not_said_to_change_verdicts_of_earlier_years(plan, tmp_path):
    files = {
        "2021-07-20/a.csv": construction(40, 80, 2019),
        "2024-02-20/a.csv": construction(30, 60) + "2023,太原市,建筑施工,30,60\n",
        "2024-03-20/a.csv": construction(39, 60) + "2023,太原市,建筑施工,31,60\n",
    }
    judged = gs.JudgedPlan(plan, load(plan, tmp_path, files))
    shown = gs.page.revisions_table(judged, "太原市").frame
    changed = shown.groupby("年度")["结论变化"].agg("".join)
    assert "2022年事故起数：达标→未达标" in changed["2022年"]
    assert "2022年" not in changed["2023年"]


def test_an_accepted_baseline_is_shown_with_its_reason_on_the_page(plan, tmp_path):
    files = {
        "2021-07-20/a.csv": construction(40, 80, 2019),
        "2023-03-20/a.csv": construction(50, 80, 2019),
    }
    entry = AcceptedBaseline("太原市", "建筑施工", "accidents", 50, "晋应急函15号")
    accepting = replace(plan, accepted_baselines=(entry,))
    judged = gs.JudgedPlan(plan, load(accepting, tmp_path, files))
    shown = repr(gs.page.findings_table(judged, "太原市"))
    assert "由40改为50，已采用：plan.toml 已列明，依据为“晋应急函15号”" in shown
    assert "数据修订" in repr(gs.page.revisions_table(judged, "太原市"))
