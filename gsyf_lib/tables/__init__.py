"""Frames as the tables officials read: one frame in, one table out, nothing left blank."""

from gsyf_lib.tables.quality import findings_table, revisions_table, sources_table
from gsyf_lib.tables.readings import readings_table
from gsyf_lib.tables.receipts import late_table, receipts_table, tasks_table
from gsyf_lib.tables.share import share_table
from gsyf_lib.tables.verdicts import cities_table, declines_table, overview_table, verdict_table

__all__ = [
    "cities_table",
    "declines_table",
    "findings_table",
    "late_table",
    "overview_table",
    "readings_table",
    "receipts_table",
    "revisions_table",
    "share_table",
    "sources_table",
    "tasks_table",
    "verdict_table",
]
