"""What a batch has read once, for all the notebooks that would read the same again.

``gsyf report`` copies its inputs into a private folder, reads them, and keeps what it read in a
file. A notebook that asks for that very folder gets it from there; every other question is answered
from the files, as always. Nothing is kept for analysts: their notebooks read what is there now.
"""

import datetime as dt
import functools
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pandas as pd

from gsyf_lib.assessment import assess as assess_anew
from gsyf_lib.assessment import assess_with_outlook, latest_year
from gsyf_lib.assessment import outlook as outlook_anew
from gsyf_lib.changes import reading_changes as reading_changes_anew
from gsyf_lib.changes import revised_verdicts as revised_verdicts_anew
from gsyf_lib.files import READING, read_private
from gsyf_lib.plan import Plan, find_plan
from gsyf_lib.plan import load_plan as load_plan_anew
from gsyf_lib.receipts import receipt_states as receipt_states_anew
from gsyf_lib.submissions import Submissions
from gsyf_lib.submissions import load_submissions as load_submissions_anew

__all__ = [
    "Reading",
    "assess",
    "keep",
    "load_plan",
    "load_submissions",
    "outlook",
    "read",
    "reading_changes",
    "receipt_states",
    "revised_verdicts",
    "take",
]


@dataclass(frozen=True)
class Reading:
    """What was read from a private copy of a plan folder, and how it was judged.

    folder : the copy
    as_of : the day asked for
    plan, submissions : as loaded
    history : frames.RESULTS of all years with targets
    received : frames.RECEIPTS, as of the day of the submissions
    changes, outlooks : frames.READING_CHANGES and frames.OUTLOOK of the years for which they were
        worked out
    revised : frames.CHANGES, the verdicts that revisions changed; None: not worked out
    """

    folder: Path
    as_of: str | None
    plan: Plan
    submissions: Submissions
    history: pd.DataFrame
    received: pd.DataFrame
    changes: dict[int, pd.DataFrame] = field(default_factory=dict)
    outlooks: dict[int, pd.DataFrame] = field(default_factory=dict)
    revised: pd.DataFrame | None = None

    def with_year(self, year: int) -> "Reading":
        """Return it with the early warning of a year, and what revisions and readings change.

        Many pages tell these, and they take longer than all else on a page.
        """
        changes = reading_changes_anew(self.plan, self.submissions.observations, year)
        revised = revised_verdicts_anew(self.plan, self.submissions)
        with_outlook = self.with_outlook(year)
        return replace(with_outlook, changes={**self.changes, year: changes}, revised=revised)

    def with_outlook(self, year: int) -> "Reading":
        """Return it with the early warning of a year; that of the latest is there already."""
        if year in self.outlooks:
            return self
        outlook = outlook_anew(self.plan, self.submissions.observations, year)
        return replace(self, outlooks={**self.outlooks, year: outlook})

    def of_year(self, year: int) -> pd.DataFrame:
        """Return frames.RESULTS of a year, as ``assess`` would.

        Raises
        ------
        UsageError
            The year has no targets.
        """
        of_year = self.history["year"] == self.plan.check_year(year)
        return self.history[of_year].reset_index(drop=True)

    def is_of(self, plan: Plan, observations: pd.DataFrame) -> bool:
        """Tell whether a plan and the figures are those read, unchanged."""
        return self.is_plan(plan) and observations is self.submissions.observations

    def is_plan(self, other: Plan) -> bool:
        """Tell whether a plan is this one, unchanged."""
        names = [entry.name for entry in fields(Plan) if entry.name != "folder"]
        return all(getattr(other, name) is getattr(self.plan, name) for name in names)


def read(folder: Path, as_of: str | None) -> Reading:
    """Read and judge a private copy of a plan folder.

    Raises
    ------
    PlanError, UsageError
        As from ``load_plan`` and ``load_submissions``.
    """
    plan = load_plan_anew(folder)
    submissions = load_submissions_anew(plan, as_of)
    year = latest_year(plan, submissions.observations)
    history, outlook = assess_with_outlook(plan, submissions.observations, year)
    received = receipt_states_anew(
        plan, submissions.observations, submissions.as_of, submissions.faulty
    )
    whole = Reading(folder.resolve(), as_of, plan, submissions, history, received)
    return replace(whole, outlooks={year: outlook})


def keep(reading: Reading, path: Path) -> None:
    """Write a reading into a private file, for kernels whose variable ``READING`` names it."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(pickle.dumps(reading, pickle.HIGHEST_PROTOCOL))
    unfinished.replace(path)


@functools.cache
def take(path: str | None) -> Reading | None:
    """Return the reading kept in a file; None without a file.

    Raises
    ------
    MachineError
        Others than this user could have put the file there.
    """
    return pickle.loads(read_private(Path(path))) if path else None


def _of(folder: Path, environment: Mapping[str, str] = os.environ) -> Reading | None:
    reading = take(environment.get(READING))
    return reading if reading and reading.folder == folder.resolve() else None


@functools.wraps(load_plan_anew)
def load_plan(data: str | Path | None = None) -> Plan:
    """Return the plan of a batch's private copy as read; of any other folder, read it."""
    reading = _of(folder := find_plan(data))
    return replace(reading.plan, folder=folder) if reading else load_plan_anew(data)


@functools.wraps(load_submissions_anew)
def load_submissions(
    plan: Plan, as_of: str | dt.date | None = None, incoming: Mapping[str, Path] | None = None
) -> Submissions:
    """Return the submissions of a batch's private copy as read; of any other folder, read them."""
    reading = _of(plan.folder)
    if reading and reading.is_plan(plan) and reading.as_of == as_of and incoming is None:
        return reading.submissions
    return load_submissions_anew(plan, as_of, incoming)


@functools.wraps(assess_anew)
def assess(plan: Plan, observations: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Return the results as judged, if the plan and the figures are the batch's own."""
    reading = _of(plan.folder)
    if reading is None or not reading.is_of(plan, observations):
        return assess_anew(plan, observations, year)
    return reading.history if year is None else reading.of_year(year)


@functools.wraps(receipt_states_anew)
def receipt_states(
    plan: Plan, observations: pd.DataFrame, as_of: pd.Timestamp, faulty: pd.DataFrame
) -> pd.DataFrame:
    """Return them as worked out, if the plan, the figures and the day are the batch's own."""
    reading = _of(plan.folder)
    if (
        reading is None
        or not reading.is_of(plan, observations)
        or as_of != reading.submissions.as_of
    ):
        return receipt_states_anew(plan, observations, as_of, faulty)
    return reading.received


@functools.wraps(reading_changes_anew)
def reading_changes(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return them as worked out, if the plan and the figures are the batch's own."""
    reading = _of(plan.folder)
    if reading is None or year not in reading.changes or not reading.is_of(plan, observations):
        return reading_changes_anew(plan, observations, year)
    return reading.changes[year]


@functools.wraps(outlook_anew)
def outlook(plan: Plan, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return it as worked out, if the plan and the figures are the batch's own."""
    reading = _of(plan.folder)
    if reading is None or year not in reading.outlooks or not reading.is_of(plan, observations):
        return outlook_anew(plan, observations, year)
    return reading.outlooks[year]


@functools.wraps(revised_verdicts_anew)
def revised_verdicts(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return them as worked out, if the plan and the submissions are the batch's own."""
    reading = _of(plan.folder)
    if (
        reading is None
        or reading.revised is None
        or not reading.is_of(plan, submissions.observations)
    ):
        return revised_verdicts_anew(plan, submissions)
    return reading.revised
