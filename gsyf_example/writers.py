"""Writers: one package as a workbook or a CSV file, the same bytes on every machine."""

import csv
import io
from zipfile import ZIP_STORED

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from gsyf_example.offices import Package
from gsyf_lib.submissions.collect.marked import saved

MARK = "示例数据（非真实）"


def file_name(package: Package) -> str:
    """Return the name of the package's file."""
    return f"{package.stem}.{'xlsx' if _is_workbook(package) else 'csv'}"


def file_bytes(package: Package) -> bytes:
    """Return the content of the package's file."""
    return _workbook(package) if _is_workbook(package) else _csv(package)


def _is_workbook(package: Package) -> bool:
    return package.style in ("xlsx", "titled")


def _csv(package: Package) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([package.header, *package.rows])
    return text.getvalue().encode(package.style)


def _workbook(package: Package) -> bytes:
    book = Workbook()
    book.properties.creator = "gsyf example"
    book.properties.title = MARK
    sheet = book.active
    sheet.title = "Sheet1"
    if package.style == "titled":
        sheet.append([package.title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(package.header))
        sheet["A1"].font = Font(bold=True, size=14)
        sheet["A1"].alignment = Alignment(horizontal="center")
    for row in (package.header, *package.rows):
        sheet.append(row)
    for column in "ABCDEF"[: len(package.header)]:
        sheet.column_dimensions[column].width = 16
    return saved(book, package.received_on, ZIP_STORED)
