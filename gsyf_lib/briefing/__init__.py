"""The evaluation briefing: what an analyst of the bureau would write, from the figures alone.

review (what is looked back on) → text, goals, gaps, work, advice: one question each, answered as
sentences or a table. ``notebooks/briefing.ipynb`` puts them in order.
"""

from gsyf_lib.briefing.advice import advice
from gsyf_lib.briefing.annex import findings, verdicts_table
from gsyf_lib.briefing.changes import changes, changes_figure
from gsyf_lib.briefing.gaps import city_gaps_table, gaps_table
from gsyf_lib.briefing.goals import goal_note, goal_table
from gsyf_lib.briefing.review import Review, load_review
from gsyf_lib.briefing.text import basis, in_brief, limits
from gsyf_lib.briefing.work import open_tasks_table, quality, work_table

__all__ = [
    "Review",
    "advice",
    "basis",
    "changes",
    "changes_figure",
    "city_gaps_table",
    "findings",
    "gaps_table",
    "goal_note",
    "goal_table",
    "in_brief",
    "limits",
    "load_review",
    "open_tasks_table",
    "quality",
    "verdicts_table",
    "work_table",
]
