"""The columns of the CSV files in Chinese: title and meaning, for officials and analysts."""

from collections.abc import Mapping

__all__ = ["FIELDS", "UNITS"]

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
