"""The annexed tables: every verdict, and every fault of the figures."""

from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html
from gsyf_lib.tables import declines_table, findings_table

__all__ = ["findings", "verdicts_table"]


def verdicts_table(review: Review, indicator: str) -> Html:
    """Return the verdicts on an indicator: of all areas for the province, else of the area."""
    area = None if review.is_province else review.area
    return declines_table(review.results, indicator, area)


def findings(review: Review) -> Html:
    """Return the findings on the figures the briefing stands on."""
    area = None if review.is_province else review.area
    return findings_table(review.plan, review.submissions, area)
