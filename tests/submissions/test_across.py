"""Files against each other: foreign figures, two cities alike, an industry that vanishes."""

import pytest
from submitted import codes, construction, figures, load, sheet

INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "机械制造")
FIRST, SECOND = "2023-02-20", "2023-03-10"
COAL = ("煤矿", 2022, "accidents")


def accidents(*areas: str, numbers: tuple = (3, 4, 5, 6), year: int = 2022) -> str:
    """Return a table in which each area has these accidents, and one casualty more each."""
    rows = [
        f"{year},{area},{industry},{number},{number + 1}"
        for area in areas
        for industry, number in zip(INDUSTRIES, numbers, strict=True)
    ]
    return sheet("accidents", *rows)


# A file of one city that brings figures of another


def test_a_city_s_file_does_not_change_another_city_s_figures(plan, tmp_path):
    files = {
        f"{FIRST}/大同市_2022年事故.csv": accidents("大同市"),
        f"{SECOND}/太原市_2022年事故.csv": accidents("太原市", "大同市", numbers=(9, 9, 9, 8)),
    }
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)["大同市", *COAL] == 4
    assert figures(submissions)["太原市", *COAL] == 9
    assert codes(submissions) == ["error file-area-foreign"]
    (row,) = submissions.findings.to_dict("records")
    assert (row["area"], row["cell"]) == ("大同市", "D6")
    assert "文件名是太原市，其中却有大同市的8项数据，未采用" in row["message"]
    assert submissions.revisions.empty


def test_a_foreign_figure_that_cannot_be_read_is_not_counted_among_those_left_out(plan, tmp_path):
    content = accidents("太原市", "大同市", numbers=(3, 4, 5, 6)).replace(
        "机械制造,6,7", "机械制造,6,?"
    )
    submissions = load(plan, tmp_path, {f"{FIRST}/太原市_2022年事故.csv": content})
    rows = submissions.findings
    message = rows.loc[rows["code"] == "file-area-foreign", "message"].item()
    assert "其中却有大同市的7项数据" in message


def test_foreign_figures_are_settled_by_their_own_city(plan, tmp_path):
    files = {
        f"{FIRST}/太原市_2022年事故.csv": accidents("太原市", "大同市"),
        f"{SECOND}/大同市_2022年事故.csv": accidents("大同市", numbers=(1, 1, 1, 2)),
    }
    submissions = load(plan, tmp_path, files)
    assert figures(submissions)["大同市", *COAL] == 1
    assert codes(submissions) == ["info file-area-foreign"]


@pytest.mark.parametrize("name", ["山西省_2022年事故", "太原市大同市_事故", "2022年事故"])
def test_a_compilation_may_hold_whom_its_name_allows(plan, tmp_path, name):
    content = accidents("太原市") + accidents("大同市", numbers=(1, 1, 1, 2)).partition("\n")[2]
    submissions = load(plan, tmp_path, {f"{FIRST}/{name}.csv": content})
    assert codes(submissions) == []
    assert figures(submissions)["大同市", *COAL] == 1


def test_a_city_s_file_may_hold_its_counties(plan, tmp_path):
    content = "年度,市,县,行业,事故起数,伤亡人数\n2022,太原市,小店区,建筑施工,1,1\n"
    submissions = load(plan, tmp_path, {f"{FIRST}/太原市.csv": content})
    assert "error file-area-foreign" not in codes(submissions)


# Two cities with the same table


def test_two_cities_with_the_same_table_are_a_warning_and_used(plan, tmp_path):
    files = {
        f"{FIRST}/太原市.csv": accidents("太原市"),
        f"{FIRST}/大同市.csv": accidents("大同市"),
    }
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["warning like-another-area"]
    (row,) = submissions.findings.to_dict("records")
    assert (row["area"], row["year"]) == ("大同市", 2022)
    assert "与太原市的（《2023-02-20/太原市.csv》）完全相同" in row["message"]
    assert figures(submissions)["大同市", *COAL] == 4


@pytest.mark.parametrize(
    ("numbers", "area", "year"),
    [
        ((3, 4, 5, 7), "大同市", 2022),
        ((3, 4, 5, 6), "大同市", 2021),
        ((3, 4, 5, 6), "山西省", 2022),
    ],
)
def test_tables_that_differ_or_are_of_another_year_or_level_are_none(
    plan, tmp_path, numbers, area, year
):
    files = {
        f"{FIRST}/a.csv": accidents("太原市"),
        f"{FIRST}/b.csv": accidents(area, numbers=numbers, year=year),
    }
    assert "warning like-another-area" not in codes(load(plan, tmp_path, files))


def test_a_quiet_year_in_two_cities_is_no_copy(plan, tmp_path):
    quiet = sheet("accidents", *(f"2022,{{0}},{i},0,0" for i in INDUSTRIES[1:]))
    quiet += "2022,{0},危险化学品,1,1\n"
    files = {f"{FIRST}/{a}.csv": quiet.format(a) for a in ("太原市", "大同市")}
    assert codes(load(plan, tmp_path, files)) == []


# An industry that vanishes


def test_a_figure_that_becomes_no_such_industry_is_a_warning(plan, tmp_path):
    files = {
        f"{FIRST}/a.csv": construction(10, 30),
        f"{SECOND}/b.csv": construction("无此行业", "无此行业"),
    }
    submissions = load(plan, tmp_path, files)
    assert codes(submissions) == ["warning industry-vanishes"]
    message = submissions.findings["message"].iloc[0]
    assert "原报10（《2023-02-20/a.csv》D2）、30（《2023-02-20/a.csv》E2）" in message
    assert set(figures(submissions).values()) == {"absent"}


def test_an_industry_that_came_back_or_was_never_there_did_not_vanish(plan, tmp_path):
    files = {
        f"{FIRST}/a.csv": construction(10, 30),
        f"{SECOND}/b.csv": construction("无此行业", "无此行业"),
        "2023-04-01/c.csv": construction(10, 30),
    }
    assert codes(load(plan, tmp_path / "a", files)) == []
    files = {
        f"{FIRST}/a.csv": construction("无此行业", "无此行业"),
        f"{SECOND}/b.csv": construction("无此行业", "无此行业"),
    }
    assert codes(load(plan, tmp_path / "b", files)) == []
