"""What the figures of contributions and of the funnel draw, and where their labels stand."""

import itertools
import re

import numpy as np
import pytest
from cities_factory import CHANGES, RESULTS, accidents
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text
from results_factory import ABSENT, TOTAL
from results_factory import RESULTS as AREAS
from test_figures import texts

import gsyf_lib as gs
from gsyf_lib.assessment import luck
from gsyf_lib.charts import INDUSTRY_COLORS, labels
from gsyf_lib.charts.contributions import contributions_figure
from gsyf_lib.charts.figure import drawing
from gsyf_lib.charts.funnel import funnel_figure, share_of
from gsyf_lib.charts.parts import NARROW
from gsyf_lib.charts.share import share_figure

COAL, BUILDING = "煤矿", "建筑施工"


def boxes(shown) -> list:
    """Return where the texts stand once drawn, without the lines that lead to them."""
    shown[0].get_figure().svg()
    with drawing():
        return [Text.get_window_extent(text) for text in shown]


def segments(axes) -> dict[float, tuple[float, float]]:
    """Return the upright lines of a panel: place, lower and upper end."""
    every = [c for c in axes.collections if isinstance(c, LineCollection)]
    ends = [s for c in every for s in c.get_segments()]
    return {low[0]: (low[1], high[1]) for low, high in ends if low[0] == high[0]}


# Contributions


def bars(axes) -> dict[str, float]:
    names = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(names, (bar.get_width() for bar in axes.patches), strict=True))


def test_both_panels_add_up_to_the_province():
    by_industry, by_city = contributions_figure(CHANGES).axes
    assert bars(by_industry) == {COAL: -10, BUILDING: 3}
    assert bars(by_city) == {"太原市": -6, "大同市": 5, "阳泉市": 0, "差额": -6}
    assert sum(bars(by_industry).values()) == sum(bars(by_city).values()) == -7


def test_the_order_is_that_of_the_plan_and_one_case_is_as_long_in_both_panels(plan, example):
    contributed = gs.contributions(plan, example.observations, 2021)
    figure = contributions_figure(contributed)
    by_industry, by_city = figure.axes
    assert list(bars(by_city)) == plan.cities
    assert list(bars(by_industry)) == [n for n in plan.industries["name"] if n != "涉尘行业"]
    widths = [axes.get_position().width / np.ptp(axes.get_xlim()) for axes in figure.axes]
    assert widths[0] == pytest.approx(widths[1])
    assert max(box[2] for (box,) in figure.pieces) == pytest.approx(NARROW), "the width is used"


def test_the_heads_of_a_panel_never_meet(plan, example, observe):
    empty = gs.contributions(plan, observe(), 2023)
    for contributed in (CHANGES, empty, gs.contributions(plan, example.observations, 2023)):
        for axes in contributions_figure(contributed).axes:
            name, whole = boxes(axes.texts[:2])
            assert name.x1 < whole.x0


def test_a_bar_that_lacks_something_is_hollow_and_says_so():
    figure = contributions_figure(CHANGES)
    faces = [to_hex(bar.get_facecolor()) for bar in figure.axes[1].patches]
    assert faces[2] == "#ffffff" and "#ffffff" not in (faces[0], faces[1], faces[3])
    said = texts(figure)
    assert "0，缺1项" in said and "数据不全：只计有数据的行业" in said


def test_what_is_not_there_has_words_and_no_bar(plan, observe):
    figure = contributions_figure(gs.contributions(plan, observe(), 2023))
    assert texts(figure).count("缺数") == len(plan.cities) + 6
    assert texts(figure).count("数据不全，不作合计") == 2
    assert all(width == 0 for axes in figure.axes for width in bars(axes).values())


def test_every_change_is_in_the_picture_and_in_the_sentence():
    figure = contributions_figure(CHANGES)
    assert {"−10", "+3", "−6", "+5", "合计 −7 起"} <= set(texts(figure))
    assert figure.alt.endswith("按市：太原市减少6起，大同市增加5起，阳泉市持平，差额减少6起。")


def test_casualties_are_counted_in_persons(plan, example):
    contributed = gs.contributions(plan, example.observations, 2023)
    figure = contributions_figure(contributed, "casualties")
    assert "合计 −455 人" in texts(figure) and "伤亡人数减少455人" in figure.alt


def test_no_label_of_a_bar_leaves_the_picture(plan, example):
    for year, indicator in itertools.product((2021, 2023), ("accidents", "casualties")):
        contributed = gs.contributions(plan, example.observations, year)
        figure = contributions_figure(contributed, indicator)
        for axes in figure.axes:
            frame = axes.get_window_extent()
            for box in boxes(axes.texts[: len(axes.patches)]):
                assert frame.x0 - 1 <= box.x0 and box.x1 <= frame.x1 + 1


# The funnel


def points(axes) -> dict[float, tuple[float, str]]:
    drawn = [line for line in axes.lines if line.get_marker() in ("o", "D")]
    return {line.get_xdata()[0]: (line.get_ydata()[0], line.get_marker()) for line in drawn}


def limits(axes) -> list:
    """Return the lower and the upper dashed line."""
    return [line for line in axes.lines if len(line.get_xdata()) > 2]


def test_a_point_stands_at_its_cases_and_its_share():
    whole = funnel_figure(RESULTS).axes[0]
    assert points(whole)[228 + 180] == (180 / 408, "o")
    assert len(points(whole)) == 5


def test_the_marks_of_the_axis_are_changes():
    whole = funnel_figure(RESULTS).axes[0]
    marks = {label.get_text(): y for label, y in
             zip(whole.get_yticklabels(), whole.get_yticks(), strict=True)}  # fmt: skip
    assert marks["0"] == 0.5 and marks["−10%"] == pytest.approx(0.9 / 1.9)


def test_the_only_city_outside_is_a_named_diamond_beyond_the_line():
    coal = funnel_figure(RESULTS).axes[1]
    y, marker = points(coal)[5 + 31]
    assert marker == "D" and [text.get_text() for text in coal.texts if text.get_text()[-1] == "市"]
    at = np.interp(36, *limits(coal)[1].get_data())
    assert y > at
    own = luck.funnel_curve(36, RESULTS_OTHERS)[1]
    assert at == pytest.approx(float(own), abs=0.003)


RESULTS_OTHERS = (13 + 10 + 18 + 11) / (30 + 22 + 44 + 37)


def test_every_city_inside_lies_between_the_lines(plan, example):
    for year in (2021, 2023):
        figure = funnel_figure(gs.assess(plan, example.observations, year))
        for axes in figure.axes:
            for x, (y, marker) in points(axes).items():
                if marker == "o":
                    below, above = (np.interp(x, *line.get_data()) for line in limits(axes))
                    assert not y < below - 0.004 and not y > above + 0.004


def test_the_target_is_told_apart_from_the_limits():
    figure = funnel_figure(RESULTS)
    said = texts(figure)
    assert {"99.8%界限", "达到年度目标（下降10%）", "界限内各市合计的变化"} <= set(said)
    assert {"4,2.5", "1,1.5"} <= set(re.findall("stroke-dasharray:([^;]+)", figure.svg()))
    strict = accidents({TOTAL: {"太原市": (10, 9), "大同市": (10, 9)}}, year=2021)
    assert "达到年度目标（低于2019年）" in texts(funnel_figure(strict))


def test_where_the_lines_would_mislead_the_citys_own_limits_are_drawn():
    """Two far outliers pull the share that the others are held against."""
    pairs = {"太原市": (30, 170), "大同市": (30, 170), "阳泉市": (93, 107), "长治市": (100, 100),
             "晋城市": (100, 100), "朔州市": (100, 100)}  # fmt: skip
    figure = funnel_figure(accidents({TOTAL: pairs}))
    assert "该市自己的界限" in texts(figure)
    assert any(line.get_marker() == "_" for line in figure.axes[0].lines)
    assert "该市自己的界限" not in texts(funnel_figure(RESULTS))


def test_the_heads_count_and_never_rank():
    said = texts(funnel_figure(RESULTS))
    assert "5市中1市在界限外" in said and "5市都在界限内" in said


def test_a_provisional_city_is_hollow():
    results = RESULTS.assign(provisional=RESULTS["area"] == "太原市")
    figure = funnel_figure(results)
    faces = [
        line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() == "o"
    ]
    assert faces.count("white") == 1 and "初步数据" in texts(figure)
    assert "初步数据" not in texts(funnel_figure(RESULTS))


def test_without_a_figure_every_panel_says_so(plan, observe):
    figure = funnel_figure(gs.assess(plan, observe(), 2023))
    assert texts(figure).count("没有可比的数据") == 7
    assert figure.alt.endswith("2023年因数据不全，不作比较。")


@pytest.mark.parametrize("pairs", [
    {"太原市": (0, 0), "大同市": (0, 0)},
    {"太原市": (0, 3), "大同市": (0, 1)},
    {"太原市": (3, 0), "大同市": (1, 0)},
    {"太原市": (1, 0), "大同市": (0, 1)},
    {"太原市": (4, 4), "大同市": (4, 4)},
    {"太原市": (4, 4), "大同市": (4, ABSENT)},
    {"太原市": (4, None)},
    {"太原市": (90_000, 80_000), "大同市": (1, 1)},
])  # fmt: skip
def test_a_funnel_of_extremes_is_drawn_without_complaint(pairs):
    with np.errstate(all="raise"):
        figure = funnel_figure(accidents({TOTAL: pairs, COAL: pairs}))
    assert figure.svg().count("NaN") == 0 and figure.alt.endswith("。")


def test_the_sentence_names_each_change_and_who_lies_outside():
    alt = funnel_figure(RESULTS).alt
    assert "太原市下降21.1%" in alt and "朔州市煤矿高于界限" in alt
    assert "长治市下降" not in alt


def test_names_in_the_figure_of_the_example_never_meet(plan, example):
    for year in (2023, 2025):
        whole = funnel_figure(gs.assess(plan, example.observations, year)).axes[0]
        names = boxes([text for text in whole.texts if text.get_text() in plan.cities])
        assert len(names) >= 9
        for one, other in itertools.combinations(names, 2):
            assert not one.overlaps(other)


places = st.lists(
    st.tuples(st.floats(0, 600, width=32), st.floats(0, 200, width=32)), min_size=1, max_size=11
)


@given(places)
def test_labels_stand_inside_and_never_on_each_other(points):
    sizes = [(29.0, 11.0)] * len(points)
    boxes = labels.placed(points, sizes, (640.0, 220.0))
    fallback = [(x + 6, y - 5.5, x + 35, y + 5.5) for x, y in points]
    free = [box for box, none in zip(boxes, fallback, strict=True) if box != none]
    for one, other in itertools.combinations(free, 2):
        assert not labels.overlap(one, other)
    for left, bottom, right, top in free:
        assert left >= 0 and bottom >= 0 and right <= 640 and top <= 220


def test_a_label_keeps_off_what_is_taken():
    (box,) = labels.placed([(50.0, 50.0)], [(20.0, 10.0)], (100.0, 100.0), [(50, 0, 100, 100)])
    assert box[2] <= 50


def test_a_change_and_its_share_tell_the_same():
    for change in (-1, -0.5, -0.1, 0, 1, 4):
        assert share_of(change) / (1 - share_of(change)) == pytest.approx(1 + change)


# Intervals of the share


def test_the_share_has_wilsons_interval_where_its_counts_are_known():
    axes, _ = share_figure(AREAS, "太原市").axes
    low, high = luck.wilson_interval([4, 3, 3], [44, 42, 40])
    for n, year in enumerate((2021, 2022, 2023)):
        assert segments(axes)[year] == pytest.approx((low[n], high[n]))
    bare, _ = share_figure(AREAS, "大同市").axes
    assert list(segments(bare)) == [2023], "neither a bare ratio nor a year without cases has one"
    assert bare.get_ylim()[1] > max(luck.wilson_interval(1, 7))


def test_colours_are_those_of_the_industries():
    industry = funnel_figure(RESULTS).axes[1]
    colors = {line.get_color() for line in industry.lines if line.get_marker() in ("o", "D")}
    assert colors == {INDUSTRY_COLORS[COAL]}
    assert re.fullmatch(r"#[0-9a-f]{6}", next(iter(colors)))
