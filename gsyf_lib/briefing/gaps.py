"""The goals that are missed or cannot be judged: by how much or why, and whose they are."""

from collections.abc import Iterable

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents.blocks import Block, Box, Paragraph, paragraphs, table
from gsyf_lib.vocabulary import NONE


def by_indicator(goals: pd.DataFrame, with_gap: bool = False) -> str:
    """Return the goals of an area by name: the industries of an indicator, then its name.

    ``with_gap`` says behind each industry by how much it is missed.
    """
    parts = []
    for code, name in wording.INDICATORS.items():
        rows = goals[goals["indicator"] == code]
        if with_gap and len(rows):
            industries = "、".join(
                f"{row['industry']}（{wording.why_words(row)}）" for _, row in rows.iterrows()
            )
            parts.append(f"{industries}的{name}")
        elif len(rows):
            parts.append(f"{'、'.join(rows['industry'])}{name}")
    return "，".join(parts)


def gaps_note(review: Review) -> Box:
    """Return how many goals are missed or cannot be judged, and whose they are.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.gaps_note(review)
    2022年太原市未达标6项，按责任部门分：应急管理部门4项、交通运输部门2项。
    """
    goals = _open_goals(review)
    is_missed = goals["status"] == "missed"
    parts = {"未达标": goals[is_missed], "无法判定": goals[~is_missed]}
    sentences = [_counted(review, rows, word) for word, rows in parts.items() if len(rows)]
    if review.is_province:
        sentences.append(f"{review.last}年{_missed_by_cities(review)}。")
    return paragraphs(sentences)


def _missed_by_cities(review: Review) -> str:
    """Return how many goals cities miss; or that they meet all, or those that can be judged."""
    rows = _of_cities(review)
    if len(rows):
        cities, every = rows["area"].nunique(), len(review.plan.cities)
        how_many = f"{every}个市均有" if cities == every else f"有{cities}个市存在"
        return f"{how_many}未达标的目标，共{len(rows)}项次"
    status = review.results.loc[review.results["level"] == "city", "status"]
    if not status.isin(wording.JUDGED).any():
        return "各市目标均无法判定"
    is_whole = status.isin([*wording.JUDGED, "not_applicable"]).all()
    return f"各市{'' if is_whole else '可以判定的'}目标全部达标"


def _counted(review: Review, rows: pd.DataFrame, word: str) -> str:
    """Return how many goals these are, and how many of each department."""
    # value_counts would put the largest first; departments keep the order of the annex.
    whose = _by_department(rows, review)["department"].value_counts(sort=False)
    numbers = "、".join(f"{department}{number}项" for department, number in whose.items())
    which = f"按责任部门分：{numbers}" if len(whose) > 1 else f"属{whose.index[0]}"
    return f"{review.last}年{review.area}{word}{len(rows)}项，{which}。"


def _open_goals(review: Review) -> pd.DataFrame:
    return review.goals[~review.goals["status"].isin(["met", "not_applicable"])]


def gaps_table(review: Review) -> Block:
    """Return the area's goals that are missed or cannot be judged, industry by industry."""
    rows = _open_goals(review)
    if rows.empty:
        return Paragraph(f"{review.area}{review.last}年各项目标全部达标。")
    groups = _by_department(rows, review).groupby(["department", "industry"], sort=False)
    lines = [_line(group) for _, group in groups]
    # A column without any content goes, and with it its half of the caption.
    filled = {name for line in lines for name, text in line.items() if text != NONE}
    lines = [{name: text for name, text in line.items() if name in filled} for line in lines]
    kinds = "和".join(name.split("的")[0] for name in list(lines[0])[2:])
    caption = f"{review.area}{review.last}年{kinds}的目标"
    if early := early_words(rows):
        caption += f"（{early}）"
    return table(lines, caption, row_header="责任部门")


def _line(rows: pd.DataFrame) -> dict[str, str]:
    is_missed = rows["status"] == "missed"
    missed, unjudged = rows[is_missed], rows[~is_missed]
    # Indicators that cannot be judged stand together before the reason that they share.
    reasons: dict[str, list[str]] = {}
    for _, row in unjudged.iterrows():
        reasons.setdefault(wording.why_words(row), []).append(row["indicator"])
    lacks = [_named(codes, why) for why, codes in reasons.items()]
    gaps = [_named([row["indicator"]], wording.why_words(row)) for _, row in missed.iterrows()]
    return {
        "责任部门": rows["department"].iloc[0],
        "行业": rows["industry"].iloc[0],
        "未达标的指标和差距": "、".join(gaps) or NONE,
        "无法判定的指标和原因": "、".join(lacks) or NONE,
    }


def _named(codes: Iterable[str], why: str) -> str:
    return f"{'、'.join(wording.SHORT_INDICATORS[code] for code in codes)}（{why}）"


def _of_cities(review: Review) -> pd.DataFrame:
    """Return the goals that cities miss."""
    rows = review.results[review.results["level"] == "city"]
    return rows[rows["counted"] & (rows["status"] == "missed")]


def city_gaps_table(review: Review) -> Block:
    """Return the goals that cities miss: one row per industry and indicator, the cities named."""
    rows = _of_cities(review)
    if not review.is_province or rows.empty:
        return Box()
    groups = _by_department(rows, review).groupby(
        ["department", "industry", "indicator"], sort=False
    )
    lines = [
        {
            "责任部门": department,
            "行业": industry,
            "指标": wording.SHORT_INDICATORS[indicator],
            "市数": len(group),
            "未达标的市和差距": "、".join(
                f"{row['area'].removesuffix('市')}（{_short(row)}）" for _, row in group.iterrows()
            ),
        }
        for (department, industry, indicator), group in groups
    ]
    counted = "括号内为超控制目标的数量，培训为所差人数"
    notes = "；".join(filter(None, ["按行政区划代码排列", counted, early_words(rows)]))
    caption = f"{review.last}年各市未达标的目标（{notes}）"
    return table(lines, caption, numeric=["市数"], row_header="责任部门")


def _short(row: pd.Series) -> str:
    """Return by how many cases a goal is missed; the caption says what that counts."""
    if pd.isna(row["margin"]):
        return wording.why_words(row)
    return f"{-row['margin']}{wording.UNITS[row['indicator']]}"


def _by_department(rows: pd.DataFrame, review: Review) -> pd.DataFrame:
    """Sort by department and industry as the annex has them, then by indicator and area."""
    orders = {
        "department": review.plan.targets["department"].unique(),
        "industry": review.plan.industries["name"],
        "indicator": list(wording.INDICATORS),
    }
    ranks = {name: {value: n for n, value in enumerate(order)} for name, order in orders.items()}
    return rows.sort_values(
        [*orders, "area_code"],
        key=lambda column: column.map(ranks[column.name]) if column.name in ranks else column,
    )
