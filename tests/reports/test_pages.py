"""Claims about the pages: safe, self-contained, accessible, the same bytes every time."""

import base64
import copy
import html
import re
from hashlib import sha256
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gsyf_lib.assessment import judge
from gsyf_lib.charts import Figure
from gsyf_lib.charts.data import data_table
from gsyf_lib.documents.blocks import Paragraph, Span, link, named, notice, rich, status_mark, table
from gsyf_lib.errors import BuildError
from gsyf_lib.reports.index import index_content, render_index
from gsyf_lib.reports.jobs import OVERVIEWS, responsible
from gsyf_lib.reports.manifest import PageRecord
from gsyf_lib.reports.pages import render_page
from gsyf_lib.vocabulary import STATUSES

HOSTILE = '<script>alert("1")</script>'
SVG = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9pt" height="9pt">
<metadata>甲</metadata><defs><clipPath id="p1"><rect width="9" height="9"/></clipPath></defs>
<g id="axes_1" clip-path="url(#p1)"><use href="#p1"/><text>危险化学品</text></g></svg>"""


def characters_of(font):
    return {chr(code) for code in TTFont(BytesIO(font)).getBestCmap()}


def code(data=None, *, tags=(), metadata=None, outputs=None):
    cell = new_code_cell("gs.secret_call()", metadata={"tags": list(tags)}, execution_count=1)
    if data is not None:
        cell.outputs = [new_output("display_data", data, metadata=metadata or {})]
    cell.outputs += outputs or []
    return cell


def figure(svg=SVG, alt="煤矿“降幅”折线图"):
    return code(
        {"image/svg+xml": svg, "text/plain": "<Figure>"}, metadata={"image/svg+xml": {"alt": alt}}
    )


def result(block):
    return code(block._repr_mimebundle_())


def page_of(*cells, **options):
    return render_page(new_notebook(cells=list(cells)), title="大同市报告", **options).decode()


@pytest.fixture
def notebook():
    lines = [{"行业": name, "判定": status_mark("met")} for name in ("煤矿", HOSTILE)]
    return new_notebook(
        cells=[
            new_markdown_cell("# 笔记本标题\n开头"),
            code({"text/plain": "'参数'"}, tags=["parameters"]),
            code({"text/plain": "'注入'"}, tags=["injected-parameters"]),
            new_markdown_cell("## 目标判定\n文字"),
            result(table(lines, "判定")),
            new_markdown_cell("## 降幅 走势"),
            figure(),
            figure(SVG.replace("危险化学品", "煤矿")),
        ]
    )


def test_hostile_text_in_a_table_cell_stays_text(notebook):
    page = render_page(notebook, title=HOSTILE, running=f"</style>{HOSTILE}").decode()
    assert "<script" not in page
    assert page.count("</style>") == 1


def test_the_page_asks_for_nothing_outside_itself(notebook):
    page = render_page(notebook, title="大同市报告").decode()
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", page)
    assert not re.search(r"url\(\s*[\"']?(?!data:|#)", page)
    assert "@import" not in page and "<link" not in page and "<script" not in page


def test_the_policy_forbids_everything_but_inline_style_and_data(notebook):
    page = render_page(notebook, title="大同市报告").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; font-src data:")
    assert "script-src" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_a_figure_is_part_of_the_page_and_named_by_its_alt_text():
    page = page_of(figure())
    assert '<svg role="img" aria-label="煤矿“降幅”折线图"' in page
    assert "<text>危险化学品</text>" in page
    assert "<img" not in page and "<!DOCTYPE svg" not in page and "<metadata>" not in page


def test_figures_of_one_page_share_no_identifier_and_keep_their_references(notebook):
    page = render_page(notebook, title="大同市报告").decode()
    names = re.findall(r'\sid="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:url\(|href=")#([^")]*)', page)) <= set(names)


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(BuildError, match="alt"):
        page_of(figure(alt=""))


def test_the_finding_stands_above_a_figure_and_its_numbers_fold_under_it():
    own = Figure(40, "煤矿<b>事故</b>3项达标。太原市达标。")
    own.data = data_table([{"行业": HOSTILE, "实际值": "9起"}], "煤矿事故起数")
    data, metadata = own._repr_mimebundle_()
    page = page_of(code(data, metadata=metadata))
    assert "<figcaption>煤矿&lt;b&gt;事故&lt;/b&gt;3项达标。</figcaption>" in page
    below = page[page.index("</svg>") :]
    assert "<details><summary>图中数据</summary>" in below
    assert '<th scope="col">行业' in below and "<td class=n>9起" in below
    assert HOSTILE not in page


def test_a_figure_without_numbers_has_nothing_to_unfold():
    assert "图中数据" not in page_of(figure())


def test_the_same_notebook_gives_the_same_bytes(notebook):
    again = copy.deepcopy(notebook)
    for number, cell in enumerate(again.cells):
        cell["id"] = f"other-{number}"
        cell.metadata["papermill"] = {"start_time": "2024-01-01", "duration": 1.2}
        cell.metadata["execution"] = {"iopub.status.idle": "2024-01-01"}
    first = render_page(notebook, title="大同市报告")
    assert first == render_page(again, title="大同市报告")


@pytest.mark.parametrize("tags", [[], ["parameters"], ["notebook-only"]])
def test_an_error_in_any_cell_stops_the_page(tags):
    error = new_output("error", ename="KeyError", evalue="'煤矿'", traceback=["/home/x/secret"])
    with pytest.raises(BuildError, match="《大同市报告》第2个单元格运行出错：KeyError") as raised:
        page_of(new_markdown_cell("## 一"), code(tags=tags, outputs=[error]))
    assert "secret" not in str(raised.value)


def test_parameters_code_and_streams_stay_off_the_page(notebook):
    streams = [new_output("stream", name=name, text="打印") for name in ("stdout", "stderr")]
    notebook.cells.append(code({"text/plain": "可见"}, outputs=streams))
    page = render_page(notebook, title="大同市报告").decode()
    assert "可见" in page
    for hidden in ("参数", "注入", "secret_call", "打印", "笔记本标题"):
        assert hidden not in page


def test_the_title_stands_once_as_first_heading(notebook):
    page = render_page(notebook, title="大同市报告").decode()
    assert page.count("<h1") == 1 and "<h1>大同市报告</h1>" in page
    assert "<p>开头</p>" in page
    assert '<html lang="zh-CN">' in page and "<title>大同市报告</title>" in page


@pytest.mark.parametrize("kind", ["image/png", "application/javascript", "text/latex"])
def test_a_form_that_is_not_allowed_is_refused_by_name(kind):
    with pytest.raises(BuildError, match=kind):
        page_of(code({kind: "x", "text/plain": "<Figure>"}))


@pytest.mark.parametrize("element", ["<script>", "<meta http-equiv=refresh>", "<iframe>"])
def test_active_html_is_refused(element):
    with pytest.raises(BuildError, match="不收"):
        page_of(code({"text/html": element}))


def test_plain_text_is_shown_as_text():
    assert "<pre>1 &lt; 2</pre>" in page_of(code({"text/plain": "1 < 2"}))


def test_every_section_can_be_reached_from_the_navigation(notebook):
    notebook.cells.append(new_markdown_cell("## 目标判定\n同名的一节"))
    page = render_page(notebook, title="报告", navigation=[("目录", "index.html")]).decode()
    navigation = re.search(r"<nav.*?</nav>", page, re.DOTALL)[0]
    links = re.findall(r'href="([^"]*)"', navigation)
    assert links == ["index.html", "#目标判定", "#降幅-走势", "#目标判定-2"]
    assert re.findall(r'<h2 id="([^"]*)"', page) == [link[1:] for link in links[1:]]


def test_a_name_with_a_page_of_its_own_becomes_a_link(notebook):
    names = Paragraph(rich(named("太原市"), named("晋中市"), named(HOSTILE)))
    page = page_of(result(names), links={"太原市": "140100.html"})
    assert "<a href=140100.html>太原市</a>晋中市&lt;script&gt;" in page


def test_a_link_to_a_place_that_the_page_does_not_have_is_text():
    page = page_of(
        result(
            Paragraph(rich(Span(("28起",), place="那里"), link("见", "那里"), link("30起", "别处")))
        )
    )
    assert "<p><span id=p1>28起</span><a href=#p1>见</a>30起</p>" in page


def test_every_character_of_the_page_is_in_the_embedded_font(notebook):
    page = render_page(notebook, title="大同市报告").decode()
    font = base64.b64decode(re.search(r"data:font/woff;base64,([^)]*)\)", page)[1])
    shown = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    shown = html.unescape(re.sub(r"<[^>]*>", "", shown))
    missing = {c for c in shown if not c.isspace()} - characters_of(font)
    assert not missing
    assert "鑫" not in characters_of(font)


def entry(name: str, href: str, built: bool, state: str = "current", **facts) -> dict:
    """Return a line of the index: nothing counted but what is told."""
    counts = dict.fromkeys((*STATUSES, "received", "expected", "faulty", "below"), 0)
    told = {"province": False, "as_of": "", "problem": ""}
    return {"name": name, "href": href, "built": built, "state": state, **counts, **told, **facts}


@pytest.fixture
def index():
    entries = [
        entry("山西省", "140000.html", True, met=12, missed=4, province=True),
        entry("太原市", "140100.html", True, met=9, missed=0, received=40, expected=46),
        entry("大同市", "140200.html", False, "failed", problem=HOSTILE),
        entry("阳泉市", "140300.html", True, "stale", as_of="截至2024年3月1日"),
    ]
    departments = [entry("交通运输部门", "department_transport.html", True, missed=1, below=4)]
    return {
        "title": "2023年度评估",
        "plan": "五年行动计划",
        "facts": {"数据截至": "2024年3月6日", "待核实的错误": "3处"},
        "leads": {"待核实的错误": "140000.html#错误"},
        "entries": entries,
        "departments": departments,
        "overviews": [entry("各市降幅", "baseline_declines.html", True)],
        "files": [("results.csv", "results.csv", "判定结果")],
        "notices": [notice("示例数据（非真实）", "synthetic")],
        "running": "",
        "elsewhere": {},
        "footer": {},
    }


def test_the_index_links_what_was_built_and_names_what_failed(index):
    page = render_index(index).decode()
    links = set(re.findall(r'<a href="([^#"]*)"', page))
    assert links == {
        "140000.html", "140100.html", "140300.html", "department_transport.html",
        "baseline_declines.html", "results.csv",
    }  # fmt: skip
    rows = re.findall(r"<tr(.*?)</tr>", page, re.DOTALL)
    failed, stale = (next(row for row in rows if name in row) for name in ("大同市", "阳泉市"))
    assert 'data-state="failed"' in failed and "生成失败" in failed and "&lt;script&gt;" in failed
    assert 'data-state="stale"' in stale and "未更新" in stale and "截至2024年3月1日" in stale
    assert '<td class="n">40/46</td>' in page


def test_the_index_counts_the_tables_that_came_with_errors(plan):
    judged = judge(plan.folder, "2024-06-15")
    names = [*plan.areas["code"], *responsible(plan, 2023), *OVERVIEWS]
    pages = dict.fromkeys(names, PageRecord(state="current"))
    page = index_content(judged, 2023, pages, [])
    counted = {line["name"]: line["faulty"] for line in page["entries"] + page["departments"]}
    assert {name: n for name, n in counted.items() if n} == {"吕梁市": 1, "应急管理部门": 1}
    assert render_index(page).decode().count(">有误1份</a>") == 2


def test_only_the_script_of_the_index_may_run_there(index):
    page = render_index(index).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1 and page.count("<script") == 1
    hashed = base64.b64encode(sha256(scripts[0].encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"; script-src 'sha256-{hashed}'")


def test_the_index_says_that_the_data_are_synthetic(index):
    assert (
        '<p class="notice synthetic" role="note">示例数据（非真实）</p>'
        in render_index(index).decode()
    )


def test_the_same_index_gives_the_same_bytes(index):
    assert render_index(index) == render_index(index)
