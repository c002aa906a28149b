"""Every page of a run in a real browser: quiet, complete, and readable on any screen."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
if not CHROMIUM and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_all(browser: Browser, folder: Path, width: int) -> Iterator[tuple[str, object, list]]:
    """Open every page of the run; yield its name, the page, and what the browser complained of."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    for path in sorted(folder.glob("*.html")):
        heard.clear()
        page.goto(path.as_uri())
        yield path.name, page, [text for text in heard if text != path.as_uri()]
    page.close()


def test_no_request_leaves_and_the_console_is_silent(browser, report_folder):
    for name, _, heard in open_all(browser, report_folder, 1280):
        outside = [text for text in heard if not text.startswith("data:")]
        assert outside == [], name


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_scrolls_sideways(browser, report_folder, width):
    for name, page, _ in open_all(browser, report_folder, width):
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name


def test_every_character_is_drawn_with_the_embedded_font(browser, report_folder):
    """No Chinese font need be installed: what the page shows is in the font it carries."""
    for name, page, _ in open_all(browser, report_folder, 1280):
        assert page.evaluate("document.fonts.ready.then(f => f.check('16px \"Noto Sans SC\"'))"), (
            name
        )
        loaded = page.evaluate("[...document.fonts].map(f => f.status)")
        assert loaded == ["loaded"], name


def test_every_link_of_the_index_opens(browser, report_folder):
    page = browser.new_page()
    page.goto((report_folder / "index.html").as_uri())
    links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    page.close()
    assert len(links) >= 17
    assert all((report_folder / link).is_file() for link in links)


MEETING = """() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
  const labels = [...svg.querySelectorAll('text')].map(
    text => [text.textContent, text.getBoundingClientRect()]);
  return labels.flatMap(([one, a], n) => labels.slice(n + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.4 * a.height)
    .map(([other]) => `${one} / ${other}`));
})"""


def test_no_two_labels_of_a_figure_meet(browser, report_folder):
    for name, page, _ in open_all(browser, report_folder, 1440):
        assert page.evaluate(MEETING) == [], name


def test_the_numbers_behind_a_figure_unfold_by_keyboard(browser, report_folder):
    page = browser.new_page()
    page.goto((report_folder / "140100.html").as_uri())
    folded = page.locator("figure.chart details")
    assert folded.count() == page.locator("figure.chart svg").count() == 3
    assert not folded.first.locator("table").is_visible()
    folded.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.first.locator("table").is_visible()
    page.close()
