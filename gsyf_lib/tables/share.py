"""The share of short-exposure cases by year, with its counts, what it is compared with, verdict."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import SHARE, JudgedPlan, select_area
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Box, Text, link
from gsyf_lib.errors import UsageError
from gsyf_lib.tables.parts import DENOMINATOR, GOAL, Record, source_place, verdict_mark

CASES, ALL_CASES, RATIO = "接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例"


def share_table(judged: JudgedPlan, area: str, year: int) -> Box:
    """一个地区到 ``year`` 为止逐年的尘肺病报告比例和结论（条款口径第8至11条）。

    比例降低只是由于报告总例数增加的年度，在表下提示。地区不在结果中或没有这项目标的为 UsageError。

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
    records = results.to_dict("records")
    # The history starts after the baseline year, which has no verdicts: its line is put in front.
    rows = {row["year"]: row for row in (_baseline(judged, records[0], year), *records)}
    lines = [{"年度": f"{y}年", **_figures(row), **_comparison(row)} for y, row in rows.items()]
    star = "（*为初步数据）" if any(row["provisional"] for row in rows.values()) else ""
    shown = blocks.table(
        lines,
        f"{records[0]['area']}{RATIO}（{CASES}占{ALL_CASES}）{star}",
        numeric=(CASES, ALL_CASES, RATIO, "较对比年度"),
        row_header="年度",
        role="cards",
    )
    warned = [
        _warning(row, rows[row["baseline_year"]])
        for row in records
        if "only_more_reported" in row["reason"]
    ]
    general = "报告总例数增加也会使比例下降，应结合两项例数分析。"
    return Box((shown, blocks.paragraphs(warned or [general])))


def _baseline(judged: JudgedPlan, goal: Record, year: int) -> Record:
    """Return the baseline year as a row like those of results: with figures, without a verdict."""
    # With the names and missing values that wording expects of a row of results.
    row = {name: goal[name] for name in GOAL} | {"year": judged.plan.baseline_year, "status": ""}
    row |= dict.fromkeys(("value", "baseline", "threshold"), float("nan"))
    row |= dict.fromkeys(("numerator", "denominator"), pd.NA)
    values = judged.values(year)
    values = values[(values["area_code"] == row["area_code"]) & (values["indicator"] == SHARE)]
    values = values[values["year"] == row["year"]]
    if values.empty:
        return row | {"reason": "not_reported", "provisional": False}
    found = values.to_dict("records")[0]
    upper, lower = found["numerator"], found["denominator"]
    if found["state"] == "figure":
        row |= {"numerator": upper, "denominator": lower}
    if pd.notna(lower) and lower:
        row["value"] = upper / lower
    return row | {"reason": found["state"], "provisional": found["provisional"]}


def _figures(row: Record) -> dict[str, Text]:
    """Return both counts as links to their origin, and the share; or why there are none."""
    upper, lower, star = row["numerator"], row["denominator"], "*" if row["provisional"] else ""
    if pd.notna(upper) and pd.notna(lower):
        share = (
            wording.figure_words(row) + star if lower else wording.NO_FIGURE["no_reported_cases"]
        )
        return {
            CASES: link(f"{upper}例", source_place(row, row["year"])),
            ALL_CASES: link(f"{lower}例", source_place(row, row["year"], DENOMINATOR)),
            RATIO: share,
        }
    # Some areas report the share alone.
    if pd.notna(row["value"]):
        share = wording.figure_words(row) + star
        return {CASES: wording.NO_COUNTS, ALL_CASES: wording.NO_COUNTS, RATIO: share}
    reason = row["reason"].split("|")[0]
    # Of a share with one industry, what is incomplete is the sum of the cities.
    reason = "cities_incomplete" if reason == "incomplete" else reason
    why = wording.NO_FIGURE.get(reason, wording.NO_FIGURE["not_reported"])
    return dict.fromkeys((CASES, ALL_CASES, RATIO), why)


def _comparison(row: Record) -> dict[str, Text]:
    """Return the year compared with, the change against it, and the verdict with its reason."""
    if not row["status"]:
        return {"对比年度": wording.NONE, "较对比年度": wording.NONE, "结论": "（基期）"}
    years = wording.NONE if pd.isna(row["baseline"]) else wording.compared_years(row)
    return {
        "对比年度": years,
        "较对比年度": wording.change_words_by_year(row),
        "结论": blocks.with_note(verdict_mark(row), wording.reason_beside(row)),
    }


def _warning(row: Record, before: Record) -> str:
    """Return the warning that the share fell only because more cases were reported in all."""
    now, then = row["numerator"], before["numerator"]
    # The reason is given only where the new cases have not become fewer.
    new = f"仍为{now}例" if now == then else f"由{then}例增至{now}例"
    return (
        f"需要说明的是，{wording.years_compared(row)}，新发例数{new}，"
        f"报告总例数由{before['denominator']}例增至{row['denominator']}例。"
        "比例下降只因报告总例数增加，不能说明新发病例减少，不影响达标结论。"
    )
