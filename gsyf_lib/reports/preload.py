"""Imported by the process that pages are made in: all that notebooks and pages need is there then.

``workplace.prepare`` names this module; whatever a forked process imported by itself, it would
hold by itself.
"""

import nbformat

import gsyf_lib
import gsyf_lib.reports.work
from gsyf_lib.charts.parts import grid
from gsyf_lib.reports.pages import render_page

UNUSED = {"explore"}  # brings ipywidgets, and no report has any


def load_names() -> None:
    """Load what notebooks call."""
    for name in (*gsyf_lib.__all__, "briefing"):
        if name not in UNUSED:
            getattr(gsyf_lib, name)


def draw_first() -> None:
    """Find the fonts, and fill the caches of matplotlib and of the page's template."""
    figure, (axes,) = grid(1, 1, plot=100, head=30, foot=30, gap=0)
    axes.set_yticks([0.5], ["−50%"])
    axes.set_xticks([0, 1], ["基期", "2021"])
    axes.plot([0, 1], [0, 1], marker="o")
    figure.svg()
    figure.png()
    text = nbformat.v4.new_markdown_cell()
    render_page(nbformat.v4.new_notebook(cells=[text]), title="")


load_names()
draw_first()
