"""Plan and figures in, ``JudgedPlan`` out: it works out each frame when first asked for it.

Notebooks, commands, briefing and batch each use one. ``gsyf report`` and ``gsyf briefing`` make it
in the runner and pass it to their notebooks in a private file (``hand_over``); a notebook opened
by hand makes its own from the files there are.
"""

import datetime as dt
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from gsyf_lib.assessment import changes, contributions, luck, verdicts
from gsyf_lib.assessment.funnels import LEVEL, decline_of, funnel
from gsyf_lib.assessment.indicators import (
    BARE_RATIOS,
    COUNTS,
    COVERAGES,
    SHARE,
    TOTAL,
    indicator_values,
    values_judged,
)
from gsyf_lib.assessment.scenarios import assumptions
from gsyf_lib.assessment.selection import (
    select_area,
    select_department,
    select_indicator,
    select_industry,
    select_year,
)
from gsyf_lib.assessment.trends import compare_areas, trend
from gsyf_lib.assessment.verdicts.exact import exact
from gsyf_lib.assessment.verdicts.outlook import MINIMUM_POINTS
from gsyf_lib.assessment.verdicts.statuses import shown_status, shown_statuses
from gsyf_lib.plan import Plan, load_plan
from gsyf_lib.processes.files import READING, find_plan, read_private
from gsyf_lib.submissions import Submissions, load_submissions, receipt_states

__all__ = [
    "BARE_RATIOS",
    "COUNTS",
    "COVERAGES",
    "JudgedPlan",
    "LEVEL",
    "MINIMUM_POINTS",
    "SHARE",
    "TOTAL",
    "USABLE",
    "assumptions",
    "compare_areas",
    "decline_of",
    "exact",
    "funnel",
    "hand_over",
    "handed_over",
    "judge",
    "luck",
    "select_area",
    "select_department",
    "select_indicator",
    "select_industry",
    "select_year",
    "shown_status",
    "shown_statuses",
    "trend",
]

# The states of values by which something is judged.
USABLE = ("figure", "bare")
Arguments = ParamSpec("Arguments")
Method = Callable[Concatenate["JudgedPlan", Arguments], pd.DataFrame]


def _once(work_out: Method[Arguments]) -> Method[Arguments]:
    """Keep each frame that a method has worked out, as functools.cache would.

    The frames are kept in the object itself, so that pickling it takes them along.
    """

    @wraps(work_out)
    def kept(self: "JudgedPlan", *args: Arguments.args, **kwargs: Arguments.kwargs) -> pd.DataFrame:
        key = (work_out.__name__, *args, *kwargs.values())
        if key not in self._frames:
            self._frames[key] = work_out(self, *args, **kwargs)
        # A shallow copy costs nothing: pandas copies the numbers only when the caller changes
        # them, so that nobody can change the frame kept here.
        return self._frames[key].copy(deep=False)

    return kept


@dataclass(frozen=True, repr=False)
class JudgedPlan:
    """行动计划、报送数据和判定结果；由 ``gs.judge`` 得到。

    各数据表在第一次用到时才计算。假设分析的，用另一个计划或另一套报送数据再建一个：
    ``gs.JudgedPlan(gs.without_industry(plan, "煤矿"), submissions)``。

    ``as_of`` 为读入时指定的截止日期；没有指定的为 None，即已收到的全部采用。
    """

    plan: Plan
    submissions: Submissions
    as_of: str | None = None
    _frames: dict[Any, pd.DataFrame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __repr__(self) -> str:
        """Return what was judged, in two lines."""
        return f"{self.plan!r}\n{self.submissions!r}"

    @property
    @_once
    def history(self) -> pd.DataFrame:
        """各年度的判定结果（frames.RESULTS），按年度先后排列。"""
        submissions = self.submissions
        return verdicts.assess(self.plan, submissions.observations, as_of=submissions.as_of)

    @_once
    def results(self, year: int) -> pd.DataFrame:
        """一个年度的判定结果（frames.RESULTS）；该年度应设有目标。

        Examples
        --------
        >>> judged.results(2023).query("area == '太原市' and status == 'missed'").shape
        (2, 27)
        """
        of_year = self.history["year"] == self.plan.check_year(year)
        return self.history[of_year].reset_index(drop=True)

    @_once
    def outlook(self, year: int) -> pd.DataFrame:
        """一个年度的进度预警（frames.OUTLOOK）；不影响达标结论。"""
        return verdicts.outlook(self.plan, self.submissions.observations, year)

    @_once
    def contributions(self, year: int) -> pd.DataFrame:
        """全省的变化来自哪些市、哪些行业（frames.CONTRIBUTIONS）。"""
        return contributions.contributions(self.plan, self.submissions.observations, year)

    @_once
    def reading_changes(self, year: int) -> pd.DataFrame:
        """换用其他口径会改变的一个年度的结论（frames.READING_CHANGES）。"""
        return changes.reading_changes(self.plan, self.submissions.observations, year)

    @_once
    def values(self, year: int) -> pd.DataFrame:
        """判定一个年度所用的各年指标数值（frames.VALUES）。

        全省的数值为省级报送数或各市合计；包括重点行业合计。
        """
        submitted = indicator_values(self.submissions.observations, self.plan.indicators)
        ((_, judged),) = values_judged(self.plan, submitted, [self.plan.check_year(year)])
        return judged

    @property
    @_once
    def receipts(self) -> pd.DataFrame:
        """各年度应报的报表和收到的情况（frames.RECEIPTS）。"""
        came = self.submissions
        return receipt_states(self.plan, came.observations, came.as_of, came.faulty)

    @property
    @_once
    def revised_verdicts(self) -> pd.DataFrame:
        """因数据修订而改变的结论（frames.CHANGES）。"""
        return changes.revised_verdicts(self.plan, self.submissions)

    @property
    def latest_year(self) -> int:
        """有市级报送数据的最近一个目标年度；都没有的，为第一个目标年度。"""
        return verdicts.latest_year(self.plan, self.submissions.observations)

    def work_out(self, year: int) -> None:
        """先算好一个年度的网页所需的数据表，再交给生成网页的各进程。"""
        for method in (self.results, self.outlook, self.reading_changes):
            method(year)
        # Properties: reading them is enough.
        _ = self.receipts, self.revised_verdicts

    def at(self, folder: Path) -> "JudgedPlan":
        """换成行动计划文件夹的副本，已算好的数据表照用。"""
        moved = replace(self, plan=replace(self.plan, folder=folder))
        moved._frames.update(self._frames)
        return moved


def judge(data: str | Path | None = None, as_of: str | dt.date | None = None) -> JudgedPlan:
    """读入行动计划和报送数据，供判定各年度目标。

    Parameters
    ----------
    data : 行动计划所在的文件夹；不写的，从当前文件夹逐级向上查找
    as_of : 采用截至这一天收到的文件；不写的，已收到的全部采用

    Raises
    ------
    PlanError, UsageError
        同 ``load_plan`` 和 ``load_submissions``。

    Examples
    --------
    >>> judged = gs.judge("data")
    >>> judged.latest_year, len(judged.results(2023)), len(judged.history)
    (2025, 348, 1740)
    """
    folder, day = find_plan(data), None if as_of is None else str(as_of)
    ready = handed_over(os.environ.get(READING))
    # A notebook may also judge another plan or day than the run that it is part of.
    if ready and ready.plan.folder.resolve() == folder.resolve() and ready.as_of == day:
        return ready
    plan = load_plan(folder)
    return JudgedPlan(plan, load_submissions(plan, as_of), day)


def hand_over(judged: JudgedPlan, path: Path) -> None:
    """Write a judged plan into the file that other processes find by their variable READING."""
    # They start to read as soon as the file is there: it must never be seen half-written.
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(pickle.dumps(judged, pickle.HIGHEST_PROTOCOL))
    unfinished.replace(path)


@cache
def handed_over(path: str | None) -> JudgedPlan | None:
    """Return the judged plan that the runner has written into a file; None without a file.

    A file that others than this user could have put there is a MachineError: unpickling runs
    whatever it holds.
    """
    return pickle.loads(read_private(Path(path))) if path else None
