"""Frames come in; the tables that officials read go out, with a word where a figure is lacking."""

from gsyf_lib.tables.contributions import contributions_table
from gsyf_lib.tables.department import department_outlook_table, department_table, duties_table
from gsyf_lib.tables.funnel import funnel_table
from gsyf_lib.tables.missed import missed_table
from gsyf_lib.tables.outlook import outlook_table
from gsyf_lib.tables.quality import findings_table, revisions_table, sources_table
from gsyf_lib.tables.readings import reading_changes_table, readings_table
from gsyf_lib.tables.receipts import completeness_table, late_table, receipts_table, tasks_table
from gsyf_lib.tables.share import share_table
from gsyf_lib.tables.trace import trace_table
from gsyf_lib.tables.uncertainty import uncertainty_table
from gsyf_lib.tables.verdicts import cities_table, declines_table, overview_table, verdict_table

__all__ = [
    "cities_table",
    "completeness_table",
    "contributions_table",
    "declines_table",
    "department_outlook_table",
    "department_table",
    "duties_table",
    "findings_table",
    "funnel_table",
    "late_table",
    "missed_table",
    "outlook_table",
    "overview_table",
    "reading_changes_table",
    "readings_table",
    "receipts_table",
    "revisions_table",
    "share_table",
    "sources_table",
    "tasks_table",
    "trace_table",
    "uncertainty_table",
    "verdict_table",
]
