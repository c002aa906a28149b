"""Exceptions first: what is missed, by how many cases or persons, and who is responsible."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, table
from gsyf_lib.indicators import TOTAL

__all__ = ["city_gaps_table", "gap_words", "gaps_table"]


def gap_words(row: pd.Series) -> str:
    """Return a missed goal by its name and by how much, as in 煤矿事故起数（超出2起）."""
    name = f"{row['industry']}{words.INDICATORS[row['indicator']]}"
    return f"{name}（{_by_how_much(row)}）"


def _by_how_much(row: pd.Series) -> str:
    if not pd.isna(row["margin"]):
        return str(words.margin_words(row))
    return words.reason_words(row["reason"]) or words.STATUSES[row["status"]]


def gaps_table(review: Review) -> Html:
    """Return the area's goals that are missed or cannot be judged, department by department."""
    rows = review.goals[~review.goals["status"].isin(["met", "not_applicable"])]
    if rows.empty:
        return Html("<p>{}{}年没有未达标或不能判定的目标。</p>").format(review.area, review.last)
    lines = [_line(row) for _, row in _by_department(rows, review).iterrows()]
    caption = f"{review.area}{review.last}年未达标和不能判定的目标"
    return table(pd.DataFrame(lines), caption=caption, row_header="责任部门")


def _line(row: pd.Series) -> dict[str, str]:
    return {
        "责任部门": row["department"],
        "行业": row["industry"],
        "指标": words.SHORT_INDICATORS[row["indicator"]],
        "结论": words.STATUSES[row["status"]],
        "差距": _by_how_much(row),
    }


def city_gaps_table(review: Review) -> Html:
    """Return the goals that cities miss: one row per industry and indicator, the cities named."""
    rows = review.results[(review.results["level"] == "city")]
    rows = rows[(rows["status"] == "missed") & (rows["indicator"] != "joint")]
    rows = rows[rows["industry"] != TOTAL]
    if not review.is_province:
        return Html("")
    if rows.empty:
        return Html("<p>{}年各市没有未达标的目标。</p>").format(review.last)
    groups = _by_department(rows, review).groupby(
        ["department", "industry", "indicator"], sort=False
    )
    lines = [
        {
            "责任部门": department,
            "行业": industry,
            "指标": words.SHORT_INDICATORS[indicator],
            "市数": len(group),
            "未达标的市": "、".join(
                f"{row['area'].removesuffix('市')}（{_by_how_much(row)}）"
                for _, row in group.iterrows()
            ),
        }
        for (department, industry, indicator), group in groups
    ]
    caption = f"{review.last}年各市未达标的目标（按行政区划代码排列）"
    return table(pd.DataFrame(lines), caption=caption, numeric=["市数"], row_header="责任部门")


def _by_department(rows: pd.DataFrame, review: Review) -> pd.DataFrame:
    """Sort by department and industry as the annex has them, then by indicator and area."""
    places = {
        "department": list(review.plan.targets["department"].unique()),
        "industry": list(review.plan.industries["name"]),
        "indicator": list(words.INDICATORS),
    }
    order = pd.DataFrame(
        {name: rows[name].map({v: n for n, v in enumerate(v)}) for name, v in places.items()}
    ).assign(area_code=rows["area_code"])
    return rows.loc[order.sort_values(list(order.columns), kind="stable").index]
