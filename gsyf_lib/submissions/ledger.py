"""Figures in time: what is in force, what was revised, what is in conflict."""

from collections.abc import Iterator
from itertools import groupby

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import AcceptedBaseline, Plan
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.names import did_you_mean

__all__ = ["check_accepted_baselines", "figures_in_force"]

KEY = ["area_code", "industry", "year", "measure"]
GOOD = ("figure", "absent")
ABSENT = "无此行业"


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
    wrongly is ``withheld``.
    """
    ordered = candidates.sort_values([*KEY, "received_on", "file", "sheet"], kind="stable")
    ordered = ordered.assign(first_received_on=ordered["received_on"]).reset_index(drop=True)
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
    return (
        frames.conform(ordered[is_in_force], frames.OBSERVATIONS),
        frames.conform(pd.DataFrame(revisions, columns=frames.REVISIONS.names), frames.REVISIONS),
    )


def _chosen(plan: Plan, group: list[dict], findings: Findings, revisions: list[dict]) -> dict:
    """Go through one figure's submissions day by day; return the one in force.

    That is one without a value (``withheld``) if none was ever right.
    """
    current: dict | None = None
    first = None
    for day in _by_day(group):
        good = [row for row in day if row["state"] in GOOD]
        if not good:
            continue
        if len({_said(row) for row in good}) > 1:
            _conflict(good, findings)
            continue
        new = good[0]
        if current is None:
            first = new["received_on"]
        elif _said(current) != _said(new):
            if new["year"] == plan.baseline_year and not _accepts(plan, current, new, findings):
                continue
            revisions.append(_revision(current, new))
        current = new
    if current is None:
        return {**group[-1], "state": "withheld"}
    return {**current, "first_received_on": first}


def _by_day(group: list[dict]) -> Iterator[list[dict]]:
    for _, rows in groupby(group, key=lambda row: row["received_on"]):
        yield list(rows)


def _said(row: dict) -> tuple[str, int | None]:
    return row["state"], None if pd.isna(row["value"]) else int(row["value"])


def _words(row: dict) -> str:
    if row["state"] == "absent":
        return ABSENT
    is_ratio = row["measure"].endswith("_per_million")
    return f"{100 * row['value'] / RATIO_SCALE:g}%" if is_ratio else str(row["value"])


def _about(row: dict) -> dict:
    return {name: row[name] for name in ("area_code", "area", "industry", "year", "measure")}


def _source(row: dict) -> Source:
    return Source(row["file"], row["received_on"], row["sheet"])


def _conflict(rows: list[dict], findings: Findings) -> None:
    said = listed(f"《{row['file']}》{row['cell']}为{_words(row)}" for row in rows)
    message = f"同一天报送的同一数据不一致（{said}），均未采用。请报送单位确认后重新报送"
    findings.add(
        "error", "key-conflict", _source(rows[0]), message, rows[0]["cell"], **_about(rows[0])
    )


def _accepted(plan: Plan, row: dict) -> AcceptedBaseline | None:
    """Return the entry of ``plan.toml`` that accepts a changed baseline by name, if any."""
    state, count = _said(row)
    value = ABSENT if state == "absent" else count
    about = (row["area"], row["industry"], row["measure"], value)
    entries = plan.accepted_baselines
    return next((e for e in entries if (e.area, e.industry, e.measure, e.value) == about), None)


def _accepts(plan: Plan, current: dict, new: dict, findings: Findings) -> bool:
    """Tell whether a changed baseline may be used; both answers become findings."""
    accepted = _accepted(plan, new)
    change = f"基期（{new['year']}年）数据由{_words(current)}改为{_words(new)}"
    if accepted is None:
        severity, code = "error", "baseline-changed"
        message = (
            f"{change}，未采用，仍以《{current['file']}》为准。"
            "确需更改的，请人社部门在 plan.toml 的 accepted_baselines 中列明"
        )
    else:
        severity, code = "info", "baseline-accepted"
        message = f"{change}，已采用：plan.toml 已列明，依据为“{accepted.reason or '未写明'}”"
    findings.add(severity, code, _source(new), message, new["cell"], **_about(new))
    return accepted is not None


def _revision(old: dict, new: dict) -> dict:
    return {
        **{name: new[name] for name in ("area_code", "area", "industry", "year", "measure")},
        "old_value": old["value"],
        "new_value": new["value"],
        "old_file": old["file"],
        "old_cell": old["cell"],
        "file": new["file"],
        "cell": new["cell"],
        "received_on": new["received_on"],
    }


def check_accepted_baselines(plan: Plan) -> None:
    """Refuse an accepted baseline that can never apply: a mistyped name must not go unseen.

    Raises
    ------
    PlanError
        An entry names an area, industry or measure that the plan does not know, or no count.
    """
    submitted = plan.columns[plan.columns["role"].str.endswith("measure")]
    counted = {*plan.indicators["numerator"], *plan.indicators["denominator"]} - {""}
    known = {
        "area": set(plan.areas["name"]),
        "industry": set(plan.industries["name"]),
        "measure": counted | set(submitted.loc[submitted["table"] != "training", "field"]),
    }
    for number, entry in enumerate(plan.accepted_baselines, 1):
        for name, allowed in known.items():
            said = str(getattr(entry, name))
            if said not in allowed:
                hint = did_you_mean(said, sorted(allowed)) if name != "area" else "用正式名称"
                raise PlanError(
                    f"plan.toml 第{number}个 accepted_baselines 的 {name} = {said!r} 不认识。{hint}"
                )
        if entry.value != ABSENT and (type(entry.value) is not int or entry.value < 0):
            raise PlanError(
                f"plan.toml 第{number}个 accepted_baselines 的 value = {entry.value!r} 不是数据。"
                f'请填写不小于0的整数，不加引号；没有该行业的填"{ABSENT}"'
            )
