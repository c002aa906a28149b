"""Every figure of a verdict leads to its cell; what was added up says of what."""

import itertools
import re
from dataclasses import replace

import pandas as pd
import pytest
from shown import all_links, places

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.documents.blocks import Block, Table, Terms, walk
from gsyf_lib.tables.department import department_sentences


@pytest.fixture(scope="module")
def results(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations, 2023)


def targets(*shown: Block) -> set[str]:
    """Return the places that links lead to."""
    return {place for _, place in all_links(shown)}


def row_of(shown: Table, place: str) -> list[str]:
    (row,) = [row for row in shown.rows if row.place == place]
    return [str(cell) for cell in row.cells]


def head_of(shown: Table, place: str) -> str:
    """Return the head of the group of rows that a place belongs to."""
    before = itertools.takewhile(lambda row: row.place != place, shown.rows)
    return str([row for row in before if row.is_group][-1].cells[0])


def test_every_link_of_a_verdict_leads_to_a_figure_and_back(judged, plan, results):
    for area in plan.cities:
        verdicts = gs.verdict_table(results, area)
        trace = gs.page.trace_table(judged, area, results=results)
        assert targets(verdicts) and targets(verdicts) <= set(places(trace))
        assert targets(trace) <= set(places(verdicts, trace))


def test_every_figure_of_a_city_on_the_provinces_page_leads_to_its_cell_and_back(
    judged, plan, example, results
):
    contributed = gs.contributions(plan, example.observations, 2023)
    shown = [
        gs.verdict_table(results, plan.area),
        gs.page.missed_table(results),
        gs.heatmap_figure(results, "accidents").data,
        gs.heatmap_figure(results, "casualties").data,
        gs.funnel_figure(results).data,
        *(gs.contributions_table(contributed, name) for name in ("accidents", "casualties")),
        *(gs.contributions_figure(contributed, name).data for name in ("accidents", "casualties")),
    ]
    trace = gs.page.trace_table(judged, plan.area, results=results)
    assert all(targets(table) for table in shown)
    assert targets(*shown) <= set(places(trace))
    assert targets(trace) <= set(places(*shown, trace))
    own = example.observations.query("area == '大同市' and industry == '煤矿' and year == 2023")
    told = row_of(trace, "出处-140200-煤矿-accidents-2023")
    assert told[4:6] == own.loc[own["measure"] == "accidents", ["value", "cell"]].astype(
        str
    ).to_numpy()[0].tolist()  # fmt: skip
    ids = places(*shown, trace)
    assert len(ids) == len(set(ids))


def test_a_sum_that_lacks_a_figure_leads_nowhere(plan, example):
    contributed = gs.contributions(plan, example.observations, 2023)
    leads = " ".join(targets(gs.contributions_table(contributed)))
    partial = contributed.query("state == 'partial' and indicator == 'accidents'")
    assert len(partial)
    for row in partial.query("part == 'city'").itertuples():
        assert f"出处-{row.area_code}-{row.industry}-accidents" not in leads


def test_every_figure_compared_over_all_cities_leads_to_its_cell_and_back(judged, results):
    for names in (["accidents", "casualties"], ["safety_training_coverage"]):
        trace = gs.page.trace_table(judged, results=results[results["indicator"].isin(names)])
        page = [gs.declines_table(results, indicator=name) for name in names]
        assert targets(*page) and targets(*page) <= set(places(trace))
        assert targets(trace) <= set(places(*page, trace))


def test_every_figure_is_told_with_its_own_cell_and_file(judged, example, results):
    shown = gs.page.trace_table(judged, "太原市", results=results)
    own = example.observations
    own = own[(own["area"] == "太原市") & (own["year"] <= 2023) & (own["measure"] == "accidents")]
    assert len(own) == 24
    for row in own.itertuples():
        place = f"出处-140100-{row.industry}-accidents-{row.year}"
        assert row_of(shown, place)[2:5] == ["事故起数", str(row.value), row.cell]
        assert row.file in head_of(shown, place)


def test_a_total_says_what_was_added(judged, results):
    shown = gs.page.trace_table(judged, "太原市", results=results)
    total = row_of(shown, "出处-140100-重点行业合计-accidents-2023")
    addends = [int(number) for number in total[4].split(" + ")]
    assert len(addends) == 6 and sum(addends) == int(total[3]) == 180


def test_a_sum_of_cities_is_traced_to_the_cities_and_not_to_the_provinces_own_file(plan, example):
    readings = replace(plan.readings, province="sum_of_cities")
    other = replace(plan, readings=readings)
    results = gs.assess(other, example.observations, 2023)
    shown = gs.page.trace_table(gs.JudgedPlan(other, example), plan.area, results=results)
    row = results[(results["area"] == plan.area) & (results["industry"] == "建筑施工")]
    value = row.loc[row["indicator"] == "accidents", "value"].iloc[0]
    told = row_of(shown, "出处-140000-建筑施工-accidents-2023")
    addends = [int(number) for number in told[5].split(" + ")]
    assert len(addends) == 11 and sum(addends) == int(told[4]) == value
    ids = places(shown)
    assert len(ids) == len(set(ids))


def test_with_nothing_handed_in_it_says_so(plan, example, results):
    nothing = replace(
        example, observations=frames.OBSERVATIONS.empty(), sources=frames.SOURCES.empty()
    )
    empty = gs.assess(plan, nothing.observations, 2023)
    shown = gs.page.trace_table(gs.JudgedPlan(plan, nothing), "太原市", results=empty)
    assert "没有采用的数据" in repr(shown)


def test_a_department_answers_for_its_own_goals_in_every_area(plan, results):
    for department in plan.targets["department"].unique():
        own = gs.department_results(results, department)
        assert set(own["department"]) == {department}
        assert own["area"].nunique() == 12
        counted = re.findall(r"(\d+)项(?:全省)?年度目标", "".join(department_sentences(own)))
        assert sum(map(int, counted)) == len(own)
    assert sum(len(gs.department_results(results, d)) for d in set(plan.targets["department"])) == (
        12 * 20
    )


def test_a_department_is_known_without_the_word_department(results):
    assert gs.department_results(results, "交通运输").equals(
        gs.department_results(results, "交通运输部门")
    )
    with pytest.raises(gs.UsageError, match="没有名为“教育部门”的责任部门。可用：.*应急管理部门"):
        gs.department_results(results, "教育部门")


def test_a_department_page_lists_each_miss_with_its_size_and_links_to_its_origin(judged, results):
    own = gs.department_results(results, "应急管理部门")
    matrix, trace = gs.page.department_table(own), gs.page.trace_table(judged, results=own)
    missed = gs.page.department_shortfalls(own)
    lists = [part for part in walk(missed) if isinstance(part, Terms)]
    entries = [entry for part in lists for _, said in part.terms for entry in said]
    is_open = own["status"].isin(["missed", "not_reported", "undefined"])
    assert len(entries) == is_open.sum()
    assert "非煤矿山事故起数（超控制目标5起）" in repr(missed)
    assert targets(missed) <= set(places(matrix))
    assert targets(matrix) <= set(places(trace))


def test_what_a_department_owes_is_said_with_who_is_late(judged):
    shown = repr(gs.page.duties_table(judged, "应急管理部门"))
    assert "2023年2月28日  2022年  安全生产事故  12个  11个  1个 晋中市" in shown
    assert "1个 吕梁市" in shown
