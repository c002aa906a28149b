"""The notebooks as analysts open them: what to try next, sentences for errors, help with ``?``."""

import inspect
import re
from pathlib import Path
from typing import Any

import nbformat
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
    assert first.rstrip().endswith((".", ";", "。"))
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
