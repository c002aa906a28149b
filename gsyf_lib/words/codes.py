"""The plan's words for codes: statuses, indicators, measures, tables, reasons, classes."""

__all__ = [
    "HELD_AT_ZERO",
    "INDICATORS",
    "MEASURES",
    "OUTLOOKS",
    "REASONS",
    "RECEIPT_STATES",
    "SEVERITIES",
    "SHORT_INDICATORS",
    "SHOWN",
    "STATUSES",
    "SYNTHETIC",
    "TABLES",
    "TASK_STATES",
    "UNITS",
]

SYNTHETIC = "示例数据（非真实）"
STATUSES = {
    "met": "达标",
    "missed": "未达标",
    "not_reported": "未报送",
    "withheld": "数据有误",
    "unjudged": "不能判定",
    "undefined": "无法计算",
    "not_applicable": "无此行业",
}
INDICATORS = {
    "accidents": "事故起数",
    "casualties": "伤亡人数",
    "joint": "两项均降",
    "short_exposure_share": "尘肺病报告比例",
    "safety_training_coverage": "安全生产培训覆盖率",
    "health_training_coverage": "职业卫生培训覆盖率",
}
SHORT_INDICATORS = INDICATORS | {
    "safety_training_coverage": "安全生产培训",
    "health_training_coverage": "职业卫生培训",
}
UNITS = {
    "accidents": "起",
    "casualties": "人",
    "short_exposure_share": "例",
    "safety_training_coverage": "人",
    "health_training_coverage": "人",
}
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
REASONS = {
    "held_at_zero": "对比年度为0，当年保持为0",
    "rise_from_zero": "对比年度为0，当年有发生",
    "not_below_zero": "对比年度为0，当年保持为0，按字面不低于0",
    "zero_baseline": "对比年度为0，按所选口径不作判定",
    "not_reported": "当年数据未报送",
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
OUTLOOKS = {
    "achieved": "提前实现",
    "ahead": "快于预期",
    "on_pace": "基本符合预期",
    "behind": "滞后",
}
# What stands behind ``not_reported`` where something was handed in after all.
SHOWN = {"withheld": "withheld", "incomplete": "unjudged", "cities_incomplete": "unjudged"}
HELD_AT_ZERO = "基期、本年均为零"
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
