"""The figures of a briefing, drawn on another core while its text is worked out."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gsyf_lib.briefing.changes import city_changes_table
from gsyf_lib.briefing.review import Review

if TYPE_CHECKING:
    from gsyf_lib.blocks import Table
    from gsyf_lib.figures.ahead import FigureAhead

__all__ = ["Figures", "figures"]


class Figures(NamedTuple):
    """Accidents and casualties, short-exposure share, training; what made the change.

    The last is a table for a city.
    """

    declines: "FigureAhead"
    share: "FigureAhead"
    coverage: "FigureAhead"
    changes: "FigureAhead | Table"


def figures(review: Review) -> Figures:
    """Begin to draw the figures; each is waited for only where the notebook shows it.

    Another figure may stand in the place of any: ``gs.decline_figure(review.history).printed()``.

    Examples
    --------
    >>> review = gs.briefing.load_review(2023)
    >>> gs.briefing.figures(review).share.svg()[:4]
    '<svg'
    """
    # Only the notebook draws: who makes documents of it needs no matplotlib.
    from gsyf_lib.figures import (
        contributions_figure,
        coverage_figure,
        decline_figure,
        share_figure,
    )
    from gsyf_lib.figures.ahead import draw_ahead

    kinds = (decline_figure, share_figure, coverage_figure)
    drawings = [partial(draw, review.history, review.area, review.last) for draw in kinds]
    if review.is_province:
        drawings.append(partial(contributions_figure, review.contributions))
        return Figures(*draw_ahead(drawings))
    declines, share, coverage = draw_ahead(drawings)
    return Figures(declines, share, coverage, city_changes_table(review))
