"""The figures: what they draw, what they leave out, and that they are the same every time."""

import csv
import io
import itertools
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from xml.etree import ElementTree

import cities_factory
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Annotation, Text
from results_factory import (
    ABSENT,
    RESULTS,
    TOTAL,
    count_rows,
    coverage_rows,
    frame,
)
from test_fonts import missing_glyphs

import gsyf_lib as gs
from gsyf_lib import charts as figures
from gsyf_lib.charts import INDUSTRY_COLORS
from gsyf_lib.charts.contributions import contributions_figure
from gsyf_lib.charts.coverage import coverage_figure
from gsyf_lib.charts.decline import decline_figure
from gsyf_lib.charts.figure import STEP, drawing, industry_color
from gsyf_lib.charts.funnel import funnel_figure
from gsyf_lib.charts.heatmap import heatmap_figure
from gsyf_lib.charts.parts import NARROW
from gsyf_lib.charts.share import share_figure
from gsyf_lib.documents.blocks import line, packed
from gsyf_lib.errors import UsageError

KINDS = {
    "decline": lambda: decline_figure(RESULTS, "太原市", 2023),
    "declines": lambda: decline_figure(RESULTS),
    "coverage": lambda: coverage_figure(RESULTS, "太原市"),
    "coverages": lambda: coverage_figure(RESULTS),
    "share": lambda: share_figure(RESULTS, "太原市"),
    "contributions": lambda: contributions_figure(cities_factory.CHANGES),
    "funnel": lambda: funnel_figure(cities_factory.RESULTS),
    "heatmap": lambda: heatmap_figure(RESULTS, "accidents", 2023),
}


def one_goal(then, now, indicator="accidents", **more):
    """A figure of one city and one industry, accidents and casualties alike."""
    rows = [
        row
        for name in ("accidents", "casualties")
        for row in count_rows("太原市", "煤矿", name, then, now, **more)
    ]
    return decline_figure(frame(rows), "太原市", 2020 + len(now))


def texts(figure):
    root = ElementTree.fromstring(figure.svg())
    return [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]


def lines(axes, color):
    """The lines of one colour as lists of years, samples in the head left out."""
    drawn = [line for line in axes.lines if line.get_color() == color]
    data = [line for line in drawn if line.get_transform() == axes.transData]
    return [list(line.get_xdata()) for line in data if line.get_linestyle() != "None"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_shows_itself_as_svg_and_a_sentence(kind):
    figure = KINDS[kind]()
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == figure.alt and figure.alt.endswith("。")
    said = metadata["image/svg+xml"]
    assert (said["alt"], said["data"]) == (figure.alt, packed(figure.data))
    root = ElementTree.fromstring(data["image/svg+xml"])
    assert root.get("role") == "img" and root.get("aria-label") == figure.alt
    assert root.get("viewBox") and root.get("width") is None


def is_within(place, box, height):
    """Whether a text is drawn inside of a box given from the top left."""
    left, top, wide, tall, _ = box
    across = left - 1 <= place.x0 and place.x1 <= left + wide + 1
    return across and top - 1 <= height - place.y1 and height - place.y0 <= top + tall + 1


# The upper panel of a funnel is as wide as the page: it is moved in its box.
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"funnel"}))
def test_a_narrow_screen_shows_every_word_of_a_figure_whole_in_one_of_its_pieces(kind):
    figure = KINDS[kind]()
    height = 72 * figure.get_figheight()
    with drawing():
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        written = {
            text.get_text(): text.get_window_extent(renderer)
            for text in figure.findobj(Text)
            if text.get_text() and text.get_visible()
        }
    assert max(sum(box[2] for box in row) for row in figure.pieces) <= NARROW
    boxes = [box for row in figure.pieces for box in row]
    cut = [t for t, place in written.items() if not any(is_within(place, b, height) for b in boxes)]
    assert written and cut == []


@pytest.mark.parametrize("kind", KINDS)
def test_svg_is_one_bare_element_without_style_sheet_or_date(kind):
    svg = KINDS[kind]().svg()
    assert svg.startswith("<svg ") and svg.endswith("</svg>")
    assert not re.search(r"<\?xml|<!DOCTYPE|<style|<metadata|matplotlib", svg)


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_text_that_the_embedded_font_covers(kind):
    words = "".join(texts(KINDS[kind]()))
    assert len(words) > 20
    assert missing_glyphs(words) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_behind_a_figure_has_a_caption_and_heads_of_rows_and_columns(kind):
    data = KINDS[kind]().data
    assert data.caption and all(data.heads)
    assert [column.is_head for column in data.columns].index(True) == 0
    assert not re.search(r"nan|NaT|<NA>|None", repr(data))


@pytest.mark.parametrize("kind", KINDS)
def test_a_length_has_one_place_at_most_and_nothing_is_drawn_twice_for_a_page(kind):
    svg = re.sub("<text.*?</text>", "", KINDS[kind]().svg())
    body = svg[svg.index(">") + 1 :]
    assert not re.search(r"[ MLCQ-]\d+\.\d{2}", body)
    assert "\n" not in body and "<g>" not in body and "<g/>" not in body


def lines_of(data):
    """The lines of the table behind a figure as tuples."""
    return [data.heads, *(tuple(map(line, row.cells)) for row in data.rows)]


def cells_of(data, *names):
    """The line of the table behind a figure that these names begin, by the heads of its columns."""
    heads, *lines = lines_of(data)
    return next(
        dict(zip(heads, each, strict=True)) for each in lines if each[: len(names)] == names
    )


def test_behind_the_declines_stand_the_very_numbers_drawn():
    coal = cells_of(decline_figure(RESULTS, "太原市", 2023).data, "煤矿", "事故起数")
    assert coal["2019年"] == "12起"
    assert coal["2023年（下降10%）"] == "9起* 下降25.0% ✓ −68%～+31%"
    assert not any(head.startswith("2024年") for head in coal)


def test_behind_the_declines_zero_is_in_words_and_missing_is_not_zero():
    data = decline_figure(RESULTS, "太原市", 2023).data
    rose = cells_of(data, "非煤矿山", "伤亡人数")
    assert (rose["2019年"], rose["2023年（下降10%）"]) == ("0人", "5人 由0升至5人 ×")
    assert cells_of(data, "建筑施工", "事故起数")["2022年（下降5%）"] == "… 未报送"


def test_behind_coverage_and_share_stand_both_counts():
    coverage = cells_of(coverage_figure(RESULTS, "太原市").data, "煤矿", "安全生产培训")
    assert coverage["2022年（80%以上）"] == "840/1000（84.0%） ✓"
    share = cells_of(share_figure(RESULTS, "太原市").data, "涉尘行业")
    assert share["2019年"] == "9.5%"
    assert share["2021年（低于2019年）"] == "4/44（9.1%） 下降0.4个百分点 ✓ 3.6%～21.2%"


@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_of_a_figure_are_offered_as_a_csv_file(kind):
    figure = KINDS[kind]()
    rows = list(csv.DictReader(io.StringIO(figure.csv())))
    assert rows and all(None not in row and None not in row.values() for row in rows)
    assert figure._repr_mimebundle_()[1]["image/svg+xml"]["csv"] == figure.csv()


def test_the_csv_file_of_the_declines_is_tidy_and_has_whole_numbers():
    rows = csv.DictReader(io.StringIO(decline_figure(RESULTS, "太原市", 2023).csv()))
    coal = next(row for row in rows if (row["行业"], row["年度"]) == ("煤矿", "2023"))
    assert (coal["对比年度"], coal["对比值"], coal["实际值"], coal["结论"]) == (
        "2019", "12", "9", "达标",
    )  # fmt: skip


def test_the_finding_of_every_figure_is_its_first_sentence():
    found = {kind: make().alt.partition("。")[0] for kind, make in KINDS.items()}
    assert found["coverage"] == (
        "2023年，太原市安全生产培训覆盖率4项达标、1项未达标、1项无此行业；"
        "职业卫生培训覆盖率1项未达标"
    )
    assert (
        found["share"]
        == "2023年，太原市涉尘行业尘肺病报告比例为3/40（7.5%），较2022年上升0.4个百分点，未达标"
    )
    assert found["funnel"].startswith("2023年与2019年相比，") and "界限" in found["funnel"]
    assert found["contributions"].startswith(
        "2023年与2019年相比，山西省重点行业合计事故起数减少7起"
    )


def test_identifiers_of_several_figures_never_meet():
    svgs = [make().svg() for make in KINDS.values()]
    names = [set(re.findall(r'\sid="([^"]+)"', svg)) for svg in svgs]
    assert all(names)
    assert not any(a & b for a, b in itertools.combinations(names, 2))
    for svg, own in zip(svgs, names, strict=True):
        pieces = {name for name in own if re.search(r"-(axes|legend)_\d+$", name)}
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == own - pieces


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_is_the_same_bytes_every_time(kind):
    figure = KINDS[kind]()
    assert figure.svg() == figure.svg() == KINDS[kind]().svg()


def test_a_figure_is_the_same_bytes_in_another_process():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from results_factory import RESULTS;"
        "from gsyf_lib.charts.decline import decline_figure;"
        "sys.stdout.buffer.write(decline_figure(RESULTS, '太原市', 2023).svg().encode())"
    )
    tests = str(Path(__file__).parents[1])
    run = subprocess.run([sys.executable, "-c", code, tests], capture_output=True, check=True)
    assert run.stdout.decode() == KINDS["decline"]().svg()


def test_drawing_changes_no_setting_and_loads_no_pyplot():
    before = dict(matplotlib.rcParams)
    KINDS["coverage"]().svg()
    assert dict(matplotlib.rcParams) == before
    code = "import sys; import gsyf_lib.charts; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_character_without_glyph_is_an_error():
    rows = count_rows("太原市", "煤矿\U0001f9ff", "accidents", 12, (11,))
    with pytest.raises(UserWarning, match="Glyph"):
        decline_figure(frame(rows), "太原市").svg()


def test_fewer_accidents_are_drawn_below_the_zero_line():
    (axes,) = one_goal(12, (9,)).axes
    points = [line for line in axes.lines if line.get_linestyle() == "None"]
    assert any(list(line.get_ydata()) == [0, -0.25] for line in points)


def test_no_line_crosses_2020():
    (axes,) = one_goal(12, (9, 9, 9)).axes
    assert lines(axes, INDUSTRY_COLORS["煤矿"]) == [[2019], [2021, 2022, 2023]]
    assert "2020年无数据要求" in texts(one_goal(12, (9, 9, 9)))


def test_results_of_one_year_claim_no_gap():
    results = RESULTS[RESULTS["year"] == 2023]
    assert not any("无数据要求" in text for text in texts(decline_figure(results, "太原市")))


def test_a_year_without_a_figure_breaks_the_line():
    (axes,) = one_goal(26, (24, None, 20)).axes
    assert lines(axes, INDUSTRY_COLORS["煤矿"]) == [[2019], [2021], [2023]]


def test_nothing_is_drawn_after_the_year_asked_for():
    (axes,) = decline_figure(
        frame(count_rows("太原市", "煤矿", "accidents", 12, (11, 10, 9, 8, 7))), "太原市", 2022
    ).axes
    assert lines(axes, INDUSTRY_COLORS["煤矿"]) == [[2019], [2021, 2022]]
    assert len(intervals(axes)) == 2


def test_the_milestones_of_all_years_are_drawn_and_named():
    figure = one_goal(12, (9,))
    (axes,) = figure.axes
    labels = [text.get_text() for text in axes.texts if re.match(r"20\d\d", text.get_text())]
    assert labels == [
        "2019\n基期", "2020", "2021\n<0", "2022\n−5%", "2023\n−10%", "2024\n−15%", "2025\n−20%",
    ]  # fmt: skip


def test_counts_change_and_verdict_stand_above_the_panel():
    said = texts(one_goal(12, (12, 12, 9)))
    assert "事故 12→9起，−25.0%" in said and "✓ 达标" in said


def test_a_baseline_of_zero_is_told_in_words():
    figure = one_goal(0, (0, 1, 3))
    assert "基期为0，实际：0→3起" in texts(figure)
    assert "0→3起（未达标）" in figure.alt


def test_an_area_without_the_industry_says_so():
    figure = one_goal(5, (ABSENT,) * 3)
    assert "无此行业" in texts(figure) and "煤矿无此行业" in figure.alt
    assert not any("→" in text for text in texts(figure))


def test_a_missing_figure_is_not_zero():
    figure = one_goal(5, (None, None))
    assert "未报送" in texts(figure) and figure.alt.endswith("煤矿事故未报送，伤亡未报送。")
    assert not any("0 起" in text for text in texts(figure))


def test_a_missing_baseline_is_named():
    assert "对比年度数据未报送" in texts(one_goal(None, (4,), reason="baseline_not_reported"))


def test_a_point_beyond_the_range_stands_at_the_edge_with_its_value():
    figure = one_goal(10, (30,))
    (axes,) = figure.axes
    assert axes.get_ylim()[1] == 0.6
    labels = [text for text in axes.texts if text.get_text() == "+200%"]
    assert len(labels) == 2
    assert labels[0].get_position() != labels[1].get_position()


def test_labels_of_several_years_beyond_the_range_never_meet():
    figure = one_goal(10, (30, 45, 65, 30, 1300))
    (axes,) = figure.axes
    with drawing():
        figure.draw_without_rendering()
        beyond = [text for text in axes.texts if isinstance(text, Annotation)]
        labels = [text for text in beyond if text.get_text().startswith("+")]
        boxes = [text.get_window_extent() for text in labels]
    assert len(labels) == 10 and {"+200%", "+350%", "+12900%"} <= {t.get_text() for t in labels}
    for one, other in itertools.combinations(boxes, 2):
        apart = one.x1 <= other.x0 or other.x1 <= one.x0
        assert apart or one.y0 >= other.y1 - 1 or other.y0 >= one.y1 - 1


def test_provisional_points_are_hollow():
    (axes,) = one_goal(12, (9,), provisional=True).axes
    points = [line for line in axes.lines if line.get_marker() == "o"]
    faces = {year: line.get_markerfacecolor() for line in points for year in line.get_xdata()}
    assert faces == {2019: INDUSTRY_COLORS["煤矿"], 2021: "white"}


def test_a_decline_just_short_of_its_goal_is_not_rounded_to_it():
    said = texts(one_goal(2500, (2499, 2376)))
    assert "事故 2500→2376起，−4.96%" in said and "× 未达标" in said


def test_a_coverage_just_short_of_all_is_not_rounded_to_all():
    rows = coverage_rows("太原市", "煤矿", "safety_training_coverage", ((9999, 10000),) * 5)
    assert "煤矿99.99%（未达标）" in coverage_figure(frame(rows), "太原市").alt


def test_the_sentence_says_every_industry_and_verdict():
    alt = decline_figure(RESULTS, "太原市", 2023).alt
    assert alt.startswith(
        "2023年与2019年相比，太原市各行业事故起数3项达标、2项未达标、1项无此行业；"
        "伤亡人数1项达标、4项未达标、1项无此行业。危险化学品"
    )
    assert "煤矿事故下降25.0%（达标），伤亡下降5.0%（未达标）" in alt
    assert "交通运输事故下降10.0%（达标），伤亡下降9.95%（未达标）" in alt


def test_without_an_area_every_area_has_a_panel_with_its_total():
    figure = decline_figure(RESULTS, year=2023)
    assert len(figure.axes) == 3
    assert {"山西省", "太原市", "大同市"} <= set(texts(figure))
    assert TOTAL in figure.alt


def test_every_industry_has_a_row_with_its_coverage_and_counts():
    said = texts(coverage_figure(RESULTS, "太原市"))
    assert {"煤矿", "建筑施工", "机械制造"} <= set(said)
    assert {"✓ 93.0% 930/1000", "× 88.0% 880/1000", "— 无此行业"} <= set(said)


def test_a_training_of_one_industry_has_a_row_for_every_year_and_its_milestone():
    axes = coverage_figure(RESULTS, "太原市", 2022).axes[1]
    named = [text.get_text() for text in axes.texts if re.fullmatch(r"20\d\d年", text.get_text())]
    assert named == ["2021年", "2022年", "2023年", "2024年", "2025年"]
    goals = [line.get_xdata()[0] for line in axes.lines if line.get_color() == STEP]
    assert goals == [0.7, 0.8, 0.9, 0.95, 1.0]
    dots = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert len(dots) == 2  # of the years to come there is nothing to draw


def test_coverage_axis_reaches_down_to_the_lowest_figure():
    rows = coverage_rows("太原市", "煤矿", "safety_training_coverage", ((30, 100),))
    assert coverage_figure(frame(rows), "太原市").axes[0].get_xlim()[0] == 0.2


def test_the_share_stands_at_its_point_and_both_counts_at_the_bars_beside():
    said = texts(share_figure(RESULTS, "太原市"))
    assert {"9.5%", "9.1%", "4/44", "7.1%", "3/42", "7.5%", "3/40"} <= set(said)
    assert "2023年× 未达标（与2022年相比）" in said


def test_a_bare_ratio_has_no_counts_and_a_year_without_cases_says_so():
    said = texts(share_figure(RESULTS, "大同市"))
    assert "9.0%" in said and "无病例" in said and {"14.3%", "1/7"} <= set(said)


@pytest.mark.parametrize("make", [decline_figure, coverage_figure, share_figure])
def test_an_unknown_area_or_year_lists_what_is_allowed(make):
    with pytest.raises(UsageError, match="大同市、太原市"):
        make(RESULTS, "大原市")
    with pytest.raises(UsageError, match="2020.*2021、2022"):
        make(RESULTS, "太原市", 2020)


def test_the_short_form_of_an_area_is_enough():
    assert decline_figure(RESULTS, "太原", 2023).svg() == KINDS["decline"]().svg()


def test_results_without_such_goals_say_so():
    with pytest.raises(UsageError, match="没有这类目标"):
        share_figure(RESULTS, "山西省")


def test_an_industry_of_another_plan_keeps_its_colour():
    assert industry_color("烟花爆竹") == "#ee5566"


# Machado, Oliveira and Fernandes 2009, severity 1: linear RGB as seen without one cone.
VISIONS = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x = XYZ @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_industries_are_told_apart_with_any_colour_vision(vision):
    seen = [lab(np.array(VISIONS[vision]) @ linear(color)) for color in INDUSTRY_COLORS.values()]
    closest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert closest > 27


def test_industry_colours_stand_out_on_white():
    contrast = [1.05 / (XYZ[1] @ linear(color) + 0.05) for color in INDUSTRY_COLORS.values()]
    assert min(contrast) >= 3


def test_every_chart_of_the_room_is_a_public_name():
    modules = [import_module(f"gsyf_lib.charts.{m.name}") for m in iter_modules(figures.__path__)]
    names = {name for module in modules for name in vars(module) if not name.startswith("_")}
    charts = {name for name in names if name.endswith(("_figure", "_figures"))}
    assert len(charts) >= 9 and charts <= {*gs.__all__, *gs.page.__all__}


def drawn(**more):
    """The panel of one industry with figures of 2023, 12 accidents before and 9 now."""
    rows = [
        {**row, **more} if row["year"] == 2023 and row["indicator"] == "accidents" else row
        for name in ("accidents", "casualties")
        for row in count_rows("太原市", "煤矿", name, 12, (None, None, 9))
    ]
    (axes,) = decline_figure(frame(rows), "太原市", 2023).axes
    return axes


def intervals(axes):
    """The upright lines of a panel, each as its two ends."""
    segments = [line for part in axes.collections for line in part.get_segments()]
    return [line.tolist() for line in segments if line[0][0] == line[1][0]]


def heads(axes):
    """The arrowheads of a panel by their direction."""
    arrows = [
        line for line in axes.lines if line.get_marker() in ("^", "v") and len(line.get_xdata())
    ]
    return {line.get_marker(): list(zip(*line.get_data(), strict=True)) for line in arrows}


def test_the_range_of_a_change_is_drawn_from_its_best_to_its_worst_end():
    """A decline between −10 % and 50 % is a change between −50 % and +10 %."""
    axes = drawn(interval_low=-0.1, interval_high=0.5)
    low = axes.get_ylim()[0]
    assert intervals(axes) == [[[2023, pytest.approx(max(-0.5, low))], [2023, 0.1]]]
    assert heads(axes) == {"v": [(2023, low)]}


def test_a_range_that_leaves_the_panel_ends_at_its_edge_with_an_arrowhead():
    axes = drawn(interval_low=-4.0, interval_high=0.9)
    low, high = axes.get_ylim()
    assert intervals(axes) == [[[2023, low], [2023, high]]]
    assert heads(axes) == {"^": [(2023, high)], "v": [(2023, low)]}


def test_what_meets_the_milestone_is_shaded_downwards_from_it():
    axes = drawn()
    low = axes.get_ylim()[0]
    (shade,) = [p for p in axes.patches if isinstance(p, StepPatch) and p.get_fill()]
    assert shade.get_data().values.tolist() == [0, -0.05, -0.1, -0.15, -0.2]
    assert shade.get_data().baseline == low


def test_the_year_without_a_demand_is_set_off_in_the_panel():
    spans = [patch for patch in drawn().patches if isinstance(patch, Rectangle)]
    assert [(span.get_x(), span.get_width()) for span in spans] == [(2019.5, 1)]


def test_the_label_of_a_point_beyond_the_range_stands_inside_of_the_panel():
    figure = one_goal(10, (30,))
    (axes,) = figure.axes
    with drawing():
        figure.draw_without_rendering()
        panel = axes.get_window_extent()
        labels = [text for text in axes.texts if text.get_text() == "+200%"]
        tops = [label.get_window_extent().y1 for label in labels]
    assert len(tops) == 2 and max(tops) <= panel.y1


def test_that_there_is_no_such_industry_is_said_once_in_its_panel():
    said = texts(one_goal(5, (ABSENT,) * 3))
    assert [text for text in said if text and "无此行业" in text] == ["无此行业"]
