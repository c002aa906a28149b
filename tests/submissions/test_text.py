"""Text files, as programs and people write them: read as they are meant, or told."""

import pytest
from submitted import codes, construction, figures, load

DAY = "2026-02-10"
BOTH = [12, 30]
LONG = "年度,市,行业,事故起数,伤亡人数,死亡人数,受伤人数"


@pytest.fixture
def read(plan, tmp_path):
    def told(content: str | bytes) -> tuple[list[str], list[object]]:
        submissions = load(plan, tmp_path, {f"{DAY}/a.csv": content})
        return codes(submissions), list(figures(submissions).values())

    return told


# Which separator


@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
@pytest.mark.parametrize("other", [",", ";", "\t", "，"])
def test_a_note_or_title_may_hold_any_number_of_other_marks(read, separator, other):
    title = other.join(["太原市", "2022年", "安全生产", "事故", "情况", "表"])
    note = f"说明：{other.join(['数字来自台账'] * 12)}"
    table = construction(12).replace(",", separator)
    assert read(f"{title}\n{table}{note}\n") == (["info row-note"], BOTH)


def test_a_table_whose_every_name_is_quoted_is_found(read):
    head, row = construction(12).split()
    quoted = ",".join(f'"{name}"' for name in head.split(","))
    note = "说明：" + "；" * 3 + ";" * 9
    assert read(f"{quoted}\n{row}\n{note}\n") == (["info row-note"], BOTH)


def test_a_table_whose_every_name_is_dressed_is_found(read):
    _, row = construction(12).split()
    assert read(f"*年度,*市,*行业,*事故起数（起）,*伤亡人数（人）\n{row}\n") == ([], BOTH)


def test_a_table_below_many_lines_of_text_is_found(read):
    titles = "\n".join(
        f"第{n}条，说明，请逐行填写，不留空白，不加单位，不写小数" for n in range(12)
    )
    assert read(f"{titles}\n{construction(12)}") == ([], BOTH)


# What keeps Excel from turning a value into another


@pytest.mark.parametrize("dress", ["{}\t", "\t{}", "\t{}\t", '="{}"', '"=""{}"""', '"{}"'])
def test_what_tells_a_spreadsheet_that_text_follows_is_no_part_of_a_value(read, dress):
    rows = [line.split(",") for line in construction(12).split()]
    content = "\n".join(",".join(dress.format(cell) for cell in row) for row in rows)
    assert read(content + "\n") == ([], BOTH)


def test_a_formula_is_no_value(read):
    assert read(construction("=6+6")) == (["error cell-type"], ["withheld", 30])


# Rows that have other cells than the header


@pytest.mark.parametrize(
    "row",
    [
        "2022,太原市,建筑施工,1,234,5",  # 1,234 accidents, or 1 and 234?
        "2022,太原市,建筑施工,12,1,234",
        "2022,太原市,建筑施工,1,234",
        "2022,太原市,建筑施工,5",
        "2022,太原市,建筑施工,12，30",
    ],
)
def test_a_row_that_breaks_off_gives_no_figure_that_may_be_another(read, row):
    told, known = read(f"{LONG}\n{row}\n")
    assert "error row-too-short" in told
    assert set(known) == {"withheld"}


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ("2022,太原市,建筑施工,12,30", BOTH),
        ("2022,太原市,建筑施工,12,30,4", [30, 12, 4]),
        ("2022,太原市,建筑施工,12,30,,,,", BOTH),
        ("2022,太原市,建筑施工,无此行业", ["absent", "absent"]),
        ("2022,太原市,建筑施工,1,23", [1, 23]),
    ],
)
def test_columns_that_may_be_left_out_may_be_missing_at_the_end(read, row, known):
    told, found = read(f"{LONG}\n{row}\n")
    assert told == []
    assert sorted(map(str, found)) == sorted(map(str, known))


def test_what_is_no_number_with_thousands_is_two_cells(read):
    """Nobody writes 0,123; and between 1 and 234 stands another cell."""
    assert read(f"{LONG}\n2022,太原市,建筑施工,0,123\n")[0] == [
        "error casualties-without-accidents"
    ]
    head = "年度,市,事故起数,行业,伤亡人数,死亡人数,受伤人数"
    assert read(f"{head}\n2022,太原市,1,建筑施工,234\n") == ([], [1, 234])


def test_a_header_that_ends_in_blanks_does_not_hide_a_cell_too_many(read):
    told, known = read("年度,市,行业,事故起数,伤亡人数,,\n2022,太原市,建筑施工,1,234,30\n")
    assert told == ["error row-too-long"]
    assert set(known) == {"withheld"}


def test_a_row_without_figures_is_told_cell_by_cell(read):
    told, _ = read(f"{LONG}\n2022,太原市,建筑施工\n")
    assert told == ["error cell-missing"]


def test_the_ratio_may_be_left_out_beside_the_counts_and_the_counts_beside_the_ratio(read):
    head = "年度,市,尘肺病报告比例,尘肺病报告例数,接尘工龄不足5年例数"
    assert read(f"{head}\n2022,太原市,12.5%\n")[0] == []
    head = "年度,市,尘肺病报告例数,接尘工龄不足5年例数,尘肺病报告比例"
    assert read(f"{head}\n2022,太原市,40,5\n")[0] == []


def test_a_note_may_have_as_many_cells_as_it_likes(read):
    content = construction(12) + "说明：,数字,来自,台账,如有,疑问,请,联系\n"
    assert read(content) == (["info row-note"], BOTH)


def test_a_full_width_comma_in_a_figure_is_not_one_of_thousands(read):
    assert read(construction("1，234"))[1] == ["withheld", 30]
    content = "年度,市,行业,培训类别,重点岗位人员数,已培训人数\n"
    told, known = read(f"{content}2022,太原市,涉尘行业,职业卫生,320，296\n")
    assert told == ["error cell-type", "error row-too-short"]
    assert set(known) == {"withheld"}


# How far it reaches


def test_columns_that_only_have_a_format_are_no_matter(read):
    head, row = construction(12).split()
    assert read(f"{head}{',' * 16000}\n{row}{',' * 16000}\n") == ([], BOTH)


def test_more_columns_than_any_table_needs_are_refused(read):
    head, row = construction(12).split()
    assert read(f"{head},{','.join(['甲'] * 600)}\n{row}\n") == (["error file-extent"], [])


@pytest.mark.parametrize(("column", "known"), [(500, BOTH), (501, [])])
def test_a_remark_may_stand_in_the_five_hundredth_column_and_no_further(read, column, known):
    head, row = construction(12).split()
    blanks = "," * (column - 5)
    told, found = read(f"{head}{blanks}备注,,,\n{row}{blanks}无,,,\n")
    assert found == known
    assert ("error file-extent" in told) == (not known)
