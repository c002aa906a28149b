"""Plan and figures in, ``JudgedPlan`` out: values, verdicts, chance, early warning, and what if."""

from gsyf_lib.assessment import chance
from gsyf_lib.assessment.comparison import LEVEL, decline_of, funnel
from gsyf_lib.assessment.early_warning import MINIMUM_POINTS
from gsyf_lib.assessment.indicators import BARE_RATIOS, COUNTS, COVERAGES, SHARE, TOTAL
from gsyf_lib.assessment.judged import JudgedPlan, hand_over, handed_over, judge
from gsyf_lib.assessment.panel import USABLE
from gsyf_lib.assessment.scenarios import assumptions
from gsyf_lib.assessment.selection import select_area, select_department, select_year
from gsyf_lib.assessment.verdicts.statuses import shown_status, shown_statuses
from gsyf_lib.assessment.verdicts.thresholds import exact

__all__ = [
    "BARE_RATIOS",
    "COUNTS",
    "COVERAGES",
    "JudgedPlan",
    "LEVEL",
    "MINIMUM_POINTS",
    "SHARE",
    "TOTAL",
    "USABLE",
    "assumptions",
    "chance",
    "decline_of",
    "exact",
    "funnel",
    "hand_over",
    "handed_over",
    "judge",
    "select_area",
    "select_department",
    "select_year",
    "shown_status",
    "shown_statuses",
]
