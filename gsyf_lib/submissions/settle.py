"""Findings that a later submission has settled."""

from collections.abc import Collection

import pandas as pd

from gsyf_lib import frames

__all__ = ["settled"]

GOOD = ("figure", "absent")
# Found anew in what is in force; a changed baseline asks for a decision.
NEVER_SETTLED = (
    "baseline-changed",
    "baseline-missing",
    "copied-last-year",
    "all-zero",
    "exactly-on-target",
)


def settled(
    findings: pd.DataFrame, observations: pd.DataFrame, sent_again: Collection[str] = ()
) -> pd.DataFrame:
    """Turn findings on what was handed in again rightly into information.

    Parameters
    ----------
    findings : frames.FINDINGS columns, ``received_on`` and ``touches``
    observations : frames.OBSERVATIONS
    sent_again : files that a sound one of the same name followed on a later day

    Returns
    -------
    frames.FINDINGS

    Notes
    -----
    A finding on figures is settled once all of them are in force from a later day. A row left
    out counts as handed in once the figure is in force, from whatever file. A finding on no
    figure (a file, a name, a task) is settled by a sound file of the same name.
    """
    named = set(findings["area"]) | {key[0] for keys in findings["touches"] for key in keys or ()}
    good = observations[observations["area"].isin(named) & observations["state"].isin(GOOD)]
    in_force = good.set_index(["area", "industry", "year", "measure"])["received_on"].to_dict()
    rows = findings.to_dict("records")
    mended = [_is_mended(row, in_force) or _is_replaced(row, sent_again) for row in rows]
    result = findings.copy()
    result.loc[mended, "severity"] = "info"
    return frames.conform(result, frames.FINDINGS)


def _is_mended(finding: dict, in_force: dict) -> bool:
    if finding["severity"] == "info" or finding["code"] in NEVER_SETTLED:
        return False
    own = tuple(finding[name] for name in ("area", "industry", "year", "measure"))
    touched = finding["touches"] or (own,)
    if not all(key in in_force for key in touched):
        return False
    first = min(in_force[key] for key in touched)
    return finding["code"] == "row-left-out" or first > finding["received_on"]


def _is_replaced(finding: dict, sent_again: Collection[str]) -> bool:
    if finding["industry"] or finding["code"] in (*NEVER_SETTLED, "columns-swapped"):
        return False
    return finding["severity"] != "info" and finding["file"] in sent_again
