"""A ``Review`` comes in; the sections of an evaluation go out, as sentences, tables and charts.

``load_review`` makes the review: one area, judged on the figures that had come by the day of the
evaluation. Each other module answers one question; ``notebooks/briefing.ipynb`` puts them in order.
"""

from gsyf_lib.briefing.advice import advice
from gsyf_lib.briefing.changes import Figures, changes_note, changes_table, figures
from gsyf_lib.briefing.gaps import city_gaps_table, gaps_note, gaps_table
from gsyf_lib.briefing.goals import goal_note, goal_table, joint_note, verdicts_table
from gsyf_lib.briefing.progress import pace, pace_note, progress_note, progress_table
from gsyf_lib.briefing.quality import findings, quality
from gsyf_lib.briefing.review import Review, load_review
from gsyf_lib.briefing.tasks import (
    open_tasks_note,
    open_tasks_table,
    task_states,
    tasks_by_area,
    tasks_note,
    tasks_table,
)
from gsyf_lib.briefing.text import basis, in_brief, limits

__all__ = [
    "Figures",
    "Review",
    "advice",
    "basis",
    "changes_note",
    "changes_table",
    "city_gaps_table",
    "figures",
    "findings",
    "gaps_note",
    "gaps_table",
    "goal_note",
    "goal_table",
    "in_brief",
    "joint_note",
    "limits",
    "load_review",
    "open_tasks_note",
    "open_tasks_table",
    "pace",
    "pace_note",
    "progress_note",
    "progress_table",
    "quality",
    "task_states",
    "tasks_by_area",
    "tasks_note",
    "tasks_table",
    "verdicts_table",
]
