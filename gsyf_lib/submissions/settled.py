"""Findings in; the same out, with those that a later submission put right turned into information.

Also which figures only ever came with an error (``faulty_figures``).
"""

from collections.abc import Collection, Mapping

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.measures import AREA_INDUSTRY_YEAR, COUNTS, GOOD, KEY, RATIO, Key
from gsyf_lib.submissions.read.progress import task_key
from gsyf_lib.submissions.register import REGISTER


def settled(
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    progress: pd.DataFrame,
    files: Mapping[str, str],
) -> pd.DataFrame:
    """Turn findings on what was since handed in rightly into information.

    Parameters
    ----------
    findings : frames.FINDINGS columns, ``received_on`` and ``touches``
    observations : frames.OBSERVATIONS
    progress : frames.PROGRESS
    files : files that were replaced (``resent.files_settled``), each with a remark or none

    Returns
    -------
    pandas.DataFrame
        The findings in the same columns.

    Notes
    -----
    A finding on figures or on a task is settled once all of them are in force from a later day. A
    row left out is settled once its figure is in force, from any file of any day. A finding on a
    file or a name is settled when the file is replaced. ``settled_by`` in the register says which.
    """
    # Only the areas with findings: a whole country has far more figures than faults.
    touched = {key[0] for keys in findings["touches"] for key in keys}
    in_force = in_force_since(observations, touched | set(findings["area_code"])) | _tasks(progress)
    severities, messages = [], []
    for row in findings.to_dict("records"):
        closing = _closing(row, in_force, files)
        severities.append("info" if closing else row["severity"])
        messages.append(f"{row['wrong']}。{closing}" if closing else row["message"])
    return findings.assign(severity=severities, message=messages).astype(
        {"severity": "str", "message": "str"}
    )


def _closing(finding: dict, in_force: Mapping[Key, pd.Timestamp], files: Mapping[str, str]) -> str:
    """Return the words that tell that a finding is settled; none if it is not."""
    if finding["severity"] == "info":
        return ""
    if _is_replaced(finding, files):
        return f"此后已重新报送，不需处理{files[finding['file']]}"
    if not _is_mended(finding, in_force):
        return ""
    since = max(in_force[key] for key in _about(finding))
    return f"{since.year}年{since.month}月{since.day}日已重新报送，不需处理"


def _is_replaced(finding: dict, files: Collection[str]) -> bool:
    settled_by = REGISTER[finding["code"]].settled_by
    return not finding["industry"] and settled_by == "later" and finding["file"] in files


def _is_mended(finding: dict, in_force: Mapping[Key, pd.Timestamp]) -> bool:
    settled_by = REGISTER[finding["code"]].settled_by
    about = _about(finding)
    if settled_by == "nothing" or not all(key in in_force for key in about):
        return False
    first = min(in_force[key] for key in about)
    return settled_by == "any figures" or first > finding["received_on"]


def _about(finding: dict) -> Collection[Key]:
    """Return the figures that a finding is about: those it touches, or else its own key."""
    return finding["touches"] or (tuple(finding[name] for name in KEY),)


def faulty_figures(
    plan: Plan,
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    held: Mapping[str, Collection[Key]],
) -> pd.DataFrame:
    """Return the figures that only ever came with an error: received, but not in force.

    Parameters
    ----------
    plan : Plan
    findings : as ``settled`` returns them
    observations : frames.OBSERVATIONS
    held : the figures that a faulty file may have held, by the name of the file

    Returns
    -------
    frames.FAULTY
        Of several errors on a figure, the last. A row left out never came and is not among them.
    """
    not_received = [code for code, kind in REGISTER.items() if not kind.received]
    errors = findings[(findings["severity"] == "error") & ~findings["code"].isin(not_received)]
    names = plan.areas.set_index("code")["name"]
    address = ["code", "received_on", "file", "sheet", "cell"]
    pairs = [
        (key, {name: error[name] for name in address})
        for error in errors.to_dict("records")
        for key in _touched(error) or held.get(error["file"], ())
    ]
    known = in_force_since(observations, {key[0] for key, _ in pairs})
    rows = [
        {**dict(zip(KEY, key, strict=True)), **about} for key, about in pairs if key not in known
    ]
    found = pd.DataFrame(rows, columns=[*KEY, *address]).sort_values(["received_on", "file", *KEY])
    found = found.drop_duplicates(KEY, keep="last").assign(area=found["area_code"].map(names))
    return frames.conform(found.sort_values(KEY), frames.FAULTY)


def _touched(finding: dict) -> Collection[Key]:
    """Return the figures that a finding is about; none if it is about a file, a sheet or a name."""
    is_of_one = finding["industry"] and finding["measure"]
    return _about(finding) if is_of_one else finding["touches"]


def in_force_since(observations: pd.DataFrame, areas: Collection[str]) -> dict[Key, pd.Timestamp]:
    """Return the day since which each figure of some areas (by code) has been in force.

    The two forms of a share stand for each other (reading 11).
    """
    good = observations[observations["area_code"].isin(areas) & observations["state"].isin(GOOD)]
    in_force = good.set_index(KEY)["received_on"].to_dict()
    shares = good[good["measure"].isin([RATIO, *COUNTS])]
    forms = shares.pivot(index=AREA_INDUSTRY_YEAR, columns="measure", values="received_on")
    forms = forms.reindex(columns=[RATIO, *COUNTS])
    # A ratio in force stands for counts that are not, and both counts (the later one decides) for a
    # ratio that is not.
    for share, day in forms[RATIO].dropna().items():
        in_force |= {(*share, name): day for name in COUNTS if (*share, name) not in in_force}
    for share, day in forms[list(COUNTS)].max(axis=1, skipna=False).dropna().items():
        in_force.setdefault((*share, RATIO), day)
    return in_force


def _tasks(progress: pd.DataFrame) -> dict[Key, pd.Timestamp]:
    """Return the day on which the state of each task was received."""
    return {
        task_key(row.area_code, row.year, row.number): row.received_on
        for row in progress.itertuples(index=False)
    }
