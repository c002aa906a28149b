"""Where links lead: to other years and places, and to what stands behind a count."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from gsyf_lib.reports.folders import write_folders_page
from gsyf_lib.reports.manifest import read_manifest
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report, unchanged

DATA = Path(__file__).parents[2] / "data"
AREAS = ("太原市", "山西省")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of two years beside each other, the earlier one made again after the later."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(DATA, home / "data")
    for year in (2022, 2023, 2022):
        assert report(Request(home / "data", year=year, areas=AREAS), str) == 0
    return home / "reports"


def links(page: Path) -> set[str]:
    found = re.findall(r'<a href="?([^">]*)', page.read_text("utf-8"))
    return {unquote(link) for link in found if not link.startswith("data:")}


def is_there(page: Path, link: str) -> bool:
    name, _, part = link.partition("#")
    target = page.parent / name if name else page
    if not target.is_file() or not part:
        return target.is_file()
    shown = target.read_text("utf-8")
    # A page that was never made says so, and has no parts.
    return "本页尚未生成" in shown or f'id="{part}"' in shown or f"id={part}" in shown


def test_every_link_of_every_page_leads_to_a_file_and_a_part_of_it(place):
    pages = list(place.rglob("*.html"))
    dead = [(page.name, link) for page in pages for link in links(page) if not is_there(page, link)]
    assert dead == []


def test_a_page_leads_to_the_same_place_in_other_years_and_to_other_places(place):
    city = links(place / "2022" / "140100.html")
    assert {"../2023/140100.html", "../index.html", "140200.html", "140000.html"} <= city
    assert "140100.html" not in city
    assert "../2023/index.html" in links(place / "2022" / "index.html")


def test_a_page_leads_to_the_workbook_that_has_its_tables(place):
    for name in ("140000", "140100"):
        assert "results.xlsx" in links(place / "2023" / f"{name}.html"), name


def test_the_page_over_all_folders_leads_to_every_page_that_was_made(place):
    made = {f"{year}/{name}.html" for year in (2022, 2023) for name in ("140000", "140100")}
    assert links(place / "index.html") == {*made, "2022/index.html", "2023/index.html"}


def test_a_year_that_has_come_since_is_linked_by_the_next_run(place):
    request = Request(place.parent / "data", year=2023, areas=AREAS)
    assert read_manifest(place / "2023").other_years == [2022]
    assert unchanged(request)
    shutil.copytree(place / "2022", place / "2021")
    try:
        assert unchanged(request), "a folder that another year's name was given to is no other year"
        (place / "2022").rename(place / "away")
        assert not unchanged(request)
        (place / "away").rename(place / "2022")
    finally:
        shutil.rmtree(place / "2021")


def test_a_folder_that_was_named_stands_alone(place):
    assert Request(place.parent / "data", out=place / "2023").others(2023) == []


def test_a_page_over_all_folders_that_somebody_edited_stays(place):
    page, told = place / "index.html", []
    before = page.read_bytes()
    page.write_text("本单位的目录", "utf-8")
    write_folders_page(place, told.append)
    assert page.read_text("utf-8") == "本单位的目录"
    assert len(told) == 1
    assert "保留不动" in told[0]
    page.unlink()
    write_folders_page(place, told.append)
    assert (page.read_bytes(), len(told)) == (before, 1)


def test_the_counts_of_the_index_lead_to_what_stands_behind_them(place):
    index = links(place / "2023" / "index.html")
    assert {"140000.html#总体结论", "140000.html#数据质量问题和修订"} <= index


def test_a_page_says_who_answers_for_it_and_of_which_day_its_data_are(place):
    for page in ("index", "140100", "140000", "140200"):
        footer = (place / "2023" / f"{page}.html").read_text("utf-8").partition("<footer>")[2]
        for said in ("山西省人力资源和社会保障厅等八部门", "联系", "2025年12月26日"):
            assert said in footer, page
