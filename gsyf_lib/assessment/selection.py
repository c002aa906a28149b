"""The rows of an area, department, industry or year, by whatever name it is called."""

from collections.abc import Iterable
from difflib import get_close_matches

import pandas as pd

from gsyf_lib import vocabulary
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
        raise unknown("地区", area, known)
    return rows


def select_department(frame: pd.DataFrame, department: str) -> pd.DataFrame:
    """Return the rows of a department, named as the annexes do or without 部门.

    Of a department that is not there, a UsageError lists those that are.
    """
    wanted = normalise(department).removesuffix("部门")
    known = frame["department"]
    rows = frame[(known != "") & (known.str.removesuffix("部门") == wanted)]
    if rows.empty:
        raise unknown("责任部门", department, known)
    return rows


def select_industry(frame: pd.DataFrame, industry: str) -> pd.DataFrame:
    """Return the rows of an industry, named as in Annex 1; 合计 is short for 重点行业合计.

    Of an industry that is not there, a UsageError lists those that are.
    """
    wanted, known = normalise(industry), frame["industry"].astype(str)
    rows = frame[(known == wanted) | (known == f"重点行业{wanted}")]
    if rows.empty:
        raise unknown("行业", industry, known)
    return rows


def select_indicator(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return the rows of an indicator, by its code or its Chinese name, long or short.

    Of an indicator that is not there, a UsageError lists those that are.
    """
    wanted, found = normalise(indicator), set(frame["indicator"])
    named = [vocabulary.INDICATORS, vocabulary.SHORT_INDICATORS]
    codes = {name: code for words in named for code, name in words.items() if code in found}
    code = wanted if wanted in found else codes.get(wanted)
    if code is None:
        raise unknown("指标", indicator, codes, found)
    return frame[frame["indicator"] == code]


def select_year(frame: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Return the rows of a year, the last of the frame if none is given."""
    return frame[frame["year"] == (frame["year"].max() if year is None else year)]


def unknown(kind: str, name: str, known: Iterable[str], others: Iterable[str] = ()) -> UsageError:
    """Return what to raise for a name that is not among those known: with the nearest of them.

    ``others`` are understood too, but not listed.
    """
    names = list(dict.fromkeys(text for text in known if text))
    close = get_close_matches(normalise(name), [*names, *sorted(others)], 1, 0.5)
    hint = f"是否为“{close[0]}”？" if close else ""
    return UsageError(f"没有名为“{name}”的{kind}。{hint}可用：{'、'.join(names)}")
