"""The data of a report folder: for people a workbook, for programs CSV files and what they hold."""

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.reports.datapackage import data_package
from gsyf_lib.reports.export import csv_bytes
from gsyf_lib.reports.results_book import results_book


def data_files(judged: JudgedPlan, year: int) -> dict[str, bytes]:
    """Return the data files of a year by name, the same bytes for the same inputs.

    Parameters
    ----------
    judged : JudgedPlan
    year : a year with targets
    """
    tables = {
        "results.csv": csv_bytes(judged.results(year)),
        "findings.csv": csv_bytes(judged.submissions.findings),
    }
    return {
        "results.xlsx": results_book(judged, year),
        **tables,
        "datapackage.json": data_package(judged, year, tables),
    }
