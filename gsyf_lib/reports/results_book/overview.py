"""Results in; the rows of the first sheet out: goals met and missed, by how much, and whose."""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import shown_statuses

NONE = "无"
COLUMNS = [
    ("地区", 9),
    *((word, 9) for word in wording.STATUSES.values()),
    ("目标数", 8),
    ("未达标的目标，差多少，由谁负责", 78),
    ("不能判定的目标，为什么", 24),
]


def answer(goals: pd.DataFrame) -> str:
    """Return how many goals are met, missed or not judged: the province's, then the cities'."""
    tallies = [_tally(group) for _, group in goals.groupby(goals["level"] == "city", sort=True)]
    return f"{goals['year'].iloc[0]}年{'；'.join(tallies)}"


def _tally(goals: pd.DataFrame) -> str:
    """Return the number of goals of the province, or of all cities, by status."""
    is_city = goals["level"].iloc[0] == "city"
    name = f"{goals['area_code'].nunique()}个市" if is_city else "全省"
    return f"{name}{len(goals)}项目标：{'，'.join(wording.verdict_tally(goals))}"


def rows(goals: pd.DataFrame) -> Iterator[list[object]]:
    """Yield a row for each area.

    Parameters
    ----------
    goals : frames.RESULTS of one year without the joint rows and those of 重点行业合计
    """
    for area, group in goals.groupby("area", sort=False):
        counts = shown_statuses(group).value_counts()
        missed = group[group["status"] == "missed"]
        unknown = group[group["status"].isin(["not_reported", "undefined"])]
        yield [
            area,
            *(int(counts.get(code, 0)) for code in wording.STATUSES),
            len(group),
            _by_department(missed) or NONE,
            _listed(unknown) or NONE,
        ]


def _by_department(missed: pd.DataFrame) -> str:
    """Return what was missed, a line for each department."""
    groups = missed.groupby("department", sort=False)
    return "\n".join(f"{department}：{_listed(group)}" for department, group in groups)


def _listed(goals: pd.DataFrame) -> str:
    return "、".join(wording.goal_with_why(row) for _, row in goals.iterrows())
