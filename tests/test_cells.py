"""What one cell says: a number is never guessed, missing is never zero."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsyf_lib.submissions.cells import parse_count, parse_day, parse_ratio, parse_year
from gsyf_lib.submissions.sheet import cell_address


@given(st.integers(0, 10_000_000))
def test_a_whole_number_is_read_as_itself_from_text_and_from_excel(number):
    assert parse_count(str(number), is_text_file=True).value == number
    assert parse_count(float(number)).value == number
    assert parse_count(f"{number:,}").value == number
    assert parse_count(str(number), is_text_file=True).code == ""


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
    + [(0.3333333333333333, "0.333333333333"), ("0.3333334", "0.3333334")],
)
def test_a_ratio_is_a_percentage_or_a_fraction_to_twelve_decimals(raw, ratio):
    assert parse_ratio(raw).value == int(Decimal(ratio) * 10**12)


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


@pytest.mark.parametrize("raw", ["2023-05-09", "2023/5/9", "2023年5月9日", "2023.5.9"])
def test_a_day_may_be_written_in_four_ways(raw):
    assert parse_day(raw) == (dt.date(2023, 5, 9), "")
    assert parse_day(dt.datetime(2023, 5, 9, 12)) == (dt.date(2023, 5, 9), "")


@pytest.mark.parametrize("raw", ["2023-02-30", "20230509", "5月9日", "٢٠٢٣-05-01", 45000.0])
def test_other_days_are_refused_with_the_form_wanted(raw):
    day, fault = parse_day(raw)
    assert day is None
    assert "2023-05-09" in fault


@pytest.mark.parametrize(
    ("place", "address"),
    [((0, 25), "Z1"), ((0, 26), "AA1"), ((9, 701), "ZZ10"), ((0, 702), "AAA1")],
)
def test_an_address_is_what_the_spreadsheet_shows(place, address):
    assert cell_address(*place) == address
