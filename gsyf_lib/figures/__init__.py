"""The figures: a results frame in, one Figure with its sentence out.

``style`` is the look, ``parts`` what the kinds share; ``series`` is for those of many
areas; then one module per kind of figure.
"""

from gsyf_lib.figures.contributions import contributions_figure
from gsyf_lib.figures.coverage import coverage_figure, coverage_figures
from gsyf_lib.figures.decline import decline_figure, decline_figures
from gsyf_lib.figures.funnel import funnel_figure
from gsyf_lib.figures.heatmap import heatmap_figure
from gsyf_lib.figures.series import FigureSeries
from gsyf_lib.figures.share import share_figure
from gsyf_lib.figures.style import INDUSTRY_COLORS, Figure
from gsyf_lib.figures.tilemap import tile_map_figure

__all__ = [
    "INDUSTRY_COLORS",
    "Figure",
    "FigureSeries",
    "contributions_figure",
    "coverage_figure",
    "coverage_figures",
    "decline_figure",
    "decline_figures",
    "funnel_figure",
    "heatmap_figure",
    "share_figure",
    "tile_map_figure",
]
