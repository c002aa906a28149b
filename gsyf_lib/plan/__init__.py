"""Annexes and code tables in; a ``Plan`` of targets, tasks and duties out, and its calendar."""

from gsyf_lib.plan.clauses import write_targets
from gsyf_lib.plan.dues import figures_owed, is_due, owed
from gsyf_lib.plan.new_folder import SUBMISSIONS, start_plan
from gsyf_lib.plan.plan import UNSEEN, AcceptedBaseline, Plan, find_plan, load_plan, normalise
from gsyf_lib.plan.readings import SWITCHES, Readings
from gsyf_lib.plan.schedule import timetable

__all__ = [
    "AcceptedBaseline",
    "Plan",
    "Readings",
    "SUBMISSIONS",
    "SWITCHES",
    "UNSEEN",
    "figures_owed",
    "find_plan",
    "is_due",
    "load_plan",
    "normalise",
    "owed",
    "start_plan",
    "timetable",
    "write_targets",
]
