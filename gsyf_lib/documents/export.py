"""Frames as CSV and JSON for other programs: UTF-8, exact whole numbers, no live formulas."""

import json
from datetime import datetime
from typing import Any

import pandas as pd

from gsyf_lib import frames

# Columns that only our own code uses.
INTERNAL = [
    column.name for contract in frames.FRAMES for column in contract.columns if not column.exported
]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV with a byte-order mark, so that Excel opens it as UTF-8.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    safe = frame.drop(columns=INTERNAL, errors="ignore")
    for name in safe.select_dtypes(["str", "object", "category"]).columns:
        safe[name] = safe[name].map(_harmless)
    text = safe.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return b"\xef\xbb\xbf" + text.encode()


def _harmless(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula or for the end of a row."""
    if not isinstance(value, str):
        return value
    # pandas does not quote a carriage return, and Excel would begin a new row at it.
    mark = "'" if value.startswith(FORMULA_STARTS) else ""
    return mark + value.replace("\r", " ")


def json_text(frame: pd.DataFrame) -> str:
    """Return a frame as a JSON list of objects, one per row; missing is null."""
    rows = [
        json.dumps({n: _value(v) for n, v in row.items()}, ensure_ascii=False, default=str)
        for row in frame.drop(columns=INTERNAL, errors="ignore").to_dict("records")
    ]
    return "[\n " + ",\n ".join(rows) + "\n]\n" if rows else "[]\n"


def _value(value: Any) -> Any:
    if pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value
