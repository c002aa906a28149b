"""How the plan's ambiguous clauses are read here, and which verdicts another reading changes."""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Box, Paragraph, Table, Text
from gsyf_lib.plan import SWITCHES, Plan
from gsyf_lib.tables.parts import Record, verdict_mark

# These readings are fixed: ``plan.toml`` has no switch for them.
FIXED = {
    "“低于”基期年度": "严格低于，相等不算",
    "“下降”百分比": "按未取整的数据比较，达到即为达标",
    "变化、差值": "按未取整的数计算，与取整后的数相减可能相差0.1个百分点",
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


def reading_rows(plan: Plan) -> list[tuple[str, str]]:
    """Return each open clause with the reading in use."""
    chosen = {
        switch.clause: switch.meanings[getattr(plan.readings, name)]
        for name, switch in SWITCHES.items()
    }
    return [*chosen.items(), *FIXED.items()]


def readings_table(plan: Plan) -> Table:
    """行动计划各条款采用的口径。

    Examples
    --------
    >>> gs.page.readings_table(plan)
    各条款在本报告中的含义
    条款  本报告采用的口径
    ...
    """
    lines = [{"条款": clause, "本报告采用的口径": text} for clause, text in reading_rows(plan)]
    return blocks.table(lines, "各条款在本报告中的含义", row_header="条款", role="prose")


# A year's trainees are among those trained so far: one reading bounds the other from one side.
TRAINING = {
    "cumulative": "当年培训的人数不多于累计人数，所以未达标的仍未达标，达标的可能改变。",
    "within_year": "累计培训的人数不少于当年人数，所以达标的仍达标，未达标的可能改变。",
}


def reading_changes_table(judged: JudgedPlan, area: str | None, year: int) -> Box:
    """换用其他口径会改变的结论，每种口径一张表。

    培训换用口径无法推算，地区的网页上只简要说明。

    Examples
    --------
    >>> gs.page.reading_changes_table(judged, "太原市", 2023)
    除培训口径无法推算外，换用其他口径，太原市的结论都不改变。
    ...
    """
    plan, changes = judged.plan, judged.reading_changes(year)
    name = "各地区" if area is None else plan.area_row(area)["name"]
    changes = changes if area is None else changes[changes["area"] == name]
    groups = changes.groupby(["reading", "alternative"], sort=False)
    tables: list[Block] = [_other_reading(rows) for _, rows in groups]
    # Of training no other reading can be computed, so "no change" may not be claimed for it.
    none = Paragraph(f"除培训口径无法推算外，换用其他口径，{name}的结论都不改变。")
    short = "培训人数如按另一口径统计，结论是否改变不能由现有数据推算，见"
    see_province = blocks.rich(short, blocks.named(plan.area), "报告。")
    training = Paragraph(_training(plan) if area is None else see_province)
    return Box((*(tables or [none]), training))


def _training(plan: Plan) -> str:
    """Return why training is not judged by its other reading (reading 12), and what still holds."""
    switch, in_force = SWITCHES["training"], plan.readings.training
    other = next(value for value in switch.meanings if value != in_force)
    return (
        f"{switch.clause}按报送的人数判定。如改按“{switch.meanings[other]}”，"
        f"须由报送部门重新统计人数，不能由现有数据推算，不在此列。{TRAINING[in_force]}"
    )


def _other_reading(rows: pd.DataFrame) -> Table:
    """Return the verdicts under one other reading; goals that change alike share a line."""
    first = rows.iloc[0]
    switch = SWITCHES[first["reading"]]
    caption = (
        f"{switch.clause}：本报告按“{switch.meanings[first['in_force']]}”，"
        f"如改按“{switch.meanings[first['alternative']]}”"
    )
    alike = ["area", "industry", "old_status", "new_status"]
    lines = [
        {
            "地区": group["area"].iloc[0],
            "目标": group["industry"].iloc[0]
            + "、".join(group["indicator"].map(wording.INDICATORS)),
            "本报告结论": _verdicts(group, "old"),
            "另一口径结论": _verdicts(group, "new"),
        }
        for _, group in rows.groupby(alike, sort=False)
    ]
    return blocks.table(lines, caption, row_header="地区", role="cards")


def _verdicts(group: pd.DataFrame, when: str) -> Text:
    """Return the old or new verdict of a line, and under it why and by how many."""
    columns = {f"{when}_{name}": name for name in ("status", "reason", "margin")}
    records = group.rename(columns=columns).to_dict("records")
    # dict.fromkeys drops repeats and keeps the order, as a set would not.
    notes = "；".join(dict.fromkeys(filter(None, _notes(records))))
    return blocks.with_note(verdict_mark(records[0]), notes)


def _notes(records: list[Record]) -> Iterator[str]:
    for row in records:
        yield wording.reason_words(row["reason"])
        if pd.notna(row["margin"]):
            name = wording.INDICATORS[row["indicator"]] if len(records) > 1 else ""
            yield name + wording.margin_words(row)
