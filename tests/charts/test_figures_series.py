"""Figures over many areas: several, each for one page, on one scale."""

import re

import pytest
from nbformat import v4
from results_factory import RESULTS, TOTAL, count_rows, coverage_rows, frame

from gsyf_lib.charts.coverage import coverage_figure, coverage_figures
from gsyf_lib.charts.decline import decline_figure, decline_figures
from gsyf_lib.documents.blocks import SERIES
from gsyf_lib.errors import BuildError, UsageError
from gsyf_lib.reports.closing import CLOSING, check_run

NAMES = [f"第{n}市" for n in range(1, 28)]


def of_all(rows_of):
    """The rows of every city: ``rows_of`` gives those of one that is called 太原市."""
    places = [{"area": name, "area_code": f"2{n:05}"} for n, name in enumerate(NAMES)]
    return frame([row | place for n, place in enumerate(places) for row in rows_of(n)])


DECLINES = of_all(
    lambda n: [
        row
        for indicator in ("accidents", "casualties")
        for row in count_rows("太原市", TOTAL, indicator, 100, (99, 95, 70 + n))
    ]
)
COVERAGES = of_all(
    lambda n: coverage_rows(
        "太原市", "煤矿", "safety_training_coverage", ((80, 100), (85, 100), (70 + n, 100))
    )
)
MAKERS = [(decline_figures, DECLINES), (coverage_figures, COVERAGES)]


@pytest.mark.parametrize(("make", "results"), MAKERS)
def test_every_area_has_its_panel_in_one_of_the_figures(make, results):
    figures = list(make(results, year=2023))
    assert [len(figure.axes) for figure in figures] == [12, 12, 3]
    named = [re.findall(r">(第\d+市)</text>", figure.svg()) for figure in figures]
    assert sum(named, []) == NAMES


@pytest.mark.parametrize(("make", "results"), MAKERS)
def test_all_figures_have_the_same_scale(make, results):
    scales = {axes.get_ylim() for figure in make(results) for axes in figure.axes}
    assert len(scales) == 1


@pytest.mark.parametrize(("make", "results"), MAKERS)
def test_each_figure_says_whose_it_is_and_counts_only_these(make, results):
    first, _, last = make(results, year=2023)
    assert (
        "第1～12个地区（共27个）" in first.alt and "第1～12个地区（共27个）" in first.data.caption
    )
    found = last.alt.partition("。")[0]
    assert "第25～27个地区（共27个）" in found
    assert sum(map(int, re.findall(r"(\d+)项", found))) == 3 * (2 if make is decline_figures else 1)


@pytest.mark.parametrize(
    ("several", "one"), [(decline_figures, decline_figure), (coverage_figures, coverage_figure)]
)
@pytest.mark.parametrize("area", [None, "太原市"])
def test_up_to_twelve_panels_are_the_one_figure(several, one, area):
    (figure,) = several(RESULTS, area, 2023)
    assert figure.alt == one(RESULTS, area, 2023).alt
    assert figure.svg() == one(RESULTS, area, 2023).svg()


def test_a_figure_is_drawn_only_when_it_is_shown_and_not_kept():
    series = decline_figures(DECLINES)
    assert len(series) == 3
    assert next(iter(series)) is not next(iter(series))


@pytest.mark.parametrize("make", [decline_figures, coverage_figures])
def test_a_year_without_targets_is_refused_before_anything_is_drawn(make):
    with pytest.raises(UsageError, match="2020.*2021、2022"):
        make(RESULTS, None, 2020)


def test_a_figure_of_a_series_that_was_lost_on_its_way_is_missed():
    shown = v4.new_output("display_data", {"image/svg+xml": "<svg/>"}, metadata={"gsyf": SERIES})
    said = {CLOSING: {"digest": "d", "figures": 3, "tables": 0}}
    last = v4.new_code_cell(
        "closing",
        execution_count=2,
        outputs=[v4.new_output("execute_result", said, execution_count=2)],
    )

    def notebook(count):
        return v4.new_notebook(
            cells=[v4.new_code_cell("series", execution_count=1, outputs=[shown] * count), last]
        )

    check_run(notebook(3), "d")
    with pytest.raises(BuildError, match="收到的却是2幅"):
        check_run(notebook(2), "d")
