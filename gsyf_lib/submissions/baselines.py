"""What a figure handed in says, and when one of the baseline year, which is frozen, may change."""

from decimal import Decimal
from typing import Any

import pandas as pd

from gsyf_lib.errors import PlanError
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import AcceptedBaseline, Plan
from gsyf_lib.submissions.cells import parse_ratio
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.names import did_you_mean

__all__ = [
    "RATIO",
    "about",
    "accepted",
    "accepts",
    "check_accepted_baselines",
    "in_words",
    "revision",
    "said",
    "source_of",
]

ABSENT = "无此行业"
RATIO = "short_exposure_per_million"


def said(row: dict) -> tuple[str, int | None]:
    """Return state and value of a figure: what makes it the same as another, or not."""
    return row["state"], None if pd.isna(row["value"]) else int(row["value"])


def in_words(value: Any, measure: str, state: str = "absent") -> str:
    """Return a figure as findings write it; without a value ``state`` tells why.

    Examples
    --------
    >>> in_words(12, "accidents"), in_words(125 * 10**9, RATIO), in_words(pd.NA, "accidents")
    ('12', '12.5%', '无此行业')
    """
    if pd.isna(value):
        return ABSENT if state == "absent" else "没有病例"
    if measure != RATIO:
        return str(value)
    return f"{(Decimal(int(value)) * 100 / RATIO_SCALE).normalize():f}%"


def about(row: dict) -> dict:
    """Return what a finding on a figure says it is about."""
    return {name: row[name] for name in ("area_code", "area", "industry", "year", "measure")}


def source_of(row: dict) -> Source:
    """Return where a figure comes from."""
    return Source(row["file"], row["received_on"], row["sheet"])


def revision(old: dict, new: dict) -> dict:
    """Return a row of frames.REVISIONS."""
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


def accepted(plan: Plan, row: dict) -> AcceptedBaseline | None:
    """Return the entry of ``plan.toml`` that accepts a changed baseline by name, if any."""
    state, count = said(row)
    about = (row["area"], row["industry"], row["measure"])
    for entry in plan.accepted_baselines:
        value = parse_ratio(entry.value).value if entry.measure == RATIO else entry.value
        is_same = entry.value == ABSENT if state == "absent" else value == count
        if is_same and (entry.area, entry.industry, entry.measure) == about:
            return entry
    return None


def accepts(current: dict, new: dict, entry: AcceptedBaseline | None, findings: Findings) -> bool:
    """Tell whether a changed baseline may be used; both answers become findings."""
    was, now = (in_words(row["value"], row["measure"], row["state"]) for row in (current, new))
    change = f"基期（{new['year']}年）数据由{was}改为{now}"
    if entry is None:
        severity, code = "error", "baseline-changed"
        message = (
            f"{change}，未采用，仍以《{current['file']}》为准。"
            "确需更改的，请人社部门在 plan.toml 的 accepted_baselines 中列明"
        )
    else:
        severity, code = "info", "baseline-accepted"
        message = f"{change}，已采用：plan.toml 已列明，依据为“{entry.reason or '未写明'}”"
    findings.add(severity, code, source_of(new), message, new["cell"], **about(new))
    return entry is not None


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
        if not _is_figure(entry):
            ratio, count = '带百分号的比例，如"12.5%"', "不小于0的整数，不加引号"
            form = ratio if entry.measure == RATIO else count
            raise PlanError(
                f"plan.toml 第{number}个 accepted_baselines 的 value = {entry.value!r} 不是数据。"
                f'请填写{form}；没有该行业的填"{ABSENT}"'
            )


def _is_figure(entry: AcceptedBaseline) -> bool:
    if entry.value == ABSENT:
        return True
    if entry.measure == RATIO:
        return type(entry.value) is str and parse_ratio(entry.value).state == "figure"
    return type(entry.value) is int and entry.value >= 0
