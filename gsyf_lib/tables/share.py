"""The share of short-exposure cases by year, with its counts, what it is compared with, verdict."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import SHARE, JudgedPlan, select_area, shown_status
from gsyf_lib.documents.blocks import (
    Box,
    Text,
    link,
    paragraphs,
    source_place,
    status_mark,
    table,
    with_note,
)
from gsyf_lib.errors import UsageError
from gsyf_lib.tables.cells import is_given
from gsyf_lib.vocabulary import NONE

CASES, TOTAL, RATIO = "接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例"


def share_table(judged: JudgedPlan, area: str, year: int) -> Box:
    """Return the share of an area year by year, as it was judged (readings 8 to 11).

    Parameters
    ----------
    judged : JudgedPlan
    area : name of the area
    year : the last year shown

    Notes
    -----
    Under the table it warns of each year in which the share fell only because more cases were
    reported in all.

    Raises
    ------
    UsageError
        The area is not in the results, or has no such target.

    Examples
    --------
    >>> gs.share_table(judged, "太原市", 2023)
    太原市尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）
    年度  接尘工龄不足5年新发例数  报告总例数  尘肺病报告比例  ...
    """
    results = select_area(judged.history, area)
    results = results[(results["indicator"] == SHARE) & (results["year"] <= year)]
    if results.empty:
        raise UsageError(f"{year}年的结果中没有{RATIO}目标")
    code = results["area_code"].iloc[0]
    first = _baseline(judged, code, year)
    # The history starts after the baseline year, which has no verdicts: its line is put in front.
    rows = {judged.plan.baseline_year: first, **{row["year"]: row for _, row in results.iterrows()}}
    key = {"area_code": code, "industry": results["industry"].iloc[0], "indicator": SHARE}
    lines = [
        {"年度": f"{y}年", **_figures(row, key | {"year": y}), **_comparison(row)}
        for y, row in rows.items()
    ]
    star = "（*为初步数据）" if any(row["provisional"] for row in rows.values()) else ""
    shown = table(
        lines,
        f"{results['area'].iloc[0]}{RATIO}（{CASES}占{TOTAL}）{star}",
        numeric=(CASES, TOTAL, RATIO, "较对比年度"),
        row_header="年度",
        role="cards",
    )
    warned = [_warning(row, rows) for row in rows.values() if "only_more_reported" in row["reason"]]
    general = "报告总例数增加也会使比例下降，请同时看两个例数。"
    return Box((shown, paragraphs(warned or [general])))


def _baseline(judged: JudgedPlan, area_code: str, year: int) -> dict[str, Any]:
    """Return the baseline year as a row like those of results: with figures, without a verdict."""
    values = judged.values(year)
    values = values[(values["area_code"] == area_code) & (values["indicator"] == SHARE)]
    values = values[values["year"] == judged.plan.baseline_year]
    # The names and missing values that wording expects of a row of results.
    none = dict.fromkeys(("value", "baseline", "threshold"), float("nan"))
    row = {**none, "indicator": SHARE, "numerator": pd.NA, "denominator": pd.NA, "status": ""}
    if values.empty:
        return row | {"reason": "not_reported", "provisional": False}
    found = values.iloc[0]
    upper, lower = found["numerator"], found["denominator"]
    if found["state"] == "figure":
        row |= {"numerator": upper, "denominator": lower}
    if is_given(lower) and lower:
        row["value"] = upper / lower
    return row | {"reason": found["state"], "provisional": found["provisional"]}


def _figures(row: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Text]:
    """Return both counts as links to their origin, and the share; or why there are none."""
    upper, lower, star = row["numerator"], row["denominator"], "*" if row["provisional"] else ""
    if is_given(upper) and is_given(lower):
        share = (
            wording.figure_words(row) + star if lower else wording.NO_FIGURE["no_reported_cases"]
        )
        above, below = (source_place(key, key["year"], part) for part in ("", "总数"))
        counts = {CASES: link(f"{upper}例", above), TOTAL: link(f"{lower}例", below)}
        return counts | {RATIO: share}
    # Some areas report the share alone.
    if is_given(row["value"]):
        return {
            CASES: wording.NO_COUNTS,
            TOTAL: wording.NO_COUNTS,
            RATIO: wording.figure_words(row) + star,
        }
    return dict.fromkeys((CASES, TOTAL, RATIO), _why_none(row["reason"].split("|")[0]))


def _why_none(code: str) -> str:
    # Of a share with one industry, what is incomplete is the sum of the cities.
    code = "cities_incomplete" if code == "incomplete" else code
    return wording.NO_FIGURE.get(code, wording.NO_FIGURE["not_reported"])


def _comparison(row: Mapping[str, Any]) -> dict[str, Text]:
    """Return the year compared with, the change against it, and the verdict with its reason."""
    if not row["status"]:
        return {"对比年度": NONE, "较对比年度": NONE, "结论": "（基期）"}
    return {
        "对比年度": wording.compared_years(row) if is_given(row["baseline"]) else NONE,
        "较对比年度": wording.changes_words(row),
        "结论": with_note(status_mark(shown_status(row)), wording.reason_beside(row)),
    }


def _warning(row: Mapping[str, Any], rows: Mapping[int, Mapping[str, Any]]) -> str:
    """Return the warning that the share fell only because more cases were reported in all."""
    before = rows[row["baseline_year"]]
    cases, total = row["numerator"], row["denominator"]
    was = before["numerator"]
    # The reason is given only where the new cases have not become fewer.
    new = f"仍为{cases}例" if cases == was else f"由{was}例增至{cases}例"
    return (
        f"注意：{wording.years_compared(row)}，新发例数{new}，"
        f"报告总例数由{before['denominator']}例增至{total}例。"
        "比例下降只因报告总例数增加，不能说明新发病例减少。（仅为提示，不影响结论）"
    )
