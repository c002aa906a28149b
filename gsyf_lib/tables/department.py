"""One department: the verdicts on its goals in every area, and the reports it owes."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, select_department
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Box, Span, Table, Text, named, note, rich
from gsyf_lib.tables.parts import (
    GOAL,
    Record,
    by_area,
    figures_compared,
    goal_place,
    grid,
    verdict_mark,
)
from gsyf_lib.tables.summary import shortfalls, tally_bar


def department_results(results: pd.DataFrame, department: str) -> pd.DataFrame:
    """一个责任部门在各地区负责的目标。

    ``results`` 为判定结果（frames.RESULTS）；部门名称可以不写“部门”二字。没有负责的目标的，
    UsageError 列出有目标的部门。

    Examples
    --------
    >>> sorted(gs.department_results(results, "住房和城乡建设")["industry"].unique())
    ['建筑施工']
    """
    return select_department(results[results["counted"]], department).reset_index(drop=True)


def department_note(results: pd.DataFrame) -> Box:
    """一个部门负责的全省目标有哪些未达标，各市达标多少。

    ``results`` 为一个部门的判定结果（``gs.department_results``），以下各函数相同。

    Examples
    --------
    >>> gs.page.department_note(gs.department_results(results, "交通运输部门"))
    2023年，交通运输部门负责的3项全省年度目标全部达标。
    ...
    """
    upper, cities = _levels(results)
    first, *others = department_sentences(results)
    missed = [] if (upper["status"] == "met").all() else [department_shortfalls(upper)]
    lead = blocks.paragraphs([first], "lead")
    return Box((lead, *missed, blocks.paragraphs(others), tally_bar(cities)), "summary")


def department_shortfalls(results: pd.DataFrame) -> Block:
    """逐个地区列出未达标和无法判定的目标，以及与目标之差。

    Examples
    --------
    >>> gs.page.department_shortfalls(gs.department_results(results, "交通运输部门"))
    未达标15项
    ...
    """
    return shortfalls(results, by="area")


def department_sentences(results: pd.DataFrame) -> list[str]:
    """Return how many goals of the province, and of all cities together, have which verdict."""
    upper, cities = _levels(results)
    owner = f"{results['year'].iloc[0]}年，{results['department'].iloc[0]}负责的"
    sentences = [f"{owner}{len(upper)}项全省年度目标{_counted(upper)}。"]
    if len(cities):
        number = cities["area_code"].nunique()
        sentences.append(f"{number}个市共{len(cities)}项年度目标{_counted(cities)}。")
    return sentences


def _levels(results: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the goals of the province and those of the cities."""
    return results[results["level"] == "province"], results[results["level"] == "city"]


def _counted(goals: pd.DataFrame) -> str:
    is_met = (goals["status"] == "met").all()
    return "全部达标" if is_met else f"中，{'，'.join(wording.verdict_tally(goals))}"


def department_table(results: pd.DataFrame) -> Box:
    """各地区的结论：每个地区一行，每个行业一列，每项指标一张表。

    Examples
    --------
    >>> own = gs.department_results(results, "交通运输部门")
    >>> print(repr(department_table(own)).splitlines()[0])
    2023年事故起数（目标：下降10%）
    """
    groups = {code: results[results["indicator"] == code] for code in wording.INDICATORS}
    # Of the joint verdict the two counts stand here already.
    shown = (rows for code, rows in groups.items() if len(rows) and code != "joint")
    return Box(tuple(map(_verdicts, shown)))


def _verdicts(rows: pd.DataFrame) -> Table:
    first, target = rows.iloc[0], wording.target_in_caption(rows)
    caption = f"{first['year']}年{wording.INDICATORS[first['indicator']]}（目标：{target}）"
    return grid(by_area(rows, _verdict), caption, head=named)


def _verdict(row: Record) -> Text:
    """Return a verdict, and under it the figures it stands on, as links to their origin."""
    verdict = verdict_mark(row, place=goal_place(row))
    if row["status"] not in wording.JUDGED:
        absent = row["status"] == "not_applicable"
        return blocks.with_note(verdict, "" if absent else wording.reason_beside(row))
    why = wording.why_words(row) if row["status"] == "missed" else _met_by(row)
    return rich(verdict, note(why), figures_compared(row))


def _met_by(row: Record) -> str:
    """Return by how much a goal is met, or in words where that is no number."""
    if pd.notna(row["margin"]):
        return wording.margin_words(row)
    return wording.reason_words(row["reason"]) or wording.change_words(row)


def department_outlook_table(results: pd.DataFrame, outlook: pd.DataFrame) -> Block:
    """各地区快于预期、符合预期、滞后的目标各几项，滞后的是哪些。

    ``outlook`` 为同一年度的进度预警（frames.OUTLOOK）。

    Examples
    --------
    >>> own = gs.department_results(results, "交通运输部门")
    >>> gs.page.department_outlook_table(own, judged.outlook(2023))
    对照2025年目标的进度（预警，不是达标结论）
    ...
    """
    year, last = int(outlook["year"].iloc[0]), int(outlook["last_year"].iloc[0])
    if year == last:
        return blocks.Paragraph(wording.last_year_words(year))
    # The outlook holds all goals; the merge keeps those that the department answers for.
    rows = outlook.merge(results[GOAL], on=GOAL)
    lines = [
        {"地区": named(area)}
        | {word: f"{(group['outlook'] == c).sum()}项" for c, word in wording.OUTLOOKS.items()}
        | {"滞后的目标": _lagging(group)}
        for area, group in rows.groupby("area", sort=False)
    ]
    caption = f"对照{last}年目标的进度（预警，不是达标结论）"
    numeric = set(wording.OUTLOOKS.values())
    return blocks.table(lines, caption, numeric=numeric, row_header="地区", role="outlook")


def _lagging(group: pd.DataFrame) -> str:
    late = group[group["outlook"] == "behind"].to_dict("records")
    names = [wording.goal_name(row, wording.SHORT_INDICATORS) for row in late]
    return "、".join(names) or wording.NONE


def duties_table(judged: JudgedPlan, department: str) -> Table:
    """一个部门在计划各年度应报的报表、报送期限和收到情况。

    没有报送任务的部门，UsageError 列出有报送任务的部门。

    Examples
    --------
    >>> gs.page.duties_table(judged, "交通运输部门")
    交通运输部门应报的报表（截至2025年12月26日）
    ...
    """
    rows = select_department(judged.receipts, department)
    # One line per report and day: areas differ in how they stand, hardly ever in what they owe.
    lines: list[dict[str, Text]] = [
        {
            "报送期限": wording.day(due),
            "数据年度": f"{year}年",
            "报表": wording.TABLES[name],
            "应报地区": f"{len(group)}个",
            **{word: _areas(group, code) for code, word in wording.RECEIPT_STATES.items()},
        }
        for (due, year, name), group in rows.groupby(["due", "data_year", "table"])
    ]
    as_of = wording.day(judged.submissions.as_of)
    caption = f"{rows['department'].iloc[0]}应报的报表（截至{as_of}）"
    return blocks.table(lines, caption, row_header="报送期限", role="duties")


def _areas(group: pd.DataFrame, state: str) -> Text:
    """Return how many areas are in a state; by name where something is still to be done."""
    rows = group[group["state"] == state]
    if rows.empty:
        return wording.NONE
    if state in ("on_time", "not_due"):
        return f"{len(rows)}个"
    number = Span((f"{len(rows)}个",), role=f"receipt {state}")
    return rich(number, note(blocks.in_a_row(map(_area, rows.to_dict("records")))))


def _area(row: Record) -> Span:
    """Return the name of an area, and what is to be corrected there."""
    fault = f"（{wording.fault_words(row)}）" if row["faulty"] else ""
    return rich(named(row["area"]), fault)
