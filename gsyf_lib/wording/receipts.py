"""A row of receipts in; a phrase out: what is owed, whether it came, what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from gsyf_lib.vocabulary import RECEIPT_STATES, TABLES
from gsyf_lib.wording.numbers import day, listed

# So many faulty cells are named; of more, the first ones and their number.
_NAMED = 3


def receipt_words(row: Mapping[str, Any]) -> str:
    """Return whether a table came, how late, or what of it is to be corrected."""
    word = RECEIPT_STATES[row["state"]]
    if row["state"] == "late":
        return f"{word}{row['days_late']}天"
    if not row["faulty"]:
        return word
    fault = fault_words(row)
    if row["state"] == "faulty":
        return fault
    return f"{word}；{faulty_words(row)}{fault}"


def fault_words(row: Mapping[str, Any]) -> str:
    """Return when a faulty table came, and in which cells its errors are."""
    cells = [cell for cell in row["fault_cells"].split("|") if cell]
    where = f"（{listed(cells, _NAMED, '处')}）" if cells else ""
    return f"已于{day(row['faulty_on'])}收到，有误未采用{where}，请更正"


def faulty_words(row: Mapping[str, Any]) -> str:
    """Return the industries of a table that came with errors."""
    return row["faulty"].replace("|", "、")


def owed_words(row: Mapping[str, Any]) -> str:
    """Return which table of which year is owed, such as 2023年安全生产事故."""
    return f"{row['data_year']}年{TABLES[row['table']]}"
