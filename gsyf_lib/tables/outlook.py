"""The early warning as a table: what is still to do, how fast, and where the trend leads."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, select_area
from gsyf_lib.documents.blocks import Block, Fold, Paragraph, Span, Table, Text, note, rich, table
from gsyf_lib.tables.cells import goals_listed, is_given
from gsyf_lib.vocabulary import NONE


def outlook_table(outlook: pd.DataFrame, area: str) -> Block:
    """Return how an area stands on the way to the last year's targets.

    Parameters
    ----------
    outlook : frames.OUTLOOK of one year
    area : name of the area

    Examples
    --------
    >>> gs.outlook_table(judged.outlook(2023), "太原市")
    逐项进度（20项，另列重点行业合计2行）
    太原市至2025年的进度（预警，不是达标结论）
    行业  指标  进度  2025年目标  还差  今后每年须  以往年均  按变化率推算2025年
    危险化学品  事故起数  提前实现  至多10起  已达到  —  减少2.3起  约5起（1至18）
    ...
    """
    rows = select_area(outlook, area)
    first = rows.iloc[0]
    if first["year"] == first["last_year"]:
        return Paragraph(wording.last_year_words(first["year"]))
    return Fold(f"逐项进度（{goals_listed(rows)}）", (pace_table(outlook, area),))


def pace_table(outlook: pd.DataFrame, area: str) -> Table:
    """Return the table of ``outlook_table`` as it is, not folded away."""
    rows = select_area(outlook, area)
    first = rows.iloc[0]
    lines = [_line(row) for _, row in rows.iterrows()]
    caption = f"{first['area']}至{first['last_year']}年的进度（预警，不是达标结论）"
    return table(
        lines,
        caption,
        # All but industry, indicator and class; the heads hold the last year, so no list is fixed.
        numeric=list(lines[0])[3:],
        row_header="行业",
        role="outlook cards",
        names={"指标": "indicator"},
    )


def _line(row: pd.Series) -> dict[str, Text]:
    last, unit = row["last_year"], wording.UNITS[row["indicator"]]
    return {
        "行业": row["industry"],
        "指标": wording.SHORT_INDICATORS[row["indicator"]],
        "进度": _class(row),
        f"{last}年目标": _goal(row, unit),
        "还差": _to_go(row, unit),
        "今后每年须": _pace(row, "pace_needed", unit),
        "以往年均": _pace(row, "pace_seen", unit),
        f"按变化率推算{last}年": _projected(row, unit),
    }


def _class(row: pd.Series) -> Text:
    if not row["outlook"]:
        return Span(("不作预警",), role="muted")
    shown = Span((wording.OUTLOOKS[row["outlook"]],), role=f"outlook-mark {row['outlook']}")
    return rich(shown, " ", note(wording.HELD_AT_ZERO)) if wording.held_at_zero(row) else shown


def _goal(row: pd.Series, unit: str) -> str:
    if not is_given(row["goal"]):
        return NONE
    return f"{'至多' if row['indicator'] in COUNTS else '至少'}{row['goal']}{unit}"


def _to_go(row: pd.Series, unit: str) -> str:
    if not is_given(row["to_go"]):
        return NONE
    return f"{row['to_go']}{unit}" if row["to_go"] else "已达到"


def _pace(row: pd.Series, name: str, unit: str) -> str:
    """Return a yearly pace: fewer cases, or more people trained."""
    pace = row[name]
    # Nothing is needed where the goal is reached: "已达到" stands beside it.
    if not is_given(pace) or (name == "pace_needed" and pace == 0):
        return NONE
    if row["indicator"] not in COUNTS:
        return f"新增{wording.rounded_up(pace)}{unit}"
    # Rounded down, a needed pace would miss the goal. Frames count fewer cases as positive.
    round_pace = wording.rounded_up if name == "pace_needed" else wording.rounded
    return wording.moved(-pace, unit, round_pace(abs(pace), 1))


def _projected(row: pd.Series, unit: str) -> str:
    """Return where the trend leads, with its interval where the figures can carry one.

    A coverage projected to 100 per cent or more is left out: it says nothing.
    """
    if not is_given(row["projected"]):
        return NONE
    if row["indicator"] not in COUNTS:
        return wording.percent(row["projected"]) if row["projected"] < 1 else NONE
    shown = f"约{wording.rounded(row['projected'])}{unit}"
    if not is_given(row["projected_low"]):
        return shown
    low, high = (wording.rounded(row[name]) for name in ("projected_low", "projected_high"))
    return f"{shown}（{low}至{high}）"
