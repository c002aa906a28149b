"""Blank workbooks for the departments: filled in and sent back, they pass every check."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib import words
from gsyf_lib.errors import UsageError
from gsyf_lib.files import check_new, make_folder, write_new
from gsyf_lib.forms import FIRST_ROW, GUIDE_ROW, GUIDES, HEAD_ROW, TITLE_ROW, Form, forms_owed
from gsyf_lib.plan import Plan
from gsyf_lib.workbooks import GRID, HEAD, fit_to_paper, workbook_bytes

__all__ = ["write_templates"]

NOT_ABOVE = {"接尘工龄不足5年例数": "尘肺病报告例数", "已培训人数": "重点岗位人员数"}
WIDTHS = {"年度": 9, "市": 14, "行业": 16, "培训类别": 14, "任务序号": 12}
TO_FILL = PatternFill("solid", fgColor="FFF6DD")
ROW_HEIGHT, LINE_HEIGHT = 24, 17


def write_templates(plan: Plan, year: int, out: Path) -> list[Path]:
    """Write one workbook per area and department that owes figures for ``year``.

    Parameters
    ----------
    plan : Plan
    year : year the figures are about: the baseline year or one with targets
    out : folder, made if it is not there

    Returns
    -------
    list of the paths written, in the order of the areas

    Raises
    ------
    UsageError
        Nothing is owed for that year; lists the years that can be asked for. Or one of the
        workbooks is there already: somebody may have filled it in, so that none is written.
    OutputError
        The folder or a file could not be written.
    """
    years = (plan.baseline_year, *plan.years)
    if year not in years:
        raise UsageError(f"{year}年不需报送数据。可用的年度：{'、'.join(map(str, years))}")
    owed = {
        out / f"{area['name']}_{department}_{year}年.xlsx": (f"{area['name']}{department}", forms)
        for area in plan.areas[plan.areas["level"] != "county"].to_dict("records")
        for department, forms in forms_owed(plan, area, year)
    }
    check_new(*owed)
    make_folder(out)
    for path, (sender, forms) in owed.items():
        write_new(path, _workbook(f"{sender}{year}年", forms, plan))
    return list(owed)


def _workbook(title: str, forms: list[Form], plan: Plan) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for form in forms:
        sheet = book.create_sheet(words.TABLES[form.table])
        _fill(sheet, f"{title}{words.TABLES[form.table].removesuffix('报告')}报表", form)
        _guard(sheet, form)
        fit_to_paper(sheet)
    book.properties.creator, book.properties.title = plan.title, title
    return workbook_bytes(book)


def _fill(sheet: Worksheet, title: str, form: Form) -> None:
    """Write title, guide, header and the keys of each row."""
    sheet.append([title])
    sheet.append([f"填报说明：只填黄色单元格，不要填横线。{form.guide}"])
    for row in (form.header, *form.rows):
        sheet.append(row)
    for name in form.header:
        width = WIDTHS.get(name, max(18, 2 * len(name) + 4))
        sheet.column_dimensions[form.letter(name)].width = width
    for number in (TITLE_ROW, GUIDE_ROW):
        sheet.merge_cells(
            start_row=number, end_row=number, start_column=1, end_column=len(form.header)
        )
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), middle
    sheet["A2"].alignment = Alignment(vertical="center", wrap_text=True)
    for row in sheet.iter_rows(min_row=HEAD_ROW):
        sheet.row_dimensions[row[0].row].height = ROW_HEIGHT
        for cell in row:
            cell.border, cell.alignment = GRID, middle
    for cell in sheet[HEAD_ROW]:
        cell.font, cell.fill = Font(bold=True), HEAD
    sheet.row_dimensions[TITLE_ROW].height = 36
    sheet.row_dimensions[GUIDE_ROW].height = _height(sheet["A2"].value, _width(sheet, form))
    sheet.freeze_panes = f"A{FIRST_ROW}"


def _width(sheet: Worksheet, form: Form) -> float:
    return sum(sheet.column_dimensions[form.letter(name)].width for name in form.header)


def _height(text: str, width: float) -> float:
    """Return the height that text needs; a Chinese character is two figures wide."""
    lines = (-(-2 * len(line) // int(width - 2)) for line in text.split("\n"))
    return LINE_HEIGHT * sum(lines) + 6


def _guard(sheet: Worksheet, form: Form) -> None:
    """Unlock the cells to fill, give them their rule, and protect the rest."""
    for name in form.asked:
        for (cell,) in sheet[form.cells(name)]:
            cell.fill, cell.protection = TO_FILL, Protection(locked=False)
            cell.number_format = "yyyy-mm-dd" if name == "完成日期" else "General"
        rule = _rule(form, name)
        rule.errorTitle, rule.promptTitle = "填报有误", name
        rule.showErrorMessage = rule.showInputMessage = True
        sheet.add_data_validation(rule)
        rule.add(form.cells(name))
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _rule(form: Form, name: str) -> DataValidation:
    """Return what the cells below a heading accept."""
    if name == "完成情况":
        states = ",".join(words.TASK_STATES.values())
        rule = DataValidation("list", formula1=f'"{states}"', allow_blank=True)
        rule.prompt = rule.error = f"请从下拉列表中选择：{states.replace(',', '、')}。"
    elif name == "完成日期":
        rule = DataValidation("date", operator="greaterThan", formula1="36526", allow_blank=True)
        rule.prompt = rule.error = "已完成的请填写完成日期，如2023-05-09。"
    else:
        rule = DataValidation("custom", formula1=_count(form, name), allow_blank=True)
        rule.prompt = GUIDES[form.table]
        limit = f"，不得多于{NOT_ABOVE[name]}" if name in NOT_ABOVE else ""
        absent = "" if form.table == "pneumoconiosis" else "；当地没有该行业的填“无此行业”"
        rule.error = f"请填写0或正整数{limit}{absent}。"
    return rule


def _count(form: Form, name: str) -> str:
    """Return the formula of a count: whole, not negative, within the whole it is a part of."""
    cell = f"{form.letter(name)}{FIRST_ROW}"
    count = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))"
    if name in NOT_ABOVE:
        whole = f"{form.letter(NOT_ABOVE[name])}{FIRST_ROW}"
        count = f"AND({count},OR(NOT(ISNUMBER({whole})),{cell}<={whole}))"
    count = f"IFERROR({count},FALSE)"
    return count if form.table == "pneumoconiosis" else f'OR({count},{cell}="无此行业")'
