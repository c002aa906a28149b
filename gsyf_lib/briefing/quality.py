"""What the figures stand on: reports late or lacking, faults, figures corrected later."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.briefing.review import Review
from gsyf_lib.documents.blocks import Box, paragraphs
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions import still_owed

NAMED = 8


def quality(review: Review) -> Box:
    """Return how late reports came, what is wrong with figures, and what was corrected."""
    return paragraphs(quality_sentences(review))


def quality_sentences(review: Review) -> list[str]:
    """Return the sentences of ``quality``: on reports, on faults, on corrections."""
    late, owed = review.receipts[review.receipts["state"] == "late"], open_reports(review)
    found, revised = (_of_area(review, name) for name in ("findings", "revisions"))
    if all(frame.empty for frame in (late, owed, found, revised)):
        return ["到期的报表均按期报齐，没有发现数据质量问题，也没有更正过的数据。"]
    return [_late(late) + _open(owed), _found(found), _revised(revised)]


def open_reports(review: Review) -> pd.DataFrame:
    """Return what was due and did not come whole, as frames.RECEIPTS."""
    rows = still_owed(review.receipts)
    return rows[rows["due"] < review.submissions.as_of]


def errors(review: Review) -> pd.DataFrame:
    """Return the findings that keep figures out, as frames.FINDINGS."""
    found = _of_area(review, "findings")
    return found[found["severity"] == "error"]


def _of_area(review: Review, name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(review.submissions, name)
    return frame if review.is_province else frame[frame["area"] == review.area]


def fault_words(row: Mapping[str, Any]) -> str:
    """Return what a finding is on: a figure, a baseline never sent, or a file as a whole.

    Examples
    --------
    >>> row = {"code": "cell-type", "area": "吕梁市", "year": 2023, "industry": "煤矿"}
    >>> fault_words(row | {"measure": "accidents"})
    '吕梁市2023年煤矿事故起数'
    >>> fault_words(row | {"measure": "", "file": "2024-02-19/吕梁市.xlsx"})
    '文件“2024-02-19/吕梁市.xlsx”'
    """
    if row["code"] == "baseline-missing":
        return f"{row['area']}缺少的基期数据"
    if row["measure"] not in wording.MEASURES:
        return f"文件“{row['file']}”"
    year = "" if pd.isna(row["year"]) else f"{row['year']}年"
    return f"{row['area']}{year}{row['industry']}{wording.MEASURES[row['measure']]}"


def fault_names(rows: pd.DataFrame) -> str:
    """Return what findings are on, each once, the first of many by name."""
    names = list(dict.fromkeys(fault_words(row) for row in rows.to_dict("records")))
    return wording.listed(names, NAMED, "处", len(rows))


def _found(found: pd.DataFrame) -> str:
    """Return how many faults of each kind there are; only errors keep figures out."""
    if found.empty:
        return "没有发现数据质量问题。"
    parts = wording.tally(found["severity"], wording.SEVERITIES, "{word}{number}处")
    wrong = found[(found["severity"] == "error") & found["measure"].isin(list(wording.MEASURES))]
    left_out = f"有错误的数据（{fault_names(wrong)}）未采用，" if len(wrong) else ""
    return f"数据质量问题：{'，'.join(parts)}。{left_out}逐处说明见附表。"


def _late(late: pd.DataFrame) -> str:
    if late.empty:
        return "没有逾期报送的报表。"
    together = late.groupby(["area", "data_year", "days_late"], sort=False).size()
    named = "、".join(
        f"{area}{year}年数据{number}张报表逾期{days}天"
        for (area, year, days), number in together.items()
    )
    return f"逾期报送：{named}。"


def _open(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "没有逾期未报的报表。"
    named = (
        f"{row['area']}{wording.owed_words(row)}（{row['department']}）"
        for _, row in rows.iterrows()
    )
    return f"逾期未报齐：{wording.listed(named, NAMED, '张')}。"


def _revised(rows: pd.DataFrame) -> str:
    """Name the figures that a later folder corrected, from what to what, and since when."""
    if rows.empty:
        return "没有更正过的数据。"
    every = (_revision(row) for _, row in rows.iterrows())
    named = wording.listed(every, NAMED, "项", comma="；")
    return f"有{len(rows)}项数据由较晚的报送更正：{named}。结论按更正后的数据作出。"


def _revision(row: pd.Series) -> str:
    old, new = (_value(row, name) for name in ("old_value", "new_value"))
    figure = f"{row['area']}{row['year']}年{row['industry']}{wording.MEASURES[row['measure']]}"
    return f"{figure}由{old}更正为{new}（{wording.day(row['received_on'])}收到）"


def _value(row: pd.Series, name: str) -> str:
    if pd.isna(row[name]):
        return wording.NO_FIGURE["absent"]
    if row["measure"].endswith("_per_million"):
        return wording.percent(Fraction(int(row[name]), RATIO_SCALE))
    return f"{row[name]}{wording.UNITS.get(row['measure'], '')}"
