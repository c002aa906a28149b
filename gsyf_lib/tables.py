"""Frames as the tables officials read: one frame in, one table out, nothing left blank."""

from fractions import Fraction

import pandas as pd

from gsyf_lib import words
from gsyf_lib.changes import revised_verdicts
from gsyf_lib.frames import MILLION
from gsyf_lib.html import Html, details, escape, status_mark, table
from gsyf_lib.indicators import COUNTS, TOTAL, indicator_values
from gsyf_lib.plan import Plan
from gsyf_lib.receipts import receipt_states
from gsyf_lib.submissions import Submissions

__all__ = [
    "cities_table",
    "declines_table",
    "findings_table",
    "late_table",
    "overview_table",
    "readings_table",
    "receipts_table",
    "revisions_table",
    "share_table",
    "sources_table",
    "tasks_table",
    "verdict_table",
]

NONE = "—"
SHARE = "short_exposure_share"


def _is_given(value: object) -> bool:
    return not pd.isna(value)


def _one_year(results: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Keep one year of results, the last if none is asked for."""
    return results[results["year"] == (results["year"].max() if year is None else year)]


def _figure(row: pd.Series, name: str) -> str:
    """Return a value or baseline with its unit."""
    value = row[name]
    if not _is_given(value):
        return NONE
    if row["indicator"] in COUNTS:
        return f"{int(value)}{words.UNITS[row['indicator']]}"
    if name == "value" and _is_given(row["numerator"]):
        exact = Fraction(int(row["numerator"]), int(row["denominator"]))
        threshold = row["threshold"] if _is_given(row["threshold"]) else None
        return words.percent(exact, threshold)
    return words.percent(value)


def _decline(row: pd.Series) -> str:
    """Return the decline in words: 下降 or 上升 for counts, percentage points for shares."""
    if row["indicator"] == SHARE:
        return words.points(row["value"] - row["baseline"])
    if not _is_given(row["decline"]):
        return NONE
    then, now = int(row["baseline"]), int(row["value"])
    if then == now:
        return "持平"
    exact = Fraction(then - now, then)
    threshold = row["threshold"] if _is_given(row["threshold"]) else None
    word = "下降" if exact > 0 else "上升"
    return word + words.percent(exact, threshold).removeprefix("-")


def verdict_table(results: pd.DataFrame, area: str, year: int | None = None) -> Html:
    """Return every target of an area with baseline, value, decline, allowed and verdict.

    Parameters
    ----------
    results : frames.RESULTS
    area : name of the area
    year : year judged; the last of ``results`` if not given
    """
    rows = words.select_area(_one_year(results, year), area)
    rows = rows[rows["indicator"] != "joint"]
    lines = [_verdict_line(row) for _, row in rows.iterrows()]
    caption = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年年度目标完成情况"
    return table(
        pd.DataFrame(lines),
        caption=caption + ("（*为初步数据）" if rows["provisional"].any() else ""),
        numeric=("对比值", "实际值", "变化", "达标界限", "余量"),
        html=("对比值", "实际值", "结论"),
        classes="verdicts",
        row_header="行业",
    )


def _verdict_line(row: pd.Series) -> dict[str, str]:
    reason = words.reason_words(row["reason"])
    note = Html('<span class="note">{}</span>').format(reason) if reason else ""
    return {
        "行业": row["industry"],
        "指标": words.SHORT_INDICATORS[row["indicator"]],
        "结论": Html("{}{}").format(status_mark(row["status"]), note),
        "实际值": _with_counts(row),
        "对比值": _with_year(row),
        "变化": _decline(row),
        "年度目标": words.target_words(row),
        "达标界限": words.allowed_words(row),
        "余量": words.margin_words(row),
        "责任部门": row["department"] or NONE,
    }


def _with_counts(row: pd.Series) -> Html:
    """Return the value, a star if it is provisional, and under it the counts it is made of."""
    shown = _figure(row, "value") + ("*" if row["provisional"] and _is_given(row["value"]) else "")
    if row["indicator"] in COUNTS or not _is_given(row["numerator"]) or shown == NONE:
        return escape(shown)
    unit = words.UNITS[row["indicator"]]
    note = f"{row['numerator']}/{row['denominator']}{unit}"
    return Html('{}<span class="note">{}</span>').format(shown, note)


def _with_year(row: pd.Series) -> Html:
    """Return the value compared with, and under it its year."""
    if pd.isna(row["baseline_year"]):
        return escape(NONE)
    note = Html('{}<span class="note">{}年</span>')
    return note.format(_figure(row, "baseline"), row["baseline_year"])


def overview_table(results: pd.DataFrame, area: str, year: int | None = None) -> Html:
    """Return the verdicts of an area at a glance: industries down, indicators across.

    Parameters are those of ``verdict_table``.
    """
    rows = words.select_area(_one_year(results, year), area)
    cells = {(row["industry"], row["indicator"]): _mark(row) for _, row in rows.iterrows()}
    shown = [code for code in words.INDICATORS if code in set(rows["indicator"])]
    lines = [
        {"行业": industry}
        | {words.INDICATORS[code]: cells.get((industry, code), NONE) for code in shown}
        for industry in rows["industry"].unique()
    ]
    names = [words.INDICATORS[code] for code in shown]
    caption = f"{rows['area'].iloc[0]}{rows['year'].iloc[0]}年结论一览（“—”为该行业无此目标）"
    return table(
        pd.DataFrame(lines), caption=caption, html=names, classes="overview", row_header="行业"
    )


def _mark(row: pd.Series) -> Html:
    margin = words.margin_words(row) if row["status"] in ("met", "missed") else NONE
    note = Html('<span class="note">{}</span>').format(margin) if margin != NONE else ""
    return Html("{}{}").format(status_mark(row["status"]), note)


def share_table(plan: Plan, submissions: Submissions, area: str, year: int) -> Html:
    """Return the short-exposure share of an area year by year, with both counts (reading 10)."""
    name = plan.area_row(area)["name"]
    observed = submissions.observations
    values = indicator_values(observed[observed["area"] == name], plan.indicators)
    rows = values[(values["indicator"] == SHARE) & (values["year"] <= year)].set_index("year")
    lines = [
        {"年度": f"{y}年"} | _share_line(rows.loc[y] if y in rows.index else None)
        for y in (plan.baseline_year, *plan.years)
        if y <= year
    ]
    return table(
        pd.DataFrame(lines),
        caption=f"{name}尘肺病报告比例（接尘工龄不足5年新发例数占报告总例数）",
        numeric=("接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例"),
        row_header="年度",
    )


def _share_line(row: pd.Series | None) -> dict[str, str]:
    names = ("接尘工龄不足5年新发例数", "报告总例数", "尘肺病报告比例")
    if row is None:
        return dict.fromkeys(names, "未报送")
    if row["state"] == "absent":
        return dict.fromkeys(names, "无此行业")
    if row["state"] == "withheld":
        return dict.fromkeys(names, "有误，未采用")
    if row["state"] == "bare":
        ratio = words.percent(Fraction(int(row["numerator"]), MILLION))
        return dict(zip(names, ("只报比例", "只报比例", ratio), strict=True))
    cases, total = int(row["numerator"]), int(row["denominator"])
    share = words.percent(Fraction(cases, total)) if total else "无病例"
    return dict(zip(names, (f"{cases}例", f"{total}例", share), strict=True))


def receipts_table(plan: Plan, submissions: Submissions, area: str, year: int) -> Html:
    """Return what an area owed up to ``year``: received, late or missing.

    Parameters
    ----------
    year : the last data year shown
    """
    everything = receipt_states(plan, submissions.observations, submissions.as_of)
    rows = words.select_area(everything, area)
    rows = rows[rows["data_year"] <= year].sort_values(["data_year", "due"], kind="stable")
    settled = (rows["data_year"] < year) & (rows["state"] == "on_time")
    caption = f"{rows['area'].iloc[0]}报送情况（截至{words.day(submissions.as_of)}）"
    shown = _receipt_lines(rows[~settled], caption)
    if not settled.any():
        return shown
    earlier = f"以前年度按期报齐的报表{settled.sum()}张"
    return Html("{}{}").format(shown, details(earlier, _receipt_lines(rows[settled], earlier)))


def _receipt_lines(rows: pd.DataFrame, caption: str) -> Html:
    lines = [
        {
            "数据年度": f"{row['data_year']}年",
            "报表": words.TABLES[row["table"]],
            "报送部门": row["department"],
            "报送期限": words.day(row["due"]),
            "收到": f"{row['received']}/{row['expected']}个行业",
            "收齐日期": words.day(row["received_on"]) if _is_given(row["received_on"]) else NONE,
            "情况": _receipt_mark(row),
        }
        for _, row in rows.iterrows()
    ]
    return table(pd.DataFrame(lines), caption=caption, html=("情况",), row_header="数据年度")


def late_table(plan: Plan, submissions: Submissions, year: int) -> Html:
    """Return what came late, in part or not at all, over all areas and data years to ``year``."""
    everything = receipt_states(plan, submissions.observations, submissions.as_of)
    rows = everything[
        (everything["data_year"] <= year) & everything["state"].isin(["late", "partial", "missing"])
    ]
    lines = [
        {
            "地区": row["area"],
            "数据年度": f"{row['data_year']}年",
            "报表": words.TABLES[row["table"]],
            "报送部门": row["department"],
            "报送期限": words.day(row["due"]),
            "情况": _receipt_mark(row),
        }
        for _, row in rows.iterrows()
    ]
    if not lines:
        return Html("<p>各地区均已按期报齐。</p>")
    return table(pd.DataFrame(lines), caption="逾期和缺报的报表", html=("情况",), row_header="地区")


def _receipt_mark(row: pd.Series) -> Html:
    late = f"{row['days_late']}天" if row["state"] == "late" else ""
    word = words.RECEIPT_STATES[row["state"]] + late
    return Html('<span class="receipt {}">{}</span>').format(row["state"], word)


def tasks_table(plan: Plan, submissions: Submissions, area: str, year: int) -> Html:
    """Return the year's tasks that an area has to do, and how far they are."""
    row = plan.area_row(area)
    tasks = plan.tasks[
        (plan.tasks["year"] == year) & plan.tasks["actors"].isin([row["level"], "both"])
    ]
    progress = submissions.progress
    known = progress[(progress["area_code"] == row["code"]) & (progress["year"] == year)]
    by_number = known.set_index("number")
    lines = [
        {"序号": task["number"], "工作任务": task["text"]}
        | _task_line(by_number.loc[task["number"]] if task["number"] in by_number.index else None)
        for _, task in tasks.iterrows()
    ]
    caption = f"{row['name']}{year}年工作任务"
    return table(pd.DataFrame(lines), caption=caption, row_header="序号")


def _task_line(row: pd.Series | None) -> dict[str, str]:
    if row is None:
        return {"完成情况": "未报送", "完成日期": NONE}
    done_on = words.day(row["completed_on"]) if _is_given(row["completed_on"]) else NONE
    return {"完成情况": words.TASK_STATES[row["state"]], "完成日期": done_on}


def findings_table(plan: Plan, submissions: Submissions, area: str | None = None) -> Html:
    """Return the findings on an area's submissions (all findings if no area is given).

    A finding on a whole file belongs to no area: of these an area's table tells the number.
    """
    found = submissions.findings
    nowhere = ""
    if area is not None:
        unplaced = ((found["area"] == "") & (found["severity"] == "error")).sum()
        found = found[found["area"] == plan.area_row(area)["name"]]
        if unplaced:
            text = f"另有{unplaced}个错误不能确定属于哪个地区（如文件不能读取），见全省报告。"
            nowhere = Html("<p>{}</p>").format(text)
    lines = [
        {
            "程度": words.SEVERITIES[row["severity"]],
            "年度": f"{row['year']}年" if _is_given(row["year"]) else NONE,
            "行业": row["industry"] or NONE,
            "数据": words.MEASURES.get(row["measure"], NONE),
            "问题": row["message"],
        }
        for _, row in found.iterrows()
    ]
    if not lines:
        return Html("<p>没有发现数据质量问题。</p>{}").format(nowhere)
    shown = table(pd.DataFrame(lines), caption="数据质量问题", row_header="程度")
    return Html("{}{}").format(shown, nowhere)


def revisions_table(plan: Plan, submissions: Submissions, area: str | None = None) -> Html:
    """Return the figures that a later submission changed, and the verdicts that they changed."""
    revised = submissions.revisions
    if area is not None:
        revised = revised[revised["area"] == plan.area_row(area)["name"]]
    if revised.empty:
        return Html("<p>没有修订。</p>")
    changes = revised_verdicts(plan, submissions)
    lines = [
        {
            "年度": f"{row['year']}年",
            "行业": row["industry"],
            "数据": words.MEASURES[row["measure"]],
            "原值": _revised(row, "old_value"),
            "新值": _revised(row, "new_value"),
            "结论变化": _changed_verdicts(row, changes),
            "收到日期": words.day(row["received_on"]),
            "出处": f"{row['file']} {row['cell']}（原为{row['old_file']} {row['old_cell']}）",
        }
        for _, row in revised.iterrows()
    ]
    return table(pd.DataFrame(lines), caption="数据修订", numeric=("原值", "新值"))


def _changed_verdicts(row: pd.Series, changes: pd.DataFrame) -> str:
    """Return the verdicts of the area that changed on the day its figure was revised."""
    same = (changes["area"] == row["area"]) & (changes["received_on"] == row["received_on"])
    same &= changes["industry"].isin([row["industry"], TOTAL])
    said = [
        f"{change.year}年{words.INDICATORS[change.indicator]}"
        f"{'（合计）' if change.industry == TOTAL else ''}："
        f"{words.STATUSES[change.old_status]}→{words.STATUSES[change.new_status]}"
        for change in changes[same].itertuples()
    ]
    return "；".join(said) or "无变化"


def _revised(row: pd.Series, name: str) -> str:
    if not _is_given(row[name]):
        return "无此行业"
    if row["measure"].endswith("_per_million"):
        return words.percent(Fraction(int(row[name]), MILLION))
    return str(row[name])


READINGS = {
    "zero_baseline": (
        "基期为0",
        {
            "held_at_zero": "保持为0的视为达标，有发生的视为未达标",
            "undefined": "保持为0的不作判定",
            "literal": "按字面比较",
        },
    ),
    "falling": (
        "“持续降低”",
        {
            "previous_year": "逐年低于上一有数据的年度，末年还须低于基期",
            "baseline_year": "低于基期",
        },
    ),
    "falling_at_zero": (
        "比例已为0",
        {"held_at_zero": "保持为0的视为达标", "undefined": "不作判定"},
    ),
    "training": (
        "培训覆盖率",
        {
            "cumulative": "年末在岗重点岗位人员中，计划期内累计已培训的比例",
            "within_year": "年末在岗重点岗位人员中，当年已培训的比例",
        },
    ),
    "province": (
        "省级数据",
        {
            "submitted": "以省级部门报送数为准；当年或对比年度未报送的按各市合计，缺一市不汇总",
            "sum_of_cities": "一律按各市合计，缺一市不汇总",
        },
    ),
}


FIXED = {
    "“低于”基期年度": "严格低于，相等不算",
    "“下降”百分比": "按未取整的数据比较，达到即为达标",
    "“均下降”": "事故起数、伤亡人数分别判定，两项都达标才算均降，不取平均",
    "“重点行业”": "附件1所列各行业逐一判定；事故起数、伤亡人数另判定重点行业合计",
    "伤亡人数": "死亡与受伤人数之和，以报送数为准",
    "2020年": "计划未要求报送，图中留空，不作推算",
    "尘肺病报告比例": "接尘工龄不足5年新发例数除以报告总例数；无病例不判定；只报比例的不汇总",
    "安全生产（职业卫生）培训": "安全生产培训按各重点行业、职业卫生培训按涉尘行业分别判定",
    "涉尘行业": "与矿山等行业有交叉，不与其他行业相加",
    "报送期限“某月底前”": "当月最后一日；培训数据与同年度事故数据同时报送",
    "次年1月31日前收到的数据": "为初步数据，可能更正",
    "中期评估": "使用数据截至日之前收到的全部数据",
    "“－”": "该行业无此目标，不是0，也不是缺报",
    "各市自定目标": "一律按省级计划目标判定",
}


def readings_table(plan: Plan) -> Html:
    """Return how the open clauses of the plan are read."""
    lines = [
        {"条款": clause, "本报告采用的口径": meanings[getattr(plan.readings, name)]}
        for name, (clause, meanings) in READINGS.items()
    ]
    lines += [{"条款": clause, "本报告采用的口径": meaning} for clause, meaning in FIXED.items()]
    return table(pd.DataFrame(lines), caption="各条款在本报告中的含义", row_header="条款")


def sources_table(plan: Plan, submissions: Submissions, area: str | None = None) -> Html:
    """Return the files the figures come from, with the day received and the hash."""
    sources = submissions.sources
    if area is not None:
        code = plan.area_row(area)["code"]
        sources = sources[sources["areas"].str.split("|").map(lambda codes: code in codes)]
    lines = [
        {
            "文件": row["file"],
            "收到日期": words.day(row["received_on"]),
            "数据项": row["figures"],
            "SHA-256": Html('<code class="source">{}</code>').format(row["sha256"]),
        }
        for _, row in sources.iterrows()
    ]
    if not lines:
        return Html("<p>尚未收到文件。</p>")
    return table(
        pd.DataFrame(lines), caption="本页数据所用文件", numeric=("数据项",), html=("SHA-256",)
    )


def cities_table(results: pd.DataFrame, year: int | None = None) -> Html:
    """Return how many targets each area met, missed or could not be judged on (no ranking)."""
    rows = _one_year(results, year)
    rows = rows[(rows["indicator"] != "joint") & (rows["industry"] != TOTAL)]
    lines = []
    for area, group in rows.groupby("area", sort=False):
        counts = group["status"].value_counts()
        lines.append(
            {"地区": area}
            | {word: int(counts.get(code, 0)) for code, word in words.STATUSES.items()}
            | {"目标数": len(group)}
        )
    caption = f"{rows['year'].iloc[0]}年各地区年度目标完成情况（按行政区划代码排列）"
    numeric = [*words.STATUSES.values(), "目标数"]
    return table(pd.DataFrame(lines), caption=caption, numeric=numeric, row_header="地区")


def declines_table(
    results: pd.DataFrame, indicator: str, area: str | None = None, year: int | None = None
) -> Html:
    """Return an indicator of every area and industry: change and verdict in one cell.

    Parameters
    ----------
    results : frames.RESULTS
    indicator : code of the indicator
    area : one area only
    year : year judged; the last of ``results`` if not given
    """
    rows = _one_year(results, year)
    rows = rows[rows["indicator"] == indicator]
    if area is not None:
        rows = words.select_area(rows, area)
    industries = list(rows["industry"].unique())
    cells = {(row["area"], row["industry"]): _change_cell(row) for _, row in rows.iterrows()}
    lines = [
        {"地区": area} | {name: cells[(area, name)] for name in industries}
        for area in rows["area"].unique()
    ]
    target = words.target_words(rows.iloc[0])
    caption = f"{rows['year'].iloc[0]}年各行业{words.INDICATORS[indicator]}（目标：{target}）"
    return table(
        pd.DataFrame(lines), caption=caption, html=industries, classes="matrix", row_header="地区"
    )


def _change_cell(row: pd.Series) -> Html:
    if row["status"] not in ("met", "missed") or row["indicator"] == "joint":
        return status_mark(row["status"])
    if row["rule"] == "coverage_at_least":
        shown = _figure(row, "value")
    elif _decline(row) != NONE:
        shown = _decline(row)
    else:
        now = int(row["value"])
        shown = f"由0升至{now}{words.UNITS[row['indicator']]}" if now else "保持为0"
    return Html('<span class="change">{}</span>{}').format(shown, status_mark(row["status"]))
