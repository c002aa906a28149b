"""Imports everything that notebooks and pages need, in the process that is forked for each page.

``surroundings.prepare`` has that process import this module. What it has loaded, all its forks
share; what a fork would have to load itself costs time and memory for every page.
"""

from nbformat import v4

import gsyf_lib
import gsyf_lib.reports.workers
from gsyf_lib.charts.parts import grid
from gsyf_lib.reports.pages import render_page

UNUSED = {"explore"}  # imports ipywidgets, which no report uses


# The facade loads a name from its room only when it is used: ``getattr`` uses it.
for name in (*gsyf_lib.__all__, "briefing"):
    if name not in UNUSED:
        getattr(gsyf_lib, name)

# A first chart and a first page fill the caches of matplotlib and of the templates.
figure, (axes,) = grid(1, 1, plot=100, head=30, foot=30, gap=0)
axes.set_yticks([0.5], ["−50%"])
axes.set_xticks([0, 1], ["基期", "2021"])
axes.plot([0, 1], [0, 1], marker="o")
figure.svg()
figure.png()
render_page(v4.new_notebook(cells=[v4.new_markdown_cell()]), title="")
