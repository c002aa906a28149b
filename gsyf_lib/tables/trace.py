"""Where every figure of a page comes from: file, sheet, cell, day received and hash."""

from collections.abc import Iterator
from itertools import groupby

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import BARE_RATIOS, COUNTS, TOTAL, JudgedPlan, select_area
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Column, Row, Table, Text, link
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import Plan
from gsyf_lib.tables.parts import (
    DENOMINATOR,
    GOAL,
    Columns,
    Record,
    goal_place,
    row_of,
    source_place,
)

YEARLY = [*GOAL, "year"]
STATES = {"absent": "无此行业", "withheld": "数据有误未采用"}
SUM = Row(("由上列数据相加",), is_group=True)


def trace_table(
    judged: JudgedPlan,
    area: str | None = None,
    year: int | None = None,
    results: pd.DataFrame | None = None,
) -> Block:
    """网页上的每个数据出自哪份文件，供其他表的数字链接到这里。

    写明 ``area`` 的，也列出以前各年的数据；全省的，还列出网页上显示的各市数据；不写的，列出所比较的
    数据。``results`` 为网页上的目标（一个年度的 frames.RESULTS），不是该年度的全部目标时才写；不写
    ``year`` 的为最近年度。

    每个数据一行，注明单元格，可以链接到，也可以返回用到它的目标。上面的标题写明文件、工作表和收到日
    期。合计得出的数据列在最后，各注明由哪些数据相加。

    Examples
    --------
    >>> gs.page.trace_table(judged, "太原市", 2023)
    数据出处（数字所在的文件和单元格；点数字返回所用的结论）
    ...
    """
    results = judged.results(year or judged.latest_year) if results is None else results
    own = results if area is None else select_area(results, area)
    plan, observations = judged.plan, judged.submissions.observations
    shown = _shown(plan, results, own)
    compared = _compared(shown)
    summed = _summed(judged, compared)
    wanted = pd.concat([_without(compared, summed), _of_cities(plan, summed)])
    if area is not None:
        wanted = pd.concat([wanted, _without(_earlier(observations, own), summed)])
    listed = _figures(plan, observations, wanted)
    # Without figures nothing was read: a page before the first submission.
    if not listed:
        return blocks.Paragraph("本页没有采用的数据。")
    used = set(compared.itertuples(index=False, name=None))
    areas = {row["area"] for row in listed}
    columns = COLUMNS if len(areas) == 1 else {AREA: "area", **COLUMNS}
    rows: list[Row] = []
    # itertools.groupby takes neighbours only; ``_figures`` has sorted them by file and sheet.
    for (file, sheet), group in groupby(listed, lambda row: (row["file"], row["sheet"])):
        figures = list(group)
        rows += [_file(file, sheet, figures[0]["received_on"])]
        rows += _rows(figures, columns, used)
    if sums := _sums(plan, compared, summed, listed):
        rows += [SUM, *_rows(sums, columns, used)]
    caption = "数据出处（数字所在的文件和单元格；点数字返回所用的结论）"
    return Table(caption, tuple(columns), tuple(rows), "trace")


def _shown(plan: Plan, results: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of the page; the province's has all counts of its cities, and their gaps."""
    if set(own["area"]) == {plan.area}:
        cities = results[results["level"] == "city"]
        told = cities["indicator"].isin(COUNTS) | cities["status"].isin(["missed", "undefined"])
        own = pd.concat([own, cities[told]])
    return own[own["indicator"] != "joint"]


def _compared(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the goals with each year of which the results show a figure."""
    now = shown.loc[shown["value"].notna(), YEARLY]
    then = shown.loc[shown["baseline"].notna(), [*GOAL, "baseline_year"]].set_axis(YEARLY, axis=1)
    shares = [
        {**{name: row[name] for name in GOAL}, "year": year}
        for row in shown[shown["compared"] != ""].to_dict("records")
        for year, *_ in wording.compared_words(row)
    ]
    every = pd.concat([now, then, pd.DataFrame(shares, columns=YEARLY)], ignore_index=True)
    return every.drop_duplicates(ignore_index=True)


def _earlier(observations: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the same goals with every year up to that of the results."""
    years = observations.loc[observations["year"] <= shown["year"].max(), "year"]
    return shown[GOAL].drop_duplicates().merge(years.drop_duplicates(), how="cross")


def _summed(judged: JudgedPlan, compared: pd.DataFrame) -> pd.DataFrame:
    """Return the goals and years of the province that its cities were added up for."""
    upper = compared[compared["area_code"] == judged.plan.area_row(judged.plan.area)["code"]]
    if upper.empty:
        return upper
    values = judged.values(int(compared["year"].max()))
    return values.loc[values["basis"] == "sum", YEARLY].merge(upper, on=YEARLY)


def _of_cities(plan: Plan, summed: pd.DataFrame) -> pd.DataFrame:
    """Return the same goals and years of every city."""
    cities = plan.areas.loc[plan.areas["level"] == "city", "code"].rename("area_code")
    return summed.drop(columns="area_code").merge(cities, how="cross")[YEARLY]


def _without(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    known = pd.MultiIndex.from_frame(others[YEARLY])
    return rows[~pd.MultiIndex.from_frame(rows[YEARLY]).isin(known)]


def _figures(plan: Plan, observations: pd.DataFrame, wanted: pd.DataFrame) -> list[Record]:
    """Return the observations that these goals and years are made of, file by file."""
    rows = observations[observations["area_code"].isin(wanted["area_code"])]
    rows = rows.merge(_parts(plan), on="measure").merge(wanted.drop_duplicates(), on=YEARLY)
    rank_of = {name: rank for rank, name in enumerate(plan.industries["name"])}
    # Industries in the order of the annex, which is not that of their names.
    rows["_order"] = rows["industry"].map(rank_of)
    order = ["received_on", "file", "sheet", "year", "area_code", "_order"]
    return rows.sort_values(order, kind="stable").to_dict("records")


def _parts(plan: Plan) -> pd.DataFrame:
    """Return which measure is which part of which indicator."""
    rows = [
        (measure, row.code, part)
        for row in plan.indicators.itertuples()
        for measure, part in (
            (row.numerator, ""),
            (row.denominator, DENOMINATOR),
            (BARE_RATIOS.get(row.code, ""), ""),
        )
        if measure
    ]
    return pd.DataFrame(rows, columns=["measure", "indicator", "part"])


def _sums(
    plan: Plan, compared: pd.DataFrame, summed: pd.DataFrame, listed: list[Record]
) -> list[Record]:
    """Return the figures that were added up here, each with the figures it is the sum of."""
    province = plan.area_row(plan.area)
    upper = {"area_code": province["code"], "area": province["name"]}
    sums = _added(listed, upper, set(summed.itertuples(index=False, name=None)))
    # Cities first, then industries: a total of the province may be a sum of sums.
    totals = compared[compared["industry"] == TOTAL]
    wanted = set(totals.itertuples(index=False, name=None))
    return sums + _added([*listed, *sums], {"industry": TOTAL}, wanted)


def _added(rows: list[Record], over: dict[str, str], wanted: set[tuple]) -> list[Record]:
    """Add up the figures that are alike once ``over`` replaces their area or industry.

    Only sums whose goal and year are ``wanted`` come back.
    """
    groups: dict[tuple, list[Record]] = {}
    for row in rows:
        key = tuple((row | over)[name] for name in YEARLY)
        if row["state"] == "figure" and key in wanted:
            groups.setdefault((*key, row["part"]), []).append(row)
    return [
        group[0] | over | {"value": sum(row["value"] for row in group), "addends": group}
        for group in groups.values()
    ]


def _file(file: str, sheet: str, received_on: pd.Timestamp) -> Row:
    """Return the head of the figures of one sheet."""
    on_sheet = f"工作表“{sheet}”；" if sheet else ""
    details = blocks.note(f"{on_sheet}{wording.day(received_on)}收到")
    return Row((blocks.rich(file, details),), is_group=True)


def _rows(figures: list[Record], columns: Columns, used: set[tuple]) -> Iterator[Row]:
    for row in figures:
        is_used = tuple(row[name] for name in YEARLY) in used
        yield row_of(row | {"is_used": is_used}, columns, _place(row))


def _place(row: Record) -> str:
    return source_place(row, row["year"], row["part"])


def _value(row: Record) -> Text:
    """Return a figure, which leads back to the goal that uses it."""
    return link(_figure(row), goal_place(row)) if row["is_used"] else _figure(row)


def _figure(row: Record) -> str:
    if row["state"] in STATES:
        return STATES[row["state"]]
    if row["measure"] in BARE_RATIOS.values():
        return wording.percent(row["value"] / RATIO_SCALE)
    return str(row["value"])


def _cell(row: Record) -> Text:
    """Return the cell that a figure stood in, or the figures that it is the sum of."""
    if "addends" not in row:
        return row["cell"]
    return blocks.in_a_row((link(part["value"], _place(part)) for part in row["addends"]), " + ")


AREA = Column("地区")
COLUMNS: Columns = {
    Column("行业"): "industry",
    Column("年度"): lambda row: f"{row['year']}年",
    Column("数据"): lambda row: wording.MEASURES[row["measure"]],
    Column("数值", is_number=True): _value,
    Column("单元格"): _cell,
}
