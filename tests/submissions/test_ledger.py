"""Figures in time: a later folder revises, a conflict is used neither way, 2019 is frozen."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from submitted import (
    codes,
    construction,
    figures,
    load,
    sheet,
    table_rows,
    the_figure,
    workbook,
)

import gsyf_lib as gs
from gsyf_lib.errors import PlanError
from gsyf_lib.plan.plan import AcceptedBaseline
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.ledger import figures_in_force

FAULTS = Path(__file__).parents[1] / "faults"
KEY = ("太原市", "建筑施工", 2022, "accidents")
FIRST, SECOND, THIRD = "2023-02-20/a.csv", "2023-03-10/a.csv", "2023-04-01/a.csv"


def day(file: str) -> pd.Timestamp:
    return pd.Timestamp(file[:10])


def test_a_later_folder_revises_figure_by_figure(plan, tmp_path):
    files = {FIRST: construction(10, 30), SECOND: construction(12, 30)}
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)[KEY] == 12
    assert submissions.findings.empty
    (row,) = submissions.revisions.to_dict("records")
    assert (row["measure"], row["old_value"], row["new_value"]) == ("accidents", 10, 12)
    assert (row["old_file"], row["old_cell"]) == (FIRST, "D2")
    assert (row["file"], row["cell"], row["received_on"]) == (SECOND, "D2", day(SECOND))


def test_a_past_day_sees_the_figure_of_that_day_and_no_revision(plan, tmp_path):
    files = {FIRST: construction(10), SECOND: construction(12)}
    submissions = load(plan, tmp_path, files, as_of="2023-03-09")
    assert figures(submissions)[KEY] == 10
    assert submissions.revisions.empty


def test_every_step_of_a_figure_is_listed(plan, tmp_path):
    files = {FIRST: construction(10), SECOND: construction(12), THIRD: construction(10)}
    revisions = load(plan, tmp_path, files).revisions
    assert revisions[["old_value", "new_value"]].values.tolist() == [[10, 12], [12, 10]]


def test_a_change_to_no_such_industry_is_a_revision_without_a_number(plan, tmp_path):
    files = {FIRST: construction(10, 30), SECOND: construction("无此行业", "")}
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)[KEY] == "absent"
    assert submissions.revisions["new_value"].isna().all()
    assert len(submissions.revisions) == 2


def test_a_figure_left_out_later_stays_in_force(plan, tmp_path):
    files = {FIRST: construction(10), SECOND: construction(9, year=2021)}
    assert figures(load(plan, tmp_path, files))[KEY] == 10


# Conflicts


def test_two_values_on_one_day_are_used_neither_way(plan, tmp_path):
    files = {FIRST: construction(10), "2023-02-20/b.csv": construction(12)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error key-conflict", "info sent-twice"]
    assert figures(submissions)[KEY] == "withheld"
    assert figures(submissions)["太原市", "建筑施工", 2022, "casualties"] == 30
    message = submissions.findings["message"].iloc[0]
    assert "《2023-02-20/a.csv》D2为10" in message
    assert "《2023-02-20/b.csv》D2为12" in message


def test_a_conflict_leaves_an_earlier_figure_in_force(plan, tmp_path):
    files = {
        FIRST: construction(10),
        SECOND: construction(12),
        "2023-03-10/b.csv": construction(13),
    }
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)[KEY] == 10
    assert codes(submissions) == ["error key-conflict", "info sent-twice"]
    assert submissions.revisions.empty


def test_the_same_value_in_two_files_of_a_day_is_no_conflict(plan, tmp_path):
    files = {FIRST: construction(10), "2023-02-20/b.csv": construction(10)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["info sent-twice"]
    assert "其中2项数据相同" in submissions.findings["message"].iloc[0]
    assert figures(submissions)[KEY] == 10


def test_a_conflict_that_is_settled_later_becomes_information(plan, tmp_path):
    files = {FIRST: construction(10), "2023-02-20/b.csv": construction(12)}
    submissions = load(plan, tmp_path, files | {SECOND: construction(12)})
    assert codes(submissions) == ["info key-conflict", "info sent-twice"]
    assert figures(submissions)[KEY] == 12


def test_a_conflict_does_not_count_as_handed_in(plan, tmp_path):
    """Two contradicting figures in time, the right one after the due day: late."""
    files = {FIRST: construction(10), "2023-02-20/b.csv": construction(12)}
    row = the_figure(load(plan, tmp_path, files | {SECOND: construction(12)}))
    assert row["first_received_on"] == day(SECOND)


def test_a_conflict_of_ratios_is_told_in_per_cent(plan, tmp_path):
    files = {
        FIRST: sheet("ratio", "2022,太原市,12.5%"),
        "2023-02-20/b.csv": sheet("ratio", "2022,太原市,8%"),
    }
    message = load(plan, tmp_path, files).findings["message"].iloc[0]
    assert "为12.5%" in message
    assert "为8%" in message


# Wrong figures, mended or not


def test_a_figure_that_was_only_ever_wrong_is_withheld(plan, tmp_path):
    files = {FIRST: construction("-"), SECOND: construction("约10")}
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)[KEY] == "withheld"
    assert set(submissions.findings["severity"]) == {"error"}


def test_a_wrong_figure_handed_in_again_rightly_becomes_information(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: construction("-"), SECOND: construction(10)})
    assert figures(submissions)[KEY] == 10
    assert codes(submissions) == ["info cell-dash"]
    assert the_figure(submissions)["first_received_on"] == day(SECOND)
    assert submissions.revisions.empty


def test_a_wrong_figure_does_not_replace_an_earlier_right_one_and_stays_an_error(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: construction(10), SECOND: construction("-")})
    assert figures(submissions)[KEY] == 10
    assert codes(submissions) == ["error cell-dash"]


def test_the_old_figure_handed_in_again_mends_what_went_wrong_between(plan, tmp_path):
    files = {FIRST: construction(10), SECOND: construction("-"), THIRD: construction(10)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["info cell-dash"]
    assert submissions.revisions.empty


def test_a_row_left_out_is_mended_by_any_file_that_brings_it(plan, tmp_path):
    first = sheet(
        "accidents", *(f"2022,太原市,{i},1,1" for i in ("危险化学品", "煤矿", "机械制造"))
    )
    second = sheet("accidents", "2022,太原市,非煤矿山,0,0")
    submissions = load(plan, tmp_path, {FIRST: first, "2023-02-20/b.csv": second})
    assert codes(submissions) == ["info row-left-out"]


# The days of a figure


def test_a_revision_keeps_the_day_of_the_first_submission(plan, tmp_path):
    row = the_figure(load(plan, tmp_path, {FIRST: construction(10), SECOND: construction(12)}))
    assert (row["first_received_on"], row["received_on"]) == (day(FIRST), day(SECOND))


def test_a_figure_confirmed_after_january_is_no_longer_provisional(plan, tmp_path):
    files = {"2025-12-20/a.csv": construction(10, year=2025)}
    early = load(plan, tmp_path, files)
    assert gs.indicator_values(early.observations, plan.indicators)["provisional"].all()
    files["2026-02-20/a.csv"] = construction(10, year=2025)
    confirmed = load(plan, tmp_path, files)
    assert the_figure(confirmed)["first_received_on"] == pd.Timestamp("2025-12-20")
    assert not gs.indicator_values(confirmed.observations, plan.indicators)["provisional"].any()


# The baseline


def baseline(accidents: object) -> str:
    return construction(accidents, year=2019)


def test_a_changed_baseline_is_refused(plan, tmp_path):
    files = {"2021-07-20/a.csv": baseline(40), FIRST: baseline(80)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error baseline-changed"]
    assert list(figures(submissions).values()) == [40, 30]
    assert submissions.revisions.empty
    assert "由40改为80" in submissions.findings["message"].iloc[0]


def test_a_changed_baseline_is_accepted_by_name_and_value(plan, tmp_path):
    entry = AcceptedBaseline("太原市", "建筑施工", "accidents", 80, "复核函")
    files = {"2021-07-20/a.csv": baseline(40), FIRST: baseline(80)}
    accepting = replace(plan, accepted_baselines=(entry,))
    submissions = load(accepting, tmp_path, files)
    assert codes(submissions) == ["info baseline-accepted"]
    assert (
        "由40改为80，已采用：plan.toml 已列明，依据为“复核函”" in submissions.findings["message"][0]
    )
    assert list(figures(submissions).values()) == [80, 30]
    assert len(submissions.revisions) == 1
    other = replace(plan, accepted_baselines=(replace(entry, value=81),))
    assert codes(load(other, tmp_path, files)) == ["error baseline-changed"]


def test_a_baseline_may_become_no_such_industry_if_that_is_accepted(plan, tmp_path):
    none = construction("无此行业", "无此行业", year=2019)
    files = {"2021-07-01/a.csv": construction(10, 12, year=2019), "2021-07-20/b.csv": none}
    assert codes(load(plan, tmp_path, files)) == ["error baseline-changed"]
    entries = tuple(
        AcceptedBaseline("太原市", "建筑施工", measure, "无此行业")
        for measure in ("accidents", "casualties")
    )
    accepting = load(replace(plan, accepted_baselines=entries), tmp_path, {})
    assert set(accepting.observations["state"]) == {"absent"}
    assert codes(accepting) == ["info baseline-accepted", "warning industry-vanishes"]


def test_a_baseline_is_accepted_for_its_own_industry_only(plan, tmp_path):
    files = {
        "2021-07-01/a.csv": construction(10, 12, year=2019),
        "2021-07-20/b.csv": construction(11, 12, year=2019),
    }
    entry = AcceptedBaseline("太原市", "交通运输", "accidents", 11)
    submissions = load(replace(plan, accepted_baselines=(entry,)), tmp_path, files)
    assert codes(submissions) == ["error baseline-changed"]


def test_a_first_baseline_may_come_late_and_a_repeated_one_is_no_change(plan, tmp_path):
    submissions = load(plan, tmp_path, {FIRST: baseline(40), SECOND: baseline(40)})
    assert submissions.findings.empty


def test_a_changed_baseline_stays_an_error_when_the_old_one_is_confirmed(plan, tmp_path):
    files = {FIRST: baseline(40), SECOND: baseline(80), THIRD: baseline(40)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error baseline-changed"]
    assert list(figures(submissions).values()) == [40, 30]


def test_a_whole_file_with_doubled_baselines_changes_none_of_them(plan, tmp_path):
    sound = FAULTS / "good" / "太原市_安全生产事故.xlsx"
    doubled = FAULTS / "bad" / "Y05_基期改写.xlsx"
    files = {"2026-02-10/a.xlsx": sound.read_bytes()}
    before = figures(load(plan, tmp_path / "before", files))
    after = load(plan, tmp_path, files | {"2026-03-10/a.xlsx": doubled.read_bytes()})
    assert "error baseline-changed" in codes(after)
    assert figures(after) == before


# Order


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_figures_changes_nothing(plan, tmp_path, seed):
    files = {
        FIRST: construction(10),
        "2023-02-20/b.csv": construction(10),
        SECOND: construction(12),
        "2023-03-10/b.csv": construction(13),
        THIRD: construction(14) + "2019,太原市,建筑施工,5,6\n",
    }
    submissions = load(plan, tmp_path, files)
    columns = [name for name in submissions.observations if name != "first_received_on"]
    rows = [
        load(plan, tmp_path / name[:10] / name[11], {name: content}).observations[columns]
        for name, content in files.items()
    ]
    shuffled = pd.concat(rows, ignore_index=True).sample(frac=1, random_state=seed)
    found = Findings()
    observations, revisions = figures_in_force(plan, shuffled, found)
    pd.testing.assert_frame_equal(observations, submissions.observations)
    pd.testing.assert_frame_equal(revisions, submissions.revisions)
    assert [row["code"] for row in found.rows] == ["key-conflict"]


# Accepted baselines


@pytest.mark.parametrize(
    ("name", "value"),
    [("area", "太愿市"), ("industry", "煤"), ("measure", "事故起数"), ("measure", "trained")],
)
def test_an_accepted_baseline_that_names_nothing_is_refused(plan, tmp_path, name, value):
    entry = AcceptedBaseline("太原市", "建筑施工", "accidents", 80)
    for wrong, outcome in ((entry, None), (replace(entry, **{name: value}), value)):
        accepting = replace(plan, accepted_baselines=(wrong,))
        if outcome is None:
            load(accepting, tmp_path, {FIRST: baseline(40)})
        else:
            with pytest.raises(PlanError, match=f"{name} = '{value}'"):
                load(accepting, tmp_path, {FIRST: baseline(40)})


@pytest.mark.parametrize("value", [-1, True, 1.5, "80"])
def test_an_accepted_baseline_that_is_no_count_is_refused(plan, tmp_path, value):
    entry = AcceptedBaseline("太原市", "建筑施工", "accidents", value)
    accepting = replace(plan, accepted_baselines=(entry,))
    with pytest.raises(PlanError, match="value = "):
        load(accepting, tmp_path, {FIRST: baseline(40)})


def test_a_figure_in_conflict_has_no_value_at_all(plan, tmp_path):
    files = {FIRST: construction(10), "2023-02-20/b.csv": construction(12)}
    row = the_figure(load(plan, tmp_path, files))
    assert row["state"] == "withheld"
    assert pd.isna(row["value"])


def test_only_the_baseline_year_is_frozen(plan, tmp_path):
    files = {FIRST: construction(40, year=2021), SECOND: construction(38, year=2021)}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == []
    assert submissions.revisions["new_value"].tolist() == [38]


# What a settled finding says


@pytest.mark.parametrize("cell", ["-", "约10", "12例，左右。", "", "１２", "1,200", -3, 2.5])
def test_a_settled_finding_asks_for_nothing_any_more(plan, tmp_path, cell):
    first = workbook(table_rows("accidents", [2022, "太原市", "建筑施工", cell, 30]))
    files = {"2023-02-20/a.xlsx": first, SECOND: construction(10)}
    for message in load(plan, tmp_path, files).findings["message"]:
        assert "未采用" not in message
        assert "请" not in message
        assert message.startswith("《2023-02-20/a.xlsx》工作表“表1”单元格D2：")
        assert message.endswith("。2023年3月10日已重新报送，不需处理")


def test_a_settled_finding_still_says_what_was_wrong(plan, tmp_path):
    files = {FIRST: construction("12例左右"), SECOND: construction(10)}
    (row,) = load(plan, tmp_path, files).findings.to_dict("records")
    assert row["message"] == (
        "《2023-02-20/a.csv》单元格D2：“12例左右”不是整数。2023年3月10日已重新报送，不需处理"
    )


def test_a_file_that_was_replaced_asks_for_nothing_any_more(plan, tmp_path):
    name = "太原市_住房和城乡建设部门_2022年.xlsx"
    rows = table_rows("accidents", [2022, "太原市", "建筑施工", 10, 30])
    files = {f"2023-02-20/{name}": workbook(rows)[:900], f"2023-03-10/{name}": workbook(rows)}
    (row,) = load(plan, tmp_path, files).findings.to_dict("records")
    assert row["severity"] == "info"
    assert "请" not in row["message"]
    assert row["message"].endswith("。此后已重新报送，不需处理")
