"""A share handed in as two counts and as a bare ratio: the form that came last is in force."""

from dataclasses import replace

import pandas as pd
import pytest
from submitted import codes, figures, load, sheet

import gsyf_lib as gs
from gsyf_lib.assessment.changes import revised_verdicts
from gsyf_lib.errors import PlanError
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan.plan import AcceptedBaseline

FIRST, SECOND, THIRD = "2023-02-20/a.csv", "2023-03-10/b.csv", "2023-04-01/c.csv"
DUST, RATIO = "涉尘行业", "short_exposure_per_million"
CASES, TOTAL = "short_exposure_cases", "reported_cases"


def counts(cases: object, total: object, year: int = 2022) -> str:
    return sheet("pneumoconiosis", f"{year},太原市,{total},{cases}")


def ratio(share: object, year: int = 2022) -> str:
    return sheet("ratio", f"{year},太原市,{share}")


def in_force(submissions: gs.Submissions) -> dict[str, object]:
    return {key[3]: value for key, value in figures(submissions).items()}


def told(submissions: gs.Submissions) -> list[tuple]:
    """Return the revisions: measure, percentage or count before and after, file and cell."""
    return [
        (row.measure, *(said(value, row.measure) for value in (row.old_value, row.new_value)))
        for row in submissions.revisions.itertuples()
    ]


def said(value: object, measure: str) -> object:
    if pd.isna(value):
        return None
    return value * 100 / RATIO_SCALE if measure == RATIO else value


def status(plan: gs.Plan, submissions: gs.Submissions, year: int = 2022) -> str:
    results = gs.assess(plan, submissions.observations, year)
    rows = results[(results["area"] == "太原市") & (results["indicator"] == "short_exposure_share")]
    return rows["status"].item()


def test_a_ratio_after_counts_revises_them(plan, tmp_path):
    files = {FIRST: counts(12, 80), SECOND: ratio("12.5%")}
    submissions = load(plan, tmp_path, files)
    assert in_force(submissions) == {RATIO: 125 * 10**9}
    assert told(submissions) == [(RATIO, 15, 12.5)]
    (row,) = submissions.revisions.to_dict("records")
    assert (row["old_file"], row["file"], row["cell"]) == (FIRST, SECOND, "C2")
    assert submissions.findings.empty


def test_counts_after_a_ratio_revise_it(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: ratio("12.5%"), SECOND: counts(12, 80)})
    assert in_force(submissions) == {CASES: 12, TOTAL: 80}
    assert told(submissions) == [(RATIO, 12.5, 15)]
    days = submissions.observations["first_received_on"].unique()
    assert days.tolist() == [pd.Timestamp("2023-02-20")]


def test_a_ratio_after_no_such_industry_revises_it_and_the_reverse(plan, tmp_path):
    absent = counts("无此行业", "无此行业")
    there = load(plan, tmp_path / "a", {FIRST: absent, SECOND: ratio("12.5%")})
    assert in_force(there) == {RATIO: 125 * 10**9}
    assert told(there) == [(RATIO, None, 12.5)]
    gone = load(plan, tmp_path / "b", {FIRST: ratio("12.5%"), SECOND: absent})
    assert in_force(gone) == {CASES: "absent", TOTAL: "absent"}
    assert told(gone) == [(RATIO, 12.5, None)]
    gone = load(plan, tmp_path / "c", {FIRST: counts(12, 80), SECOND: ratio("无此行业")})
    assert in_force(gone) == {RATIO: "absent"}
    assert told(gone) == [(RATIO, 15, None)]


def test_every_turn_is_listed_and_the_last_is_in_force(plan, tmp_path):
    files = {FIRST: counts(12, 80), SECOND: ratio("12.5%"), THIRD: counts(8, 80)}
    submissions = load(plan, tmp_path, files)
    assert in_force(submissions) == {CASES: 8, TOTAL: 80}
    assert sorted(told(submissions)) == sorted(
        [(RATIO, 15, 12.5), (RATIO, 12.5, 10), (CASES, 12, 8)]
    )


@pytest.mark.parametrize(
    "files", [(counts(10, 80), ratio("12.5%")), (ratio("12.5%"), counts(10, 80))]
)
def test_the_same_share_in_the_other_form_is_no_revision_and_the_counts_stay(plan, tmp_path, files):
    submissions = load(plan, tmp_path, dict(zip((FIRST, SECOND), files, strict=True)))
    assert in_force(submissions) == {CASES: 10, TOTAL: 80}
    assert submissions.revisions.empty


def test_a_faulty_form_does_not_take_the_place_of_a_sound_one(plan, tmp_path):
    submissions = load(plan, tmp_path / "a", {FIRST: counts(12, 80), SECOND: ratio("12.5")})
    assert in_force(submissions) == {CASES: 12, TOTAL: 80}
    assert codes(submissions) == ["error cell-ratio"]
    submissions = load(plan, tmp_path / "b", {FIRST: ratio("12.5%"), SECOND: counts("12左右", 80)})
    assert in_force(submissions) == {RATIO: 125 * 10**9}
    assert codes(submissions) == ["error cell-type"]


def test_a_sound_form_settles_the_faults_of_the_other(plan, tmp_path):
    submissions = load(plan, tmp_path / "a", {FIRST: counts("12左右", 80), SECOND: ratio("12.5%")})
    assert in_force(submissions) == {RATIO: 125 * 10**9}
    assert codes(submissions) == ["info cell-type"]
    submissions = load(plan, tmp_path / "b", {FIRST: ratio("12.5"), SECOND: counts(12, 80)})
    assert in_force(submissions) == {CASES: 12, TOTAL: 80}
    assert codes(submissions) == ["info cell-ratio"]
    assert submissions.faulty.empty


def test_a_baseline_is_frozen_in_either_form(plan, tmp_path):
    files = {FIRST: counts(12, 80, 2019), SECOND: ratio("12.5%", 2019)}
    submissions = load(plan, tmp_path, files)
    assert in_force(submissions) == {CASES: 12, TOTAL: 80}
    assert codes(submissions) == ["error baseline-changed"]
    assert "由15%改为12.5%" in submissions.findings["message"].iloc[0]
    entry = AcceptedBaseline("太原市", DUST, RATIO, "12.5%", "复核函")
    accepting = load(replace(plan, accepted_baselines=(entry,)), tmp_path, {})
    assert in_force(accepting) == {RATIO: 125 * 10**9}
    assert codes(accepting) == ["info baseline-accepted"]
    wrong = replace(plan, accepted_baselines=(replace(entry, value=125_000),))
    with pytest.raises(PlanError, match="带百分号的比例"):
        load(wrong, tmp_path, {})


def test_counts_of_a_baseline_take_the_place_of_a_ratio_if_both_are_accepted(plan, tmp_path):
    files = {FIRST: ratio("12.5%", 2019), SECOND: counts(12, 80, 2019)}
    assert in_force(load(plan, tmp_path, files)) == {RATIO: 125 * 10**9}
    entries = [
        AcceptedBaseline("太原市", DUST, measure, value)
        for measure, value in ((CASES, 12), (TOTAL, 80))
    ]
    one = load(replace(plan, accepted_baselines=(entries[0],)), tmp_path, {})
    assert in_force(one) == {RATIO: 125 * 10**9}
    both = load(replace(plan, accepted_baselines=tuple(entries)), tmp_path, {})
    assert in_force(both) == {CASES: 12, TOTAL: 80}


@pytest.mark.parametrize(
    ("second", "old", "new"),
    [(ratio("20%"), "met", "missed"), (counts(16, 80), "met", "missed")],
)
def test_the_verdict_that_another_form_changed_is_listed(plan, tmp_path, second, old, new):
    first = counts(12, 80) if second == ratio("20%") else ratio("15%")
    files = {"2021-07-20/a.csv": counts(14, 80, 2019), FIRST: first, SECOND: second}
    submissions = load(plan, tmp_path, files)
    assert status(plan, submissions) == new
    changes = revised_verdicts(plan, submissions)
    changes = changes[(changes["area"] == "太原市") & (changes["year"] == 2022)]
    assert changes[["old_status", "new_status"]].values.tolist() == [[old, new]]
    folder = replace(plan, folder=tmp_path)
    compared = gs.compare(folder, "2023-03-01", "2023-03-31", 2022)
    assert set(compared.figures["change"]) == {"revised"}


def test_after_a_ratio_one_count_alone_does_not_bring_the_counts_back(plan, tmp_path):
    """The total of April says nothing of the cases of February."""
    files = {FIRST: counts(12, 80), SECOND: ratio("12.5%"), THIRD: counts("", 70)}
    assert in_force(load(plan, tmp_path, files)) == {RATIO: 125 * 10**9}


def test_a_share_is_there_since_the_second_of_its_counts_came(plan, tmp_path):
    files = {FIRST: counts(12, ""), SECOND: counts("", 80), THIRD: ratio("12.5%")}
    submissions = load(plan, tmp_path, files)
    assert in_force(submissions) == {RATIO: 125 * 10**9}
    days = submissions.observations["first_received_on"].tolist()
    assert days == [pd.Timestamp("2023-03-10")]


def test_a_ratio_after_a_year_without_a_case_revises_it(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: counts(0, 0), SECOND: ratio("12.5%")})
    assert in_force(submissions) == {RATIO: 125 * 10**9}
    assert told(submissions) == [(RATIO, None, 12.5)]


def test_a_year_without_a_case_had_no_figure_that_could_vanish(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: counts(0, 0), SECOND: ratio("无此行业")})
    assert in_force(submissions) == {RATIO: "absent"}
    assert codes(submissions) == []


def test_a_faulty_form_does_not_stand_beside_a_sound_one_of_its_day(plan, tmp_path):
    files = {FIRST: counts(12, 80), "2023-02-20/z.csv": ratio("12.5")}
    assert in_force(load(plan, tmp_path, files)) == {CASES: 12, TOTAL: 80}


def test_two_ratios_of_a_day_are_in_conflict_and_leave_the_counts_in_force(plan, tmp_path):
    files = {FIRST: counts(12, 80), SECOND: ratio("12.5%"), "2023-03-10/c.csv": ratio("10%")}
    submissions = load(plan, tmp_path, files)
    assert in_force(submissions) == {CASES: 12, TOTAL: 80}
    assert codes(submissions) == ["error key-conflict"]


def test_a_ratio_revises_the_counts_as_they_were_revised_before(plan, tmp_path):
    """12 of 80 became 16 of 80, which are 20 %."""
    files = {FIRST: counts(12, 80), SECOND: counts(16, 80), THIRD: ratio("12.5%")}
    found = told(load(plan, tmp_path, files))
    assert sorted(found) == sorted([(CASES, 12, 16), (RATIO, 20, 12.5)])
