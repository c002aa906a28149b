"""The parts of a report page, in the order a city's page has them: ``gs.page.masthead`` and so on.

What analysts ask for on the first day is in ``gs.`` itself; these say where figures came from, what
is owed and to whom, and how far a verdict can be trusted.
"""

from gsyf_lib.charts.coverage import coverage_figures
from gsyf_lib.charts.decline import decline_figures
from gsyf_lib.reports.closing import closing
from gsyf_lib.tables.contributions import contributions_note
from gsyf_lib.tables.department import (
    department_note,
    department_outlook_table,
    department_shortfalls,
    department_table,
    duties_table,
)
from gsyf_lib.tables.funnel import funnel_note
from gsyf_lib.tables.luck import luck_note
from gsyf_lib.tables.masthead import masthead
from gsyf_lib.tables.outlook import outlook_note, watch_list
from gsyf_lib.tables.quality import findings_table, revisions_table, sources_table
from gsyf_lib.tables.readings import reading_changes_table, readings_table
from gsyf_lib.tables.receipts import (
    completeness_table,
    late_table,
    open_reports,
    open_tasks,
    receipts_table,
    tasks_table,
)
from gsyf_lib.tables.trace import trace_table
from gsyf_lib.tables.verdicts import cities_table, missed_table

__all__ = [
    "cities_table",
    "closing",
    "completeness_table",
    "contributions_note",
    "coverage_figures",
    "decline_figures",
    "department_note",
    "department_outlook_table",
    "department_shortfalls",
    "department_table",
    "duties_table",
    "findings_table",
    "funnel_note",
    "late_table",
    "luck_note",
    "masthead",
    "missed_table",
    "open_reports",
    "open_tasks",
    "outlook_note",
    "reading_changes_table",
    "readings_table",
    "receipts_table",
    "revisions_table",
    "sources_table",
    "tasks_table",
    "trace_table",
    "watch_list",
]
