"""How far chance alone can explain the verdicts, as a table and sentences; it changes none."""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, luck, select_area, select_year
from gsyf_lib.documents.blocks import Block, Box, Column, Paragraph, Text, paragraphs, with_note
from gsyf_lib.frames import THRESHOLD_SCALE
from gsyf_lib.tables.parts import Columns, Record, listing, short_name

# Coverage counts every person in post at the year's end, so no chance is in it.
UNCERTAIN = (*COUNTS, SHARE)
# The least probability of each class, largest first: ``luck_class`` takes the first that fits.
CLASSES = {"大": 0.20, "中": 0.05, "小": 0.0}
# Expected numbers below this get a decimal place; also the cases of the example of a small area.
FEW = 10
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
    """一个地区已判定的各项起数、人数和比例的区间、偶然达标的可能性，以及怎么看。

    参数同 ``verdict_table``。

    Examples
    --------
    >>> gs.uncertainty_table(results, "太原市")
    太原市2023年数字的偶然波动（小字为95%区间和偶然影响的大小）
    ...
    """
    rows = select_area(select_year(results, year), area)
    whose = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年"
    rows = rows[rows["indicator"].isin(UNCERTAIN) & rows["status"].isin(wording.JUDGED)]
    if rows.empty:
        return Paragraph("事故、伤亡和尘肺病目标均无法判定，不作推算。")
    caption = f"{whose}数字的偶然波动（小字为95%区间和偶然影响的大小）"
    notes = [
        NOTES["first"],
        NOTES["interval"],
        class_words(),
        *([NOTES["casualties"]] if "casualties" in set(rows["indicator"]) else []),
        NOTES["coverage"],
    ]
    shown = listing(rows, caption, COLUMNS, role="uncertainty cards")
    return Box((shown, paragraphs(notes, "muted")))


def _change(row: Record) -> Text:
    """Return the change, and under it its interval."""
    interval = f"区间：{_interval(row)}" if pd.notna(row["interval_low"]) else ""
    return with_note(f"{wording.change_words(row)} ", interval)


def _luck(row: Record) -> Text:
    """Return how often an unchanged area gets this verdict, and the class of that luck."""
    if pd.notna(row["luck"]):
        return with_note(f"{luck_percent(row['luck'])} ", f"偶然影响{luck_class(row['luck'])}")
    if row["indicator"] in COUNTS:
        return "对比年度为0，不能推算"
    return "只报比例，不能推算" if pd.isna(row["numerator"]) else "两年都没有新发例数，不能推算"


COLUMNS: Columns = {
    Column("行业", is_head=True): "industry",
    Column("指标"): short_name,
    Column("变化"): _change,
    Column("偶然达标的可能性"): _luck,
}


def _interval(row: Record) -> str:
    """Return the interval in words, from its worse end to its better one."""
    low, high = row["interval_low"], row["interval_high"]
    if row["indicator"] == SHARE:
        return _from_to(wording.points(high), wording.points(low))
    # An end of the interval may not be rounded across the target either.
    threshold = row["threshold"] if pd.notna(row["threshold"]) else None
    return _from_to(_decline(low, threshold), _decline(high, threshold))


def _decline(value: float, threshold: float | None) -> str:
    if value < -FAR:
        return f"上升{wording.percent(FAR, decimals=0)}以上"
    return wording.change(value, threshold, decimals=0)


def _from_to(worse: str, better: str) -> str:
    """Join two ends such as 上升12% and 下降45%; a direction that both share is said once."""
    # Where both rise the smaller comes first, as readers expect of a range.
    if worse.startswith("上升") and better.startswith("上升"):
        worse, better = better, worse
    return f"{worse}至{better.removeprefix(worse[:2])}"


class Expected(NamedTuple):
    """How many verdicts have a probability, and how many of them are met, and met by luck alone."""

    judged: int
    met: int
    by_luck: float
    left_out: int  # judged, but nothing can be said of luck (a zero baseline, a bare ratio)


def expected_met(rows: pd.DataFrame) -> Expected:
    """Return how many of the goals judged would be met, on average, had nothing changed.

    Of frames.RESULTS, 重点行业合计, joint and coverage do not count. The answer is the sum of
    ``luck``: an expectation needs no independence, so it holds although accidents and casualties
    move together.
    """
    goals = rows[rows["indicator"].isin(UNCERTAIN) & rows["counted"]]
    goals = goals[goals["status"].isin(wording.JUDGED)]
    known = goals[goals["luck"].notna()]
    met = int((known["status"] == "met").sum())
    return Expected(len(known), met, float(known["luck"].sum()), len(goals) - len(known))


def luck_class(luck: float) -> str:
    """Return how far luck can decide a verdict: 大, 中 or 小."""
    return next(name for name, least in CLASSES.items() if luck >= least)


def luck_percent(probability: float) -> str:
    """Return a probability in whole per cent, never rounded across the limit of a class."""
    if probability < 0.01:
        return "不到1%"
    if probability > 0.99:
        return "99%以上"
    # An upper side such as 95% is a limit too: it is what is left when the luck is 5%.
    limits = [limit for least in CLASSES.values() for limit in (least, 1 - least) if 0 < limit < 1]
    nearest = min(limits, key=lambda limit: abs(limit - probability))
    return wording.percent(probability, nearest, decimals=0)


def class_words() -> str:
    """Return the rule of the classes, and what each of them means."""
    many, some = (wording.percent(CLASSES[name], decimals=0) for name in ("大", "中"))
    return (
        "偶然达标的可能性：假设风险水平未变，仅凭偶然也会达标的概率。"
        f"在{many}及以上的，偶然影响为大；{some}至{many}的为中；不足{some}的为小。"
        "影响大的，仅凭达标或未达标不能断定工作成效，应结合区间分析。"
    )


def luck_note(
    results: pd.DataFrame,
    area: str | None = None,
    year: int | None = None,
    indicators: Collection[str] = UNCERTAIN,
) -> Box:
    """各项达标结论中，风险水平未变时仅凭偶然也会达标的约有几项。

    不写地区的统计各地区，并举一个小数字为例。``indicators`` 为网页所列的指标；培训覆盖率不作这种推
    算。

    Examples
    --------
    >>> gs.page.luck_note(results, "太原市")
    能推算的13项事故、伤亡和尘肺病目标中，12项达标；假设风险水平未变，仅凭偶然平均也会有约4.6项达标。
    """
    return paragraphs(luck_sentences(results, area, year, indicators))


def luck_sentences(
    results: pd.DataFrame,
    area: str | None = None,
    year: int | None = None,
    indicators: Collection[str] = UNCERTAIN,
) -> list[str]:
    """Return how many of the verdicts shown luck alone would have met.

    Without an area all of them are counted, with an example of a small one. ``indicators`` are
    those that the page shows; of coverage nothing can be said."""
    rows = select_year(results, year)
    rows = rows[rows["indicator"].isin(indicators)]
    rows = rows if area is None else select_area(rows, area)
    expected = expected_met(rows)
    where = "各地" if area is None else ""
    kinds = "事故、伤亡和尘肺病" if SHARE in set(rows["indicator"]) else "事故、伤亡"
    why = "对比年度为0或缺少例数" if SHARE in indicators else "对比年度为0"
    left = f"另有{expected.left_out}项{why}，不能推算。" if expected.left_out else ""
    if not expected.judged:
        return [f"{kinds}目标的结论均不能推算偶然性。{left}"]
    average = wording.rounded(expected.by_luck, 0 if expected.by_luck >= FEW else 1)
    return [
        f"能推算的{expected.judged}项{kinds}目标中，{expected.met}项达标；假设{where}风险水平未变，"
        f"仅凭偶然平均也会有约{average}项达标。{left}",
        *([] if area is not None else [_of_a_small_area(rows)]),
    ]


def _of_a_small_area(rows: pd.DataFrame) -> str:
    """Return how likely a small area is to meet this year's goal though nothing has changed."""
    counts = rows[rows["indicator"].isin(COUNTS)]
    target = counts.iloc[0]
    below = pd.isna(target["threshold"])
    # The part of the baseline that may remain, in whole numbers, as verdicts are.
    kept = luck.STRICTLY_BELOW if below else round(THRESHOLD_SCALE * (1 - target["threshold"]))
    likely = luck.level_luck(FEW, kept)
    return (
        f"例如，一个行业每年平均{FEW}起的市，两年的起数都有偶然波动，即使风险水平未变，"
        f"也有约{luck_percent(likely)}的可能达到“{wording.target_words(target)}”。"
    )
