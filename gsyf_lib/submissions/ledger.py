"""All figures handed in, day by day; the figures in force out, with revisions and conflicts."""

from collections.abc import Collection, Iterator
from itertools import groupby

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.baselines import accepted, accepts, revision, state_and_value
from gsyf_lib.submissions.findings import Findings, listed, told_of
from gsyf_lib.submissions.forms import in_one_form
from gsyf_lib.submissions.measures import GOOD, KEY, in_words


def figures_in_force(
    plan: Plan, candidates: pd.DataFrame, findings: Findings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decide figure by figure which submission is in force.

    Parameters
    ----------
    plan : Plan
    candidates : frames.OBSERVATIONS columns, one row per figure handed in, key not unique
    findings : conflicts and refused baselines are added to it

    Returns
    -------
    tuple of frames.OBSERVATIONS and frames.REVISIONS

    Notes
    -----
    A later folder revises an earlier one. Two different values within one folder are a conflict:
    neither is used, and an earlier figure stays in force. A figure of the baseline year is
    frozen: a later one that differs is refused until ``plan.toml`` accepts it by name. A figure
    handed in again unchanged is in force as confirmed last. A figure that was only ever handed in
    wrongly is ``withheld``. Of a share the form that came last is in force (``in_one_form``).
    """
    ordered = candidates.sort_values([*KEY, "received_on", "file", "sheet"], kind="stable")
    ordered = ordered.assign(first_received_on=ordered["received_on"]).reset_index(drop=True)
    # Nearly all figures come once and are in force; only the others are gone through one by one.
    is_in_force = ~ordered.duplicated(KEY, keep=False)
    revisions: list[dict] = []
    records = ordered[~is_in_force].reset_index(names="label").to_dict("records")
    groups = groupby(records, key=lambda row: tuple(row[name] for name in KEY))
    chosen = [_chosen(plan, [*group], findings, revisions) for _, group in groups]
    labels = [row["label"] for row in chosen]
    is_in_force[labels] = True
    ordered.loc[labels, "first_received_on"] = [row["first_received_on"] for row in chosen]
    wrong = [row["label"] for row in chosen if row["state"] not in GOOD]
    ordered.loc[wrong, "state"], ordered.loc[wrong, "value"] = "withheld", pd.NA
    in_force = in_one_form(plan, candidates, ordered[is_in_force], revisions, findings)
    return (
        frames.conform(in_force, frames.OBSERVATIONS),
        frames.conform(pd.DataFrame(revisions, columns=frames.REVISIONS.names), frames.REVISIONS),
    )


def _chosen(plan: Plan, group: list[dict], findings: Findings, revisions: list[dict]) -> dict:
    """Go through what was handed in for one figure, day by day; return the row in force.

    If none was ever right, that is the last one, ``withheld``.
    """
    current: dict | None = None
    # ``first_received_on``: the day the duty to report was met, however often it was revised since.
    first = None
    for day in _by_day(group):
        good = [row for row in day if row["state"] in GOOD]
        if not good:
            continue
        if len({state_and_value(row) for row in good}) > 1:
            _conflict(good, findings)
            continue
        new = good[0]
        if current is None:
            first = new["received_on"]
        elif state_and_value(current) != state_and_value(new):
            is_frozen = new["year"] == plan.baseline_year
            if is_frozen and not accepts(current, new, accepted(plan, new), findings):
                continue
            revisions.append(revision(current, new))
        current = new
    if current is None:
        return {**group[-1], "state": "withheld"}
    return {**current, "first_received_on": first}


def _by_day(group: list[dict]) -> Iterator[list[dict]]:
    # Lists, because ``groupby`` forgets a group once the next one is asked for.
    for _, rows in groupby(group, key=lambda row: row["received_on"]):
        yield list(rows)


def _conflict(rows: list[dict], findings: Findings) -> None:
    values = listed(
        f"《{row['file']}》{row['cell']}为{in_words(row['value'], row['measure'])}" for row in rows
    )
    findings.tell(told_of(rows[0], "key-conflict.figure", values=values))


def tell_revisions(
    revisions: pd.DataFrame,
    observations: pd.DataFrame,
    incoming: Collection[str],
    findings: Findings,
) -> None:
    """Add a finding for each figure of the incoming files that replaces one in force."""
    revised = revisions[revisions["file"].isin(incoming)]
    if revised.empty:
        return
    # Revisions do not keep the sheet; the figure in force does.
    sheets = observations.set_index(KEY)["sheet"].to_dict()
    for row in revised.to_dict("records"):
        old, new = (in_words(row[name], row["measure"]) for name in ("old_value", "new_value"))
        row["sheet"] = sheets.get(tuple(row[name] for name in KEY), "")
        before = {name: row[name] for name in ("old_file", "old_cell")}
        findings.tell(told_of(row, "figure-revised", old=old, new=new, **before))
