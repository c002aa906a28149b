"""The Chinese word for each code and column; ``wording`` makes phrases of them.

It imports nothing, so that ``gsyf --help`` stays quick.
"""

SYNTHETIC = "示例数据（非真实）"
# What an empty cell shows.
NONE = "—"

# Word and shape of each status. The shape tells verdicts apart without colour, as in print or for
# the colour-blind. Noto Sans SC, the font of our pages, has all of these shapes, but not ✗.
_STATUSES = {
    "met": ("达标", "✓"),
    "missed": ("未达标", "×"),
    "not_reported": ("未报送", "…"),
    "not_due": ("未到报送期限", "△"),
    "withheld": ("数据有误", "！"),
    "unjudged": ("不能判定", "○"),
    "undefined": ("无法计算", "？"),
    "not_applicable": ("无此行业", "—"),
}
STATUSES = {code: word for code, (word, _) in _STATUSES.items()}
SHAPES = {code: shape for code, (_, shape) in _STATUSES.items()}
# The statuses that are a verdict on a figure; the others say why there is none.
JUDGED = ("met", "missed")
# The status shown in place of not_reported, by reason: 未报送 is said only where nothing came.
SHOWN = {
    "not_due": "not_due",
    "withheld": "withheld",
    "incomplete": "unjudged",
    "cities_incomplete": "unjudged",
}
# A result has some of these codes, joined by |; baseline_… is about the year compared with.
REASONS = {
    "held_at_zero": "对比年度为0，当年保持为0",
    "rise_from_zero": "对比年度为0，当年有发生",
    "not_below_zero": "对比年度为0，当年保持为0，按字面不低于0",
    "zero_baseline": "对比年度为0，按所选口径不作判定",
    "not_reported": "当年数据未报送",
    "not_due": "未到报送期限",
    "withheld": "当年数据有误，未采用",
    "incomplete": "有行业未报送或数据有误，不能合计",
    "cities_incomplete": "有市未报送或数据有误，不能汇总",
    "baseline_not_reported": "对比年度数据未报送",
    "baseline_withheld": "对比年度数据有误，未采用",
    "baseline_incomplete": "对比年度有行业未报送或数据有误",
    "baseline_cities_incomplete": "对比年度有市未报送或数据有误",
    "no_such_industry": "当地无此行业",
    "no_such_industry_at_baseline": "对比年度当地无此行业",
    "no_reported_cases": "当年无病例报告",
    "no_reported_cases_at_baseline": "对比年度无病例报告",
    "no_key_personnel": "当年无重点岗位人员",
    "not_below_baseline_year": "低于上年，但未低于基期",
    "only_more_reported": "但新发例数未减少",
    "sum_of_cities": "按各市合计判定",
}
# What a cell says in place of a figure, by the state of the value or the reason of the verdict.
NO_FIGURE = {
    "absent": STATUSES["not_applicable"],
    "no_such_industry": STATUSES["not_applicable"],
    "not_reported": STATUSES["not_reported"],
    "not_due": STATUSES["not_due"],
    "withheld": STATUSES["withheld"],
    "incomplete": "数据不全",
    "cities_incomplete": "各市数据不全",
    "no_reported_cases": "无病例",
    "no_key_personnel": "无重点岗位人员",
}
# A share that was reported as a bare ratio, without its two counts.
NO_COUNTS = "只报比例"

INDICATORS = {
    "accidents": "事故起数",
    "casualties": "伤亡人数",
    "joint": "两项均降",
    "short_exposure_share": "尘肺病报告比例",
    "safety_training_coverage": "安全生产培训覆盖率",
    "health_training_coverage": "职业卫生培训覆盖率",
}
# For narrow columns.
SHORT_INDICATORS = INDICATORS | {
    "safety_training_coverage": "安全生产培训",
    "health_training_coverage": "职业卫生培训",
}
# A verdict's figures and margins are counted in these.
UNITS = {
    "accidents": "起",
    "casualties": "人",
    "short_exposure_share": "例",
    "safety_training_coverage": "人",
    "health_training_coverage": "人",
}
# What is handed in; indicators are worked out from these.
MEASURES = {
    "accidents": "事故起数",
    "casualties": "伤亡人数",
    "deaths": "死亡人数",
    "injuries": "受伤人数",
    "reported_cases": "尘肺病报告例数",
    "short_exposure_cases": "接尘工龄不足5年例数",
    "short_exposure_per_million": "尘肺病报告比例",
    "safety_personnel": "重点岗位人员数（安全生产）",
    "safety_trained": "已培训人数（安全生产）",
    "health_personnel": "重点岗位人员数（职业卫生）",
    "health_trained": "已培训人数（职业卫生）",
    "key_personnel": "重点岗位人员数",
    "trained": "已培训人数",
    "progress": "工作任务完成情况",
}
TABLES = {
    "accidents": "安全生产事故",
    "pneumoconiosis": "尘肺病报告",
    "training": "重点岗位人员培训",
    "progress": "工作任务进展",
}

# From best to worst, the order in which pages list them.
OUTLOOKS = {
    "achieved": "提前实现",
    "ahead": "快于预期",
    "on_pace": "基本符合预期",
    "behind": "滞后",
}
HELD_AT_ZERO = "基期、本年均为零"
# What came with an error has been handed in: it is never called 未报.
RECEIPT_STATES = {
    "on_time": "按期",
    "late": "逾期报送",
    "faulty": "已报有误",
    "partial": "部分报送",
    "missing": "逾期未报",
    "not_due": "未到期",
}
TASK_STATES = {"done": "已完成", "under_way": "进行中", "not_done": "未开展"}
SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}


def _codes(named: dict[str, str]) -> str:
    """Return all codes with their words, to explain a column."""
    return "、".join(f"{code} {word}" for code, word in named.items())


# The columns of results.csv and findings.csv: title and meaning.
FIELDS = {
    "area_code": ("行政区划代码", "GB/T 2260代码"),
    "area": ("地区", "正式名称；findings.csv 中不能确定时为空"),
    "level": ("层级", "province 省、city 市、county 县"),
    "industry": ("行业", "附件1中的名称，或“重点行业合计”；findings.csv 中不能确定时为空"),
    "indicator": ("指标", _codes(INDICATORS)),
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
    "outlook": ("进度预警", f"{_codes(OUTLOOKS)}；不影响结论"),
    "projected": ("推算值", "按以往进度推算的末年数值"),
    "department": ("责任部门", "行动计划中的责任部门；合计行没有，为空"),
    "provisional": ("初步数据", "所用数据可能更正时为 True"),
    "severity": ("程度", _codes(SEVERITIES)),
    "code": ("问题类别", "类别代码"),
    "file": ("文件", "报送文件夹中的路径"),
    "sheet": ("工作表", "CSV 文件没有工作表，为空"),
    "cell": ("单元格", "涉及多个单元格时为空"),
    "measure": ("统计项", "所涉及的统计项代码，不能确定时为空"),
    "message": ("说明", "问题所在、内容、原因和处理办法"),
}
FIELD_UNITS = {
    "cases, persons or fraction": "起、人或比例（0.1为10%）",
    "cases or persons": "起、例或人",
    "fraction": "比例（0.1为10%）",
    "probability": "概率（0至1）",
}
# Titles of the columns of all other frames, for ``gs.readable``.
TITLES = {
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
