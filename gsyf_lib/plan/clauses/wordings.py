"""Every known wording of a clause, and the rule or kind of task it stands for.

For a plan that words a clause in a new way, add a line here.
"""

import re
from dataclasses import dataclass

INDUSTRY, DEPARTMENT = "行业名称", "责任部门"
YEAR, GOALS, TASKS = "年度", "工作目标", "工作任务"

_COUNTS = ("accidents", "casualties")
_SHARE = ("short_exposure_share",)
_SAFETY = ("safety_training_coverage",)
_HEALTH = ("health_training_coverage",)


@dataclass(frozen=True)
class Wording:
    """A wording, with ``N年`` and ``N%`` for its numbers, and the rule and indicators it sets."""

    text: str
    rule: str
    indicators: tuple[str, ...]

    def match(self, clause: str) -> re.Match[str] | None:
        """Match the whole clause, even without its %, so that the error can say what is missing."""
        pattern = self.text.replace("N年", r"(?P<baseline>\d{4})年度?")
        pattern = pattern.replace("N%", r"(?P<percent>\d+(?:\.\d+)?)(?P<sign>[%％]?)")
        return re.fullmatch(pattern, clause)


# A cell of Annex 1 with nothing but a dash, of whatever width, sets no goal.
NO_GOALS = [Wording(dash, "", ()) for dash in "－—–-"]
# Annex 1: the wordings allowed in each column.
COLUMNS = {
    "安全生产事故起数及伤亡人数降幅": [Wording("均下降N%", "decline_at_least", _COUNTS)],
    "尘肺病报告比例": [
        Wording("持续下降", "falling", _SHARE),
        Wording("持续降低", "falling", _SHARE),
    ],
    "重点岗位人员安全生产培训覆盖率": [Wording("N%", "coverage_at_least", _SAFETY)],
    "重点岗位人员职业卫生培训覆盖率": [Wording("N%", "coverage_at_least", _HEALTH)],
}
_ACCIDENTS = "重点行业安全生产事故发生起数及伤亡人数"
_SAFETY_TRAINING = "重点行业用人单位的重点岗位人员安全生产培训覆盖率"
_HEALTH_TRAINING = "涉尘行业用人单位的重点岗位人员职业卫生培训覆盖率"
# Annex 2: the wordings of a year's goals.
YEARLY = [
    Wording(f"{_ACCIDENTS}低于N年", "below_baseline", _COUNTS),
    Wording(f"{_ACCIDENTS}较N年下降N%", "decline_at_least", _COUNTS),
    Wording("涉尘行业尘肺病报告比例持续降低", "falling", _SHARE),
    Wording("涉尘行业尘肺病报告比例持续下降", "falling", _SHARE),
    Wording(f"{_SAFETY_TRAINING}达N%", "coverage_at_least", _SAFETY),
    Wording(f"{_HEALTH_TRAINING}达N%", "coverage_at_least", _HEALTH),
]
COMPARED = re.compile(r"对比数据为(\d{4})年末较(\d{4})年末相比")

# Annex 2: the tasks. Groups of the pattern hold who reports to whom, by when and on which years.
_PLAN = "工伤预防(?:[一二三四五六七八九十]+年)?行动计划"
_REPORT = (
    r"(?P<sender>[^于]+?部门)(?:分别)?于(?P<due>\d+月底(?:[和、]\d+月底)*)前"
    r"向(?P<receiver>同级[^提]+?部门)提供本地区(?P<years>\d{4}年度?(?:[和、]\d{4}年度?)*)"
)
REPORTS = {"accident_report": _COUNTS, "pneumoconiosis_report": _SHARE}
SENDERS = ("重点行业责任部门",)

# Kind of a task, its name, and the pattern of its wordings.
KINDS = [
    ("accident_report", "提供事故数据", f"{_REPORT}安全生产事故起数和(?:伤亡人数|人员伤亡数)"),
    ("pneumoconiosis_report", "提供尘肺病报告比例", f"{_REPORT}尘肺病报告比例"),
    ("implementation_plan", "各市制定实施办法", f"各市分别制定{_PLAN}实施办法"),
    ("regulation", "出台办法", "出台《[^《》]+》(?:[和、]《[^《》]+》)*"),
    (
        "joint_meeting",
        "联席会议",
        "省、市人社部门牵头建立同级工伤预防联席会议制度及工作机制"
        "|根据中期评估结果，召开联席会议，有针对性地研究解决存在的问题",
    ),
    ("expert_pool", "专家库", "(?:组建|充实、优化)工伤预防专家库"),
    ("training", "宣传、培训", "各市按计划开展工伤预防宣传、培训工作"),
    (
        "inspection",
        "隐患抽查和调研",
        "省、市人社部门分别对所辖重点行业和涉尘行业企业进行隐患抽查和调研"
        "(?:，并根据抽查调研情况召开联席会议，分析研判工伤预防面临的新形势和新问题，"
        "精准施策，安排下一步工作)?",
    ),
    ("education_base", "警示教育基地", "省、市分别启动工伤预防警示教育基地建设工作"),
    ("midterm_review", "中期评估", f"开展{_PLAN}中期评估"),
    ("final_review", "全面总结", f"全面总结{_PLAN}实施情况"),
]
