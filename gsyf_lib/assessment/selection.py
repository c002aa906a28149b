"""The rows of an area or department, by whatever name it is called, and of a year."""

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.plan import normalise


def select_area(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows of an area, named officially, by its short form or by its code.

    Raises
    ------
    UsageError
        The frame has no such area; lists those it has.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["太原市", "大同市"], "area_code": ["140100", "140200"]})
    >>> select_area(frame, "太原")["area"].tolist(), select_area(frame, "140200")["area"].tolist()
    (['太原市'], ['大同市'])
    """
    wanted = normalise(area)
    known = frame["area"]
    rows = frame[(known == wanted) | (known.str[:-1] == wanted) | (frame["area_code"] == wanted)]
    if rows.empty:
        raise UsageError(f"没有名为“{area}”的地区。可用：{'、'.join(known.unique())}")
    return rows


def select_department(frame: pd.DataFrame, department: str) -> pd.DataFrame:
    """Return the rows of a department, named as the annexes do or without 部门.

    Raises
    ------
    UsageError
        The frame has no such department; lists those it has.

    Examples
    --------
    >>> frame = pd.DataFrame({"department": ["应急管理部门", "卫生健康部门"]})
    >>> select_department(frame, "应急管理")["department"].tolist()
    ['应急管理部门']
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
