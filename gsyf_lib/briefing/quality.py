"""How sound the figures are: late or lacking reports, findings, and corrections."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.briefing.review import Review
from gsyf_lib.documents.blocks import Block, Box, paragraphs
from gsyf_lib.submissions import still_owed
from gsyf_lib.tables.quality import findings_table, revised_figure

# More names than this make a sentence unreadable: the first ones and a number stand for all.
NAMED = 8


def quality(review: Review) -> Box:
    """Return a paragraph each on late and lacking reports, on findings and on corrections."""
    late, owed = review.receipts[review.receipts["state"] == "late"], open_reports(review)
    found = review.in_scope(review.submissions.findings)
    revised = review.in_scope(review.submissions.revisions)
    if all(frame.empty for frame in (late, owed, found, revised)):
        return paragraphs(["到期的报表均按期报齐，未发现数据质量问题，无更正数据。"])
    return paragraphs([_late(late) + _open(owed), _found(found), _revised(revised)])


def open_reports(review: Review) -> pd.DataFrame:
    """Return the overdue reports that have not come whole, as frames.RECEIPTS.

    A report that came with an error is left out: the findings ask to correct it.
    """
    rows = still_owed(review.receipts)
    return rows[rows["due"] < review.submissions.as_of]


def findings(review: Review) -> Block:
    """Return the findings on the figures that the briefing uses."""
    return findings_table(review.judged, None if review.is_province else review.area)


def fault_words(row: Mapping[str, Any]) -> str:
    """Return what a finding is about: a figure, missing baselines, or a whole file."""
    if row["code"] == "baseline-missing":
        return f"{row['area']}缺少的基期数据"
    if row["measure"] not in wording.MEASURES:
        return f"文件“{row['file']}”"
    year = "" if pd.isna(row["year"]) else f"{row['year']}年"
    return f"{row['area']}{year}{row['industry']}{wording.MEASURES[row['measure']]}"


def fault_names(rows: pd.DataFrame) -> str:
    """Return what findings are about, each once; of many, the first by name."""
    names = list(dict.fromkeys(fault_words(row) for row in rows.to_dict("records")))
    return wording.listed(names, NAMED, "处", len(rows))


def _found(found: pd.DataFrame) -> str:
    """Return how many findings there are of each severity, and which figures errors keep out."""
    if found.empty:
        return "未发现数据质量问题。"
    parts = wording.tally(found["severity"], wording.SEVERITIES, "{word}{number}处")
    # An error on a whole file names no figure.
    wrong = found[(found["severity"] == "error") & found["measure"].isin(list(wording.MEASURES))]
    left_out = f"有错误的数据（{fault_names(wrong)}）未采用，" if len(wrong) else ""
    return f"数据质量问题：{'，'.join(parts)}。{left_out}逐处说明见附表。"


def _late(late: pd.DataFrame) -> str:
    if late.empty:
        return "已报送的报表均未逾期。"
    # Tables of one area and year that came on the same day are one item.
    together = late.groupby(["area", "data_year", "days_late"], sort=False).size()
    items = "；".join(
        f"{area}{year}年数据{number}份，逾期{days}天"
        for (area, year, days), number in together.items()
    )
    return f"{len(late)}份报表逾期报送：{items}。"


def _open(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    items = (
        f"{row['area']}{wording.owed_words(row)}（{row['department']}）"
        for _, row in rows.iterrows()
    )
    return f"逾期未报齐：{wording.listed(items, NAMED, '份')}。"


def _revised(rows: pd.DataFrame) -> str:
    """Return the figures that later submissions corrected, old and new, and when they came."""
    if rows.empty:
        return "无更正数据。"
    every = (_revision(row) for _, row in rows.iterrows())
    # Each item has commas of its own.
    items = wording.listed(every, NAMED, "项", comma="；")
    return f"有{len(rows)}项数据经报送单位更正：{items}。结论按更正后的数据作出。"


def _revision(row: pd.Series) -> str:
    unit = wording.UNITS.get(row["measure"], "")
    old, new = (revised_figure(row, name, unit) for name in ("old_value", "new_value"))
    figure = f"{row['area']}{row['year']}年{row['industry']}{wording.MEASURES[row['measure']]}"
    return f"{figure}由{old}更正为{new}（{wording.day(row['received_on'])}收到）"
