"""Shares in two forms in, each share in one form out: two counts, or a bare ratio (reading 11).

The form that came last is in force.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, pairwise
from operator import itemgetter

import pandas as pd

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.baselines import accepted, accepts
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.measures import (
    AREA_INDUSTRY_YEAR,
    GOOD,
    RATIO,
    SHARE_COUNTS,
    revision,
    state_and_value,
)

# The figures of a share on a day: both counts, or the ratio alone.
Share = tuple[dict, ...]


def in_one_form(
    plan: Plan,
    candidates: pd.DataFrame,
    in_force: pd.DataFrame,
    revisions: list[dict],
    findings: Findings,
) -> pd.DataFrame:
    """Drop the form of a share that a later one in the other form replaced.

    The same share in the other form is no change: counts say more and stay in force. A form that
    came with an error does not replace the other.
    """
    both = _in_both_forms(candidates).sort_values(
        [*AREA_INDUSTRY_YEAR, "received_on", "file", "sheet"]
    )
    if both.empty:
        return in_force
    in_force = in_force.copy()
    # Labels of the figures in force by share, so that the loop need not search the frame.
    here = dict(iter(_in_both_forms(in_force, both).groupby(AREA_INDUSTRY_YEAR, observed=True)))
    for share, rows in groupby(both.to_dict("records"), key=itemgetter(*AREA_INDUSTRY_YEAR)):
        course = [*_day_by_day(plan, [*rows], findings)]
        for old, new in pairwise(course):
            was, now = _as_ratio(old), _as_ratio(new)
            if len(old) != len(new) and state_and_value(was) != state_and_value(now):
                revisions.append(revision(was, now))
        if course:
            in_force = _with_last_form(in_force, here[share], course)
    return in_force


def _in_both_forms(figures: pd.DataFrame, like: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the figures of shares that came in both forms, or of the shares in ``like``."""
    shares = figures[figures["measure"].isin([RATIO, *SHARE_COUNTS])]
    shares_of = pd.MultiIndex.from_frame(shares[AREA_INDUSTRY_YEAR])
    if like is not None:
        return shares[shares_of.isin(pd.MultiIndex.from_frame(like[AREA_INDUSTRY_YEAR]))]
    is_ratio = shares["measure"] == RATIO
    return shares[shares_of.isin(shares_of[is_ratio]) & shares_of.isin(shares_of[~is_ratio])]


def _day_by_day(plan: Plan, rows: list[dict], findings: Findings) -> Iterator[Share]:
    """Yield the share as it stands in force, day by day."""
    current: Share = ()
    known: dict[str, dict] = {}
    for _, of_day in groupby(rows, key=itemgetter("received_on")):
        sound = _sound_figures([*of_day])
        # The two counts may come on different days: the earlier one is kept for the later.
        known |= {name: sound[name] for name in SHARE_COUNTS if name in sound}
        has_counts = len(known) == len(SHARE_COUNTS) and not known.keys().isdisjoint(sound)
        if not has_counts and RATIO not in sound:
            continue
        new = tuple(known[name] for name in SHARE_COUNTS) if has_counts else (sound[RATIO],)
        # In the same form again: only a baseline may be kept from changing. In the other form: a
        # share that may not take over leaves things as they were.
        if len(current) == len(new) and new[0]["year"] == plan.baseline_year:
            new = tuple(_frozen(plan, *pair) for pair in zip(current, new, strict=True))
        elif current and len(current) != len(new) and not _takes_over(plan, current, new, findings):
            continue
        if not has_counts:
            known = {}  # only counts that come after the ratio may replace it
        current = new
        yield current


def _sound_figures(rows: list[dict]) -> dict[str, dict]:
    """Return the figures of a day by measure, leaving out those in error or in conflict."""
    sound = {}
    for measure in (RATIO, *SHARE_COUNTS):
        good = [row for row in rows if row["measure"] == measure and row["state"] in GOOD]
        if len({state_and_value(row) for row in good}) == 1:
            sound[measure] = good[0]
    return sound


def _frozen(plan: Plan, current: dict, new: dict) -> dict:
    """Return which of two baseline figures is in force; ``ledger`` has told of the refusal."""
    is_same = state_and_value(current) == state_and_value(new)
    return new if is_same or accepted(plan, new) else current


def _takes_over(plan: Plan, current: Share, new: Share, findings: Findings) -> bool:
    """Return whether a share in the other form replaces the one in force."""
    was, now = _as_ratio(current), _as_ratio(new)
    if state_and_value(was) == state_and_value(now):
        return len(new) == len(SHARE_COUNTS)
    if now["year"] != plan.baseline_year:
        return True
    entries = [accepted(plan, row) for row in new]
    return accepts(was, now, entries[0] if all(entries) else None, findings)


def _as_ratio(share: Share) -> dict:
    """Return a share as a bare ratio; without a value if no case was reported."""
    if len(share) == 1:
        return share[0]
    cases, total = share
    value = None
    # Fraction and round, not floats: the same share must give the same ratio on every machine.
    if total["state"] == "figure" and total["value"] > 0:
        value = round(Fraction(int(cases["value"]), int(total["value"])) * RATIO_SCALE)
    return {**cases, "measure": RATIO, "value": value}


def _with_last_form(
    in_force: pd.DataFrame, here: pd.DataFrame, course: list[Share]
) -> pd.DataFrame:
    """Return the figures with only the last form of a share, and the day the share first came.

    The other form stays beside it if it came on the same day.
    """
    last = course[-1]
    is_last = here["measure"].isin([row["measure"] for row in last])
    beside = here["received_on"].isin([row["received_on"] for row in last])
    beside &= here["state"].isin(GOOD)
    first = max(row["received_on"] for row in course[0])
    since = here.loc[is_last, "first_received_on"]
    in_force.loc[since.index, "first_received_on"] = since.where(since < first, first)
    return in_force.drop(index=here.index[~is_last & ~beside])
