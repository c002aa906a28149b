"""Sentences on how far chance alone explains the verdicts; they change none of them."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, luck, select_area, select_year
from gsyf_lib.documents.blocks import Box, paragraphs
from gsyf_lib.vocabulary import JUDGED

# Coverage counts every person in post at the year's end, so no chance is in it.
UNCERTAIN = (*COUNTS, SHARE)
# The least probability of each class, largest first: ``luck_class`` takes the first that fits.
CLASSES = {"大": 0.20, "中": 0.05, "小": 0.0}
# Expected numbers below this get a decimal place; also the cases of the example of a small area.
FEW = 10


@dataclass(frozen=True)
class Expected:
    """How many verdicts have a probability, how many are met, and how many chance would meet.

    ``left_out``: judged, but nothing can be said of luck (a zero baseline, a bare ratio).
    """

    judged: int
    met: int
    by_luck: float
    left_out: int


def expected_met(rows: pd.DataFrame) -> Expected:
    """Return how many of the goals judged would be met, on average, had nothing changed.

    Parameters
    ----------
    rows : frames.RESULTS; 重点行业合计, joint and coverage do not count

    Notes
    -----
    The sum of ``luck``: an expectation needs no independence, so it holds although accidents and
    casualties move together.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator": ["accidents"] * 3,
    ...                      "status": ["met", "missed", "met"], "luck": [0.4, 0.2, None],
    ...                      "counted": True})
    >>> expected = expected_met(rows)
    >>> expected.judged, expected.met, round(expected.by_luck, 1), expected.left_out
    (2, 1, 0.6, 1)
    """
    goals = rows[rows["indicator"].isin(UNCERTAIN) & rows["counted"]]
    goals = goals[goals["status"].isin(JUDGED)]
    known = goals[goals["luck"].notna()]
    met = int((known["status"] == "met").sum())
    return Expected(len(known), met, float(known["luck"].sum()), len(goals) - len(known))


def luck_class(luck: float) -> str:
    """Return how far luck can decide a verdict: 大, 中 or 小.

    Examples
    --------
    >>> luck_class(0.42), luck_class(0.05), luck_class(0.049)
    ('大', '中', '小')
    """
    return next(name for name, least in CLASSES.items() if luck >= least)


def luck_words(row: pd.Series) -> str:
    """Return how often an area in which nothing has changed would get the same verdict.

    Examples
    --------
    >>> [luck_words(pd.Series({"status": s, "luck": 0.42})) for s in ("met", "missed")]
    ['也有42%的可能达标', '有58%的可能未达标']
    >>> luck_words(pd.Series({"status": "met", "luck": 0.002}))
    '达标的可能不到1%'
    """
    if row["status"] == "missed":
        return f"有{_percent(1 - row['luck'])}的可能未达标"
    if row["luck"] < CLASSES["中"]:
        return f"达标的可能{_percent(row['luck'], only='只有')}"
    return f"也有{_percent(row['luck'])}的可能达标"


def _percent(probability: float, only: str = "") -> str:
    """Return a probability in whole per cent, never rounded across the limit of a class."""
    if probability < 0.01:
        return "不到1%"
    if probability > 0.99:
        return "99%以上"
    # An upper side such as 95% is a limit too: it is what is left when the luck is 5%.
    limits = [limit for least in CLASSES.values() for limit in (least, 1 - least) if 0 < limit < 1]
    nearest = min(limits, key=lambda limit: abs(limit - probability))
    return only + wording.percent(probability, nearest, places=0)


def class_words() -> str:
    """Return the rule of the classes, and what each of them means."""
    many, some = (wording.percent(CLASSES[name], places=0) for name in ("大", "中"))
    return (
        f"真实水平指扣除偶然波动后的水平。偶然影响：真实水平没有变化的地区，达到该目标的可能在{many}及以上的为大，{some}至{many}的为中，"
        f"不足{some}的为小。影响大的，仅凭达标或未达标不能断定工作成效，要看区间。"
    )


def luck_note(
    results: pd.DataFrame,
    area: str | None = None,
    year: int | None = None,
    indicators: Collection[str] = UNCERTAIN,
) -> Box:
    """Return how many of the verdicts luck alone would have met; parameters as below.

    Examples
    --------
    >>> gs.luck_note(results, "太原市")
    能推算的13项事故、伤亡和尘肺病目标中，12项达标；即使真实水平都没有变化，平均也会有约4.6项达标。
    """
    return paragraphs(luck_sentences(results, area, year, indicators))


def luck_sentences(
    results: pd.DataFrame,
    area: str | None = None,
    year: int | None = None,
    indicators: Collection[str] = UNCERTAIN,
) -> list[str]:
    """Return how many of the verdicts shown luck alone would have met.

    Parameters
    ----------
    results : frames.RESULTS
    area : name of the area; None: all of them, with an example of a small one
    year : year judged; the last of ``results`` if not given
    indicators : those the page shows; of coverage nothing can be said

    Examples
    --------
    >>> gs.luck_sentences(results, "太原市", indicators=["accidents", "casualties"])
    ['能推算的12项事故、伤亡目标中，11项达标；...平均也会有约4.2项达标。']
    """
    rows = select_year(results, year)
    rows = rows[rows["indicator"].isin(indicators)]
    rows = rows if area is None else select_area(rows, area)
    expected = expected_met(rows)
    where, kinds = ("各地" if area is None else ""), _kinds(rows)
    why = "对比年度为0或缺少例数" if SHARE in indicators else "对比年度为0"
    left = f"另有{expected.left_out}项{why}，不能推算。" if expected.left_out else ""
    if not expected.judged:
        return [f"{kinds}目标中没有能推算偶然性的结论。{left}"]
    average = wording.rounded(expected.by_luck, 0 if expected.by_luck >= FEW else 1)
    return [
        f"能推算的{expected.judged}项{kinds}目标中，{expected.met}项达标；即使{where}真实水平都没有变化，"
        f"平均也会有约{average}项达标。{left}",
        *([] if area is not None else [_of_a_small_area(rows)]),
    ]


def _kinds(rows: pd.DataFrame) -> str:
    return "事故、伤亡和尘肺病" if SHARE in set(rows["indicator"]) else "事故、伤亡"


def _of_a_small_area(rows: pd.DataFrame) -> str:
    """Return how likely a small area is to meet this year's goal though nothing has changed."""
    counts = rows[rows["indicator"].isin(COUNTS)]
    target = counts.iloc[0]
    below = pd.isna(target["threshold"])
    # The part of the baseline that may remain, in ten-thousandths: verdicts use whole numbers.
    kept = luck.STRICTLY_BELOW if below else round(10_000 * (1 - target["threshold"]))
    likely = luck.level_luck(FEW, kept)
    return (
        f"例如，一个行业真实水平为每年{FEW}起的市，两年的起数都随偶然波动，即使真实水平没有变化，"
        f"也有约{_percent(likely)}的可能达到“{wording.target_words(target)}”。"
    )
