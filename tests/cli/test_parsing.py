"""What is typed: read in one way, or refused before anything is started."""

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from gsyf_lib.cli.parsing import Parser, check_words, day_for, named, path, whole
from gsyf_lib.errors import UsageError


def check(*typed: str) -> None:
    main, check, report = Parser("gsyf"), Parser("gsyf check"), Parser("gsyf report")
    check.add_argument("paths", nargs="*")
    report.add_argument("--jobs")
    check_words(typed, main, {"check": check, "report": report})


def refused(*typed: str) -> bool:
    try:
        check(*typed)
    except SystemExit as exit_:
        return exit_.code == 2
    return False


def test_what_stands_behind_two_dashes_is_a_file_whatever_it_is_called():
    assert refused("check", "-太原.csv")
    assert not refused("check", "--", "-太原.csv", "--jobs")


def test_a_negative_number_is_no_option():
    """So whoever reads it can say that it must be at least 1."""
    assert not refused("report", "--jobs", "-3")
    assert refused("report", "--jobs", "-x")


def test_a_lone_dash_is_no_option():
    assert not refused("check", "-")


def test_an_option_of_another_command_is_none_of_this_one():
    assert not refused("report", "--jobs=2")
    assert refused("check", "--jobs=2")
    assert refused("--jobs=2", "report")


@pytest.mark.parametrize(
    ("text", "number"),
    [("2023", 2023), ("-3", -3), ("２０２３", 2023), ("0", 0), ("9" * 18, 10**18 - 1)],
)
def test_a_whole_number_is_read(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", " ", "3.0", "1_000", "+3", " 3", "3\n", "9" * 19, "二"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ArgumentTypeError, match="不是整数"):
        whole(text)


@pytest.mark.parametrize("text", ["2023-12-31", "20231231", "2023-W52-7"])
def test_a_day_is_handed_on_in_one_form(text):
    assert day_for("--as-of")(text) == "2023-12-31"


@pytest.mark.parametrize("text", ["2023-2-28", "2023-02-29", "今天", ""])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(UsageError, match="--as-of 的“.*不是日期"):
        day_for("--as-of")(text)


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_a_blank_is_neither_a_path_nor_a_name(text):
    for read in (path, named):
        with pytest.raises(ArgumentTypeError, match="是空的"):
            read(text)
    assert path(" a ") == Path(" a ")
