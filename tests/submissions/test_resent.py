"""What was faulty and came again: settled when that is sure, and never forgotten."""

from dataclasses import replace

import pandas as pd
import pytest
from submitted import codes, construction, hand_in, load, sheet

import gsyf_lib as gs
from gsyf_lib.errors import PlanError
from gsyf_lib.plan.plan import ReplacedFile
from gsyf_lib.submissions.findings import Source
from gsyf_lib.submissions.read.names import plan_names
from gsyf_lib.submissions.read.table import FileReading
from gsyf_lib.submissions.settled import may_have_held

DAY, LATER = "2024-02-20", "2024-03-20"
PROGRESS = sheet("progress", "2023,太原市,3,已完成,2023-05-09")
OFFICE = "太原市_住房和城乡建设部门"
TRAINING = sheet("training", "2022,太原市,建筑施工,安全生产,100,80")


def severities(submissions: gs.Submissions) -> list[str]:
    return submissions.findings["severity"].tolist()


# By its own name


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [
        ("太原市_2022年.xlsx", "太原市_2022年.csv", "info"),
        ("太原市_2022年.csv", "太原市_2022年.csv", "info"),
        ("太原市_2022年.csv", "太原市_2022年_更正.csv", "error"),
        ("太原市.csv", "太原市.csv", "error"),
        ("事故_2022年.csv", "事故_2022年.csv", "error"),
    ],
)
def test_an_unreadable_file_is_settled_by_a_sound_one_of_the_same_telling_name(
    plan, tmp_path, first, second, severity
):
    files = {f"{DAY}/{first}": "", f"{LATER}/{second}": construction(12)}
    assert severities(load(plan, tmp_path, files)) == [severity]


def test_a_second_file_that_is_faulty_too_settles_nothing(plan, tmp_path):
    name = "太原市_2022年.csv"
    files = {f"{DAY}/{name}": "", f"{LATER}/{name}": construction("-")}
    assert codes(load(plan, tmp_path, files)) == ["error cell-dash", "error file-empty"]


def test_an_unknown_name_is_settled_by_a_sound_file_of_the_same_name(plan, tmp_path):
    name = "太原市_2022年.csv"
    wrong = construction(12) + "2022,太愿市,建筑施工,1,2\n"
    files = {f"{DAY}/{name}": wrong, f"{LATER}/{name}": construction(12)}
    assert codes(load(plan, tmp_path, files)) == ["info area-unknown"]


# By its figures


@pytest.mark.parametrize(
    "wrong",
    [
        construction(12).replace(",伤亡人数", ",人数"),
        construction(12).replace(",伤亡人数", ""),
        construction(12).replace("伤亡人数", "事故起数"),
    ],
    ids=["near miss", "column missing", "column twice"],
)
def test_a_faulty_header_is_settled_once_all_figures_below_it_are_there(plan, tmp_path, wrong):
    first = {f"{DAY}/报表.csv": wrong}
    assert "error" in severities(load(plan, tmp_path / "alone", first))
    later = load(plan, tmp_path / "later", first | {f"{LATER}/另一个名字.csv": construction(12)})
    assert set(severities(later)) == {"info"}
    same_day = load(plan, tmp_path / "same", first | {f"{DAY}/另一个名字.csv": construction(12)})
    assert "error" in severities(same_day)


def test_a_faulty_header_over_a_name_not_understood_stays_an_error(plan, tmp_path):
    wrong = construction(12).replace(",伤亡人数", ",人数") + "2022,太愿市,建筑施工,1,2\n"
    files = {f"{DAY}/报表.csv": wrong, f"{LATER}/a.csv": construction(12)}
    assert "error" in severities(load(plan, tmp_path, files))


def test_a_faulty_header_of_which_a_part_came_again_stays_an_error(plan, tmp_path):
    wrong = construction(12).replace(",伤亡人数", ",人数") + "2021,太原市,建筑施工,1,2\n"
    files = {f"{DAY}/报表.csv": wrong, f"{LATER}/a.csv": construction(12)}
    assert "error" in severities(load(plan, tmp_path, files))


# By all that its name may mean


@pytest.mark.parametrize(
    ("name", "later", "severity"),
    [
        (f"{OFFICE}_2022年", [construction(12), TRAINING], "info"),
        ("太原住建2022", [construction(12), TRAINING], "info"),
        (f"{OFFICE}_安全生产事故_2022年", [construction(12)], "info"),
        (f"{OFFICE}_2022年", [construction(12)], "error"),
        (f"{OFFICE}_2021年", [construction(12), TRAINING], "error"),
        (f"{OFFICE}", [construction(12), TRAINING], "error"),
        ("太原市_2022年", [construction(12), TRAINING], "error"),
        ("住建_2022年", [construction(12), TRAINING], "error"),
        ("大同市_住建_2022年", [construction(12), TRAINING], "error"),
        ("太原市_安全生产事故_2022年", [construction(12)], "error"),
        ("太原市_人社部门_2022年", [construction(12), TRAINING], "error"),
    ],
)
def test_an_unreadable_file_is_settled_once_all_that_its_name_may_mean_is_there(
    plan, tmp_path, name, later, severity
):
    files = {f"{DAY}/{name}.xlsx": ""}
    files |= {f"{LATER}/{number}.csv": content for number, content in enumerate(later)}
    assert severities(load(plan, tmp_path, files)) == [severity]


def test_figures_of_an_earlier_day_do_not_settle_a_correction_that_could_not_be_read(
    plan, tmp_path
):
    files = {f"{DAY}/a.csv": construction(12), f"{LATER}/{OFFICE}_事故_2022年_更正.xlsx": ""}
    assert severities(load(plan, tmp_path, files)) == ["error"]


def test_a_file_that_holds_more_than_its_name_says_is_not_settled_by_it(plan, tmp_path):
    """The row not understood may be of any year."""
    wrong = construction(12, 30, 2021) + "二二年,太原市,建筑施工,1,2\n"
    files = {
        f"{DAY}/{OFFICE}_事故_2022年.csv": wrong,
        f"{LATER}/a.csv": construction(12) + "2021,太原市,建筑施工,12,30\n",
    }
    assert "error" in severities(load(plan, tmp_path, files))


def test_a_bare_ratio_stands_for_the_two_counts(plan, tmp_path):
    files = {
        f"{DAY}/太原市_尘肺病报告_2022年.xlsx": "",
        f"{LATER}/a.csv": sheet("ratio", "2022,太原市,5%"),
    }
    assert severities(load(plan, tmp_path, files)) == ["info"]


def may_have_been_in(file: str, plan: gs.Plan) -> set:
    reading = FileReading(Source(file, pd.Timestamp(DAY)), plan_names(plan))
    reading.findings.flag("file-broken.unreadable", reading.source)
    return may_have_held(plan, [reading])[file]


def test_what_is_owed_is_every_industry_of_the_table(plan):
    assert len(may_have_been_in("太原市_事故_2022年.xlsx", plan)) == 12
    assert len(may_have_been_in("太原市_培训_2022年.xlsx", plan)) == 14
    assert may_have_been_in("太原市_卫生健康部门_事故_2022年.xlsx", plan) == set()


# By hand


def replaced(plan: gs.Plan, *entries: ReplacedFile) -> gs.Plan:
    return replace(plan, replaced_files=entries)


FILES = {f"{DAY}/报表.xlsx": "", f"{LATER}/太原市.csv": construction(12)}
ENTRY = ReplacedFile(f"{DAY}/报表.xlsx", f"{LATER}/太原市.csv", "电话确认")


def test_a_file_that_says_nothing_stays_an_error_until_the_plan_names_its_successor(plan, tmp_path):
    there = hand_in(plan, tmp_path, FILES)
    assert severities(gs.load_submissions(there)) == ["error"]
    named = gs.load_submissions(replaced(there, ENTRY))
    assert severities(named) == ["info"]
    assert "已由《2024-03-20/太原市.csv》代替：电话确认" in named.findings["message"].iloc[0]
    before = gs.load_submissions(replaced(there, ENTRY), "2024-03-19")
    assert severities(before) == ["error"]


def test_a_successor_that_is_faulty_itself_settles_nothing(plan, tmp_path):
    there = hand_in(plan, tmp_path, FILES | {f"{LATER}/太原市.csv": construction("-")})
    assert severities(gs.load_submissions(replaced(there, ENTRY))) == ["error", "error"]


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, file=f"{DAY}/没有.xlsx"),
        replace(ENTRY, by="太原市.csv"),
        ReplacedFile(ENTRY.by, ENTRY.file),
        replace(ENTRY, by=ENTRY.file),
    ],
)
def test_an_entry_that_can_never_apply_is_refused(plan, tmp_path, entry):
    there = hand_in(plan, tmp_path, FILES)
    with pytest.raises(PlanError, match="replaced_files"):
        gs.load_submissions(replaced(there, entry))


# Training, tasks, and counties of one name


def test_a_faulty_figure_of_training_is_settled_as_any_other(plan, tmp_path):
    files = {f"{DAY}/a.csv": TRAINING.replace("80", "80%"), f"{LATER}/b.csv": TRAINING}
    assert codes(load(plan, tmp_path, files)) == ["info cell-type"]


@pytest.mark.parametrize(
    "wrong",
    [PROGRESS.replace("已完成", "差不多"), PROGRESS.replace("2023-05-09", "2033-05-09")],
)
def test_a_faulty_task_is_settled_by_that_task_from_any_file(plan, tmp_path, wrong):
    first = {f"{DAY}/a.csv": wrong}
    assert severities(load(plan, tmp_path / "a", first | {f"{LATER}/b.csv": PROGRESS})) == ["info"]
    other = PROGRESS.replace(",3,", ",4,")
    assert severities(load(plan, tmp_path / "b", first | {f"{LATER}/b.csv": other})) == ["error"]


def test_a_county_is_not_settled_by_another_one_of_its_name(plan, tmp_path):
    """城区 of 阳泉市 was faulty, 城区 of 晋城市 came later."""
    county = "年度,市,县,行业,事故起数,伤亡人数\n2022,{},城区,建筑施工,{},3\n"
    files = {
        f"{DAY}/a.csv": county.format("阳泉市", "-"),
        f"{LATER}/b.csv": county.format("晋城市", 2),
    }
    assert severities(load(plan, tmp_path, files)) == ["error"]


# What a file of the same name does not settle


def test_a_scan_of_the_same_name_settles_nothing(plan, tmp_path):
    name = "太原市_2022年"
    files = {f"{DAY}/{name}.csv": "", f"{LATER}/{name}.pdf": "%PDF-1.4 扫描件"}
    assert severities(load(plan, tmp_path, files))[0] == "error"


def test_digits_of_a_longer_number_are_no_year(plan, tmp_path):
    name = "太原市_120225.csv"
    files = {f"{DAY}/{name}": "", f"{LATER}/{name}": construction(12)}
    assert severities(load(plan, tmp_path, files)) == ["error"]


def test_a_figure_is_settled_by_itself_and_not_by_another_of_its_file(plan, tmp_path):
    """The file came again, soundly, but without the industry whose figure was in doubt."""
    name = "太原市_2022年.csv"
    other = sheet("accidents", "2022,太原市,交通运输,1,2")
    files = {f"{DAY}/{name}": construction("-"), f"{LATER}/{name}": other}
    assert codes(load(plan, tmp_path, files)) == ["error cell-dash"]


def test_held_columns_are_not_settled_by_another_table_of_that_name(plan, tmp_path):
    name = "太原市_2023年.csv"
    industries = ("危险化学品", "煤矿", "非煤矿山", "机械制造")
    held = sheet("accidents", *(f"2023,太原市,{industry},5,3" for industry in industries))
    other = TRAINING.replace("2022", "2023")
    files = {f"{DAY}/{name}": held, f"{LATER}/{name}": other}
    assert codes(load(plan, tmp_path, files)) == ["error columns-swapped"]


def test_a_fault_between_two_figures_is_settled_once_both_came_again(plan, tmp_path):
    """Twelve of ten; then ten became twenty, and nobody said whether the twelve are right."""
    both = sheet("pneumoconiosis", "2022,太原市,{},{}")
    files = {
        f"{DAY}/a.csv": both.format(10, 5),
        "2024-03-01/a.csv": both.format(10, 12),
        f"{LATER}/a.csv": both.format(20, ""),
    }
    assert "error part-above-whole" in codes(load(plan, tmp_path, files))


@pytest.mark.parametrize(("trained", "severity"), [("90", "info"), ("", "error")])
def test_figures_in_another_unit_are_settled_once_all_of_them_came_again(
    plan, tmp_path, trained, severity
):
    files = {
        f"{DAY}/a.csv": TRAINING,
        "2024-03-01/b.csv": "单位：百人\n" + TRAINING,
        f"{LATER}/c.csv": sheet("training", f"2022,太原市,建筑施工,安全生产,110,{trained}"),
    }
    assert f"{severity} unit-unfit" in codes(load(plan, tmp_path, files))


def test_a_copy_of_last_year_stays_one_though_its_file_was_settled(plan, tmp_path):
    name = "太原市_2023年.csv"
    industries = ("危险化学品", "煤矿", "非煤矿山", "机械制造")
    rows = [
        f"{year},太原市,{i},{n},9" for year in (2022, 2023) for n, i in enumerate(industries, 3)
    ]
    wrong = sheet("accidents", *rows, "2023,太愿市,煤矿,3,9")
    files = {f"{DAY}/{name}": wrong, f"{LATER}/{name}": TRAINING.replace("2022", "2023")}
    assert codes(load(plan, tmp_path, files)) == [
        "info area-unknown",
        "warning copied-last-year",
    ]


def test_no_training_is_owed_of_the_baseline_year(plan, tmp_path):
    files = {
        f"{DAY}/{OFFICE}_2019年.xlsx": "",
        f"{LATER}/a.csv": construction(12, year=2019),
    }
    assert severities(load(plan, tmp_path, files)) == ["info"]
