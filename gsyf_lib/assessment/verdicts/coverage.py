"""Training coverage in, judged out (reading 12)."""

from gsyf_lib.assessment.verdicts.panel import (
    ByColumn,
    Panel,
    Rows,
    fewest,
    ratio,
    where_known,
)
from gsyf_lib.assessment.verdicts.statuses import decide, unreported
from gsyf_lib.frames import THRESHOLD_SCALE


def judge_coverage(rows: Rows, panel: Panel) -> ByColumn:
    """Judge training coverage, and put the figures beside the verdicts."""
    now = panel.at(rows.area_goal, rows.year)
    trained, people = now.numerator, now.denominator
    conditions, outcomes = unreported(now.state, now.is_sum)
    conditions.append(people == 0)
    outcomes.append(("undefined", "no_key_personnel"))
    needed = fewest(rows.threshold, people)
    is_share = people > 0
    return {
        **decide(conditions, outcomes, THRESHOLD_SCALE * trained >= rows.threshold * people),
        "value": ratio(trained, people, is_share),
        "numerator": where_known(trained, now.known),
        "denominator": where_known(people, now.known),
        "allowed": where_known(needed, is_share),
        "margin": where_known(trained - needed, is_share),
        "provisional": now.provisional,
        "is_sum": now.is_sum,
    }
