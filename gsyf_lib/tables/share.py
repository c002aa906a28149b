"""The short-exposure share year by year, with both counts."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import words
from gsyf_lib.frames import MILLION
from gsyf_lib.html import Html, table
from gsyf_lib.indicators import indicator_values
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions
from gsyf_lib.tables.cells import SHARE

__all__ = ["share_table"]


def share_table(plan: Plan, submissions: Submissions, area: str, year: int) -> Html:
    """Return the short-exposure share of an area year by year, with both counts (reading 10).

    Examples
    --------
    >>> gs.share_table(plan, submissions, "太原市", 2023)
    太原市尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）
    年度  接尘工龄不足5年新发例数  报告总例数  尘肺病报告比例
    ...
    """
    name = plan.area_row(area)["name"]
    observed = submissions.observations
    values = indicator_values(observed[observed["area"] == name], plan.indicators)
    rows = values[(values["indicator"] == SHARE) & (values["year"] <= year)].set_index("year")
    lines = [
        {"年度": f"{y}年"} | _share_line(rows.loc[y] if y in rows.index else None)
        for y in (plan.baseline_year, *plan.years)
        if y <= year
    ]
    return table(
        pd.DataFrame(lines),
        caption=f"{name}尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）",
        numeric=("接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例"),
        row_header="年度",
    )


def _share_line(row: pd.Series | None) -> dict[str, str]:
    names = ("接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例")
    if row is None:
        return dict.fromkeys(names, "未报送")
    if row["state"] == "absent":
        return dict.fromkeys(names, "无此行业")
    if row["state"] == "withheld":
        return dict.fromkeys(names, "有误，未采用")
    if row["state"] == "bare":
        ratio = words.percent(Fraction(int(row["numerator"]), MILLION))
        return dict(zip(names, ("只报比例", "只报比例", ratio), strict=True))
    cases, total = int(row["numerator"]), int(row["denominator"])
    share = words.percent(Fraction(cases, total)) if total else "无病例"
    return dict(zip(names, (f"{cases}例", f"{total}例", share), strict=True))
