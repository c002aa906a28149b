"""What revisions did to verdicts: the assessment with the figures before and after."""

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment import assess
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions

__all__ = ["revised_verdicts"]

FIGURE = ["area_code", "industry", "year", "measure"]
VERDICT = ["area_code", "area", "industry", "indicator", "year"]


def revised_verdicts(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return the verdicts that a day's revisions changed.

    Parameters
    ----------
    plan : Plan
    submissions : Submissions

    Returns
    -------
    frames.CHANGES
        From the first day of revisions to the last; the province's verdicts are among them.

    Notes
    -----
    All figures of a day are put back at once, the last day first; what was handed in for the
    first time stays as it is now.
    """
    current, after = submissions.observations, None
    parts = [frames.CHANGES.empty()]
    revisions = submissions.revisions.sort_values("received_on", ascending=False, kind="stable")
    for day, revised in revisions.groupby("received_on", sort=False):
        after = assess(plan, current) if after is None else after
        current = _put_back(current, revised)
        before = assess(plan, current)
        parts.append(_flipped(before, after).assign(received_on=day))
        after = before
    return frames.conform(pd.concat(reversed(parts), ignore_index=True), frames.CHANGES)


def _put_back(observations: pd.DataFrame, revised: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with the old values of these revisions; an empty one is 无此行业."""
    old = observations[FIGURE].merge(revised[[*FIGURE, "old_value"]], on=FIGURE, how="left")
    touched = pd.MultiIndex.from_frame(observations[FIGURE]).isin(
        pd.MultiIndex.from_frame(revised[FIGURE])
    )
    state = old["old_value"].isna().map({True: "absent", False: "figure"})
    return observations.assign(
        value=observations["value"].mask(touched, old["old_value"]),
        state=observations["state"].mask(touched, state),
    )


def _flipped(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = after[[*VERDICT, "status"]].merge(before[[*VERDICT, "status"]], on=VERDICT)
    both = both.rename(columns={"status_x": "new_status", "status_y": "old_status"})
    return both[both["old_status"] != both["new_status"]]
