"""Each indicator's goals: in sentences, its figures by industry and year, every verdict on it."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import (
    COUNTS,
    SHARE,
    TOTAL,
    USABLE,
    select_area,
    shown_status,
    shown_statuses,
)
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents import blocks
from gsyf_lib.tables.parts import Record, by_area, grid
from gsyf_lib.tables.share import share_table
from gsyf_lib.tables.summary import coverage_sentences, share_sentences, total_sentences
from gsyf_lib.vocabulary import NONE

# What stands in the place of a figure; results give finer reasons than values do.
WHY = wording.NO_FIGURE | {"withheld": "有误未采用", "no_key_personnel": "无人员"}


def goal_note(review: Review, indicator: str) -> blocks.Box:
    """Return what to say of an indicator's goals before its table."""
    rows = select_area(review.results, review.area)
    rows = rows[rows["indicator"] == indicator]
    goals = rows[rows["industry"] != TOTAL]
    if indicator in COUNTS:
        return blocks.paragraphs([*total_sentences(rows), _by_industry(goals, indicator)])
    return blocks.paragraphs([*share_sentences(goals), *coverage_sentences(goals)])


def joint_note(review: Review) -> blocks.Box:
    """Return which industries meet both goals on counts, and which do not (reading 3)."""
    rows = select_area(review.results, review.area)
    goals = rows[(rows["indicator"] == "joint") & (rows["industry"] != TOTAL)]
    return blocks.paragraphs([_by_industry(goals, "joint")])


def _by_industry(goals: pd.DataFrame, indicator: str) -> str:
    """Return how many industries have which verdict, with the names of those that miss the goal."""
    shown = shown_statuses(goals)
    lead, what = (
        ("按“均下降”的要求，", "") if indicator == "joint" else ("", wording.INDICATORS[indicator])
    )
    if shown.nunique() == 1:
        word = wording.STATUSES[shown.iloc[0]]
        return f"{lead}{len(goals)}个重点行业{what}均{word}。"
    met = (shown == "met").sum()
    parts = [f"{met}个行业{what}达标"] if met else []
    for code, word in wording.STATUSES.items():
        names = goals.loc[shown == code, "industry"]
        if len(names) and code != "met":
            parts.append(f"{'、'.join(names)}{what if not parts else ''}{word}")
    return f"{lead}{'，'.join(parts)}。"


def goal_table(review: Review, indicator: str) -> blocks.Block:
    """Return the figures of all years, this year's target and verdict, industry by industry."""
    if indicator == SHARE:
        return share_table(review.judged, review.area, review.last)
    rows = select_area(review.judged.history, review.area)
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] <= review.last)]
    lines = [_line(group, review) for _, group in rows.groupby("industry", sort=False)]
    caption = f"{review.area}{wording.INDICATORS[indicator]}"
    if rows["provisional"].any():
        caption += "（*为初步数据）"
    numeric = [name for name in lines[0] if name.endswith("年")]
    return blocks.table(lines, caption, numeric=numeric, row_header="行业")


def _line(group: pd.DataFrame, review: Review) -> dict[str, str]:
    """Return the line of an industry, with words where a year has no figure."""
    last = group.iloc[-1]
    line = {"行业": last["industry"]}
    # Only counts are compared with the baseline year; coverage has none.
    is_count = last["indicator"] in COUNTS
    if is_count:
        line[f"{review.plan.baseline_year}年"] = _baseline(group, review)
    for _, row in group.iterrows():
        line[f"{row['year']}年"] = _figure(row)
    if is_count:
        change = wording.change_words(last)
        is_absent = last["status"] == "not_applicable"
        why = WHY["absent"] if is_absent else "不作比较"
        line[f"较{review.plan.baseline_year}年"] = why if change == NONE or is_absent else change
    return line | {
        "年度目标": wording.target_words(last),
        "结论": wording.verdict_words(last, "，{}"),
    }


def _baseline(group: pd.DataFrame, review: Review) -> str:
    """Return the count of the baseline year that verdicts were based on, or why there is none."""
    known, last = group[group["baseline"].notna()], group.iloc[-1]
    if len(known):
        return wording.figure_words(known.iloc[-1], "baseline")
    key = (last["area_code"], last["industry"], last["indicator"], review.plan.baseline_year)
    value = review.values.get(key, {"state": "not_reported", "basis": ""})
    # Not the province's own report is lacking, but a city's, whose figures it would be added from.
    is_sum = (value["state"], value["basis"]) == ("incomplete", "sum")
    return WHY["cities_incomplete" if is_sum else value["state"]]


def _figure(row: pd.Series) -> str:
    """Return the year's figure, or why there is none."""
    shown = wording.figure_words(row, "value")
    if shown == NONE:
        return next(WHY[code] for code in row["reason"].split("|") if code in WHY)
    return shown + ("*" if row["provisional"] else "")


def verdicts_table(review: Review, indicator: str) -> blocks.Table:
    """Return the verdicts on an indicator (or ``joint``): all, or those of its area.

    Each cell holds the figure or its change, the verdict, and by how much, one under the other; if
    there is one industry only, they are columns. A share stands beside every year that it has to
    be lower than, with both counts.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.verdicts_table(review, "short_exposure_share")
    2022年尘肺病报告比例（目标：低于2021年）
    地区  2022年  对比年度  变化  结论  与目标之差
    太原市  15.9%（11/69例）  2021年：18.3%（13/71例）  下降2.4个百分点  ✓ 达标  低于控制目标1例
    """
    rows = review.in_scope(review.results)
    rows = rows[rows["indicator"] == indicator]
    shown = rows.assign(target=_targets(rows) if _is_mixed(rows) else "")
    if rows["industry"].nunique() > 1:
        # In Word and slides a line break keeps the parts of a cell under each other.
        cells = by_area(shown, lambda row: blocks.in_a_row(_parts(row), "\n"))
        return grid(cells, _caption(rows, review))
    if indicator == SHARE:
        lines = [_share_line(row, review) for _, row in rows.iterrows()]
    else:
        # A single column of tall cells would leave most of the sheet empty.
        lines = [_wide_line(row) for _, row in shown.iterrows()]
    return blocks.table(lines, _caption(rows, review), row_header="地区", role="matrix")


def _wide_line(row: pd.Series) -> dict[str, blocks.Text]:
    figure, mark, margin = (*_parts(row), NONE, NONE)[:3]
    # Without a verdict there is one part only, the mark, which took the place of the figure.
    if mark == NONE:
        figure, mark = NONE, figure
    return {"地区": row["area"], row["industry"]: figure, "结论": mark, "与目标之差": margin}


def _share_line(row: pd.Series, review: Review) -> dict[str, blocks.Text]:
    """Return a share, the shares that it has to be lower than, and the verdict."""
    compared, star = row["baseline_year"], "*" if row["provisional"] else ""
    shares = {
        f"{row['year']}年": _share_words(row, row["year"], review) + star,
        "对比年度": f"{compared}年：{_share_words(row, compared, review)}",
        **{f"{year}年": _share_words(row, year, review) for year in _also_below(review)},
        "变化": wording.points(row["value"] - row["baseline"]),
    }
    if row["status"] not in wording.JUDGED:
        shares = dict.fromkeys(shares, NONE)
    return {
        "地区": row["area"],
        **shares,
        "结论": blocks.status_mark(shown_status(row)),
        "与目标之差": wording.margin_words(row),
    }


def _targets(rows: pd.DataFrame) -> list[str]:
    return [wording.target_words(row) for _, row in rows.iterrows()]


def _is_mixed(rows: pd.DataFrame) -> bool:
    """Tell whether the rows have several targets; 均下降 has none of its own."""
    return rows["indicator"].iloc[0] != "joint" and len(set(_targets(rows))) > 1


def _caption(rows: pd.DataFrame, review: Review) -> str:
    """Return what the table is about, with the target if it is the same in every row."""
    indicator = rows["indicator"].iloc[0]
    name = f"{review.last}年{wording.INDICATORS[indicator]}"
    target = f"目标：{_targets(rows)[0] if not _is_mixed(rows) else '见各格'}"
    if indicator == "joint":
        target = "事故起数和伤亡人数均达标的为达标"
    elif indicator == SHARE:
        years = rows.loc[rows["status"].isin(wording.JUDGED), "baseline_year"].unique()
        first = f"{years[0]}年" if len(years) == 1 else "对比年度"
        others = [f"{year}年" for year in _also_below(review)]
        target = f"目标：低于{'和'.join(dict.fromkeys([first, *others]))}"
    star = "；*为初步数据" if early_words(rows) else ""
    return f"{name}（{target}{star}）"


def _parts(row: pd.Series | Record) -> list[blocks.Text]:
    """Return figure, verdict and margin, as far as there are any."""
    mark, star = blocks.status_mark(shown_status(row)), "*" if row["provisional"] else ""
    if row["status"] not in wording.JUDGED:
        return [mark]
    if row["indicator"] == "joint":
        return [blocks.rich(mark, star)]
    is_count = row["indicator"] in COUNTS
    figure = wording.change_words(row) if is_count else wording.figure_words(row)
    # ``target`` is empty where the caption says it for all rows.
    details = [wording.margin_words(row), row["target"] and f"目标：{row['target']}"]
    return [figure + star, mark, *(text for text in details if text not in ("", NONE))]


def _also_below(review: Review) -> list[int]:
    """Return the year that a share has to be below besides the one compared with (reading 8)."""
    return [review.plan.baseline_year] if review.is_last_year else []


def _share_words(row: pd.Series, year: int, review: Review) -> str:
    """Return the share of a year with its counts, from the values that the row was judged by."""
    key = (row["area_code"], row["industry"], row["indicator"], year)
    value = review.values.get(key, {"state": "not_reported", "denominator": 0})
    if value["state"] not in USABLE or not value["denominator"]:
        return WHY.get(value["state"], WHY["no_reported_cases"])
    share = wording.percent(Fraction(int(value["numerator"]), int(value["denominator"])))
    counts = wording.NO_COUNTS if value["state"] == "bare" else wording.share_counts(value)
    return f"{share}（{counts}）"
