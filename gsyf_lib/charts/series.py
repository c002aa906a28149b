"""A chart of many areas as several figures, each of which fits a printed page."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from gsyf_lib.charts.style import Figure
from gsyf_lib.documents.blocks import SERIES

PanelT = TypeVar("PanelT")

EVERY = "各地区"  # every area
PANELS = 12  # four rows of three: what a page of A4 has room for


class FigureSeries:
    """Figures that notebooks and pages show one below the other.

    A figure is drawn when it is shown, and not kept: a hundred panels at once take 100 MB.

    Parameters
    ----------
    drawings : each draws one of the figures

    Examples
    --------
    >>> figures = gs.decline_figures(history, year=2023)
    >>> [figure.alt[:13] for figure in figures]
    ['2023年与2019年相比']
    """

    def __init__(self, drawings: Sequence[Callable[[], Figure]]) -> None:
        """Draw nothing yet."""
        self.drawings = drawings

    def __len__(self) -> int:
        """Return how many figures there are."""
        return len(self.drawings)

    def __iter__(self) -> Iterator[Figure]:
        """Draw one after the other."""
        return (draw() for draw in self.drawings)

    def _ipython_display_(self) -> None:
        # IPython is loaded already, since it is what calls this; others need not have it.
        show = sys.modules["IPython"].display.display
        for figure in self:
            # The mark lets the runner count whether every figure of a notebook has arrived.
            show(figure, metadata={"gsyf": SERIES})


def series(
    panels: Sequence[PanelT], draw: Callable[[Sequence[PanelT], str], Figure]
) -> FigureSeries:
    """Return figures of at most 12 panels each.

    Parameters
    ----------
    panels : one for each area
    draw : returns the figure of some panels, given a phrase for their areas, such as 各地区
    """
    starts = range(0, len(panels), PANELS)
    return FigureSeries(
        [
            partial(draw, panels[start : start + PANELS], _areas_phrase(start, len(panels)))
            for start in starts
        ]
    )


def _areas_phrase(start: int, count: int) -> str:
    if count <= PANELS:
        return EVERY
    return f"第{start + 1}～{min(start + PANELS, count)}个地区（共{count}个）"
