"""How the open clauses of the plan are read, in words."""

import pandas as pd

from gsyf_lib.html import Html, table
from gsyf_lib.plan import Plan

__all__ = ["reading_rows", "readings_table"]


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


def reading_rows(plan: Plan) -> list[tuple[str, str]]:
    """Return each open clause with the reading in use."""
    chosen = [
        (clause, meanings[getattr(plan.readings, name)])
        for name, (clause, meanings) in READINGS.items()
    ]
    return [*chosen, *FIXED.items()]


def readings_table(plan: Plan) -> Html:
    """Return how the open clauses of the plan are read.

    Examples
    --------
    >>> gs.readings_table(plan)
    各条款在本报告中的含义
    条款  本报告采用的口径
    ...
    """
    lines = pd.DataFrame(reading_rows(plan), columns=["条款", "本报告采用的口径"])
    return table(lines, caption="各条款在本报告中的含义", row_header="条款")
