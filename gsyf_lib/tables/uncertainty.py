"""How much of an area's verdicts chance alone can explain; it changes none of them."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, select_area, select_year
from gsyf_lib.documents.blocks import Block, Box, Paragraph, Text, paragraphs, table, with_note
from gsyf_lib.tables.cells import is_given
from gsyf_lib.tables.notes.luck import UNCERTAIN, class_words, luck_class, luck_words

# From a handful of cases an interval may reach to +4000%: beyond +200% the number says nothing.
FAR = 2.0
NOTES = {
    "first": "本表不改变达标结论，只说明数字本身有多大的偶然波动。",
    "interval": "95%区间：真实的变化大致在此范围内。区间全在“下降”一侧的，"
    "才可认为真实水平下降，全在“上升”一侧的亦同；从“上升”跨到“下降”的，不能断定有变化。",
    "casualties": "伤亡人数的区间偏窄：一起事故往往伤亡数人，各人的伤亡并非互不相关，"
    "实际波动比表中大；每年只有一个合计数，推算不出大多少。",
    "coverage": "培训覆盖率统计的是年末全部在岗人员，没有抽样，不列入本表。",
}


def uncertainty_table(results: pd.DataFrame, area: str, year: int | None = None) -> Block:
    """Return the interval and the luck of every count and share judged, and how to read them.

    Parameters
    ----------
    results : frames.RESULTS
    area : name of the area
    year : year judged; the last of ``results`` if not given

    Examples
    --------
    >>> gs.uncertainty_table(results, "太原市")
    太原市2023年数字的偶然波动（小字为95%区间和偶然影响的大小）
    行业  指标  变化  如真实水平没有变化
    危险化学品  事故起数  下降69.2% 区间：下降0.4%至93%  也有50%的可能达标 偶然影响大
    ...
    """
    rows = select_area(select_year(results, year), area)
    name, judged = rows["area"].iloc[0], rows["year"].iloc[0]
    rows = rows[rows["indicator"].isin(UNCERTAIN) & rows["status"].isin(wording.JUDGED)]
    if rows.empty:
        return Paragraph("没有可判定的事故、伤亡和尘肺病目标，不作推算。")
    shown = table(
        [_line(row) for _, row in rows.iterrows()],
        f"{name}{judged}年数字的偶然波动（小字为95%区间和偶然影响的大小）",
        row_header="行业",
        role="uncertainty cards",
    )
    return Box((shown, paragraphs(_notes(rows), "muted")))


def _notes(rows: pd.DataFrame) -> list[str]:
    casualties = [NOTES["casualties"]] if "casualties" in set(rows["indicator"]) else []
    return [NOTES["first"], NOTES["interval"], class_words(), *casualties, NOTES["coverage"]]


def _line(row: pd.Series) -> dict[str, Text]:
    known = is_given(row["luck"])
    return {
        "行业": row["industry"],
        "指标": wording.SHORT_INDICATORS[row["indicator"]],
        "变化": with_note(
            f"{wording.change_words(row)} ",
            f"区间：{_interval(row)}" if is_given(row["interval_low"]) else "",
        ),
        "如真实水平没有变化": with_note(
            f"{luck_words(row)} " if known else _why_none(row),
            f"偶然影响{luck_class(row['luck'])}" if known else "",
        ),
    }


def _why_none(row: pd.Series) -> str:
    if row["indicator"] in COUNTS:
        return "对比年度为0，不能推算"
    return "只报比例，不能推算" if pd.isna(row["numerator"]) else "两年都没有新发例数，不能推算"


def _interval(row: pd.Series) -> str:
    """Return the interval in words, from its worse end to its better one."""
    low, high = row["interval_low"], row["interval_high"]
    if row["indicator"] == SHARE:
        return _from_to(wording.points(high), wording.points(low))
    # An end of the interval may not be rounded across the target either.
    threshold = row["threshold"] if is_given(row["threshold"]) else None
    return _from_to(_decline(low, threshold), _decline(high, threshold))


def _decline(value: float, threshold: float | None) -> str:
    if value < -FAR:
        return f"上升{wording.percent(FAR, places=0)}以上"
    return wording.change(value, threshold, places=0)


def _from_to(worse: str, better: str) -> str:
    """Join two ends such as 上升12% and 下降45%; a direction that both share is said once."""
    # Where both rise the smaller comes first, as readers expect of a range.
    if worse.startswith("上升") and better.startswith("上升"):
        worse, better = better, worse
    return f"{worse}至{better.removeprefix(worse[:2])}"
