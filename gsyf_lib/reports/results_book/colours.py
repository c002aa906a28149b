"""Colours beside the words of a verdict, by rules that stay right when a sheet is edited."""

from xlsxwriter.worksheet import Worksheet

from gsyf_lib.documents.workbooks import Book
from gsyf_lib.wording import STATUSES

YELLOW, GREY = ("#7A4F00", "#FFF0CC"), ("#5F6368", "#ECEEF0")
# Ink and paper of each status.
COLOURS = {
    "met": ("#1B6E3C", "#E3F1E7"),
    "missed": ("#B3261E", "#FBE3E1"),
    "not_reported": YELLOW,
    "not_due": YELLOW,
    "withheld": YELLOW,
    "unjudged": GREY,
    "undefined": GREY,
    "not_applicable": ("#5F6368", "#FFFFFF"),
}
FIRST_ROW = 2


def colour_verdicts(book: Book, sheet: Worksheet, column: int, rows: int) -> None:
    """Colour verdicts by what the cells of a column say."""
    for code, word in STATUSES.items():
        rule = _rule(book, code, "equal to", f'"{word}"')
        sheet.conditional_format(FIRST_ROW, column, FIRST_ROW + rows - 1, column, rule)


def colour_tallies(book: Book, sheet: Worksheet, first_column: int, rows: int) -> None:
    """Colour the counts of each status where there are any, a column for each."""
    for column, code in enumerate(STATUSES, first_column):
        rule = _rule(book, code, "greater than", "0")
        sheet.conditional_format(FIRST_ROW, column, FIRST_ROW + rows - 1, column, rule)


def _rule(book: Book, code: str, criteria: str, value: str) -> dict[str, object]:
    ink, paper = COLOURS[code]
    look = book.look(bold=code == "missed", font_color=ink, bg_color=paper)
    return {"type": "cell", "criteria": criteria, "value": value, "format": look}
