"""The heat map: a number in every cell, the verdict by shape and colour, gaps told apart."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from results_factory import ABSENT, MISSING, RESULTS, count_rows, coverage_rows, frame
from test_figures import VISIONS, XYZ, lab, linear

from gsyf_lib.charts import INDUSTRY_COLORS
from gsyf_lib.charts.figure import INK
from gsyf_lib.charts.heatmap import SHADES, cell_text, heatmap_figure
from gsyf_lib.errors import UsageError
from gsyf_lib.vocabulary import STATUSES


def one(then, now, indicator="accidents", **more):
    """The text, the patch and the alt of a heat map with one cell, in 2023."""
    rows = count_rows("太原市", "煤矿", indicator, then, (now,) * 3, **more)
    figure = heatmap_figure(frame(rows), indicator, 2023)
    (axes,) = figure.axes
    (patch,) = [p for p in axes.patches if isinstance(p, Rectangle)]
    return axes.texts[0].get_text(), patch, figure.alt


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (40, 30, "✓ 下降25.0%"),
        (40, 38, "× 下降5.0%"),
        (40, 40, "× 持平"),
        (40, 50, "× 上升25.0%"),
        (2500, 2251, "× 下降9.96%"),
        (0, 0, "✓ 保持为0"),
        (0, 3, "× 由0升至3起"),
        (40, 0, "✓ 下降100.0%"),
        (40, MISSING, "… 未报送"),
        (MISSING, 4, "… 未报送"),
        (40, ABSENT, "— 无此行业"),
    ],
)
def test_a_cell_says_its_change_and_its_verdict(then, now, said):
    assert one(then, now)[0] == said


def test_casualties_that_rise_from_zero_are_persons():
    assert one(0, 2, "casualties")[0] == "× 由0升至2人"


def test_met_and_missed_differ_in_colour_and_deepen_with_the_distance_from_the_target():
    deep = {pair: to_hex(one(*pair)[1].get_facecolor()) for pair in ((40, 36), (40, 20), (40, 60))}
    assert list(deep.values()) == [SHADES["met"][0], SHADES["met"][2], SHADES["missed"][2]]


@pytest.mark.parametrize("vision", VISIONS)
def test_met_and_missed_are_told_apart_with_any_colour_vision(vision):
    seen = {
        status: [lab(np.array(VISIONS[vision]) @ linear(color)) for color in colors[1:]]
        for status, colors in SHADES.items()
    }
    apart = [np.linalg.norm(a - b) for a in seen["met"] for b in seen["missed"]]
    assert min(apart) > 27


def test_ink_can_be_read_on_every_shade():
    ink = XYZ[1] @ linear(INK) + 0.05
    shades = [color for colors in SHADES.values() for color in colors]
    assert min((XYZ[1] @ linear(color) + 0.05) / ink for color in shades) > 7


def test_missing_is_hatched_and_no_such_industry_is_blank():
    assert one(40, MISSING)[1].get_hatch()
    absent = one(40, ABSENT)[1]
    assert not absent.get_hatch() and to_hex(absent.get_facecolor()) == "#ffffff"


def test_provisional_cells_are_hollow():
    _, cell, _ = one(40, 30, provisional=True)
    assert to_hex(cell.get_facecolor()) == "#ffffff"
    assert to_hex(cell.get_edgecolor()) == SHADES["met"][2]


def test_coverage_shows_its_level_never_rounded_to_the_target():
    rows = coverage_rows("太原市", "煤矿", "safety_training_coverage", ((8999, 10_000),) * 3)
    (axes,) = heatmap_figure(frame(rows), "safety_training_coverage", 2023).axes
    assert axes.texts[0].get_text() == "× 89.99%"


def test_industries_stand_across_in_their_colours_and_areas_down():
    (axes,) = heatmap_figure(RESULTS, "accidents", 2023).axes
    across = [label.get_text() for label in axes.get_xticklabels()]
    down = [label.get_text() for label in axes.get_yticklabels()]
    assert down == ["山西省", "大同市", "太原市"]
    line = axes.lines[across.index("煤矿")]
    assert line.get_color() == INDUSTRY_COLORS["煤矿"]


def test_the_finding_counts_the_verdicts_and_the_rest_names_what_is_missed():
    alt = heatmap_figure(RESULTS, "casualties", 2023).alt
    found, _, rest = alt.partition("。")
    assert found.startswith("2023年各市各行业伤亡人数（目标：下降10%）：")
    assert sum(found.count(word) for word in STATUSES.values()) >= 3
    assert "太原市危险化学品、煤矿、非煤矿山、交通运输、重点行业合计" in rest
    assert "未达标的有" not in one(40, 30)[2]


def test_the_finding_counts_a_goal_once_without_sums_and_the_province():
    alt = heatmap_figure(RESULTS, "accidents", 2023).alt
    rows = RESULTS[(RESULTS["indicator"] == "accidents") & (RESULTS["year"] == 2023)]
    cells = rows[(rows["level"] == "city") & (rows["industry"] != "重点行业合计")]
    counted = [int(number) for number in re.findall(r"(\d+)项", alt.partition("。")[0])]
    assert sum(counted) == len(cells) < len(rows)


def test_what_was_handed_in_but_withheld_is_not_called_not_reported():
    row = {"status": "not_reported", "reason": "withheld", "indicator": "accidents"}
    assert cell_text(pd.Series(row)) == "！ 数据有误"
    assert cell_text(pd.Series(row | {"reason": "not_reported"})) == "… 未报送"


def test_results_without_the_indicator_or_the_year_say_so():
    with pytest.raises(UsageError, match="2020年的事故起数"):
        heatmap_figure(RESULTS, "accidents", 2020)
