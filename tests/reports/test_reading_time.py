"""How much of a page there is to read: sheets, pixels on a telephone, stops of the Tab key.

Counted in a real browser, for the first, a middle and the last year of the plan.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

import gsyf_lib as gs
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report

YEARS = (2021, 2023, 2025)
# What a page may take, by the beginning of its name; the first that fits.
SHEETS = {"140000": 8, "14": 4, "department": 5, "": 2}
CITY = "14[0-9][1-9]00.html"
PRINTED_ON = (20 / 297, 1 - 18 / 297)  # of a sheet, between the margins of the style sheet
STOPS = """() => [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
    .filter(stop => stop.checkVisibility()).length"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module", params=YEARS)
def folder(
    request: pytest.FixtureRequest, plan: gs.Plan, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    if request.param == 2023:
        return request.getfixturevalue("report_folder")
    out = tmp_path_factory.mktemp("reports") / str(request.param)
    assert report(Request(plan.folder, year=request.param, out=out), str) == 0
    return out


def allowed(name: str) -> int:
    return next(sheets for begin, sheets in SHEETS.items() if name.startswith(begin))


@pytest.fixture(scope="module")
def printed(folder, page) -> dict[str, bytes]:
    """Every page of a run as PDF, by its name."""
    pages = {}
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        pages[path.stem] = page.pdf(prefer_css_page_size=True)
    return pages


def test_a_page_takes_few_sheets_of_paper(printed):
    taken = {name: len(re.findall(rb"/Type\s*/Page\b", pdf)) for name, pdf in printed.items()}
    assert {name: n for name, n in taken.items() if n > allowed(name)} == {}


def filled(pdf: bytes, folder: Path) -> list[float]:
    """How far down each sheet is printed on, as a share of what its margins leave."""
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "20", "-gray", "page.pdf", "sheet"], cwd=folder, check=True)
    shares = []
    for path in sorted(folder.glob("sheet*.pgm")):
        sheet = np.asarray(Image.open(path))
        top, bottom = (round(len(sheet) * part) for part in PRINTED_ON)
        inked = np.flatnonzero((sheet[top:bottom] < 200).any(axis=1))
        shares.append((inked[-1] + 1) / (bottom - top) if len(inked) else 0.0)
        path.unlink()
    return shares


@pytest.mark.skipif(shutil.which("pdftoppm") is None and not os.environ.get("CI"), reason="poppler")
def test_no_sheet_of_a_page_is_half_empty_but_for_its_last(printed, tmp_path):
    shares = {name: filled(pdf, tmp_path) for name, pdf in printed.items()}
    assert {name: part for name, part in shares.items() if min(part[:-1], default=1) < 0.7} == {}
    assert {name: part for name, part in shares.items() if "14" in name and part[-1] < 0.4} == {}


def test_a_city_page_is_light(folder):
    weights = {path.name: path.stat().st_size for path in folder.glob(CITY)}
    assert len(weights) == 10
    assert {name: weight for name, weight in weights.items() if weight > 250_000} == {}


def test_a_city_is_read_on_a_telephone_in_nine_thousand_pixels(folder, page):
    page.set_viewport_size({"width": 360, "height": 800})
    for path in sorted(folder.glob(CITY)):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollHeight") <= 9000, path.name


def test_the_tab_key_stops_at_a_city_fewer_than_eighty_times(folder, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    for path in sorted(folder.glob(CITY)):
        page.goto(path.as_uri())
        assert page.evaluate(STOPS) < 80, path.name
