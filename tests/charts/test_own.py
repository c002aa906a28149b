"""Charts of an analyst's own: Chinese characters, a page of a report, files."""

import io
import warnings

import matplotlib
import matplotlib.figure
import pandas as pd
import pytest
from matplotlib import rc_context
from nbformat import v4
from results_factory import RESULTS

import gsyf_lib as gs
from gsyf_lib.errors import UsageError
from gsyf_lib.reports.pages import render_page

DATA = pd.DataFrame({"年度": [2022, 2023], "起数": [12, 9]})


def drawn() -> matplotlib.figure.Figure:
    figure = matplotlib.figure.Figure()
    figure.subplots().set_title("煤矿事故起数")
    return figure


def test_an_own_chart_stands_on_a_page_with_its_sentence_its_numbers_and_its_characters():
    data, said = gs.chart(drawn(), "煤矿事故减少", DATA)._repr_mimebundle_()
    output = v4.new_output("display_data", data, metadata=said)
    page = render_page(
        v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output])]), title="自作"
    )
    text = page.decode()
    assert "<figcaption>煤矿事故减少。</figcaption>" in text and "煤矿事故起数</text>" in text
    assert "图中数据" in text and "下载数据（CSV）" in text


def test_an_own_chart_without_a_sentence_is_refused():
    with pytest.raises(UsageError, match="一句话"):
        gs.chart(drawn(), " ")


def test_the_axes_that_pandas_returns_are_enough():
    figure = drawn()
    assert gs.chart(figure.axes[0], "煤矿事故减少。").figure is figure


def test_with_our_font_an_own_chart_has_no_boxes():
    with rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        gs.use_font()
        drawn().savefig(io.BytesIO(), format="png")


def test_pyplot_does_not_show_an_own_chart_a_second_time():
    import matplotlib.pyplot as plt

    before = matplotlib.get_backend()
    matplotlib.use("agg")
    figure, axes = plt.subplots()
    gs.chart(axes, "煤矿事故减少。")
    assert figure.number not in plt.get_fignums()
    matplotlib.use(before)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_chart_is_saved_with_its_characters_as_the_same_bytes(kind, tmp_path):
    figure = gs.decline_figure(RESULTS, "太原市", 2023)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(tmp_path / f"1.{kind}")
        figure.savefig(str(tmp_path / f"2.{kind}"))
    first = (tmp_path / f"1.{kind}").read_bytes()
    assert len(first) > 10_000 and first == (tmp_path / f"2.{kind}").read_bytes()
    # An SVG that is opened elsewhere has shapes in place of text.
    assert kind != "svg" or b"<text" not in first
