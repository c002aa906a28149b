"""What came of a table that is owed, in words."""

from collections.abc import Mapping
from typing import Any

from gsyf_lib.vocabulary import RECEIPT_STATES
from gsyf_lib.wording.lists import listed
from gsyf_lib.wording.numbers import day

__all__ = ["fault_words", "receipt_words"]

NAMED = 3


def receipt_words(row: Mapping[str, Any]) -> str:
    """Return how a table stands: what came with an error was received, and is to be corrected.

    Parameters
    ----------
    row : a row of frames.RECEIPTS

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"state": "faulty", "faulty": "煤矿", "fault_cells": "D4",
    ...        "faulty_on": pd.Timestamp("2024-02-20")}
    >>> receipt_words(row)
    '已于2024年2月20日收到，有误未采用（D4），请更正'
    >>> receipt_words(row | {"state": "partial"})
    '部分报送；煤矿已于2024年2月20日收到，有误未采用（D4），请更正'
    >>> receipt_words({"state": "late", "days_late": 3, "faulty": ""})
    '逾期报送3天'
    """
    word = RECEIPT_STATES[row["state"]]
    if row["state"] == "late":
        return f"{word}{row['days_late']}天"
    if not row["faulty"]:
        return word
    fault = fault_words(row)
    if row["state"] == "faulty":
        return fault
    return f"{word}；{row['faulty'].replace('|', '、')}{fault}"


def fault_words(row: Mapping[str, Any]) -> str:
    """Return when a table came that is not used for its errors, and where these are.

    Examples
    --------
    >>> import pandas as pd
    >>> fault_words({"fault_cells": "D4|D5", "faulty_on": pd.Timestamp("2024-02-20")})
    '已于2024年2月20日收到，有误未采用（D4、D5），请更正'
    """
    cells = [cell for cell in row["fault_cells"].split("|") if cell]
    where = f"（{listed(cells, NAMED, '处')}）" if cells else ""
    return f"已于{day(row['faulty_on'])}收到，有误未采用{where}，请更正"
