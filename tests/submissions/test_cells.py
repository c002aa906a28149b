"""What one cell says: a number is never guessed, missing is never zero."""

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions.read.cells import (
    cell_address,
    parse_count,
    parse_day,
    parse_ratio,
    parse_year,
)
from gsyf_lib.submissions.register import SENTENCES


@given(st.integers(0, 10_000_000))
def test_a_whole_number_is_read_as_itself_from_text_and_from_excel(number):
    assert parse_count(str(number), is_text_file=True).value == number
    assert parse_count(float(number)).value == number
    assert parse_count(f"{number:,}").value == number
    assert parse_count(str(number), is_text_file=True).code == ""


@given(st.integers(1, 10_000_000), st.booleans())
def test_a_residue_behind_the_fifteenth_digit_is_no_fraction(number, is_below):
    """Excel shows 15 digits: a formula's 28.999999999999996 is seen as 29."""
    residue = math.nextafter(number, 0 if is_below else math.inf)
    assert (parse_count(residue).value, parse_count(residue).code) == (number, "")
    assert parse_count(number + 1e-6).code == "cell-fraction"


def test_a_residue_is_none_in_a_year_and_in_a_ratio_either():
    assert parse_year(2022.9999999999998).value == 2023
    assert parse_ratio(0.1 + 0.2) == parse_ratio("30%")
    assert parse_count(-0.0).value == parse_ratio(-0.0).value == 0


@pytest.mark.parametrize("mark", "\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069")
def test_a_mark_of_direction_changes_nothing(mark):
    assert parse_count(f"{mark}12{mark}", is_text_file=True).value == 12
    assert parse_year(f"{mark}2023").value == 2023
    assert parse_ratio(f"{mark}12.5%{mark}") == parse_ratio(0.125)
    assert parse_day(f"2023-05-09{mark}") == (dt.date(2023, 5, 9), "")


def test_what_a_mark_shows_backwards_is_not_read_forwards():
    assert parse_count("\u202e21\u202c").code == "cell-type"
    assert parse_count("12\u202e").value == 12
    assert parse_year("\u202e1202").code == "cell-year"


@given(st.text(max_size=60))
def test_no_text_makes_reading_stop(text):
    cell = parse_count(text)
    assert cell.state in ("figure", "absent", "missing", "bad")
    assert (cell.value is None) == (cell.state != "figure")
    assert parse_ratio(text).state in ("figure", "absent", "missing", "bad")
    assert parse_year(text).state in ("figure", "missing", "bad")
    parse_day(text)


@pytest.mark.parametrize("blank", ["", "  ", "　", "\t"])
def test_blank_is_missing_and_never_zero(blank):
    for parse in (parse_count, parse_ratio, parse_year):
        assert parse(blank).state == "missing"
        assert parse(blank).value is None


@pytest.mark.parametrize("parse", [parse_count, parse_ratio])
@pytest.mark.parametrize("text", ["无", "无此行业", " 无此行业 "])
def test_no_such_industry_is_a_state_and_no_figure(parse, text):
    assert (parse(text).state, parse(text).value) == ("absent", None)


@pytest.mark.parametrize("dash", ["-", "—", "——", "－", "–", "−"])
def test_a_dash_is_ambiguous(dash):
    assert parse_count(dash).code == "cell-dash"
    assert parse_ratio(dash).state == "bad"


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("12", 12, "cell-text-number"),
        ("１２", 12, "cell-text-number"),
        ("1,234", 1234, "cell-thousands"),
        ("１，２３４", 1234, "cell-thousands"),
        ("12起", 12, "cell-dressed"),
        ("12.0", 12, "cell-dressed"),
        (0, 0, ""),
        ("0", 0, "cell-text-number"),
    ],
)
def test_what_reads_surely_is_read_with_a_note(raw, value, code):
    assert (parse_count(raw).value, parse_count(raw).code) == (value, code)


@pytest.mark.parametrize(
    "raw",
    ["12①", "①", "1²", "½", "Ⅻ", "٣", "1,23", "12,34", "1e3", "0x10", "12.5", "+12", "约12", "1 2"]
    + ["9" * 5000, "9" * 5000 + "起", float("nan"), float("inf"), True, dt.date(1900, 1, 12)]
    + [dt.timedelta(days=3), "十二", "#REF!", 10_000_001, -1, "-3", 2.5],
)
def test_what_is_not_surely_a_whole_number_is_refused(raw):
    """A footnote mark must not become a digit: 12① is not 121."""
    assert (parse_count(raw).state, parse_count(raw).value) == ("bad", None)


@pytest.mark.parametrize(
    ("raw", "ratio"),
    [("12.5%", "0.125"), ("12.5 %", "0.125"), ("１２．５％", "0.125"), (0.125, "0.125")]
    + [(1, "1"), ("100%", "1"), (0, "0"), (1e-05, "0.00001"), ("0.1333333333", "0.1333333333")]
    + [(0.3333333333333333, "0.333333333333"), ("0.3333334", "0.3333334")]
    + [("0.6666666666666", "0.666666666667"), ("66.66666666666667%", "0.666666666667")],
)
def test_a_ratio_is_a_percentage_or_a_fraction_to_twelve_decimals(raw, ratio):
    assert parse_ratio(raw).value == round(Decimal(ratio) * RATIO_SCALE)


@pytest.mark.parametrize(
    ("raw", "percentage"),
    [(13.3, "13.3%"), ("13.3", "13.3%"), ("0.8", "0.8%"), ("1", "1%"), ("12.5%", "12.5%")]
    + [(0, "0%"), (100, "100%"), ("0", "0%"), (1.5, "1.5%"), (0.8, "0.8%"), (1.0, "1%")],
)
def test_under_a_head_that_says_percent_a_bare_number_is_one(raw, percentage):
    cell = parse_ratio(raw, is_percent=True)
    assert cell == parse_ratio(percentage)
    assert cell.state == "figure"


@pytest.mark.parametrize("raw", [100.5, "101", "101%"])
def test_under_such_a_head_no_number_is_above_100(raw):
    assert parse_ratio(raw, is_percent=True).sentence == "cell-ratio.above_all"


@pytest.mark.parametrize(
    "raw", ["12.5", "nan", "inf", "1e999999999", "-5%", "101%", "1_0%", "٣%", True, float("nan")]
)
def test_what_is_no_ratio_is_refused(raw):
    assert parse_ratio(raw).code == "cell-ratio"


@pytest.mark.parametrize("raw", [2023, 2023.0, "2023", "2023.0", "２０２３", "2023年", "2023年度"])
def test_a_year_has_four_digits(raw):
    assert parse_year(raw).value == 2023


@pytest.mark.parametrize(
    "raw", [23, 2023.5, "202③", "2023①", "二〇二三", True, dt.date(2023, 1, 1)]
)
def test_other_years_are_refused(raw):
    assert (parse_year(raw).state, parse_year(raw).code) == ("bad", "cell-year")


@pytest.mark.parametrize(
    "raw",
    [
        "2023-05-09",
        "2023/5/9",
        "2023年5月9日",
        "2023.5.9",
        "20230509",
        20230509.0,
        "2023-05-09T08:30",
    ]
    + ["2023-05-09 00:00:00", "2023/5/9 0:00", "2023-05-09 00:00:00.000", "2023年 5月 9日"],
)
def test_a_day_may_be_written_in_many_ways(raw):
    assert parse_day(raw) == (dt.date(2023, 5, 9), "")
    assert parse_day(dt.datetime(2023, 5, 9, 12)) == (dt.date(2023, 5, 9), "")


@pytest.mark.parametrize("raw", [45055.0, 45055, "45055"])
def test_a_day_that_lost_its_format_is_read_and_told(raw):
    """2023-05-09 is 45055 days after 1899-12-30."""
    assert parse_day(raw) == (dt.date(2023, 5, 9), "task-day.serial")


@pytest.mark.parametrize(
    "raw",
    ["2023-02-30", "20230230", "2023-5", "5月9日", "٢٠٢٣-05-01", 45055.5, 2023.0, "230509", 12],
)
def test_other_days_are_refused_with_the_form_wanted(raw):
    assert parse_day(raw) == (None, "task-day.not_a_day")
    assert "2023-05-09" in SENTENCES["task-day.not_a_day"].asked


@pytest.mark.parametrize(
    ("place", "address"),
    [((0, 25), "Z1"), ((0, 26), "AA1"), ((9, 701), "ZZ10"), ((0, 702), "AAA1")],
)
def test_an_address_is_what_the_spreadsheet_shows(place, address):
    assert cell_address(*place) == address


@pytest.mark.parametrize("text", ["1234,567", "12,34", ",123", "1,23,456"])
def test_a_comma_that_parts_no_thousands_is_no_number(text):
    assert parse_count(text).state == "bad"


@pytest.mark.parametrize("text", ["3万", "3千", "3百"])
def test_a_multiple_is_no_unit(text):
    assert parse_count(text).state == "bad"


def test_a_duration_is_no_count():
    cell = parse_count(dt.timedelta(days=3))
    assert (cell.state, cell.sentence) == ("bad", "cell-type.date")


def test_a_text_too_long_for_a_number_is_not_looked_into():
    assert parse_count("1" * 41).sentence == "cell-type.long"
    assert parse_count("1" * 40).code == "cell-too-large"


def test_digits_in_a_text_file_are_odd_only_if_something_is_around_them():
    assert parse_count("12", is_text_file=True).code == ""
    assert parse_count(" 12", is_text_file=True).code == "cell-text-number"


@pytest.mark.parametrize("text", ["1823", "2123", "0999", "3023年"])
def test_four_digits_of_another_century_are_no_year(text):
    assert parse_year(text).state == "bad"


@pytest.mark.parametrize(
    ("text", "value"), [("28.999999999999996", 29), ("5.000000000000001", 5), ("28.99999999", None)]
)
def test_a_residue_in_a_text_file_is_read_as_excel_shows_it(text, value):
    assert parse_count(text, is_text_file=True).value == value
