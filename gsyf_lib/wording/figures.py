"""A row of results in; a phrase out: its figures, their change, its target and the margin."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from gsyf_lib.assessment import COUNTS, COVERAGES, exact
from gsyf_lib.vocabulary import NONE, UNITS
from gsyf_lib.wording.numbers import change, goal, percent, points, years


def figure_words(row: Mapping[str, Any], name: str = "value") -> str:
    """Return the value or baseline of a row of results; no share is rounded across its goal."""
    value = row[name]
    if pd.isna(value):
        return NONE
    if row["indicator"] in COUNTS:
        return f"{int(value)}{UNITS[row['indicator']]}"
    if not pd.isna(row["threshold"]):
        return percent(exact(value), row["threshold"])
    return _distinct_percent(value, row["baseline" if name == "value" else "value"])


def _distinct_percent(share: float, other: float) -> str:
    """Return a share with enough decimals to differ from the one it is compared with."""
    decimals = 1
    if pd.notna(other) and exact(share) != exact(other):
        while percent(exact(share), decimals=decimals) == percent(exact(other), decimals=decimals):
            decimals += 1
    return percent(exact(share), decimals=decimals)


def share_counts(row: Mapping[str, Any]) -> str:
    """Return the two counts of a share, such as 12/90例; nothing if it came as a bare ratio."""
    if pd.isna(row["numerator"]):
        return ""
    return f"{row['numerator']}/{row['denominator']}{UNITS[row['indicator']]}"


def change_words(row: Mapping[str, Any]) -> str:
    """Return how a figure has changed, never rounded across its target.

    A share changes by percentage points; from zero there is no percentage, only words.

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
    # Fractions, not floats: they decide whether more decimals have to be printed.
    threshold = None if pd.isna(row["threshold"]) else row["threshold"]
    return change(Fraction(then - now, then), threshold)


def change_words_by_year(row: Mapping[str, Any]) -> str:
    """Return how a figure has changed; a share, against each year it is compared with."""
    compared = compared_words(row)
    if len(compared) < 2 or pd.isna(row["value"]):
        return change_words(row)
    return "，".join(f"较{year}年{_change_since(row, year)}" for year, *_ in compared)


def share_change_words(row: Mapping[str, Any]) -> str:
    """Return the change of a share, and why it is not compared with the year before."""
    compared = compared_words(row)
    if len(compared) > 1:
        return "，".join(
            _against(_change_since(row, year), f"{year}年（{share}{counts and f'，{counts}'}）")
            for year, share, counts in compared
        )
    first = row["baseline_year"]
    gap = "" if first == row["year"] - 1 else f"（{years(first + 1, row['year'] - 1)}无可比数据）"
    if not row["baseline"]:
        return f"{first}年{gap}为0" if row["value"] else f"与{first}年{gap}同为0"
    return _against(change_words(row), f"{first}年{gap}")


def _against(change: str, year: str) -> str:
    # 与2019年持平, but 较2019年下降….
    return f"{'与' if change == '持平' else '较'}{year}{change}"


def _change_since(row: Mapping[str, Any], year: int) -> str:
    return points(exact(row["value"]) - Fraction(_compared(row)[year]))


def compared_words(row: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """Return each year that a share is compared with: the year, its share, and its counts.

    In the last year a falling share is compared with the year before and with the first one.

    >>> compared_words({"compared": "2024:12/90|2019:0.15"})
    [(2024, '13.3%', '12/90例'), (2019, '15.0%', '')]
    """
    return [
        (year, percent(Fraction(share)), f"{share}例" if "/" in share else "")
        for year, share in _compared(row).items()
    ]


def _compared(row: Mapping[str, Any]) -> dict[int, str]:
    """Return the shares by year of a cell like ``2024:12/90|2019:9/60``."""
    parts = (part.partition(":") for part in row["compared"].split("|") if part)
    return {int(year): share for year, _, share in parts}


def compared_years(row: Mapping[str, Any]) -> str:
    """Return the years that a share is compared with, such as 2024年、2019年."""
    return "、".join(f"{year}年" for year in _compared(row)) or f"{row['baseline_year']}年"


def years_compared(row: Mapping[str, Any]) -> str:
    """Return the beginning of a sentence on two years, such as 2023年与2019年相比."""
    return f"{row['year']}年与{row['baseline_year']}年相比"


def target_words(row: Mapping[str, Any]) -> str:
    """Return a target in the plan's words, such as 下降10%."""
    rule = row["rule"]
    if rule == "below_baseline":
        return f"低于{row['baseline_year']}年"
    if rule == "falling":
        return f"低于{compared_years(row)}"
    size = goal(row["threshold"])
    if rule == "decline_at_least":
        return f"下降{size}"
    return size if row["threshold"] == 1 else f"{size}以上"


def target_in_caption(rows: pd.DataFrame) -> str:
    """Return the target of several rows for a caption; where they differ, that of each industry."""
    texts = pd.Series([target_words(row) for row in rows.to_dict("records")], rows.index)
    if texts.nunique() == 1:
        return texts.iloc[0]
    if (rows["rule"] == "falling").all():
        return "低于各格所注年度"
    groups = rows["industry"].groupby(texts, sort=False)
    return "，".join("、".join(names.unique()) + target for target, names in groups)


def allowed_words(row: Mapping[str, Any], name: str = "allowed") -> str:
    """Return the count that meets the target, such as 27起以内; of people trained 不少于621人.

    ``name`` is the column that it stands in: ``goal`` in frames.OUTLOOK.
    """
    if pd.isna(row[name]):
        return NONE
    count = f"{row[name]}{UNITS[row['indicator']]}"
    return f"不少于{count}" if row["indicator"] in COVERAGES else f"{count}以内"


def limit_words(row: Mapping[str, Any]) -> str:
    """Return the target of a count as a clause: 控制目标27起以内, 应培训不少于621人."""
    lead = "应培训" if row["indicator"] in COVERAGES else "控制目标"
    return f"{lead}{allowed_words(row)}"


def margin_words(row: Mapping[str, Any]) -> str:
    """Return how far a count is from its target: 超控制目标1起, 差9人.

    Accidents are never a surplus: those below the limit are 低于控制目标.
    """
    margin = row["margin"]
    if pd.isna(margin):
        return NONE
    size = f"{abs(margin)}{UNITS[row['indicator']]}"
    if row["indicator"] in COVERAGES:
        return f"{'超额' if margin > 0 else '差'}{size}" if margin else "达到目标人数"
    return f"{'低于' if margin > 0 else '超'}控制目标{size}" if margin else "等于控制目标"


def total_words(total: Mapping[str, Any], parts: pd.DataFrame) -> str:
    """Return what industries that have come or gone since add to the change of 重点行业合计.

    ``total`` is the row of results of the sum, ``parts`` are those of its industries.
    """
    if pd.isna(total["value"]) or pd.isna(total["baseline"]):
        return ""
    came = parts[parts["reason"].str.contains("no_such_industry_at_baseline")]
    gone = parts[(parts["status"] == "not_applicable") & (parts["baseline"] > 0)]
    unit = UNITS[total["indicator"]]
    phrases = [
        f"{total[year]}年无此行业的{'、'.join(rows['industry'])}{int(rows[name].sum())}{unit}"
        for rows, year, name in ((came, "baseline_year", "value"), (gone, "year", "baseline"))
        if len(rows)
    ]
    if not phrases:
        return ""
    # The same comparison without them: an industry that closed has not become safer.
    then, now = total["baseline"] - gone["baseline"].sum(), total["value"] - came["value"].sum()
    like = change_words({**total, "baseline": then, "value": now, "threshold": None})
    return f"{'、'.join(phrases)}，不计则为{like}"
