"""How soon a page is seen: first paint in Chromium of the largest pages of a run, from disk."""

import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import machine
from benchmarks.summary import write_page
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report

GOAL, ROUNDS, YEAR = 0.5, 9, 2023
DATA = Path(__file__).parent.parent / "data"
CHROMIUM = which("chromium") or which("google-chrome")
WIDTHS = (1440, 360)
# Of an empty tab there is no entry yet; a painted page has one soon after its load.
PAINT = """() => new Promise(found => new PerformanceObserver(list => {
    const first = list.getEntriesByName('first-contentful-paint')[0];
    if (first) found(first.startTime / 1000);
}).observe({type: 'paint', buffered: true}))"""


@dataclass(frozen=True)
class Paint:
    """One page at one width: its size, and the first paint of every round in seconds."""

    name: str
    width: int
    kilobytes: float
    seconds: list[float]


def measured(browser: Browser, path: Path, width: int) -> Paint:
    """Open a page in a new profile each time, after one round to warm up."""
    seconds = []
    for _ in range(ROUNDS + 1):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            page.goto(path.as_uri())
            seconds.append(page.evaluate(PAINT))
    return Paint(path.stem, width, path.stat().st_size / 1000, seconds[1:])


def largest(folder: Path) -> list[Path]:
    """Return the largest page of a city, the province's, and the largest of the others."""
    province = folder / "140000.html"
    cities = set(folder.glob("14*.html")) - {province}
    others = set(folder.glob("*.html")) - cities - {province}
    by_size = [max(pages, key=lambda path: path.stat().st_size) for pages in (cities, others)]
    return [by_size[0], province, by_size[1]]


def page_of(found: Iterable[Paint], browser_version: str) -> str:
    """Return the page with what was found."""
    paints = list(found)
    worst = max(statistics.median(paint.seconds) for paint in paints)
    outcome = "Met" if worst < GOAL else "Missed"
    lines = [
        "# First paint of a page from disk",
        "",
        f"Goal: a page opened from disk shows its first words within {GOAL:g} s.",
        f"**{outcome}: {worst:.2f} s** (the slowest page's median).",
        "",
        "| Page | Width, px | kB | Median, s | Slowest, s |",
        "|:---|---:|---:|---:|---:|",
    ]
    for paint in paints:
        lines.append(
            f"| {paint.name} | {paint.width:,} | {paint.kilobytes:.0f} "
            f"| {statistics.median(paint.seconds):.2f} | {max(paint.seconds):.2f} |"
        )
    lines += [
        "",
        f"`first-contentful-paint` as Chromium {browser_version} tells it, headless, over `file://`,",
        f"{ROUNDS} rounds after one to warm up, each in a new profile of a running browser. The",
        "largest page of a city, the province's and the largest of the others, from the example of",
        f"{YEAR}.",
        "",
        machine("playwright"),
        "",
        "Written by `make bench`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the reports, open the largest pages, and rewrite the page of this benchmark."""
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place) / str(YEAR)
        if report(Request(DATA, year=YEAR, out=folder), lambda _: None):
            sys.exit("the reports were not made")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = [measured(browser, path, width) for path in largest(folder) for width in WIDTHS]
        write_page("page_paint", page_of(found, browser.version))
        browser.close()


if __name__ == "__main__":
    main()
