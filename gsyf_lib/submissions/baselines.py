"""A changed figure of the baseline year in; whether ``plan.toml`` accepts it out, with a finding.

Figures of the baseline year are frozen: without an entry by name the old one stays in force.
"""

from gsyf_lib.errors import PlanError
from gsyf_lib.plan import AcceptedBaseline, Plan
from gsyf_lib.submissions.findings import Findings, found_at
from gsyf_lib.submissions.measures import NO_INDUSTRY, RATIO, in_words, state_and_value
from gsyf_lib.submissions.read.cells import parse_ratio
from gsyf_lib.submissions.read.names import did_you_mean


def accepted(plan: Plan, row: dict) -> AcceptedBaseline | None:
    """Return the entry of ``plan.toml`` that accepts a changed baseline by name, if any."""
    state, count = state_and_value(row)
    named = (row["area"], row["industry"], row["measure"])
    for entry in plan.accepted_baselines:
        value = parse_ratio(entry.value).value if entry.measure == RATIO else entry.value
        is_same = entry.value == NO_INDUSTRY if state == "absent" else value == count
        if is_same and (entry.area, entry.industry, entry.measure) == named:
            return entry
    return None


def accepts(current: dict, new: dict, entry: AcceptedBaseline | None, findings: Findings) -> bool:
    """Return whether a changed baseline may be used, and add a finding that says so."""
    was, now = (in_words(row["value"], row["measure"], row["state"]) for row in (current, new))
    if entry is None:
        file = current["file"]
        findings.add(found_at(new, "baseline-changed", file=file, was=was, now=now))
    else:
        why = entry.reason or "未写明"
        findings.add(found_at(new, "baseline-accepted", reason=why, was=was, now=now))
    return entry is not None


def check_accepted_baselines(plan: Plan) -> None:
    """Refuse an accepted baseline that can never apply, so that a mistyped name is noticed."""
    submitted = plan.columns[plan.columns["role"].str.endswith("measure")]
    # Training is handed in by one column for both categories, so its measures are those of the
    # indicators; all others are fields of the submitted tables.
    counted = {*plan.indicators["numerator"], *plan.indicators["denominator"]} - {""}
    known = {
        "area": set(plan.areas["name"]),
        "industry": set(plan.industries["name"]),
        "measure": counted | set(submitted.loc[submitted["table"] != "training", "field"]),
    }
    for number, entry in enumerate(plan.accepted_baselines, 1):
        for name, allowed in known.items():
            word = str(getattr(entry, name))
            if word not in allowed:
                hint = did_you_mean(word, sorted(allowed)) if name != "area" else "用正式名称"
                raise PlanError(
                    f"plan.toml 第{number}个 accepted_baselines 的 {name} = {word!r} "
                    f"无法识别。{hint}"
                )
        if not _is_figure(entry):
            ratio, count = '带百分号的比例，如"12.5%"', "不小于0的整数，不加引号"
            form = ratio if entry.measure == RATIO else count
            raise PlanError(
                f"plan.toml 第{number}个 accepted_baselines 的 value = {entry.value!r} 不是数据。"
                f'请填写{form}；没有该行业的填"{NO_INDUSTRY}"'
            )


def _is_figure(entry: AcceptedBaseline) -> bool:
    if entry.value == NO_INDUSTRY:
        return True
    if entry.measure == RATIO:
        return type(entry.value) is str and parse_ratio(entry.value).state == "figure"
    # Not isinstance: True is an int to Python, but no figure.
    return type(entry.value) is int and entry.value >= 0
