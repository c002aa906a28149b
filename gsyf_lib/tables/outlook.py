"""The early warning: what is still to do, how fast, where the trend leads, and by which rule."""

import numpy as np
import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, COVERAGES, MINIMUM_POINTS, select_area
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Box, Column, Paragraph, Text, paragraphs
from gsyf_lib.tables.parts import Columns, Record, goals_listed, listing, short_name

SHARE_RULE = (
    "尘肺病报告比例未设量化目标，达标且低于基期的为基本符合预期，已为0的为提前实现，其余为滞后。"
)
BASIS = (
    "“以往年均”为基期与本年的差数除以相隔年数；“按变化率推算”假定今后每年按同一比例增减，"
    "两种算法不同，结果可能不一致。"
)
FITTED = "变化率按历年数字拟合，括号内为95%区间，只计数字的偶然波动；伤亡人数的实际波动更大。"
FEW = (
    f"基期以后不足{MINIMUM_POINTS}个年度的，只按基期至今的年变化率推算；"
    "数据年份较少，不列误差区间。"
)
ZERO = "基期为零的没有降幅，本年仍为零即已达到目标，不作推算。"
STRAIGHT = "培训覆盖率按每年增加的百分点推算，推算值达到100%的不列示。"
CASES = {
    "faster": "目前进度符合要求，按历年变化率推算难以如期实现{year}年目标，需加大力度。",
    "unsure": "按以往年均减少的数量可以实现{year}年目标，按历年变化率推算则难以实现，"
    "能否实现尚有不确定性，需巩固成果。",
    "reached": "已达到{year}年目标，但近年有回升趋势，需巩固成果。",
}


def outlook_table(outlook: pd.DataFrame, area: str) -> Block:
    """一个地区距离末年目标的进度，逐项列出。

    ``outlook`` 为一个年度的进度预警（frames.OUTLOOK）。

    Examples
    --------
    >>> gs.outlook_table(judged.outlook(2023), "太原市")
    逐项进度（20项，另列重点行业合计2行）
    ...
    """
    rows = select_area(outlook, area)
    first = rows.iloc[0]
    if first["year"] == first["last_year"]:
        return Paragraph(wording.last_year_words(first["year"]))
    return blocks.Fold(f"逐项进度（{goals_listed(rows)}）", (pace_table(outlook, area),))


def pace_table(outlook: pd.DataFrame, area: str) -> blocks.Table:
    """Return the table of ``outlook_table`` as it is, not folded away."""
    rows = select_area(outlook, area)
    last = rows["last_year"].iloc[0]
    columns: Columns = {
        Column("行业", is_head=True): "industry",
        Column("指标", name="indicator"): short_name,
        Column("进度"): _class,
        Column(f"{last}年目标", is_number=True): lambda row: wording.allowed_words(row, "goal"),
        Column("尚需", is_number=True): _to_go,
        Column("今后年均需", is_number=True): lambda row: _pace(row, "pace_needed"),
        Column("以往年均", is_number=True): lambda row: _pace(row, "pace_seen"),
        Column(f"按变化率推算{last}年", is_number=True): _projected,
    }
    caption = f"{rows['area'].iloc[0]}至{last}年的进度（预警，不是达标结论）"
    return listing(rows, caption, columns, role="outlook cards")


def _class(row: Record) -> Text:
    if not row["outlook"]:
        return blocks.Span(("不作预警",), role="muted")
    shown = blocks.Span((wording.OUTLOOKS[row["outlook"]],), role=f"outlook-mark {row['outlook']}")
    return (
        blocks.rich(shown, " ", blocks.note(wording.ZERO_IN_BOTH_YEARS))
        if wording.zero_in_both_years(row)
        else shown
    )


def _unit(row: Record) -> str:
    return wording.UNITS[row["indicator"]]


def _to_go(row: Record) -> str:
    if pd.isna(row["to_go"]):
        return wording.NONE
    if not row["to_go"]:
        return "已达到"
    return f"{'减少' if row['indicator'] in COUNTS else '新增'}{row['to_go']}{_unit(row)}"


def _pace(row: Record, name: str) -> str:
    """Return a yearly pace: fewer cases, or more people trained."""
    pace = row[name]
    # Nothing is needed where the goal is reached: "已达到" stands beside it.
    if pd.isna(pace) or (name == "pace_needed" and pace == 0):
        return wording.NONE
    if row["indicator"] not in COUNTS:
        return f"新增{wording.rounded_up(pace)}{_unit(row)}"
    # Rounded down, a needed pace would miss the goal. Frames count fewer cases as positive.
    round_pace = wording.rounded_up if name == "pace_needed" else wording.rounded
    return wording.moved(-pace, _unit(row), round_pace(abs(pace), 1).removesuffix(".0"))


def _projected(row: Record) -> str:
    """Return where the trend leads, with its interval where the figures can carry one.

    A coverage projected to 100 per cent or more is left out: it says nothing.
    """
    if pd.isna(row["projected"]):
        return wording.NONE
    if row["indicator"] not in COUNTS:
        return wording.percent(row["projected"]) if row["projected"] < 1 else wording.NONE
    shown = f"约{wording.rounded(row['projected'])}{_unit(row)}"
    if pd.isna(row["projected_low"]):
        return shown
    low, high = (wording.rounded(row[name]) for name in ("projected_low", "projected_high"))
    return f"{shown}（{low}至{high}）"


def outlook_note(outlook: pd.DataFrame, area: str) -> Box:
    """一个地区各种进度的目标各几项，再用小字说明判断的规则。

    Examples
    --------
    >>> gs.page.outlook_note(judged.outlook(2023), "太原市")
    对照2025年目标，太原市20项目标中，提前实现6项，快于预期4项，基本符合预期9项，滞后1项。
    ...
    """
    first, *others = outlook_sentences(outlook, area)
    return Box((paragraphs([first]), paragraphs(others, "muted")), "outlook-note")


def outlook_sentences(outlook: pd.DataFrame, area: str) -> list[str]:
    """Return the sentences of ``outlook_note``: counts, the trend, and the rule in plain words."""
    rows = select_area(outlook, area)
    goals = rows[rows["counted"]]
    year, last = goals[["year", "last_year"]].iloc[0]
    if year == last:
        return [wording.last_year_words(year)]
    return [_tally(goals), *_trend(goals), _rule(year, last), _limits(goals)]


def _tally(goals: pd.DataFrame) -> str:
    first = goals.iloc[0]
    # An industry that an area does not have is no goal of it: it is counted apart.
    absent = int((goals["note"] == "no_such_industry").sum())
    parts = wording.tally(goals["outlook"], wording.OUTLOOKS)
    # A count that was 0 and stayed 0 is reached, but no success: that is said with the first class.
    if zeros := int(wording.zero_in_both_years(goals).sum()):
        parts[0] += f"（其中{zeros}项{wording.ZERO_IN_BOTH_YEARS}）"
    silent = int((goals["outlook"] == "").sum()) - absent
    left = f"；{silent}项无法判定，不作预警" if silent else ""
    left += f"；另有{absent}项当地无此行业" if absent else ""
    found = "，".join(parts) if parts else "因数据不全，暂不作进度评价"
    counted = f"{first['area']}{len(goals) - absent}项目标中"
    return f"对照{first['last_year']}年目标，{counted}，{found}{left}。"


def over_by_trend(outlook: pd.DataFrame) -> pd.DataFrame:
    """Return the goals on counts that stand well today, while their trend misses the last target.

    Their ``case`` is ``faster`` where the cases have to fall by more a year than so far,
    ``reached`` where the last year's target is met already, ``unsure`` elsewhere: as many fewer a
    year as so far would do, the same rate of change would not.
    """
    is_goal = outlook["indicator"].isin(COUNTS) & outlook["counted"]
    well = outlook[is_goal & outlook["outlook"].isin(["on_pace", "ahead", "achieved"])]
    well = well[well["projected"].notna()]
    # Compared as shown: a projection that reads "约10起" is not beyond a goal of 10.
    over = well[well["projected"].map(wording.rounded).astype("Int64") > well["goal"]]
    # np.select takes the first condition that holds, else the default.
    case = np.select(
        [over["outlook"] == "achieved", over["pace_needed"] > over["pace_seen"]],
        ["reached", "faster"],
        "unsure",
    )
    return over.assign(case=case)


def watch_list(outlook: pd.DataFrame, area: str) -> Block:
    """一个地区目前达标、但按以往降幅难以实现末年目标的各项。

    ``outlook`` 为一个年度的进度预警（frames.OUTLOOK）。没有这样的目标的，不显示内容。

    Examples
    --------
    >>> gs.page.watch_list(judged.outlook(2023), "大同市")
    需加快进度的2项（目前达标，按以往降幅难以实现2025年目标）
    危险化学品事故起数：2025年控制在5起以内，后2年年均需减少0.5起（以往年均减少0.3起）
    ...
    """
    over = over_by_trend(select_area(outlook, area))
    over = over[over["case"] == "faster"]
    if over.empty:
        return Box()
    year, last = over.iloc[0][["year", "last_year"]]
    title = Paragraph(
        f"需加快进度的{len(over)}项（目前达标，按以往降幅难以实现{last}年目标）",
        "shortfalls-title",
    )
    rows = over.to_dict("records")
    return Box((title, blocks.Listing(tuple(_watched(row, last - year) for row in rows), False)))


def _watched(row: Record, years_left: int) -> str:
    goal = f"{row['last_year']}年控制在{row['goal']}{_unit(row)}以内"
    left = f"后{years_left}年年均" if years_left > 1 else "后一年"
    needed, seen = _pace(row, "pace_needed"), _pace(row, "pace_seen")
    return f"{wording.goal_name(row)}：{goal}，{left}需{needed}（以往年均{seen}）"


def _trend(goals: pd.DataFrame) -> list[str]:
    """Return a sentence for each case of ``over_by_trend``, with the goals by name."""
    over, year = over_by_trend(goals), goals["last_year"].iloc[0]
    names = pd.Series(map(wording.goal_name, over.to_dict("records")), over.index, dtype=object)
    return [
        "、".join(names[over["case"] == case]) + text.format(year=year)
        for case, text in CASES.items()
        if (over["case"] == case).any()
    ]


def _rule(year: int, last_year: int) -> str:
    following = min(year + 1, last_year)
    return (
        f"划分办法：已达到{last_year}年目标的为提前实现，已达到{following}年目标的为快于预期，"
        f"达到{year}年目标的为基本符合预期，未达到的为滞后。{SHARE_RULE}进度预警不改变达标结论。"
    )


def _limits(goals: pd.DataFrame) -> str:
    """Return how the projections were made: only the methods that these goals needed."""
    counts = goals[goals["indicator"].isin(COUNTS)]
    has_few = (counts["note"] == "few_points").any()
    has_fit = counts["projected_low"].notna().any()
    trained = goals["indicator"].isin(COVERAGES) & goals["projected"].notna()
    needed = {
        BASIS: has_fit or has_few,
        FITTED: has_fit,
        FEW: has_few,
        ZERO: (counts["note"] == "zero_baseline").any(),
        STRAIGHT: trained.any(),
    }
    return "".join(text for text, is_needed in needed.items() if is_needed) + "推算结果仅供参考。"
