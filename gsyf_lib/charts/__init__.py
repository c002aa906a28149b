"""The charts: a frame of results in; a Figure with its sentence and its numbers out.

Each chart is one module: first its public function, then which rows it takes, how they are drawn,
what the figure says in words (``alt``) and the table of its numbers (``data``). To add one:

1. write ``charts/<name>.py`` with a function ``<name>_figure``, and its test;
2. name the function in ``gsyf_lib/__init__.py``, so that it is ``gs.<name>_figure``;
3. call it in a notebook, in a cell of one line.

Shared by all: ``figure`` (colours, fonts, the Figure), ``parts`` (panels, axes, words, legend),
``data`` (the table). ``goals`` is what charts over the years draw; ``labels`` finds room for the
names of points.
"""

from gsyf_lib.charts.figure import INDUSTRY_COLORS, Figure, FigureSeries

__all__ = ["INDUSTRY_COLORS", "Figure", "FigureSeries"]
