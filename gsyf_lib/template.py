"""Blank workbooks for the departments: filled in and sent back, they pass every check."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gsyf_lib import words
from gsyf_lib.errors import OutputError
from gsyf_lib.files import write_atomically
from gsyf_lib.plan import Plan
from gsyf_lib.workbooks import workbook_bytes

__all__ = ["write_templates"]

CATEGORIES = {"safety_training_coverage": "安全生产", "health_training_coverage": "职业卫生"}
PROMPTS = {
    "accidents": "没有发生请填0；当地没有该行业，请在该行各格填“无此行业”。不要留空，不要用横线。",
    "pneumoconiosis": "没有报告请填0。不要留空，不要用横线。接尘工龄不足5年例数不得多于报告例数。",
    "training": "按年末在岗人员填写；当地没有该行业的填“无此行业”。已培训人数不得多于人员数。",
    "progress": "完成情况从下拉列表选择；已完成的请填完成日期，如2023-05-09。",
}
TO_FILL = PatternFill("solid", fgColor="FFF6DD")
HEAD = PatternFill("solid", fgColor="E8EEF4")
THIN = Side(style="thin", color="B9C1CA")
FIRST_ROW = 4


@dataclass(frozen=True)
class Form:
    """One sheet to fill in: its table, the keys that are filled in already, and what is asked."""

    table: str
    keys: list[str]
    rows: list[list[object]]
    asked: list[str]


def write_templates(plan: Plan, year: int, out: Path) -> list[Path]:
    """Write one workbook per area and department that owes figures for ``year``.

    Parameters
    ----------
    plan : Plan
    year : year the figures are about: the baseline year or one with targets
    out : folder, made if it is not there

    Raises
    ------
    OutputError
        The folder or a file could not be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"无法建立文件夹“{out}”：{error.strerror}。请用 --out 另选") from error
    written = []
    for area in plan.areas[plan.areas["level"] != "county"].to_dict("records"):
        for department, forms in _forms(plan, area, year):
            title = f"{area['name']}{department}{year}年"
            path = out / f"{area['name']}_{department}_{year}年.xlsx"
            write_atomically(path, _workbook(title, forms, plan))
            written.append(path)
    return written


def _forms(plan: Plan, area: dict, year: int) -> Iterator[tuple[str, list[Form]]]:
    """Yield the departments with the sheets they fill in, the social-security bureau's last."""
    tables = plan.indicators.set_index("code")["table"]
    goals = plan.targets.drop_duplicates(["industry", "indicator"])
    goals = goals.assign(table=goals["indicator"].map(tables))
    if year < plan.first_year:
        goals = goals[goals["table"] != "training"]
    for department, owed in goals.groupby("department", sort=False):
        forms = [_form(plan, table, rows, area, year) for table, rows in owed.groupby("table")]
        yield str(department), forms
    tasks = plan.tasks[
        (plan.tasks["year"] == year) & plan.tasks["actors"].isin([area["level"], "both"])
    ]
    if len(tasks):
        rows = [[year, area["name"], number] for number in tasks["number"]]
        keys, asked = _headers(plan, "progress")
        yield "人社部门", [Form("progress", keys, rows, asked)]


def _form(plan: Plan, table: str, owed: pd.DataFrame, area: dict, year: int) -> Form:
    keys, asked = _headers(plan, table)
    rows: list[list[object]] = []
    for goal in owed.to_dict("records"):
        filled = {
            "年度": year,
            "市": area["name"],
            "行业": goal["industry"],
            "培训类别": CATEGORIES.get(goal["indicator"]),
        }
        row = [filled[key] for key in keys]
        if row not in rows:
            rows.append(row)
    return Form(table, keys, rows, asked)


def _headers(plan: Plan, table: str) -> tuple[list[str], list[str]]:
    columns = plan.columns[plan.columns["table"] == table].set_index("name")["role"]
    keys = columns.index[columns == "key"].tolist()
    asked = columns.index[columns == "measure"].tolist()
    return keys, [*asked, "完成日期"] if table == "progress" else asked


def _workbook(title: str, forms: list[Form], plan: Plan) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for form in forms:
        sheet = book.create_sheet(words.TABLES[form.table])
        _fill(sheet, f"{title}{words.TABLES[form.table]}报表", form)
        _guard(sheet, form)
    book.properties.creator, book.properties.title = plan.title, title
    return workbook_bytes(book)


def _fill(sheet: Worksheet, title: str, form: Form) -> None:
    """Write title, prompt, header and the keys of each row."""
    header = [*form.keys, *form.asked]
    sheet.append([title])
    sheet.append([f"填报说明：{PROMPTS[form.table]}只填黄色单元格。"])
    sheet.append(header)
    for row in form.rows:
        sheet.append(row)
    for number in (1, 2):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(header))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[2].height = 36
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for column, name in enumerate(header):
        sheet.column_dimensions[chr(65 + column)].width = max(14, 2 * len(name) + 2)
    sheet.freeze_panes = "A4"


def _guard(sheet: Worksheet, form: Form) -> None:
    """Unlock the cells to fill, give them their rule, and protect the rest."""
    last = FIRST_ROW + len(form.rows) - 1
    first_column = len(form.keys)
    border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    for row in sheet.iter_rows(min_row=3, max_row=last):
        for cell in row:
            cell.border = border
            if cell.row >= FIRST_ROW and cell.column > first_column:
                cell.fill, cell.protection = TO_FILL, Protection(locked=False)
    for column, name in enumerate(form.asked, first_column):
        letter = chr(65 + column)
        rule = _rule(form.table, name, f"{letter}{FIRST_ROW}")
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.protection.sheet = True
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1


def _rule(table: str, name: str, cell: str) -> DataValidation:
    """Return what a cell accepts: a state from the list, a day, or a count (or 无此行业)."""
    if name == "完成情况":
        rule = DataValidation("list", formula1='"已完成,进行中,未开展"', allow_blank=True)
        rule.error, rule.prompt = "请从下拉列表选择。", "请选择：已完成、进行中、未开展"
    elif name == "完成日期":
        rule = DataValidation("date", operator="greaterThan", formula1="36526", allow_blank=True)
        rule.error, rule.prompt = "请填写日期，如2023-05-09。", "已完成的填写完成日期"
    else:
        whole = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))"
        absent = f'{cell}="无此行业"'
        formula = whole if table == "pneumoconiosis" else f"OR(IFERROR({whole},FALSE),{absent})"
        rule = DataValidation("custom", formula1=formula, allow_blank=True)
        rule.error = "请填写0或正整数；当地没有该行业请填“无此行业”。"
        rule.prompt = PROMPTS[table]
    rule.errorTitle, rule.promptTitle = "填报有误", name
    rule.showErrorMessage = rule.showInputMessage = True
    return rule
