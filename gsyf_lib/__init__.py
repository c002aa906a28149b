"""gsyf: a work-injury-prevention plan as data, judged and reported.

The street, in the order figures walk it::

    plan = gs.load_plan("data")                     # targets, tasks, duties, codes, readings
    submissions = gs.load_submissions(plan)         # .observations .findings .revisions .progress
    results = gs.assess(plan, submissions.observations, year=2023)
    gs.summary(results, area="太原市")               # sentences
    gs.verdict_table(results, area="太原市")         # tables
    gs.decline_figure(results, area="太原市")        # figures

``gs.judge("data")`` takes the first three steps at once, and offers early warning, contributions,
receipts and what hangs on a reading as well. Beside it: what changed between two days
(``gs.compare``), and what if (``gs.with_target``, ``gs.without_industry``, ``gs.with_readings``,
``gs.with_figure``).

A name is imported from its room when it is first used, so that ``gsyf --help`` stays quick.
"""

import os
from importlib import import_module
from typing import Any

# Where lxml is installed, openpyxl writes other bytes with it; it asks when it is first imported.
os.environ["OPENPYXL_LXML"] = "False"

# The public names by the module that they are imported from.
_HOMES = {
    "errors": ("BuildError", "GsyfError", "OutputError", "PlanError", "UsageError"),
    "plan.plan": ("Plan", "load_plan"),
    "submissions": ("Submissions", "load_submissions"),
    "assessment.indicators": ("indicator_values",),
    "assessment.verdicts": ("assess",),
    "assessment": ("JudgedPlan", "judge"),
    "wording": ("readable",),
    "reports.closing": ("closing",),
    "submissions.receipts": ("completeness",),
    "charts.explore": ("explore",),
    "assessment.changes": ("Comparison", "compare"),
    "assessment.scenarios": ("with_figure", "with_readings", "with_target", "without_industry"),
    "assessment.contributions": ("contributions",),
    "assessment.funnels": ("funnel",),
    "assessment.trends": ("compare_areas", "trend"),
    "charts.contributions": ("contributions_figure",),
    "charts.coverage": ("coverage_figure", "coverage_figures"),
    "charts.decline": ("decline_figure", "decline_figures"),
    "charts.funnel": ("funnel_figure",),
    "charts.heatmap": ("heatmap_figure",),
    "charts.share": ("share_figure",),
    "charts.tilemap": ("tile_map_figure",),
    "tables.masthead": ("masthead",),
    "tables.summary": ("summary",),
    "tables.verdicts": (
        "cities_table",
        "declines_table",
        "missed_table",
        "overview_table",
        "verdict_table",
    ),
    "tables.share": ("share_table",),
    "tables.trend": ("comparison",),
    "tables.contributions": ("contributions_note", "contributions_table"),
    "tables.funnel": ("funnel_note", "funnel_table"),
    "tables.luck": ("luck_note", "uncertainty_table"),
    "tables.outlook": ("outlook_note", "outlook_table", "watch_list"),
    "tables.department": (
        "department_note",
        "department_outlook_table",
        "department_results",
        "department_shortfalls",
        "department_table",
        "duties_table",
    ),
    "tables.receipts": (
        "completeness_table",
        "late_table",
        "open_reports",
        "open_tasks",
        "receipts_table",
        "tasks_table",
    ),
    "tables.quality": ("findings_table", "revisions_table", "sources_table"),
    "tables.readings": ("reading_changes_table", "readings_table"),
    "tables.trace": ("trace_table",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
# Rooms whose own names notebooks use: gs.briefing.load_review.
_ROOMS = ("briefing",)

__all__ = sorted(_HOME_OF)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name in _ROOMS:
        return import_module(f"gsyf_lib.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gsyf_lib' has no attribute {name!r}")
    return getattr(import_module(f"gsyf_lib.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, so that Tab completes them."""
    return __all__
