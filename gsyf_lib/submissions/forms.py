"""A share has two forms, its two counts or the bare ratio (reading 11): the last to come counts."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

import pandas as pd

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.baselines import accepted, accepts, revision, state_and_value
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.measures import AREA_INDUSTRY_YEAR, COUNTS, GOOD, RATIO

# the figures of a share on a day: both counts, or the ratio alone
Share = tuple[dict, ...]


def in_one_form(
    plan: Plan,
    candidates: pd.DataFrame,
    in_force: pd.DataFrame,
    revisions: list[dict],
    findings: Findings,
) -> pd.DataFrame:
    """Return the figures in force without the form of a share that a later one took the place of.

    Parameters
    ----------
    plan : Plan
    candidates : as for ``figures_in_force``
    in_force : columns of frames.OBSERVATIONS, each measure by itself
    revisions, findings : shares that changed with their form, and refused baselines, are added

    Notes
    -----
    The same share in the other form is no change: counts, which say more, stay in force. A form
    that came with an error does not take the place of the other.
    """
    both = _in_both_forms(candidates).sort_values(
        [*AREA_INDUSTRY_YEAR, "received_on", "file", "sheet"]
    )
    if both.empty:
        return in_force
    in_force = in_force.copy()
    here = dict(iter(_in_both_forms(in_force, both).groupby(AREA_INDUSTRY_YEAR, observed=True)))
    groups = groupby(
        both.to_dict("records"), key=lambda row: tuple(row[name] for name in AREA_INDUSTRY_YEAR)
    )
    for place, rows in groups:
        course = [*_course(plan, [*rows], findings)]
        if course:
            for old, new in _turns(course):
                revisions.append(revision(_as_ratio(old), _as_ratio(new)))
            in_force = _with_last(in_force, here[place], course)
    return in_force


def _in_both_forms(figures: pd.DataFrame, like: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the figures of shares that came in both forms, or that are in ``like``."""
    shares = figures[figures["measure"].isin([RATIO, *COUNTS])]
    places = pd.MultiIndex.from_frame(shares[AREA_INDUSTRY_YEAR])
    if like is not None:
        return shares[places.isin(pd.MultiIndex.from_frame(like[AREA_INDUSTRY_YEAR]))]
    is_ratio = shares["measure"] == RATIO
    return shares[places.isin(places[is_ratio]) & places.isin(places[~is_ratio])]


def _course(plan: Plan, rows: list[dict], findings: Findings) -> Iterator[Share]:
    """Yield the share as it stands in force, day by day."""
    current: Share = ()
    known: dict[str, dict] = {}
    for _, of_day in groupby(rows, key=lambda row: row["received_on"]):
        given = _given([*of_day])
        # The two counts may come on different days: the earlier one is kept for the later.
        known |= {name: given[name] for name in COUNTS if name in given}
        has_counts = len(known) == len(COUNTS) and not known.keys().isdisjoint(given)
        if not has_counts and RATIO not in given:
            continue
        new = tuple(known[name] for name in COUNTS) if has_counts else (given[RATIO],)
        if len(current) == len(new) and new[0]["year"] == plan.baseline_year:
            new = tuple(_frozen(plan, *pair) for pair in zip(current, new, strict=True))
        elif current and len(current) != len(new) and not _takes_over(plan, current, new, findings):
            continue
        if not has_counts:
            known = {}  # counts of a later day only take the place of the ratio
        current = new
        yield current


def _given(rows: list[dict]) -> dict[str, dict]:
    """Return the figures of a day by measure, without those in error or in conflict."""
    by_measure: defaultdict[str, list[dict]] = defaultdict(list)
    for row in rows:
        if row["state"] in GOOD:
            by_measure[row["measure"]].append(row)
    of_one_mind = (
        same for same in by_measure.values() if len({state_and_value(row) for row in same}) == 1
    )
    return {same[0]["measure"]: same[0] for same in of_one_mind}


def _frozen(plan: Plan, current: dict, new: dict) -> dict:
    """Return which of two baseline figures of one form is in force; the refusal has been told."""
    return (
        new if state_and_value(current) == state_and_value(new) or accepted(plan, new) else current
    )


def _takes_over(plan: Plan, current: Share, new: Share, findings: Findings) -> bool:
    """Tell whether a share in the other form takes the place of the one in force."""
    was, now = _as_ratio(current), _as_ratio(new)
    if state_and_value(was) == state_and_value(now):
        return len(new) == len(COUNTS)
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
    if total["state"] == "figure" and total["value"] > 0:
        value = round(Fraction(int(cases["value"]), int(total["value"])) * RATIO_SCALE)
    return {**cases, "measure": RATIO, "value": value}


def _turns(course: list[Share]) -> Iterator[tuple[Share, Share]]:
    """Yield where the share changed together with its form."""
    for old, new in zip(course, course[1:], strict=False):
        if len(old) != len(new) and state_and_value(_as_ratio(old)) != state_and_value(
            _as_ratio(new)
        ):
            yield old, new


def _with_last(in_force: pd.DataFrame, here: pd.DataFrame, course: list[Share]) -> pd.DataFrame:
    """Return the figures with the last form of a share alone, and since when there is a share.

    The other form may stand beside it if it came on the same day.
    """
    last = course[-1]
    is_last = here["measure"].isin([row["measure"] for row in last])
    beside = here["received_on"].isin([row["received_on"] for row in last])
    beside &= here["state"].isin(GOOD)
    first = max(row["received_on"] for row in course[0])
    since = here.loc[is_last, "first_received_on"]
    in_force.loc[since.index, "first_received_on"] = since.where(since < first, first)
    return in_force.drop(index=here.index[~is_last & ~beside])
