"""The figures: a results frame in, one Figure with its sentence out.

``style`` is the look, ``parts`` what the kinds share; then one module per kind of figure.
"""

from gsyf_lib.figures.contributions import contributions_figure
from gsyf_lib.figures.coverage import coverage_figure
from gsyf_lib.figures.decline import decline_figure
from gsyf_lib.figures.funnel import funnel_figure
from gsyf_lib.figures.heatmap import heatmap_figure
from gsyf_lib.figures.share import share_figure
from gsyf_lib.figures.style import INDUSTRY_COLORS, Figure
from gsyf_lib.figures.tilemap import tile_map_figure

__all__ = [
    "INDUSTRY_COLORS",
    "Figure",
    "contributions_figure",
    "coverage_figure",
    "decline_figure",
    "funnel_figure",
    "heatmap_figure",
    "share_figure",
    "tile_map_figure",
]
