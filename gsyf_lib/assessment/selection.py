"""The rows of an area or department, by whatever name it is called, and of a year."""

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.plan import normalise


def select_area(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows of an area, named officially, by its short form or by its code.

    Of an area that is not there, a UsageError lists those that are.
    """
    wanted = normalise(area)
    known = frame["area"]
    rows = frame[(known == wanted) | (known.str[:-1] == wanted) | (frame["area_code"] == wanted)]
    if rows.empty:
        raise UsageError(f"没有名为“{area}”的地区。可用：{'、'.join(known.unique())}")
    return rows


def select_department(frame: pd.DataFrame, department: str) -> pd.DataFrame:
    """Return the rows of a department, named as the annexes do or without 部门.

    Of a department that is not there, a UsageError lists those that are.
    """
    wanted = normalise(department).removesuffix("部门")
    known = frame["department"]
    rows = frame[(known != "") & (known.str.removesuffix("部门") == wanted)]
    if rows.empty:
        names = "、".join(name for name in known.unique() if name)
        raise UsageError(f"没有名为“{department}”的责任部门。可用：{names}")
    return rows


def select_year(frame: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Return the rows of a year, the last of the frame if none is given."""
    return frame[frame["year"] == (frame["year"].max() if year is None else year)]
