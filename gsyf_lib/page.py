"""The parts of a report page, in the order a city's page has them: ``gs.page.masthead`` and so on.

What analysts ask for on the first day is in ``gs.`` itself; these say where figures came from, what
is owed and to whom, and how far a verdict can be trusted.
"""

from gsyf_lib import lazily

_HOMES = {
    "charts.coverage": ("coverage_figures",),
    "charts.decline": ("decline_figures",),
    "reports.closing": ("closing",),
    "tables.contributions": ("contributions_note",),
    "tables.department": (
        "department_note",
        "department_outlook_table",
        "department_shortfalls",
        "department_table",
        "duties_table",
    ),
    "tables.funnel": ("funnel_note",),
    "tables.luck": ("luck_note",),
    "tables.masthead": ("masthead",),
    "tables.outlook": (
        "outlook_note",
        "watch_list",
    ),
    "tables.quality": (
        "findings_table",
        "revisions_table",
        "sources_table",
    ),
    "tables.readings": (
        "reading_changes_table",
        "readings_table",
    ),
    "tables.receipts": (
        "completeness_table",
        "late_table",
        "open_reports",
        "open_tasks",
        "receipts_table",
        "tasks_table",
    ),
    "tables.trace": ("trace_table",),
    "tables.verdicts": (
        "cities_table",
        "missed_table",
    ),
}
__all__ = sorted(name for names in _HOMES.values() for name in names)
__getattr__ = lazily(_HOMES, __name__)


def __dir__() -> list[str]:
    """List the public names, so that Tab completes them."""
    return __all__
