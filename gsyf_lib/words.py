"""The plan's words for codes and numbers, as official statistics write them."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.indicators import COUNTS
from gsyf_lib.plan import normalise

__all__ = [
    "HELD_AT_ZERO",
    "INDICATORS",
    "MEASURES",
    "OUTLOOKS",
    "REASONS",
    "RECEIPT_STATES",
    "SEVERITIES",
    "SHORT_INDICATORS",
    "STATUSES",
    "SYNTHETIC",
    "TABLES",
    "TASK_STATES",
    "UNITS",
    "allowed_words",
    "change_words",
    "day",
    "goal",
    "held_at_zero",
    "margin_words",
    "percent",
    "points",
    "reason_words",
    "rounded",
    "rounded_up",
    "select_area",
    "select_department",
    "shown_status",
    "shown_statuses",
    "status_word",
    "target_words",
    "verdict_words",
]

SYNTHETIC = "示例数据（非真实）"
STATUSES = {
    "met": "达标",
    "missed": "未达标",
    "not_reported": "未报送",
    "withheld": "数据有误",
    "unjudged": "不能判定",
    "undefined": "无法计算",
    "not_applicable": "无此行业",
}
INDICATORS = {
    "accidents": "事故起数",
    "casualties": "伤亡人数",
    "joint": "两项均降",
    "short_exposure_share": "尘肺病报告比例",
    "safety_training_coverage": "安全生产培训覆盖率",
    "health_training_coverage": "职业卫生培训覆盖率",
}
SHORT_INDICATORS = INDICATORS | {
    "safety_training_coverage": "安全生产培训",
    "health_training_coverage": "职业卫生培训",
}
UNITS = {
    "accidents": "起",
    "casualties": "人",
    "short_exposure_share": "例",
    "safety_training_coverage": "人",
    "health_training_coverage": "人",
}
MEASURES = {
    "accidents": "事故起数",
    "casualties": "伤亡人数",
    "deaths": "死亡人数",
    "injuries": "受伤人数",
    "reported_cases": "尘肺病报告例数",
    "short_exposure_cases": "接尘工龄不足5年例数",
    "short_exposure_per_million": "尘肺病报告比例",
    "safety_personnel": "重点岗位人员数（安全生产）",
    "safety_trained": "已培训人数（安全生产）",
    "health_personnel": "重点岗位人员数（职业卫生）",
    "health_trained": "已培训人数（职业卫生）",
    "key_personnel": "重点岗位人员数",
    "trained": "已培训人数",
    "progress": "工作任务完成情况",
}
TABLES = {
    "accidents": "安全生产事故",
    "pneumoconiosis": "尘肺病报告",
    "training": "重点岗位人员培训",
    "progress": "工作任务进展",
}
REASONS = {
    "held_at_zero": "对比年度为0，当年保持为0",
    "rise_from_zero": "对比年度为0，当年有发生",
    "not_below_zero": "对比年度为0，当年保持为0，按字面不低于0",
    "zero_baseline": "对比年度为0，按所选口径不作判定",
    "not_reported": "当年数据未报送",
    "withheld": "当年数据有误，未采用",
    "incomplete": "有行业未报送或数据有误，不能合计",
    "cities_incomplete": "有市未报送或数据有误，不能汇总",
    "baseline_not_reported": "对比年度数据未报送",
    "baseline_withheld": "对比年度数据有误，未采用",
    "baseline_incomplete": "对比年度有行业未报送或数据有误",
    "baseline_cities_incomplete": "对比年度有市未报送或数据有误",
    "no_such_industry": "当地无此行业",
    "no_such_industry_at_baseline": "对比年度当地无此行业",
    "no_reported_cases": "当年无病例报告",
    "no_reported_cases_at_baseline": "对比年度无病例报告",
    "no_key_personnel": "当年无重点岗位人员",
    "not_below_baseline_year": "低于上年，但未低于基期",
    "only_more_reported": "但新发例数未减少",
    "sum_of_cities": "按各市合计判定",
}
OUTLOOKS = {
    "achieved": "提前实现",
    "ahead": "快于预期",
    "on_pace": "基本符合预期",
    "behind": "滞后",
}
# What stands behind ``not_reported`` where something was handed in after all.
SHOWN = {"withheld": "withheld", "incomplete": "unjudged", "cities_incomplete": "unjudged"}
HELD_AT_ZERO = "基期、本年均为零"
RECEIPT_STATES = {
    "on_time": "按期",
    "late": "逾期报送",
    "partial": "部分报送",
    "missing": "逾期未报",
    "not_due": "未到期",
}
TASK_STATES = {"done": "已完成", "under_way": "进行中", "not_done": "未开展"}
SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}


def percent(value: Fraction | float, against: float | None = None, places: int = 1) -> str:
    """Return a fraction as a percentage, rounded half up, never across its threshold.

    Where rounding would let a missed target look met, or a small change look like none, more places
    are printed (reading 2).

    Examples
    --------
    >>> percent(0.2), percent(Fraction(496, 10000), against=0.05), percent(Fraction(1, 2500))
    ('20.0%', '4.96%', '0.04%')
    """
    exact = Fraction(value) if isinstance(value, Fraction) else Fraction(repr(float(value)))
    limit = None if against is None else Fraction(repr(float(against)))
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator) * 100
    while True:
        shown = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        crossed = limit is not None and (Fraction(shown) / 100 >= limit) != (exact >= limit)
        vanished = exact != 0 and shown == 0
        if not (crossed or vanished) or places >= 6:
            return f"{shown}%"
        places += 1


def rounded(value: float, places: int = 0) -> str:
    """Return a number rounded half up, as official statistics do.

    Examples
    --------
    >>> rounded(2.25, 1), rounded(2.5), rounded(0.04, 1)
    ('2.3', '3', '0.0')
    """
    return str(_exact(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def rounded_up(value: float, places: int = 0) -> str:
    """Return a number that is needed, never rounded down: less would not do.

    Examples
    --------
    >>> rounded_up(324 + 1 / 3), rounded_up(6.61, 1), rounded_up(2.0)
    ('325', '6.7', '2')
    """
    return str(_exact(value).quantize(Decimal(1).scaleb(-places), ROUND_CEILING))


def _exact(value: float) -> Decimal:
    """Return the shortest decimal of a float, so that 0.15 is no less than it says."""
    return Decimal(repr(float(value)))


def goal(threshold: float) -> str:
    """Return the threshold of a target as the plan writes it.

    Examples
    --------
    >>> goal(0.05), goal(0.025), goal(1.0)
    ('5%', '2.5%', '100%')
    """
    return f"{(Decimal(repr(float(threshold))) * 100).normalize():f}%"


def points(change: float) -> str:
    """Return the change of a share in percentage points, in words.

    Examples
    --------
    >>> points(-0.021), points(0.0), points(float("nan"))
    ('下降2.1个百分点', '持平', '—')
    """
    if pd.isna(change):
        return "—"
    if not change:
        return "持平"
    places = next((p for p in range(1, 9) if round(abs(change) * 100, p)), 9)
    return f"{'上升' if change > 0 else '下降'}{abs(change) * 100:.{places}f}个百分点"


def change_words(row: Mapping[str, Any]) -> str:
    """Return how a count has changed, never rounded across its target; a zero baseline in words.

    A share changes by percentage points.

    Examples
    --------
    >>> row = {"indicator": "accidents", "baseline": 12, "value": 9, "threshold": 0.1}
    >>> change_words(row), change_words(row | {"baseline": 0}), change_words(row | {"value": 12})
    ('下降25.0%', '由0升至9起', '持平')
    """
    if pd.isna(row["baseline"]) or pd.isna(row["value"]):
        return "—"
    if row["indicator"] not in COUNTS:
        return points(row["value"] - row["baseline"])
    then, now = int(row["baseline"]), int(row["value"])
    if then == 0:
        return f"由0升至{now}{UNITS[row['indicator']]}" if now else "保持为0"
    if then == now:
        return "持平"
    threshold = None if pd.isna(row["threshold"]) else row["threshold"]
    rate = percent(Fraction(then - now, then), threshold).removeprefix("-")
    return f"{'下降' if now < then else '上升'}{rate}"


def target_words(row: pd.Series) -> str:
    """Return a target in the plan's words."""
    threshold = goal(row["threshold"]) if pd.notna(row["threshold"]) else ""
    return {
        "below_baseline": f"低于{row['baseline_year']}年",
        "decline_at_least": f"下降{threshold}",
        "falling": f"低于{row['baseline_year']}年",
        "coverage_at_least": f"达{threshold}",
    }[row["rule"]]


def allowed_words(row: pd.Series) -> str:
    """Return the count that still meets the target."""
    if pd.isna(row["allowed"]):
        return "—"
    bound = "至少" if row["rule"] == "coverage_at_least" else "至多"
    return f"{bound}{row['allowed']}{UNITS[row['indicator']]}"


def margin_words(row: Mapping[str, Any]) -> str:
    """Return how many cases or persons are to spare, or by how many the target is missed."""
    margin = row["margin"]
    if pd.isna(margin):
        return "—"
    unit = UNITS[row["indicator"]]
    if margin >= 0:
        return f"富余{margin}{unit}" if margin else "恰好达到"
    return f"{'还差' if row['indicator'].endswith('_coverage') else '超出'}{-margin}{unit}"


def verdict_words(row: Mapping[str, Any], bracketed: str = "（{}）") -> str:
    """Return a verdict with its margin; one that is met to the last case says so in one word.

    Examples
    --------
    >>> row = {"status": "met", "indicator": "accidents", "margin": 2}
    >>> verdict_words(row), verdict_words(row | {"margin": 0}), verdict_words(row, "，{}")
    ('达标（富余2起）', '恰好达标', '达标，富余2起')
    """
    verdict, margin = status_word(row), row["margin"]
    if pd.isna(margin):
        return verdict
    return f"{verdict}{bracketed.format(margin_words(row))}" if margin else f"恰好{verdict}"


def day(value: pd.Timestamp) -> str:
    """Return a day as official papers write it; in words if nothing was ever handed in.

    Examples
    --------
    >>> day(pd.Timestamp("2024-02-29"))
    '2024年2月29日'
    """
    if pd.isna(value):
        return "尚未收到文件"
    return f"{value.year}年{value.month}月{value.day}日"


def reason_words(reason: str) -> str:
    """Return the reason codes of a result in words.

    Examples
    --------
    >>> reason_words("held_at_zero|sum_of_cities")
    '对比年度为0，当年保持为0；按各市合计判定'
    """
    return "；".join(REASONS[code] for code in reason.split("|") if code)


def shown_status(row: Mapping[str, Any]) -> str:
    """Return the code under which ``STATUSES`` names the status of a row of results.

    ``not_reported`` says only that there is no figure to judge. Said to be 未报送 is what nothing
    came of; what came and was withheld is 数据有误, and what only adds up others is 不能判定.

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "not_reported", "reason": "withheld"}
    >>> shown_status(row), shown_status(row | {"reason": "not_reported|baseline_withheld"})
    ('withheld', 'not_reported')
    """
    if row["status"] != "not_reported":
        return row["status"]
    if row["indicator"] == "joint":
        return "unjudged"
    first = row["reason"].split("|")[0].removeprefix("baseline_")
    return SHOWN.get(first, "not_reported")


def status_word(row: Mapping[str, Any]) -> str:
    """Return the word for the status of a row of results (see ``shown_status``).

    Examples
    --------
    >>> status_word({"indicator": "accidents", "status": "not_reported", "reason": "withheld"})
    '数据有误'
    """
    return STATUSES[shown_status(row)]


def shown_statuses(results: pd.DataFrame) -> pd.Series:
    """Return the code of ``shown_status`` for every row, to be counted.

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "not_reported", "reason": "incomplete"}
    >>> shown_statuses(pd.DataFrame([row])).tolist()
    ['unjudged']
    """
    codes = [shown_status(row) for row in results.to_dict("records")]
    return pd.Series(codes, results.index, dtype=object)


def select_area(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows of an area, named officially, by its short form or by its code.

    Raises
    ------
    UsageError
        The frame has no such area; lists those it has.
    """
    wanted = normalise(area)
    known = frame["area"]
    rows = frame[(known == wanted) | (known.str[:-1] == wanted) | (frame["area_code"] == wanted)]
    if rows.empty:
        raise UsageError(f"没有名为“{area}”的地区。可用：{'、'.join(known.unique())}")
    return rows


def held_at_zero(outlook: pd.Series | pd.DataFrame) -> Any:
    """Tell of a row of frames.OUTLOOK, or of each, whether a count was 0 and is 0.

    Its class is 提前实现, for nothing better is possible; but nothing has fallen either.

    Examples
    --------
    >>> held_at_zero(pd.Series({"note": "zero_baseline", "outlook": "achieved"}))
    True
    """
    return (outlook["note"] == "zero_baseline") & (outlook["outlook"] == "achieved")


def select_department(frame: pd.DataFrame, department: str) -> pd.DataFrame:
    """Return the rows of a department, named as the annexes do or without 部门.

    Raises
    ------
    UsageError
        The frame has no such department; lists those it has.
    """
    wanted = normalise(department).removesuffix("部门")
    known = frame["department"]
    rows = frame[(known != "") & (known.str.removesuffix("部门") == wanted)]
    if rows.empty:
        names = "、".join(name for name in known.unique() if name)
        raise UsageError(f"没有名为“{department}”的责任部门。可用：{names}")
    return rows
