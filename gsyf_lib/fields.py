"""The columns of our frames in Chinese: of the CSV files title and meaning, of all others a title.

``readable`` puts them, and the plan's words for codes, into a frame.
"""

from collections.abc import Mapping

import pandas as pd

from gsyf_lib import words

__all__ = ["FIELDS", "UNITS", "readable", "title_of"]

FIELDS: Mapping[str, tuple[str, str]] = {
    "area_code": ("行政区划代码", "GB/T 2260代码"),
    "area": ("地区", "正式名称；findings.csv 中不能确定时为空"),
    "level": ("层级", "province 省、city 市、county 县"),
    "industry": ("行业", "附件1中的名称，或“重点行业合计”；findings.csv 中不能确定时为空"),
    "indicator": (
        "指标",
        "accidents 事故起数、casualties 伤亡人数、joint 两项均降、short_exposure_share "
        "尘肺病报告比例、safety_training_coverage 安全生产培训覆盖率、health_training_coverage "
        "职业卫生培训覆盖率",
    ),
    "year": ("年度", "所评估的年度；findings.csv 中为数据的年度，不能确定时为空"),
    "compared": (
        "比较的各年",
        "尘肺病报告比例所比较的年度和例数，如2024:12/90|2019:9/60；只报比例的为2024:0.15",
    ),
    "baseline_year": ("对比年度", "与之比较的年度；培训覆盖率没有对比年度，为空"),
    "baseline": ("对比值", "对比年度的数值"),
    "value": ("实际值", "当年的数值"),
    "numerator": ("例数或人数", "起数、人数，或比例的分子"),
    "denominator": ("总数", "比例的分母；起数、人数没有分母，为空"),
    "decline": ("降幅", "（对比值－实际值）÷对比值，正数为减少；对比值为0时为空"),
    "rule": (
        "规则",
        "below_baseline 低于对比年度、decline_at_least 下降达到、falling 持续降低、"
        "coverage_at_least 覆盖率达到",
    ),
    "threshold": ("目标值", "行动计划的数值要求；只要求降低的为空"),
    "allowed": ("达标界限", "仍可达标的最大起数、人数、例数；培训为达标至少须培训的人数"),
    "margin": ("余量", "距达标界限的数量，负数为超出或还差"),
    "status": (
        "结论",
        "met 达标、missed 未达标、not_reported 没有可判定的数据、undefined 无法计算、"
        "not_applicable 无此行业",
    ),
    "reason": ("原因", "原因代码，用 | 分隔；一般比较为空"),
    "interval_low": ("区间下限", "降幅或比例变化的95%区间的下限"),
    "interval_high": ("区间上限", "降幅或比例变化的95%区间的上限"),
    "luck": ("偶然达标的可能", "真实水平没有变化时仍会达标的概率"),
    "outlook": (
        "进度预警",
        "achieved 提前实现、ahead 快于预期、on_pace 基本符合预期、behind 滞后；不影响结论",
    ),
    "projected": ("推算值", "按以往进度推算的末年数值"),
    "department": ("责任部门", "行动计划中的责任部门；合计行没有，为空"),
    "provisional": ("初步数据", "所用数据可能更正时为 True"),
    "severity": ("程度", "error 错误、warning 警告、info 提示"),
    "code": ("问题类别", "类别代码"),
    "file": ("文件", "报送文件夹中的路径"),
    "sheet": ("工作表", "CSV 文件没有工作表，为空"),
    "cell": ("单元格", "涉及多个单元格时为空"),
    "measure": ("统计项", "所涉及的统计项代码，不能确定时为空"),
    "message": ("说明", "问题所在、内容、原因和处理办法"),
}
UNITS: Mapping[str, str] = {
    "cases, persons or fraction": "起、人或比例（0.1为10%）",
    "cases or persons": "起、例或人",
    "fraction": "比例（0.1为10%）",
    "probability": "概率（0至1）",
}
# The columns that no CSV file has.
TITLES: Mapping[str, str] = {
    "name": "名称",
    "aliases": "别名",
    "parent": "上级代码",
    "row": "行",
    "column": "列",
    "unit": "单位",
    "direction": "方向",
    "table": "报表",
    "definition": "定义",
    "clause": "条款",
    "field": "字段",
    "role": "作用",
    "source": "依据",
    "number": "任务序号",
    "text": "工作任务",
    "kind": "任务类别",
    "actors": "承担者",
    "task_year": "任务年度",
    "task_number": "任务序号",
    "from_department": "报送部门",
    "to_department": "接收部门",
    "items": "应报指标",
    "data_year": "数据年度",
    "due": "报送期限",
    "state": "状态",
    "received_on": "收到日期",
    "first_received_on": "首次收到日期",
    "last_year": "末年",
    "goal": "目标界限",
    "to_go": "尚差",
    "pace_needed": "每年还需",
    "pace_seen": "以往每年",
    "projected_low": "推算下限",
    "projected_high": "推算上限",
    "note": "说明代码",
    "counted": "计入目标数",
    "completed_on": "完成日期",
    "reading": "口径",
    "in_force": "现行取值",
    "alternative": "另一取值",
    "change": "变化",
    "sha256": "SHA-256",
    "areas": "所涉地区代码",
    "figures": "数据项",
    "basis": "来源",
    "expected": "应报行业数",
    "received": "已报行业数",
    "faulty": "有误的行业",
    "faulty_on": "有误数据收到日期",
    "fault_codes": "错误代码",
    "fault_cells": "错误单元格",
    "days_late": "逾期天数",
    "part": "部分",
    "missing": "缺少的数据数",
    "cases": "两年合计",
    "share": "当年占比",
    "others": "其他市占比",
    "low": "下限",
    "high": "上限",
    "position": "位置",
}
WHEN = {"old_": "原", "new_": "新"}
FIGURE_STATES = {
    "figure": "有数据",
    "bare": "只报比例",
    "absent": "无此行业",
    "withheld": "数据有误",
    "incomplete": "数据不全",
    "partial": "部分合计",
    "missing": "没有数据",
    "": "未报送",
}
# The words for the codes of a column; a code without a word stays as it is.
CODES: Mapping[str, Mapping[str, str]] = {
    "level": {"province": "省", "city": "市", "county": "县"},
    "indicator": words.INDICATORS,
    "measure": words.MEASURES,
    "table": words.TABLES,
    "severity": words.SEVERITIES,
    "status": words.STATUSES,
    "outlook": words.OUTLOOKS,
    "state": FIGURE_STATES,
    "rule": {
        "below_baseline": "低于对比年度",
        "decline_at_least": "下降达到",
        "falling": "持续降低",
        "coverage_at_least": "覆盖率达到",
    },
    "part": {"city": "市", "cities": "各市合计", "difference": "差额", "province": "全省"},
    "basis": {"submitted": "报送", "sum": "各市合计"},
}


def title_of(name: str) -> str:
    """Return the Chinese title of a column; its own name if it is none of ours.

    Examples
    --------
    >>> title_of("margin"), title_of("old_margin"), title_of("days_late")
    ('余量', '原余量', '逾期天数')
    """
    if name[:4] in WHEN:
        return WHEN[name[:4]] + title_of(name[4:])
    return FIELDS[name][0] if name in FIELDS else TITLES.get(name, name)


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of any of our frames with Chinese heads, and words in place of codes.

    Parameters
    ----------
    frame : results, observations, findings, receipts or any other frame, or some of its columns

    Examples
    --------
    >>> missed = results.query("area == '太原市' and status == 'missed'")
    >>> shown = gs.readable(missed[["area", "industry", "indicator", "status", "margin"]])
    >>> shown.columns.tolist(), shown.iloc[0].astype(str).tolist()
    (['地区', '行业', '指标', '结论', '余量'], ['太原市', '建筑施工', '事故起数', '未达标', '-1'])
    """
    shown = {name: _in_words(frame, str(name)) for name in frame}
    return frame.assign(**shown).rename(columns=title_of)


def _in_words(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column with its codes in words."""
    column, plain = frame[name], name[4:] if name[:4] in WHEN else name
    if column.dtype == bool:
        return column.map({True: "是", False: "否"})
    if plain == "reason":
        return column.map(words.reason_words)
    if name == "status" and {"indicator", "reason"} <= {*frame}:
        # Why there is no figure decides what 未报送 is called, as on the pages.
        return words.shown_statuses(frame).map(words.STATUSES)
    if plain == "state" and "due" in frame:
        return column.map(words.RECEIPT_STATES)
    if plain == "state" and "completed_on" in frame:
        return column.map(words.TASK_STATES)
    known = CODES.get(plain)
    return column if known is None else column.map(lambda code: known.get(code, code))
