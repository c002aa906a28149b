"""The results to choose from: figure and table follow every choice, at once."""

import base64
import dataclasses
import io
import re
from statistics import median
from time import process_time

import pandas as pd
import pytest
from ipywidgets import HTML, VBox, Widget

import gsyf_lib as gs
from gsyf_lib.assessment import COUNTS, TOTAL, verdicts
from gsyf_lib.charts import explore as explorer
from gsyf_lib.charts.explore import choices, selection
from gsyf_lib.reports import notebooks
from gsyf_lib.reports.provenance import notebook_path

# The province; a city without an industry, one with a bare ratio, one whose table is missing.
AREAS = ["山西省", "晋城市", "朔州市", "忻州市"]
SECONDS = 0.2


@pytest.fixture(scope="module")
def history(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations)


@pytest.fixture
def opened(judged) -> VBox:
    return gs.explore(judged)


def choosers(opened: VBox) -> dict[str, Widget]:
    return {chooser.description: chooser for chooser in opened.children[0].children}


def shown(opened: VBox) -> str:
    assert isinstance(opened.children[-1], HTML)
    return opened.children[-1].value


def test_it_opens_on_the_latest_year_reported(opened):
    chosen = {name: chooser.value for name, chooser in choosers(opened).items()}
    assert chosen == {
        "地区": ("山西省",),
        "指标": "accidents",
        "行业": "危险化学品",
        "年度": 2025,
        "显示全省": True,
    }
    assert "山西省危险化学品事故起数" in shown(opened)


def test_figure_and_table_follow_a_choice(opened):
    choosers(opened)["地区"].value = ["大同市"]
    choosers(opened)["年度"].value = 2022
    choosers(opened)["显示全省"].value = False
    said = shown(opened)
    assert said.count("<svg") == said.count("<table") == 1
    assert "山西省" not in said
    assert "2022年" in said
    assert "2023年</th>" not in said


def test_another_indicator_offers_its_industries_and_keeps_the_one_chosen(opened):
    by_name = choosers(opened)
    by_name["行业"].value = "煤矿"
    by_name["指标"].value = "safety_training_coverage"
    assert by_name["行业"].value == "煤矿"
    by_name["指标"].value = "short_exposure_share"
    assert by_name["行业"].options == ("涉尘行业",)
    assert "山西省涉尘行业尘肺病报告比例" in shown(opened)


def test_every_goal_of_the_areas_with_gaps_can_be_shown(history):
    for area in AREAS:
        for indicator, industries in choices(history).items():
            figure, told = selection(history, [area], indicator, industries[-1], 2023)
            assert area in figure.alt
            assert all(word not in repr(told) for word in ("nan", "NaN", "<NA>", "None"))


def test_the_table_says_why_there_is_no_figure(history):
    _, told = selection(history, ["忻州市"], "short_exposure_share", "涉尘行业", 2023)
    assert "（当年数据未报送）" in repr(told)
    _, told = selection(history, ["晋城市"], "accidents", "非煤矿山", 2023)
    assert "无此行业" in repr(told)


def test_the_choices_are_the_goals_of_the_plan(history, plan):
    goals = plan.targets.drop_duplicates(["indicator", "industry"])
    wanted = [*zip(goals["indicator"], goals["industry"], strict=True)]
    wanted += [(code, TOTAL) for code in COUNTS]
    offered = [(code, name) for code, names in choices(history).items() for name in names]
    assert sorted(offered) == sorted(wanted)


def test_several_areas_stand_beside_each_other_with_the_province_first(history):
    cities = ["大同市", "晋中市"]
    for indicator, industries in choices(history).items():
        figure, told = selection(history, cities, indicator, industries[-1], 2023, beside=True)
        said = told.frame["地区"].unique().tolist()
        assert said == ["山西省", *cities], indicator
        assert all(f"{area}" in figure.svg() for area in said)
        assert set(pd.read_csv(io.StringIO(figure.csv()))["地区"]) == set(said)


def test_without_an_area_a_sentence_asks_for_one(opened):
    choosers(opened)["地区"].value = []
    assert "请至少选择一个地区。" in shown(opened) and "<svg" not in shown(opened)


def test_the_data_of_a_choice_can_be_saved(opened):
    (link,) = re.findall(r'href="data:text/csv;base64,([^"]*)"', shown(opened))
    rows = pd.read_csv(io.BytesIO(base64.b64decode(link)))
    assert set(rows["地区"]) == {"山西省"} and set(rows["行业"]) == {"危险化学品"}


def test_a_city_beside_the_province_is_shown_within_a_fifth_of_a_second(history):
    taken = []
    for indicator, industries in choices(history).items():
        for industry in industries[:2]:
            start = process_time()
            figure, told = selection(history, ["长治市"], indicator, industry, 2024, beside=True)
            assert figure.svg()
            assert told
            taken.append(process_time() - start)
    assert median(taken) < SECONDS, taken


def test_the_results_are_judged_once(plan, example, monkeypatch):
    times, assess = [], verdicts.assess

    def counted(*arguments: object, **day: object) -> pd.DataFrame:
        times.append(arguments)
        return assess(*arguments, **day)

    monkeypatch.setattr(verdicts, "assess", counted)
    opened = gs.explore(gs.JudgedPlan(plan, example))
    choosers(opened)["地区"].value = ["长治市"]
    choosers(opened)["行业"].value = "煤矿"
    assert len(times) == 1


def test_synthetic_data_are_called_so_and_real_ones_are_not(plan, example, opened):
    warnings = [child.value for child in opened.children[1:-1]]
    assert len(warnings) == 1
    assert "示例数据（非真实）" in warnings[0]
    real = gs.explore(gs.JudgedPlan(plan, dataclasses.replace(example, synthetic=False)))
    assert not real.children[1:-1]


def test_what_cannot_be_shown_is_said_in_a_sentence(opened, monkeypatch):
    def refuse(*chosen: object) -> None:
        raise gs.UsageError("没有这类目标")

    monkeypatch.setattr(explorer, "selection", refuse)
    choosers(opened)["地区"].value = ["临汾市"]
    assert shown(opened) == '<p class="notice failed" role="note">没有这类目标</p>'


def test_a_defect_never_leaves_the_earlier_figure_standing(opened, monkeypatch):
    def fail(*chosen: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(explorer, "selection", fail)
    with pytest.raises(ZeroDivisionError):
        choosers(opened)["地区"].value = ["临汾市"]
    assert "<svg" not in shown(opened)
    assert "未能显示" in shown(opened)


def test_the_notebook_runs(plan, tmp_path, monkeypatch):
    """In an ordinary kernel, as in JupyterLab: widgets ask for one."""
    monkeypatch.setattr(notebooks, "can_fork", lambda: False)
    explore = notebook_path("explore")
    executed = notebooks.run_notebook(explore, {}, private=tmp_path, data=plan.folder)
    kinds = {kind for cell in executed.cells for o in cell.get("outputs", []) for kind in o.data}
    assert "application/vnd.jupyter.widget-view+json" in kinds
