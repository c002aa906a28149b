"""The notebooks as analysts open them: what to try next, sentences for errors, help with ``?``."""

import inspect
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import gsyf_lib as gs

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def notebook_id(path: Path) -> str:
    return path.stem


def hints(path: Path) -> str:
    """Return the Markdown that only those who open the notebook read."""
    cells = nbformat.read(path, as_version=4).cells
    told = [c.source for c in cells[:2] if "notebook-only" in c.metadata.get("tags", [])]
    return "\n".join(told)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=notebook_id)
def test_a_notebook_starts_with_what_to_try_next_and_it_works(path, judged):
    _, found, rest = hints(path).partition("可再试：")
    tried = re.findall(r"`([^`]+)`", rest)
    assert found
    assert tried
    names: dict[str, Any] = {"gs": gs, "judged": judged}
    names |= {"history": judged.history, "results": judged.results(2023)}
    for code in tried:
        shown = eval(code.removesuffix("?"), names)
        assert shown is not None, code


PUBLIC = [(door, name) for door in (gs, gs.page) for name in door.__all__]
# What a function is about, after what it reads: everywhere in this order.
ABOUT = ("area", "department", "industry", "indicator", "year")


@pytest.mark.parametrize(("door", "name"), PUBLIC)
def test_every_function_takes_area_industry_indicator_and_year_in_this_order(door, name):
    if inspect.isfunction(asked := getattr(door, name)):
        given = inspect.signature(asked).parameters.values()
        plain = [one.name for one in given if one.kind is not one.KEYWORD_ONLY]
        about = [one for one in plain if one in ABOUT]
        assert about == sorted(about, key=ABOUT.index)


def test_what_tab_offers_can_be_read_at_a_glance():
    assert len(dir(gs)) <= 44
    first_day = set(re.findall(r"gs\.(\w+)\(", (gs.__doc__ or "").partition("参数的先后")[0]))
    assert len(first_day) == 10 and first_day <= set(gs.__all__)


@pytest.mark.parametrize(("door", "name"), PUBLIC)
def test_help_on_every_public_name_says_what_it_is_and_shows_an_example(door, name):
    asked = getattr(door, name)
    first, _, rest = (inspect.getdoc(asked) or "").partition("\n")
    assert first.endswith("。") and re.match("[\u4e00-\u9fff]", first), first
    assert inspect.isclass(asked) or "Examples\n--------\n>>> " in rest


@pytest.mark.slow
def test_an_error_is_a_sentence_and_not_a_traceback():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell('import gsyf_lib as gs\ngs.load_plan("nowhere")')]
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "error"
    assert output.traceback == [output.evalue]
    assert output.evalue == "文件夹“nowhere”中没有 plan.toml，不是行动计划数据文件夹"


@pytest.fixture(scope="module")
def analyses() -> list[pd.DataFrame | str]:
    """What the cells of analysis_examples.ipynb show: its tables as frames, then the chart."""
    path = ROOT / "notebooks" / "analysis_examples.ipynb"
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert all(output.output_type == "execute_result" for output in outputs), "a warning, or so"
    *tables, chart = [output.data for output in outputs]
    frames = [
        pd.read_html(io.StringIO(data["text/html"]), header=0, index_col=0)[0] for data in tables
    ]
    return [*frames, chart["image/svg+xml"]]


@pytest.mark.slow
def test_the_analyses_agree_with_what_their_figures_are_made_of(analyses, judged):
    pivot, rates, near, by_year, by_area, chart = analyses
    counts = judged.results(2023).query("indicator == 'accidents' and area == '太原市'")
    mine = counts.set_index("industry")["value"]
    assert float(pivot.loc["太原市", "煤矿"]) == mine["煤矿"]
    workers = pd.read_csv(ROOT / "notebooks" / "employees_example.csv")
    workers = workers.loc[workers["地区"] == "太原市", "从业人数"].sum()
    rate = float(rates.loc["太原市", "每万人"])
    assert rate == round(10_000 * mine["重点行业合计"] / workers, 2)
    assert set(near["与目标之差"]) == {-1, 0}
    assert "建筑施工" in set(near.query("地区 == '太原市' and 与目标之差 == -1")["行业"])
    assert by_year["实际值"].tolist()[2] == mine["重点行业合计"]
    assert by_area.query("地区 == '太原市'")["实际值"].item() == mine["煤矿"]
    assert "太原市重点行业合计事故起数" in chart and "年度</text>" in chart
