"""Relations within a row and a file: each holds up to its last case, and no further."""

import pytest
from submitted import codes, codes_alone, figures, figures_alone, load, read_alone, sheet

DAY = "2024-02-20"


@pytest.fixture
def told(plan, tmp_path):
    """Return what is said of a table, and the figures of its first row."""

    def read(table: str, row: str, header: str = "") -> tuple[list[str], list[object]]:
        content = sheet(table, row)
        content = content.replace(content.partition("\n")[0], header) if header else content
        found = read_alone(plan, tmp_path, content.encode(), "a.csv")
        return codes_alone(found), figures_alone(found)

    return read


PARTS = "年度,市,行业,事故起数,伤亡人数,死亡人数,受伤人数"
SHARES = "年度,市,尘肺病报告例数,接尘工龄不足5年例数,尘肺病报告比例"


@pytest.mark.parametrize(
    ("table", "row", "header", "code"),
    [
        ("pneumoconiosis", "2023,太原市,10,10", "", ""),
        ("pneumoconiosis", "2023,太原市,10,11", "", "part-above-whole"),
        ("training", "2023,太原市,建筑施工,安全生产,10,10", "", ""),
        ("training", "2023,太原市,建筑施工,安全生产,10,11", "", "coverage-above-one"),
        ("training", "2023,太原市,涉尘行业,职业卫生,10,10", "", ""),
        ("training", "2023,太原市,涉尘行业,职业卫生,10,11", "", "coverage-above-one"),
        ("accidents", "2023,太原市,建筑施工,0,0", "", ""),
        ("accidents", "2023,太原市,建筑施工,0,1", "", "casualties-without-accidents"),
        ("accidents", "2023,太原市,建筑施工,2,5,2,3", PARTS, ""),
        ("accidents", "2023,太原市,建筑施工,2,5,2,4", PARTS, "casualties-do-not-add-up"),
        ("accidents", "2023,太原市,建筑施工,2,5,2,2", PARTS, "casualties-do-not-add-up"),
    ],
)
def test_a_relation_holds_up_to_its_last_case(told, table, row, header, code):
    said, values = told(table, row, header)
    assert said == ([f"error {code}"] if code else [])
    untouched = {2} if code == "casualties-do-not-add-up" else set()
    assert {*values} == {"withheld"} | untouched if code else "withheld" not in values


@pytest.mark.parametrize("part", ["死亡人数", "受伤人数"])
@pytest.mark.parametrize(("number", "fits"), [(5, True), (6, False)])
def test_one_part_alone_is_at_most_all_casualties(told, part, number, fits):
    header = f"年度,市,行业,事故起数,伤亡人数,{part}"
    said, _ = told("accidents", f"2023,太原市,建筑施工,2,5,{number}", header)
    assert said == ([] if fits else ["error casualties-do-not-add-up"])


@pytest.mark.parametrize(
    ("ratio", "fits"),
    [("20%", True), ("20.5%", True), ("20.6%", False), ("19.5%", True), ("19.4%", False)],
)
def test_a_ratio_may_differ_from_its_counts_by_half_a_percentage_point(told, ratio, fits):
    """20 of 100: whoever rounds to whole per cent is off by half a point at most."""
    said, _ = told("pneumoconiosis", f"2023,太原市,100,20,{ratio}", SHARES)
    assert said == ([] if fits else ["error ratio-contradicts-counts"])


def test_a_contradiction_leaves_the_earlier_figures_in_force(plan, tmp_path):
    """Twelve of ten in March: the five of ten of February stand, and it is told once."""
    files = {
        f"{DAY}/a.csv": sheet("pneumoconiosis", "2023,太原市,10,5"),
        "2024-03-01/b.csv": sheet("pneumoconiosis", "2023,太原市,10,12"),
    }
    submissions = load(plan, tmp_path, files)
    assert sorted(figures(submissions).values()) == [5, 10]
    assert submissions.findings["code"].tolist() == ["part-above-whole"]


def test_figures_that_stand_twice_are_used_neither_time(plan, tmp_path):
    """Twice is enough, and the neighbour that stands there once goes on."""
    rows = "2023,太原市,建筑施工,3,\n2023,太原市,建筑施工,3,4\n"
    content = sheet("accidents", *rows.splitlines())
    submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
    assert "error key-duplicate" in codes(submissions)
    assert figures(submissions)["太原市", "建筑施工", 2023, "accidents"] == "withheld"


@pytest.mark.parametrize("number", ["5.5", "3"])
def test_no_such_industry_beside_any_number_is_a_contradiction(told, number):
    """A number that cannot be used says that there is the industry, too."""
    said, values = told("accidents", f"2023,太原市,建筑施工,无此行业,{number}")
    assert "error row-contradiction" in said
    assert values == ["withheld", "withheld"]


@pytest.mark.parametrize("table", ["accidents", "training"])
def test_an_industry_of_the_same_department_that_is_left_out_is_missed(plan, tmp_path, table):
    """危险化学品, 煤矿, 非煤矿山 and 机械制造 are one department's; 建筑施工 is another's."""
    kind = "安全生产," if table == "training" else ""
    names = ("煤矿", "非煤矿山", "机械制造")
    content = sheet(table, *(f"2023,太原市,{name},{kind}9,9" for name in names))
    found = load(plan, tmp_path, {f"{DAY}/a.csv": content}).findings
    left_out = found[found["code"] == "row-left-out"]
    assert left_out["industry"].tolist() == ["危险化学品"]
    assert left_out["severity"].tolist() == ["error"]


def test_an_industry_reported_for_another_year_is_missed_whoever_owes_it(plan, tmp_path):
    rows = ["2022,太原市,建筑施工,3,4", "2022,太原市,交通运输,3,4", "2023,太原市,建筑施工,3,4"]
    found = load(plan, tmp_path, {f"{DAY}/a.csv": sheet("accidents", *rows)}).findings
    left_out = found[found["code"] == "row-left-out"]
    assert left_out[["industry", "year"]].values.tolist() == [["交通运输", 2023]]
