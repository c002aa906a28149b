"""Findings that a later submission has settled."""

from collections.abc import Collection, Mapping

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import Key

__all__ = ["faulty_figures", "in_force_since", "settled"]

KEY = ["area_code", "industry", "year", "measure"]
GOOD = ("figure", "absent")
# Found anew in what is in force; a changed baseline asks for a decision.
NEVER_SETTLED = (
    "baseline-changed",
    "baseline-missing",
    "copied-last-year",
    "all-zero",
    "exactly-on-target",
    "repeatedly-on-target",
    "industry-comes-and-goes",
)
# Findings of something that was not handed in at all.
NOT_RECEIVED = ("row-left-out", "baseline-missing")


def settled(
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    progress: pd.DataFrame,
    files: Mapping[str, str],
) -> pd.DataFrame:
    """Turn findings on what was handed in again rightly into information.

    Parameters
    ----------
    findings : frames.FINDINGS columns, ``received_on`` and ``touches``
    observations : frames.OBSERVATIONS
    progress : frames.PROGRESS
    files : files that something sound took the place of, each with a remark or none

    Returns
    -------
    pandas.DataFrame
        The findings in the same columns.

    Notes
    -----
    A finding on figures or on a task is settled once all of them are in force from a later day. A
    row left out counts as handed in once the figure is in force, from whatever file. A finding on
    no figure (a file, a name) is settled with its file.
    """
    touched = {key[0] for keys in findings["touches"] for key in keys}
    in_force = in_force_since(observations, touched | set(findings["area_code"])) | _tasks(progress)
    rows = findings.to_dict("records")
    replaced = [_is_replaced(row, files) for row in rows]
    result = findings.copy()
    mended = [
        is_one or _is_mended(row, in_force) for is_one, row in zip(replaced, rows, strict=True)
    ]
    result.loc[mended, "severity"] = "info"
    result.loc[replaced, "message"] += result.loc[replaced, "file"].map(files)
    return result


def faulty_figures(
    plan: Plan,
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    held: Mapping[str, Collection[Key]],
) -> pd.DataFrame:
    """Return the figures that came, but only ever with an error: received, and not in force.

    Parameters
    ----------
    plan : Plan
    findings : as ``settled`` returns them
    observations : frames.OBSERVATIONS
    held : the figures that a faulty file may have held, by the name of the file

    Returns
    -------
    frames.FAULTY
        Of several errors on a figure the last to come. A row left out did not come.
    """
    errors = findings[(findings["severity"] == "error") & ~findings["code"].isin(NOT_RECEIVED)]
    names = plan.areas.set_index("code")["name"]
    told = ["code", "received_on", "file", "sheet", "cell"]
    pairs = [
        (key, {name: error[name] for name in told})
        for error in errors.to_dict("records")
        for key in _touched(error) or held.get(error["file"], ())
    ]
    known = in_force_since(observations, {key[0] for key, _ in pairs})
    rows = [
        {**dict(zip(KEY, key, strict=True)), **about} for key, about in pairs if key not in known
    ]
    found = pd.DataFrame(rows, columns=[*KEY, *told]).sort_values(["received_on", "file", *KEY])
    found = found.drop_duplicates(KEY, keep="last").assign(area=found["area_code"].map(names))
    return frames.conform(found.sort_values(KEY), frames.FAULTY)


def _touched(finding: dict) -> tuple[Key, ...]:
    """Return the figures that a finding is about; none if it is about something else."""
    own = tuple(finding[name] for name in KEY)
    return finding["touches"] or ((own,) if finding["industry"] and finding["measure"] else ())


def in_force_since(observations: pd.DataFrame, areas: Collection[str]) -> dict[Key, pd.Timestamp]:
    """Return since when the figures of areas, named by their codes, are in force."""
    good = observations[observations["area_code"].isin(areas) & observations["state"].isin(GOOD)]
    return good.set_index(["area_code", "industry", "year", "measure"])["received_on"].to_dict()


def _tasks(progress: pd.DataFrame) -> dict[Key, pd.Timestamp]:
    """Return since when the state of tasks is known; the number stands where the industry does."""
    return {
        (row.area_code, str(row.number), row.year, "progress"): row.received_on
        for row in progress.itertuples(index=False)
    }


def _is_mended(finding: dict, in_force: dict) -> bool:
    if finding["severity"] == "info" or finding["code"] in NEVER_SETTLED:
        return False
    own = tuple(finding[name] for name in ("area_code", "industry", "year", "measure"))
    touched = finding["touches"] or (own,)
    if not all(key in in_force for key in touched):
        return False
    first = min(in_force[key] for key in touched)
    return finding["code"] == "row-left-out" or first > finding["received_on"]


def _is_replaced(finding: dict, files: Collection[str]) -> bool:
    if finding["industry"] or finding["code"] in (*NEVER_SETTLED, "columns-swapped"):
        return False
    return finding["severity"] != "info" and finding["file"] in files
