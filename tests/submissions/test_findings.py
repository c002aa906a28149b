"""However much is wrong with a file, what is told of it has a limit, and nothing wrong is used."""

from unittest.mock import Mock

import pandas as pd
import pytest
from submitted import codes, construction, figures, load, sheet, table_rows, workbook

from gsyf_lib.submissions.checks import run
from gsyf_lib.submissions.findings import MOST_TOLD, Findings, Found, Source, listed, shortened
from gsyf_lib.submissions.register import SENTENCES

EARLY, LATE = "2024-02-10", "2024-02-20"
CITIES = ("太原市", "大同市", "阳泉市", "长治市", "晋城市", "朔州市", "晋中市", "运城市", "忻州市")
MINING = ("危险化学品", "煤矿", "非煤矿山", "机械制造")
YEARS = (2021, 2022, 2023)
ROWS = [(year, city, industry) for city in CITIES for year in YEARS for industry in MINING]


def table(accidents: object, rows=ROWS) -> str:
    return sheet("accidents", *(f"{y},{city},{trade},{accidents},9" for y, city, trade in rows))


def severities(submissions, code: str = "cell-negative") -> dict[str, set[str]]:
    """Return the severities of a code's findings by city."""
    found = submissions.findings
    return found[found["code"] == code].groupby("area")["severity"].agg(set).to_dict()


def test_the_first_hundred_of_a_kind_are_told_and_the_others_counted(plan, tmp_path):
    rows = "".join(f"20{n % 9}x,甲{n},乙,1,2\n" for n in range(250))
    found = load(plan, tmp_path, {f"{LATE}/a.csv": sheet("accidents") + rows}).findings
    for code in ("area-unknown", "industry-unknown", "cell-year"):
        told = found.loc[found["code"] == code, "message"]
        assert len(told) == MOST_TOLD + 1
        assert told.str.contains(f"同类问题另有{250 - MOST_TOLD - 1}处").sum() == 1


def test_of_each_file_a_hundred_are_told(plan, tmp_path):
    rows = sheet("accidents", *(f"20xx,甲{n},乙,1,2" for n in range(150)))
    found = load(plan, tmp_path, {f"{LATE}/a.csv": rows, f"{LATE}/b.csv": rows}).findings
    told = found[found["code"] == "area-unknown"].groupby("file").size()
    assert told.tolist() == [MOST_TOLD + 1] * 2


def test_many_warnings_hide_no_error(plan, tmp_path):
    rows = [[str(y), city, trade, "5", 9] for y, city, trade in ROWS]
    rows[-1][3] = -5
    content = workbook(table_rows("accidents", *rows))
    submissions = load(plan, tmp_path, {f"{LATE}/a.xlsx": content})
    assert len(ROWS) > MOST_TOLD
    assert "error cell-negative" in codes(submissions)


def test_every_figure_that_is_not_told_of_is_withheld_all_the_same(plan, tmp_path):
    submissions = load(plan, tmp_path, {f"{LATE}/a.csv": table("-3")})
    known = figures(submissions)
    assert len(ROWS) == 108
    assert {known[city, trade, year, "accidents"] for year, city, trade in ROWS} == {"withheld"}
    assert {known[city, trade, year, "casualties"] for year, city, trade in ROWS} == {9}
    found = submissions.findings
    assert len(found[found["code"] == "cell-negative"]) == MOST_TOLD + 1
    assert severities(submissions) == {city: {"error"} for city in CITIES}


def test_what_stands_for_many_is_settled_when_all_of_them_are(plan, tmp_path):
    files = {f"{EARLY}/a.csv": table("-3"), f"{LATE}/b.csv": table("3")}
    assert severities(load(plan, tmp_path, files)) == {city: {"info"} for city in CITIES}


@pytest.mark.parametrize("missing", range(len(ROWS) - 8, len(ROWS)))
def test_what_stands_for_many_stays_open_while_one_of_them_is(plan, tmp_path, missing):
    """The last eight of the rows are not told one by one."""
    mended = table("3", [row for n, row in enumerate(ROWS) if n != missing])
    files = {f"{EARLY}/a.csv": table("-3"), f"{LATE}/b.csv": mended}
    assert "error" in severities(load(plan, tmp_path, files))[ROWS[missing][1]]


def test_each_area_has_one_that_stands_for_its_own(plan, tmp_path):
    everyone = [*ROWS, *((2021, "临汾市", trade) for trade in MINING)]
    everyone += [(2021, "吕梁市", trade) for trade in MINING]
    files = {f"{EARLY}/a.csv": table("-3", everyone), f"{LATE}/b.csv": table("3", everyone[:-4])}
    told = severities(load(plan, tmp_path, files))
    assert told == {city: {"info"} for city in (*CITIES, "临汾市")} | {"吕梁市": {"error"}}


def test_what_stands_for_many_on_no_figure_is_not_settled_by_figures():
    found, day = Findings(), pd.Timestamp(LATE)
    for n in range(MOST_TOLD + 5):
        found.flag("column-duplicate", Source("a.xlsx", day, f"表{n % 2}"), text="a", first="b")
    found.touch("表0", [("140100", "煤矿", 2022, "accidents")])
    assert ("140100", "煤矿", 2022, "accidents") not in found.rows[-1]["touches"]
    assert found.rows[0]["touches"] == (("140100", "煤矿", 2022, "accidents"),)


# A table without end


def test_a_table_that_is_far_longer_than_any_is_one_finding(plan, tmp_path):
    content = construction(12) + "1,2,3,4,5\n" * 20_000
    submissions = load(plan, tmp_path, {f"{LATE}/a.csv": content, f"{LATE}/b.csv": table("3")})
    assert [code for code in codes(submissions) if code.startswith("error")] == [
        "error table-too-long"
    ]
    assert figures(submissions)["太原市", "煤矿", 2022, "accidents"] == 3


def test_blank_rows_make_no_table_long(plan, tmp_path):
    content = construction(12) + ",,,,\n" * 50_000
    assert load(plan, tmp_path, {f"{LATE}/a.csv": content}).findings.empty


# Texts without end


def test_a_text_without_end_is_cut_off_and_never_taken_for_a_figure_or_name(plan, tmp_path):
    rows = table_rows("accidents", [2022, "太原市" + " " * 30_000 + "x", "建筑施工", 12, 30])
    rows.append([2022, "太原市", "建筑施工", "12" + " " * 30_000 + "5", 30])
    rows.append([2021, "太原市", "建筑施工", "甲" * 30_000, "乙" * 30_000])
    submissions = load(plan, tmp_path, {f"{LATE}/a.xlsx": workbook(rows)})
    assert submissions.findings["message"].str.len().max() < 300
    assert {value for key, value in figures(submissions).items() if key[3] == "accidents"} == {
        "withheld"
    }


def test_a_message_shows_no_part_of_a_number_that_is_hidden():
    for length in range(150, 260):
        text = shortened("甲 " * length + "13812345678 " * 30)
        assert "1381" not in text
    assert shortened(" " * 10_000 + "13812345678") == "［号码已隐去］"
    assert shortened("13812345678 " * 100).count("号码") == 5


def test_of_many_names_the_first_are_listed():
    assert listed(range(3)) == "0、1、2"
    assert listed(range(400)).endswith("、29等400项")


def test_a_figure_given_a_thousand_times_is_told_in_one_sentence(plan, tmp_path):
    row = "2022,太原市,建筑施工,12,30\n"
    found = load(plan, tmp_path, {f"{LATE}/a.csv": sheet("accidents") + row * 1000}).findings
    assert set(found["code"]) == {"key-duplicate"}
    assert found["message"].str.len().max() < 400
    assert found["message"].str.contains("等1000项").all()


@pytest.mark.parametrize(("severity", "withheld"), [("error", [1]), ("warning", []), ("info", [])])
def test_only_an_error_withholds_the_figures_that_a_check_names(severity, withheld):
    code = next(
        code
        for code, sentence in SENTENCES.items()
        if sentence.severity == severity and "{" not in sentence.wrong + sentence.asked
    )
    checked, source = Mock(), Source("a.csv", pd.Timestamp(LATE))
    run([lambda _: [Found(code, source, withholds=[1])]], checked, Findings())
    checked.withhold.assert_called_once_with(withheld)
