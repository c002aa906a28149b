"""Plan and year in; blank workbooks for the departments out: filled in, they pass every check."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from gsyf_lib.documents.workbooks import CENTRED, GRID, HEAD, Book, put
from gsyf_lib.errors import UsageError
from gsyf_lib.plan import Plan, owed
from gsyf_lib.processes.files import check_new, make_folder, write_new
from gsyf_lib.vocabulary import TABLES, TASK_STATES

CATEGORIES = {"safety_training_coverage": "安全生产", "health_training_coverage": "职业卫生"}
ABSENT = "当地没有该行业的，该行每格都填“无此行业”。"
GUIDES = {
    "accidents": f"没有发生的填0，不要留空。{ABSENT}伤亡人数为死亡与受伤人数之和。",
    "pneumoconiosis": "没有报告的填0，不要留空。接尘工龄不足5年例数不得多于报告例数。",
    "training": f"按年末在岗人员填写，已离岗的不计。{ABSENT}已培训人数不得多于重点岗位人员数。",
    "progress": "完成情况从下拉列表中选择，不要留空；已完成的填写完成日期，其余不填日期。",
}
# A part, and the whole that it must not exceed.
NOT_ABOVE = {"接尘工龄不足5年例数": "尘肺病报告例数", "已培训人数": "重点岗位人员数"}
WIDTHS = {"年度": 9, "市": 14, "行业": 16, "培训类别": 14, "任务序号": 12}
TITLE = {"bold": True, "font_size": 16, **CENTRED}
GUIDE = {"valign": "vcenter", "text_wrap": True}
CELL = {**GRID, **CENTRED}
TO_FILL = {**CELL, "bg_color": "#FFF6DD", "locked": False}
# Rows counted from 0, as XlsxWriter does: title, guide and header stand above the first row.
TITLE_ROW, GUIDE_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2, 3
ROW_HEIGHT, LINE_HEIGHT = 24, 17


@dataclass(frozen=True)
class Form:
    """One sheet: its key columns come filled in, the columns in ``to_fill`` are empty."""

    table: str
    guide: str
    keys: list[str]
    rows: list[list[object]]
    to_fill: list[str]

    @property
    def header(self) -> list[str]:
        """The headings from left to right."""
        return [*self.keys, *self.to_fill]


def write_templates(plan: Plan, year: int, out: Path) -> list[Path]:
    """Write one workbook per area and department that owes figures for ``year``; return the paths.

    If one of them is there already, none is written: somebody may have filled it in.
    """
    years = (plan.baseline_year, *plan.years)
    if year not in years:
        raise UsageError(f"{year}年不需报送数据。可用的年度：{'、'.join(map(str, years))}")
    books = {
        out / f"{area['name']}_{department}_{year}年.xlsx": (f"{area['name']}{department}", forms)
        for area in plan.areas[plan.areas["level"] != "county"].to_dict("records")
        for department, forms in _forms_owed(plan, area, year)
    }
    check_new(*books)
    make_folder(out)
    for path, (sender, forms) in books.items():
        write_new(path, _workbook(f"{sender}{year}年", forms, plan))
    return list(books)


def _forms_owed(plan: Plan, area: dict, year: int) -> Iterator[tuple[str, list[Form]]]:
    """Yield the departments with the sheets they fill in, the social-security bureau's last."""
    figures = owed(plan)
    figures = figures[figures["data_year"] == year]
    for department, of_department in figures.groupby("department", sort=False):
        tables = of_department.groupby("table", sort=False)
        yield str(department), [_form(plan, t, rows, area, year) for t, rows in tables]
    actors = plan.tasks["actors"].isin([area["level"], "both"])
    tasks = plan.tasks[(plan.tasks["year"] == year) & actors]
    if len(tasks):
        yield (
            plan.departments.set_index("code")["name"]["human_resources"],
            [_task_form(plan, tasks, area, year)],
        )


def _form(plan: Plan, table: str, figures: pd.DataFrame, area: dict, year: int) -> Form:
    """Return a sheet with one row for each industry (and category of training) owed."""
    keys, to_fill = _headers(plan, table)
    rows: list[list[object]] = []
    for figure in figures.to_dict("records"):
        filled = {
            "年度": year,
            "市": area["name"],
            "行业": figure["industry"],
            "培训类别": CATEGORIES.get(figure["indicator"]),
        }
        # Accidents and casualties are two goals, but columns of one row.
        row = [filled[key] for key in keys]
        if row not in rows:
            rows.append(row)
    return Form(table, GUIDES[table], keys, rows, to_fill)


def _task_form(plan: Plan, tasks: pd.DataFrame, area: dict, year: int) -> Form:
    """Return the sheet on the year's tasks; their wording stands above the header."""
    keys, to_fill = _headers(plan, "progress")
    rows: list[list[object]] = [[year, area["name"], int(number)] for number in tasks["number"]]
    wording = [f"{n}. {text}" for n, text in zip(tasks["number"], tasks["text"], strict=True)]
    return Form("progress", "\n".join([GUIDES["progress"], *wording]), keys, rows, to_fill)


def _headers(plan: Plan, table: str) -> tuple[list[str], list[str]]:
    columns = plan.columns[plan.columns["table"] == table].set_index("name")["role"]
    keys = columns.index[columns == "key"].tolist()
    to_fill = columns.index[columns == "measure"].tolist()
    return keys, [*to_fill, "完成日期"] if table == "progress" else to_fill


def _workbook(title: str, forms: list[Form], plan: Plan) -> bytes:
    book = Book(title, plan.title)
    for form in forms:
        sheet = book.add_sheet(TABLES[form.table])
        _fill(book, sheet, f"{title}{TABLES[form.table].removesuffix('报告')}报表", form)
        _guard(sheet, form)
    return book.content()


def _fill(book: Book, sheet: Worksheet, title: str, form: Form) -> None:
    """Write title, guide and header; then, row by row, the keys and the empty cells to fill in."""
    widths = [WIDTHS.get(name, max(18, 2 * len(name) + 4)) for name in form.header]
    guide = f"填报说明：只填黄色单元格，不要填横线。{form.guide}"
    for row, text, look, height in (
        (TITLE_ROW, title, TITLE, 36),
        (GUIDE_ROW, guide, GUIDE, _height(guide, sum(widths))),
    ):
        sheet.merge_range(row, 0, row, len(widths) - 1, text, book.look(**look))
        sheet.set_row(row, height)
    for column, (name, width) in enumerate(zip(form.header, widths, strict=True)):
        sheet.set_column(column, column, width)
        put(book, sheet, (HEAD_ROW, column), name, **HEAD)
    sheet.set_row(HEAD_ROW, ROW_HEIGHT)
    for number, keys in enumerate(form.rows, FIRST_ROW):
        sheet.set_row(number, ROW_HEIGHT)
        for column, key in enumerate(keys):
            put(book, sheet, (number, column), key, **CELL)
        for column, name in enumerate(form.to_fill, len(keys)):
            shown = "yyyy-mm-dd" if name == "完成日期" else "General"
            put(book, sheet, (number, column), None, **TO_FILL, num_format=shown)
    sheet.freeze_panes(FIRST_ROW, 0)


def _height(text: str, width: float) -> float:
    """Return the height that a text needs in a column of this width, in points.

    Excel counts widths in digits; a Chinese character is as wide as two.
    """
    # -(-a // b) rounds up.
    lines = (-(-2 * len(line) // int(width - 2)) for line in text.split("\n"))
    return LINE_HEIGHT * sum(lines) + 6


def _guard(sheet: Worksheet, form: Form) -> None:
    """Let Excel check what is typed into the cells to fill in, and lock all other cells."""
    for name in form.to_fill:
        column = form.header.index(name)
        titles = {"input_title": name, "error_title": "填报有误"}
        last_row = FIRST_ROW + len(form.rows) - 1
        sheet.data_validation(FIRST_ROW, column, last_row, column, _rule(form, name) | titles)
    # No password: the lock is against slips, and a department may unlock its own form.
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _rule(form: Form, name: str) -> dict[str, Any]:
    """Return the rule for the cells below a heading, as ``data_validation`` takes it."""
    if name == "完成情况":
        states = list(TASK_STATES.values())
        message = f"请从下拉列表中选择：{'、'.join(states)}。"
        rule: dict[str, Any] = {"validate": "list", "source": states}
    elif name == "完成日期":
        message = "已完成的请填写完成日期，如2023-05-09。"
        rule = {"validate": "date", "criteria": ">", "value": date(2000, 1, 1)}
    else:
        limit = f"，不得多于{NOT_ABOVE[name]}" if name in NOT_ABOVE else ""
        absent = "" if form.table == "pneumoconiosis" else "；当地没有该行业的填“无此行业”"
        return {
            "validate": "custom",
            "value": f"={_count(form, name)}",
            "input_message": GUIDES[form.table],
            "error_message": f"请填写0或正整数{limit}{absent}。",
        }
    return {**rule, "input_message": message, "error_message": message}


def _count(form: Form, name: str) -> str:
    """Return Excel's formula for a valid count: whole, from 0 up, not above its ``NOT_ABOVE``."""
    cell = _first_cell(form, name)
    count = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))"
    if name in NOT_ABOVE:
        whole = _first_cell(form, NOT_ABOVE[name])
        count = f"AND({count},OR(NOT(ISNUMBER({whole})),{cell}<={whole}))"
    # INT of a text is an error in Excel: IFERROR turns it into “not valid”.
    count = f"IFERROR({count},FALSE)"
    return count if form.table == "pneumoconiosis" else f'OR({count},{cell}="无此行业")'


def _first_cell(form: Form, name: str) -> str:
    """Return the address of the first cell below a heading; Excel shifts it for the rows below."""
    return xl_rowcol_to_cell(FIRST_ROW, form.header.index(name))
