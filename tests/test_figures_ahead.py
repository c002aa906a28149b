"""Figures drawn ahead are those that would be drawn on the spot."""

import os

import pytest
from results_factory import RESULTS

from gsyf_lib.digest import Shown
from gsyf_lib.errors import UsageError
from gsyf_lib.figures.ahead import draw_ahead
from gsyf_lib.figures.decline import decline_figure
from gsyf_lib.figures.share import share_figure


def test_they_show_what_the_figures_themselves_would_show_on_screen_and_paper():
    declines, share = draw_ahead(
        [lambda: decline_figure(RESULTS, "太原市", 2023), lambda: share_figure(RESULTS, "太原市")]
    )
    on_the_spot = share_figure(RESULTS, "太原市").printed()._repr_mimebundle_()
    assert share._repr_mimebundle_() == on_the_spot
    assert "image/png" in on_the_spot[0]
    assert declines.svg() == decline_figure(RESULTS, "太原市", 2023).svg()


def test_what_a_drawing_raises_is_raised_where_its_figure_is_shown():
    wrong, right = draw_ahead(
        [lambda: share_figure(RESULTS, "大原市"), lambda: share_figure(RESULTS, "太原市")]
    )
    assert right.svg().startswith("<svg")
    with pytest.raises(UsageError, match="大同市、太原市"):
        wrong.svg()


def test_a_process_that_is_killed_leaves_the_drawing_to_this_one():
    here = os.getpid()

    def draw():
        if os.getpid() != here:
            os._exit(1)
        return share_figure(RESULTS, "太原市")

    (figure,) = draw_ahead([draw])
    assert figure.svg() == share_figure(RESULTS, "太原市").svg()


def test_a_notebook_counts_them_as_figures():
    (figure,) = draw_ahead([lambda: share_figure(RESULTS, "太原市")])
    assert Shown.by(figure) == (1, 0)
