"""An executed notebook is checked: run to the end, in order, with all that it showed."""

import pytest
from nbformat import v4

from gsyf_lib.errors import BuildError
from gsyf_lib.reports.closing import CLOSING, check_run

DIGEST = "ab12"


def shown(**data: object):
    bundle = {name.replace("_", "/"): value for name, value in data.items()}
    return v4.new_output("execute_result", bundle, execution_count=1)


TABLE = shown(text_html="<table></table>")
CHART = v4.new_output("execute_result", {"image/svg+xml": "<svg/>"}, execution_count=1)


def said(figures: int = 1, tables: int = 1, digest: str = DIGEST):
    closing = {"digest": digest, "figures": figures, "tables": tables}
    return v4.new_output("execute_result", {CLOSING: closing}, execution_count=1)


def notebook(*cells: tuple):
    """Return a notebook of (source, number, outputs); the last cell closes it."""
    made = [v4.new_code_cell(s, execution_count=n, outputs=list(o)) for s, n, o in cells]
    return v4.new_notebook(cells=[v4.new_markdown_cell("## 结论"), *made])


def whole(*outputs, closing=(), extra=()):
    return notebook(("a", 1, outputs), *extra, ("gs.page.closing()", 2, closing or (said(),)))


def problem(made) -> str:
    try:
        check_run(made, DIGEST)
    except BuildError as error:
        return str(error)
    return ""


def test_a_notebook_that_ran_to_its_end_is_sound():
    assert problem(whole(TABLE, CHART)) == ""


def test_a_cell_without_code_is_not_run_and_not_missed():
    assert problem(whole(TABLE, CHART, extra=[("  \n", None, ())])) == ""


@pytest.mark.parametrize("counts", [(1, None), (1, 3), (2, 1), (None, 1)])
def test_a_cell_left_out_or_run_twice_is_a_fault(counts):
    first, last = counts
    made = notebook(("a", first, (TABLE, CHART)), ("gs.page.closing()", last, (said(),)))
    assert "没有按顺序运行到底" in problem(made)


@pytest.mark.parametrize("outputs", [(TABLE,), (CHART,), (TABLE, CHART, CHART), ()])
def test_a_chart_or_table_that_did_not_arrive_is_a_fault(outputs):
    assert "收到的却是" in problem(whole(*outputs))


def test_other_figures_are_a_fault():
    assert "摘要不符" in problem(whole(TABLE, CHART, closing=(said(digest="cd34"),)))


@pytest.mark.parametrize("closing", [(TABLE,), (said(), said())])
def test_only_one_closing_confirms_a_run(closing):
    assert "不能确认运行完整" in problem(whole(TABLE, CHART, closing=closing))
