"""Every page of a run in a real browser: quiet, complete, accessible, readable on any screen."""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from fontTools.ttLib import TTFont
from nbformat import v4
from playwright.sync_api import Browser, Page

from gsyf_lib.documents.blocks import Box
from gsyf_lib.reports.pages import render_page
from gsyf_lib.tables.summary import tally_bar

NARROW, WIDE = 360, 1440
# What A4 leaves between the margins of the style sheet, in CSS pixels.
SHEET_WIDTH, SHEET_HEIGHT = (210 - 2 * 16) * 96 / 25.4, (297 - 20 - 18) * 96 / 25.4
# One page of each kind also in the dark.
DARK = ("140100.html", "140000.html", "department_emergency_management.html", "index.html")
# For axe, of long tables a few rows: all are made by the same lines.
SHORTEN = """() => document.querySelectorAll('table').forEach(table => {
    const rows = [...table.querySelectorAll('tbody tr')];
    if (rows.length > 25) rows.slice(6, -3).forEach(row => row.remove()); })"""
LOST_LINKS = """() => [...document.querySelectorAll('a[href^="#"]')]
    .map(a => decodeURIComponent(a.hash.slice(1))).filter(id => !document.getElementById(id))"""
MEETING = """() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
  const labels = [...svg.querySelectorAll('text')].map(
    text => [text.textContent, text.getBoundingClientRect()]);
  return labels.flatMap(([one, a], n) => labels.slice(n + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.4 * a.height)
    .map(([other]) => `${one} / ${other}`));
})"""
# The index has no annex.
UNFOLD = "document.querySelectorAll('.annex').forEach(annex => { annex.open = true })"
CHARTS = """() => [...document.querySelectorAll('.chart')].map(chart => ({
    inside: getComputedStyle(chart).breakInside, height: chart.offsetHeight,
    width: Math.max(...[...chart.querySelectorAll('svg')].map(s => s.clientWidth))}))"""


@dataclass
class Look:
    """What the browser has seen of one page."""

    name: str
    heard: list[str]
    widths: dict[int, int] = field(default_factory=dict)
    fonts: list[str] = field(default_factory=list)
    lost_links: list[str] = field(default_factory=list)
    meeting: list[str] = field(default_factory=list)
    charts: list[dict] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    yield page
    page.close()


@pytest.fixture(scope="module")
def looks(page: Page, report_folder: Path) -> list[Look]:
    """Every page, opened once."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    return [look_at(page, path, heard) for path in sorted(report_folder.glob("*.html"))]


def look_at(page: Page, path: Path, heard: list[str]) -> Look:
    heard.clear()
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto(path.as_uri())
    page.evaluate(UNFOLD)
    look = Look(path.name, [text for text in heard if text != path.as_uri()])
    look.fonts = page.evaluate("document.fonts.ready.then(all => [...all].map(f => f.status))")
    look.lost_links = page.evaluate(LOST_LINKS)
    look.meeting = page.evaluate(MEETING)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        look.widths[width] = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": int(SHEET_WIDTH), "height": 900})
    page.emulate_media(media="print", color_scheme="light")
    look.charts = page.evaluate(CHARTS)
    page.emulate_media(media="screen")
    look.violations = violations_at_last(page, path.name in DARK)
    return look


def violations_at_last(page: Page, in_the_dark: bool) -> list[str]:
    """Ask axe, at the width of a telephone; the page is shortened for it."""
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.evaluate(SHORTEN)
    found = violations(page)
    if in_the_dark:
        page.emulate_media(color_scheme="dark")
        found += violations(page, runOnly=["color-contrast"])
        page.emulate_media(color_scheme="light")
    return found


def violations(page: Page, **options: list[str]) -> list[str]:
    options = {"resultTypes": ["violations"], **options}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def test_no_request_leaves_and_the_console_is_silent(looks):
    for look in looks:
        assert [text for text in look.heard if not text.startswith("data:")] == [], look.name


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_page_scrolls_sideways(looks, width):
    assert {look.name: look.widths[width] for look in looks if look.widths[width] > width} == {}


def test_axe_finds_no_violation(looks):
    assert {look.name: look.violations[:5] for look in looks if look.violations} == {}


def test_the_embedded_font_is_loaded(looks):
    assert {tuple(look.fonts) for look in looks} == {("loaded",)}


def test_every_character_of_every_page_is_in_its_embedded_font(report_folder):
    """No Chinese font need be installed: what a page shows is in the font it carries."""
    for path in report_folder.glob("*.html"):
        text = path.read_text("utf-8")
        font = base64.b64decode(re.search(r"data:font/woff;base64,([^)]*)\)", text)[1])
        known = {chr(code) for code in TTFont(BytesIO(font)).getBestCmap()}
        shown = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", text, flags=re.DOTALL)
        drawn = re.findall(r'content: "([^"\\]*)"', text) + re.findall(r'aria-label="(.*?)"', shown)
        shown = html.unescape("".join([re.sub(r"<[^>]*>", "", shown), *drawn]))
        assert not {c for c in shown if not c.isspace()} - known, path.name


def test_every_link_within_a_page_leads_somewhere(looks):
    """So every figure of a verdict leads to its file and cell, and from there back."""
    assert {look.name: look.lost_links[:5] for look in looks if look.lost_links} == {}


def test_every_link_to_another_page_or_file_opens(report_folder):
    for path in report_folder.glob("*.html"):
        links = re.findall(r'<a href="([^"#]+)"', path.read_text("utf-8"))
        assert links
        assert [link for link in links if not (report_folder / link).is_file()] == [], path.name


def test_no_figure_is_cut_in_print(looks):
    charts = [(look.name, chart) for look in looks for chart in look.charts]
    assert len(charts) > 3 * 11
    for name, chart in charts:
        assert chart["inside"] == "avoid", name
        assert chart["height"] <= SHEET_HEIGHT and chart["width"] <= SHEET_WIDTH + 1, name


def test_the_numbers_of_a_chart_are_saved_from_the_page_alone(browser, report_folder, tmp_path):
    alone = tmp_path / "mailed.html"
    alone.write_bytes((report_folder / "140100.html").read_bytes())
    page = browser.new_page(accept_downloads=True)
    page.goto(alone.as_uri())
    with page.expect_download() as download:
        page.locator("a.csv").first.click()
    frame = pd.read_csv(download.value.path(), encoding="utf-8-sig")
    page.close()
    assert download.value.suggested_filename.endswith(".csv")
    assert set(frame["行业"]) >= {"煤矿", "交通运输"} and set(frame["年度"]) == {2021, 2022, 2023}


def test_charts_and_the_bar_keep_their_colours_where_the_system_forces_its_own(
    browser, report_folder
):
    page = browser.new_page(forced_colors="active")
    page.goto((report_folder / "140100.html").as_uri())
    for part in (".figure-scroll", ".tally .bar"):
        adjust = "part => getComputedStyle(part).forcedColorAdjust"
        assert page.locator(part).first.evaluate(adjust) == "none", part
    white = page.locator(".figure-scroll").first.evaluate(
        "p => getComputedStyle(p).backgroundColor"
    )
    page.close()
    assert white == "rgb(255, 255, 255)"


def printed(page: Page, path: Path) -> bytes:
    page.goto(path.as_uri())
    return page.pdf(prefer_css_page_size=True)


def test_a_printed_page_has_a4_sheets(page, report_folder):
    sheets = re.findall(rb"/MediaBox \[([^\]]*)\]", printed(page, report_folder / "140100.html"))
    sizes = {tuple(round(float(side)) for side in sheet.split()[2:]) for sheet in sheets}
    assert len(sheets) > 3
    assert sizes <= {(595, 842), (594, 841), (595, 841), (594, 842), (596, 842)}


def visible_names(page: Page) -> list[str]:
    return page.locator("table.index").first.locator("tbody tr:visible th").all_inner_texts()


def test_the_index_is_filtered_by_keyboard(page, report_folder):
    page.goto((report_folder / "index.html").as_uri())
    everything = visible_names(page)
    page.locator("#wanted").focus()
    page.keyboard.type("大同")
    assert visible_names(page) == ["大同市"]
    assert page.locator("#said").inner_text() == "显示1项，共16项"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert visible_names(page) == ["忻州市", "吕梁市"]
    page.keyboard.press("Home")
    assert visible_names(page) == everything


def test_the_index_is_sorted_by_keyboard_with_the_province_on_top(page, report_folder):
    page.goto((report_folder / "index.html").as_uri())
    head = page.locator("table.index").first.locator("th", has_text="未达标")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    column = page.locator("table.index").first.locator("tbody tr td:nth-child(4)")
    numbers = [int(text) for text in column.all_inner_texts()]
    assert head.get_attribute("aria-sort") == "descending"
    assert numbers[1:] == sorted(numbers[1:], reverse=True)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    assert visible_names(page)[:2] == ["山西省", "太原市"]


def test_without_script_the_index_is_all_there(browser, report_folder):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((report_folder / "index.html").as_uri())
        assert len(visible_names(page)) == 12
        assert not page.locator("#filter").is_visible()


def test_what_is_folded_opens_by_keyboard(page, report_folder):
    page.goto((report_folder / "140100.html").as_uri())
    folded = page.locator("details").first
    assert folded.get_attribute("open") is None
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.get_attribute("open") is not None


def test_a_verdict_leads_to_its_figures_and_these_to_their_cells_by_keyboard(page, report_folder):
    """All of it lies in the annex, which unfolds by itself."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto((report_folder / "140100.html").as_uri())
    page.locator(".overview a", has_text="未达标").focus()
    page.keyboard.press("Enter")
    goal = page.locator("tr:target").get_attribute("id")
    row = page.locator(f"[id={goal}]")
    assert row.locator("th, td").all_inner_texts()[:2] == ["建筑施工", "事故起数"]
    row.locator("a", has_text="28起").focus()
    page.keyboard.press("Enter")
    target = page.locator("tr:target")
    assert target.locator("td").all_inner_texts() == [
        "建筑施工", "2023年", "事故起数", "28", "D6",
    ]  # fmt: skip
    file = page.locator("tbody", has=target).locator(".group")
    for element in (target, file):
        assert element.evaluate("e => e.getBoundingClientRect().top >= 0")
        assert element.evaluate("e => e.getBoundingClientRect().bottom <= innerHeight")
    assert "2024-02-23/太原市_安全生产事故_2023年.xlsx" in file.inner_text()
    assert re.search(r"\d日收到$", file.inner_text())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("tr:target").get_attribute("id") == goal


def test_no_two_labels_of_a_figure_meet(looks):
    assert {look.name: look.meeting[:5] for look in looks if look.meeting} == {}


def test_the_numbers_behind_a_figure_unfold_by_keyboard(page, report_folder):
    page.goto((report_folder / "140100.html").as_uri())
    folded = page.locator("figure.chart details")
    assert folded.count() == page.locator("figure.chart svg[role=img]").count() == 3
    assert not folded.first.locator("table").is_visible()
    folded.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.first.locator("table").is_visible()


@pytest.fixture
def telephone(page: Page) -> Iterator[Page]:
    page.set_viewport_size({"width": NARROW, "height": 900})
    yield page
    page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.mark.parametrize("name", ["140100", "baseline_declines", "coverage_trajectories", "140000"])
def test_a_telephone_shows_figures_in_pieces_whose_text_can_be_read(telephone, report_folder, name):
    telephone.goto((report_folder / f"{name}.html").as_uri())
    telephone.evaluate(UNFOLD)
    drawings = telephone.locator("figure.chart > .figure-scroll:visible")
    assert drawings.count() == (1 if name == "140000" else 0), "the funnel alone scrolls"
    pieces = telephone.evaluate(
        "[...document.querySelectorAll('.pieces > svg')]"
        ".map(svg => [svg.clientWidth, svg.viewBox.baseVal.width])"
    )
    assert len(pieces) > 6
    for shown, drawn in pieces:
        assert 0 < shown <= NARROW and 9 * shown / drawn >= 9
    cut = "[...document.querySelectorAll('clipPath *, pattern *')].map(e => getComputedStyle(e)"
    assert set(telephone.evaluate(f"{cut}.visibility)")) <= {"visible"}, "else shades are lost"


def test_a_telephone_shows_the_row_of_a_table_as_a_card_with_its_heads(telephone, report_folder):
    telephone.goto((report_folder / "140100.html").as_uri())
    telephone.evaluate(UNFOLD)
    table = telephone.locator("table.verdicts")
    heads = table.locator("thead th").all_inner_texts()
    said = table.evaluate(
        "t => [...t.querySelectorAll('tbody tr:first-child td')]"
        ".map(td => getComputedStyle(td, '::before').content)"
    )
    assert [text.strip('" ') for text in said[3:]] == heads[4:]
    for name in ("verdicts", "uncertainty", "trace"):
        box = telephone.locator(f"table.{name}").first
        assert box.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
    row = telephone.locator(".trace tr[id]").first
    assert row.evaluate("r => r.offsetHeight") < 60


def test_a_figure_of_a_city_is_traced_on_the_provinces_page_by_keyboard(page, report_folder):
    page.goto((report_folder / "140000.html").as_uri())
    page.evaluate(UNFOLD)
    figure = page.locator(".trace tr", has_text=re.compile("^大同市煤矿2023年事故起数"))
    place = figure.locator("a").get_attribute("href").removeprefix("#")
    cell = page.locator(f"td:has([id={place}])").locator("a").last
    said = cell.inner_text()
    cell.focus()
    page.keyboard.press("Enter")
    target = page.locator("tr:target")
    assert target.locator("td").all_inner_texts()[:5] == [
        "大同市", "煤矿", "2023年", "事故起数", said,
    ]  # fmt: skip
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(":target").get_attribute("id") == place


def test_the_provinces_page_stays_reasonable(report_folder):
    assert (report_folder / "140000.html").stat().st_size < 800_000


@pytest.mark.parametrize("media", ["screen", "print"])
def test_long_numbers_are_set_in_groups_and_copied_as_plain_digits(page, report_folder, media):
    page.goto((report_folder / "index.html").as_uri())
    page.emulate_media(media=media)
    page.evaluate("""() => { const cell = document.createElement('p'); cell.id = 'long';
        cell.innerHTML = '12<span class="k">345</span>人'; document.body.append(cell) }""")
    assert page.locator("#long").inner_text() == "12345人"
    gap = (
        "e => parseFloat(getComputedStyle(e).marginLeft) / parseFloat(getComputedStyle(e).fontSize)"
    )
    assert 0.1 < page.locator("#long .k").evaluate(gap) < 0.25
    page.emulate_media(media="screen")


BAR = """() => {
    const bar = document.querySelector('.tally .bar'), whole = bar.getBoundingClientRect();
    return [...bar.children].map(part => { const box = part.getBoundingClientRect();
        return [part.className, box.width / whole.width, box.top - whole.top]; }); }"""


@pytest.mark.parametrize("width", [NARROW, 1280])
@pytest.mark.parametrize(
    "counts",
    [
        {"met": 20},
        {"met": 1, "missed": 19},
        {"missed": 20},
        {"met": 13, "missed": 5, "withheld": 2},
    ],
    ids=str,
)
def test_the_bar_of_the_conclusion_is_as_long_as_its_counts(page, tmp_path, counts, width):
    """20 of 20 fill it, 1 of 20 is a twentieth, 0 of 20 is nothing; it stands in one line."""
    statuses = [status for status, number in counts.items() for _ in range(number)]
    path = tmp_path / "bar.html"
    path.write_bytes(bar_page(statuses))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    drawn = page.evaluate(BAR)
    assert [name for name, *_ in drawn] == list(counts)
    whole = page.locator(".tally .bar").bounding_box()["width"]
    assert whole > width / 2
    for name, share, below in drawn:
        assert share * whole == pytest.approx(counts[name] / 20 * whole, abs=1)
        assert below == 0
    labels = page.locator(".tally li")
    assert labels.count() == len(counts)
    for n in range(labels.count()):
        assert labels.nth(n).evaluate("e => e.scrollWidth <= e.clientWidth && e.offsetHeight < 48")


def bar_page(statuses: list[str]) -> bytes:
    """Return a page with the conclusion of a city whose goals have these statuses."""
    rows = [
        {"status": "not_reported", "reason": status}
        if status == "withheld"
        else {"status": status, "reason": ""}
        for status in statuses
    ]
    goals = pd.DataFrame(rows).assign(indicator="accidents")
    bundle = Box((tally_bar(goals),), "summary")._repr_mimebundle_()
    shown = v4.new_output("execute_result", bundle)
    cell = v4.new_code_cell("", outputs=[shown])
    return render_page(v4.new_notebook(cells=[cell]), title="报告")


@pytest.mark.parametrize("name", ["140100", "140000", "department_health"])
def test_the_bar_of_every_page_is_as_long_as_the_counts_beside_it(page, report_folder, name):
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto((report_folder / f"{name}.html").as_uri())
    counts = [int(text) for text in page.locator(".tally li b").all_inner_texts()]
    shares = [share for _, share, *_ in page.evaluate(BAR)]
    assert shares == pytest.approx([count / sum(counts) for count in counts], abs=0.002)
