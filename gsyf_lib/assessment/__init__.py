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
    """A plan, what was handed in, and how it was judged; made by ``gs.judge``.

    Every frame is worked out when it is first asked for. For a what-if, make one from another
    plan or other submissions: ``gs.JudgedPlan(gs.without_industry(plan, "煤矿"), submissions)``.

    ``as_of`` is the day asked for when they were loaded; None: everything received.
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
        """frames.RESULTS of all years with targets, one after the other."""
        submissions = self.submissions
        return verdicts.assess(self.plan, submissions.observations, as_of=submissions.as_of)

    @_once
    def results(self, year: int) -> pd.DataFrame:
        """Return frames.RESULTS of a year with targets.

        Examples
        --------
        >>> judged.results(2023).query("area == '太原市' and status == 'missed'").shape
        (2, 27)
        """
        of_year = self.history["year"] == self.plan.check_year(year)
        return self.history[of_year].reset_index(drop=True)

    @_once
    def outlook(self, year: int) -> pd.DataFrame:
        """Return frames.OUTLOOK of a year (进度预警), which is no part of a verdict."""
        return verdicts.outlook(self.plan, self.submissions.observations, year)

    @_once
    def contributions(self, year: int) -> pd.DataFrame:
        """Return frames.CONTRIBUTIONS of a year: what made the province's change, and where."""
        return contributions.contributions(self.plan, self.submissions.observations, year)

    @_once
    def reading_changes(self, year: int) -> pd.DataFrame:
        """Return frames.READING_CHANGES: what another reading would change in a year."""
        return changes.reading_changes(self.plan, self.submissions.observations, year)

    @_once
    def values(self, year: int) -> pd.DataFrame:
        """Return frames.VALUES of all years, as they are used to judge one year.

        The province's are its own or the sum of its cities; 重点行业合计 is among them.
        """
        submitted = indicator_values(self.submissions.observations, self.plan.indicators)
        ((_, judged),) = values_judged(self.plan, submitted, [self.plan.check_year(year)])
        return judged

    @property
    @_once
    def receipts(self) -> pd.DataFrame:
        """frames.RECEIPTS of all years: what was owed and what came."""
        came = self.submissions
        return receipt_states(self.plan, came.observations, came.as_of, came.faulty)

    @property
    @_once
    def revised_verdicts(self) -> pd.DataFrame:
        """frames.CHANGES: the verdicts that revisions changed."""
        return changes.revised_verdicts(self.plan, self.submissions)

    @property
    def latest_year(self) -> int:
        """The latest year with targets that a city has handed in figures for, or the first."""
        return verdicts.latest_year(self.plan, self.submissions.observations)

    def work_out(self, year: int) -> None:
        """Work out now what the pages of a year need, before it is handed to their processes."""
        for method in (self.results, self.outlook, self.reading_changes):
            method(year)
        # Properties: reading them is enough.
        _ = self.receipts, self.revised_verdicts

    def at(self, folder: Path) -> "JudgedPlan":
        """Return the same for a copy of the plan folder, with the frames worked out so far."""
        moved = replace(self, plan=replace(self.plan, folder=folder))
        moved._frames.update(self._frames)
        return moved


def judge(data: str | Path | None = None, as_of: str | dt.date | None = None) -> JudgedPlan:
    """Load a plan and what was handed in, to be judged.

    Parameters
    ----------
    data : the plan's folder; searched upward from the working directory if not given
    as_of : the day until which files count; everything received if not given

    Raises
    ------
    PlanError, UsageError
        As from ``load_plan`` and ``load_submissions``.

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
