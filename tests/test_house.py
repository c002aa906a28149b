"""How large the house is: counted as it is said to be, and printed where a stranger reads it."""

import re
from pathlib import Path

import pytest

from tools.measure_house import END, START, Module, longest_chain, measures, printed, replaced

ROOT = Path(__file__).parent.parent
SOURCE = '''"""What this is."""

import os  # noqa: F401


def doubled(number):
    """Return it twice.

    Nothing more.
    """
    # Why so.
    return number * 2  # and not number + number
'''


def numbers(measure: str) -> list[float]:
    """Return those of a measure, without what it names in brackets."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", measure.partition("(")[0])]


def test_what_the_architecture_page_says_of_its_size_is_true_within_a_few_percent():
    """Run ``make house`` if it is not."""
    said = printed((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    true = measures(ROOT)
    assert said.keys() == true.keys()
    for name, value in true.items():
        assert numbers(said[name]) == pytest.approx(numbers(value), rel=0.03), name


def test_docstrings_are_neither_code_nor_comment_and_words_to_a_tool_are_no_comment():
    module = Module("doubled", SOURCE)
    assert (len(module.lines), module.code_lines, module.comment_lines) == (12, 3, 2)
    assert list(module.functions()) == [(3, "doubled.doubled")]


def test_the_floors_are_the_longest_way_down():
    arrows = {"cli": {"a", "c"}, "a": {"b"}, "b": {"c"}, "c": set(), "d": {"c"}}
    assert longest_chain(arrows) == ["cli", "a", "b", "c"]


def test_a_table_is_written_between_its_marks_only():
    page = f"before\n{START}\nold\n{END}\nafter\n"
    new = replaced(page, "| lines | 1 |")
    assert printed(new) == {"lines": "1"}
    assert (new.startswith("before\n"), new.endswith("\nafter\n"), "old" in new) == (1, 1, 0)
    with pytest.raises(ValueError, match="architecture.md needs"):
        replaced("no marks", "")


def test_what_starts_a_browser_or_a_notebook_is_marked_as_slow():
    """So that ``make test-fast`` stays quick."""
    starts = re.compile(r"^(?:from|import) (?:playwright|nbclient|distributed)", re.MULTILINE)
    slow = (ROOT / "tests" / "conftest.py").read_text("utf-8")
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        marked = f'"{path.stem}"' in slow or "mark.slow" in text
        assert marked or not starts.search(text), path.name
