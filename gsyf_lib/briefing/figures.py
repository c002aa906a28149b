"""The charts of a briefing, drawn for the screen and for paper."""

from typing import TYPE_CHECKING, NamedTuple

from gsyf_lib.briefing.changes import city_changes_table
from gsyf_lib.briefing.review import Review

if TYPE_CHECKING:
    from gsyf_lib.charts.figure import Figure
    from gsyf_lib.documents.blocks import Table


class Figures(NamedTuple):
    """The charts of a briefing; ``changes`` is a table for a city."""

    declines: "Figure"
    share: "Figure"
    coverage: "Figure"
    changes: "Figure | Table"


def figures(review: Review) -> Figures:
    """Return the figures, for the screen and for paper.

    Any other may stand in their place: ``gs.decline_figure(review.judged.history).printed()``.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023)
    >>> gs.briefing.figures(review).share.svg()[:4]
    '<svg'
    """
    # matplotlib takes a second to load, and making documents from a run notebook needs none of it.
    from gsyf_lib.charts.contributions import contributions_figure
    from gsyf_lib.charts.coverage import coverage_figure
    from gsyf_lib.charts.decline import decline_figure
    from gsyf_lib.charts.share import share_figure

    history, area, last = review.judged.history, review.area, review.last
    if review.is_province:
        changes: Figure | Table = contributions_figure(review.judged.contributions(last)).printed()
    else:
        changes = city_changes_table(review)
    return Figures(
        decline_figure(history, area, last).printed(),
        share_figure(history, area, last).printed(),
        coverage_figure(history, area, last).printed(),
        changes,
    )
