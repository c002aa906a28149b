"""The tile map: every city in its place, with how many targets it meets; a province is data."""

from dataclasses import replace

import pandas as pd
import pytest
from results_factory import ABSENT, MISSING, RESULTS, count_rows, frame

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.errors import PlanError
from gsyf_lib.plan.plan import read_csv


@pytest.fixture(scope="module")
def map_of_example(plan, example):
    return gs.tile_map_figure(plan, gs.assess(plan, example.observations, year=2023))


def place_of(figure, city):
    """The place of a city's name, as (column, row) counted from the north-west."""
    (text,) = [t for t in figure.axes[0].texts if t.get_text() == city]
    return text.get_position()


def test_every_city_of_the_plan_has_one_tile(plan):
    cities = plan.areas.loc[plan.areas["level"] == "city", "code"]
    assert sorted(plan.tiles["code"]) == sorted(cities)


def test_cities_stand_where_they_lie(map_of_example):
    x, y = zip(*(place_of(map_of_example, c) for c in ("太原市", "大同市", "运城市")), strict=True)
    assert y[1] < y[0] < y[2]
    assert x[1] > x[0] > x[2]
    assert place_of(map_of_example, "阳泉市")[0] > place_of(map_of_example, "太原市")[0]
    assert place_of(map_of_example, "吕梁市")[0] < place_of(map_of_example, "晋中市")[0]


def test_a_tile_says_by_shape_and_word_how_many_of_the_judged_targets_are_met(
    plan, example, map_of_example
):
    results = gs.assess(plan, example.observations, year=2023)
    said = {text.get_text() for text in map_of_example.axes[0].texts}
    own = results[(results["area"] == "太原市") & (results["indicator"] != "joint")]
    own = own[own["industry"] != "重点行业合计"]
    assert f"✓ {(own['status'] == 'met').sum()}/{len(own)}项达标" in said
    assert {"✓ 12/19项达标", "○ 1项无法判定"} <= said, "of those judged: the others stand apart"


def three_cities(plan):
    rows = [
        *count_rows("太原市", "煤矿", "accidents", 40, (30,) * 3),
        *count_rows("太原市", "建筑施工", "accidents", 40, (MISSING,) * 3),
        *count_rows("大同市", "煤矿", "accidents", 40, (MISSING,) * 3),
        *count_rows("大同市", "建筑施工", "accidents", 40, (ABSENT,) * 3),
    ]
    return gs.tile_map_figure(plan, frame(rows), 2023)


def test_what_lacks_is_said_and_dashed_and_a_city_without_any_verdict_is_hatched(plan):
    figure = three_cities(plan)
    said = {text.get_text() for text in figure.axes[0].texts}
    assert {"✓ 1/1项达标", "○ 1项无法判定"} <= said
    assert not any("0/" in text for text in said), "nothing judged is not zero met"
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 1
    assert figure.alt == (
        "2023年，2个市共判定年度目标1项，达标1项，未达标0项；另有2项无法判定。"
        "太原市1项中达标1项、另有1项无法判定，大同市1项无法判定。"
    )


def test_a_plan_without_tiles_has_a_sentence_instead(plan):
    bare = replace(plan, tiles=frames.TILES.empty())
    assert "codes/tiles.csv" in repr(gs.tile_map_figure(bare, RESULTS))


def test_another_province_is_another_file(plan):
    tiles = pd.DataFrame({"code": ["140200", "140100"], "row": [1, 2], "column": [1, 1]})
    moved = replace(plan, tiles=frames.conform(tiles, frames.TILES))
    figure = gs.tile_map_figure(moved, RESULTS, 2023)
    (across, above), (below_across, below) = (place_of(figure, c) for c in ("大同市", "太原市"))
    assert across == below_across == 0 and -0.5 < above < 0.5 < below < 1.5


def test_a_city_without_a_place_is_named_beside_the_map(plan):
    tiles = pd.DataFrame({"code": ["140200"], "row": [1], "column": [1]})
    lacking = replace(plan, tiles=frames.conform(tiles, frames.TILES))
    figure = gs.tile_map_figure(lacking, RESULTS, 2023)
    said = "".join(text.get_text() for text in figure.axes[0].texts)
    assert "没有位置的市：\n太原市" in said
    assert figure.alt.endswith("代码表中没有位置的市：太原市。")


def test_results_without_cities_or_the_year_say_so(plan):
    with pytest.raises(gs.UsageError, match="2020年"):
        gs.tile_map_figure(plan, RESULTS, 2020)


def test_two_cities_in_one_place_are_refused(tmp_path):
    path = tmp_path / "tiles.csv"
    path.write_text("code,row,column\n140100,1,1\n140200,1,1\n", encoding="utf-8-sig")
    with pytest.raises(PlanError, match="tiles.csv"):
        read_csv(path, frames.TILES)
