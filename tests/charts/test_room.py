"""Room in the charts of the example: no text on another, no wide empty strip, for every place."""

import io
import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import gsyf_lib as gs
from gsyf_lib.charts.figure import drawing

DPI = 20


@pytest.fixture(scope="module")
def judged():
    return gs.judge("data", "2026-12-01")


def figures_of(judged, area, year):
    history = judged.history
    for draw in (gs.decline_figure, gs.coverage_figure, gs.share_figure):
        yield draw(history, area, year)


def figures_of_all(judged, year):
    history = judged.history
    yield gs.decline_figure(history, year=year)
    yield gs.coverage_figure(history, year=year)
    yield gs.heatmap_figure(history, "accidents", year)
    yield gs.funnel_figure(history, year)
    yield gs.tile_map_figure(judged.plan, history, year)
    contributed = gs.contributions(judged.plan, judged.submissions.observations, year)
    yield from (gs.contributions_figure(contributed, name) for name in ("accidents", "casualties"))


def collisions(figure):
    """The pairs of texts that stand on each other, by more than the slack of their boxes."""
    with drawing():
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        written = set(figure.findobj(Text)) - unseen(figure)
        boxes = [
            (t.get_text(), Text.get_window_extent(t, renderer))
            for t in written
            if t.get_text().strip() and t.get_visible()
        ]
    return [
        (a, b)
        for (a, one), (b, other) in itertools.combinations(boxes, 2)
        if min(one.x1, other.x1) - max(one.x0, other.x0) > 1
        and min(one.y1, other.y1) - max(one.y0, other.y0) > 2
    ]


def unseen(figure):
    """The labels of ticks that lie beyond their axis: kept, and never drawn."""
    axes = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    views = [(axis, *sorted(axis.get_view_interval())) for axis in axes]
    ticks = [(tick, low, high) for axis, low, high in views for tick in axis.majorTicks]
    beyond = [tick for tick, low, high in ticks if not low <= tick.get_loc() <= high]
    return {label for tick in beyond for label in (tick.label1, tick.label2)}


def widest_blank(figure):
    """The widest strip of the figure, from top to bottom, with nothing in it: a share of it."""
    pixels = io.BytesIO()
    with drawing():
        figure.savefig(pixels, format="rgba", dpi=DPI)
    wide, tall = (int(edge * DPI) for edge in figure.get_size_inches())
    inked = np.frombuffer(pixels.getvalue(), np.uint8).reshape(tall, wide, 4)[:, :, 3].any(axis=0)
    return max(len(list(run)) for is_inked, run in itertools.groupby(inked) if not is_inked) / wide


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_no_text_of_a_chart_stands_on_another_and_its_width_is_used(judged, year):
    areas = judged.history.loc[judged.history["level"] != "county", "area"].unique()
    every = [figure for area in areas for figure in figures_of(judged, area, year)]
    every += figures_of_all(judged, year)
    assert len(every) == 3 * 12 + 7
    assert {figure.alt[:30]: hit for figure in every if (hit := collisions(figure))} == {}
    assert {
        figure.alt[:30]: blank for figure in every if (blank := widest_blank(figure)) > 0.4
    } == {}
