"""gsyf: a work-injury-prevention plan as data, judged and reported.

The street, in the order figures walk it::

    plan = gs.load_plan("data")                     # targets, tasks, duties, codes, readings
    submissions = gs.load_submissions(plan)         # .observations .findings .revisions .progress
    results = gs.assess(plan, submissions.observations, year=2023)
    gs.summary(results, area="太原市")               # sentences
    gs.verdict_table(results, area="太原市")         # tables
    gs.decline_figure(results, area="太原市")        # figures

Names are loaded when first used, so that ``gsyf --help`` stays quick.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "errors": ("BuildError", "GsyfError", "OutputError", "PlanError", "UsageError"),
    "plan": ("Plan", "load_plan"),
    "submissions": ("Submissions", "load_submissions"),
    "indicators": ("indicator_values",),
    "assessment": ("assess", "latest_year"),
    "receipts": ("completeness", "receipt_states"),
    "explorer": ("explore",),
    "figures": ("coverage_figure", "decline_figure", "share_figure"),
    "sentences": ("masthead", "summary", "summary_sentences"),
    "tables": (
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
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gsyf_lib' has no attribute {name!r}")
    return getattr(import_module(f"gsyf_lib.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, so that Tab completes them."""
    return __all__
