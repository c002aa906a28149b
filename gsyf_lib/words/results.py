"""A row of results in words: its target, its change, its verdict and why."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from gsyf_lib.indicators import COUNTS
from gsyf_lib.words.codes import REASONS, SHOWN, STATUSES, UNITS
from gsyf_lib.words.numbers import change, exact, goal, percent, points

__all__ = [
    "allowed_words",
    "change_words",
    "changes_words",
    "compared_words",
    "compared_years",
    "figure_words",
    "held_at_zero",
    "margin_words",
    "reason_beside",
    "reason_words",
    "share_change_words",
    "shown_status",
    "shown_statuses",
    "status_word",
    "target_words",
    "targets_words",
    "total_words",
    "verdict_words",
    "why_words",
]

NONE = "—"


def figure_words(row: Mapping[str, Any], name: str = "value") -> str:
    """Return a figure of a row of results, a share so that rounding keeps it off its goal.

    Parameters
    ----------
    row : a row of results
    name : value, or baseline (the figure compared with)

    Examples
    --------
    >>> row = {"indicator": "safety_training_coverage", "value": 0.8996, "threshold": 0.9}
    >>> figure_words(row), figure_words({"indicator": "accidents", "value": 12.0})
    ('89.96%', '12起')
    """
    value = row[name]
    if pd.isna(value):
        return NONE
    if row["indicator"] in COUNTS:
        return f"{int(value)}{UNITS[row['indicator']]}"
    if not pd.isna(row["threshold"]):
        return percent(exact(value), row["threshold"])
    return _apart(value, row["baseline" if name == "value" else "value"])


def _apart(share: float, other: float) -> str:
    """Return a share with as many places as tell it from the one it is compared with."""
    places = 1
    if pd.notna(other) and exact(share) != exact(other):
        while percent(exact(share), places=places) == percent(exact(other), places=places):
            places += 1
    return percent(exact(share), places=places)


def change_words(row: Mapping[str, Any]) -> str:
    """Return how a figure has changed, never rounded across its target; a zero baseline in words.

    A share changes by percentage points.

    Examples
    --------
    >>> row = {"indicator": "accidents", "baseline": 12, "value": 9, "threshold": 0.1}
    >>> change_words(row), change_words(row | {"baseline": 0}), change_words(row | {"value": 12})
    ('下降25.0%', '由0升至9起', '持平')
    """
    if pd.isna(row["baseline"]) or pd.isna(row["value"]):
        return NONE
    if row["indicator"] not in COUNTS:
        return points(exact(row["value"]) - exact(row["baseline"]))
    then, now = int(row["baseline"]), int(row["value"])
    if then == 0:
        return f"由0升至{now}{UNITS[row['indicator']]}" if now else "保持为0"
    threshold = None if pd.isna(row["threshold"]) else row["threshold"]
    return change(Fraction(then - now, then), threshold)


def share_change_words(row: Mapping[str, Any]) -> str:
    """Return the change of a share, and why the year compared with is not the year before."""
    first = row["baseline_year"]
    gap = "" if first == row["year"] - 1 else f"（{_years(first + 1, row['year'] - 1)}无可比数据）"
    if len(both := compared_words(row)) > 1:
        return "，".join(_against(row, *year) for year in both)
    if not row["baseline"]:
        return f"{first}年{gap}为0" if row["value"] else f"与{first}年{gap}同为0"
    change = change_words(row)
    return f"{'与' if change == '持平' else '较'}{first}年{gap}{change}"


def _against(row: Mapping[str, Any], year: int, share: str, counts: str) -> str:
    """Return the change of a share against one of two years, with what that year's was."""
    change = points(exact(row["value"]) - Fraction(_compared(row)[year]))
    told = f"{year}年（{share}{'，' + counts if counts else ''}）"
    return f"{'与' if change == '持平' else '较'}{told}{change}"


def _years(first: int, last: int) -> str:
    return f"{first}年" if first == last else f"{first}—{last}年"


def changes_words(row: Mapping[str, Any]) -> str:
    """Return how a figure has changed; of a share against each year that it is compared with.

    Examples
    --------
    >>> changes_words({"compared": "2024:1/8|2019:1/10", "value": 0.11})
    '较2024年下降1.5个百分点，较2019年上升1.0个百分点'
    """
    years = _compared(row)
    if len(years) < 2 or pd.isna(row["value"]):
        return change_words(row)
    changes = {year: points(exact(row["value"]) - Fraction(share)) for year, share in years.items()}
    return "，".join(f"较{year}年{change}" for year, change in changes.items())


def compared_words(row: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """Return each year that a share is compared with: the year, its share, and its counts.

    In the last year a falling share is compared with the year before and with the first one.

    Examples
    --------
    >>> compared_words({"compared": "2024:12/90|2019:0.15"})
    [(2024, '13.3%', '12/90例'), (2019, '15.0%', '')]
    """
    return [
        (year, percent(Fraction(share)), f"{share}例" if "/" in share else "")
        for year, share in _compared(row).items()
    ]


def _compared(row: Mapping[str, Any]) -> dict[int, str]:
    parts = (part.partition(":") for part in row["compared"].split("|") if part)
    return {int(year): share for year, _, share in parts}


def compared_years(row: Mapping[str, Any]) -> str:
    """Return the years that a share is compared with.

    Examples
    --------
    >>> compared_years({"compared": "2024:12/90|2019:9/60"})
    '2024年、2019年'
    """
    return "、".join(f"{year}年" for year in _compared(row)) or f"{row['baseline_year']}年"


def targets_words(rows: pd.DataFrame) -> str:
    """Return the target of several rows, for a caption; where they differ, whose is which.

    Examples
    --------
    >>> one = {"rule": "decline_at_least", "threshold": 0.1, "compared": "", "industry": "煤矿",
    ...        "baseline_year": 2019}
    >>> targets_words(pd.DataFrame([one, one]))
    '下降10%'
    >>> targets_words(pd.DataFrame([one, one | {"threshold": 0.2, "industry": "建筑施工"}]))
    '煤矿下降10%，建筑施工下降20%'
    """
    told = pd.Series([target_words(row) for row in rows.to_dict("records")], rows.index)
    if told.nunique() == 1:
        return told.iloc[0]
    if (rows["rule"] == "falling").all():
        return "低于各格所注年度"
    groups = rows["industry"].groupby(told, sort=False)
    return "，".join("、".join(names.unique()) + target for target, names in groups)


def target_words(row: Mapping[str, Any]) -> str:
    """Return a target in the plan's words."""
    threshold = goal(row["threshold"]) if pd.notna(row["threshold"]) else ""
    return {
        "below_baseline": f"低于{row['baseline_year']}年",
        "decline_at_least": f"下降{threshold}",
        "falling": f"低于{compared_years(row)}",
        "coverage_at_least": f"达{threshold}",
    }[row["rule"]]


def allowed_words(row: pd.Series) -> str:
    """Return the count that still meets the target."""
    if pd.isna(row["allowed"]):
        return NONE
    bound = "至少" if row["rule"] == "coverage_at_least" else "至多"
    return f"{bound}{row['allowed']}{UNITS[row['indicator']]}"


def margin_words(row: Mapping[str, Any]) -> str:
    """Return how many cases or persons are to spare, or by how many the target is missed."""
    margin = row["margin"]
    if pd.isna(margin):
        return NONE
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


def reason_words(reason: str) -> str:
    """Return the reason codes of a result in words.

    Examples
    --------
    >>> reason_words("held_at_zero|sum_of_cities")
    '对比年度为0，当年保持为0；按各市合计判定'
    """
    return "；".join(REASONS[code] for code in reason.split("|") if code)


def why_words(row: Mapping[str, Any]) -> str:
    """Return by how much a goal is missed; of one that is not judged, or has no number, why.

    Parameters
    ----------
    row : a row of results that is missed or has no verdict

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "missed", "margin": -2, "reason": ""}
    >>> why_words(row)
    '超出2起'
    >>> from_zero = {"reason": "rise_from_zero", "margin": None, "baseline": 0, "value": 1}
    >>> why_words(row | from_zero)
    '由0升至1起'
    >>> why_words(row | {"status": "not_reported", "margin": None, "reason": "withheld"})
    '当年数据有误，未采用'
    """
    if row["status"] == "missed":
        if not pd.isna(row["margin"]):
            return margin_words(row)
        if row["indicator"] not in COUNTS:
            return share_change_words(row)
        if "rise_from_zero" in row["reason"]:
            return change_words(row)
    return reason_words(row["reason"]) or status_word(row)


def reason_beside(row: Mapping[str, Any]) -> str:
    """Return the reason of a verdict, to stand beside its word; nothing if that says it already.

    Examples
    --------
    >>> row = {"indicator": "accidents", "status": "not_reported", "reason": "withheld"}
    >>> reason_beside(row), reason_beside(row | {"reason": "not_due"})
    ('当年数据有误，未采用', '')
    """
    told = reason_words(row["reason"])
    return "" if told == status_word(row) else told


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
    if row["indicator"] == "joint" and row["reason"] != "not_due":
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


def total_words(total: Mapping[str, Any], parts: pd.DataFrame) -> str:
    """Return what of 重点行业合计 is due to industries that were not there in one of the years.

    Parameters
    ----------
    total : a row of results, of 重点行业合计
    parts : the rows of results of its industries

    Examples
    --------
    >>> total = {"value": 45.0, "baseline": 10.0, "year": 2025, "baseline_year": 2019}
    >>> parts = pd.DataFrame({"industry": ["煤矿"], "value": [37.0], "baseline": [None],
    ...     "status": ["undefined"], "reason": ["no_such_industry_at_baseline"]})
    >>> total_words(total | {"indicator": "accidents"}, parts)
    '2019年无此行业的煤矿37起，不计则为下降20.0%'
    """
    if pd.isna(total["value"]) or pd.isna(total["baseline"]):
        return ""
    came = parts[parts["reason"].str.contains("no_such_industry_at_baseline")]
    gone = parts[(parts["status"] == "not_applicable") & (parts["baseline"] > 0)]
    unit = UNITS[total["indicator"]]
    said = [
        f"{total[year]}年无此行业的{'、'.join(rows['industry'])}{int(rows[name].sum())}{unit}"
        for rows, year, name in ((came, "baseline_year", "value"), (gone, "year", "baseline"))
        if len(rows)
    ]
    if not said:
        return ""
    then, now = total["baseline"] - gone["baseline"].sum(), total["value"] - came["value"].sum()
    like = change_words({**total, "baseline": then, "value": now, "threshold": None})
    return f"{'、'.join(said)}，不计则为{like}"


def held_at_zero(outlook: pd.Series | pd.DataFrame) -> Any:
    """Tell of a row of frames.OUTLOOK, or of each, whether a count was 0 and is 0.

    Its class is 提前实现, for nothing better is possible; but nothing has fallen either.

    Examples
    --------
    >>> held_at_zero(pd.Series({"note": "zero_baseline", "outlook": "achieved"}))
    True
    """
    return (outlook["note"] == "zero_baseline") & (outlook["outlook"] == "achieved")
