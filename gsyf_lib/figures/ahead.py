"""Figures that another process draws, while the notebook goes on with its text."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pickle import dumps, loads
from typing import Any

from gsyf_lib.figures.style import Figure
from gsyf_lib.meanwhile import Meanwhile

__all__ = ["FigureAhead", "draw_ahead"]


class FigureAhead:
    """A figure that is being drawn: notebooks show it as they show a ``Figure``.

    Parameters
    ----------
    drawn : waits for the figure and returns it as ``Figure`` shows itself, pickled
    """

    def __init__(self, drawn: Callable[[], bytes]) -> None:
        """Wait for nothing yet."""
        self.drawn = drawn

    def svg(self) -> str:
        """Return it as ``Figure.svg`` does."""
        data, _ = loads(self.drawn())
        return str(data["image/svg+xml"])

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, told = loads(self.drawn())
        return data, told


def draw_ahead(drawings: Sequence[Callable[[], Figure]]) -> list[FigureAhead]:
    """Begin to draw figures, for the screen and for paper, in this order.

    What a drawing raises is raised where its figure is shown.

    Parameters
    ----------
    drawings : each returns a figure

    Examples
    --------
    >>> share, coverage = draw_ahead([
    ...     lambda: gs.share_figure(history, "太原市", 2023),
    ...     lambda: gs.coverage_figure(history, "太原市", 2023),
    ... ])
    >>> coverage.svg()[:4]
    '<svg'
    """
    begun = Meanwhile([partial(_drawn, draw) for draw in drawings])
    return [FigureAhead(partial(begun.result, number)) for number in range(len(drawings))]


def _drawn(draw: Callable[[], Figure]) -> bytes:
    return dumps(draw().printed()._repr_mimebundle_())
