"""How a sheet looks on the screen and on paper: font, heights, colours beside the words."""

from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib.words import STATUSES
from gsyf_lib.workbooks import dress, fit_rows

__all__ = ["colour_tallies", "colour_verdicts", "finish", "stress"]

FACE, SIZE = "微软雅黑", 10
PLAIN, HEADING = Font(name=FACE, size=SIZE), Font(name=FACE, size=SIZE, bold=True)
TITLE = Font(name=FACE, size=13, bold=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
NUMBER = Alignment(horizontal="right", vertical="center", indent=1, wrap_text=True)
TOTAL_FILL = PatternFill("solid", fgColor="EEF1F4")
COLOURS = {
    "met": ("1B6E3C", "E3F1E7"),
    "missed": ("B3261E", "FBE3E1"),
    "not_reported": ("7A4F00", "FFF0CC"),
    "not_due": ("7A4F00", "FFF0CC"),
    "withheld": ("7A4F00", "FFF0CC"),
    "unjudged": ("5F6368", "ECEEF0"),
    "undefined": ("5F6368", "ECEEF0"),
    "not_applicable": ("5F6368", "FFFFFF"),
}
TITLE_HEIGHT = 44  # two lines
TOP_AND_BOTTOM, FOOTER = 0.7, 0.3


def finish(sheet: Worksheet, is_number: Sequence[bool] = ()) -> None:
    """Set font, alignment, row heights and margins of a sheet that ``add_table`` filled.

    Parameters
    ----------
    sheet : title in row 1, heads in row 2, the table below
    is_number : for each column whether its numbers stand at the right
    """
    sheet["A1"].font, sheet.row_dimensions[1].height = TITLE, TITLE_HEIGHT
    for cell in sheet[2]:
        dress(cell, font=HEADING, alignment=CENTRED)
    for row in sheet.iter_rows(3):
        for cell in row:
            dress(cell, font=PLAIN)
        for cell, right in zip(row, is_number, strict=False):
            if right:
                dress(cell, alignment=NUMBER)
    fit_rows(sheet, first=2)
    sheet.sheet_view.showGridLines = False
    sheet.page_margins.top = sheet.page_margins.bottom = TOP_AND_BOTTOM
    sheet.page_margins.footer = FOOTER


def stress(row: Iterable[Cell]) -> None:
    """Make the row of a total stand out."""
    for cell in row:
        dress(cell, font=HEADING, fill=TOTAL_FILL)


def colour_verdicts(sheet: Worksheet, cells: str) -> None:
    """Colour verdicts by what the cells say, so that a sorted or edited sheet stays right."""
    for code, word in STATUSES.items():
        sheet.conditional_formatting.add(cells, _rule("equal", f'"{word}"', code))


def colour_tallies(sheet: Worksheet, first_column: int) -> None:
    """Colour the counts of each status where there are any."""
    for number, code in enumerate(STATUSES, first_column):
        letter = get_column_letter(number)
        cells = f"{letter}3:{letter}{sheet.max_row}"
        sheet.conditional_formatting.add(cells, _rule("greaterThan", "0", code))


def _rule(operator: str, than: str, code: str) -> CellIsRule:
    ink, paper = COLOURS[code]
    fill = PatternFill("solid", bgColor=paper)
    return CellIsRule(operator, [than], font=Font(bold=code == "missed", color=ink), fill=fill)
