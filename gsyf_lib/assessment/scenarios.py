"""A plan or submissions in; a copy out in which one thing is assumed to be otherwise (what if).

The copy records what was assumed, and every page made from it says 假设情景.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from operator import index
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.assessment.selection import select_indicator
from gsyf_lib.errors import UsageError
from gsyf_lib.frames import THRESHOLD_SCALE
from gsyf_lib.plan import SWITCHES, Plan, normalise
from gsyf_lib.submissions import (
    AREA_INDUSTRY_YEAR,
    KEY,
    LARGEST,
    Submissions,
    did_you_mean,
    listed,
    shortened,
)
from gsyf_lib.vocabulary import INDICATORS, MEASURES

# Stands as the file of an assumed figure: ``assumptions`` finds it by that.
ASSUMED = "假设情景"
DAYS = ("received_on", "first_received_on")


def with_target(
    plan: Plan,
    *,
    year: int,
    indicator: str,
    threshold: str | Decimal | float,
    industry: str | None = None,
) -> Plan:
    """假设另一个目标，返回新的计划。

    Parameters
    ----------
    year : 设有目标的年度
    indicator : 有百分比目标的指标，可用代码或名称：事故起数、伤亡人数或一类培训覆盖率
    threshold : 应达到的降幅或覆盖率，写成小数（0.12为12%），最多四位小数
    industry : 只改一个行业；不写的，有这项目标的行业都改

    Raises
    ------
    UsageError
        没有这样的目标，或 ``threshold`` 不是0至1的小数。

    Examples
    --------
    >>> gs.with_target(plan, year=2023, indicator="accidents", threshold="0.12").scenario
    ('2023年各行业事故起数目标改为下降12%',)
    """
    goals = plan.targets
    chosen = (goals["year"] == plan.check_year(year)) & (goals["rule"] != "falling")
    indicator = select_indicator(goals, indicator)["indicator"].iloc[0]
    _check("有百分比目标的指标", indicator, goals.loc[chosen, "indicator"])
    chosen &= goals["indicator"] == indicator
    if industry is not None:
        industry = _industry(plan, industry, goals.loc[chosen, "industry"])
        chosen &= goals["industry"] == industry
    exact = _fraction(threshold)
    # "Lower than the baseline" has no percentage: with one it becomes "fall by at least".
    new = goals.assign(
        threshold=goals["threshold"].mask(chosen, exact),
        rule=goals["rule"].mask(chosen & (goals["rule"] == "below_baseline"), "decline_at_least"),
    )
    is_coverage = indicator.endswith("_coverage")
    name = f"{industry or '各行业'}{INDICATORS[indicator]}"
    size = f"{(exact * 100).normalize():f}%"
    note = f"{year}年{name}目标改为{size if is_coverage else f'下降{size}'}"
    return _noted(plan, note, targets=frames.conform(new, frames.TARGETS))


def without_industry(plan: Plan, industry: str) -> Plan:
    """假设不含一个行业的目标，合计由其余行业得出；返回新的计划。

    Raises
    ------
    UsageError
        计划中没有这个行业的目标。

    Examples
    --------
    >>> gs.without_industry(plan, "煤矿").scenario
    ('不含煤矿',)
    """
    name = _industry(plan, industry, plan.targets["industry"])
    left = plan.targets[plan.targets["industry"] != name]
    return _noted(plan, f"不含{name}", targets=left.reset_index(drop=True))


def with_readings(plan: Plan, **readings: str) -> Plan:
    """假设条款采用另一口径，如 ``falling="baseline_year"``，返回新的计划。

    Raises
    ------
    UsageError
        没有这个口径的名称，或没有这个取值（docs/readings.md）。

    Examples
    --------
    >>> gs.with_readings(plan, falling="baseline_year").scenario
    ('“持续降低”改按“低于基期”',)
    """
    notes = []
    for name, value in readings.items():
        _check("口径", name, SWITCHES)
        _check(f"口径{name}的取值", value, SWITCHES[name].meanings)
        notes.append(f"{SWITCHES[name].clause}改按“{SWITCHES[name].meanings[value]}”")
    return _noted(plan, *notes, readings=replace(plan.readings, **readings))


def with_figure(
    plan: Plan,
    submissions: Submissions,
    *,
    area: str,
    industry: str,
    year: int,
    measure: str,
    value: int,
) -> Submissions:
    """假设另一个数据（例如另一个基期数），返回新的报送数据。

    Parameters
    ----------
    area : 全省或一个市的名称
    industry, measure : 行业和统计项，统计项见 ``observations`` 的 ``measure`` 列
    year : 基期或设有目标的年度
    value : 假设的数，起、例或人

    Raises
    ------
    UsageError
        没有目标用到这个数据，或不可能有这样的数。

    Examples
    --------
    >>> one_less = gs.with_figure(plan, submissions, area="太原市", industry="建筑施工",
    ...                           year=2023, measure="accidents", value=27)
    >>> judged = gs.assess(plan, one_less.observations, year=2023)
    >>> case = "area == '太原市' and industry == '建筑施工' and indicator == 'accidents'"
    >>> results.query(case)["status"].item(), judged.query(case)["status"].item()
    ('missed', 'met')
    """
    found = plan.area_row(area)
    if found["level"] == "county":
        raise UsageError(f"{found['name']}是县级，县级数据不参与判定。请用市或省的名称")
    key = {"area_code": found["code"], **_counted(plan, industry, year, measure)}
    figures = submissions.observations
    replaced = (figures[KEY] == pd.Series(key)).all(axis=1)
    new = {
        **key,
        "area": found["name"],
        "level": found["level"],
        "value": _count(value),
        "state": "figure",
        "file": ASSUMED,
        "sheet": "",
        "cell": "",
        # Keeps its days, so that a provisional figure stays provisional; a new one came last.
        **{name: [*figures.loc[replaced, name], submissions.as_of][0] for name in DAYS},
    }
    observations = pd.concat([figures[~replaced], pd.DataFrame([new])], ignore_index=True)
    _check_parts(plan, observations, key)
    return replace(submissions, observations=frames.conform(observations, frames.OBSERVATIONS))


def assumptions(plan: Plan, submissions: Submissions) -> list[str]:
    """Return what was assumed, in words; nothing for the plan and figures as they are."""
    figures = submissions.observations
    return [
        *plan.scenario,
        *(
            f"{row.area}{row.industry}{row.year}年{MEASURES[row.measure]}改为{row.value}"
            for row in figures[figures["file"] == ASSUMED].itertuples()
        ),
    ]


def _noted(plan: Plan, *notes: str, **changed: Any) -> Plan:
    return replace(plan, scenario=(*plan.scenario, *notes), **changed)


def _check(kind: str, name: Any, allowed: Iterable[Any]) -> None:
    """Refuse a name that is not allowed, and propose those that are."""
    known = [str(word) for word in dict.fromkeys(allowed)]
    if str(name) not in known:
        raise UsageError(f"{kind}中没有“{name}”。{did_you_mean(str(name), known)}")


def _industry(plan: Plan, name: str, allowed: Iterable[str]) -> str:
    """Return the official name of an industry that has such a target."""
    aliases = zip(plan.industries["name"], plan.industries["aliases"], strict=True)
    official = {alias: full for full, others in aliases for alias in others.split("|") if alias}
    full = official.get(normalise(name), normalise(name))
    _check("有此目标的行业", full, allowed)
    return full


def _fraction(threshold: str | Decimal | float) -> Decimal:
    try:
        exact = Decimal(str(threshold))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not (exact.is_finite() and 0 <= exact <= 1 and exact * THRESHOLD_SCALE % 1 == 0):
        raise UsageError(
            f"目标值“{threshold}”不能用：应为0到1之间、最多四位小数的数，例如12%写作0.12"
        )
    return exact


def _count(value: int) -> int:
    try:
        # ``index`` takes whole numbers of every kind, also of numpy, and bool, which is none.
        count = -1 if isinstance(value, bool) else index(value)
    except TypeError:
        count = -1
    if not 0 <= count <= LARGEST:
        raise UsageError(f"数据“{shortened(value)}”不能用：应为0到{LARGEST}之间的整数")
    return count


def _counted(plan: Plan, industry: str, year: int, measure: str) -> dict[str, Any]:
    """Check that a target is judged by such a figure; return its industry, year and measure."""
    years = (plan.baseline_year, *plan.years)
    if year not in years:
        raise UsageError(f"判定不用{year}年的数据。可用：{listed(years)}")
    parts = plan.indicators.melt(["code"], ["numerator", "denominator"], value_name="measure")
    parts = parts[parts["measure"] != ""]
    uses = plan.targets.merge(parts, left_on="indicator", right_on="code")
    _check("统计项", measure, uses["measure"])
    name = _industry(plan, industry, uses.loc[uses["measure"] == measure, "industry"])
    return {"industry": name, "year": year, "measure": measure}


def _check_parts(plan: Plan, observations: pd.DataFrame, key: dict[str, Any]) -> None:
    """Refuse more trained than there are people, or more short-exposure cases than cases."""
    same_key = pd.DataFrame([key])[AREA_INDUSTRY_YEAR]
    here = observations.merge(same_key, on=AREA_INDUSTRY_YEAR).set_index("measure")["value"]
    for row in plan.indicators[plan.indicators["denominator"] != ""].itertuples():
        part, whole = here.get(row.numerator), here.get(row.denominator)
        if pd.notna(part) and pd.notna(whole) and part > whole:
            upper, lower = MEASURES[row.numerator], MEASURES[row.denominator]
            raise UsageError(f"{upper}{part}多于{lower}{whole}，无法判定。请先改{lower}")
