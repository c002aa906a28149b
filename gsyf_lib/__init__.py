"""gsyf: a work-injury-prevention plan as data, judged and reported.

第一天用到的十个函数::

    judged = gs.judge("data")                          # 读入行动计划和报送数据，判定各年度目标
    history, results = judged.history, judged.results(2023)
    gs.summary(history, "太原市", 2023)                  # 结论
    gs.verdict_table(results, "太原市")                  # 逐项目标：实际值、控制目标、结论
    gs.comparison(history, "太原市", 2023)               # 与上年、基期、全省比较
    gs.decline_figure(history, "太原市", 2023)           # 事故起数和伤亡人数的变化
    gs.coverage_figure(history, "太原市", 2023)          # 培训覆盖率
    gs.trend(history, "太原市", "煤矿", "事故起数")        # 逐年数据
    gs.compare_areas(history, "煤矿", "事故起数")          # 各地区并列
    gs.readable(results)                               # 换成中文表头和用语
    gs.explore(judged)                                 # 在下拉框中选择

参数的先后处处相同：先是所依据的数据，再是地区（或部门）、行业、指标、年度。名称可用全称、简称或代码。

其余按用途分组：读入和判定（``load_plan``、``load_submissions``、``assess``），数据
（``contributions``、``funnel``、``completeness``、``compare``），表（``…_table``），图
（``…_figure``、``chart``、``use_font``），假设（``with_target``、``without_industry``、
``with_readings``、``with_figure``）。报告网页的其他部分在 ``gs.page``，评估材料在 ``gs.briefing``。
"""

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

# Where lxml is installed, openpyxl writes other bytes with it; it asks when it is first imported.
os.environ["OPENPYXL_LXML"] = "False"

# The public names by the module that they are imported from.
_HOMES = {
    "assessment": ("JudgedPlan", "judge"),
    "plan.plan": ("Plan", "load_plan"),
    "submissions": ("Submissions", "load_submissions"),
    "assessment.verdicts": ("assess",),
    "errors": ("GsyfError", "UsageError"),
    # Frames
    "assessment.changes": ("compare",),
    "assessment.contributions": ("contributions",),
    "assessment.funnels": ("funnel",),
    "assessment.indicators": ("indicator_values",),
    "assessment.trends": ("compare_areas", "trend"),
    "submissions.receipts": ("completeness",),
    "wording": ("readable",),
    # Tables
    "tables.contributions": ("contributions_table",),
    "tables.department": ("department_results",),
    "tables.funnel": ("funnel_table",),
    "tables.luck": ("uncertainty_table",),
    "tables.outlook": ("outlook_table",),
    "tables.share": ("share_table",),
    "tables.summary": ("summary",),
    "tables.trend": ("comparison",),
    "tables.verdicts": (
        "declines_table",
        "overview_table",
        "verdict_table",
    ),
    # Figures
    "charts.contributions": ("contributions_figure",),
    "charts.coverage": ("coverage_figure",),
    "charts.decline": ("decline_figure",),
    "charts.explore": ("explore",),
    "charts.funnel": ("funnel_figure",),
    "charts.heatmap": ("heatmap_figure",),
    "charts.own": ("chart", "use_font"),
    "charts.share": ("share_figure",),
    "charts.tilemap": ("tile_map_figure",),
    # What if
    "assessment.scenarios": ("with_figure", "with_readings", "with_target", "without_industry"),
}


def lazily(homes: Mapping[str, Sequence[str]], package: str) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that loads each public name from its home (PEP 562)."""
    home_of = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"gsyf_lib.{home_of[name]}"), name)

    return load


_load = lazily(_HOMES, __name__)
# Rooms whose own names notebooks use: gs.briefing.load_review, gs.page.masthead.
_ROOMS = ("briefing", "page")

__all__ = sorted(name for names in _HOMES.values() for name in names)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a public name from its module, or a room."""
    return import_module(f"gsyf_lib.{name}") if name in _ROOMS else _load(name)


def __dir__() -> list[str]:
    """List the public names, so that Tab completes them."""
    return [*__all__, *_ROOMS]
