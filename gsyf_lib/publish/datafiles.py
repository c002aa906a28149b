"""The data of a report folder: for people a workbook, for programs CSV files and what they hold."""

from gsyf_lib.datapackage import data_package
from gsyf_lib.export import csv_bytes
from gsyf_lib.results_book import results_book
from gsyf_lib.shared import Reading

__all__ = ["data_files"]


def data_files(reading: Reading, year: int) -> dict[str, bytes]:
    """Return the data files of a year by name, the same bytes for the same inputs.

    Parameters
    ----------
    reading : plan, submissions and results
    year : a year with targets
    """
    plan, submissions, results = reading.plan, reading.submissions, reading.of_year(year)
    tables = {
        "results.csv": csv_bytes(results),
        "findings.csv": csv_bytes(submissions.findings),
    }
    return {
        "results.xlsx": results_book(plan, submissions, results),
        **tables,
        "datapackage.json": data_package(plan, submissions, year, tables),
    }
