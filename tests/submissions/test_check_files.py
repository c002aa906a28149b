"""Checks on rows and on whole files: each fires on its fault and on nothing near it."""

import pytest
from submitted import codes, construction, figures, load, sheet

import gsyf_lib as gs
from gsyf_lib.submissions.read.names import areas_named, plan_names

DAY, LATER = "2024-02-20", "2024-03-20"
INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "机械制造")
PROGRESS = sheet("progress", "2023,太原市,3,已完成,2023-05-09")


def accidents(*pairs: tuple[int, int], area: str = "太原市", year: int = 2023) -> str:
    rows = zip(INDUSTRIES, pairs, strict=True)
    return sheet("accidents", *(f"{year},{area},{i},{a},{c}" for i, (a, c) in rows))


# The name of a file


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("太原市_事故", ["太原市"]),
        ("山西省太原市事故", ["太原市"]),
        ("山西各市汇总", ["山西省"]),
        ("太原和大同", ["太原市", "大同市"]),
        ("140100事故", []),
        ("事故", []),
        ("2023年长治久安专项行动事故表", []),
        ("太原市2023年长治久安专项行动", ["太原市"]),
        ("大同小异", []),
        ("吕梁山区煤矿", []),
        ("长治2023", ["长治市"]),
        ("2023年长治", ["长治市"]),
        ("长治市久安", ["长治市"]),
        ("长治尘肺病", ["长治市"]),
        ("长治年报", ["长治市"]),
        ("长治住建局报表", ["长治市"]),
        ("长治襄垣", ["长治市"]),
    ],
)
def test_a_file_name_names_its_cities_or_else_the_province(plan, name, named):
    assert [area.name for area in areas_named(name, plan_names(plan))] == named


def test_a_county_in_a_file_name_names_no_other_city(plan):
    names = plan_names(plan)
    for code, county in names.counties:
        assert {area.code for area in areas_named(f"{county}报表", names)} <= {code}


def test_a_city_is_named_before_every_word_of_the_plan(plan):
    names = plan_names(plan)
    below = [word for code, word in names.counties if code == "140100"]
    for word in (*below, *names.industries, *names.offices, *names.headers["accidents"]):
        assert [area.name for area in areas_named(f"太原{word}", names)] == ["太原市"], word


@pytest.mark.parametrize("name", ["大同市_事故", "大同", "山西省大同市_事故"])
@pytest.mark.parametrize("content", [construction(12), PROGRESS], ids=["figures", "progress"])
def test_a_file_named_for_another_city_is_taken_by_neither(plan, tmp_path, name, content):
    submissions = load(plan, tmp_path, {f"{DAY}/{name}.csv": content})
    assert codes(submissions) == ["error file-area-mismatch"]
    assert set(figures(submissions).values()) <= {"withheld"}
    assert submissions.progress.empty


@pytest.mark.parametrize(
    "name", ["太原市", "太原和大同", "山西省报表", "事故", "140200", "长治久安专项行动"]
)
def test_a_file_name_that_fits_or_says_nothing_is_fine(plan, tmp_path, name):
    assert codes(load(plan, tmp_path, {f"{DAY}/{name}.csv": construction(12)})) == []


def test_a_county_s_figures_fit_the_name_of_its_city(plan, tmp_path):
    content = "年度,市,县,行业,事故起数,伤亡人数\n2022,太原市,小店区,建筑施工,2,3\n"
    assert codes(load(plan, tmp_path, {f"{DAY}/太原市.csv": content})) == []


def test_a_mismatched_file_leaves_an_earlier_figure_in_force(plan, tmp_path):
    files = {f"{DAY}/太原市.csv": construction(12), f"{LATER}/大同市.csv": construction(13)}
    submissions = load(plan, tmp_path, files)
    assert list(figures(submissions).values()) == [12, 30]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("事故_2023年", ["warning file-year-mismatch"]),
        ("事故_2022年", []),
        ("2023年报送2022年数据", []),
        ("2023年2月报送", []),
        ("20231231", []),
    ],
)
def test_a_year_in_the_name_should_be_one_of_those_inside(plan, tmp_path, name, told):
    submissions = load(plan, tmp_path, {f"{DAY}/{name}.csv": construction(12)})
    assert codes(submissions) == told
    assert list(figures(submissions).values()) == [12, 30]


# A year that is not over


@pytest.mark.parametrize(
    ("day", "year", "told"),
    [
        ("2023-02-20", 2023, ["error year-not-over"]),
        ("2023-11-30", 2023, ["error year-not-over"]),
        ("2023-12-01", 2023, []),
        ("2024-01-02", 2023, []),
        ("2023-02-20", 2022, []),
    ],
)
def test_figures_of_a_year_that_is_not_over_are_not_used(plan, tmp_path, day, year, told):
    submissions = load(plan, tmp_path, {f"{day}/a.csv": construction(12, year=year)})
    assert codes(submissions) == told
    assert set(figures(submissions).values()) == ({"withheld"} if told else {12, 30})


def test_tasks_are_told_while_their_year_runs(plan, tmp_path):
    assert codes(load(plan, tmp_path, {"2023-06-20/a.csv": PROGRESS})) == []


# Swapped columns


def test_casualties_below_accidents_in_every_row_are_held(plan, tmp_path):
    content = accidents((5, 3), (9, 4), (8, 2), (7, 6))
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert codes(submissions) == ["error columns-swapped"]
    assert set(figures(submissions).values()) == {"withheld"}
    found = submissions.findings.iloc[0]
    assert (found["area"], found["cell"]) == ("太原市", "D2")


@pytest.mark.parametrize(
    "pairs",
    [
        [(5, 3), (9, 4), (8, 2), (7, 7)],
        [(5, 3), (9, 4), (8, 2), (0, 0)],
        [(1, 0), (2, 0), (1, 0), (3, 1)],
    ],
    ids=["one row is not", "too few rows", "accidents that hurt nobody"],
)
def test_single_rows_below_are_no_swap(plan, tmp_path, pairs):
    assert codes(load(plan, tmp_path, {f"{DAY}/a.csv": accidents(*pairs)})) == []


def test_figures_held_are_confirmed_by_being_sent_again_unchanged(plan, tmp_path):
    content = accidents((5, 3), (9, 4), (8, 2), (7, 6))
    files = {f"{DAY}/a.csv": content, f"{LATER}/b.csv": content}
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["info columns-swapped"]
    assert figures(submissions)["太原市", "煤矿", 2023, "accidents"] == 9


def test_figures_held_and_sent_twice_on_one_day_are_not_confirmed(plan, tmp_path):
    content = accidents((5, 3), (9, 4), (8, 2), (7, 6))
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content, f"{DAY}/b.csv": content})
    assert codes(submissions) == ["error columns-swapped"]


def test_a_swap_that_is_mended_becomes_information(plan, tmp_path):
    files = {
        f"{DAY}/a.csv": accidents((5, 3), (9, 4), (8, 2), (7, 6)),
        f"{LATER}/a.csv": accidents((3, 5), (4, 9), (2, 8), (6, 7)),
    }
    assert codes(load(plan, tmp_path, files)) == ["info columns-swapped"]


def test_a_swap_of_which_a_part_was_sent_again_stays_an_error(plan, tmp_path):
    transport = "2023,太原市,交通运输,{},{}\n"
    files = {
        f"{DAY}/a.csv": accidents((5, 3), (9, 4), (8, 2), (7, 6)) + transport.format(9, 5),
        f"{LATER}/a.csv": accidents((3, 5), (4, 9), (2, 8), (6, 7)),
    }
    assert "error columns-swapped" in codes(load(plan, tmp_path, files))


# What is in force, from whatever file and day


def training(people: object, trained: object) -> str:
    return sheet("training", f"2022,太原市,建筑施工,安全生产,{people},{trained}")


def deaths(casualties: object, dead: object, injured: object) -> str:
    header = "年度,市,行业,事故起数,伤亡人数,死亡人数,受伤人数"
    return f"{header}\n2022,太原市,建筑施工,9,{casualties},{dead},{injured}\n"


@pytest.mark.parametrize(
    ("first", "second", "code", "withheld"),
    [
        (training(100, 90), training("", 160), "coverage-above-one", 2),
        (training(200, 160), training(100, ""), "coverage-above-one", 2),
        (
            sheet("pneumoconiosis", "2022,太原市,10,5"),
            sheet("pneumoconiosis", "2022,太原市,,20"),
            "part-above-whole",
            2,
        ),
        (construction(4, 5), construction(0, ""), "casualties-without-accidents", 2),
        (deaths(10, 2, 8), deaths(12, "", ""), "casualties-do-not-add-up", 3),
        (deaths(10, 2, 8), construction(9, 12), "casualties-do-not-add-up", 3),
    ],
)
def test_halves_from_different_days_are_checked_together(
    plan, tmp_path, first, second, code, withheld
):
    files = {"2023-02-20/a.csv": first, "2023-03-10/b.csv": second}
    submissions = load(plan, tmp_path, files)
    told = submissions.findings[submissions.findings["code"] == code]
    assert told["severity"].tolist() == ["error"]
    message = told["message"].iloc[0]
    assert "《2023-02-20/a.csv》" in message
    assert "《2023-03-10/b.csv》" in message
    assert "2023-02-20收到" in message
    states = submissions.observations["state"].tolist()
    assert states.count("withheld") == withheld
    assert submissions.observations.loc[
        submissions.observations["state"] == "withheld", "value"
    ].isna().all()  # fmt: skip


def test_halves_from_different_files_of_a_day_are_checked_together(plan, tmp_path):
    files = {
        "2023-02-20/a.csv": sheet("pneumoconiosis", "2022,太原市,80,12"),
        "2023-02-20/b.csv": sheet("ratio", "2022,太原市,50%"),
    }
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["error ratio-contradicts-counts"]
    assert set(figures(submissions).values()) == {"withheld"}
    files["2023-02-20/b.csv"] = sheet("ratio", "2022,太原市,15%")
    assert codes(load(plan, tmp_path, files)) == []


def test_what_fits_together_in_the_end_is_used(plan, tmp_path):
    files = {
        "2023-02-20/a.csv": training(100, 90),
        "2023-03-10/b.csv": training("", 160),
        "2023-04-01/c.csv": training(200, ""),
    }
    submissions = load(plan, tmp_path, files)
    assert set(figures(submissions).values()) == {200, 160}
    assert "coverage-above-one" not in set(submissions.findings["code"])


def test_a_contradiction_in_force_was_received_and_is_not_judged(plan, tmp_path):
    files = {"2023-02-20/a.csv": training(100, 90), "2023-03-10/b.csv": training("", 160)}
    submissions = load(plan, tmp_path, files)
    assert set(submissions.faulty["code"]) == {"coverage-above-one"}
    assert len(submissions.faulty) == 2
    results = gs.assess(plan, submissions.observations, 2022)
    rows = results[(results["area"] == "太原市") & (results["industry"] == "建筑施工")]
    row = rows[rows["indicator"] == "safety_training_coverage"].iloc[0]
    assert (row["status"], row["reason"]) == ("not_reported", "withheld")
